package resource

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A list that is cut is what it is when it is read in one go: the same items, the same around them, on the same lines, with the same end.
func checkCut(t *testing.T, src []byte) (isCut bool) {
	t.Helper()
	c, items, isCut := cutList(src)
	if !isCut {
		return false
	}
	doc, err := yamltree.ReadOne(src)
	require.NoError(t, err, "it is cut, and no YAML")
	whole, parts := &List{size: len(src), src: src, doc: doc}, &List{size: len(src), cut: c, Items: items}
	require.Equal(t, doc.Root.Len(), c.frame.Root.Len())
	part := c.frame.Root.First()
	for v := range doc.Root.Children() {
		assert.True(t, yamltree.Identical(v.KeyNode(), part.KeyNode()), v.Key)
		if v.Key != "items" {
			assert.True(t, yamltree.Identical(v, part), v.Key)
			assert.Equal(t, v.Line(), part.Line(), v.Key)
		}
		part = part.Next()
	}
	list := yamltree.Get(doc.Root, "items")
	require.Equal(t, list.Len(), len(items))
	from := c.begin
	for n, el := range list.Elements() {
		root := items[n].Root()
		was, errWas := yamltree.Logical(el)
		is, errIs := yamltree.Logical(root)
		assert.Equal(t, errWas == nil, errIs == nil, "items[%d]", n)
		assert.True(t, errWas != nil || yamltree.Identical(was, is), "items[%d]", n)
		assert.Equal(t, comments(el), comments(root), "items[%d]", n)
		assert.Equal(t, el.Span(), yamltree.Span{Start: from + root.Span().Start, End: from + root.Span().End}, "items[%d]", n)
		assert.Equal(t, el.Mark(), from+root.Mark(), "items[%d]", n)
		assert.Equal(t, NewItem(el).Ref, items[n].Ref)
		from += len(c.texts[n].Text())
	}
	assert.Equal(t, c.end, from)
	assert.Equal(t, whole.end(), parts.end())
	assert.Equal(t, whole.textEnd(), parts.textEnd())
	assert.Equal(t, whole.endsInComment(), parts.endsInComment())
	assert.Equal(t, whole.Edited().endsInBlock(), parts.Edited().endsInBlock())
	assert.Equal(t, string(src), string(joined(parts.Text().parts)))
	return true
}

// comments are those of all nodes of a tree.
func comments(n *yamltree.Node) []yamltree.Comments {
	out := []yamltree.Comments{n.Comments()}
	for c := range n.Children() {
		out = append(out, comments(c)...)
	}
	return out
}

const (
	head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"
	pool = "- kind: MachinePool\n  metadata:\n    name: a\n  spec:\n    replicas: 3 # three\n"
	app  = "- kind: App\n  spec:\n    text: |\n      - kind: x\n\n      items:\n"
)

var indented = "  " + strings.ReplaceAll(pool, "\n", "\n  ")

// apart are lists that are cut.
var apart = map[string]string{
	"one item":                        head + "items:\n" + pool,
	"several":                         head + "items:\n" + pool + app + pool,
	"the configuration behind them":   head + "items:\n" + pool + app + "functionConfig:\n  kind: ConfigMap\n  data: {items: x}\n",
	"results behind them":             head + "items:\n" + pool + app + "results:\n- message: x\n",
	"the items first":                 "items:\n" + pool + head,
	"another items in front":          head + "functionConfig:\n  items:\n  - a\nitems:\n" + pool,
	"indented":                        head + "items:\n" + strings.TrimRight(indented, " ") + indented[:len(indented)-2],
	"comments around":                 head + "# above\nitems:\n# above the first\n" + pool + "# above the second\n" + app + "  # of the second\n\n# last\n" + "functionConfig: {}\n",
	"a dash on its own":               head + "items:\n-\n  kind: A\n" + pool,
	"markers":                         "---\n" + head + "items:\n" + pool + "...\n",
	"no line break at the end":        head + "items:\n" + pool + "- kind: A",
	"a comment without one":           head + "items:\n" + pool + "# end",
	"a text that ends with a comment": head + "items:\n- kind: A\n  text: |\n    a\n    # b",
	"blank lines":                     head + "items:\n\n" + pool + "\n\n" + pool + "\n\n",
	"anchors in one item":             head + "items:\n- kind: A\n  a: &x {b: c}\n  d: *x\n  e:\n    <<: *x\n" + pool,
	"the same anchor in two":          head + "items:\n- kind: A\n  a: &x 1\n  b: *x\n- kind: B\n  a: &x 2\n  b: *x\n",
	"text of several lines":           head + "items:\n- kind: A\n  a: one\n   two\n  b: \"three\n\n    four\"\n" + pool,
	"deep texts":                      head + "items:\n" + app + app,
}

