package yamledit

import (
	"bytes"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// editor turns changes to a tree into splices of its text.
type editor struct {
	*text
	root    *yamltree.Node
	read    *layout // of the root, once something asked for it: where values change in their places, nothing does
	json    bool    // the whole text is JSON
	whole   bool    // elements of replaced lists are equal, or replaced as a whole
	splices splices

	block blockEditor
	flow  flowEditor

	shielded map[int]bool // the lines from which comments are out of the way of a block scalar
}

func (t attempt) spliceAll(p planned, edits []yamltree.Edit, whole bool) ([]byte, error) {
	c, err := order(p.root, edits)
	if err != nil {
		return nil, err
	}
	e := &editor{text: t.text, root: p.root, json: p.json, whole: whole}
	e.block, e.flow = blockEditor{e}, flowEditor{e}
	s := p.slot
	if s.kind == slotRoot {
		s.after, s.column = t.start(p.root), -e.layout().step
	}
	if err := e.node(p.root, c, s); err != nil {
		return nil, err
	}
	return e.splices.apply(t.src, t.from)
}

// layout is how maps and lists are indented in the text.
func (e *editor) layout() layout {
	if e.read == nil {
		l := e.layoutOf(e.root)
		e.read = &l
	}
	return *e.read
}

type slotKind int

const (
	slotRoot slotKind = iota // the document itself
	slotKey                  // behind the colon of a key
	slotDash                 // behind the dash of an element
	slotFlow                 // inside a flow collection
)

// slot is the place in the text where a value stands.
type slot struct {
	kind   slotKind
	after  int // the offset right behind the colon or dash
	column int // of the key or dash, 0-based
}

// node carries out the changes at and below one value.
func (e *editor) node(n *yamltree.Node, c *changes, s slot) error {
	if c.set != nil {
		return e.replace(n, c.set, s)
	}
	if c.kids.number == 0 && len(c.adds) == 0 {
		return nil
	}
	if len(c.adds) > 0 && n.First() == nil && e.flow.isCommented(n) {
		return e.flow.fill(n, c.adds)
	}
	if len(c.adds) > 0 && n.First() == nil || c.empties(n) {
		return e.replace(n, collection(n, c.adds), s)
	}
	if err := e.known(n); err != nil {
		return err
	}
	switch {
	case n.Kind == yamltree.Map && n.IsFlow():
		return e.flow.flowMap(n, c)
	case n.Kind == yamltree.Map:
		return e.block.blockMap(n, c)
	case n.Kind == yamltree.List && n.IsFlow():
		return e.flow.flowSeq(n, c)
	case n.Kind == yamltree.List:
		return e.block.blockSeq(n, c)
	}
	return e.unknown(n)
}

// collection is a new map or list of the same kind as n with these entries.
func collection(n *yamltree.Node, adds []addition) *yamltree.Node {
	c := &yamltree.Node{Kind: n.Kind, Style: yamltree.Block}
	for _, a := range adds {
		v := yamltree.Clone(a.value)
		if n.Kind == yamltree.Map {
			v.SetKey(a.key)
		}
		c.Append(v)
	}
	if len(adds) == 0 {
		c.Style = yamltree.Flow
	}
	return c
}

// replace puts a value in the place of another.
func (e *editor) replace(old, value *yamltree.Node, s slot) error {
	v := restyle(old, value, s.kind == slotFlow)
	if s.kind == slotFlow || e.json {
		return e.replaceInline(old, v, s)
	}
	switch {
	case old.Kind == yamltree.List && v.Kind == yamltree.List && !old.IsFlow() && v.First() != nil:
		if done, err := e.block.replaceElements(old, v); done || err != nil {
			return err
		}
		return e.replaceByCollection(old, v, s)
	case v.First() != nil && !v.IsFlow():
		return e.replaceByCollection(old, v, s)
	case isMultiline(v):
		if s.kind == slotRoot || e.lacksLineBreak(old, v) {
			v.Style = yamltree.DoubleQuoted
			break
		}
		return e.replaceByBlockScalar(old, v, s)
	}
	return e.replaceInline(old, v, s)
}

// lacksLineBreak reports whether a block scalar would stand last in a text that ends without the line break that
// the scalar's value ends with.
func (e *editor) lacksLineBreak(old, v *yamltree.Node) bool {
	return strings.HasSuffix(v.Value, "\n") && e.nextLine(e.end(old)) == len(e.src) && !endsLine(e.src)
}

// isInline reports whether a value stands on the line of its key or dash and ends on a line that it
// does not share with block content.
func (e *editor) isInline(n *yamltree.Node, s slot) bool {
	if s.kind == slotFlow {
		return true
	}
	start := e.start(n)
	sameLine := e.lineStart(start) == e.lineStart(s.after)
	return sameLine && n.Style != yamltree.Block && !isMultiline(n)
}

func (e *editor) replaceInline(old, v *yamltree.Node, s slot) error {
	json := e.json || s.kind == slotFlow && isJSONKeyed(old)
	out, err := inline(v, json)
	if err != nil {
		return err
	}
	end := e.end(old)
	start := e.start(old)
	if lines := e.flowLines(old, v, end, json); lines != "" {
		out = lines
	}
	if old.Kind == v.Kind && (old.Anchor() != "" || old.Kind != yamltree.Scalar) {
		start = e.content(old) // the anchor stays, for the aliases that keep it, and the tag of a collection
	}
	switch {
	case old.Kind == yamltree.Scalar && start == end: // an empty null
		if start > 0 && !isSpace(e.src[start-1]) {
			out = " " + out
		}
		e.splices.add(start, end, out)
	case isMultiline(old):
		b, err := e.blockScalar(old, e.content(old), s.column)
		if err != nil {
			return err
		}
		e.splices.add(start, end, out+string(e.src[b.header:e.lineEnd(b.header)]))
	case s.kind == slotKey && !e.isInline(old, s) && old.Style == yamltree.Block:
		if old.Anchor() != "" || old.WrittenTag() != "" {
			return e.unknown(old)
		}
		e.splices.add(s.after, s.after, " "+out)
		e.replaceLines(e.nextLine(s.after), e.nextLine(end), nil, s.column)
	default:
		e.splices.add(start, end, out+e.gap(end, v))
	}
	return nil
}

// gap is what must stand between a value and a comment right behind the one that it replaces: behind brackets and quotes a comment may stand so.
func (e *editor) gap(end int, value *yamltree.Node) string {
	if end == len(e.src) || e.src[end] != '#' || value.IsFlow() || isQuotes(value.Style) {
		return ""
	}
	return " "
}

// flowLines renders a flow collection over several lines, as the one is that it replaces; "" where that one is on one line, or has entries beside one another.
func (e *editor) flowLines(old, v *yamltree.Node, end int, json bool) string {
	if !old.IsFlow() || old.Kind != v.Kind || old.First() == nil || v.First() == nil || e.known(old) != nil {
		return ""
	}
	start, first := e.content(old), e.start(old.First())
	if old.Kind == yamltree.Map {
		first = old.First().KeySpan().Start
	}
	indent := e.before(first)
	if e.lineStart(start) == e.lineStart(first) || !blank(indent) || !blank(e.before(end-1)) {
		return ""
	}
	var entries []string
	for c := range v.Children() {
		one := &yamltree.Node{Kind: v.Kind, Style: yamltree.Flow}
		one.Append(yamltree.Clone(c))
		text, err := inline(one, json)
		if err != nil {
			return ""
		}
		entries = append(entries, text[1:len(text)-1])
	}
	comma := ""
	if last := strings.TrimRight(string(e.src[first:end-1]), " \t\r\n"); strings.HasSuffix(last, ",") {
		comma = ","
	}
	open := string(e.src[start : start+1])
	return open + e.newline + indent + strings.Join(entries, ","+e.newline+indent) + comma + e.newline + e.before(end-1) + string(e.src[end-1:end])
}

// isJSONKeyed reports whether a flow mapping has its keys in double quotes, as JSON has.
func isJSONKeyed(n *yamltree.Node) bool {
	return n.Kind == yamltree.Map && n.First() != nil && n.First().KeyStyle == yamltree.DoubleQuoted
}

func (e *editor) replaceByCollection(old, v *yamltree.Node, s slot) error {
	end := e.end(old)
	column := s.column + e.layout().step
	if v.Kind == yamltree.List && e.layout().compact && s.kind == slotKey {
		column = s.column
	}
	if s.kind == slotDash {
		column = s.column + 2
	}
	lines, err := e.layout().blockLines(v, column)
	if err != nil {
		return err
	}
	switch {
	case s.kind != slotKey:
		lines[0] = strings.TrimLeft(lines[0], " ")
		text := strings.Join(lines, e.newline)
		e.splices.add(e.start(old), end, text+e.gap(end, v))
	case e.isInline(old, s):
		e.splices.add(s.after, end, "")
		at := e.nextLine(end)
		e.replaceLines(at, at, lines, column)
	default:
		if old.Anchor() != "" || old.WrittenTag() != "" {
			return e.unknown(old)
		}
		switch {
		case old.Kind != yamltree.Scalar:
			e.replaceLines(e.nextLine(s.after), e.nextLine(end), lines, column)
		case isMultiline(old): // its header goes too, and what is said beside it stays
			b, err := e.blockScalar(old, e.content(old), s.column)
			if err != nil {
				return err
			}
			e.splices.add(s.after, b.header, "")
			e.replaceLines(e.nextLine(s.after), e.nextLine(end), lines, column)
		default: // below its key: comments in front of it and behind it stay
			start := e.start(old)
			e.splices.add(e.lineStart(start), end, strings.Join(lines, e.newline))
		}
	}
	e.block.shield(e.nextLine(end), v, column)
	return nil
}

func (e *editor) replaceByBlockScalar(old, v *yamltree.Node, s slot) error {
	end := e.end(old)
	column := max(s.column, 0) + e.layout().step
	if isMultiline(old) {
		b, err := e.blockScalar(old, e.content(old), s.column)
		if err != nil {
			return err
		}
		if b.indent > s.column && b.indent-max(s.column, 0) <= 9 {
			column = b.indent
		}
		header, lines := blockScalarLines(v, column, s.column)
		if e.nextLine(end) == len(e.src) && !endsLine(e.src) && b.chomp == 0 { // what ends without a line break needs no - for it
			header = strings.TrimSuffix(header, "-")
		}
		if was := string(e.src[e.content(old):b.header]); b.fits(old, v, header, column) && was[0] == header[0] {
			header = was
		}
		tail, newline := string(e.src[b.header:e.lineEnd(b.header)]), e.newline
		if width := e.breakAt(e.lineEnd(b.header)); width > 0 { // as it is there, whatever it is elsewhere
			newline = string(e.src[e.lineEnd(b.header) : e.lineEnd(b.header)+width])
		}
		e.splices.add(e.content(old), end, header+tail+newline+strings.Join(lines, newline))
		e.block.shield(e.nextLine(end), v, s.column)
		return nil
	}
	header, lines := blockScalarLines(v, column, s.column)
	if !e.isInline(old, s) {
		return e.unknown(old)
	}
	if start := e.start(old); start == end && !isSpace(e.src[start-1]) {
		header = " " + header
	}
	e.splices.add(e.start(old), end, header)
	at := e.nextLine(end)
	e.replaceLines(at, at, lines, column)
	e.block.shield(at, v, s.column)
	return nil
}

// replaceLines puts lines in the place of the whole lines from one offset to another; from == to
// inserts.
func (e *editor) replaceLines(from, to int, lines []string, column int) {
	text := ""
	if len(lines) > 0 {
		text = strings.Join(lines, e.newline) + e.newline
	}
	e.splices = append(e.splices, splice{from, to, text, column, e.newline})
}

func endsLine(src []byte) bool {
	return bytes.HasSuffix(src, []byte("\n")) || bytes.HasSuffix(src, []byte("\r"))
}
