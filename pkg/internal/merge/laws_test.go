package merge_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"pgregory.net/rapid"
)

// mergeAs merges patches, of one component, into a resource of a kind.
func mergeAs(k kindOf, target *yamltree.Node, patches ...*yamltree.Node) *merge.Merged {
	all := make([]merge.Patch, len(patches))
	for i, p := range patches {
		all[i] = merge.Patch{Component: "c", Rank: i, Data: p}
	}
	return merge.Merge(target, all, schema.New(nil, nil).Of(resource.Ref{APIVersion: k.apiVersion, Kind: k.name}))
}

// drawMerge draws a kind, a resource of it, and a number of patches.
func drawMerge(t *rapid.T, patches int) (kindOf, *yamltree.Node, []*yamltree.Node) {
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	target := kind.draw(t, false)
	target["apiVersion"], target["kind"] = kind.apiVersion, kind.name
	out := make([]*yamltree.Node, patches)
	for i := range out {
		out[i] = fromJSON(toJSON(kind.draw(t, true)))
	}
	return kind, fromJSON(toJSON(target)), out
}

// drawMerged draws a merge of two patches that comes to a resource.
func drawMerged(t *rapid.T) (target *yamltree.Node, patches []*yamltree.Node, merged *merge.Merged) {
	kind, target, patches := drawMerge(t, 2)
	merged = mergeAs(kind, target, patches...)
	if len(merged.Errors) > 0 || merged.Removed {
		t.Skip()
	}
	return target, patches, merged
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

// What a merge says that it changes is what it changes: made in the resource, the changes come to the resource that the merge came to.
func TestChangesMakeTheResourceThatTheMergeCameTo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, patches, merged := drawMerged(t)
		made := yamltree.Clone(target)
		if err := yamltree.Apply(made, merge.Edits(merged.Changes)); err != nil || text(made) != text(merged.Final) {
			t.Fatalf("target %s\npatches %s and %s\nmerged %s\nmade %s %v", text(target), text(patches[0]), text(patches[1]), text(merged.Final), text(made), err)
		}
	})
}

// What is done to the resource afterwards, such as to record its release, does not reach what is told of the merge.
func TestWhatIsToldStaysWhenTheResourceGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, patches, merged := drawMerged(t)
		told := func() string {
			var b strings.Builder
			for _, c := range merged.Changes {
				b.WriteString(c.Path.String())
				if c.New != nil {
					b.WriteString(text(c.New))
				}
			}
			return b.String()
		}
		before := told()
		for _, c := range merged.Changes {
			if yamltree.Lookup(merged.Final, c.Path) != nil {
				if err := yamltree.Apply(merged.Final, []yamltree.Edit{{Path: c.Path, Value: yamltree.Str("afterwards")}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if after := told(); before != after {
			t.Fatalf("target %s\npatches %s and %s\nbefore %s\nafter %s", text(target), text(patches[0]), text(patches[1]), before, after)
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
func withoutField(n *yamltree.Node, name string) {
	if v := yamltree.Get(n, name); v != nil {
		n.Remove(v)
	}
	for child := range n.Children() {
		withoutField(child, name)
	}
}

func TestNothingThatIsPassedInChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 2)
		before := text(target) + text(patches[0]) + text(patches[1])
		merged := mergeAs(kind, target, patches...)
		merged.Final.Add("more", yamltree.Str("x"))
		for _, c := range merged.Changes {
			if c.New != nil {
				c.New.SetChildren(nil)
				c.New.Value = "changed"
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
func reversed(n *yamltree.Node) *yamltree.Node {
	c := n.Bare()
	var children []*yamltree.Node
	for child := range n.Children() {
		children = append(children, reversed(child))
	}
	if n.Kind == yamltree.Map {
		slices.Reverse(children)
	}
	c.SetChildren(children)
	return c
}

// TestUnmentionedLinesStay prints a resource in block style with a comment on every line, edits the text by the
// changes of a merge, and looks at the lines of the top-level fields and spec fields that the patch does not mention.
func TestUnmentionedLinesStay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, patches := drawMerge(t, 1)
		src := commented(target)
		doc, err := yamltree.Read(src)
		if err != nil {
			t.Fatal(err)
		}
		logical, err := yamltree.Logical(doc.Root)
		if err != nil {
			t.Fatal(err)
		}
		merged := mergeAs(kind, logical, patches...)
		if len(merged.Errors) > 0 {
			t.Skip()
		}
		out, rewritten, err := yamledit.Bytes(src, doc.Root, merge.Edits(merged.Changes))
		if err != nil {
			t.Fatalf("%v\nsource\n%s\npatch %s\nchanges %v", err, src, text(patches[0]), merged.Changes)
		}
		if len(rewritten) > 0 {
			t.Fatalf("printed anew: %v\nsource\n%s\npatch %s", rewritten, src, text(patches[0]))
		}
		for _, top := range []string{"metadata", "spec"} {
			before, said := yamltree.Get(doc.Root, top), yamltree.Get(patches[0], top)
			if before == nil || yamltree.IsNull(before) || said != nil && said.Kind != yamltree.Map {
				continue
			}
			for entry := range before.Children() {
				if said != nil && (yamltree.Get(said, entry.Key) != nil || strings.Contains(text(said), "/"+entry.Key+`"`) || yamltree.Get(said, "$patch") != nil) {
					continue
				}
				from, to := linesOf(src, entry)
				if !bytes.Contains(out, bytes.Join(bytes.SplitAfter(src, []byte("\n"))[from:to], nil)) {
					t.Fatalf("%s.%s is not as it was\nsource\n%s\npatch %s\nout\n%s", top, entry.Key, src, text(patches[0]), out)
				}
			}
		}
	})
}

// linesOf are the lines of an entry of a map, as indexes of a slice of lines.
func linesOf(src []byte, entry *yamltree.Node) (from, to int) {
	start := entry.KeySpan().Start
	column := start - bytes.LastIndexByte(src[:start], '\n')
	from, to = bytes.Count(src[:start], []byte("\n")), bytes.Count(src, []byte("\n"))
	for j := from + 1; j < to; j++ {
		line := bytes.SplitAfter(src, []byte("\n"))[j]
		if len(line)-len(bytes.TrimLeft(line, " ")) < column && !bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("- ")) {
			return from, j
		}
	}
	return from, to
}

// commented prints a tree in block style, with a comment behind every line.
func commented(n *yamltree.Node) []byte {
	return bytes.ReplaceAll(yamledit.Print(n), []byte("\n"), []byte(" # about it\n"))
}

func text(n *yamltree.Node) string { return string(toJSON(toAny(n))) }
