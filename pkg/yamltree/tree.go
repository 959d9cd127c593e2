// Package yamltree reads YAML into nodes that know their bytes, see [Parse], and works on trees that are made of them: paths into them, the types and equality of
// values, and the logical tree behind anchors, aliases and merge keys.
//
// It knows YAML and nothing of Kubernetes. A tree is *logical* when it has no aliases and no merge
// keys (`<<`): [Logical] makes one. All functions but [Apply] leave their arguments unchanged; those that
// look into trees expect logical ones, where nothing else is said.
package yamltree

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// Get returns the value of the first key of this name in a mapping, or nil.
func Get(m *yaml.Node, key string) *yaml.Node {
	if i := IndexOf(m, key); i >= 0 {
		return m.Content[i+1]
	}
	return nil
}

// IndexOf returns where in m.Content the first key of this name stands, or -1. Aliases as keys are
// looked through; a key that is a map or a list has no name.
func IndexOf(m *yaml.Node, key string) int {
	if m == nil || m.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if k := Resolve(m.Content[i]); k.Value == key && k.Kind == yaml.ScalarNode && !IsMergeKey(m.Content[i]) {
			return i
		}
	}
	return -1
}

// Count says how often a mapping has a key of this name.
func Count(m *yaml.Node, key string) int {
	count := 0
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key && m.Content[i].Kind == yaml.ScalarNode {
			count++
		}
	}
	return count
}

// Resolve follows an alias to the node that it stands for.
func Resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// IsMergeKey tells whether a key of a mapping is a merge key, `<<` (https://yaml.org/type/merge.html).
func IsMergeKey(key *yaml.Node) bool { return key.Tag == "!!merge" }

// Lookup returns the node that the path leads to, or nil where there is none. It does not look
// through merge keys; aliases it follows.
func Lookup(n *yaml.Node, p Path) *yaml.Node {
	for _, s := range p {
		if n == nil {
			return nil
		}
		n = Child(Resolve(n), s)
	}
	return n
}

// Child returns the child that one step leads to, or nil.
func Child(n *yaml.Node, s Step) *yaml.Node {
	if s.Kind == Field {
		return Get(n, s.Name)
	}
	if i := ElementIndex(n, s); i >= 0 {
		return n.Content[i]
	}
	return nil
}

// ElementIndex returns the index of the first element of a sequence that a step leads to, or -1.
func ElementIndex(seq *yaml.Node, s Step) int {
	if seq.Kind != yaml.SequenceNode {
		return -1
	}
	if s.Kind == Index {
		if s.Index < len(seq.Content) {
			return s.Index
		}
		return -1
	}
	for i, el := range seq.Content {
		if IsElement(el, s) {
			return i
		}
	}
	return -1
}

// IsElement tells whether an element of a sequence is the one that a step by keys or by value leads to.
func IsElement(el *yaml.Node, s Step) bool {
	el = Resolve(el)
	switch s.Kind {
	case Value:
		return el.Kind == yaml.ScalarNode && Canonical(el) == s.Scalar
	case Element:
		return el.Kind == yaml.MappingNode && hasKeys(el, s.Keys)
	}
	return false
}

func hasKeys(m *yaml.Node, keys []Key) bool {
	for _, k := range keys {
		v := Get(m, k.Name)
		switch {
		case v == nil, k.Default != "" && IsNull(v):
			if k.Default == "" || k.Default != k.Value {
				return false
			}
		case v.Tag == "!!str" && !strings.HasSuffix(k.Value, v.Value):
			return false // without the cost of Canonical: long lists are searched a lot
		case Resolve(v).Kind != yaml.ScalarNode || Canonical(Resolve(v)) != k.Value:
			return false
		}
	}
	return true
}

// Clone copies a logical tree. Comments, styles and positions are kept.
func Clone(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Content = make([]*yaml.Node, len(n.Content))
	for i, child := range n.Content {
		c.Content[i] = Clone(child)
	}
	return &c
}

// StripComments removes all comments from a tree that the caller owns and returns it.
func StripComments(n *yaml.Node) *yaml.Node {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, child := range n.Content {
		StripComments(child)
	}
	return n
}

// Equal tells whether two logical trees are the same value: maps whatever the order of their
// keys, lists element by element, scalars as [Canonical] compares them. Style and comments do not
// count. A map that repeats a key equals only one that repeats it with the same values.
func Equal(a, b *yaml.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	a, b = Document(a), Document(b)
	if a.Kind != b.Kind || len(a.Content) != len(b.Content) {
		return false
	}
	switch a.Kind {
	case yaml.ScalarNode:
		return Canonical(a) == Canonical(b)
	case yaml.MappingNode:
		return equalMaps(a, b)
	default:
		for i := range a.Content {
			if !Equal(a.Content[i], b.Content[i]) {
				return false
			}
		}
		return true
	}
}

func equalMaps(a, b *yaml.Node) bool {
	for i := 0; i+1 < len(a.Content); i += 2 {
		key, value := a.Content[i], a.Content[i+1]
		if i+1 < len(b.Content) && Equal(key, b.Content[i]) { // the common case: the same order
			if !Equal(value, b.Content[i+1]) {
				return false
			}
			continue
		}
		if key.Kind != yaml.ScalarNode || Count(a, key.Value) != 1 || Count(b, key.Value) != 1 || !Equal(value, Get(b, key.Value)) {
			return false
		}
	}
	return true
}

// Document returns the root of a document node; any other node is returned as it is.
func Document(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) == 1 {
		return n.Content[0]
	}
	return n
}

// ShiftInto moves the lines of a tree that was parsed from the text of a scalar to where they stand in the scalar's document. Only
// block scalars keep the lines of their text; those of others all become the scalar's. The caller owns the tree.
func ShiftInto(n, scalar *yaml.Node) {
	if n.Line > 0 {
		if scalar.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			n.Line += scalar.Line
		} else {
			n.Line = scalar.Line
		}
	}
	for _, child := range n.Content {
		ShiftInto(child, scalar)
	}
}
