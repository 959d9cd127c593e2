package merge

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// dropper removes what the old release set and the new one does not.
type dropper struct{ *merger }

// identity are the fields that a resource never loses.
var identity = []yamltree.Path{yamltree.Fields("apiVersion"), yamltree.Fields("kind"), yamltree.Fields("metadata", "name"), yamltree.Fields("metadata", "namespace")}

// dropMap removes from a map what old sets there and next, nil for nothing, does not.
func (m dropper) dropMap(dst, old, next *yamltree.Node, p yamltree.Path, pattern string) {
	finder := yamltree.Finder{}
	for was := range old.Children() {
		key := was.Key
		has, now := m.get(dst, key), finder.Get(next, key)
		if has == nil || yamltree.IsNull(has) || staysScalar(has, was, now) {
			continue
		}
		if at := p.Field(key); !isIdentity(at) && !m.finder.Repeats(dst, key) {
			m.dropField(dst, key, has, was, now, at, join(pattern, key))
		}
	}
}

// staysScalar reports whether both releases set a scalar, where the resource has one in which nothing is merged: nothing is dropped there, as in most places.
func staysScalar(has, was, now *yamltree.Node) bool {
	return now != nil && now.Kind == yamltree.Scalar && was.Kind == yamltree.Scalar && has.Kind == yamltree.Scalar && !holdsMap(has)
}

func isIdentity(p yamltree.Path) bool {
	return slices.ContainsFunc(identity, p.Equal)
}

// dropField removes a field, or what is in it, where it has what the old release set and the new one does not.
func (m dropper) dropField(dst *yamltree.Node, key string, has, was, now *yamltree.Node, at yamltree.Path, pattern string) {
	switch {
	case now == nil && m.sides.speaksOf(at):
	case now != nil && now.Kind == yamltree.Map && holdsMap(was) && holdsMap(has): // what was text is a map now, and the resource keeps it as text
		m.strings.mergeInside(has, nil, at)
	case now != nil && now.Kind != was.Kind: // its type changes, which is the merge's business
	case now == nil && same(has, was, m.schema, pattern) && (has.Kind != yamltree.Map || m.sides.apart == nil || !m.sides.apart(at)):
		m.touch(at)
		m.remove(dst, key)
	case now == nil && isEmpty(has) && !isEmpty(was): // an empty map may mean something by itself, and is not what the release set
		m.Kept = append(m.Kept, Kept{Path: at, Was: was, Has: yamltree.Clone(has)})
	case was.Kind == yamltree.Map && has.Kind == yamltree.Map:
		m.dropMap(has, was, mapOrNil(now), at, pattern)
		m.prune(dst, key, has, now, at)
	case holdsMap(has) && (hasMap(m.sides.oldAll, at) || hasMap(m.sides.all, at) && holdsMap(was)):
		m.strings.mergeInside(has, nil, at)
		if inside := mapInside(has); inside != nil {
			m.prune(dst, key, inside, now, at)
		}
	case was.Kind == yamltree.List && has.Kind == yamltree.List && m.mergesList(pattern):
		m.dropElements(has, was, now, at, pattern)
		m.prune(dst, key, has, now, at)
	case now == nil:
		m.Kept = append(m.Kept, Kept{Path: at, Was: was, Has: yamltree.Clone(has)})
	}
}

// isEmpty reports whether a value is a map or list with nothing in it, or a string that holds one.
func isEmpty(n *yamltree.Node) bool {
	if inside := mapInside(n); inside != nil {
		n = inside
	}
	return (n.Kind == yamltree.Map || n.Kind == yamltree.List) && n.First() == nil
}

// hasMap reports whether a release has a map at a place, which the resource may hold as a string of YAML.
func hasMap(patches []Patch, at yamltree.Path) bool {
	return slices.ContainsFunc(patches, func(p Patch) bool {
		n := yamltree.Lookup(p.Data, at)
		return n != nil && n.Kind == yamltree.Map
	})
}

// prune removes a map or list that the old release set, and of which nothing is left.
func (m dropper) prune(dst *yamltree.Node, key string, has, now *yamltree.Node, at yamltree.Path) {
	if now == nil && has.First() == nil && !m.sides.speaksOf(at) && (m.sides.apart == nil || !m.sides.apart(at)) {
		m.touch(at)
		m.remove(dst, key)
	}
}

func mapOrNil(n *yamltree.Node) *yamltree.Node {
	if n == nil || n.Kind != yamltree.Map {
		return nil
	}
	return n
}

// mergesList reports whether a list is merged element by element.
func (m dropper) mergesList(pattern string) bool {
	s := m.schema.Rule(pattern).Strategy
	return s == schema.Map || s == schema.Set
}

// dropElements removes the elements of a list that old has and next, nil for no list, has not.
func (m dropper) dropElements(dst, old, next *yamltree.Node, p yamltree.Path, pattern string) {
	m.own(dst)
	rule := m.schema.Rule(pattern)
	if next == nil {
		next = yamltree.NewList()
	}
	for was := range old.Children() {
		switch {
		case rule.Strategy == schema.Set && was.Kind == yamltree.Scalar:
			step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(was)}
			if yamltree.ElementIndex(next, step) < 0 {
				m.dropElement(dst, was, step, p, pattern)
			}
		case rule.Strategy == schema.Map && was.Kind == yamltree.Map:
			keys, ok := readKeys(was, rule)
			if !ok {
				continue
			}
			step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
			now, found := matching(next, step), matching(dst, step)
			if len(now) == 0 {
				m.dropElement(dst, was, step, p, pattern)
			} else if len(found) == 1 {
				m.dropMap(found[0], was, now[0], p.Then(step), pattern+"[]")
			}
		}
	}
}

// dropElement removes an element that is as the old release set it, with all its copies; where one is not, they stay.
func (m dropper) dropElement(dst, was *yamltree.Node, step yamltree.Step, p yamltree.Path, pattern string) {
	at := p.Then(step)
	if m.sides.speaksOf(at) {
		return
	}
	found := matching(dst, step)
	for _, has := range found {
		if !same(withDefaults(has, step), withDefaults(was, step), m.schema, pattern+"[]") {
			m.Kept = append(m.Kept, Kept{Path: at, Was: was, Has: yamltree.Clone(has)})
			return
		}
	}
	m.lists.removeElements(dst, found, step, p)
}
