package yamledit

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// FuzzBytes sets any value at any place of any text: nothing panics, no edit is no change, and what comes out reads as the tree with the edit. Where the edit was made
// in place, the lines in front of the place stay. What comes out is read by yaml.v3, and sources that it reads otherwise are left out.
func FuzzBytes(f *testing.F) {
	for _, s := range [][3]string{
		{"a: 1 # c\nb:\n  - x\n  - y: 1\n", "b[1].y", "2"},
		{"a: {b: [1, 2], c: x}\n", "a.b", "[1, 3, 2]"},
		{"a: |\n  text\n\n  more\nb: 1\n", "a", "'x\n\n  y'"},
		{"a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 1\n", "c.b", "2"},
		{"# top\n- a\n-\n  b: 1\n- - c\n", "[2]", "{d: 1}"},
		{"a: >-\n  x\n  y\n? b\n: c\n", "b", "d"},
		{"{\"a\": \"b\", \"c\": [1,2]}", "c[0]", "x"},
		{"a: 'it''s'\r\nb:\r\n- 1\r\n", "b[0]", ""},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, src, at, value string) {
		p, err := yamltree.ParsePath(at)
		if err != nil && at != "" || len(src)+len(value) > 4000 {
			return
		}
		checkEdit(t, src, p, value)
	})
}

// TestSuiteIsEdited does the same at each place of the documents of the yaml-test-suite.
func TestSuiteIsEdited(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/goccy/go-yaml").Output()
	require.NoError(t, err, "the module with the yaml-test-suite must be downloaded: go mod download")
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "yaml-test-suite", "*", "in.yaml"))
	require.NoError(t, err)
	made := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		doc, err := yamltree.ReadOne(src)
		if err != nil || doc.Root == nil {
			continue
		}
		for _, p := range places(doc.Root, nil) {
			for _, value := range []string{"", "x", "{a: 1}", "[1, b]", "'a\n\n  b'"} {
				if checkEdit(t, string(src), p, value) {
					made++
				}
			}
		}
	}
	assert.Greater(t, made, 1500, "nearly all are made")
}

// places are the paths to all values in a tree.
func places(n *yamltree.Node, at yamltree.Path) []yamltree.Path {
	var out []yamltree.Path
	if len(at) > 0 {
		out = append(out, at)
	}
	i := 0
	for c := range n.Children() {
		if n.Kind == yamltree.List {
			out = append(out, places(c, at.Index(i))...)
		} else if name, ok := c.Name(); ok {
			out = append(out, places(c, at.Field(name))...)
		}
		i++
	}
	return out
}

// checkEdit sets a value, "" to remove what is there, and fails where what comes out is not the text with that edit. It reports whether the edit was made.
func checkEdit(t *testing.T, src string, p yamltree.Path, value string) bool {
	t.Helper()
	doc, err := yamltree.ReadOne([]byte(src))
	if err != nil {
		return false
	}
	if ours, err := yamltree.Logical(doc.Root); err != nil || differsInV3(src, ours) {
		return false
	}
	e := yamltree.Edit{Path: p}
	if value != "" {
		v, err := yamltree.ReadOne([]byte(value))
		if err != nil {
			return false
		}
		if e.Value, err = yamltree.Logical(v.Root); err != nil || yamltree.TagProblem(e.Value) != "" {
			return false
		}
		yamltree.StripComments(e.Value)
	}
	if same, _, err := Bytes([]byte(src), doc.Root, nil); err != nil || string(same) != src {
		t.Fatalf("no edit, and other bytes: %v\n%q\n%q", err, src, same)
	}
	want, err := yamltree.Logical(doc.Root)
	want = yamltree.Clone(want)
	if err != nil || yamltree.Apply(want, []yamltree.Edit{e}) != nil {
		return false
	}
	out, rewritten, err := Bytes([]byte(src), doc.Root, []yamltree.Edit{e})
	if err != nil {
		return false // loud, and nothing written
	}
	got, err := inV3(out)
	if err != nil && strings.Contains(src, "\t") { // a blank line with a tab in it, which yaml.v3 reads behind a plain scalar alone
		return false
	}
	if err != nil || !isJSON([]byte(src)) && !yamltree.Identical(got, want) {
		t.Fatalf("%v\n%s := %q\nfrom\n%s\nto\n%s", err, p, value, src, out)
	}
	line := 0
	if len(p) > 0 && p[0].Kind == yamltree.Field {
		if entry := yamltree.Get(doc.Root, p[0].Name); entry != nil {
			line = 1 + strings.Count(src[:entry.KeySpan().Start], "\n")
		}
	}
	if len(rewritten) == 0 && !strings.ContainsAny(src, "&*{[?#\r\u0085\u2028\u2029") && line > 1 {
		front := strings.SplitAfter(src, "\n")
		head := strings.Join(front[:min(len(front), line-1)], "")
		if !strings.HasSuffix(src, "\n") { // what is last then lacks its line break still
			head = strings.TrimSuffix(head, "\n")
		}
		if !bytes.HasPrefix(out, []byte(head)) {
			t.Fatalf("lines in front of the edit changed\n%s := %q\nfrom\n%s\nto\n%s", p, value, src, out)
		}
	}
	return true
}

// inV3 is what yaml.v3 reads.
func inV3(src []byte) (*yamltree.Node, error) {
	docs, err := yamltree.DocumentsOfV3(src)
	if err != nil {
		return nil, err
	}
	if len(docs) != 1 {
		return nil, fmt.Errorf("%d documents, not one", len(docs))
	}
	return yamltree.Logical(yamltree.FromV3(docs[0]))
}

func differsInV3(src string, ours *yamltree.Node) bool {
	theirs, err := inV3([]byte(src))
	return err != nil || !yamltree.Identical(ours, theirs)
}
