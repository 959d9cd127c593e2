package yamledit

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// blockEditor edits maps and lists in block style.
type blockEditor struct{ *editor }

func (e blockEditor) blockMap(n *yamltree.Node, c *changes) error {
	column := e.columnOf(n)
	entries := n.Elements()
	removed := 0 // the entries in front of this one are removed already
	for i, entry := range entries {
		kid := c.kids.get(entry)
		if kid == nil || kid.del && i < removed {
			continue
		}
		if kid.del {
			var err error
			if removed, err = e.removeEntry(entries, c, i, column); err != nil {
				return err
			}
			continue
		}
		if entry.Mark() < 0 {
			return e.unknown(entry)
		}
		if err := e.node(entry, kid, slot{slotKey, entry.Mark() + 1, column}); err != nil {
			return err
		}
	}
	if len(c.adds) == 0 {
		return nil
	}
	added := &yamltree.Node{Kind: yamltree.Map, Style: yamltree.Block}
	for _, a := range c.adds {
		v := restyle(nil, a.value, false)
		v.SetKey(a.key)
		if style := keyStyle(n); isQuotes(style) {
			v.SetKeyStyle(style)
		}
		added.Append(v)
	}
	settle(added, false)
	return e.append(n, added, column)
}

// append writes the entries of added behind the last one of a block collection.
func (e blockEditor) append(n, added *yamltree.Node, column int) error {
	lines, err := e.layout().blockLines(added, column)
	if err != nil {
		return err
	}
	at := e.nextLine(e.end(n.Last()))
	if err := e.endText(n, at); err != nil {
		return err
	}
	e.replaceLines(at, at, lines, column)
	e.shield(at, added, column)
	return nil
}

// endText says of a block scalar at the end of a text without a line break, which gets one in front of new lines, that the break is none of its value's.
func (e blockEditor) endText(n *yamltree.Node, at int) error {
	last, column := n, -1
	for last.First() != nil && last.Style == yamltree.Block {
		column = e.columnOf(last)
		last = last.Last()
	}
	if at < len(e.src) || endsLine(e.src) || !isMultiline(last) {
		return nil
	}
	b, err := e.blockScalar(last, e.content(last), column)
	if err == nil && b.chomp == 0 && !strings.HasSuffix(last.Value, "\n") {
		e.splices = append(e.splices, splice{start: b.header, end: b.header, text: "-", column: len(e.src)}) // in front of lines that come there
	}
	return err
}

// shield moves comments out of the text that a block scalar in front of them would make of them: those below it that stand deeper than its key or dash, in
// a column, come into that column.
func (e blockEditor) shield(line int, v *yamltree.Node, column int) {
	for v.First() != nil {
		v = v.Last()
	}
	if !isMultiline(v) || e.shielded[line] {
		return
	}
	if e.shielded == nil {
		e.shielded = map[int]bool{}
	}
	e.shielded[line] = true
	for ; line < len(e.src); line = e.nextLine(line) {
		width, empty := e.indent(line)
		if empty {
			continue
		}
		if e.src[line+width] != '#' || width <= column {
			return
		}
		e.splices.add(line, line+width, strings.Repeat(" ", max(column, 0)))
	}
}

// keyStyle is the quoting that all keys of a map share, else none.
func keyStyle(n *yamltree.Node) yamltree.Style {
	if n.First() == nil {
		return yamltree.Free
	}
	style := n.First().KeyStyle
	for c := range n.Children() {
		if c.KeyStyle != style || !isQuotes(style) {
			return yamltree.Free
		}
	}
	return style
}

