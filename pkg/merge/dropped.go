package merge

import (
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// identity are the fields that a resource never loses.
var identity = []yamltree.Path{yamltree.Fields("apiVersion"), yamltree.Fields("kind"), yamltree.Fields("metadata", "name"), yamltree.Fields("metadata", "namespace")}

// dropMap removes from a map what old sets there and next, nil for nothing, does not.
func (m *merger) dropMap(dst, old, next *yaml.Node, p yamltree.Path, pattern string) {
	for i := 0; i+1 < len(old.Content); i += 2 {
		key, was := old.Content[i].Value, old.Content[i+1]
		at := p.Field(key)
		has := yamltree.Get(dst, key)
		if has == nil || yamltree.Count(dst, key) > 1 || isIdentity(at) {
			continue
		}
		m.dropField(dst, key, has, was, yamltree.Get(next, key), at, join(pattern, key))
	}
}

func isIdentity(p yamltree.Path) bool {
	for _, id := range identity {
		if p.Equal(id) {
			return true
		}
	}
	return false
}

// dropField removes a field, or what is in it, where it has what the old release set and the new one does not.
func (m *merger) dropField(dst *yaml.Node, key string, has, was, now *yaml.Node, at yamltree.Path, pattern string) {
	switch {
	case now == nil && m.sides.speaksOf(at):
	case now == nil && yamltree.Equal(has, was) && (has.Kind != yaml.MappingNode || m.sides.apart == nil || !m.sides.apart(at)):
		m.touch(Delete, at)
		removeKey(dst, key)
	case was.Kind == yaml.MappingNode && has.Kind == yaml.MappingNode:
		m.dropMap(has, was, mapOrNil(now), at, pattern)
		m.prune(dst, key, has, now, at)
	case was.Kind == yaml.MappingNode && holdsMap(has):
		m.mergeInside(has, nil, at)
	case was.Kind == yaml.SequenceNode && has.Kind == yaml.SequenceNode && m.merges(pattern):
		m.dropElements(has, was, now, at, pattern)
		m.prune(dst, key, has, now, at)
	case now == nil:
		m.Kept = append(m.Kept, Kept{Path: at, Was: was, Has: yamltree.Clone(has)})
	}
}

// prune removes a map or list that the old release set, and of which nothing is left.
func (m *merger) prune(dst *yaml.Node, key string, has, now *yaml.Node, at yamltree.Path) {
	if now == nil && len(has.Content) == 0 && !m.sides.speaksOf(at) && (m.sides.apart == nil || !m.sides.apart(at)) {
		m.touch(Delete, at)
		removeKey(dst, key)
	}
}

func mapOrNil(n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	return n
}

// merges tells whether a list is merged element by element.
func (m *merger) merges(pattern string) bool {
	s := m.schema.Rule(pattern).Strategy
	return s == schema.Map || s == schema.Set
}

// dropElements removes the elements of a list that old has and next, nil for no list, has not.
func (m *merger) dropElements(dst, old, next *yaml.Node, p yamltree.Path, pattern string) {
	rule := m.schema.Rule(pattern)
	if next == nil {
		next = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	}
	for _, was := range old.Content {
		switch {
		case rule.Strategy == schema.Set && was.Kind == yaml.ScalarNode:
			step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(was)}
			if yamltree.ElementIndex(next, step) < 0 {
				m.dropElement(dst, was, step, p)
			}
		case rule.Strategy == schema.Map && was.Kind == yaml.MappingNode:
			if keys, ok := readKeys(was, rule); ok {
				m.dropKeyed(dst, old, next, was, yamltree.Step{Kind: yamltree.Element, Keys: keys}, p, pattern)
			}
		}
	}
}

// dropKeyed drops an element of a keyed list, or what is in it.
func (m *merger) dropKeyed(dst, old, next, was *yaml.Node, step yamltree.Step, p yamltree.Path, pattern string) {
	rule := m.schema.Rule(pattern)
	now := matching(next, step)
	if rule.Repeat == "" {
		found := matching(dst, step)
		if len(now) == 0 {
			m.dropElement(dst, was, step, p)
		} else if len(found) == 1 {
			m.dropMap(dst.Content[found[0]], was, next.Content[now[0]], p.Then(step), pattern+"[]")
		}
		return
	}
	if len(now) == 1 && len(matching(old, step)) == 1 {
		return // its value changes, which is the merge's business
	}
	exact := step
	if v := yamltree.Get(was, rule.Repeat); v != nil && v.Kind == yaml.ScalarNode {
		exact.Keys = append(append([]yamltree.Key{}, step.Keys...), yamltree.Key{Name: rule.Repeat, Value: yamltree.Canonical(v)})
	}
	if len(matching(next, exact)) > 0 {
		return
	}
	if len(matching(dst, exact)) == 0 { // it may have another value
		exact = step
	}
	m.dropElement(dst, was, exact, p)
}

// dropElement removes an element that is as the old release set it; one that is not stays.
func (m *merger) dropElement(dst, was *yaml.Node, step yamltree.Step, p yamltree.Path) {
	at := p.Then(step)
	found := matching(dst, step)
	if len(found) != 1 || m.sides.speaksOf(at) {
		return
	}
	has := dst.Content[found[0]]
	if !yamltree.Equal(has, was) {
		m.Kept = append(m.Kept, Kept{Path: at, Was: was, Has: yamltree.Clone(has)})
		return
	}
	m.touch(Delete, at)
	dst.Content = append(dst.Content[:found[0]:found[0]], dst.Content[found[0]+1:]...)
}
