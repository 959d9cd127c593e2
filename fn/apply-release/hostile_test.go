//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The bounds within which any input is done with.
const (
	hostileTime   = 10 * time.Second
	hostileMemory = 1 << 30
)

const head = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c, labels: {release.giantswarm.io/version: 1.0.0}}\n"

type hostileInput struct{ name, text, says string }

// hostile are contents of a file of a cluster's base, or of a release, and what is said of them; "" where they are none of an error. They are made when they are asked for: each start of the program
// within the tests would make them else.
func hostile() []hostileInput {
	return []hostileInput{
		{"maps in maps, in flow", strings.Repeat("{a: ", 100_000), "is no YAML: line 1, column .*500"},
		{"lists in lists, in flow", strings.Repeat("[", 2_000_000), "is no YAML"},
		{"lists in lists, in block", "a:\n" + strings.Repeat("- ", 100_000) + "b\n", "is no YAML"},
		{"maps in maps, in block", nested(3_000), "is no YAML"},
		{"aliases of aliases", laughs(12, 10), ""},
		{"aliases of aliases, many", laughs(30, 10), ""},
		{"an alias to what it is in", head + "spec: &a {b: *a}\n", "is no YAML|recursive|itself|alias"},
		{"merge keys of merge keys", mergeKeys(25), ""},
		{"an anchor that is not there", head + "spec: *nope\n", "an anchor that is not known"},
		{"a long line", head + "spec: {a: \"" + strings.Repeat("x", 20<<20) + "\"}\n", ""},
		{"many keys", head + "spec:\n" + lines(300_000, "  k%d: v\n"), ""},
		{"many documents", strings.Repeat("---\na: b\n", 200_000), ""},
		{"many empty documents", strings.Repeat("---\n", 1_000_000), ""},
		{"a key that stands many times", head + "spec:\n" + strings.Repeat("  k: v\n", 100_000), ""},
		{"a NUL", head + "spec: {a: \"b\x00c\"}\n", "is no YAML|control"},
		{"no UTF-8", head + "spec: {a: \xff\xfe}\n", "is no YAML|UTF"},
		{"UTF-16", "\xff\xfea\x00:\x00 \x00b\x00\n\x00", "is no YAML|UTF"},
		{"quotes without an end", head + "spec: {a: \"" + strings.Repeat("b\n", 500_000), "is no YAML"},
		{"a large number", head + "spec: {a: " + strings.Repeat("9", 1_000_000) + "}\n", ""},
		{"tags", head + "spec: !!binary " + strings.Repeat("!", 100_000) + "\n", ""},
		{"a tag of Go", head + "spec: !!python/object:os.system [ls]\n", ""},
		{"comments alone", strings.Repeat("# x\n", 1_000_000), ""},
		{"a complex key", "? {a: b}\n: c\n" + head, ""},
		{"names that lead elsewhere", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ../../../etc/passwd, namespace: \"../..\"}\n", ""},
		{"names with controls", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\\e[31m\\r\\nerror: nothing\", labels: {release.giantswarm.io/version: \"\\u202e1.0.0\"}}\n", ""},
		{"formats", "apiVersion: v1\nkind: \"%s%n%d\"\nmetadata: {name: \"%!s(MISSING)\"}\n", ""},
		{"a version without an end", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {release.giantswarm.io/version: \"" + strings.Repeat("1.", 100_000) + "\"}}\n", ""},
		{"a string of YAML that is deep", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {values: \"" + strings.Repeat("{a: ", 50_000) + "\"}\n", ""},
		{"strings of YAML in strings of YAML", inStrings(12), ""},
		{"a keep annotation of many paths", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {fn.giantswarm.io/keep: \"" + strings.Repeat("a[].b.c,", 100_000) + "\"}}\n", ""},
		{"a target of globs", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-2-0-0, annotations: {fn.giantswarm.io/target: \"{kind: MachinePool, name: '" + strings.Repeat("*a", 2_000) + "'}\"}}\ndata: {spec: {a: b}}\n", ""},
	}
}

func nested(depth int) string {
	var b strings.Builder
	for n := range depth {
		b.WriteString(strings.Repeat(" ", n) + "a:\n")
	}
	return b.String() + strings.Repeat(" ", depth) + "b: c\n"
}

func laughs(levels, each int) string {
	var b strings.Builder
	b.WriteString(head + "spec:\n  a0: &a0 x\n")
	for n := 1; n < levels; n++ {
		fmt.Fprintf(&b, "  a%d: &a%d [%s]\n", n, n, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", n-1), each), ", "))
	}
	return b.String()
}

func mergeKeys(levels int) string {
	var b strings.Builder
	b.WriteString(head + "spec:\n  m0: &m0 {a: b}\n")
	for n := 1; n < levels; n++ {
		fmt.Fprintf(&b, "  m%d: &m%d {<<: [*m%d, *m%d], k%d: {<<: *m%d}}\n", n, n, n-1, n-1, n, n-1)
	}
	return b.String()
}

func lines(count int, format string) string {
	var b strings.Builder
	for n := range count {
		fmt.Fprintf(&b, format, n)
	}
	return b.String()
}

func inStrings(levels int) string {
	text := "a: b\n"
	for range levels {
		text = fmt.Sprintf("v: %q\n", text)
	}
	return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {values: " + fmt.Sprintf("%q", text) + "}\n"
}

// TestHostileInputs gives each hostile input to the commands, as a file of a cluster's base and of a release: within its bounds, which are measured on Linux, there is an answer that is no crash, and the file is as it was.
func TestHostileInputs(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "apply-release")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, tc := range hostile() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, place := range []string{"gauss/c/base/hostile.yaml", "aws/v2.0.0/base/hostile.yaml"} {
				dir := t.TempDir()
				for file, text := range map[string]string{
					"aws/v1.0.0/base/machinepool.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-1-0-0}\ndata: {spec: {replicas: 2}}\n",
					"aws/v2.0.0/base/machinepool.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-2-0-0}\ndata: {spec: {replicas: 3}}\n",
					"gauss/c/base/pool.yaml":           "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: c, labels: {release.giantswarm.io/version: 1.0.0}}\nspec: {replicas: 2}\n",
					place:                              tc.text,
				} {
					require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
					require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
				}
				for _, call := range [][]string{{"upgrade", "gauss/c", "-r", "aws/v2.0.0"}, {"status"}, {"releases", "check", "aws/v2.0.0"}} {
					said := bounded(t, binary, append(call, "-C", dir))
					if tc.says != "" && call[0] == "upgrade" {
						assert.Regexp(t, tc.says, said, "%s: %v", place, call)
					}
					assert.NotContains(t, said, "\x1b", "%s: %v", place, call)
				}
				now, err := os.ReadFile(filepath.Join(dir, place))
				require.NoError(t, err)
				assert.True(t, strings.Contains(tc.text, "release.giantswarm.io/version: 1.0.0") || string(now) == tc.text, "%s is as it was", place)
			}
		})
	}
}

// bounded runs the program, and returns what it said on standard error.
func bounded(t *testing.T, binary string, args []string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*hostileTime) // a machine that is busy
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	err := cmd.Run()
	require.NoError(t, ctx.Err(), "%v took too long", args)
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	assert.Less(t, used, hostileTime, "processor time of %v", args)
	assert.Less(t, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10, int64(hostileMemory), "memory of %v", args)
	assert.NotContains(t, said.String(), "panic:", "%v", args)
	if err != nil {
		assert.Contains(t, []int{1, 2}, cmd.ProcessState.ExitCode(), "%v: %s", args, said.String())
	}
	return said.String()
}
