package yamltree

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// scalarParser reads scalars in all their styles.
type scalarParser struct{ *parser }

// plain reads a scalar without quotes (https://yaml.org/spec/1.2.2/#733-plain-style). It goes on on lines that are indented by more than indent.
func (p scalarParser) plain(indent int, flow bool) string {
	p.checkPlainStart(flow)
	start := p.pos
	p.pos = p.plainLine(flow)
	text := p.text[start:p.pos]
	if p.endsHere(indent, flow) {
		return text
	}
	var folded []byte
	for {
		end, lineStart, line, breaks := p.pos, p.lineStart, p.line, 0
		p.skipBlanks()
		for w := p.breakAt(p.pos); w > 0; w = p.breakAt(p.pos) {
			breaks++
			p.newLine(w)
			p.skipBlanks()
		}
		next := -1
		if breaks > 0 && p.pos < len(p.src) && p.src[p.pos] != '#' && !p.atMarker() && (flow || p.spaces() > indent) {
			next = p.plainLine(flow)
		}
		if next <= p.pos {
			p.pos, p.lineStart, p.line = end, lineStart, line
			if folded != nil {
				return string(folded)
			}
			return text
		}
		if folded == nil {
			folded = append(make([]byte, 0, 2*len(text)), text...)
		}
		folded = fold(folded, breaks)
		folded = append(folded, p.text[p.pos:next]...)
		p.pos = next
	}
}

// endsHere tells of most plain scalars that end on a line that they do, without a look behind it: a colon or comma follows, or a line that is indented too little. That is a twentieth of
// the time of reading.
func (p scalarParser) endsHere(indent int, flow bool) bool {
	if p.pos == len(p.src) {
		return true
	}
	c := p.src[p.pos]
	if c != '\n' {
		return c < 0x80 && c != ' ' && c != '\t' && c != '\r'
	}
	if flow {
		return false
	}
	next := p.pos + 1
	for next < len(p.src) && p.src[next] == ' ' && next <= p.pos+indent+1 {
		next++
	}
	return next < len(p.src) && next-p.pos-1 <= indent && p.src[next] > ' ' && p.src[next] < 0x80
}

// fold joins lines: one break is a space, each further one a line break.
func fold(b []byte, breaks int) []byte {
	if breaks == 1 {
		return append(b, ' ')
	}
	for range breaks - 1 {
		b = append(b, '\n')
	}
	return b
}

// spaces is how many spaces the line starts with.
func (p scalarParser) spaces() int {
	n := 0
	for p.lineStart+n < len(p.src) && p.src[p.lineStart+n] == ' ' {
		n++
	}
	return n
}

