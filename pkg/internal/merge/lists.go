package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// listMerger merges lists: as a whole, as sets, or by the keys of their elements.
type listMerger struct{ *merger }

// mergeList merges a list of a patch into one of Final. alone says that the patch has no such list, only directives about it.
func (m listMerger) mergeList(dst, patch *yamltree.Node, p yamltree.Path, pattern string, d directives, field string, alone bool) {
	m.own(dst)
	m.deleteScalars(dst, d.deleteFrom[field], p)
	rule := m.schema.Rule(pattern)
	explicit := d.order[field]
	switch {
	case alone:
	case replacesList(patch):
		m.replaceList(dst, patch, p, pattern)
	case rule.Strategy == schema.Set && allScalars(dst) && allScalars(patch):
		m.mergeSet(dst, patch, p)
		m.orders = append(m.orders, order{p, rule, nil, m.current})
	case rule.Strategy == schema.Map:
		m.mergeByKey(dst, patch, p, pattern, rule)
		m.orders = append(m.orders, order{p, rule, nil, m.current})
	default:
		if i := directedElement(patch); i >= 0 {
			m.errorf(p.Index(i), "has a $patch directive, but no merge key is known for the list; must be set in spec.mergeKeys")
			return
		}
		m.replaceList(dst, patch, p, pattern)
	}
	if explicit != nil {
		m.ordering.checkOrder(patch, explicit, p, rule)
		m.orders = append(m.orders, order{p, rule, explicit, m.current})
	}
}

// replacesList reports whether a list has $patch: replace in one of its elements.
func replacesList(patch *yamltree.Node) bool {
	for el := range patch.Children() {
		if el.Kind == yamltree.Map && directive(el) == "replace" {
			return true
		}
	}
	return false
}

// directedElement is the index of the first element with $patch: delete or another directive, or -1.
func directedElement(patch *yamltree.Node) int {
	i := 0
	for el := range patch.Children() {
		if el.Kind == yamltree.Map && directive(el) != "" && !isBare(el, "merge") {
			return i
		}
		i++
	}
	return -1
}

func has(list []*yamltree.Node, el *yamltree.Node) bool {
	return slices.ContainsFunc(list, func(x *yamltree.Node) bool { return yamltree.Equal(x, el) })
}

func allScalars(list *yamltree.Node) bool {
	for el := range list.Children() {
		if el.Kind != yamltree.Scalar {
			return false
		}
	}
	return true
}

// notPrimitive is what is said of a list that $deleteFromPrimitiveList cannot be about.
const notPrimitive = "$deleteFromPrimitiveList speaks of a list of maps or lists; must be about scalars"

// touchesElement reports whether a patch would change the elements of one key; where they all have what it says, they can
// be as many as they like.
func touchesElement(found []*yamltree.Node, el *yamltree.Node) bool {
	for _, has := range found {
		for says := range el.Children() {
			if v := yamltree.Get(has, says.Key); v == nil || !yamltree.Equal(v, says) {
				return true
			}
		}
	}
	return false
}

// matching are the elements that a step leads to.
func matching(dst *yamltree.Node, step yamltree.Step) []*yamltree.Node {
	var out []*yamltree.Node
	for el := range dst.Children() {
		if yamltree.IsElement(el, step) {
			out = append(out, el)
		}
	}
	return out
}

// readKeys reads the merge keys of an element, up to one that is missing and has no default: then ok is false.
func readKeys(el *yamltree.Node, rule schema.Rule) (keys []yamltree.Key, ok bool) {
	for _, k := range rule.Keys {
		fallback := ""
		if k.Default != "" {
			fallback = yamltree.Canonical(yamltree.Str(k.Default))
		}
		v := yamltree.Get(el, k.Name)
		switch {
		case fallback != "" && (v == nil || yamltree.IsNull(v)):
			keys = append(keys, yamltree.Key{Name: k.Name, Value: fallback, Default: fallback})
		case v == nil || v.Kind != yamltree.Scalar || yamltree.IsNull(v):
			return keys, false
		default:
			keys = append(keys, yamltree.Key{Name: k.Name, Value: yamltree.Canonical(v), Default: fallback})
		}
	}
	return keys, true
}

func keyNames(rule schema.Rule) string {
	var names []string
	for _, k := range rule.Keys {
		if k.Default == "" {
			names = append(names, fmt.Sprintf("%q", k.Name))
		}
	}
	return strings.Join(names, " and ")
}

// describe shows an element of a list: a scalar, or a map by the field that is likely to name it.
func describe(el *yamltree.Node) string {
	if el.Kind == yamltree.Scalar {
		return fmt.Sprintf("%q", el.Value)
	}
	for _, name := range []string{"name", "path", "id", "key", "device", "deviceName", "type"} {
		if v := yamltree.Get(el, name); v != nil && v.Kind == yamltree.Scalar {
			return fmt.Sprintf("%s %q", name, v.Value)
		}
	}
	return yamltree.ATypeOf(el)
}
