package yamledit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// errUnknownSpan says that the text at a node is not what its place in the tree promises, so that
// nothing can be spliced there.
var errUnknownSpan = errors.New("the text of this value could not be delimited")

// known reports whether there is room for changes in a map or list: a pair without braces has none for another entry.
func (t *text) known(n *yamltree.Node) error {
	if n.Style == yamltree.Pair {
		return t.unknown(n)
	}
	return nil
}

// start is the offset at which a node starts, its anchor and tag included.
func (t *text) start(n *yamltree.Node) int { return n.Span().Start }

// content is the offset at which a node's own text starts, behind its anchor and tag.
func (t *text) content(n *yamltree.Node) int { return n.Content().Start }

// end is the offset behind a node's last byte. The line break that ends a block scalar is not part of it.
func (t *text) end(n *yamltree.Node) int { return n.Span().End }

func (t *text) unknown(n *yamltree.Node) error {
	return fmt.Errorf("line %d: %w", n.Line(), errUnknownSpan)
}

// columnOf is the 0-based column of a block collection: of its keys, or of its dashes.
func (t *text) columnOf(n *yamltree.Node) int {
	first := n.First()
	switch {
	case first == nil:
		return 0
	case n.Kind == yamltree.List:
		return t.column(first.Mark())
	}
	return t.column(first.KeySpan().Start)
}

// blockScalar is what the header of a literal or folded scalar says, and how far its lines are indented.
type blockScalar struct {
	header    int  // offset behind the header's indicators
	indicator int  // the indentation indicator, 0 where there is none
	chomp     byte // '-', '+', or 0
	indent    int  // of the content, in columns; -1 where it has none
}

// fits reports whether the header can stay for another text, in lines of a column, which would have one of its own: it says as much of the indentation, and both texts end alike.
func (b blockScalar) fits(old, next *yamltree.Node, header string, column int) bool {
	ends := func(n *yamltree.Node) int { return len(n.Value) - len(strings.TrimRight(n.Value, "\n")) }
	if b.indicator > 0 {
		return column == b.indent && ends(old) == ends(next)
	}
	return !strings.ContainsAny(header, "123456789") && ends(old) == ends(next)
}

func (t *text) blockScalar(n *yamltree.Node, start, parent int) (blockScalar, error) {
	if start >= len(t.src) || t.src[start] != '|' && t.src[start] != '>' {
		return blockScalar{}, t.unknown(n)
	}
	b := blockScalar{header: start + 1}
	for ; b.header < len(t.src); b.header++ {
		c := t.src[b.header]
		if c == '-' || c == '+' {
			b.chomp = c
		} else if c >= '1' && c <= '9' {
			b.indicator = int(c - '0')
		} else {
			break
		}
	}
	b.indent = -1
	if b.indicator > 0 {
		b.indent = max(parent, 0) + b.indicator
		return b, nil
	}
	for line := t.nextLine(b.header); line < len(t.src); line = t.nextLine(line) {
		width, blank := t.indent(line)
		if blank {
			continue
		}
		if width > parent {
			b.indent = width
		}
		break
	}
	return b, nil
}
