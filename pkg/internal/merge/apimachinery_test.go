package merge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// The tables of apimachinery's strategicpatch are read from the module's own tests, so that they are
// neither copied nor out of date.

// decided are the cases in which this merge differs from kubectl's on purpose.
var decided = map[string]string{
	"add map and delete map from merging list/three":               "elements that $setElementOrder does not name come behind new ones, whether or not another element is deleted",
	"add map and delete map from merging list with conflict/three": "the same",
}

func TestApimachineryTables(t *testing.T) {
	cases := apimachineryCases(t)
	require.Greater(t, len(cases), 150)
	typ := schema.NewType(mergeItemRules())
	seen := map[string]bool{}
	for _, c := range cases {
		t.Run(c.desc, func(t *testing.T) {
			reason, differs := decided[c.desc]
			seen[c.desc] = true
			m := merge.Merge(parseYAML(t, c.original), []merge.Patch{{Component: "c", Data: parseYAML(t, c.patch)}}, typ)
			want := parseYAML(t, c.result)
			if c.anyOrder {
				sortLists(want)
				sortLists(m.Final)
			}
			same := len(m.Errors) == 0 && equalAsJSON(t, want, m.Final)
			if c.fails {
				same = len(m.Errors) > 0
			}
			if differs {
				assert.False(t, same, "is said to differ (%s), and does not", reason)
				return
			}
			assert.True(t, same, "original:\n%s\npatch:\n%s\nwant:\n%s\ngot:\n%s\nerrors: %v", c.original, c.patch, c.result, string(yamledit.Print(m.Final)), m.Errors)
		})
	}
	for desc := range decided {
		assert.True(t, seen[desc], "%q is no case any more", desc)
	}
}

// The reasons for which a merge of three ways differs from kubectl apply on purpose; the package doc has them.
const (
	behind   = "new elements come behind those that somebody added"
	left     = "what somebody changed stays where the new release does not set it any more"
	turned   = "an order that somebody changed stays"
	twice    = "an element that stands twice is an error where it is touched"
	inMotion = "retainKeys counts where something in the map changes"
)

// decidedThreeWay are the cases in which it does.
var decidedThreeWay = map[string]string{
	"nested patch merge with empty list/three":                                         behind,
	"add field to map in merging list with conflict/three":                             behind,
	"delete map from merging list with conflict/three":                                 left,
	"delete missing map from merging list with conflict/three":                         behind,
	"add map and delete map from merging list with conflict/three":                     left,
	"delete field from map in merging list with conflict/three":                        left,
	"add map to merging list by pointer/three":                                         behind,
	"add map to merging list by pointer with conflict/three":                           behind,
	"merge lists of scalars/three":                                                     behind,
	"delete an item in a list and preserve order/three":                                turned,
	"change an item in a list and preserve order/three":                                turned,
	"add and delete an item in a list and preserve order/three":                        turned,
	"delete an item in a int list and preserve order/three":                            turned,
	"add and delete an item in a int list and preserve order/three":                    turned,
	"behavior of set element order for a merging list with duplicate/three":            twice,
	"behavior of set element order for a merging int list with duplicate/three":        "elements that stand twice keep their places",
	"retainKeys map clears a field/three":                                              inMotion,
	"retainKeys list of maps clears a field/three":                                     inMotion,
	"retainKeys map adds an item in nested merging int list/three":                     behind,
	"retainKeys map adds an item and deletes an item in nested merging int list/three": behind,
	"retainKeys map adds an item in nested merging list/three":                         behind,
	"replace RawExtension field and merge list/three":                                  behind,
}