// inOneGo are lists that are not.
var inOneGo = map[string]string{
	"in brackets":                    head + "items: [{kind: A}]\n",
	"items in brackets":              head + "items:\n[{kind: A}]\n",
	"JSON":                           `{"apiVersion":"config.kubernetes.io/v1","kind":"ResourceList","items":[{"kind":"A"}]}`,
	"no items":                       head + "items: []\n",
	"nothing":                        head,
	"an anchor of another item":      head + "items:\n- kind: A\n  a: &x 1\n- kind: B\n  b: *x\n",
	"an anchor of the frame":         head + "functionConfig: &x {kind: C}\nitems:\n- kind: A\n  a: *x\n",
	"an anchor of an item":           head + "items:\n- kind: A\n  a: &x {kind: C}\nfunctionConfig: *x\n",
	"items twice":                    head + "items:\n" + pool + "items:\n" + pool,
	"a second document":              head + "items:\n" + pool + "---\n" + head,
	"an item that is text":           head + "items:\n- a\n- kind: B\n",
	"a tag of the document":          "%TAG !e! tag:example.com,2000:\n---\n" + head + "items:\n- kind: !e!x A\n",
	"a handle that tags have anyway": "%TAG ! 0\n---\n" + head + "items:\n- kind: !e A\n",
	"a tab in front of a comment":    head + "items:\n- kind: A\n\t# b\n",
	"quotes over items":              head + "items:\n- kind: \"A\n- b\"\n- kind: B\n",
	"brackets over items":            head + "items:\n- kind: A\n  b: {c: [1,\n- d]}\n",
	"CRLF":                           strings.ReplaceAll(head+"items:\n"+pool, "\n", "\r\n"),
	"a list that ends nowhere":       head + "items:\n  - kind: A\n foo: bar\n",
	"a list that is no list's end":   head + "items:\n- kind: A\n-- b\n",
	"items inside of a text":         head + "text: |\n  x\nmore: \"\nitems:\n- kind: A\n\"\n",
	"items that are another's text":  "a: 'b\nitems:\n- kind: A'\n",
}

func TestListsAreCut(t *testing.T) {
	for desc, src := range apart {
		t.Run(desc, func(t *testing.T) { assert.True(t, checkCut(t, []byte(src)), src) })
	}
	for desc, src := range inOneGo {
		t.Run(desc, func(t *testing.T) { assert.False(t, checkCut(t, []byte(src)), src) })
	}
}

func logical(t *testing.T, n *yamltree.Node) *yamltree.Node {
	t.Helper()
	out, err := yamltree.Logical(n)
	require.NoError(t, err)
	return out
}

