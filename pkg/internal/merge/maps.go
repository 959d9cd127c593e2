package merge

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// mapMerger merges maps, key by key, and carries out the directives in them.
type mapMerger struct{ *merger }

// mergeMap merges a patch into a map of Final. pattern is the path as the schema writes it.
func (m mapMerger) mergeMap(dst, patch *yamltree.Node, p yamltree.Path, pattern string) {
	d := m.directives(patch, p)
	if !m.checkKeys(dst, p) {
		return
	}
	if d.patch == "replace" {
		m.replaceMap(dst, patch, p, pattern)
		return
	}
	m.retain(dst, d, p)
	texts := m.schema.Rule(pattern).Strings
	for v := range patch.Children() {
		key := v.Key
		if isDirective(key) {
			continue
		}
		at := p.Field(key)
		old := m.get(dst, key)
		if old != nil && m.finder.Repeats(dst, key) {
			m.errorf(at, repeated)
			continue
		}
		if texts {
			v = m.strings.asText(old, v, at, join(pattern, key))
			if m.strings.holdsOther(old, v) {
				if !m.variables.staysVariable(old, v, at, join(pattern, key)) {
					m.errorf(at, "the release has %s where the resource has a string that holds none; must be a string, or YAML with %s in it", yamltree.ATypeOf(v), yamltree.ATypeOf(v))
				}
				continue
			}
		}
		m.mergeField(dst, key, old, v, at, join(pattern, key), d)
	}
	for _, field := range d.listsAlone(patch) {
		at := p.Field(field)
		if list := m.get(dst, field); list != nil && list.Kind == yamltree.List {
			m.lists.mergeList(list, yamltree.NewList(), at, join(pattern, field), d, field, true)
		}
	}
	if d.retain == nil && m.retains(p, pattern) && slices.ContainsFunc(m.touches, func(t touch) bool { return t.path.HasPrefix(p) }) {
		m.retainSaid(dst, p)
	}
}

// checkKeys reports keys of a resource's map that are maps or lists, which no API server takes.
func (m mapMerger) checkKeys(dst *yamltree.Node, p yamltree.Path) bool {
	for entry := range dst.Children() {
		if !entry.HasScalarKey() {
			m.errorf(p, "has %s for a key in the resource; must be a string", yamltree.ATypeOf(entry.KeyNode()))
			return false
		}
	}
	return true
}

// retains reports whether patches name all that is to be in a map that they change.
func (m mapMerger) retains(p yamltree.Path, pattern string) bool {
	if len(p) > 0 && p[len(p)-1].Kind == yamltree.Element {
		pattern = strings.TrimSuffix(pattern, "[]")
	}
	return m.schema.Rule(pattern).Retain
}

// retainSaid removes the keys of a map that no patch of the release names.
func (m mapMerger) retainSaid(dst *yamltree.Node, p yamltree.Path) {
	said := map[string]bool{}
	for _, patch := range slices.Concat(m.sides.all, m.patches) {
		if n := yamltree.Lookup(patch.Data, p); n != nil && n.Kind == yamltree.Map {
			for key := range yamltree.Keys(n) {
				said[key] = true
			}
		}
	}
	m.keepOnly(dst, said, p)
}

func join(pattern, key string) string {
	if pattern == "" {
		return key
	}
	return pattern + "." + key
}

