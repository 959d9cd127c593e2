package yamltree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// suite is the folder of the yaml-test-suite in the module that ships it.
func suite(t *testing.T) string {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/goccy/go-yaml").Output()
	require.NoError(t, err, "the module with the yaml-test-suite must be downloaded: go mod download")
	dir := filepath.Join(strings.TrimSpace(string(out)), "testdata", "yaml-test-suite")
	require.DirExists(t, dir)
	return dir
}

// exceptions are the cases in which the suite is not followed, and why.
var exceptions = map[string]string{
	"flow-collections-over-many-lines/00":                     flowIndent,
	"wrong-indented-flow-sequence":                            flowIndent,
	"comment-without-whitespace-after-block-scalar-indicator": commentBehind,
	"comment-without-whitespace-after-doublequoted-scalar":    commentBehind,
	"invalid-comment-after-comma":                             commentBehind,
	"invalid-comment-after-end-of-flow-sequence":              commentBehind,
	"dash-in-flow-sequence":                                   dash,
	"plain-dashes-in-flow-sequence":                           dash,
	"double-quoted-scalar-with-escaped-single-quote":          "yaml.v3, and so Kubernetes, reads \\' in double quotes as '",
	"tabs-in-various-contexts/003":                            flowIndent,
	"wrong-indented-multiline-quoted-scalar":                  quoteIndent,
	"tabs-that-look-like-indentation/01":                      quoteIndent,
	"trailing-line-of-spaces/01":                              lastBreak,
	"trailing-whitespace-in-streams/02":                       lastBreak,
}

const (
	flowIndent    = "lines in brackets may be indented in any way: yaml.v3, and so Kubernetes, reads them, and people write closing brackets below their keys"
	commentBehind = "a comment may stand right behind quotes, brackets and commas: yaml.v3, and so Kubernetes, reads it"
	dash          = "a dash alone may be an element in brackets, as in args: [-f, -]: yaml.v3, and so Kubernetes, reads it"
	quoteIndent   = "lines in quotes may be indented in any way: yaml.v3, and so Kubernetes, reads them"
	lastBreak     = "a block scalar that ends without a line break at the end of the source has none in its value: so yaml.v3 reads it"
)

// Every valid case of the suite reads as it says, every invalid one is refused.
func TestSuite(t *testing.T) {
	dir := suite(t)
	known := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "in.yaml" {
			return err
		}
		name, _ := filepath.Rel(dir, filepath.Dir(path))
		t.Run(name, func(t *testing.T) {
			problem := followsSuite(t, filepath.Dir(path))
			if why, excepted := exceptions[filepath.ToSlash(name)]; excepted {
				known++
				assert.NotEmpty(t, problem, "is no exception any more: %s", why)
				return
			}
			assert.Empty(t, problem)
		})
		return nil
	}))
	assert.Equal(t, len(exceptions), known)
}

// followsSuite says where a case is not read as the suite says.
func followsSuite(t *testing.T, dir string) string {
	src, err := os.ReadFile(filepath.Join(dir, "in.yaml"))
	require.NoError(t, err)
	docs, err := Parse(src)
	if _, missing := os.Stat(filepath.Join(dir, "error")); missing == nil {
		if err == nil {
			return "is read, and is invalid:\n" + string(src)
		}
		return ""
	}
	if err != nil {
		return err.Error() + ":\n" + string(src)
	}
	want, err := os.ReadFile(filepath.Join(dir, "in.json"))
	if err != nil {
		return "" // not all of YAML is JSON
	}
	dec := json.NewDecoder(bytes.NewReader(want))
	for i := 0; ; i++ {
		var v any
		if err := dec.Decode(&v); err == io.EOF {
			if i != len(docs) {
				return fmt.Sprintf("has %d documents, and %d are read", i, len(docs))
			}
			return ""
		}
		if i == len(docs) {
			return "has more documents"
		}
		if got := plainValue(docs[i].Root); !reflect.DeepEqual(v, got) {
			return fmt.Sprintf("reads as %#v, not %#v:\n%s", got, v, src)
		}
	}
}

// What is read in memory that another source was read in before reads as in new memory: the same documents, nodes, comments and errors.
func TestPeekingReadsTheSame(t *testing.T) {
	dir := suite(t)
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.Name() != "in.yaml" {
			return err
		}
		src, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, text := range [][]byte{src, append([]byte("# in front\n"), src...), bytes.Repeat([]byte("- a # many\n"), 300)} {
			one, oneErr := ReadOne(text)
			PeekOne(text, func(d *Doc, err error) {
				assert.Equal(t, oneErr, err, path)
				if assert.Equal(t, one == nil, d == nil, path); d != nil {
					assert.Equal(t, described([]*Doc{one}), described([]*Doc{{Root: d.Root, Span: d.Span}}), path)
				}
			})
			want, wantErr := Parse(text)
			Peek(text, func(docs []*Doc, err error) {
				assert.Equal(t, wantErr, err, path)
				assert.Equal(t, described(want), described(docs), path)
			})
		}
		return nil
	}))
}

// described is all that documents have, as text.
func described(docs []*Doc) string {
	var b strings.Builder
	var describe func(n *Node, depth int)
	describe = func(n *Node, depth int) {
		fmt.Fprintf(&b, "%*s%d %d %q %q %v %v %d %q %+v\n", depth, "", n.Kind, n.Style, n.Key, n.Value, n.Span(), n.KeySpan(), n.Line(), n.Anchor()+n.WrittenTag(), n.Comments())
		for c := range n.Children() {
			describe(c, depth+1)
		}
	}
	for _, d := range docs {
		fmt.Fprintln(&b, d.Span, d.comments)
		describe(d.Root, 0)
	}
	return b.String()
}

// What templates write in braces is no YAML, so that they are known as what they are.
func TestTemplatesAreNoYAML(t *testing.T) {
	for _, src := range []string{"{{- end }}\n", "a: {{ .Values.a }} b\n", "{{- if .x }}\na: 1\n{{- end }}\n", "- {{ .x }}: 1\n  {{- with .y }}\n"} {
		_, err := Parse([]byte(src))
		assert.Error(t, err, src)
	}
}

// plainValue is a node as encoding/json would read it.
func plainValue(n *Node) any {
	switch n.Kind {
	case Alias:
		return plainValue(n.Target())
	case Map:
		out := map[string]any{}
		for c := range n.Children() {
			key := c.KeyNode()
			if key.Kind == Alias {
				key = key.Target()
			}
			out[key.Value] = plainValue(c)
		}
		return out
	case List:
		out := []any{}
		for c := range n.Children() {
			out = append(out, plainValue(c))
		}
		return out
	}
	switch n.Tag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int", "!!float":
		var f float64
		if json.Unmarshal([]byte(n.Value), &f) == nil {
			return f
		}
		i, _ := strconv.ParseInt(n.Value, 0, 64)
		return float64(i)
	}
	return n.Value
}
