package merge_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// decidedKyaml are the cases of kyaml's merge2 in which this merge differs on purpose.
var decidedKyaml = map[string]string{
	"list 6: merge k8s deployment containers -- $patch directive":                  "new elements are appended",
	"list 8: remove k8s deployment containers -- $patch directive":                 "- $patch: delete removes the list where it stands alone; beside elements it is unclear, and an error",
	"element 12: infer merge keys merge'":                                          "merge keys are never guessed",
	"element 14: no infer merge keys merge using explicit schema as line comment'": "comments tell no schema; spec.mergeKeys does",
	"element 16: merge_primitive_items":                                            "the same",
}

// TestKyamlTables runs the tables of kyaml's merge2, read from the module's own tests. Cases that prepend are left out.
func TestKyamlTables(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kustomize/kyaml").Output()
	require.NoError(t, err)
	s := schema.New(nil, nil)
	ran := 0
	for _, name := range []string{"scalar", "list", "element", "map"} {
		for i, c := range kyamlCases(t, filepath.Join(strings.TrimSpace(string(out)), "yaml/merge2", name+"_test.go")) {
			desc := name + " " + strconv.Itoa(i) + ": " + c["description"]
			if c["prepends"] == "true" {
				continue
			}
			ran++
			t.Run(desc, func(t *testing.T) {
				target := parseYAML(t, c["dest"])
				m := merge.Merge(target, []merge.Patch{{Component: "c", Data: parseYAML(t, c["source"])}}, s.Of(resource.NewItem(target).Ref))
				same := len(m.Errors) == 0 && (m.Removed && strings.TrimSpace(c["expected"]) == "" || yamltree.Equal(parseYAML(t, c["expected"]), m.Final))
				if reason, differs := decidedKyaml[desc]; differs {
					assert.False(t, same, "is said to differ (%s), and does not", reason)
					return
				}
				assert.True(t, same, "dest:\n%s\nsource:\n%s\nwant:\n%s\ngot:\n%s\nerrors: %v", c["dest"], c["source"], c["expected"], yamledit.Print(m.Final), m.Errors)
			})
		}
	}
	assert.Greater(t, ran, 50)
}

// kyamlCases reads the one table of a file: its text fields, and whether the case is about prepending.
func kyamlCases(t *testing.T, file string) []map[string]string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var cases []map[string]string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		for _, el := range spec.Values[0].(*ast.CompositeLit).Elts {
			c := map[string]string{}
			for _, kv := range el.(*ast.CompositeLit).Elts {
				kv := kv.(*ast.KeyValueExpr)
				switch v := kv.Value.(type) {
				case *ast.BasicLit:
					c[kv.Key.(*ast.Ident).Name], _ = strconv.Unquote(v.Value)
				case *ast.CompositeLit:
					ast.Inspect(v, func(n ast.Node) bool {
						if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "MergeOptionsListPrepend" {
							c["prepends"] = "true"
						}
						return true
					})
				}
			}
			cases = append(cases, c)
		}
		return false
	})
	return cases
}
