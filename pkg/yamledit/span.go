package yamledit

import (
	"errors"
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// errUnknownSpan says that the text at a node is not what its place in the tree promises, so that
// nothing can be spliced there.
var errUnknownSpan = errors.New("the text of this value could not be delimited")

// where is the place of a key or value.
type where struct {
	node    *yamltree.Node // of a value
	start   int            // of its anchor or tag, and of the question mark of a key
	content int            // of what is behind these
	end     int            // the line break that ends a block scalar is not part of it
	mark    int            // of the colon behind the key of a map, of the dash in front of an element, or -1
}

// locate notes the places of a tree's root and of what is in it. The two readers must have read the same.
func (t *text) locate(root *yaml.Node) error {
	docs, err := yamltree.Parse(t.src)
	if err != nil {
		return err
	}
	if len(docs) == 0 {
		return nil
	}
	t.places = map[*yaml.Node]where{}
	t.open = map[*yaml.Node]bool{}
	t.put(root, docs[0].Root)
	return nil
}

func (t *text) put(n *yaml.Node, node *yamltree.Node) {
	t.places[n] = where{node, node.Span().Start, node.Content().Start, node.Span().End, node.Mark()}
}

// at is the place of a node: of the root, of a child of one whose place is known, or of what is in such a child.
func (t *text) at(n *yaml.Node) (where, error) {
	w, ok := t.places[n]
	if !ok {
		return where{}, t.unknown(n)
	}
	return w, nil
}

// within notes the places of the children of a node.
func (t *text) within(n *yaml.Node) error {
	w, err := t.at(n)
	if err != nil || t.open[n] {
		return err
	}
	t.open[n] = true
	i := 0
	for c := range w.node.Children() {
		if i >= len(n.Content) {
			return t.unknown(n)
		}
		if n.Kind == yaml.MappingNode {
			key := c.KeyNode()
			t.places[n.Content[i]] = where{key, c.KeySpan().Start, key.Content().Start, c.KeySpan().End, c.Mark()}
			i++
		}
		t.put(n.Content[i], c)
		i++
	}
	if i != len(n.Content) || w.node.Style() == yamltree.Pair { // a pair without braces has no room for another
		return t.unknown(n)
	}
	return nil
}

// start is the offset at which a node starts, its anchor and tag included; -1 where that is not known.
func (t *text) start(n *yaml.Node) int {
	w, err := t.at(n)
	if err != nil {
		return -1
	}
	return w.start
}

// content is the offset at which a node's own text starts, behind its anchor and tag.
func (t *text) content(n *yaml.Node) int {
	w, err := t.at(n)
	if err != nil {
		return -1
	}
	return w.content
}

// end is the offset behind a node's last byte.
func (t *text) end(n *yaml.Node) (int, error) {
	w, err := t.at(n)
	return w.end, err
}

func (t *text) unknown(n *yaml.Node) error { return fmt.Errorf("line %d: %w", n.Line, errUnknownSpan) }

// blockColumn is the 0-based column of a block collection: of its keys, or of its dashes.
func (t *text) blockColumn(n *yamltree.Node) int {
	for c := range n.Children() {
		if n.Kind() == yamltree.List {
			return t.column(c.Mark())
		}
		return t.column(c.KeySpan().Start)
	}
	return 0
}

func (t *text) columnOf(n *yaml.Node) int { return t.blockColumn(t.places[n].node) }

// dash is the offset of the dash in front of an element of a block sequence.
func (t *text) dash(el *yaml.Node) (int, bool) {
	w, err := t.at(el)
	return w.mark, err == nil && w.mark >= 0
}

// colon is the offset of the colon behind a key.
func (t *text) colon(key *yaml.Node) (int, error) {
	w, err := t.at(key)
	if err == nil && w.mark < 0 {
		err = t.unknown(key)
	}
	return w.mark, err
}

// blockScalar is what the header of a literal or folded scalar says, and where its lines stand.
type blockScalar struct {
	header     int  // offset behind the header's indicators
	indicator  int  // the indentation indicator, 0 where there is none
	chomp      byte // '-', '+', or 0
	indent     int  // of the content, in columns
	firstLine  int  // offset at which the first line behind the header starts
	contentEnd int  // offset behind the last byte, without the final line break
}

func (t *text) blockScalar(n *yaml.Node, start, parent int) (blockScalar, error) {
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
	b.contentEnd = t.lineEnd(b.header)
	b.firstLine = t.nextLine(b.header)
	b.indent = -1
	if b.indicator > 0 {
		b.indent = max(parent, 0) + b.indicator
	}
	for line := b.firstLine; line < len(t.src); line = t.nextLine(line) {
		width, blank := t.indent(line)
		switch {
		case blank && (b.indent < 0 || width < b.indent || b.chomp == '+'):
			if b.chomp == '+' {
				b.contentEnd = t.lineEnd(line)
			}
			continue
		case b.indent < 0 && width > parent:
			b.indent = width
		case b.indent < 0 || width < b.indent:
			return b, nil
		}
		b.contentEnd = t.lineEnd(line)
	}
	return b, nil
}
