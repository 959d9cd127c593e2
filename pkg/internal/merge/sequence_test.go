package merge_test

import (
	"slices"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"pgregory.net/rapid"
)

// upgraded is a resource after the upgrade from one release to another, of the components that are named, or all.
func upgraded(t *rapid.T, k kindOf, target *yamltree.Node, from, to []merge.Patch, only ...string) *merge.Merged {
	s := merge.Sides{Known: true, Old: selected(from, only), OldAll: from, All: to}
	m := merge.ThreeWay(target, selected(to, only), s, typeOf(k))
	if len(m.Errors) > 0 {
		t.Skip()
	}
	return m
}

func selected(patches []merge.Patch, only []string) []merge.Patch {
	return slices.DeleteFunc(slices.Clone(patches), func(p merge.Patch) bool { return len(only) > 0 && !slices.Contains(only, p.Component) })
}

// drawRelease draws two components that are for one resource.
func drawRelease(t *rapid.T, k kindOf) []merge.Patch {
	out := []merge.Patch{{Component: "a", Data: fromJSON(toJSON(k.draw(t, false)))}}
	if rapid.Bool().Draw(t, "overlay") {
		out = append(out, merge.Patch{Component: "a", Rank: 2, Data: fromJSON(toJSON(k.draw(t, rapid.Bool().Draw(t, "directives"))))})
	}
	return append(out, merge.Patch{Component: "b", Data: fromJSON(toJSON(k.draw(t, false)))})
}

// asReleased is a resource as a release says, with nothing else in it.
func asReleased(t *rapid.T, k kindOf, release []merge.Patch) *yamltree.Node {
	empty := fromJSON([]byte("{}"))
	m := merge.Merge(empty, release, typeOf(k))
	if len(m.Errors) > 0 {
		t.Skip()
	}
	return m.Final
}

func equal(a, b *yamltree.Node) bool { return normal([]byte(text(a))) == normal([]byte(text(b))) }

func TestLawTwoUpgradesAreAsGoodAsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		a, b, c := drawRelease(t, kind), drawRelease(t, kind), drawRelease(t, kind)
		start := asReleased(t, kind, a)
		stopover := upgraded(t, kind, start, a, b).Final
		twice, once := upgraded(t, kind, stopover, b, c).Final, upgraded(t, kind, start, a, c).Final
		if !equal(twice, once) || !equalOrder(twice, once) {
			t.Fatalf("A %s\nB %s\nC %s\nby B %s\nA to B to C %s\nA to C %s", said(a), said(b), said(c), text(stopover), text(twice), text(once))
		}
	})
}

func TestLawThereAndBackIsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		a, b := drawRelease(t, kind), drawRelease(t, kind)
		start := asReleased(t, kind, a)
		there := upgraded(t, kind, start, a, b).Final
		back := upgraded(t, kind, there, b, a).Final
		if !equal(back, start) || !equalOrder(back, start) {
			t.Fatalf("A %s\nB %s\nat A %s\nat B %s\nback at A %s", said(a), said(b), text(start), text(there), text(back))
		}
	})
}

func TestLawPartByPartIsAllAtOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		a, b := drawRelease(t, kind), drawRelease(t, kind)
		_, target, _ := drawMerge(t, 0)
		start := upgraded(t, kind, target, nil, a).Final // with what is the customer's
		once := upgraded(t, kind, start, a, b).Final
		part := upgraded(t, kind, start, a, b, rapid.SampledFrom([]string{"a", "b"}).Draw(t, "first")).Final
		all := upgraded(t, kind, part, a, b).Final
		if !equal(all, once) || !equalOrder(all, once) {
			t.Fatalf("A %s\nB %s\nat A %s\nin part %s\nthen all %s\nall at once %s", said(a), said(b), text(start), text(part), text(all), text(once))
		}
	})
}

func TestLawTheOrderOfComponentsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		_, target, _ := drawMerge(t, 0)
		a, b := drawRelease(t, kind), drawRelease(t, kind)
		asReleased(t, kind, a) // nobody can be on a release that is at odds with itself
		turn := func(list []merge.Patch) []merge.Patch {
			return slices.Concat(selected(list, []string{"b"}), selected(list, []string{"a"}))
		}
		m := merge.ThreeWay(target, b, merge.Sides{Known: true, Old: a, All: b}, typeOf(kind))
		n := merge.ThreeWay(target, turn(b), merge.Sides{Known: true, Old: turn(a), All: turn(b)}, typeOf(kind))
		if (len(m.Errors) > 0) != (len(n.Errors) > 0) {
			t.Fatalf("target %s\nA %s\nB %s\nerrors %v\nthe other way round %v", text(target), said(a), said(b), m.Errors, n.Errors)
		}
		if len(m.Errors) == 0 && !equal(m.Final, n.Final) {
			t.Fatalf("target %s\nA %s\nB %s\n%s\nthe other way round %s", text(target), said(a), said(b), text(m.Final), text(n.Final))
		}
	})
}

func TestLawNoLocalChangeIsSeenAfterAnUpgrade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		_, target, _ := drawMerge(t, 0)
		a, b, c := drawRelease(t, kind), drawRelease(t, kind), patch(fromJSON(toJSON(kind.draw(t, false))))
		now := upgraded(t, kind, upgraded(t, kind, target, nil, a).Final, a, b).Final
		merge.ThreeWay(now, c, merge.Sides{Known: true, Old: b, All: c, Decide: func(p merge.Proposal) merge.Verdict {
			if p.Local && p.Was != nil {
				t.Fatalf("%s is taken for changed by hand\nB %s\nC %s\nnow %s\nis %s, was %s", p.Path, said(b), said(c), text(now), textOrNone(p.Old), textOrNone(p.Was))
			}
			return merge.Verdict{}
		}}, typeOf(kind))
	})
}

func textOrNone(n *yamltree.Node) string {
	if n == nil {
		return "nothing"
	}
	return text(n)
}

func said(release []merge.Patch) string {
	out := ""
	for _, p := range release {
		out += p.Component + " " + text(p.Data) + " "
	}
	return out
}

// equalOrder reports whether the lists of two resources that mean the same have their elements in the same order.
func equalOrder(a, b *yamltree.Node) bool {
	if a.Kind == yamltree.List {
		for x, y := a.First(), b.First(); x != nil && y != nil; x, y = x.Next(), y.Next() {
			if keyText(toAny(x)) != keyText(toAny(y)) || !equalOrder(x, y) {
				return false
			}
		}
		return true
	}
	for child := range a.Children() {
		if other := yamltree.Get(b, child.Key); other != nil && !equalOrder(child, other) {
			return false
		}
	}
	return true
}
