package merge

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// precedence tells which patch decides about a field alone.
type precedence struct{ *merger }

// effective is a patch without what a later patch of its component, of a higher rank, sets anyway: a base value that the
// overlay replaces is neither a change nor a conflict, and worth no warning. Applying the rest and then the
// later patch is the same as applying both in full.
func (m precedence) effective(i int) *yamltree.Node {
	p := m.patches[i]
	data := p.Data
	for _, over := range m.patches[i+1:] {
		if over.Component == p.Component && over.Rank > p.Rank && data.Kind == yamltree.Map && over.Data.Kind == yamltree.Map && directive(over.Data) == "" {
			data = yamltree.Clone(data)
			m.drop(data, over.Data, "")
		}
	}
	return data
}

// drop removes from a map of a patch, which the caller owns, the fields that another one decides alone.
func (m precedence) drop(data, over *yamltree.Node, pattern string) {
	for v := range over.Children() {
		key := v.Key
		own := yamltree.Get(data, key)
		at := join(pattern, key)
		switch {
		case own == nil || isDirective(key) || directed(own):
		case m.decides(own, v, at):
			data.Remove(yamltree.Get(data, key))
		case own.Kind == yamltree.Map && v.Kind == yamltree.Map:
			m.drop(own, v, at)
		}
	}
}

// decides reports whether the value of a field does not depend on what the field was before.
func (m precedence) decides(own, v *yamltree.Node, at string) bool {
	switch v.Kind {
	case yamltree.Scalar:
		return true
	case yamltree.Map:
		return directive(v) == "replace" || directive(v) == "delete"
	case yamltree.List:
		strategy := m.schema.Rule(at).Strategy
		sameType := own.Kind == yamltree.List || yamltree.IsNull(own)
		return sameType && (replacesList(v) || removesList(v) || strategy == schema.Unknown || strategy == schema.Atomic)
	}
	return false
}

// directed reports whether a value of a patch is more than what it sets: a directive of its own.
func directed(n *yamltree.Node) bool {
	return directive(n) != "" || slices.ContainsFunc(n.Elements(), func(el *yamltree.Node) bool { return n.Kind == yamltree.List && directive(el) != "" })
}
