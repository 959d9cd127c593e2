package merge

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

const (
	patchDirective      = "$patch"
	retainDirective     = "$retainKeys"
	deleteFromDirective = "$deleteFromPrimitiveList/"
	orderDirective      = "$setElementOrder/"
)

// directives are what a map of a patch says beside its fields.
type directives struct {
	patch      string                    // "", merge, replace, delete
	retain     map[string]bool           // nil where nothing is said
	deleteFrom map[string]*yamltree.Node // by field
	order      map[string]*yamltree.Node // by field
}

// directive is the value of $patch in a map, "" where there is none.
func directive(n *yamltree.Node) string {
	if v := yamltree.Get(n, patchDirective); v != nil {
		return v.Value
	}
	return ""
}

// directives reads the directives of a map and reports those that are not right.
func (m mapMerger) directives(patch *yamltree.Node, p yamltree.Path) directives {
	var d directives
	for v := range patch.Children() {
		key := v.Key
		if !isDirective(key) {
			continue
		}
		list := v.Kind == yamltree.List
		switch {
		case strings.HasSuffix(key, "/"):
			m.errorf(p, "%s names no field; must be followed by one", key)
		case key == patchDirective:
			d.patch = v.Value
			if v.Kind != yamltree.Scalar || v.Value != "merge" && v.Value != "replace" && v.Value != "delete" {
				m.errorf(p, "$patch is %q; must be merge, replace or delete", v.Value)
			}
		case key == retainDirective && list:
			d.retain = map[string]bool{}
			for k := range v.Children() {
				d.retain[k.Value] = true
			}
			m.checkRetain(patch, d.retain, p)
		case strings.HasPrefix(key, deleteFromDirective) && list:
			field := strings.TrimPrefix(key, deleteFromDirective)
			d.deleteFrom = with(d.deleteFrom, field, v)
			m.checkDeleteFrom(v, yamltree.Get(patch, field), p.Field(field))
		case strings.HasPrefix(key, orderDirective) && list:
			d.order = with(d.order, strings.TrimPrefix(key, orderDirective), v)
		case key == retainDirective, strings.HasPrefix(key, deleteFromDirective), strings.HasPrefix(key, orderDirective):
			m.errorf(p, "%s is %s; must be a list", key, yamltree.ATypeOf(v))
		default:
			m.errorf(p, "%s is no directive; must be $patch, $retainKeys, $deleteFromPrimitiveList/<field> or $setElementOrder/<field>", key)
		}
	}
	return d
}

// with is a map with one more entry. Few maps of a patch have directives.
func with(m map[string]*yamltree.Node, key string, v *yamltree.Node) map[string]*yamltree.Node {
	if m == nil {
		m = map[string]*yamltree.Node{}
	}
	m[key] = v
	return m
}

// checkDeleteFrom reports what of $deleteFromPrimitiveList is no scalar, or is in the patch's own list.
func (m mapMerger) checkDeleteFrom(gone, list *yamltree.Node, p yamltree.Path) {
	if gone.First() != nil && list != nil && list.Kind == yamltree.List && !allScalars(list) && !slices.ContainsFunc(m.Errors, func(f Finding) bool { return f.Path.Equal(p) }) {
		m.errorf(p, notPrimitive)
	}
	for el := range gone.Children() {
		if el.Kind != yamltree.Scalar {
			m.errorf(p, "$deleteFromPrimitiveList names %s; must name scalars", yamltree.ATypeOf(el))
			continue
		}
		step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(el)}
		if list != nil && yamltree.ElementIndex(list, step) >= 0 {
			m.errorf(p.Then(step), "is in the release's list and in $deleteFromPrimitiveList; must be in one of them")
		}
	}
}

// checkRetain reports keys that a map of a patch sets and $retainKeys does not name.
func (m mapMerger) checkRetain(patch *yamltree.Node, named map[string]bool, p yamltree.Path) {
	for v := range patch.Children() {
		if !isDirective(v.Key) && !named[v.Key] && !yamltree.IsNull(v) {
			m.errorf(p.Field(v.Key), "is set, but $retainKeys does not name it; must name every key that is set")
		}
	}
}

// listsAlone are the fields that directives speak of and the patch itself does not.
func (d directives) listsAlone(patch *yamltree.Node) []string {
	var out []string
	for v := range patch.Children() {
		_, field, found := strings.Cut(v.Key, "/")
		if !found || d.deleteFrom[field] == nil && d.order[field] == nil || yamltree.Get(patch, field) != nil {
			continue
		}
		if !slices.Contains(out, field) && isDirective(v.Key) {
			out = append(out, field)
		}
	}
	return out
}

// retain removes the keys of a map that $retainKeys does not name.
func (m mapMerger) retain(dst *yamltree.Node, d directives, p yamltree.Path) {
	if d.retain == nil {
		return
	}
	m.keepOnly(dst, d.retain, p)
}

// keepOnly removes the other keys of a map.
func (m mapMerger) keepOnly(dst *yamltree.Node, keys map[string]bool, p yamltree.Path) {
	m.own(dst)
	for _, entry := range slices.Backward(dst.Elements()) {
		key := entry.Key
		switch {
		case keys[key]:
		case m.finder.Repeats(dst, key):
			if m.finder.Get(dst, key) == entry { // told once
				m.errorf(p.Field(key), repeated)
			}
		default:
			m.touch(p.Field(key))
			m.remove(dst, key)
		}
	}
}

// repeated is what is said of a key that stands twice in a map of the resource.
const repeated = "stands twice in the resource; must stand once"

// removesList reports whether a list of a patch is `- $patch: delete` alone, which removes the list.
func removesList(v *yamltree.Node) bool {
	return v.Kind == yamltree.List && isOne(v) && isBare(v.First(), "delete")
}

// isBare reports whether an element of a list is a $patch directive and nothing else.
func isBare(el *yamltree.Node, what string) bool {
	return el.Kind == yamltree.Map && isOne(el) && directive(el) == what
}

// isOne reports whether a map or list has one child.
func isOne(n *yamltree.Node) bool { return n.First() != nil && n.First().Next() == nil }
