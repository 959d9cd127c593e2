package merge

import (
	"slices"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// settlement turns what was touched into changes, and asks about them.
type settlement struct{ *merger }

// Removal is the [Change.Patch] of a change that no patch asks for: the field goes, because the old release set it and the new
// one does not.
const Removal = -1

// Proposal is a change before it is agreed to.
type Proposal struct {
	Change
	// Was is what the old release sets there, nil where it sets nothing.
	Was *yamltree.Node
	// Local says that the resource has another value than the old release gave it: somebody changed it since, or
	// had it before.
	Local bool
	// Order says that elements of a list are put in another order, and nothing else: what changes in them is decided.
	Order bool
}

// Verdict is what becomes of a proposal; the zero Verdict makes the change.
type Verdict struct {
	// Leave leaves the change out.
	Leave bool
	// Without are fields below that are left out of what is added; their paths start at the change's.
	Without []yamltree.Path
}

// Kept is a field that the old release set and the new one does not, and that stays, since the resource has
// another value than the old release gave it.
type Kept struct {
	Path     yamltree.Path
	Was, Has *yamltree.Node
}

// Sides are what a merge knows beside the patches and the resource.
type Sides struct {
	// Known says that the release which the resource came from is known: three ways rather than two.
	Known bool
	// Old are the patches of that release, for the resource, of the components that are merged: what they set and the new release does
	// not is dropped.
	Old []Patch
	// OldAll are all patches of that release for the resource: what they set is no local change. nil stands for Old.
	OldAll []Patch
	// All are all patches of the new release for the resource, where the merge is of some of them alone: what one of the
	// others still sets is not dropped. nil stands for those that are merged.
	All []Patch
	// Decide says what becomes of each change; nil makes them all. It must say the same of the same proposal each time, and change nothing. What it was asked
	// about comes back in Merged.Proposals.
	Decide func(Proposal) Verdict
	// Apart is asked about maps that are to be dropped as a whole: whether what is in them is to be dropped field by field. nil is no.
	Apart func(yamltree.Path) bool
	// Composer remembers what patches set together, for resources that have the same ones; nil remembers nothing.
	Composer *Composer
	// Mask is what may be shown of a value in a warning; nil shows all.
	Mask func(yamltree.Path, *yamltree.Node) *yamltree.Node
}

// ThreeWay merges patches into a resource as [Merge] does, and removes what the old release set and the new one
// does not: fields, elements of keyed lists and of sets. Only what still has the old release's value is removed; the rest is
// in Merged.Kept. What a patch of the new release speaks of in any way is the patch's business.
func ThreeWay(target *yamltree.Node, patches []Patch, s Sides, t *schema.Type) *Merged {
	sides := &sides{decide: s.Decide, apart: s.Apart, mask: s.Mask, all: s.All, oldAll: s.OldAll}
	if sides.all == nil {
		sides.all = patches
	}
	if sides.oldAll == nil {
		sides.oldAll = s.Old
	}
	if s.Known {
		sides.old, sides.drops, sides.next = s.Composer.compose(sides.oldAll, t), s.Composer.compose(s.Old, t), s.Composer.compose(sides.all, t)
	}
	return mergeResource(target, patches, t, sides)
}

// Compose is all that patches set, one over the other: without directives and nulls.
func Compose(patches []Patch, t *schema.Type) *yamltree.Node {
	empty := yamltree.NewMap()
	composed := mergeAll(empty, patches, t, &sides{all: patches, anyShape: true})
	if composed.Removed {
		return empty
	}
	return composed.Final
}

// Composer remembers what [Compose] came to, by the patches themselves, which must not change. It may be used by several at once; the zero Composer is ready.
//
// The clusters of a fleet get the same patches: that is a third of the time of their merges.
type Composer struct {
	mutex sync.Mutex
	known map[composed]*yamltree.Node
}

// composed is what the outcome depends on.
type composed struct {
	t       *schema.Type
	patches [8]struct {
		data *yamltree.Node
		rank int
	}
}

func (c *Composer) compose(patches []Patch, t *schema.Type) *yamltree.Node {
	key := composed{t: t}
	if c == nil || len(patches) > len(key.patches) {
		return Compose(patches, t)
	}
	for i, p := range patches {
		key.patches[i].data, key.patches[i].rank = p.Data, p.Rank
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if n := c.known[key]; n != nil {
		return n
	}
	if c.known == nil {
		c.known = map[composed]*yamltree.Node{}
	}
	n := Compose(patches, t)
	c.known[key] = n
	return n
}

// sides are [Sides] as the merger uses them; old, drops and next are nil in a merge of two ways.
type sides struct {
	old, drops, next *yamltree.Node
	all, oldAll      []Patch
	decide           func(Proposal) Verdict
	apart            func(yamltree.Path) bool
	mask             func(yamltree.Path, *yamltree.Node) *yamltree.Node
	dropped          bool   // what is dropped was, in an earlier merge into the same string
	within           string // the string of YAML that is merged into, as the schema writes its path; "" for the resource itself
	anyShape         bool   // types are not checked: the patches may be of another API version
}

// shown is what may be shown of a value.
func (m *merger) shown(at yamltree.Path, n *yamltree.Node) *yamltree.Node {
	if m.sides.mask == nil {
		return n
	}
	return m.sides.mask(at, n)
}

// isDefaultOfKey reports whether a value is the default of the key of a list's element, at whose place it stands: an element that leaves it out has it.
func isDefaultOfKey(p yamltree.Path, was *yamltree.Node) bool {
	n := len(p)
	return n > 1 && p[n-2].Kind == yamltree.Element && was != nil && was.Kind == yamltree.Scalar && slices.ContainsFunc(p[n-2].Keys, func(k yamltree.Key) bool {
		return k.Name == p[n-1].Name && k.Default != "" && k.Default == yamltree.Canonical(was)
	})
}

// agree asks about the changes and leaves out those that are refused, with what there was to warn of in them.
func (m settlement) agree(found []Change) []Change {
	out := make([]Change, 0, len(found))
	finder := yamltree.Finder{}
	if m.sides.decide != nil {
		m.Proposals = slices.Grow(m.Proposals, len(found))
	}
	for _, c := range found {
		if len(m.inside) > 0 {
			if c.Inside = m.inside[c.Path.String()]; len(c.Inside) > 0 && m.replaced(c.Path) {
				c.Inside = nil
			}
		}
		p := Proposal{Change: c}
		if m.sides.old != nil {
			p.Was = finder.Lookup(m.sides.old, c.named())
			p.Local = c.Patch != Removal && !same(c.Old, p.Was, m.schema, patternOf(c.Path)) && !(c.Old == nil && isDefaultOfKey(c.Path, p.Was))
		}
		if len(c.Inside) > 0 || m.accepts(&p) {
			c.New = p.New
			out = append(out, c)
			continue
		}
		m.Warnings = slices.DeleteFunc(m.Warnings, func(f Finding) bool { return f.Path.HasPrefix(c.Path) })
	}
	return out
}

// accepts asks what becomes of a change, and takes out of what it adds what is not to be set.
func (m settlement) accepts(p *Proposal) bool {
	if m.sides.decide == nil {
		return true
	}
	m.Proposals = append(m.Proposals, *p)
	v := m.sides.decide(*p)
	if len(v.Without) > 0 && !v.Leave {
		edits := make([]yamltree.Edit, len(v.Without))
		for i, at := range v.Without {
			edits[i] = yamltree.Edit{Path: at}
		}
		p.New = yamltree.Clone(p.New)
		if err := yamltree.Apply(p.New, edits); err != nil {
			panic("merge: what is added does not hold what is to be left out of it: " + err.Error())
		}
	}
	return !v.Leave
}

// replaced reports whether a patch set a place, or something above it, as a whole.
func (m *merger) replaced(at yamltree.Path) bool {
	return slices.ContainsFunc(m.touches, func(t touch) bool { return t.whole && at.HasPrefix(t.path) })
}

// insideOf are the sides of a merge into the YAML inside a string.
func (s *sides) insideOf(at yamltree.Path) *sides {
	inner := &sides{old: mapAt(s.old, at), drops: mapAt(s.drops, at), next: mapAt(s.next, at)}
	if s.old != nil && inner.old == nil {
		inner.old = yamltree.NewMap()
	}
	inner.all, inner.oldAll = below(s.all, at), below(s.oldAll, at)
	if s.decide != nil {
		inner.decide = func(p Proposal) Verdict {
			p.Path = at.Then(p.Path...)
			return s.decide(p)
		}
	}
	if s.mask != nil {
		inner.mask = func(p yamltree.Path, n *yamltree.Node) *yamltree.Node { return s.mask(at.Then(p...), n) }
	}
	if s.apart != nil {
		inner.apart = func(p yamltree.Path) bool { return s.apart(at.Then(p...)) }
	}
	return inner
}

// below are the maps that patches have at a path, or in the string there, as patches.
func below(patches []Patch, at yamltree.Path) []Patch {
	var out []Patch
	for _, p := range patches {
		if d := mapAt(p.Data, at); d != nil {
			p.Data = d
			out = append(out, p)
		}
	}
	return out
}

// mapAt is the map at a path, or in the string there; nil where there is none.
func mapAt(root *yamltree.Node, at yamltree.Path) *yamltree.Node {
	if root == nil {
		return nil
	}
	n := yamltree.Lookup(root, at)
	if n == nil || n.Kind == yamltree.Map {
		return n
	}
	return mapInside(n)
}

// speaksOf reports whether a patch of the new release says anything about a place: that it sets it, removes it, or decides
// about something above it.
func (s *sides) speaksOf(p yamltree.Path) bool {
	for _, patch := range s.all {
		if speaksOf(patch.Data, p) {
			return true
		}
	}
	return false
}

func speaksOf(n *yamltree.Node, p yamltree.Path) bool {
	for _, step := range p {
		if n == nil {
			return false
		}
		if what := directive(n); yamltree.IsNull(n) || what == "replace" || what == "delete" || yamltree.Get(n, retainDirective) != nil ||
			n.Kind == yamltree.List && (replacesList(n) || removesList(n)) {
			return true
		}
		n = yamltree.Child(n, step)
	}
	return n != nil
}