// mergeField merges one value of a patch into the field of dst that it is for; old is what stands there.
func (m mapMerger) mergeField(dst *yamltree.Node, key string, old, v *yamltree.Node, at yamltree.Path, pattern string, d directives) {
	if yamltree.IsNull(v) || v.Kind == yamltree.Map && directive(v) == "delete" || removesList(v) {
		if v.Kind == yamltree.Map {
			m.directives(v, at)
		}
		if old != nil {
			m.variables.removesVariable(old, at, pattern)
			m.touch(at)
			m.remove(dst, key)
		}
		return
	}
	if !m.checkShape(v, at, pattern) {
		return
	}
	if old == nil || yamltree.IsNull(old) {
		if order := d.order[key]; order != nil && v.Kind == yamltree.List {
			m.ordering.checkOrder(v, order, at, m.schema.Rule(pattern))
		}
		m.addField(dst, key, old, v, at, pattern)
		return
	}
	switch {
	case v.Kind == yamltree.Map && old.Kind == yamltree.Map:
		if m.schema.Rule(pattern).Strategy == schema.Replace {
			m.replaceMap(old, v, at, pattern)
			return
		}
		m.mergeMap(old, v, at, pattern)
	case v.Kind == yamltree.List && old.Kind == yamltree.List:
		m.lists.mergeList(old, v, at, pattern, d, key, false)
	case v.Kind == yamltree.Scalar && old.Kind == yamltree.Scalar:
		m.setScalar(old, v, at, pattern)
	case v.Kind == yamltree.Map && holdsMap(old):
		if m.wasText(at, pattern, key) {
			m.warnf(at, "the release sets a map where the one before set a string: it is merged into the YAML of the string, which stays one. Look whether the API takes that")
		}
		m.strings.mergeInside(old, v, at)
	case m.variables.staysVariable(old, v, at, pattern):
	default:
		m.changeType(old, v, at, pattern)
	}
}

// checkShape reports a value of another type than the API version takes.
func (m mapMerger) checkShape(v *yamltree.Node, at yamltree.Path, pattern string) bool {
	must := ""
	switch shape := m.schema.Shape(pattern); {
	case m.sides.anyShape:
		return true
	case shape == schema.ListShape && v.Kind != yamltree.List:
		must = "a list"
	case shape == schema.MapShape && v.Kind != yamltree.Map:
		must = "a map"
	default:
		return true
	}
	m.errorf(at, "the release has %s where the API version of the resource takes %s; must be %s", yamltree.ATypeOf(v), must, must)
	return false
}

// changeType puts a value in the place of one of another type, where the release changes the type and nothing of the cluster's own is lost: it has what the old release said, or a map
// becomes a list or a list a map, as between API versions. All else is an error.
func (m mapMerger) changeType(old, v *yamltree.Node, at yamltree.Path, pattern string) {
	if was := yamltree.Lookup(m.sides.old, at); was != nil && was.Kind != v.Kind {
		withScalar := old.Kind == yamltree.Scalar || v.Kind == yamltree.Scalar
		if withScalar && !same(old, was, m.schema, pattern) {
			m.errorf(at, "the release makes %s of what was %s, while the resource has more there than the old release said, which would be lost; must be of one type", yamltree.ATypeOf(v), yamltree.ATypeOf(was))
			return
		}
		if withScalar {
			m.warnf(at, "the release makes %s of what was %s; look whether the API takes it", yamltree.ATypeOf(v), yamltree.ATypeOf(was))
		}
		next := m.clean(v, at, pattern, true)
		m.touch(at)
		m.overwrite(old, next)
		return
	}
	if m.keepsType(old, v, at) {
		return
	}
	if v.Kind == yamltree.Map && yamltree.TypeOf(old) == yamltree.TypeString {
		m.errorf(at, "the release has a map where the resource has a string that holds none; must be a string, or YAML with one map in it")
		return
	}
	m.errorf(at, "the release has %s where the resource has %s; must be of one type", yamltree.ATypeOf(v), yamltree.ATypeOf(old))
}

// keepsType reports whether a value of another type than the release's is to be left as it is: then there is no conflict.
func (m mapMerger) keepsType(old, v *yamltree.Node, at yamltree.Path) bool {
	if m.sides.decide == nil {
		return false
	}
	p := Proposal{Change: Change{Path: at, Op: Update, Old: old, New: v, Patch: m.current}, Was: yamltree.Lookup(m.sides.old, at), Local: true}
	if !m.sides.decide(p).Leave {
		return false
	}
	m.Proposals = append(m.Proposals, p)
	return true
}