func (p scalarParser) checkPlainStart(flow bool) {
	switch c := p.src[p.pos]; c {
	case ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`':
		p.fail(p.pos, "has a value that starts with "+string(rune(c))+"; must be in quotes")
	case '-', '?', ':':
		behind := p.pos + 1
		if p.blankAt(behind) || flow && c != '-' && isFlowIndicator(p.src[behind]) { // args: [-f, -] is read by yaml.v3
			p.fail(p.pos, "has "+string(rune(c))+" where a value must be; must be in quotes")
		}
	}
}

// special are the bytes at which a plain scalar may end.
var special = func() (t [256]bool) {
	for _, c := range " \t\n\r:#,[]{}" {
		t[c] = true
	}
	for c := 0x80; c < 256; c++ {
		t[c] = true
	}
	return t
}()

// plainLine is where a plain scalar ends on this line.
func (p scalarParser) plainLine(flow bool) int {
	end, i := p.pos, p.pos
	for i < len(p.src) {
		if !special[p.src[i]] { // a third off the time of reading
			for i++; i < len(p.src) && !special[p.src[i]]; {
				i++
			}
			end = i
			continue
		}
		switch c := p.src[i]; c {
		case ' ', '\t':
			i++
			continue
		case '\n', '\r':
			return end
		case ':':
			if p.blankAt(i+1) || flow && isFlowIndicator(p.src[i+1]) {
				return end
			}
		case '#':
			if i > 0 && (p.src[i-1] == ' ' || p.src[i-1] == '\t') {
				return end
			}
		case ',', '[', ']', '{', '}':
			if flow {
				return end
			}
		default:
			if c >= 0x80 && p.oddBreaks && p.breakAt(i) > 0 {
				return end
			}
		}
		i++
		end = i
	}
	return end
}

// singleQuoted reads a scalar in single quotes (https://yaml.org/spec/1.2.2/#732-single-quoted-style).
func (p scalarParser) singleQuoted() string {
	open := p.pos
	p.pos++
	var b []byte
	for start := p.pos; ; {
		switch {
		case p.pos == len(p.src):
			p.fail(open, "has an opening quote without a closing one; must have one")
		case p.src[p.pos] == '\'' && p.pos+1 < len(p.src) && p.src[p.pos+1] == '\'':
			b = append(b, p.text[start:p.pos+1]...)
			p.pos += 2
			start = p.pos
		case p.src[p.pos] == '\'':
			text := p.text[start:p.pos]
			p.pos++
			if b == nil {
				return text
			}
			return string(append(b, text...))
		case p.breakAt(p.pos) > 0:
			b = append(b, p.text[start:p.pos]...)
			b = p.foldQuoted(b, len(b)-(p.pos-start), open)
			start = p.pos
		default:
			p.pos++
		}
	}
}

// foldQuoted folds the line breaks that the parser is at. Blanks in front of them go, from an offset of b on.
func (p scalarParser) foldQuoted(b []byte, from, open int) []byte {
	for len(b) > from && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	breaks := p.breaks(open)
	if b == nil {
		b = []byte{}
	}
	return fold(b, breaks)
}

// breaks moves past line breaks and the blanks around them, inside of quotes.
func (p scalarParser) breaks(open int) int {
	n := 0
	for w := p.breakAt(p.pos); w > 0; w = p.breakAt(p.pos) {
		n++
		p.newLine(w)
		if p.atMarker() {
			p.fail(open, "has an opening quote, and the document ends before the closing one; must have one")
		}
		p.skipBlanks()
	}
	return n
}

// doubleQuoted reads a scalar in double quotes (https://yaml.org/spec/1.2.2/#731-double-quoted-style).
func (p scalarParser) doubleQuoted() string {
	open := p.pos
	p.pos++
	var b []byte
	kept := 0 // blanks in front of this offset of b are escaped
	for start := p.pos; ; {
		switch {
		case p.pos == len(p.src):
			p.fail(open, "has an opening quote without a closing one; must have one")
		case p.src[p.pos] == '"':
			text := p.text[start:p.pos]
			p.pos++
			if b == nil {
				return text
			}
			return string(append(b, text...))
		case p.src[p.pos] == '\\':
			b = append(b, p.text[start:p.pos]...)
			b = p.escape(b, open)
			kept, start = len(b), p.pos
		case p.breakAt(p.pos) > 0:
			b = append(b, p.text[start:p.pos]...)
			b = p.foldQuoted(b, kept, open)
			kept, start = len(b), p.pos
		default:
			p.pos++
		}
	}
}

// escapes are the characters that stand for others behind a backslash (https://yaml.org/spec/1.2.2/#57-escaped-characters).
var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r", 'e': "\x1b", ' ': " ", '"': "\"", '/': "/", '\\': "\\", '\'': "'", // the last is one of yaml.v3
	'N': "\u0085", '_': "\u00a0", 'L': "\u2028", 'P': "\u2029",
}

// escape reads what a backslash starts.
func (p scalarParser) escape(b []byte, open int) []byte {
	at := p.pos
	p.pos++
	if p.pos == len(p.src) {
		p.fail(open, "has an opening quote without a closing one; must have one")
	}
	if w := p.breakAt(p.pos); w > 0 { // the line goes on on the next
		n := p.breaks(open)
		for range n - 1 {
			b = append(b, '\n')
		}
		return b
	}
	c := p.src[p.pos]
	p.pos++
	if text, ok := escapes[c]; ok {
		return append(b, text...)
	}
	width := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	if width > 0 && p.pos+width <= len(p.src) {
		r, err := strconv.ParseUint(p.text[p.pos:p.pos+width], 16, 32)
		if err == nil && utf8.ValidRune(rune(r)) && r <= utf8.MaxRune {
			p.pos += width
			return utf8.AppendRune(b, rune(r))
		}
	}
	p.fail(at, "has an escape that is none; must be such as \\n, \\\" or \\u00e9, or the text in single quotes")
	return nil
}

// blockScalar reads a literal or folded scalar (https://yaml.org/spec/1.2.2/#81-block-scalar-styles) below a key or dash in a column, -1 for a document's root.
func (p scalarParser) blockScalar(n *Node, column int) {
	p.begin(n)
	n.Style = Literal
	if p.at('>') {
		n.Style = Folded
	}
	p.pos++
	chomp, indent := byte(0), -1
	for ; p.pos < len(p.src); p.pos++ {
		c := p.src[p.pos]
		if (c == '-' || c == '+') && chomp == 0 {
			chomp = c
		} else if c >= '1' && c <= '9' && indent < 0 {
			indent = max(column, 0) + int(c-'0')
		} else {
			break
		}
	}
	p.skipBlanks()
	if p.at('#') {
		p.comment()
	}
	w := p.breakAt(p.pos)
	if w == 0 && p.pos < len(p.src) {
		p.fail(p.pos, "has text behind | or >; must be on the next line")
	}
	n.end = uint32(p.pos)
	p.newLine(w)
	p.blockLines(n, column, indent, chomp)
}

// blockLines reads the lines of a block scalar.
func (p scalarParser) blockLines(n *Node, column, indent int, chomp byte) {
	var b []byte
	breaks, deepest := 0, 0 // line breaks since the last text; the deepest of the blank lines in front
	more, started := false, false
	for p.pos < len(p.src) {
		spaces := p.spaces()
		if indent >= 0 {
			spaces = min(spaces, indent)
		}
		at := p.pos + spaces
		w := p.breakAt(at)
		if w > 0 || at == len(p.src) { // a blank line
			if indent < 0 {
				deepest = max(deepest, spaces)
			}
			if w == 0 {
				p.pos = at
				if chomp == '+' {
					n.end = uint32(at)
				}
				break
			}
			breaks++
			p.pos = at
			if chomp == '+' {
				n.end = uint32(at)
			}
			p.newLine(w)
			continue
		}
		if p.atMarker() || indent < 0 && spaces <= column || indent >= 0 && spaces < indent {
			if p.src[at] == '\t' {
				p.fail(at, "has a tab in front of the text below | or >; must be indented by spaces")
			}
			break
		}
		if indent < 0 {
			indent = spaces
			if deepest > indent {
				p.fail(p.pos, "has a line of spaces in front of the text that is longer than its indentation; must be shorter, or | be followed by the indentation")
			}
		}
		p.pos = at
		p.toLineEnd()
		line := p.text[at:p.pos]
		isMore := line[0] == ' ' || line[0] == '\t'
		switch {
		case n.Style == Literal || !started:
			b = appendBreaks(b, breaks)
		case more || isMore:
			b = appendBreaks(b, breaks)
		default:
			b = fold(b, breaks)
		}
		b = append(b, line...)
		n.end = uint32(p.pos)
		started, more, breaks = true, isMore, 0
		w = p.breakAt(p.pos)
		if w == 0 {
			break
		}
		breaks = 1
		p.newLine(w)
	}
	switch {
	case chomp == '+':
		b = appendBreaks(b, breaks)
	case chomp == 0 && started && breaks > 0:
		b = append(b, '\n')
	}
	n.Value = string(b)
}

func appendBreaks(b []byte, n int) []byte {
	return append(b, strings.Repeat("\n", n)...)
}
