package merge

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

const (
	patchDirective      = "$patch"
	retainDirective     = "$retainKeys"
	deleteFromDirective = "$deleteFromPrimitiveList/"
	orderDirective      = "$setElementOrder/"
)

// directives are what a map of a patch says beside its fields.
type directives struct {
	patch      string                // "", merge, replace, delete
	retain     map[string]bool       // nil where nothing is said
	deleteFrom map[string]*yaml.Node // by field
	order      map[string]*yaml.Node // by field
}

// directive is the value of $patch in a map, "" where there is none.
func directive(n *yaml.Node) string {
	if v := yamltree.Get(n, patchDirective); v != nil {
		return v.Value
	}
	return ""
}

// directives reads the directives of a map and reports those that are not right.
func (m *merger) directives(patch *yaml.Node, p yamltree.Path) directives {
	d := directives{deleteFrom: map[string]*yaml.Node{}, order: map[string]*yaml.Node{}}
	for i := 0; i+1 < len(patch.Content); i += 2 {
		key, v := patch.Content[i].Value, patch.Content[i+1]
		if !isDirective(key) {
			continue
		}
		list := v.Kind == yaml.SequenceNode
		switch {
		case strings.HasSuffix(key, "/"):
			m.errorf(p, "%s names no field; must be followed by one", key)
		case key == patchDirective:
			d.patch = v.Value
			if v.Kind != yaml.ScalarNode || v.Value != "merge" && v.Value != "replace" && v.Value != "delete" {
				m.errorf(p, "$patch is %q; must be merge, replace or delete", v.Value)
			}
		case key == retainDirective && list:
			d.retain = map[string]bool{}
			for _, k := range v.Content {
				d.retain[k.Value] = true
			}
			m.checkRetain(patch, d.retain, p)
		case strings.HasPrefix(key, deleteFromDirective) && list:
			field := strings.TrimPrefix(key, deleteFromDirective)
			d.deleteFrom[field] = v
			m.checkDeleteFrom(v, yamltree.Get(patch, field), p.Field(field))
		case strings.HasPrefix(key, orderDirective) && list:
			d.order[strings.TrimPrefix(key, orderDirective)] = v
		case key == retainDirective, strings.HasPrefix(key, deleteFromDirective), strings.HasPrefix(key, orderDirective):
			m.errorf(p, "%s is %s; must be a list", key, yamltree.ATypeOf(v))
		default:
			m.errorf(p, "%s is no directive; must be $patch, $retainKeys, $deleteFromPrimitiveList/<field> or $setElementOrder/<field>", key)
		}
	}
	return d
}

// checkDeleteFrom reports what of $deleteFromPrimitiveList is no scalar, or is in the patch's own list.
func (m *merger) checkDeleteFrom(gone, list *yaml.Node, p yamltree.Path) {
	for _, el := range gone.Content {
		if el.Kind != yaml.ScalarNode {
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
func (m *merger) checkRetain(patch *yaml.Node, named map[string]bool, p yamltree.Path) {
	for i := 0; i+1 < len(patch.Content); i += 2 {
		if key := patch.Content[i].Value; !isDirective(key) && !named[key] && !yamltree.IsNull(patch.Content[i+1]) {
			m.errorf(p.Field(key), "is set, but $retainKeys does not name it; must name every key that is set")
		}
	}
}

// listsAlone are the fields that directives speak of and the patch itself does not.
func (d directives) listsAlone(patch *yaml.Node) []string {
	var out []string
	for i := 0; i+1 < len(patch.Content); i += 2 {
		_, field, found := strings.Cut(patch.Content[i].Value, "/")
		if !found || d.deleteFrom[field] == nil && d.order[field] == nil || yamltree.Get(patch, field) != nil {
			continue
		}
		known := false
		for _, o := range out {
			known = known || o == field
		}
		if !known && isDirective(patch.Content[i].Value) {
			out = append(out, field)
		}
	}
	return out
}

// retain removes the keys of a map that $retainKeys does not name.
func (m *merger) retain(dst *yaml.Node, d directives, p yamltree.Path) {
	if d.retain == nil {
		return
	}
	m.keepOnly(dst, d.retain, p)
}

// keepOnly removes the other keys of a map.
func (m *merger) keepOnly(dst *yaml.Node, keys map[string]bool, p yamltree.Path) {
	for i := len(dst.Content) - 2; i >= 0; i -= 2 {
		key := dst.Content[i].Value
		switch {
		case keys[key]:
		case m.finder.Repeats(dst, key):
			if m.finder.IndexOf(dst, key) == i { // told once
				m.errorf(p.Field(key), repeated)
			}
		default:
			m.touch(Delete, p.Field(key))
			m.remove(dst, key)
		}
	}
}

// repeated is what is said of a key that stands twice in a map of the resource.
const repeated = "stands twice in the resource; must stand once"

// removesList tells whether a list of a patch is `- $patch: delete` alone, which removes the list.
func removesList(v *yaml.Node) bool {
	return v.Kind == yaml.SequenceNode && len(v.Content) == 1 && isBare(v.Content[0], "delete")
}

// isBare tells whether an element of a list is a $patch directive and nothing else.
func isBare(el *yaml.Node, what string) bool {
	return el.Kind == yaml.MappingNode && len(el.Content) == 2 && directive(el) == what
}
