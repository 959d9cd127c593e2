package merge_test

import (
	"errors"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// fuzzType has a rule of every strategy.
var fuzzType = schema.NewType(map[string]schema.Rule{
	"keyed": {Strategy: schema.Map, Shape: schema.ListShape, Keys: []schema.Key{{Name: "n"}}}, "keyed[].keyed": {Strategy: schema.Map, Keys: []schema.Key{{Name: "n"}, {Name: "p", Default: "TCP"}}},
	"set": {Strategy: schema.Set}, "atomic": {Strategy: schema.Atomic}, "replace": {Strategy: schema.Replace},
	"strings": {Shape: schema.MapShape, Strings: true}, "retain": {Shape: schema.MapShape, Retain: true}, "unique": {Strategy: schema.Map, Unique: true, Keys: []schema.Key{{Name: "n"}}},
	"version": {Version: true},
})

// FuzzMerge merges any patch into any resource, with any old release: nothing panics, what changes can be edited into the text, and the
// second merge changes nothing.
func FuzzMerge(f *testing.F) {
	for _, s := range [][3]string{
		{"a: 1", "a: 1", "a: 2"},
		{"keyed: [{n: a, x: 1}, {n: b}]", "keyed: [{n: a, x: 1}]", "keyed: [{n: c}, {n: a, x: 2}, {n: b, $patch: delete}]"},
		{"set: [a, b]", "set: [a]", "set: [b, c]\n$deleteFromPrimitiveList/set: [a]"},
		{"keyed: [{n: a, keyed: [{n: x}, {n: x, p: UDP}]}]", "keyed: [{n: a, keyed: [{n: x, p: TCP}]}]", "$setElementOrder/keyed: [{n: b}, {n: a}]\nkeyed: [{n: b}, {n: a, keyed: [{n: x, v: 1}]}]"},
		{"strings: {a: \"b: 1\\n\", c: \"\"}", "strings: {a: {b: 1}}", "strings: {a: {b: 2}, c: [1], d: true}"},
		{"retain: {a: 1, b: 2}", "retain: {a: 1}", "retain: {c: 1, $retainKeys: [c]}"},
		{"s: |\n  a: ${x}\n  b: [1]\n", "s: {b: [1]}", "s: {a: 1, b: [2]}"},
		{"m: {x: 1}", "m: {x: 1}", "m: [1]"},
		{"unique: [{n: a}, {n: a}]\nversion: v1.2.3", "unique: [{n: a}]\nversion: 1.2.3", "unique: [{n: b}]\nversion: 1.2.4"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, target, old, next string) {
		doc, err := yamltree.ReadOne([]byte(target))
		if err != nil || len(target)+len(old)+len(next) > 4000 {
			return
		}
		from, to := fuzzTree(old), fuzzTree(next)
		logical, err := yamltree.Logical(doc.Root)
		if err != nil || from == nil || to == nil || logical.Kind != yamltree.Map {
			return
		}
		sides := merge.Sides{Known: true, Old: patch(from)}
		m := merge.ThreeWay(logical, patch(to), sides, fuzzType)
		if len(m.Errors) > 0 || m.Removed {
			return
		}
		check := yamltree.Clone(logical)
		if err := yamltree.Apply(check, merge.Edits(m.Changes)); err != nil || !yamltree.Equal(check, m.Final) {
			t.Fatalf("the changes do not come to the outcome: %v\n%v", err, m.Changes)
		}
		out, _, err := yamledit.Bytes([]byte(target), doc.Root, merge.Edits(m.Changes))
		if errors.Is(err, yamledit.ErrNotJSON) {
			return
		}
		if err != nil {
			t.Fatalf("cannot be edited: %v\ntarget\n%s\nold\n%s\nnew\n%s", err, target, old, next)
		}
		if len(m.Changes) == 0 && string(out) != target {
			t.Fatalf("no change, and other bytes\n%q\n%q", target, out)
		}
		again := merge.ThreeWay(m.Final, patch(to), merge.Sides{Known: true, Old: patch(to)}, fuzzType)
		if len(again.Errors)+len(again.Changes) > 0 {
			t.Fatalf("the second upgrade changes something\ntarget\n%s\nold\n%s\nnew\n%s\nonce\n%s\n%v %v", target, old, next, out, again.Changes, again.Errors)
		}
	})
}

// fuzzTree is a partial resource as a release may have it, nil for none.
func fuzzTree(text string) *yamltree.Node {
	doc, err := yamltree.ReadOne([]byte(text))
	if err != nil {
		return nil
	}
	n, err := yamltree.Logical(doc.Root)
	if err != nil || n.Kind != yamltree.Map || odd(n) {
		return nil
	}
	return yamltree.StripComments(n)
}

// odd reports whether a tree has what releases are refused for: keys twice, null, or that are no scalars, and values that are not what their tag says.
func odd(n *yamltree.Node) bool {
	if yamltree.TagProblem(n) != "" || n.Kind == yamltree.Map && len(yamltree.Keys(n)) != n.Len() {
		return true
	}
	for child := range n.Children() {
		if odd(child) || n.Kind == yamltree.Map && yamltree.IsNull(child.KeyNode()) {
			return true
		}
	}
	return false
}
