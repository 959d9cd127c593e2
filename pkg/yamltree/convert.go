package yamltree

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// converter makes the tree of yaml.v3 of a document, with lines, columns and comments.
//
// A comment on the line of a value is its line comment, one on the line of a key whose value stands below is the key's, and one behind the dash of a map or list is the head comment of
// the first thing in that. Comments on lines of their own are head comments of the
// key or element below them; behind the last one of a map or list they are its foot comments, where they stand in its column or to the right of it.
type converter struct {
	src       []byte
	comments  []Span // those that are not placed yet
	offset    int    // up to here lines and columns are counted
	line      int
	column    int
	oddBreaks bool
	of        map[*Node]*yaml.Node // of anchors
	slab      []yaml.Node
}

func (c *converter) document(d *Doc) *yaml.Node {
	c.comments, c.of = d.comments, nil
	root := c.value(d.Root, d.Span.End)
	doc := &yaml.Node{Kind: yaml.DocumentNode, Line: root.Line, Column: root.Column, Content: []*yaml.Node{root}}
	if head := c.ownLines(d.Root.Span().Start); head != "" {
		root.HeadComment = head
	}
	if line := c.sameLine(d.Root.Content(), d.Span.End); line != "" {
		root.LineComment = line
	}
	doc.FootComment = c.ownLines(d.Span.End)
	return doc
}

func (c *converter) node() *yaml.Node {
	if len(c.slab) == 0 {
		c.slab = make([]yaml.Node, min(max(8, len(c.src)/128), 256))
	}
	n := &c.slab[0]
	c.slab = c.slab[1:]
	return n
}

// place is the line and column of an offset, each 1-based, columns in characters. Offsets come in order, but for those of one line.
func (c *converter) place(at int) (line, column int) {
	if at < c.offset {
		return c.line, c.column
	}
	for c.offset < at {
		switch b := c.src[c.offset]; {
		case b == '\n' || b == '\r' || b >= 0x80 && c.oddBreaks && isOddBreak(c.src[c.offset:]):
			_, width := utf8.DecodeRune(c.src[c.offset:])
			if b == '\r' && c.offset+1 < len(c.src) && c.src[c.offset+1] == '\n' {
				width = 2
			}
			c.offset, c.line, c.column = c.offset+width, c.line+1, 1
		case b < 0x80:
			c.offset, c.column = c.offset+1, c.column+1
		default:
			r, width := utf8.DecodeRune(c.src[c.offset:])
			c.offset += width
			if r != '\uFEFF' {
				c.column++
			}
		}
	}
	return c.line, c.column
}

func isOddBreak(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\u0085")) || bytes.HasPrefix(b, []byte("\u2028")) || bytes.HasPrefix(b, []byte("\u2029"))
}

var styles = [...]yaml.Style{
	Plain: 0, Block: 0, SingleQuoted: yaml.SingleQuotedStyle, DoubleQuoted: yaml.DoubleQuotedStyle, Literal: yaml.LiteralStyle, Folded: yaml.FoldedStyle, Flow: yaml.FlowStyle, Pair: yaml.FlowStyle,
}

// value is a node of the tree. What comes behind it starts at limit.
func (c *converter) value(n *Node, limit int) *yaml.Node {
	out := c.node()
	out.Line, out.Column = c.place(n.Span().Start)
	out.Value, out.Anchor = n.value, n.Anchor()
	out.Style = styles[n.style]
	if n.more != nil && n.more.tag != "" {
		out.Style |= yaml.TaggedStyle
	}
	if out.Anchor != "" {
		if c.of == nil {
			c.of = map[*Node]*yaml.Node{}
		}
		c.of[n] = out
	}
	switch n.kind {
	case Alias:
		out.Kind, out.Alias = yaml.AliasNode, c.of[n.Target()]
		return out
	case Map:
		out.Kind, out.Tag = yaml.MappingNode, n.Tag()
		c.entries(n, out, limit)
	case List:
		out.Kind, out.Tag = yaml.SequenceNode, n.Tag()
		c.elements(n, out, limit)
	default:
		out.Kind, out.Tag = yaml.ScalarNode, n.Tag()
	}
	return out
}

func count(n *Node) int {
	total := 0
	for child := n.first; child != nil; child = child.next {
		total++
	}
	return total
}

