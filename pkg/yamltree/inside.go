package yamltree

import "strings"

// Inside is the map or list that a string holds as YAML, such as data.values: | of a ConfigMap, with its comments. Its spans are offsets into the string's value, its lines
// those of the string's document, see [ShiftInto]. nil says that it holds none: that it is text, a scalar, several documents, or has what no API server takes: keys that are maps
// or lists, as templates that happen to be YAML have ({{ .Values.x }}), and aliases without an end.
func Inside(n *Node) *Node {
	if n.Kind != Scalar || !strings.ContainsAny(n.Value, ":-[{?") || TypeOf(n) != TypeString { // most strings are words
		return nil
	}
	doc, err := ReadOne([]byte(n.Value))
	if err != nil || doc.Root.Kind != Map && doc.Root.Kind != List || !hasScalarKeys(doc.Root) {
		return nil
	}
	if _, err := Logical(doc.Root); err != nil {
		return nil
	}
	ShiftInto(doc.Root, n)
	return doc.Root
}

// hasScalarKeys reports whether all keys of maps in a tree are scalars, or stand for some.
func hasScalarKeys(n *Node) bool {
	for c := n.first; c != nil; c = c.next {
		if n.Kind == Map && Resolve(c.KeyNode()).Kind != Scalar || !hasScalarKeys(c) {
			return false
		}
	}
	return true
}

// LookupInside does what [Lookup] does in a logical tree, and looks into strings that hold YAML on the way.
func LookupInside(n *Node, p Path) *Node {
	for i := range p {
		if n != nil && n.Kind == Scalar {
			if n = Inside(n); n != nil {
				n, _ = Logical(n) // Inside knows that there is one
			}
		}
		if n == nil {
			return nil
		}
		n = child(n, &p[i])
	}
	return n
}
