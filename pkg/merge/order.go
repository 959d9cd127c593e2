package merge

import (
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// checkOrder reports what is wrong with an order, and elements of a patch's list that it leaves out, or has in another
// order.
func (m *merger) checkOrder(patch, order *yaml.Node, p yamltree.Path, rule schema.Rule) {
	for i, o := range order.Content {
		if rule.Strategy == schema.Map && (o.Kind != yaml.MappingNode || !hasKeys(o, rule)) {
			m.errorf(p, "$setElementOrder has an element without %s at %d; must name elements by their keys", keyNames(rule), i)
			return
		}
	}
	at := 0
	for i, el := range patch.Content {
		if el.Kind == yaml.MappingNode && directive(el) != "" && directive(el) != "merge" {
			continue
		}
		next := position(order.Content[at:], el, rule)
		if next < 0 {
			m.errorf(p.Index(i), "is not in $setElementOrder, or not in this order; must be")
			return
		}
		at += next + 1
	}
}

// reorder carries out $setElementOrder: the elements that it names come in its order, the others keep
// their place relative to those that were there before.
func (m *merger) reorder(dst *yaml.Node, before []*yaml.Node, order *yaml.Node, p yamltree.Path, rule schema.Rule) {
	var named, others []*yaml.Node
	placed := map[*yaml.Node]bool{}
	for _, o := range order.Content {
		for _, el := range dst.Content {
			if !placed[el] && sameElement(el, o, rule) {
				placed[el] = true
				named = append(named, el)
			}
		}
	}
	for _, el := range dst.Content {
		if !placed[el] {
			others = append(others, el)
		}
	}
	sorted := make([]*yaml.Node, 0, len(dst.Content))
	for len(named) > 0 && len(others) > 0 {
		left, right := position(before, others[0], rule), position(before, named[0], rule)
		if left >= 0 && right >= 0 && left <= right {
			sorted, others = append(sorted, others[0]), others[1:]
		} else {
			sorted, named = append(sorted, named[0]), named[1:]
		}
	}
	sorted = append(append(sorted, others...), named...)
	for i, el := range dst.Content {
		if sorted[i] != el {
			m.touch(Update, p)
			dst.Content = sorted
			return
		}
	}
}

// hasKeys tells whether a map has all keys that have no default.
func hasKeys(o *yaml.Node, rule schema.Rule) bool {
	for _, k := range rule.Keys {
		if k.Default == "" && yamltree.Get(o, k.Name) == nil {
			return false
		}
	}
	return true
}

// position is the index of the first element that is the same one, or -1.
func position(list []*yaml.Node, el *yaml.Node, rule schema.Rule) int {
	for i, x := range list {
		if sameElement(x, el, rule) {
			return i
		}
	}
	return -1
}

func sameElement(a, b *yaml.Node, rule schema.Rule) bool {
	if rule.Strategy != schema.Map || a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode {
		return yamltree.Equal(a, b)
	}
	for _, k := range rule.Keys {
		va, vb := yamltree.Get(a, k.Name), yamltree.Get(b, k.Name)
		if va == nil || vb == nil {
			if k.Default == "" {
				return false
			}
			continue
		}
		if !yamltree.Equal(va, vb) {
			return false
		}
	}
	return true
}