// TestApimachineryThreeWays runs the tables of kubectl's three-way merge: what was applied last is the old release, what is to be applied the new one, and the
// live object the resource.
func TestApimachineryThreeWays(t *testing.T) {
	rules := mergeItemRules()
	for path, rule := range rules { // what a directive says in the other tables, the type says here
		if name := path[strings.LastIndex(path, ".")+1:]; strings.HasPrefix(name, "retainKeys") {
			rule.Retain = true
			rules[path] = rule
		}
	}
	typ := schema.NewType(rules)
	ran, seen := 0, map[string]bool{}
	for _, c := range apimachineryCases(t) {
		if c.modified == "" {
			continue
		}
		ran++
		t.Run(c.desc, func(t *testing.T) {
			reason, differs := decidedThreeWay[c.desc]
			seen[c.desc] = true
			old, next := []merge.Patch{{Component: "c", Data: parseYAML(t, c.old)}}, []merge.Patch{{Component: "c", Data: parseYAML(t, c.modified)}}
			m := merge.ThreeWay(parseYAML(t, c.original), next, merge.Sides{Known: true, Old: old, All: next}, typ)
			want := parseYAML(t, c.result)
			if c.anyOrder {
				sortLists(want)
				sortLists(m.Final)
			}
			same := len(m.Errors) == 0 && equalAsJSON(t, want, m.Final)
			if differs {
				assert.False(t, same, "is said to differ (%s), and does not", reason)
				return
			}
			assert.True(t, same, "applied last:\n%s\nto be applied:\n%s\nlive:\n%s\nkubectl:\n%s\nhere:\n%s\nerrors: %v", c.old, c.modified, c.original, c.result, string(yamledit.Print(m.Final)), m.Errors)
		})
	}
	require.Greater(t, ran, 50)
	for desc := range decidedThreeWay {
		assert.True(t, seen[desc], "%q is no case any more", desc)
	}
}

type patchCase struct {
	desc, original, patch, result string
	fails                         bool
	anyOrder                      bool   // apimachinery sorts the lists before it compares
	old, modified                 string // of three ways: what was applied last, and what is to be applied
}

func apimachineryCases(t *testing.T) []patchCase {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/apimachinery").Output()
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(out)), "pkg/util/strategicpatch/patch_test.go"), nil, 0)
	require.NoError(t, err)
	var cases []patchCase
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		switch name := spec.Names[0].Name; {
		case name == "customStrategicMergePatchTestCaseData", name == "createStrategicMergePatchTestCaseData":
			cases = append(cases, yamlCases(t, bytesOf(spec.Values[0]))...)
		case strings.HasSuffix(name, "PatchRawTestCases"), name == "replaceRawExtensionPatchTestCases":
			for _, el := range spec.Values[0].(*ast.CompositeLit).Elts {
				cases = append(cases, rawCases(el.(*ast.CompositeLit))...)
			}
		}
		return true
	})
	return cases
}

// yamlCases reads a table that is one YAML document.
func yamlCases(t *testing.T, text string) []patchCase {
	t.Helper()
	var table struct {
		TestCases []struct {
			Description                                                         string
			Original, TwoWay, Modified, Current, ThreeWay, Result, TwoWayResult *yaml.Node
		} `yaml:"testCases"`
	}
	text = strings.NewReplacer("twoWayResult:", "twowayresult:", "twoWay:", "twoway:", "threeWay:", "threeway:").Replace(text)
	require.NoError(t, yaml.Unmarshal([]byte(text), &table))
	var cases []patchCase
	for _, c := range table.TestCases {
		modified := c.TwoWayResult
		if modified == nil {
			modified = c.Modified
		}
		if c.Original != nil && c.TwoWay != nil && modified != nil {
			cases = append(cases, patchCase{desc: c.Description, original: printYAML(t, c.Original), patch: printYAML(t, c.TwoWay), result: printYAML(t, modified), anyOrder: true})
		}
		if c.Current != nil && c.ThreeWay != nil && c.Result != nil {
			x := patchCase{desc: c.Description + "/three", original: printYAML(t, c.Current), patch: printYAML(t, c.ThreeWay), result: printYAML(t, c.Result), anyOrder: true}
			if c.Original != nil && c.Modified != nil {
				x.old, x.modified = printYAML(t, c.Original), printYAML(t, c.Modified)
			}
			cases = append(cases, x)
		}
	}
	return cases
}

