package yamledit

import (
	"bytes"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// flowEditor edits maps and lists in flow style.
type flowEditor struct{ *editor }

func (e flowEditor) flowMap(n *yamltree.Node, c *changes) error {
	json := e.json || isJSONKeyed(n)
	if err := e.flowKids(n, c); err != nil {
		return err
	}
	entries, err := flowTexts(n, c.adds, json)
	if err != nil {
		return err
	}
	return e.flowEntries(n, c, entries)
}

// flowTexts are new entries of a map or list in brackets, each as it is written there.
func flowTexts(n *yamltree.Node, adds []addition, json bool) ([]string, error) {
	var entries []string
	for _, a := range adds {
		v := restyle(nil, a.value, true)
		if n.Kind == yamltree.Map {
			v.SetKey(a.key)
			if style := keyStyle(n); isQuotes(style) {
				v.SetKeyStyle(style)
			}
		}
		one := &yamltree.Node{Kind: n.Kind, Style: yamltree.Flow}
		one.Append(v)
		settle(one, true)
		text, err := inline(one, json)
		if err != nil {
			return nil, err
		}
		entries = append(entries, text[1:len(text)-1])
	}
	return entries, nil
}

// isCommented reports whether an empty map or list in brackets has a comment between them.
func (e flowEditor) isCommented(n *yamltree.Node) bool {
	return n.IsFlow() && bytes.IndexByte(e.src[e.content(n):e.end(n)], '#') >= 0
}

// fill writes entries behind the comment in an empty map or list, whose closing bracket is the first of its line then.
func (e flowEditor) fill(n *yamltree.Node, adds []addition) error {
	entries, err := flowTexts(n, adds, e.json)
	if err != nil {
		return err
	}
	bracket := e.end(n) - 1
	indent := e.before(bracket) + strings.Repeat(" ", e.layout().step)
	e.splices.add(e.lineStart(bracket), e.lineStart(bracket), indent+strings.Join(entries, ","+e.newline+indent)+e.newline)
	return nil
}

// flowKids carries out the changes in the entries that stay.
func (e flowEditor) flowKids(n *yamltree.Node, c *changes) error {
	for child := range n.Children() {
		if kid := c.kids.get(child); kid != nil && !kid.del {
			if err := e.node(child, kid, slot{kind: slotFlow}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e flowEditor) flowSeq(n *yamltree.Node, c *changes) error {
	if err := e.flowKids(n, c); err != nil {
		return err
	}
	json := e.json || isJSONKeyed(n.First())
	elements := n.Elements()
	var entries []string
	inFront := map[int][]string{}
	for _, a := range c.adds {
		value, err := inline(restyle(nil, a.value, true), json)
		if err != nil {
			return err
		}
		at := a.before - 1
		for at >= 0 && at < len(elements) && c.removes(elements[at]) {
			at++
		}
		if at < 0 || at == len(elements) {
			entries = append(entries, value)
			continue
		}
		inFront[at] = append(inFront[at], value)
	}
	for at, values := range inFront {
		e.insertFlow(elements[at], values)
	}
	return e.flowEntries(n, c, entries)
}

// insertFlow writes entries in front of one: on lines of their own where that one has its own.
func (e flowEditor) insertFlow(el *yamltree.Node, values []string) {
	x := entry{start: e.start(el), end: e.end(el), comma: -1}
	if behind := e.skipSpace(x.end); behind < len(e.src) && e.src[behind] == ',' {
		x.comma = behind
	}
	between := ", "
	if e.onOwnLines([]entry{x}) {
		between = "," + e.newline + e.before(x.start)
	}
	e.splices.add(x.start, x.start, strings.Join(values, between)+between)
}

// entry is one entry of a flow collection: where it starts and ends, and the comma behind it, or -1.
type entry struct {
	start, end, comma int
	gap               string // what must stand in front of a comma that is added
	gone              bool
}

// flowEntries removes the entries that go and writes new ones behind the last that stays. Entries on lines of their own
// are removed and added as lines, so that the comments on other lines stay.
func (e flowEditor) flowEntries(n *yamltree.Node, c *changes, added []string) error {
	entries := e.entries(n, c)
	last := len(entries) - 1
	for entries[last].gone {
		last--
	}
	for i := range last {
		if entries[i].gone {
			e.removeFlowEntry(entries[i], entries[i+1])
		}
	}
	kept, tail := entries[last], entries[last+1:]
	switch {
	case len(tail) == 0:
		e.appendFlow(kept, added)
	case e.onOwnLines(tail):
		for _, t := range tail {
			e.splices.add(e.lineStart(t.start), e.nextLine(t.end), "")
		}
		if len(added) == 0 {
			e.splices.add(kept.comma, kept.comma+1, "")
			break
		}
		indent := e.before(tail[0].start)
		at := e.nextLine(kept.comma)
		e.splices.add(at, at, indent+strings.Join(added, ","+e.newline+indent)+e.newline)
	default:
		text := ""
		for _, a := range added {
			text += ", " + a
		}
		if text != "" {
			text = kept.gap + text
		}
		e.splices.add(kept.end, tail[len(tail)-1].end, text)
	}
	return nil
}

func (e flowEditor) entries(n *yamltree.Node, c *changes) []entry {
	var out []entry
	for child := range n.Children() {
		x := entry{start: e.start(child), end: e.end(child), comma: -1, gone: c.removes(child)}
		if n.Kind == yamltree.Map {
			x.start = child.KeySpan().Start
		}
		if behind := e.skipSpace(x.end); behind < len(e.src) && e.src[behind] == ',' {
			x.comma = behind
		}
		if last := e.lastWord(x.end); strings.HasSuffix(last, ":") || strings.HasPrefix(last, "!") {
			x.gap = " " // of an empty value: a comma right behind the colon or tag would be part of it, for yaml.v3
		}
		out = append(out, x)
	}
	return out
}

// lastWord is the text in front of an offset, back to a space or bracket.
func (e flowEditor) lastWord(end int) string {
	return string(e.src[bytes.LastIndexAny(e.src[:end], " \t\r\n,[{")+1 : end])
}

// onOwnLines reports whether each entry, with its comma, has lines of its own.
func (e flowEditor) onOwnLines(entries []entry) bool {
	for _, x := range entries {
		end := max(x.end, x.comma+1)
		if !blank(e.before(x.start)) || e.lineStart(end-1) != e.lineStart(x.end-1) || !e.restIsComment(end) {
			return false
		}
	}
	return true
}

// restIsComment reports whether nothing but a comment follows on the line.
func (e flowEditor) restIsComment(off int) bool {
	off = e.skipBlanks(off)
	return off == len(e.src) || e.breakAt(off) > 0 || e.src[off] == '#'
}

func (e flowEditor) removeFlowEntry(x, next entry) {
	if e.onOwnLines([]entry{x}) {
		e.splices.add(e.lineStart(x.start), e.nextLine(max(x.end, x.comma)), "")
		return
	}
	e.splices.add(x.start, next.start, "")
}

// appendFlow writes entries behind the last one: on lines of their own where that one has its own.
func (e flowEditor) appendFlow(last entry, added []string) {
	if len(added) == 0 {
		return
	}
	indent := e.before(last.start)
	lines := strings.Join(added, ","+e.newline+indent)
	switch {
	case !e.onOwnLines([]entry{last}) && last.comma >= 0:
		e.splices.add(last.comma+1, last.comma+1, " "+strings.Join(added, ", "))
	case !e.onOwnLines([]entry{last}):
		e.splices.add(last.end, last.end, last.gap+", "+strings.Join(added, ", "))
	case last.comma >= 0:
		at := e.lineEnd(last.comma)
		e.splices.add(at, at, e.newline+indent+lines+",")
	default:
		at := e.lineEnd(last.end)
		e.splices.add(last.end, last.end, last.gap+",")
		e.splices.add(at, at, e.newline+indent+lines)
	}
}
