package applyrelease_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed says which packages of the project each package may import: data flows one way, from the
// functions and commands down to what knows YAML alone.
var allowed = map[string]string{
	"yamltree":            "",
	"yamledit":            "yamltree",
	"version":             "",
	"parallel":            "",
	"packed":              "",
	"nearest":             "",
	"layout":              "nearest version",
	"resource":            "packed parallel yamledit yamltree",
	"escape":              "",
	"result":              "escape resource yamltree",
	"secret":              "resource yamledit yamltree",
	"rollout":             "api/v1alpha1 layout",
	"schema":              "kinds resource yamltree",
	"kinds":               "resource yamltree",
	"validate":            "resource yamltree",
	"api/v1alpha1":        "layout nearest version yamltree",
	"release":             "layout nearest resource result version yamltree",
	"cluster":             "kinds layout parallel release resource yamltree",
	"overlay":             "cluster layout resource yamltree",
	"match":               "cluster kinds nearest release resource version yamltree",
	"merge":               "resource schema yamledit yamltree",
	"brief":               "yamledit yamltree",
	"changelog":           "version",
	"compare":             "cluster merge release resource schema secret version yamltree",
	"plan":                "cluster kinds match merge release resource result schema secret yamltree",
	"policy":              "api/v1alpha1 cluster kinds layout merge plan resource result yamltree",
	"guard":               "api/v1alpha1 cluster kinds layout match nearest overlay plan policy release resource result validate version yamltree",
	"upgrade":             "api/v1alpha1 cluster kinds guard layout match merge overlay parallel plan policy release resource result schema secret validate version yamltree",
	"check":               "cluster kinds match merge nearest plan release resource result schema validate version yamltree",
	"create":              "layout nearest resource yamledit yamltree",
	"draft":               "cluster kinds match nearest release resource version yamltree",
	"fleet":               "api/v1alpha1 cluster layout match merge nearest overlay parallel plan policy release resource result secret upgrade version yamltree",
	"report":              "api/v1alpha1 brief changelog cluster compare escape fleet kinds match merge nearest packed parallel plan policy release resource result rollout secret version yamledit yamltree",
	"function":            "api/v1alpha1 create layout match plan release report resource result upgrade yamledit yamltree",
	"checkout":            "layout packed parallel plan resource yamledit yamltree",
	"cli":                 "api/v1alpha1 changelog check cluster compare create draft escape fleet function guard layout match nearest plan release checkout report resource result rollout secret upgrade validate version yamledit yamltree",
	"cli/internal/mangen": "cli",
	"fn/apply-release":    "cli",
}

const module = "github.com/giantswarm/apply-release/"

func TestImportsGoOneWay(t *testing.T) {
	for name, imports := range packages(t) {
		may, known := allowed[name]
		assert.True(t, known, "%s has no place in the list of what may import what", name)
		for i := range imports {
			if own, found := strings.CutPrefix(i, module+"pkg/"); found {
				own = strings.TrimPrefix(own, "internal/")
				assert.Contains(t, strings.Fields(may), own, "%s imports %s", name, own)
			}
			if name != "function" {
				assert.False(t, strings.Contains(i, "kpt-functions-sdk"), "%s imports the kpt SDK", name)
			}
			if strings.HasPrefix(i, "go.yaml.in/yaml") {
				assert.Equal(t, "yamltree", name, "yaml.v3 is the second reader, and nothing else")
			}
			if i == "os" && name != "checkout" && name != "cli" && name != "cli/internal/mangen" && name != "fn/apply-release" {
				assert.Fail(t, "file I/O", "%s imports os", name)
			}
			if strings.HasPrefix(i, "github.com/spf13/cobra") {
				assert.Contains(t, []string{"cli", "cli/internal/mangen"}, name, "cobra")
			}
		}
		for _, own := range strings.Fields(may) {
			assert.True(t, imports[module+"pkg/"+own] || imports[module+"pkg/internal/"+own], "%s may import %s, and does not; must be taken off the list", name, own)
		}
	}
}

// public are the packages that are promised to other programs; the others are below pkg/internal.
var public = []string{"api/v1alpha1", "function", "yamltree", "yamledit", "cli", "fn/apply-release"}

func TestOnlyWhatIsPromisedIsPublic(t *testing.T) {
	var found []string
	require.NoError(t, filepath.WalkDir("pkg", func(file string, d fs.DirEntry, err error) error {
		if dir := filepath.ToSlash(filepath.Dir(file)); err == nil && strings.HasSuffix(file, ".go") && !strings.Contains(dir+"/", "/internal/") && !slices.Contains(found, dir) {
			found = append(found, dir)
		}
		return err
	}))
	for _, dir := range found {
		assert.Contains(t, public, strings.TrimPrefix(dir, "pkg/"))
	}
}

