package yamltree

import (
	"fmt"
	"iter"
)

// Kind is what a value is.
type Kind uint8

// The kinds of values.
const (
	Scalar Kind = iota
	Map
	List
	Alias
)

// Style is how a value is written.
type Style uint8

// The styles of values. Maps and lists are Block, Flow, or, a map in a flow list, Pair: [a: b].
const (
	Plain Style = iota
	SingleQuoted
	DoubleQuoted
	Literal
	Folded
	Block
	Flow
	Pair
)

// Span is a part of a source, in byte offsets, 0-based, the end exclusive.
type Span struct{ Start, End int }

// Node is a value in a source, together with the key, or the dash, in front of it. It is compact, since there is one for each line of a file: the values of a map are its
// children, and know their keys.
//
// Strings are views of the source where nothing in it is escaped or folded.
type Node struct {
	kind     Kind
	style    Style
	keyStyle Style
	hasMark  bool
	explicit bool // its key stands behind a question mark

	start, end       uint32 // of the value, without its anchor and tag
	keyStart, keyEnd uint32 // of the key, its anchor and tag included, and the question mark in front of it
	mark             uint32 // of the colon or dash

	key, value  string
	first, next *Node
	more        *more
}

// more is what few nodes have.
type more struct {
	anchor, tag string // the tag resolved, in its short form: !!str, !custom
	start       uint32 // of the first of the two
	props       bool   // one of the two is there
	key         *Node  // a key that is more than a scalar
	alias       *Node  // what an alias stands for
}

// Kind is what the value is.
func (n *Node) Kind() Kind { return n.kind }

// Style is how the value is written.
func (n *Node) Style() Style { return n.style }

// Value is the text of a scalar, and the name of an alias.
func (n *Node) Value() string { return n.value }

// Span is where the value stands, its anchor and tag included. The line break behind a block scalar is not part of it, nor are comments behind a value.
func (n *Node) Span() Span {
	if n.more != nil && n.more.props {
		return Span{int(n.more.start), int(n.end)}
	}
	return Span{int(n.start), int(n.end)}
}

// Content is where the value itself stands, behind its anchor and tag.
func (n *Node) Content() Span { return Span{int(n.start), int(n.end)} }

// Mark is the offset of the colon between key and value, or of the dash in front of an element; -1 where there is none.
func (n *Node) Mark() int {
	if !n.hasMark {
		return -1
	}
	return int(n.mark)
}

// Key is the key of a map's value; "" where it is a map or a list, see [Node.KeyNode].
func (n *Node) Key() string { return n.key }

// KeySpan is where the key stands, with all that belongs to it: anchor, tag, and the question mark of an explicit one.
func (n *Node) KeySpan() Span { return Span{int(n.keyStart), int(n.keyEnd)} }

// KeyNode is the key as a value of its own.
func (n *Node) KeyNode() *Node {
	if n.more != nil && n.more.key != nil {
		return n.more.key
	}
	return &Node{kind: Scalar, style: n.keyStyle, start: n.keyStart, end: n.keyEnd, value: n.key}
}

// ExplicitKey tells whether the key is marked by a question mark.
func (n *Node) ExplicitKey() bool { return n.explicit }

// Anchor is the name by which aliases refer to the value, "" for none.
func (n *Node) Anchor() string {
	if n.more == nil {
		return ""
	}
	return n.more.anchor
}

// WrittenTag is the tag that stands in front of the value, in its short form (!!str, !custom), "" for none.
func (n *Node) WrittenTag() string {
	if n.more == nil {
		return ""
	}
	return n.more.tag
}

// Target is what an alias stands for, else nil.
func (n *Node) Target() *Node {
	if n.more == nil {
		return nil
	}
	return n.more.alias
}

// Children are the values of a map, which know their keys, or the elements of a list.
func (n *Node) Children() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for c := n.first; c != nil; c = c.next {
			if !yield(c) {
				return
			}
		}
	}
}

// Doc is one document of a source.
type Doc struct {
	Root *Node
	// Span is the part of the source that is the document's: from the end of the one before it to its own, markers included.
	Span Span

	comments []Span
}

// SyntaxError says where a source is not YAML.
type SyntaxError struct {
	Line, Column int // 1-based; columns in characters
	Problem      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Problem)
}
