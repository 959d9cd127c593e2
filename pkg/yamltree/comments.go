package yamltree

import (
	"bytes"
	"strings"
)

// placer gives the comments of a document to the values that they stand around.
//
// A comment on the line of a value is behind it, one on the line of a key whose value stands below is the key's, and one behind the dash of a map or list stands above
// the first thing in that. Comments on lines of their own belong to the
// key or element below them; behind the last one of a map or list they are below it, where they stand in its column or to the right of it.
type placer struct {
	src      []byte
	comments []Span // those that are not placed yet
}

// placeComments sets the comments of all values of a document.
func placeComments(src []byte, d *Doc) {
	if len(d.comments) == 0 {
		return
	}
	p := placer{src, d.comments}
	p.value(d.Root, d.Span.End)
	c := d.Root.Comments()
	c.Above = p.ownLines(d.Root.Span().Start)
	if behind := p.sameLine(d.Root.Content(), d.Span.End); behind != "" {
		c.Behind = behind
	}
	d.Root.SetComments(c)
}

// value places the comments in a value. What comes behind it starts at limit.
func (p *placer) value(n *Node, limit int) {
	if len(p.comments) == 0 || p.comments[0].Start >= limit {
		return
	}
	if n.Style != Block {
		limit = int(n.end)
	}
	for c := n.first; c != nil; c = c.next {
		p.child(n, c, limit)
	}
}

// child places the comments around an entry or element, and in it.
func (p *placer) child(in, c *Node, limit int) {
	behind, start := limit, c.from(in)
	if c.next != nil {
		behind = c.next.from(in)
	}
	said := Comments{Above: p.ownLines(start)}
	between := ""
	if c.hasMark {
		between = p.between(int(c.mark), c)
	}
	if in.Kind == Map {
		said.Mark = between
		if c.more != nil && c.more.key != nil {
			p.value(c.more.key, int(c.keyEnd))
		}
		between = ""
	}
	p.value(c, behind)
	if between != "" && c.first != nil { // it stays behind the dash
		first := c.first.Comments()
		first.Above = strings.TrimSuffix(between+"\n"+first.Above, "\n")
		c.first.SetComments(first)
	} else if between != "" {
		said.Above = strings.TrimPrefix(said.Above+"\n"+between, "\n")
	}
	if c.first == nil || c.Style != Block {
		said.Behind = p.sameLine(c.Content(), behind)
	}
	if c.next == nil && in.Style == Block {
		said.Below = p.inColumn(int(in.start), limit)
	}
	if said != (Comments{}) {
		c.SetComments(said)
	}
}

// from is where an entry or element starts, with its key or dash.
func (n *Node) from(in *Node) int {
	switch {
	case in.Kind == Map:
		return int(n.keyStart)
	case n.hasMark:
		return int(n.mark)
	}
	return n.Span().Start
}

// ownLines takes the comments in front of an offset.
func (p *placer) ownLines(before int) string {
	return p.take(func(s Span) bool { return s.Start < before })
}

// between takes the comments behind a colon or dash on the same line, where the value stands below.
func (p *placer) between(mark int, n *Node) string {
	return p.take(func(s Span) bool {
		return s.Start > mark && s.Start < n.Span().Start && !bytes.ContainsAny(p.src[mark:s.Start], "\r\n")
	})
}

// sameLine takes the comment on the line on which a value ends, or the header of a block scalar stands.
func (p *placer) sameLine(n Span, limit int) string {
	return p.take(func(s Span) bool {
		return s.Start >= n.Start && s.Start < limit && (s.Start < n.End || !bytes.ContainsAny(p.src[n.End:s.Start], "\r\n"))
	})
}

// inColumn takes the comments behind a map or list that stand in its column or to the right of it.
func (p *placer) inColumn(start, limit int) string {
	column := -1
	return p.take(func(s Span) bool {
		if s.Start >= limit {
			return false
		}
		if column < 0 {
			column = columnAt(p.src, start)
		}
		return columnAt(p.src, s.Start) >= column
	})
}

func columnAt(src []byte, at int) int { return at - 1 - bytes.LastIndexAny(src[:at], "\r\n") }

// breaksIn counts line breaks: LF, CRLF, or CR alone.
func breaksIn(b []byte) int {
	return bytes.Count(b, []byte("\n")) + bytes.Count(b, []byte("\r")) - bytes.Count(b, []byte("\r\n"))
}

// take takes the comments that fit from the front of those that are left, with the blank lines between them.
func (p *placer) take(fits func(Span) bool) string {
	if len(p.comments) == 0 || !fits(p.comments[0]) {
		return ""
	}
	var b strings.Builder
	end := 0
	for len(p.comments) > 0 && fits(p.comments[0]) {
		s := p.comments[0]
		if end > 0 {
			b.WriteString(strings.Repeat("\n", min(2, breaksIn(p.src[end:s.Start]))))
		}
		b.Write(bytes.TrimRight(p.src[s.Start:s.End], " \t"))
		p.comments, end = p.comments[1:], s.End
	}
	return b.String()
}
