package yamledit

import (
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// errUnknownSpan says that the text at a node is not what its place in the tree promises, so that
// nothing can be spliced there.
var errUnknownSpan = errors.New("the text of this value could not be delimited")

// content is the offset at which a node's own text starts, behind its anchor and tag.
func (t *text) content(n *yaml.Node) int {
	off := t.start(n)
	for off >= 0 && off < len(t.src) && n.Kind != yaml.AliasNode && (t.src[off] == '&' || t.src[off] == '!') {
		for off < len(t.src) && !isSpace(t.src[off]) && (t.breakAt(off) == 0) && !(t.src[off] == ',' || t.src[off] == '}' || t.src[off] == ']') {
			off++
		}
		behind := t.skipBlanks(off)
		if behind >= len(t.src) || t.breakAt(behind) > 0 || t.src[behind] == '#' {
			if n.Kind == yaml.ScalarNode && n.Value == "" {
				return off
			}
			behind = t.skipSpace(behind)
		}
		off = behind
	}
	return off
}

// end is the offset behind a node's last byte. The line break that ends a block scalar is not part
// of it. parent is the column of the block collection that holds the node, 0-based, -1 at the root.
func (t *text) end(n *yaml.Node, parent int, flow bool) (int, error) {
	start := t.content(n)
	if start < 0 || start > len(t.src) {
		return 0, t.unknown(n)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return t.aliasEnd(start), nil
	case yaml.ScalarNode:
		return t.scalarEnd(n, start, parent, flow)
	case yaml.MappingNode, yaml.SequenceNode:
		if n.Style&yaml.FlowStyle != 0 {
			return t.flowEnd(n, start)
		}
		if len(n.Content) == 0 {
			return 0, t.unknown(n)
		}
		last := n.Content[len(n.Content)-1]
		return t.end(last, t.blockColumn(n), false)
	}
	return 0, t.unknown(n)
}

func (t *text) unknown(n *yaml.Node) error { return fmt.Errorf("line %d: %w", n.Line, errUnknownSpan) }

// blockColumn is the 0-based column of a block collection: of its keys, or of its dashes.
func (t *text) blockColumn(n *yaml.Node) int {
	first := t.start(n.Content[0])
	if n.Kind == yaml.SequenceNode {
		if dash, ok := t.dash(n.Content[0]); ok {
			first = dash
		}
	}
	return t.column(first)
}

// dash is the offset of the dash in front of an element of a block sequence. Only comments and blank lines
// may stand between the two: kpt puts an element's head comment behind the dash.
func (t *text) dash(el *yaml.Node) (int, bool) {
	end := t.start(el)
	for {
		line := t.lineStart(end)
		left := string(t.src[line:end])
		if comment := strings.Index(left, "#"); comment == 0 || comment > 0 && isSpace(left[comment-1]) {
			left = left[:comment]
		}
		left = strings.TrimRight(left, " \t\r\n")
		if left != "" {
			return line + len(left) - 1, left[len(left)-1] == '-'
		}
		if line == t.starts[0] {
			return 0, false
		}
		end = line - 1
	}
}

func (t *text) aliasEnd(off int) int {
	for off < len(t.src) && !isSpace(t.src[off]) && !strings.ContainsRune(",[]{}", rune(t.src[off])) && t.breakAt(off) == 0 {
		off++
	}
	return off
}

func (t *text) scalarEnd(n *yaml.Node, start, parent int, flow bool) (int, error) {
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return t.quotedEnd(n, start, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return t.quotedEnd(n, start, '\'')
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return t.blockScalarEnd(n, start, parent)
	case n.Value == "":
		return start, nil
	}
	return t.plainEnd(n, start, flow)
}

func (t *text) quotedEnd(n *yaml.Node, start int, quote byte) (int, error) {
	if start >= len(t.src) || t.src[start] != quote {
		return 0, t.unknown(n)
	}
	for i := start + 1; i < len(t.src); i++ {
		switch {
		case t.src[i] == '\\' && quote == '"':
			i++
		case t.src[i] != quote:
		case quote == '\'' && i+1 < len(t.src) && t.src[i+1] == quote:
			i++
		default:
			return i + 1, nil
		}
	}
	return 0, t.unknown(n)
}

// plainEnd finds the end of a plain scalar, which may run over several lines: the first candidate whose
// folded text is the node's value.
func (t *text) plainEnd(n *yaml.Node, start int, flow bool) (int, error) {
	var words []string
	for off := start; off < len(t.src); {
		end := t.plainLineEnd(off, flow)
		words = append(words, strings.Trim(string(t.src[off:end]), " \t"))
		if foldPlain(words) == n.Value {
			for end > start && isSpace(t.src[end-1]) {
				end--
			}
			return end, nil
		}
		next := t.nextLine(off)
		if next <= off || len(words) > len(n.Value)+1 {
			break
		}
		off = next
	}
	return 0, t.unknown(n)
}

// plainLineEnd is where a plain scalar's text must end on this line at the latest.
func (t *text) plainLineEnd(off int, flow bool) int {
	for i := off; i < len(t.src); i++ {
		c := t.src[i]
		switch {
		case t.breakAt(i) > 0:
			return i
		case c == '#' && i > off && (t.src[i-1] == ' ' || t.src[i-1] == '\t'):
			return i
		case c == ':' && (i+1 == len(t.src) || isSpace(t.src[i+1]) || flow && strings.ContainsRune(",[]{}", rune(t.src[i+1]))):
			return i
		case flow && strings.ContainsRune(",[]{}", rune(c)):
			return i
		}
	}
	return len(t.src)
}

// foldPlain joins the lines of a plain scalar as YAML does: one line break is a space, each further
// one a line break.
func foldPlain(lines []string) string {
	var b strings.Builder
	breaks := 0
	for i, line := range lines {
		switch {
		case i == 0:
		case line == "":
			breaks++
			continue
		case breaks == 0:
			b.WriteByte(' ')
		default:
			b.WriteString(strings.Repeat("\n", breaks))
			breaks = 0
		}
		b.WriteString(line)
	}
	return b.String()
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

func (t *text) blockScalarEnd(n *yaml.Node, start, parent int) (int, error) {
	b, err := t.blockScalar(n, start, parent)
	return b.contentEnd, err
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

// flowEnd finds the bracket that closes a flow collection. A pair without its braces, as in [a: b], is not looked for.
func (t *text) flowEnd(n *yaml.Node, start int) (int, error) {
	if start >= len(t.src) || t.src[start] != '{' && t.src[start] != '[' {
		return 0, t.unknown(n)
	}
	depth := 0
	for off := start; off < len(t.src); off = t.skipSpace(off) {
		switch c := t.src[off]; c {
		case '{', '[':
			depth++
			off++
		case '}', ']':
			depth--
			off++
			if depth == 0 {
				return off, nil
			}
		case '"', '\'':
			end, err := t.quotedEnd(n, off, c)
			if err != nil {
				return 0, err
			}
			off = end
		case ',', ':':
			off++
		default:
			off = max(off+1, t.plainLineEnd(off, true))
		}
	}
	return 0, t.unknown(n)
}

// colon is the offset of the colon behind a key.
func (t *text) colon(key *yaml.Node, column int, flow bool) (int, error) {
	end, err := t.end(key, column, flow)
	if err != nil {
		return 0, err
	}
	off := t.skipSpace(end)
	if off >= len(t.src) || t.src[off] != ':' {
		return 0, t.unknown(key)
	}
	return off, nil
}
