package merge

import (
	"errors"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// mergeMap merges a patch into a map of Final. pattern is the path as the schema writes it.
func (m *merger) mergeMap(dst, patch *yaml.Node, p yamltree.Path, pattern string) {
	d := m.directives(patch, p)
	if d.patch == "replace" {
		m.replaceMap(dst, patch, p, pattern)
		return
	}
	m.retain(dst, patch, d, p)
	for i := 0; i+1 < len(patch.Content); i += 2 {
		key, v := patch.Content[i].Value, patch.Content[i+1]
		if isDirective(key) {
			continue
		}
		at := p.Field(key)
		if yamltree.Count(dst, key) > 1 {
			m.errorf(at, "stands twice in the resource; must stand once")
			continue
		}
		m.mergeField(dst, key, v, at, join(pattern, key), d)
	}
	for _, field := range d.listsAlone(patch) {
		at := p.Field(field)
		if list := yamltree.Get(dst, field); list != nil && list.Kind == yaml.SequenceNode {
			m.mergeList(list, &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}, at, join(pattern, field), d, field, true)
		}
	}
}

func join(pattern, key string) string {
	if pattern == "" {
		return key
	}
	return pattern + "." + key
}

// mergeField merges one value of a patch into the field of dst that it is for.
func (m *merger) mergeField(dst *yaml.Node, key string, v *yaml.Node, at yamltree.Path, pattern string, d directives) {
	old := yamltree.Get(dst, key)
	if yamltree.IsNull(v) || v.Kind == yaml.MappingNode && directive(v) == "delete" || removesList(v) {
		if v.Kind == yaml.MappingNode {
			m.directives(v, at)
		}
		if old != nil {
			m.touch(Delete, at)
			removeKey(dst, key)
		}
		return
	}
	if old == nil || yamltree.IsNull(old) {
		if order := d.order[key]; order != nil && v.Kind == yaml.SequenceNode {
			m.checkOrder(v, order, at, m.schema.Rule(pattern))
		}
		m.addField(dst, key, old, v, at, pattern)
		return
	}
	switch {
	case v.Kind == yaml.MappingNode && old.Kind == yaml.MappingNode:
		if m.schema.Rule(pattern).Strategy == schema.Replace {
			m.replaceMap(old, v, at, pattern)
			return
		}
		m.mergeMap(old, v, at, pattern)
	case v.Kind == yaml.SequenceNode && old.Kind == yaml.SequenceNode:
		m.mergeList(old, v, at, pattern, d, key, false)
	case v.Kind == yaml.ScalarNode && old.Kind == yaml.ScalarNode:
		m.setScalar(old, v, at)
	case v.Kind == yaml.MappingNode && holdsMap(old):
		m.mergeInside(old, v, at)
	case v.Kind == yaml.MappingNode && yamltree.TypeOf(old) == yamltree.TypeString:
		m.errorf(at, "the release has a map where the resource has a string that holds none; must be a string, or YAML with one map in it")
	default:
		m.errorf(at, "the release has %s where the resource has %s; must be of one type", yamltree.ATypeOf(v), yamltree.ATypeOf(old))
	}
}

func removeKey(m *yaml.Node, key string) {
	at := yamltree.IndexOf(m, key)
	m.Content = append(m.Content[:at:at], m.Content[at+2:]...)
}

// addField sets a field that is not there, or is null.
func (m *merger) addField(dst *yaml.Node, key string, old, v *yaml.Node, at yamltree.Path, pattern string) {
	next := m.clean(v, at, pattern, true)
	if old != nil {
		m.touch(Update, at)
		*old = *next
		return
	}
	m.touch(Add, at)
	dst.Content = append(dst.Content, yamltree.Str(key), next)
}

func (m *merger) setScalar(old, v *yaml.Node, at yamltree.Path) {
	if yamltree.Canonical(old) == yamltree.Canonical(v) {
		return
	}
	if was, is := yamltree.TypeOf(old), yamltree.TypeOf(v); was == yamltree.TypeString && is != was && looksLike(old.Value, is) {
		m.warnf(at, "the string %q becomes the %s %s; must be in quotes in the release, if a string is meant", old.Value, is, v.Value)
	}
	m.touch(Update, at)
	overwrite(old, v)
}

// looksLike tells whether a string would be of a type without its quotes; any string beside a float may be a version.
func looksLike(text, typ string) bool {
	plain := &yaml.Node{}
	if err := yaml.Unmarshal([]byte(text), plain); err != nil {
		return false
	}
	return yamltree.TypeOf(plain) == typ || typ == yamltree.TypeFloat
}

// overwrite puts a copy of v in the place of n.
func overwrite(n, v *yaml.Node) {
	c := yamltree.Clone(v)
	c.HeadComment, c.LineComment, c.FootComment = n.HeadComment, n.LineComment, n.FootComment
	*n = *c
}

