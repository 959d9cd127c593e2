package merge

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// same reports whether two values mean the same to the API: the order of keyed lists and of sets does not count, nor does a merge key that
// is left out where the other one has its default, a null in a map, how two strings write the same YAML, or the v of a version.
func same(a, b *yamltree.Node, t *schema.Type, pattern string) bool {
	c := comparer{schema: t, first: true}
	c.compare(a, b, nil, pattern)
	return !c.differs
}

// differing are the places at which two values do not mean the same, as deep as both have them.
func differing(a, b *yamltree.Node, t *schema.Type) []yamltree.Path {
	c := comparer{schema: t}
	c.compare(a, b, nil, "")
	return c.found
}

type comparer struct {
	schema *schema.Type
	first  bool // one place is enough, and nobody asks which

	differs bool
	found   []yamltree.Path
}

func (c *comparer) differ(p yamltree.Path) {
	c.differs = true
	if !c.first {
		c.found = append(c.found, p)
	}
}

func (c *comparer) done() bool { return c.first && c.differs }

// then is the path of a child, where anybody asks.
func (c *comparer) then(p yamltree.Path, s yamltree.Step) yamltree.Path {
	if c.first {
		return nil
	}
	return p.Then(s)
}

func (c *comparer) compare(a, b *yamltree.Node, p yamltree.Path, pattern string) {
	noA, noB := a == nil || yamltree.IsNull(a), b == nil || yamltree.IsNull(b)
	switch {
	case noA || noB:
		if noA != noB {
			c.differ(p)
		}
	case a.Kind == yamltree.Map && b.Kind == yamltree.Map:
		c.maps(a, b, nil, p, pattern)
	case a.Kind == yamltree.List && b.Kind == yamltree.List:
		c.lists(a, b, p, pattern)
	case a.Kind == yamltree.Scalar && b.Kind == yamltree.Scalar && yamltree.Equal(a, b):
	case isInside(a) && isInside(b) && !(a.Kind == yamltree.Scalar && a.Value == b.Value):
		c.insides(a, b, p)
	case a.Kind != yamltree.Scalar || b.Kind != yamltree.Scalar || !c.schema.Rule(pattern).Version || strings.TrimPrefix(a.Value, "v") != strings.TrimPrefix(b.Value, "v"):
		c.differ(p)
	}
}

// isInside reports whether a value is a map, or a string of YAML that holds one.
func isInside(n *yamltree.Node) bool { return n.Kind == yamltree.Map || holdsMap(n) }

// insides compares what strings of YAML hold.
func (c *comparer) insides(a, b *yamltree.Node, p yamltree.Path) {
	inner := comparer{schema: &schema.Type{}, first: c.first}
	inner.compare(insideOf(a), insideOf(b), p, "")
	c.differs, c.found = c.differs || inner.differs, append(c.found, inner.found...)
}

func insideOf(n *yamltree.Node) *yamltree.Node {
	if n.Kind == yamltree.Map {
		return n
	}
	return mapInside(n)
}

// maps compares maps; keys of an element that the list is keyed by have been compared already.
func (c *comparer) maps(a, b *yamltree.Node, keys []yamltree.Key, p yamltree.Path, pattern string) {
	inA, inB := yamltree.Keys(a), yamltree.Keys(b)
	if len(inA) != a.Len() || len(inB) != b.Len() { // keys that stand twice, or are no scalars
		if !yamltree.Equal(a, b) {
			c.differ(p)
		}
		return
	}
	known := map[string]bool{}
	for _, k := range keys {
		known[k.Name] = true
	}
	for v := a.First(); v != nil && !c.done(); v = v.Next() {
		key := v.Key
		if known[key] {
			continue
		}
		c.compare(v, inB[key], c.then(p, yamltree.Step{Kind: yamltree.Field, Name: key}), join(pattern, key))
	}
	for v := b.First(); v != nil && !c.done(); v = v.Next() {
		key := v.Key
		if inA[key] == nil && !known[key] {
			c.compare(nil, v, c.then(p, yamltree.Step{Kind: yamltree.Field, Name: key}), join(pattern, key))
		}
	}
}

func (c *comparer) lists(a, b *yamltree.Node, p yamltree.Path, pattern string) {
	rule := c.schema.Rule(pattern)
	switch {
	case rule.Strategy == schema.Map && c.keyed(a, b, rule, p, pattern):
	case rule.Strategy == schema.Set && allScalars(a) && allScalars(b):
		c.sets(a, b, p)
	case a.Len() != b.Len():
		c.differ(p)
	default:
		inner := comparer{schema: c.schema, first: true}
		for x, y := a.First(), b.First(); x != nil && !inner.done(); x, y = x.Next(), y.Next() {
			inner.compare(x, y, nil, pattern+"[]")
		}
		if inner.done() {
			c.differ(p)
		}
	}
}

// keyed compares lists element by element; false says that an element lacks its keys, or repeats those of another one.
func (c *comparer) keyed(a, b *yamltree.Node, rule schema.Rule, p yamltree.Path, pattern string) bool {
	inA, okA := byKeys(a, rule)
	inB, okB := byKeys(b, rule)
	if !okA || !okB {
		return false
	}
	for el := range a.Children() {
		keys, _ := readKeys(el, rule)
		step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
		if other := inB[step.String()]; other == nil {
			c.differ(c.then(p, step))
		} else {
			c.maps(el, other, keys, c.then(p, step), pattern+"[]")
		}
	}
	for el := range b.Children() {
		keys, _ := readKeys(el, rule)
		step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
		if inA[step.String()] == nil {
			c.differ(c.then(p, step))
		}
	}
	return true
}

// byKeys are the elements of a list by their keys; ok says that all have theirs, and no two the same.
func byKeys(list *yamltree.Node, rule schema.Rule) (out map[string]*yamltree.Node, ok bool) {
	out = map[string]*yamltree.Node{}
	for el := range list.Children() {
		if el.Kind != yamltree.Map {
			return nil, false
		}
		keys, found := readKeys(el, rule)
		name := yamltree.Step{Kind: yamltree.Element, Keys: keys}.String()
		if !found || out[name] != nil {
			return nil, false
		}
		out[name] = el
	}
	return out, true
}

func (c *comparer) sets(a, b *yamltree.Node, p yamltree.Path) {
	inA, inB := scalarSet(a), scalarSet(b)
	for _, x := range []struct{ of, in map[string]bool }{{inA, inB}, {inB, inA}} {
		for el := range x.of {
			if !x.in[el] {
				c.differ(c.then(p, yamltree.Step{Kind: yamltree.Value, Scalar: el}))
			}
		}
	}
}

func scalarSet(list *yamltree.Node) map[string]bool {
	out := map[string]bool{}
	for el := range list.Children() {
		out[yamltree.Canonical(el)] = true
	}
	return out
}

// patternOf is a path as the schema writes it.
func patternOf(p yamltree.Path) string {
	pattern := ""
	for _, s := range p {
		if s.Kind == yamltree.Field {
			pattern = join(pattern, s.Name)
		} else {
			pattern += "[]"
		}
	}
	return pattern
}