// rawCases reads one element of a table in Go.
func rawCases(lit *ast.CompositeLit) []patchCase {
	var desc string
	data := map[string]string{}
	for _, el := range lit.Elts {
		kv := el.(*ast.KeyValueExpr)
		if kv.Key.(*ast.Ident).Name == "Description" {
			desc, _ = strconv.Unquote(kv.Value.(*ast.BasicLit).Value)
			continue
		}
		for _, el := range kv.Value.(*ast.CompositeLit).Elts {
			kv := el.(*ast.KeyValueExpr)
			data[kv.Key.(*ast.Ident).Name] = bytesOf(kv.Value)
		}
	}
	result := data["TwoWayResult"]
	if result == "" {
		result = data["Modified"]
	}
	fails := data["ExpectedError"] != ""
	var cases []patchCase
	if data["TwoWay"] != "" && (result != "" || fails) {
		cases = append(cases, patchCase{desc: desc, original: data["Original"], patch: data["TwoWay"], result: result, fails: fails})
	}
	if data["ThreeWay"] != "" && (data["Result"] != "" || fails) {
		x := patchCase{desc: desc + "/three", original: data["Current"], patch: data["ThreeWay"], result: data["Result"], fails: fails}
		if !fails {
			x.old, x.modified = data["Original"], data["Modified"]
		}
		cases = append(cases, x)
	}
	return cases
}

// bytesOf is the text of a literal, or of one in []byte(...).
func bytesOf(e ast.Expr) string {
	if call, ok := e.(*ast.CallExpr); ok {
		e = call.Args[0]
	}
	if lit, ok := e.(*ast.BasicLit); ok {
		text, _ := strconv.Unquote(lit.Value)
		return text
	}
	return "ident"
}

// mergeItemRules are the rules of the type that the tables are about: they nest.
func mergeItemRules() map[string]schema.Rule {
	byName := schema.Rule{Strategy: schema.Map, Keys: []schema.Key{{Name: "name"}}}
	fields := map[string]schema.Rule{
		"mergingList": byName, "retainKeysMergingList": byName, "mergeItemPtr": byName,
		"mergingIntList": {Strategy: schema.Set}, "replacingItem": {Strategy: schema.Replace},
		"retainKeysMap": {}, "nonMergingList": {},
	}
	rules := map[string]schema.Rule{}
	var add func(prefix string, depth int)
	add = func(prefix string, depth int) {
		for name, rule := range fields {
			rules[prefix+name] = rule
			if depth > 0 && rule.Strategy != schema.Set {
				add(prefix+name+".", depth-1)
				add(prefix+name+"[].", depth-1)
			}
		}
	}
	add("", 3)
	return rules
}

func parseYAML(t *testing.T, text string) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Read([]byte(text))
	require.NoError(t, err, text)
	if doc.Root == nil || yamltree.IsNull(doc.Root) {
		return yamltree.NewMap()
	}
	logical, err := yamltree.Logical(doc.Root)
	require.NoError(t, err)
	return logical
}

func printYAML(t *testing.T, n *yaml.Node) string {
	t.Helper()
	if n.Kind == 0 {
		return "{}"
	}
	out, err := yaml.Marshal(n)
	require.NoError(t, err)
	return string(out)
}

// sortLists sorts the lists that merge, as apimachinery's own comparison does.
func sortLists(n *yamltree.Node) {
	for child := range n.Children() {
		sortLists(child)
		if n.Kind == yamltree.Map && child.Kind == yamltree.List && !strings.HasPrefix(child.Key, "non") {
			elements := child.Elements()
			slices.SortStableFunc(elements, func(a, b *yamltree.Node) int {
				return strings.Compare(sortKey(a), sortKey(b))
			})
			child.SetChildren(elements)
		}
	}
}

func sortKey(n *yamltree.Node) string {
	if name := yamltree.Get(n, "name"); name != nil {
		return name.Value
	}
	return n.Value
}

// equalAsJSON compares what two trees mean to an API server, where nulls in maps are as good as absent.
func equalAsJSON(t *testing.T, a, b *yamltree.Node) bool {
	t.Helper()
	return reflect.DeepEqual(a.Plain(), b.Plain())
}