// replaceMap puts the patch in the place of a map, without its directives.
func (m *merger) replaceMap(dst, patch *yaml.Node, p yamltree.Path, pattern string) {
	next := m.clean(patch, p, pattern, true)
	if !yamltree.Equal(dst, next) {
		m.touch(Update, p)
		overwrite(dst, next)
	}
}

// holdsMap tells whether a string holds one YAML map and nothing else. Templates that happen to parse as
// maps with maps for keys ({{ .Values.x }}) are none.
func holdsMap(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || yamltree.TypeOf(n) != yamltree.TypeString {
		return false
	}
	dec := yaml.NewDecoder(strings.NewReader(n.Value))
	var doc, more yaml.Node
	if dec.Decode(&doc) != nil || !errors.Is(dec.Decode(&more), io.EOF) || doc.Content[0].Kind != yaml.MappingNode {
		return false
	}
	return plainKeys(doc.Content[0])
}

// plainKeys tells whether all keys of a map, and of the maps in it, are scalars.
func plainKeys(n *yaml.Node) bool {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && child.Kind != yaml.ScalarNode || !plainKeys(child) {
			return false
		}
	}
	return true
}

// mergeInside merges a map into the YAML inside a string, whose text changes only where values do. A nil map
// only drops what the new release does not set any more.
func (m *merger) mergeInside(old, v *yaml.Node, at yamltree.Path) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(old.Value), &doc); err != nil {
		panic("merge: holdsMap let through what does not parse: " + err.Error())
	}
	inside, err := yamltree.Logical(doc.Content[0])
	if err != nil {
		m.errorf(at, "the YAML inside the string: %v", err)
		return
	}
	var patches []Patch
	s := m.sides.insideOf(at)
	if v != nil {
		patches = []Patch{{Component: m.patches[m.current].Component, Data: v}}
		s.dropped = true
		if m.replaced(at) { // by an earlier patch: what was there is compared as a whole
			s = &sides{}
		}
	}
	inner := mergeAll(inside, patches, &schema.Type{}, s).Merged
	m.takeOver(inner, at)
	if len(inner.Errors) > 0 || len(inner.Changes) == 0 {
		return
	}
	out, rewritten, err := yamledit.Bytes([]byte(old.Value), &doc, Edits(inner.Changes))
	if err != nil {
		m.errorf(at, "the YAML inside the string: %v", err)
		return
	}
	for _, p := range rewritten {
		m.warnf(at.Then(p...), "could not be edited in place and is printed anew; comments and layout there may differ")
	}
	for _, c := range inner.Changes { // which other patches may be at odds with
		c.Path = at.Then(c.Path...)
		m.touch(c.Op, c.Path)
		m.inside[at.String()] = append(m.inside[at.String()], c)
	}
	m.touches = append(m.touches, touch{path: at, op: Update, patch: m.current, whole: true})
	old.Value = string(out)
}

// parseInside reads the YAML inside a string that [holdsMap].
func parseInside(text string) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, err
	}
	return yamltree.Logical(doc.Content[0])
}

// takeOver reports what a merge inside a string found.
func (m *merger) takeOver(inner *Merged, at yamltree.Path) {
	for _, f := range inner.Errors {
		m.errorf(at.Then(f.Path...), "%s", f.Message)
	}
	for _, f := range inner.Warnings {
		m.warnf(at.Then(f.Path...), "%s", f.Message)
	}
	for _, k := range inner.Kept {
		k.Path = at.Then(k.Path...)
		m.Kept = append(m.Kept, k)
	}
	if inner.Removed {
		m.errorf(at, "$patch: delete cannot remove a string; must be null")
	}
}

// clean is a patch's value as it is set where nothing was: without directives, and in maps without
// nulls.
func (m *merger) clean(v *yaml.Node, p yamltree.Path, pattern string, dropNulls bool) *yaml.Node {
	c := yamltree.StripComments(yamltree.Clone(v))
	switch v.Kind {
	case yaml.MappingNode:
		d := m.directives(v, p)
		c.Content = nil
		for i := 0; i+1 < len(v.Content); i += 2 {
			key, value := v.Content[i].Value, v.Content[i+1]
			if isDirective(key) || dropNulls && yamltree.IsNull(value) || value.Kind == yaml.MappingNode && directive(value) == "delete" || removesList(value) {
				continue
			}
			if order := d.order[key]; order != nil && value.Kind == yaml.SequenceNode {
				m.checkOrder(value, order, p.Field(key), m.schema.Rule(join(pattern, key)))
			}
			c.Content = append(c.Content, yamltree.Clone(v.Content[i]), m.clean(value, p.Field(key), join(pattern, key), dropNulls))
		}
		if len(c.Content) == 0 {
			c.Style = yaml.FlowStyle
		}
	case yaml.SequenceNode:
		c.Content = m.cleanList(v, p, pattern)
		if len(c.Content) == 0 {
			c.Style = yaml.FlowStyle
		}
	}
	return c
}

func isDirective(key string) bool { return strings.HasPrefix(key, "$") }