// What is added to a list that is cut, and what becomes of its items at the same time, comes out as in one that is read in one go.
func TestItemsAreAddedAsToAListReadInOneGo(t *testing.T) {
	value := func(text string) *yamltree.Node {
		doc, err := yamltree.ReadOne([]byte(text))
		require.NoError(t, err)
		return doc.Root
	}
	added := func(n int) []ItemEdits {
		return []ItemEdits{{n, []yamltree.Edit{{Value: value("kind: New\nspec:\n  a: [1, 2]\n  b: |\n    text\n")}}}, {n + 1, []yamltree.Edit{{Value: value("{kind: New}")}}}}
	}
	removed := []ItemEdits{{0, []yamltree.Edit{{}}}}
	results := func(yield func([]byte) bool) { yield([]byte("- message: x\n  severity: info\n")) }
	for desc, src := range apart {
		for _, with := range []iter.Seq[[]byte]{nil, results} {
			for what, more := range map[string]func(int) []ItemEdits{
				"added":             added,
				"removed":           func(int) []ItemEdits { return removed },
				"removed and added": func(n int) []ItemEdits { return append(slices.Clone(removed), added(n)...) },
			} {
				c, items, isCut := cutList([]byte(src))
				require.True(t, isCut, desc)
				doc, err := yamltree.ReadOne([]byte(src))
				require.NoError(t, err)
				parts, whole := (&List{size: len(src), cut: c, Items: items}).Edited(), (&List{size: len(src), src: []byte(src), doc: doc}).Edited()
				for _, i := range items {
					edits := []yamltree.Edit{{Path: yamltree.Fields("spec"), Value: value("{edited: true}")}}
					parts.Edit(i, edits)
					whole.Edit(i, edits)
				}
				got, anew, err := parts.Render(more(len(items)), with)
				require.NoError(t, err, "%s, %s", desc, what)
				want, wantAnew, err := whole.Render(more(len(items)), with)
				require.NoError(t, err, "%s, %s", desc, what)
				if with == nil && wantAnew == nil { // of results, the place and the indentation may be others
					assert.Empty(t, anew, "%s, %s", desc, what)
					assert.Equal(t, string(joined(want.parts)), string(joined(got.parts)), "%s, %s", desc, what)
				}
				is, err := yamltree.ReadOne(joined(got.parts))
				require.NoError(t, err, "%s, %s", desc, what)
				should, err := yamltree.ReadOne(joined(want.parts))
				require.NoError(t, err, "%s, %s", desc, what)
				assert.True(t, yamltree.Identical(logical(t, should.Root), logical(t, is.Root)), "%s, %s", desc, what)
			}
		}
	}
}

func FuzzCut(f *testing.F) {
	for _, list := range []map[string]string{apart, inOneGo} {
		for _, src := range list {
			f.Add([]byte(src))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) { checkCut(t, src) })
}

// A large list, whose items are held packed, is written back byte for byte, with the edits of its items in place.
func TestLargeListIsEditedInPlace(t *testing.T) {
	for _, behind := range []string{"", "functionConfig: {kind: A} # b\n", "# end", "...\n"} {
		src := head + "# above\nitems:\n" + strings.Repeat(pool+"# between\n"+app, keptTrees/len(pool+app)+1) + behind
		l, err := ParseList([]byte(src))
		require.NoError(t, err)
		e := l.Edited()
		for _, i := range l.Items {
			if i.Kind == "MachinePool" {
				e.Edit(i, []yamltree.Edit{{Path: yamltree.Fields("spec", "replicas"), Value: yamltree.Word("12")}})
			}
		}
		results := func(yield func([]byte) bool) { yield([]byte("- message: x\n")) }
		out, anew, err := e.Render(nil, results)
		require.NoError(t, err)
		assert.Empty(t, anew)
		body, marker := src, ""
		if behind == "...\n" {
			body, marker = strings.TrimSuffix(src, behind), behind
		} else if !strings.HasSuffix(src, "\n") {
			body += "\n"
		}
		want := strings.ReplaceAll(body, "replicas: 3", "replicas: 12") + "results:\n- message: x\n" + marker
		assert.True(t, want == string(joined(out.parts)), "%q", behind)
		assert.True(t, src == string(joined(l.Text().parts)), "%q", behind)
	}
}

// A list that is large is cut as a small one is; its trees are made when they are asked for.
func TestLargeListKeepsNoTrees(t *testing.T) {
	src := []byte(head + "items:\n" + strings.Repeat(pool+app, keptTrees/len(pool+app)+1))
	_, items, isCut := cutList(src)
	require.True(t, isCut)
	_, small, _ := cutList([]byte(head + "items:\n" + pool + app))
	for n, i := range items {
		want := small[n%2]
		assert.Nil(t, i.root.Load())
		assert.Equal(t, want.Ref, i.Ref)
		assert.Equal(t, n, i.Index)
	}
	assert.NotNil(t, small[0].root.Load())
	assert.True(t, yamltree.Identical(small[1].Root(), items[len(items)-1].Root()))
}
