package function_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// FuzzRun gives the function any input: it never panics, ends with 0 or 1, and what it writes is a ResourceList with all items that came, unless the release
// removes some. What it wrote is not changed by a second run.
func FuzzRun(f *testing.F) {
	for _, seed := range seeds() {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if strings.Contains(in, "delete") || strings.Contains(in, "Create") || strings.Contains(in, "Rotate") || len(in) > 20_000 {
			t.Skip() // items may come or go
		}
		out, stderr, code := fuzzed(in)
		if code != 0 && code != 1 {
			t.Fatalf("exit code %d", code)
		}
		if code == 1 {
			if stderr == "" {
				t.Fatal("an error that nobody hears of")
			}
			return
		}
		before, err := resource.ParseList([]byte(in))
		if err != nil {
			t.Fatalf("succeeds on what is no list: %v", err)
		}
		after, err := resource.ParseList([]byte(out))
		if err != nil {
			t.Fatalf("writes no list: %v\n%s", err, out)
		}
		if len(before.Items) != len(after.Items) {
			t.Fatalf("%d items become %d", len(before.Items), len(after.Items))
		}
		if strings.Contains(in, "results") {
			return // a second run adds to them
		}
		again, _, code := fuzzed(out)
		if code != 0 {
			return // what became of it is at odds with the release
		}
		last, err := resource.ParseList([]byte(again))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(last.Items, after.Items, func(a, b *resource.Item) bool { return equal(a.Root(), b.Root()) }) {
			t.Fatalf("a second run changes something\nin\n%s\nonce\n%s\ntwice\n%s", in, out, again)
		}
	})
}

func fuzzed(in string) (out, stderr string, code int) {
	var o, e bytes.Buffer
	code = function.Run(strings.NewReader(in), &o, &e, function.Options{})
	return o.String(), e.String(), code
}

func equal(a, b *yamltree.Node) bool {
	x, errX := yamltree.Logical(a)
	y, errY := yamltree.Logical(b)
	return errX != nil || errY != nil || yamltree.Equal(x, y)
}

func seeds() []string {
	config := "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig:\n  apiVersion: fn.giantswarm.io/v1alpha1\n  kind: ApplyRelease\n  metadata: {name: x}\n  spec:\n    release: {version: v2.0.0}\n    from: v1.0.0\nitems:\n"
	release := func(version, data string) string {
		return "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: thing-" + version + "\n    annotations: {config.kubernetes.io/path: p/v" + strings.ReplaceAll(version, "-", ".") + "/base/thing.yaml}\n  data:\n    " + strings.ReplaceAll(data, "\n", "\n    ") + "\n"
	}
	thing := func(body string) string {
		return "- apiVersion: v1\n  kind: Thing\n  metadata:\n    name: x\n    annotations: {config.kubernetes.io/path: i/c/base/thing.yaml}\n  " + strings.ReplaceAll(body, "\n", "\n  ") + "\n"
	}
	return []string{
		config + release("1-0-0", "spec: {a: 1, gone: x}") + release("2-0-0", "spec: {a: 2, l: [a, {b: c}]}") + thing("spec:\n  a: 1 # about a\n  gone: x\n  l: [x]"),
		config + release("1-0-0", "spec: {s: {a: 1}}") + release("2-0-0", "spec: {s: {a: 2, b: null}}") + thing("spec:\n  s: |\n    # top\n    a: 1\n\n    b: 3"),
		config + release("1-0-0", "spec: {x: &a {b: 1}, y: *a}") + release("2-0-0", "spec: {x: {b: 2}, $retainKeys: [x]}") + thing("spec:\n  base: &b {b: 1}\n  x: *b\n  y:\n    <<: *b\n    c: 1"),
		config + release("1-0-0", "spec: {}") + release("2-0-0", "spec: {v: v2, $setElementOrder/l: [b, a], l: [b, a]}") + thing("spec: {v: \"${v}\", l: [a, b], ? {k: 1} : 2}"),
		`{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","functionConfig":{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":{"release":"p/v2.0.0"}},"items":[{"apiVersion":"v1","kind":"Thing","metadata":{"name":"x","annotations":{"config.kubernetes.io/path":"i/c/base/thing.yaml"}},"spec":{"a":1}},{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"thing-2-0-0","annotations":{"config.kubernetes.io/path":"p/v2.0.0/base/thing.yaml"}},"data":{"spec":{"a":2}}}]}`,
		config + release("2-0-0", "spec: |\n  a: 2") + thing("spec: {a: 1}") + "results:\n- message: x\n",
	}
}
