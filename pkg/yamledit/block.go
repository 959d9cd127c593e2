package yamledit

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

func (e *editor) blockMap(n *yaml.Node, c *changes) error {
	column := e.columnOf(n)
	removed := 0 // the entries in front of this one are removed already
	for _, i := range c.indexes() {
		kid := c.kids[i]
		if kid.del {
			if i < removed {
				continue
			}
			var err error
			if removed, err = e.removeEntry(n, c, i, column); err != nil {
				return err
			}
			continue
		}
		colon, err := e.colon(n.Content[i])
		if err != nil {
			return err
		}
		if err := e.node(n.Content[i+1], kid, slot{slotKey, colon + 1, column}); err != nil {
			return err
		}
	}
	if len(c.adds) == 0 {
		return nil
	}
	added := collection(n, c.adds)
	for i := 0; i+1 < len(added.Content); i += 2 {
		added.Content[i].Style = keyStyle(n)
		added.Content[i+1] = restyle(nil, added.Content[i+1], false)
	}
	settle(added, false)
	return e.append(n, added, column)
}

// append writes the entries of added behind the last one of a block collection.
func (e *editor) append(n, added *yaml.Node, column int) error {
	lines, err := e.blockLines(added, column)
	if err != nil {
		return err
	}
	end, err := e.end(n.Content[len(n.Content)-1])
	if err != nil {
		return err
	}
	at := e.nextLine(end)
	e.replaceLines(at, at, lines, column)
	e.shield(at, added, column)
	return nil
}

// shield moves comments out of the text that a block scalar in front of them would make of them: those below it that stand deeper than its key or dash, in
// a column, come into that column.
func (e *editor) shield(line int, v *yaml.Node, column int) {
	for len(v.Content) > 0 {
		v = v.Content[len(v.Content)-1]
	}
	if v.Style&multiline == 0 || e.shielded[line] {
		return
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
func keyStyle(n *yaml.Node) yaml.Style {
	style := n.Content[0].Style & quoted
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Style&quoted != style {
			return 0
		}
	}
	return style
}

// removeEntry removes a key with its value and the lines that they stand on. A first key that
// shares its line with the dash of an element makes room for the next one that stays, and those between go with it. The
// entries in front of the index that it returns are removed then.
func (e *editor) removeEntry(n *yaml.Node, c *changes, i, column int) (int, error) {
	key := n.Content[i]
	start := e.start(key)
	end, err := e.end(n.Content[i+1])
	if err != nil {
		return 0, err
	}
	if blank(e.before(start)) {
		from := e.lineStart(start)
		if i > 0 || column > 0 { // what is on top of a document speaks of all of it
			from = e.headComment(from, column)
		}
		e.replaceLines(from, e.behindRemoved(n, c, i, 2, end), nil, column)
		return i + 2, nil
	}
	for next := i + 2; next < len(n.Content); next += 2 {
		to := e.start(n.Content[next])
		between := string(e.src[end:to])
		commented := strings.Contains(strings.TrimPrefix(between, string(e.src[end:e.lineEnd(end)])), "#")
		kid := c.kids[next]
		switch stays := kid == nil || !kid.del; {
		case stays && commented: // the dash stays alone on its line, with the comment below it
			before := len(strings.TrimRight(string(e.before(start)), " "))
			if before == 0 || e.before(start)[before-1] != '-' {
				return 0, e.unknown(key)
			}
			e.splices.add(start-len(e.before(start))+before, e.lineEnd(end), "")
			return next, nil
		case stays:
			e.splices.add(start, to, "")
			return next, nil
		case commented:
			return 0, e.unknown(key) // it may be about what stays
		}
		if end, err = e.end(n.Content[next+1]); err != nil {
			return 0, err
		}
	}
	return 0, e.unknown(key)
}

// behindRemoved is where the lines of a removed entry end. Where the entry that stays in front of it ends in a block scalar that
// keeps its blank lines (|+), those behind the removed one go too: they would become text.
func (e *editor) behindRemoved(n *yaml.Node, c *changes, i, width, end int) int {
	at := e.nextLine(end)
	front := i - width
	for front >= 0 && c.kids[front] != nil && c.kids[front].del {
		front -= width
	}
	if front < 0 || !e.keepsBlankLines(n.Content[front+width-1]) {
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
func (e *editor) headComment(line, column int) int {
	for line > e.starts[0] {
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
func asSibling(list, el *yaml.Node) *yaml.Node {
	flow := false
	for _, other := range list.Content {
		if other = yamltree.Resolve(other); other.Kind != yaml.ScalarNode {
			if flow = other.Style&yaml.FlowStyle != 0; !flow {
				break
			}
		}
	}
	if flow && el.Kind != yaml.ScalarNode {
		el = natural(el, true)
	}
	return restyle(nil, el, false)
}

// keepsBlankLines tells whether the last scalar of a value is a block scalar with the + indicator.
func (e *editor) keepsBlankLines(n *yaml.Node) bool {
	last := e.places[n].node
	for again := true; again; {
		again = false
		for c := range last.Children() {
			last, again = c, true
		}
	}
	if last.Style() != yamltree.Literal && last.Style() != yamltree.Folded {
		return false
	}
	header := last.Content().Start
	indicators, _, _ := strings.Cut(string(e.src[header:e.lineEnd(header)]), "#")
	return strings.Contains(indicators, "+")
}

func (e *editor) blockSeq(n *yaml.Node, c *changes) error {
	column := e.columnOf(n)
	for _, i := range c.indexes() {
		el, kid := n.Content[i], c.kids[i]
		dash, ok := e.dash(el)
		if !ok {
			return e.unknown(el)
		}
		if !kid.del {
			if err := e.node(el, kid, slot{slotDash, dash + 1, column}); err != nil {
				return err
			}
			continue
		}
		end, err := e.end(el)
		if err != nil {
			return err
		}
		if !blank(e.before(dash)) {
			return e.unknown(el)
		}
		e.replaceLines(e.headComment(e.lineStart(dash), column), e.behindRemoved(n, c, i, 1, end), nil, column)
	}
	for at := range n.Content {
		if added := c.addedBefore(at); len(added) > 0 {
			if dash, _ := e.dash(n.Content[at]); !blank(e.before(dash)) {
				return e.unknown(n.Content[at])
			}
			if err := e.insertElements(n, at, added, column); err != nil {
				return err
			}
		}
	}
	if last := c.addedBefore(-1); len(last) > 0 {
		added := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, el := range last {
			added.Content = append(added.Content, asSibling(n, el))
		}
		return e.append(n, added, column)
	}
	return nil
}