// The room that things have: lines of a file and of a function, methods of a type.
const (
	maxFile     = 400
	maxFunction = 75
	maxMethods  = 20
)

// roomier may have more methods: the node of a tree, whose methods are the words of all that work on trees.
var roomier = map[string]int{"pkg/yamltree.Node": 45}

func TestNothingOutgrowsItsRoom(t *testing.T) {
	methods := map[string]int{}
	sources(t, func(file string, set *token.FileSet, parsed *ast.File) {
		assert.LessOrEqual(t, set.File(parsed.FileStart).LineCount(), maxFile, "lines of %s", file)
		for _, d := range parsed.Decls {
			f, is := d.(*ast.FuncDecl)
			if !is {
				continue
			}
			assert.LessOrEqual(t, set.Position(f.End()).Line-set.Position(f.Pos()).Line+1, maxFunction, "lines of %s in %s", f.Name.Name, file)
			if f.Recv != nil {
				of := f.Recv.List[0].Type
				if star, is := of.(*ast.StarExpr); is {
					of = star.X
				}
				methods[path.Dir(file)+"."+fmt.Sprint(of)]++
			}
		}
	})
	for of, n := range methods {
		assert.LessOrEqual(t, n, max(maxMethods, roomier[of]), "methods of %s", of)
	}
	for of, n := range roomier {
		assert.Equal(t, n, methods[of], "%s has other room than it needs", of)
	}
}

// builtins are the names of the language that nothing else may have here.
var builtins = strings.Fields("append cap clear close complex copy delete imag len make max min new panic print println real recover any bool byte error string true false nil iota int rune uint")

func TestNothingHidesABuiltinOrAPackage(t *testing.T) {
	sources(t, func(_ string, set *token.FileSet, parsed *ast.File) {
		taken := slices.Clone(builtins)
		for _, i := range parsed.Imports {
			taken = append(taken, path.Base(strings.Trim(i.Path.Value, "\"")))
		}
		check := func(names ...*ast.Ident) {
			for _, id := range names {
				assert.NotContains(t, taken, id.Name, "%s", set.Position(id.Pos()))
			}
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt:
				for _, l := range n.Lhs {
					if id, is := l.(*ast.Ident); is && n.Tok == token.DEFINE {
						check(id)
					}
				}
			case *ast.RangeStmt:
				for _, e := range []ast.Expr{n.Key, n.Value} {
					if id, is := e.(*ast.Ident); is && n.Tok == token.DEFINE {
						check(id)
					}
				}
			case *ast.ValueSpec:
				check(n.Names...)
			case *ast.FuncType:
				for _, f := range n.Params.List {
					check(f.Names...)
				}
			}
			return true
		})
	})
}

// TestLinksLeadSomewhere follows the links of the README and of docs.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)]+)\)`)
	files, err := filepath.Glob("docs/*/*.md")
	require.NoError(t, err)
	more, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	for _, file := range slices.Concat([]string{"README.md", "examples/README.md"}, files, more) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			to, _, _ := strings.Cut(m[1], "#")
			if to == "" || strings.Contains(to, "://") {
				continue
			}
			_, err := os.Stat(filepath.Join(filepath.Dir(file), to))
			assert.NoError(t, err, "%s links to %s", file, to)
		}
	}
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	assert.LessOrEqual(t, strings.Count(string(readme), "\n"), 150, "lines of the README")
}

// sources parses the files of the packages, tests and generators aside.
func sources(t *testing.T, see func(file string, set *token.FileSet, parsed *ast.File)) {
	for _, root := range []string{"pkg", "fn"} {
		require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
				return err
			}
			set := token.NewFileSet()
			parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments)
			if err == nil && parsed.Name.Name != "main" || root == "fn" {
				see(filepath.ToSlash(file), set, parsed)
			}
			return err
		}))
	}
}

// packages reads what the packages import, by their path below pkg or pkg/internal.
func packages(t *testing.T) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	sources(t, func(file string, _ *token.FileSet, parsed *ast.File) {
		name := strings.TrimPrefix(strings.TrimPrefix(path.Dir(file), "pkg/"), "internal/")
		if out[name] == nil {
			out[name] = map[string]bool{}
		}
		for _, i := range parsed.Imports {
			out[name][strings.Trim(i.Path.Value, "\"")] = true
		}
	})
	return out
}
