package merge_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"pgregory.net/rapid"
)

// threeWays draws a kind, a resource, and what an old and a new release say of it, without directives.
func threeWays(t *rapid.T) (kind kindOf, target, old, next *yamltree.Node) {
	kind, target, _ = drawMerge(t, 0)
	return kind, target, fromJSON(toJSON(kind.draw(t, false))), fromJSON(toJSON(kind.draw(t, false)))
}

func typeOf(k kindOf) *schema.Type {
	return schema.New(nil, nil).Of(resource.Ref{APIVersion: k.apiVersion, Kind: k.name})
}

func patch(n *yamltree.Node) []merge.Patch { return []merge.Patch{{Component: "c", Data: n}} }

func threeWay(k kindOf, target, old, next *yamltree.Node, accept func(merge.Proposal) bool) *merge.Merged {
	s := merge.Sides{Known: true, Old: patch(old), All: patch(next)}
	if accept != nil {
		s.Decide = func(p merge.Proposal) merge.Verdict { return merge.Verdict{Leave: !accept(p)} }
	}
	return merge.ThreeWay(target, patch(next), s, typeOf(k))
}

func TestWhatIsAsTheOldReleaseSaysBecomesWhatTheNewOneSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, _, old, next := threeWays(t)
		before, after := merge.Compose(patch(old), typeOf(kind)), merge.Compose(patch(next), typeOf(kind))
		m := threeWay(kind, before, old, next, nil)
		if len(m.Errors) > 0 {
			t.Skip()
		}
		if normal([]byte(text(m.Final))) != normal([]byte(text(after))) {
			t.Fatalf("old %s\nnew %s\ngot %s\nwant %s\nkept %v", text(old), text(next), text(m.Final), text(after), m.Kept)
		}
	})
}

func TestThreeWaysOfOneReleaseAreTwoWays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, _, next := threeWays(t)
		three, two := threeWay(kind, target, next, next, nil), mergeAs(kind, target, next)
		if len(three.Errors) != len(two.Errors) || len(two.Errors) == 0 && normal([]byte(text(three.Final))) != normal([]byte(text(two.Final))) { // but for the order of lists
			t.Fatalf("target %s\npatch %s\nthree ways %s %v\ntwo ways %s %v", text(target), text(next), text(three.Final), three.Errors, text(two.Final), two.Errors)
		}
	})
}

func TestTheSecondUpgradeChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, old, next := threeWays(t)
		keep := rapid.Bool().Draw(t, "keep local changes")
		accept := func(p merge.Proposal) bool { return !keep || !p.Local }
		once := threeWay(kind, target, old, next, accept)
		if len(once.Errors) > 0 {
			t.Skip()
		}
		twice := threeWay(kind, once.Final, next, next, accept)
		if len(twice.Errors)+len(twice.Changes) > 0 {
			t.Fatalf("target %s\nold %s\nnew %s\nonce %s\nagain %v %v", text(target), text(old), text(next), text(once.Final), twice.Changes, twice.Errors)
		}
	})
}

// TestNothingOfTheCustomersGoes looks at what the resource has and neither release sets: it stays, whatever happens around it. With local
// changes kept, so does every value that differs from the old release's.
func TestNothingOfTheCustomersGoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind, target, old, next := threeWays(t)
		m := threeWay(kind, target, old, next, func(p merge.Proposal) bool { return !p.Local })
		if len(m.Errors) > 0 {
			t.Skip()
		}
		was := merge.Compose(patch(old), typeOf(kind))
		var walk func(n *yamltree.Node, at yamltree.Path)
		walk = func(n *yamltree.Node, at yamltree.Path) {
			if n.Kind == yamltree.Map && n.First() != nil {
				for v := range n.Children() {
					walk(v, at.Field(v.Key))
				}
				return
			}
			if n.Kind != yamltree.Scalar || yamltree.IsNull(n) {
				return
			}
			before, after := yamltree.Lookup(was, at), yamltree.Lookup(m.Final, at)
			if (before == nil || !yamltree.Equal(before, n)) && (after == nil || !yamltree.Equal(after, n)) {
				t.Fatalf("%s is lost\ntarget %s\nold %s\nnew %s\ngot %s", at, text(target), text(old), text(next), text(m.Final))
			}
		}
		walk(target, nil)
	})
}