func (c *converter) entries(n *Node, out *yaml.Node, limit int) {
	out.Content = make([]*yaml.Node, 0, 2*count(n))
	if n.style != Block {
		limit = int(n.end)
	}
	for child := n.first; child != nil; child = child.next {
		behind := limit
		if child.next != nil {
			behind = int(child.next.keyStart)
		}
		head := c.ownLines(int(child.keyStart))
		key := c.key(child)
		key.HeadComment = head
		if child.hasMark {
			key.LineComment = c.between(int(child.mark), child)
		}
		v := c.value(child, behind)
		if child.first == nil || child.style != Block {
			v.LineComment = c.sameLine(child.Content(), behind)
		}
		out.Content = append(out.Content, key, v)
		if child.next == nil && n.style == Block {
			key.FootComment = c.inColumn(int(n.start), limit)
		}
	}
}

// key is the key of an entry.
func (c *converter) key(e *Node) *yaml.Node {
	if e.more != nil && e.more.key != nil {
		return c.value(e.more.key, int(e.keyEnd))
	}
	out := c.node()
	out.Line, out.Column = c.place(int(e.keyStart))
	out.Kind, out.Tag, out.Value, out.Style = yaml.ScalarNode, "!!str", e.key, styles[e.keyStyle]
	if e.keyStyle == Plain {
		out.Tag = resolve(e.key)
	}
	return out
}

func (c *converter) elements(n *Node, out *yaml.Node, limit int) {
	out.Content = make([]*yaml.Node, 0, count(n))
	if n.style != Block {
		limit = int(n.end)
	}
	for child := n.first; child != nil; child = child.next {
		behind, start := limit, child.Span().Start
		if child.hasMark {
			start = int(child.mark)
		}
		if child.next != nil {
			if behind = child.next.Span().Start; child.next.hasMark {
				behind = int(child.next.mark)
			}
		}
		head := c.ownLines(start)
		inner := ""
		if child.hasMark {
			inner = c.between(int(child.mark), child)
		}
		el := c.value(child, behind)
		el.HeadComment = head
		if inner != "" && len(el.Content) > 0 { // it stays behind the dash
			first := el.Content[0]
			first.HeadComment = strings.TrimSuffix(inner+"\n"+first.HeadComment, "\n")
		} else if inner != "" {
			el.HeadComment = strings.TrimPrefix(head+"\n"+inner, "\n")
		}
		if child.first == nil || child.style != Block {
			el.LineComment = c.sameLine(child.Content(), behind)
		}
		out.Content = append(out.Content, el)
		if child.next == nil && n.style == Block {
			el.FootComment = c.inColumn(int(n.start), limit)
		}
	}
}

// ownLines takes the comments in front of an offset.
func (c *converter) ownLines(before int) string {
	return c.take(func(s Span) bool { return s.Start < before })
}

// between takes the comments behind a colon or dash on the same line, where the value stands below.
func (c *converter) between(mark int, n *Node) string {
	return c.take(func(s Span) bool {
		return s.Start > mark && s.Start < n.Span().Start && !bytes.ContainsAny(c.src[mark:s.Start], "\r\n")
	})
}

// sameLine takes the comment on the line on which a value ends, or the header of a block scalar stands.
func (c *converter) sameLine(n Span, limit int) string {
	return c.take(func(s Span) bool {
		return s.Start >= n.Start && s.Start < limit && (s.Start < n.End || !bytes.ContainsAny(c.src[n.End:s.Start], "\r\n"))
	})
}

// inColumn takes the comments behind a map or list that stand in its column or to the right of it.
func (c *converter) inColumn(start, limit int) string {
	column := columnAt(c.src, start)
	return c.take(func(s Span) bool { return s.Start < limit && columnAt(c.src, s.Start) >= column })
}

func columnAt(src []byte, at int) int { return at - 1 - bytes.LastIndexAny(src[:at], "\r\n") }

// breaksIn counts line breaks: LF, CRLF, or CR alone.
func breaksIn(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}

// take takes the comments that fit from the front of those that are left, with the blank lines between them.
func (c *converter) take(fits func(Span) bool) string {
	if len(c.comments) == 0 || !fits(c.comments[0]) {
		return ""
	}
	var b strings.Builder
	end := 0
	for len(c.comments) > 0 && fits(c.comments[0]) {
		s := c.comments[0]
		if end > 0 {
			b.WriteString(strings.Repeat("\n", min(2, breaksIn(c.src[end:s.Start]))))
		}
		b.Write(bytes.TrimRight(c.src[s.Start:s.End], " \t"))
		c.comments, end = c.comments[1:], s.End
	}
	return b.String()
}