// removeEntry removes a key with its value and the lines that they stand on. A first key that
// shares its line with the dash of an element makes room for the next one that stays, and those between go with it. The
// entries in front of the index that it returns are removed then.
func (e blockEditor) removeEntry(entries []*yamltree.Node, c *changes, i, column int) (int, error) {
	start, end := entries[i].KeySpan().Start, e.end(entries[i])
	if blank(e.before(start)) {
		from := e.lineStart(start)
		if i > 0 || column > 0 { // what is on top of a document speaks of all of it
			from = e.headComment(from, column)
		}
		e.replaceLines(from, e.behindRemoved(entries, c, i, end), nil, column)
		return i + 1, nil
	}
	for next := i + 1; next < len(entries); next++ {
		to := entries[next].KeySpan().Start
		between := string(e.src[end:to])
		commented := strings.Contains(strings.TrimPrefix(between, string(e.src[end:e.lineEnd(end)])), "#")
		switch stays := !c.removes(entries[next]); {
		case stays && commented: // the dash stays alone on its line, with the comment below it
			before := len(strings.TrimRight(string(e.before(start)), " "))
			if before == 0 || e.before(start)[before-1] != '-' {
				return 0, e.unknown(entries[i])
			}
			e.splices.add(start-len(e.before(start))+before, e.lineEnd(end), "")
			return next, nil
		case stays:
			e.splices.add(start, to, "")
			return next, nil
		case commented:
			return 0, e.unknown(entries[i]) // it may be about what stays
		}
		end = e.end(entries[next])
	}
	return 0, e.unknown(entries[i])
}

// behindRemoved is where the lines of a removed entry end. Where the entry that stays in front of it ends in a block scalar that
// keeps its blank lines (|+), those behind the removed one go too: they would become text.
func (e blockEditor) behindRemoved(entries []*yamltree.Node, c *changes, i, end int) int {
	at := e.nextLine(end)
	front := i - 1
	for front >= 0 && c.removes(entries[front]) {
		front--
	}
	if front < 0 || !e.keepsBlankLines(entries[front]) {
		return at
	}
	for at < len(e.src) {
		if _, empty := e.indent(at); !empty {
			break
		}
		at = e.nextLine(at)
	}
	return at
}

// headComment is where the comment starts that stands right above a line, in its column and without a blank line in between: it belongs to what is
// on the line. Without one it is the line's own start.
func (e blockEditor) headComment(line, column int) int {
	for line > e.first {
		above := e.lineStart(line - 1)
		width, empty := e.indent(above)
		if empty || width != column || e.src[above+width] != '#' {
			break
		}
		line = above
	}
	return line
}

// asSibling is a new element as it stands among others: in flow style where all maps and lists among them are.
func asSibling(list, el *yamltree.Node) *yamltree.Node {
	flow := false
	for other := range list.Children() {
		if other = yamltree.Resolve(other); other.Kind != yamltree.Scalar {
			if flow = other.IsFlow(); !flow {
				break
			}
		}
	}
	if flow && el.Kind != yamltree.Scalar {
		el = natural(el, true)
	}
	return restyle(nil, el, false)
}

// keepsBlankLines reports whether the last scalar of a value is a block scalar with the + indicator.
func (e blockEditor) keepsBlankLines(n *yamltree.Node) bool {
	last := n
	for last.First() != nil {
		last = last.Last()
	}
	if !isMultiline(last) {
		return false
	}
	header := last.Content().Start
	indicators, _, _ := strings.Cut(string(e.src[header:e.lineEnd(header)]), "#")
	return strings.Contains(indicators, "+")
}

func (e blockEditor) blockSeq(n *yamltree.Node, c *changes) error {
	column := e.columnOf(n)
	elements := n.Elements()
	for i, el := range elements {
		kid := c.kids.get(el)
		if kid == nil {
			continue
		}
		dash := el.Mark()
		if !kid.del {
			if err := e.node(el, kid, slot{slotDash, dash + 1, column}); err != nil {
				return err
			}
			continue
		}
		if !blank(e.before(dash)) {
			return e.unknown(el)
		}
		e.replaceLines(e.headComment(e.lineStart(dash), column), e.behindRemoved(elements, c, i, e.end(el)), nil, column)
	}
	for at, el := range elements {
		if added := c.addedBefore(at); len(added) > 0 {
			if !blank(e.before(el.Mark())) {
				return e.unknown(el)
			}
			if err := e.insertElements(elements, n, at, added, column); err != nil {
				return err
			}
		}
	}
	if last := c.addedBefore(-1); len(last) > 0 {
		added := yamltree.NewList()
		for _, el := range last {
			added.Append(asSibling(n, el))
		}
		return e.append(n, added, column)
	}
	return nil
}
