package merge

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// oddity finds what components, or parts of one, say differently.
type oddity struct{ *merger }

// checkOdds reports what components, or parts of one component of the same rank, say differently. Two that agree come to the same in
// either order, whatever the resource has: what differs between the orders is what they are at odds about. Of components that are
// not merged now, those count that meet one that is.
func (m oddity) checkOdds() {
	var names []string
	parts := map[string][]Patch{}
	for _, p := range m.sides.all {
		if parts[p.Component] == nil {
			names = append(names, p.Component)
		}
		parts[p.Component] = append(parts[p.Component], p)
	}
	for i, name := range names {
		m.checkParts(name, parts[name])
		for _, other := range names[:i] {
			if !m.merges(name) && !m.merges(other) {
				continue
			}
			for _, at := range m.odds(slices.Concat(parts[other], parts[name]), slices.Concat(parts[name], parts[other])) {
				said, by := other, name
				if !m.merges(by) {
					said, by = name, other
				}
				m.blame(by, at, "component %q of the release sets it to another value; must agree, or be for other resources", said)
			}
		}
	}
}

// merges reports whether a component is one of those that are merged.
func (m oddity) merges(component string) bool {
	return slices.ContainsFunc(m.patches, func(p Patch) bool { return p.Component == component })
}

// checkParts reports what parts of one component say differently.
func (m oddity) checkParts(name string, parts []Patch) {
	if !m.merges(name) {
		return
	}
	for i := range parts {
		for j := i + 1; j < len(parts) && parts[j].Rank == parts[i].Rank; j++ {
			turned := slices.Clone(parts)
			turned[i], turned[j] = turned[j], turned[i]
			for _, at := range m.odds(parts, turned) {
				m.blame(name, at, "another part of the component sets it to another value; must agree, or be for other resources")
			}
		}
	}
}

// odds are the places at which two orders of the same patches come to something else. Patches that are wrong in both have been reported
// as such.
func (m oddity) odds(a, b []Patch) []yamltree.Path {
	x, y := m.compose(a), m.compose(b)
	if len(x.Errors) > 0 || len(y.Errors) > 0 {
		return apartErrors(m.merger, a, x, y)
	}
	if x.Removed || y.Removed {
		if x.Removed && y.Removed {
			return nil
		}
		return []yamltree.Path{nil}
	}
	return slices.Concat(differing(x.Final, y.Final, m.schema), apartOrders(x, y))
}

func (m oddity) compose(patches []Patch) *merger {
	empty := yamltree.NewMap()
	return mergeAll(empty, patches, m.schema, &sides{all: patches})
}

// apartErrors are the places of errors that only come from patches together.
func apartErrors(m *merger, patches []Patch, x, y *merger) []yamltree.Path {
	for _, p := range patches {
		if len(m.oddity.compose([]Patch{p}).Errors) > 0 {
			return nil
		}
	}
	var out []yamltree.Path
	for _, f := range slices.Concat(x.Errors, y.Errors) {
		if !slices.ContainsFunc(out, f.Path.Equal) {
			out = append(out, f.Path)
		}
	}
	return out
}

// apartOrders are the lists for which $setElementOrder asks two orders.
func apartOrders(x, y *merger) []yamltree.Path {
	var out []yamltree.Path
	for _, o := range x.orders {
		a, b := yamltree.Lookup(x.Final, o.path), yamltree.Lookup(y.Final, o.path)
		if o.explicit != nil && a != nil && b != nil && !yamltree.Equal(a, b) && !slices.ContainsFunc(out, o.path.Equal) {
			out = append(out, o.path)
		}
	}
	return out
}

// blame reports an error of the last patch of a component that speaks of a place.
func (m oddity) blame(component string, at yamltree.Path, format string, args ...any) {
	for i, p := range m.patches {
		if p.Component == component && (speaksOf(p.Data, at) || m.current < 0 || m.patches[m.current].Component != component) {
			m.current = i
		}
	}
	m.errorf(at, format, args...)
}
