package yamledit

import (
	"bytes"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// editor turns changes to a tree into splices of its text.
type editor struct {
	*text
	layout
	json    bool // the whole text is JSON
	whole   bool // elements of replaced lists are equal, or replaced as a whole
	splices splices

	shielded map[int]bool // the lines from which comments are out of the way of a block scalar
}

func (t *text) spliceAll(root *yaml.Node, edits []yamltree.Edit, whole bool) ([]byte, error) {
	root = yamltree.Document(root)
	c, err := order(root, edits)
	if err != nil {
		return nil, err
	}
	if _, err := t.at(root); err != nil {
		return nil, err
	}
	e := &editor{text: t, layout: t.layoutOf(t.places[root].node), json: isJSON(t.src), whole: whole, shielded: map[int]bool{}}
	start := t.start(root)
	if err := e.node(root, c, slot{kind: slotRoot, after: start, column: -e.step}); err != nil {
		return nil, err
	}
	return e.splices.apply(t.src)
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
func (e *editor) node(n *yaml.Node, c *changes, s slot) error {
	if c.set != nil {
		return e.replace(n, c.set, s)
	}
	if len(c.kids) == 0 && len(c.adds) == 0 {
		return nil
	}
	width := 1
	if n.Kind == yaml.MappingNode {
		width = 2
	}
	if len(c.adds) > 0 && (len(n.Content) == 0 || c.empties(len(n.Content), width)) || c.empties(len(n.Content), width) {
		return e.replace(n, collection(n, c.adds), s)
	}
	if err := e.within(n); err != nil {
		return err
	}
	flow := n.Style&yaml.FlowStyle != 0
	switch {
	case n.Kind == yaml.MappingNode && flow:
		return e.flowMap(n, c)
	case n.Kind == yaml.MappingNode:
		return e.blockMap(n, c)
	case n.Kind == yaml.SequenceNode && flow:
		return e.flowSeq(n, c)
	case n.Kind == yaml.SequenceNode:
		return e.blockSeq(n, c)
	}
	return e.unknown(n)
}

// collection is a new map or list of the same kind as n with these entries.
func collection(n *yaml.Node, adds []addition) *yaml.Node {
	c := &yaml.Node{Kind: n.Kind, Tag: "!!map"}
	if n.Kind == yaml.SequenceNode {
		c.Tag = "!!seq"
	}
	for _, a := range adds {
		if n.Kind == yaml.MappingNode {
			c.Content = append(c.Content, yamltree.Str(a.key))
		}
		c.Content = append(c.Content, a.value)
	}
	if len(adds) == 0 {
		c.Style = yaml.FlowStyle
	}
	return c
}

// replace puts a value in the place of another.
func (e *editor) replace(old, value *yaml.Node, s slot) error {
	v := restyle(old, value, s.kind == slotFlow)
	if s.kind == slotFlow || e.json {
		return e.replaceInline(old, v, s)
	}
	switch {
	case old.Kind == yaml.SequenceNode && v.Kind == yaml.SequenceNode && old.Style&yaml.FlowStyle == 0 && len(v.Content) > 0:
		if done, err := e.replaceElements(old, v); done || err != nil {
			return err
		}
		return e.replaceByCollection(old, v, s)
	case len(v.Content) > 0 && v.Style&yaml.FlowStyle == 0:
		return e.replaceByCollection(old, v, s)
	case v.Kind == yaml.ScalarNode && v.Style&multiline != 0:
		if s.kind == slotRoot || e.lacksLineBreak(old, v, s) {
			v.Style = yaml.DoubleQuotedStyle
			break
		}
		return e.replaceByBlockScalar(old, v, s)
	}
	return e.replaceInline(old, v, s)
}

// lacksLineBreak tells whether a block scalar would stand last in a text that ends without the line break that
// the scalar's value ends with.
func (e *editor) lacksLineBreak(old, v *yaml.Node, s slot) bool {
	end, err := e.end(old)
	return err == nil && strings.HasSuffix(v.Value, "\n") && e.nextLine(end) == len(e.src) && !endsLine(e.src)
}

// isInline tells whether a value stands on the line of its key or dash and ends on a line that it
// does not share with block content.
func (e *editor) isInline(n *yaml.Node, s slot) bool {
	if s.kind == slotFlow {
		return true
	}
	start := e.start(n)
	sameLine := e.lineStart(start) == e.lineStart(s.after)
	isBlock := n.Kind != yaml.ScalarNode && n.Kind != yaml.AliasNode && n.Style&yaml.FlowStyle == 0 || n.Style&multiline != 0
	return sameLine && !isBlock
}

func (e *editor) replaceInline(old, v *yaml.Node, s slot) error {
	json := e.json || s.kind == slotFlow && isJSONKeyed(old)
	out, err := inline(v, json)
	if err != nil {
		return err
	}
	end, err := e.end(old)
	if err != nil {
		return err
	}
	start := e.start(old)
	if lines := e.flowLines(old, v, end, json); lines != "" {
		out = lines
	}
	if old.Kind == v.Kind && (old.Anchor != "" || old.Kind != yaml.ScalarNode) {
		start = e.content(old) // the anchor stays, for the aliases that keep it, and the tag of a collection
	}
	switch {
	case old.Kind == yaml.ScalarNode && start == end: // an empty null
		if start > 0 && !isSpace(e.src[start-1]) {
			out = " " + out
		}
		e.splices.add(start, end, out)
	case old.Style&multiline != 0 && old.Kind == yaml.ScalarNode:
		b, err := e.blockScalar(old, e.content(old), s.column)
		if err != nil {
			return err
		}
		e.splices.add(start, end, out+string(e.src[b.header:e.lineEnd(b.header)]))
	case s.kind == slotKey && !e.isInline(old, s) && old.Kind != yaml.ScalarNode && old.Kind != yaml.AliasNode && old.Style&yaml.FlowStyle == 0:
		if old.Anchor != "" || old.Style&yaml.TaggedStyle != 0 {
			return e.unknown(old)
		}
		e.splices.add(s.after, s.after, " "+out)
		e.replaceLines(e.nextLine(s.after), e.nextLine(end), nil, s.column)
	default:
		e.splices.add(start, end, out)
	}
	return nil
}

// flowLines renders a flow collection over several lines, as the one is that it replaces; "" where that one is on one line, or has entries beside one another.
func (e *editor) flowLines(old, v *yaml.Node, end int, json bool) string {
	if old.Kind == yaml.ScalarNode || old.Style&yaml.FlowStyle == 0 || old.Kind != v.Kind || len(old.Content) == 0 || len(v.Content) == 0 {
		return ""
	}
	if e.within(old) != nil {
		return ""
	}
	start, first := e.content(old), e.start(old.Content[0])
	indent := e.before(first)
	if e.lineStart(start) == e.lineStart(first) || !blank(indent) || !blank(e.before(end-1)) {
		return ""
	}
	width := 1
	if v.Kind == yaml.MappingNode {
		width = 2
	}
	var entries []string
	for i := 0; i+width <= len(v.Content); i += width {
		one := &yaml.Node{Kind: v.Kind, Tag: "!!map", Content: v.Content[i : i+width]}
		if width == 1 {
			one.Tag = "!!seq"
		}
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

// isJSONKeyed tells whether a flow mapping has its keys in double quotes, as JSON has.
func isJSONKeyed(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Style&yaml.DoubleQuotedStyle != 0
}

func (e *editor) replaceByCollection(old, v *yaml.Node, s slot) error {
	end, err := e.end(old)
	if err != nil {
		return err
	}
	column := s.column + e.step
	if v.Kind == yaml.SequenceNode && e.compact && s.kind == slotKey {
		column = s.column
	}
	if s.kind == slotDash {
		column = s.column + 2
	}
	lines, err := e.blockLines(v, column)
	if err != nil {
		return err
	}
	switch {
	case s.kind != slotKey:
		lines[0] = strings.TrimLeft(lines[0], " ")
		e.splices.add(e.start(old), end, strings.Join(lines, e.newline))
	case e.isInline(old, s):
		e.splices.add(s.after, end, "")
		at := e.nextLine(end)
		e.replaceLines(at, at, lines, column)
	default:
		if old.Anchor != "" || old.Style&yaml.TaggedStyle != 0 {
			return e.unknown(old)
		}
		switch {
		case old.Kind != yaml.ScalarNode:
			e.replaceLines(e.nextLine(s.after), e.nextLine(end), lines, column)
		case old.Style&multiline != 0: // its header goes too, and what is said beside it stays
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
	e.shield(e.nextLine(end), v, column)
	return nil
}

func (e *editor) replaceByBlockScalar(old, v *yaml.Node, s slot) error {
	end, err := e.end(old)
	if err != nil {
		return err
	}
	column := max(s.column, 0) + e.step
	if old.Kind == yaml.ScalarNode && old.Style&multiline != 0 {
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
		tail, newline := string(e.src[b.header:e.lineEnd(b.header)]), e.newline
		if width := e.breakAt(e.lineEnd(b.header)); width > 0 { // as it is there, whatever it is elsewhere
			newline = string(e.src[e.lineEnd(b.header) : e.lineEnd(b.header)+width])
		}
		e.splices.add(e.content(old), end, header+tail+newline+strings.Join(lines, newline))
		e.shield(e.nextLine(end), v, s.column)
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
	e.shield(at, v, s.column)
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
