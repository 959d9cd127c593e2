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
	// Free is the style of a string that no source has: who prints it chooses.
	Free
)

// Span is a part of a source, in byte offsets, 0-based, the end exclusive.
type Span struct{ Start, End int }

// Node is a value in a source, together with the key, or the dash, in front of it. It is compact, since there is one for each line of a file: the values of a map are its
// children, and know their keys.
//
// Strings are views of the source where nothing in it is escaped or folded.
type Node struct {
	Kind  Kind
	Style Style
	// KeyStyle is how the key is written.
	KeyStyle Style
	hasMark  bool
	explicit bool // its key stands behind a question mark
	owned    bool // more is of this node alone
	lent     bool // the children are those of another node, see [Share]

	start, end       uint32 // of the value, without its anchor and tag
	keyStart, keyEnd uint32 // of the key, its anchor and tag included, and the question mark in front of it
	mark             uint32 // of the colon or dash
	line             uint32 // on which the value starts, 1-based

	// Key is the key of a map's value; "" where it is a map or a list, see [Node.KeyNode].
	Key string
	// Value is the text of a scalar, and the name of an alias.
	Value string

	first, next *Node
	more        *more
}

// more is what few nodes have. Copies of a node share it, see [Node.own].
type more struct {
	anchor, tag string // the tag resolved, in its short form: !!str, !custom
	start       uint32 // of the first of the two
	props       bool   // one of the two is there
	key         *Node  // a key that is more than a scalar
	alias       *Node  // what an alias stands for
	last        *Node  // the last child, where some were added
	comments    Comments
}

// Comments are those around a value, with their #. Several lines are joined by line breaks, blank ones included.
type Comments struct {
	Above  string // on lines of their own, above the key or dash
	Mark   string // behind the colon, where the value stands below
	Behind string // on the line on which the value ends
	Below  string // on lines of their own behind the last entry of a map or list
}

// Span is where the value stands, its anchor and tag included. The line break behind a block scalar is not part of it, nor are comments behind a value.
func (n *Node) Span() Span {
	if n.more != nil && n.more.props {
		return Span{int(n.more.start), int(n.end)}
	}
	return Span{int(n.start), int(n.end)}
}

// Content is where the value itself stands, behind its anchor and tag.
func (n *Node) Content() Span { return Span{int(n.start), int(n.end)} }

// Line is the line on which the value stands, 1-based; 0 where it is in no source.
func (n *Node) Line() int { return int(n.line) }

// Mark is the offset of the colon between key and value, or of the dash in front of an element; -1 where there is none.
func (n *Node) Mark() int {
	if !n.hasMark {
		return -1
	}
	return int(n.mark)
}

// KeySpan is where the key stands, with all that belongs to it: anchor, tag, and the question mark of an explicit one.
func (n *Node) KeySpan() Span { return Span{int(n.keyStart), int(n.keyEnd)} }

// KeyNode is the key as a value of its own.
func (n *Node) KeyNode() *Node {
	if n.more != nil && n.more.key != nil {
		return n.more.key
	}
	return &Node{Kind: Scalar, Style: n.KeyStyle, start: n.keyStart, end: n.keyEnd, Value: n.Key}
}

// Name is the key as fields are looked up by it, through an alias. ok is false for a merge key, and for a key that is a map or a list.
func (n *Node) Name() (name string, ok bool) {
	if n.more == nil || n.more.key == nil {
		return n.Key, n.KeyStyle != Plain || n.Key != "<<"
	}
	k := Resolve(n.more.key)
	return k.Value, k.Kind == Scalar && n.more.key.Tag() != "!!merge"
}

// IsMerge reports whether the key is a merge key, `<<` (https://yaml.org/type/merge.html).
func (n *Node) IsMerge() bool {
	if n.more == nil || n.more.key == nil {
		return n.KeyStyle == Plain && n.Key == "<<"
	}
	return n.more.key.Tag() == "!!merge"
}

// HasScalarKey reports whether the key is a scalar itself: no map, list or alias.
func (n *Node) HasScalarKey() bool {
	return n.more == nil || n.more.key == nil || n.more.key.Kind == Scalar
}

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

// Comments are the comments around the value. Those of [Parse] have none; [Read] places them.
func (n *Node) Comments() Comments {
	if n.more == nil {
		return Comments{}
	}
	return n.more.comments
}

// First is the first value of a map, or element of a list; nil where there is none.
func (n *Node) First() *Node { return n.first }

// Next is the value behind this one in its map or list, nil behind the last.
func (n *Node) Next() *Node { return n.next }

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

// Elements are the children in a slice of their own.
func (n *Node) Elements() []*Node {
	if n.first == nil {
		return nil
	}
	out := make([]*Node, 0, n.Len())
	for c := n.first; c != nil; c = c.next {
		out = append(out, c)
	}
	return out
}

// Len is how many children there are. It takes time in their number.
func (n *Node) Len() int {
	total := 0
	for c := n.first; c != nil; c = c.next {
		total++
	}
	return total
}

// IsFlow reports whether a map or list is written in brackets, or as a pair in some.
func (n *Node) IsFlow() bool { return n.Style == Flow || n.Style == Pair }

// Doc is one document of a source.
type Doc struct {
	// Root is nil for a source without a document, see [Read].
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