// wasText reports whether the old release set a string where the new one, all of it together, sets a map, and the API does not take strings alone: the release may want another type. What is in a
// string is for its reader to know.
func (m mapMerger) wasText(at yamltree.Path, pattern, key string) bool {
	was, next := yamltree.Lookup(m.sides.old, at), yamltree.Lookup(m.sides.next, at)
	return m.sides.within == "" && was != nil && next != nil && next.Kind == yamltree.Map && was.Kind == yamltree.Scalar && yamltree.TypeOf(was) == yamltree.TypeString &&
		!m.schema.Rule(strings.TrimSuffix(strings.TrimSuffix(pattern, key), ".")).Strings
}

// addField sets a field that is not there, or is null.
func (m mapMerger) addField(dst *yamltree.Node, key string, old, v *yamltree.Node, at yamltree.Path, pattern string) {
	next := m.clean(v, at, pattern, true)
	if old != nil {
		m.touch(at)
		m.overwrite(old, next)
		return
	}
	m.touch(at)
	m.add(dst, key, next)
}

func (m mapMerger) setScalar(old, v *yamltree.Node, at yamltree.Path, pattern string) {
	if yamltree.Equal(old, v) || same(old, v, m.schema, pattern) && !holdsMap(v) || m.variables.staysVariable(old, v, at, pattern) {
		return
	}
	if was, is := yamltree.TypeOf(old), yamltree.TypeOf(v); was == yamltree.TypeString && is != was && looksLike(old.Value, is) {
		m.warnf(at, "the string %q becomes the %s %s; must be in quotes in the release, if a string is meant", m.shown(at, old).Value, is, m.shown(at, v).Value)
	}
	m.touch(at)
	m.scalars++
	m.overwrite(old, v)
}

// looksLike reports whether a string would be of a type without its quotes; any string beside a float may be a version.
func looksLike(text, typ string) bool {
	plain, err := yamltree.Read([]byte(text))
	if err != nil {
		return false
	}
	return plain.Root != nil && yamltree.TypeOf(plain.Root) == typ || typ == yamltree.TypeFloat
}

// replaceMap puts the patch in the place of a map, without its directives.
func (m mapMerger) replaceMap(dst, patch *yamltree.Node, p yamltree.Path, pattern string) {
	next := m.clean(patch, p, pattern, true)
	if yamltree.Equal(dst, next) {
		return
	}
	if len(p) > 0 && m.variables.staysVariable(dst, next, p, pattern) {
		return
	}
	m.touch(p)
	m.overwrite(dst, next)
}

// clean is a patch's value as it is set where nothing was: without directives, and in maps without
// nulls.
func (m mapMerger) clean(v *yamltree.Node, p yamltree.Path, pattern string, dropNulls bool) *yamltree.Node {
	c := v.Bare()
	switch v.Kind {
	case yamltree.Map:
		d, texts := m.directives(v, p), m.schema.Rule(pattern).Strings
		for value := range v.Children() {
			entry, key := value, value.Key
			if isDirective(key) || dropNulls && yamltree.IsNull(value) || value.Kind == yamltree.Map && directive(value) == "delete" || removesList(value) {
				continue
			}
			if order := d.order[key]; order != nil && value.Kind == yamltree.List {
				m.ordering.checkOrder(value, order, p.Field(key), m.schema.Rule(join(pattern, key)))
			}
			if texts {
				value = m.strings.asText(nil, value, p.Field(key), join(pattern, key))
			}
			if !yamltree.IsNull(value) && !m.checkShape(value, p.Field(key), join(pattern, key)) {
				continue
			}
			next := m.clean(value, p.Field(key), join(pattern, key), dropNulls)
			next.TakeKey(entry)
			c.Append(next)
		}
	case yamltree.List:
		c.SetChildren(m.lists.cleanList(v, p, pattern))
	default:
		return c
	}
	if c.First() == nil {
		c.Style = yamltree.Flow
	}
	return c
}

func isDirective(key string) bool { return strings.HasPrefix(key, "$") }
