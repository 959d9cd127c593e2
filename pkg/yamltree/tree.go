// Package yamltree reads YAML into nodes that know their bytes, see [Parse], and works on trees of them: paths into them, the types and equality of
// values, and the logical tree behind anchors, aliases and merge keys.
//
// It knows YAML and nothing of Kubernetes. A tree is *logical* when it has no aliases and no merge
// keys (`<<`): [Logical] makes one. Functions leave their arguments unchanged where they do not say otherwise; those that
// look into trees expect logical ones, where nothing else is said.
package yamltree

import "strings"

// Get returns the value of the first key of this name in a map, or nil. Aliases as keys are
// looked through; a merge key, and a key that is a map or a list, has no name.
func Get(m *Node, key string) *Node {
	if m == nil || m.Kind != Map {
		return nil
	}
	for c := m.first; c != nil; c = c.next {
		if c.more == nil { // nearly all of them
			if c.Key == key && (c.KeyStyle != Plain || key != "<<") {
				return c
			}
			continue
		}
		if name, ok := c.Name(); ok && name == key {
			return c
		}
	}
	return nil
}

// Count says how often a map has a key of this name.
func Count(m *Node, key string) int {
	count := 0
	for c := m.first; c != nil; c = c.next {
		if c.Key == key && c.HasScalarKey() {
			count++
		}
	}
	return count
}

// Resolve follows an alias to the node that it stands for.
func Resolve(n *Node) *Node {
	for n.Kind == Alias {
		n = n.more.alias
	}
	return n
}

// Lookup returns the node that the path leads to, or nil where there is none. It does not look
// through merge keys; aliases it follows.
func Lookup(n *Node, p Path) *Node {
	for i := range p {
		if n == nil {
			return nil
		}
		n = child(Resolve(n), &p[i])
	}
	return n
}

// Child returns the child that one step leads to, or nil.
func Child(n *Node, s Step) *Node { return child(n, &s) }

func child(n *Node, s *Step) *Node {
	if s.Kind == Field {
		return Get(n, s.Name)
	}
	if n.Kind != List {
		return nil
	}
	at := 0
	for c := n.first; c != nil; c = c.next {
		if s.Kind == Index && at == s.Index || s.Kind != Index && IsElement(c, *s) {
			return c
		}
		at++
	}
	return nil
}

// ElementIndex returns the index of the first element of a list that a step leads to, or -1.
func ElementIndex(list *Node, s Step) int {
	if list.Kind != List {
		return -1
	}
	at := 0
	for c := list.first; c != nil; c = c.next {
		if s.Kind == Index && at == s.Index || s.Kind != Index && IsElement(c, s) {
			return at
		}
		at++
	}
	return -1
}

// IsElement reports whether an element of a list is the one that a step by keys or by value leads to.
func IsElement(el *Node, s Step) bool {
	el = Resolve(el)
	switch s.Kind {
	case Value:
		if el.Kind != Scalar || !strings.HasSuffix(s.Scalar, el.Value) && el.Tag() == "!!str" {
			return false // without the cost of Canonical: long lists are searched a lot
		}
		return Canonical(el) == s.Scalar
	case Element:
		return el.Kind == Map && hasKeys(el, s.Keys)
	}
	return false
}

func hasKeys(m *Node, keys []Key) bool {
	for _, k := range keys {
		v := Get(m, k.Name)
		if v != nil {
			v = Resolve(v)
		}
		switch {
		case v == nil, k.Default != "" && IsNull(v):
			if k.Default == "" || k.Default != k.Value {
				return false
			}
		case v.Kind != Scalar:
			return false
		case !strings.HasSuffix(k.Value, v.Value) && v.Tag() == "!!str":
			return false // without the cost of Canonical: long lists are searched a lot
		case Canonical(v) != k.Value:
			return false
		}
	}
	return true
}

// Equal reports whether two logical trees are the same value: maps whatever the order of their
// keys, lists element by element, scalars as [Canonical] compares them. Keys are known by their names, as in JSON. Style and comments do not
// count. A map that repeats a key equals only one that repeats it with the same values.
func Equal(a, b *Node) bool { return equal(a, b, false) }

// Identical reports whether two logical trees are equal, and their keys of the same types: 1 is not "1".
func Identical(a, b *Node) bool { return equal(a, b, true) }

// Same reports whether two trees are the same but for where they stand: with their keys, styles, tags, anchors and comments.
func Same(a, b *Node) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	if a.Kind != b.Kind || a.Style != b.Style || a.KeyStyle != b.KeyStyle || a.Key != b.Key || a.Value != b.Value || !a.more.same(b.more) {
		return false
	}
	x, y := a.first, b.first
	for ; x != nil && y != nil; x, y = x.next, y.next {
		if !Same(x, y) {
			return false
		}
	}
	return x == nil && y == nil
}

// same is [Same] of what few nodes have.
func (m *more) same(o *more) bool {
	if m == nil || o == nil {
		return m == o
	}
	return m.anchor == o.anchor && m.tag == o.tag && m.props == o.props && m.comments == o.comments && Same(m.key, o.key) && Same(m.alias, o.alias)
}

func equal(a, b *Node, typed bool) bool {
	if a == nil || b == nil || a == b {
		return a == b
	}
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Scalar:
		return equalScalars(a, b)
	case Map:
		return equalMaps(a, b, typed)
	default:
		x, y := a.first, b.first
		for ; x != nil && y != nil; x, y = x.next, y.next {
			if !equal(x, y, typed) {
				return false
			}
		}
		return x == nil && y == nil
	}
}

func equalScalars(a, b *Node) bool {
	if a.Value == b.Value && a.Style == b.Style && a.WrittenTag() == b.WrittenTag() {
		return true
	}
	if a.Style != Plain && b.Style != Plain && a.more == nil && b.more == nil {
		return a.Value == b.Value
	}
	typ, text := canonical(a)
	other, otherText := canonical(b)
	return typ == other && text == otherText
}

func equalKeys(a, b *Node, typed bool) bool {
	if a.more == nil && b.more == nil && a.Key == b.Key && (a.KeyStyle == b.KeyStyle || !typed) {
		return true
	}
	x, y := a.KeyNode(), b.KeyNode()
	if x.Kind == Scalar && y.Kind == Scalar && (!typed || x.Tag() == "!!str" && y.Tag() == "!!str") {
		return x.Value == y.Value // quotes make no other key of on and y
	}
	return equal(x, y, typed)
}

func equalMaps(a, b *Node, typed bool) bool {
	if a.Len() != b.Len() {
		return false
	}
	other := b.first
	var inA, inB map[string]*Node
	for c := a.first; c != nil; c, other = c.next, other.next {
		if equalKeys(c, other, typed) { // the common case: the same order
			if !equal(c, other, typed) {
				return false
			}
			continue
		}
		if inA == nil {
			inA, inB = Keys(a), Keys(b)
		}
		if len(inA) != a.Len() || len(inB) != b.Len() { // keys that stand twice, or have no name
			return false
		}
		if same := inB[c.Key]; same == nil || !equalKeys(c, same, typed) || !equal(c, same, typed) {
			return false
		}
	}
	return true
}
