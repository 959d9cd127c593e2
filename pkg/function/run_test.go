package function_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// listOf is a list of a release that sets spec.a to 2 and these items.
func listOf(items string) string {
	return `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: c}
  data: {release: p/v2.0.0}
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: thing-2-0-0
    annotations: {config.kubernetes.io/path: p/v2.0.0/base/thing.yaml}
  data: {spec: {a: 2}, metadata: {labels: {x: "1"}}}
` + items
}

// What must be printed anew is one item alone, and the warning names it.
func TestOneItemIsPrintedAnew(t *testing.T) {
	first := `- metadata:
    # who
    name: first
    annotations : {config.kubernetes.io/path: gauss/c1/base/thing2.yaml}
  apiVersion: example.io/v1
  kind: Thing
  # why
  spec:
    a:   1 # because
`
	odd := `-   apiVersion: example.io/v1 # any dash width but "- "
    kind: Thing
    metadata: &y
      name: odd
      annotations: {config.kubernetes.io/path: gauss/c1/base/thing1.yaml}
    <<: *y
    spec: {a: 1} # of odd
    # the end of odd
`
	out := run(t, []byte(listOf(odd+first)))
	edited := strings.Replace(strings.Replace(first, "a:   1", "a:   2", 1), "thing2.yaml}\n", "thing2.yaml}\n    labels:\n      x: \"1\"\n", 1)
	assert.Contains(t, out, edited, "the other item has its layout")
	assert.Contains(t, out, "# any dash width")
	assert.Equal(t, 1, strings.Count(out, "# of odd"), "%s", out)
	assert.Equal(t, 1, strings.Count(out, "# the end of odd"), "%s", out)
	root, err := yamltree.Read([]byte(out))
	require.NoError(t, err)
	for r := range yamltree.Get(root.Root, "results").Children() {
		if strings.Contains(yamltree.Get(r, "message").Value, "printed anew") {
			assert.Equal(t, "odd", yamltree.Lookup(r, yamltree.Fields("resourceRef", "name")).Value)
			return
		}
	}
	t.Fatal("nothing says that an item is printed anew")
}

// Results stand behind the items, and comments stay with what they are about, wherever a list ends.
func TestWhereResultsStand(t *testing.T) {
	item := "- apiVersion: v1\n  kind: Thing\n  metadata: {name: x, annotations: {config.kubernetes.io/path: gauss/c/base/thing.yaml}}\n  spec:\n    a: 1\n    # about the end\n"
	for desc, in := range map[string]string{
		"a byte order mark":        "\xef\xbb\xbf" + listOf(item),
		"nothing special":          listOf(item),
		"no line break at the end": strings.TrimSuffix(listOf(item), "\n"),
	} {
		out := run(t, []byte(in))
		assert.Contains(t, out, "    # about the end\nresults:\n", desc)
	}
	for _, end := range []string{"...\n", "...\n# end\n", "... # end\n"} {
		out := run(t, []byte(listOf(item)+end))
		docs, err := yamltree.Documents([]byte(out))
		require.NoError(t, err)
		require.Len(t, docs, 1, "%s", out)
		assert.Contains(t, out, "    # about the end\nresults:\n")
		assert.True(t, strings.HasSuffix(out, end))
		assert.NotNil(t, yamltree.Get(docs[0].Root, "results"), end)
	}
}

// A merge key that names no map, in an item that no release is for, is nobody's business here, but no list is lost over it.
func TestTheListIsWrittenWhateverIsInIt(t *testing.T) {
	for _, front := range []string{"", "\xef\xbb\xbf"} {
		in := front + listOf("- {apiVersion: v1, kind: Other, metadata: {name: y}, <<: text}\n")
		var out, stderr bytes.Buffer
		function.Run(strings.NewReader(in), &out, &stderr, function.Options{})
		assert.Contains(t, out.String(), "<<: text", "%s", stderr.String())
	}
	in := strings.Replace(listOf("- {apiVersion: v1, kind: Other, metadata: {name: y}, <<: text}\n"), "items:", "results: []\nitems:", 1)
	var out, stderr bytes.Buffer
	if code := function.Run(strings.NewReader(in), &out, &stderr, function.Options{}); code != 0 {
		assert.Equal(t, in, out.String(), "the list as it came")
		assert.Contains(t, stderr.String(), "merge key")
	}
}

// Keys are known by their names when a cluster is compared with a release, as an API server knows them.
func TestKeysOfAnotherTypeAreNoLocalChange(t *testing.T) {
	in := strings.Replace(listOf("- apiVersion: v1\n  kind: Thing\n  metadata: {name: x, annotations: {config.kubernetes.io/path: gauss/c/base/thing.yaml}}\n  spec: {a: 2, l: [{'1': x}], m: {'1': x}}\n"),
		"data: {spec: {a: 2}, metadata: {labels: {x: \"1\"}}}", "data: {spec: {a: 2, l: [{1: x}], m: {1: x}}}", 1)
	assert.Contains(t, run(t, []byte(in)), "l: [{'1': x}], m: {'1': x}")
}

// An alias of an anchor in another item, which kyaml hands over, is read as what it stands for.
func TestKyamlAliasesAcrossItems(t *testing.T) {
	text := listOf("- apiVersion: v1\n  kind: Thing\n  metadata: {name: x, annotations: {config.kubernetes.io/path: gauss/c/base/thing.yaml}}\n  spec: &s {a: 1, b: 3}\n" +
		"- apiVersion: v1\n  kind: Thing\n  metadata: {name: y, annotations: {config.kubernetes.io/path: gauss/c/base/thing2.yaml}}\n  spec: *s\n")
	root, err := yaml.Parse(text)
	require.NoError(t, err)
	items, err := root.Field("items").Value.Elements()
	require.NoError(t, err)
	list := &framework.ResourceList{Items: items, FunctionConfig: root.Field("functionConfig").Value}
	require.NoError(t, function.Processor{}.Process(list))
	for _, i := range list.Items[1:] {
		spec, err := i.Field("spec").Value.String()
		require.NoError(t, err)
		assert.Regexp(t, `a: 2(?s:.*)b: 3`, spec)
	}
	assert.NotEmpty(t, list.Results)
}
