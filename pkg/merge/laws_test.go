package merge_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// mergeAs merges patches, of one component, into a resource of a kind.
func mergeAs(k kindOf, target *yaml.Node, patches ...*yaml.Node) *merge.Merged {
	all := make([]merge.Patch, len(patches))
	for i, p := range patches {
		all[i] = merge.Patch{Component: "c", Rank: i, Data: p}
	}
	return merge.Merge(target, all, schema.New(nil, nil).Of(resource.Ref{APIVersion: k.apiVersion, Kind: k.name}))
}

// drawMerge draws a kind, a resource of it, and a number of patches.
func drawMerge(t *rapid.T, patches int) (kindOf, *yaml.Node, []*yaml.Node) {
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	target := kind.draw(t, false)
	target["apiVersion"], target["kind"] = kind.apiVersion, kind.name
	out := make([]*yaml.Node, patches)
	for i := range out {
		out[i] = fromJSON(toJSON(kind.draw(t, true)))
	}
	return kind, fromJSON(toJSON(target)), out
}

func TestMergingTwiceIsMergingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 1)
		once := mergeAs(kind, target, patches...)
		if len(once.Errors) > 0 {
			t.Skip()
		}
		twice := mergeAs(kind, once.Final, patches...)
		if len(twice.Changes) > 0 || len(twice.Errors) > 0 {
			t.Fatalf("target %s\npatch %s\nonce %s\nagain %v %v", text(target), text(patches[0]), text(once.Final), twice.Changes, twice.Errors)
		}
	})
}

func TestBaseThenOverlayIsBothTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 2)
		for _, p := range patches { // what one release retains in them is what base and overlay say together
			withoutField(p, "volumes")
		}
		base := mergeAs(kind, target, patches[0])
		together := mergeAs(kind, target, patches...)
		if len(base.Errors)+len(together.Errors) > 0 {
			t.Skip()
		}
		overlay := mergeAs(kind, base.Final, patches[1])
		// Elements that base removes and overlay brings back stay in place, so the order of lists does not count.
		if normal([]byte(text(overlay.Final))) != normal([]byte(text(together.Final))) {
			t.Fatalf("target %s\nbase %s\noverlay %s\none by one %s\ntogether %s", text(target), text(patches[0]), text(patches[1]), text(overlay.Final), text(together.Final))
		}
	})
}

// withoutField takes the fields of a name out of a tree that the caller owns.
func withoutField(n *yaml.Node, name string) {
	if at := yamltree.IndexOf(n, name); at >= 0 {
		n.Content = slices.Delete(n.Content, at, at+2)
	}
	for _, child := range n.Content {
		withoutField(child, name)
	}
}

func TestNothingThatIsPassedInChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 2)
		before := text(target) + text(patches[0]) + text(patches[1])
		merged := mergeAs(kind, target, patches...)
		merged.Final.Content = append(merged.Final.Content, merged.Final.Content...)
		for _, c := range merged.Changes {
			if c.New != nil {
				c.New.Value, c.New.Content = "changed", nil
			}
		}
		if after := text(target) + text(patches[0]) + text(patches[1]); before != after {
			t.Fatalf("before %s\nafter %s", before, after)
		}
	})
}

func TestOrderOfMapsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 1)
		turned := mergeAs(kind, reversed(target), reversed(patches[0]))
		merged := mergeAs(kind, target, patches[0])
		if (len(turned.Errors) > 0) != (len(merged.Errors) > 0) {
			t.Fatalf("errors: %v or %v", merged.Errors, turned.Errors)
		}
		if len(merged.Errors) == 0 && !yamltree.Equal(merged.Final, turned.Final) {
			t.Fatalf("target %s\npatch %s\n%s\n%s", text(target), text(patches[0]), text(merged.Final), text(turned.Final))
		}
	})
}

// reversed has the keys of every map in the opposite order.
func reversed(n *yaml.Node) *yaml.Node {
	c := *n
	c.Content = nil
	for i := range n.Content {
		c.Content = append(c.Content, reversed(n.Content[i]))
	}
	if n.Kind == yaml.MappingNode {
		for i, j := 0, len(c.Content)-2; i < j; i, j = i+2, j-2 {
			c.Content[i], c.Content[j] = c.Content[j], c.Content[i]
			c.Content[i+1], c.Content[j+1] = c.Content[j+1], c.Content[i+1]
		}
	}
	return &c
}

// TestUnmentionedLinesStay prints a resource in block style with a comment on every line, edits the text by the
// changes of a merge, and looks at the lines of the top-level fields and spec fields that the patch does not mention.
func TestUnmentionedLinesStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 1)
		src := commented(target)
		var doc yaml.Node
		if err := yaml.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		logical, err := yamltree.Logical(doc.Content[0])
		if err != nil {
			t.Fatal(err)
		}
		merged := mergeAs(kind, logical, patches...)
		if len(merged.Errors) > 0 {
			t.Skip()
		}
		out, rewritten, err := yamledit.Bytes(src, &doc, merge.Edits(merged.Changes))
		if err != nil {
			t.Fatalf("%v\nsource\n%s\npatch %s\nchanges %v", err, src, text(patches[0]), merged.Changes)
		}
		if len(rewritten) > 0 {
			t.Fatalf("printed anew: %v\nsource\n%s\npatch %s", rewritten, src, text(patches[0]))
		}
		for _, top := range []string{"metadata", "spec"} {
			before, said := yamltree.Get(doc.Content[0], top), yamltree.Get(patches[0], top)
			if before == nil || yamltree.IsNull(before) || said != nil && said.Kind != yaml.MappingNode {
				continue
			}
			for i := 0; i+1 < len(before.Content); i += 2 {
				key := before.Content[i]
				if said != nil && (yamltree.Get(said, key.Value) != nil || strings.Contains(text(said), "/"+key.Value+`"`) || yamltree.Get(said, "$patch") != nil) {
					continue
				}
				from, to := linesOf(src, before, i)
				if !bytes.Contains(out, bytes.Join(bytes.SplitAfter(src, []byte("\n"))[from:to], nil)) {
					t.Fatalf("%s.%s is not as it was\nsource\n%s\npatch %s\nout\n%s", top, key.Value, src, text(patches[0]), out)
				}
			}
		}
	})
}

// linesOf are the lines of the i-th entry of a map, as indexes of a slice of lines.
func linesOf(src []byte, m *yaml.Node, i int) (from, to int) {
	from, to = m.Content[i].Line-1, bytes.Count(src, []byte("\n"))
	for j := from + 1; j < to; j++ {
		line := bytes.SplitAfter(src, []byte("\n"))[j]
		if len(line)-len(bytes.TrimLeft(line, " ")) < m.Content[i].Column && !bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("- ")) {
			return from, j
		}
	}
	return from, to
}

// commented prints a tree in block style, with a comment behind every line.
func commented(n *yaml.Node) []byte {
	c := yamltree.Clone(n)
	var block func(n *yaml.Node)
	block = func(n *yaml.Node) {
		if len(n.Content) > 0 {
			n.Style = 0
		}
		for _, child := range n.Content {
			block(child)
		}
	}
	block(c)
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := enc.Encode(c); err != nil {
		panic(err)
	}
	return bytes.ReplaceAll(buf.Bytes(), []byte("\n"), []byte(" # about it\n"))
}

func text(n *yaml.Node) string { return string(toJSON(toAny(n))) }
