package yamledit

import (
	"bytes"
	"strings"
)

// text is a source, or a part of one that ends where src does. Offsets are in bytes of the source, 0-based.
type text struct {
	src     []byte
	from    int // where the text starts
	first   int // the same, behind byte order marks
	newline string
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// newText is the part of a source from one offset to another.
func newText(src []byte, from, to int) *text {
	t := &text{src: src[:to], from: from, first: from, newline: "\n"}
	for bytes.HasPrefix(t.src[t.first:], byteOrderMark) {
		t.first += len(byteOrderMark)
	}
	if end := t.lineEnd(t.first); bytes.HasPrefix(t.src[end:], []byte("\r\n")) {
		t.newline = "\r\n"
	}
	return t
}

// breakAt is the width of the line break at an offset, 0 where there is none. YAML 1.1, whose
// readers there are still, also breaks lines at NEL, LS and PS (https://yaml.org/spec/1.1/#id871136).
func (t *text) breakAt(i int) int {
	switch rest := t.src[i:]; {
	case len(rest) == 0:
		return 0
	case rest[0] == '\n':
		return 1
	case rest[0] == '\r':
		if len(rest) > 1 && rest[1] == '\n' {
			return 2
		}
		return 1
	case rest[0] == 0xc2 && len(rest) > 1 && rest[1] == 0x85:
		return 2
	case rest[0] == 0xe2 && len(rest) > 2 && rest[1] == 0x80 && (rest[2] == 0xa8 || rest[2] == 0xa9):
		return 3
	}
	return 0
}

// lineStart is the offset at which the line that holds an offset starts.
func (t *text) lineStart(off int) int {
	for ; off > t.first; off-- {
		if c := t.src[off-1]; (c <= '\r' || c >= 0x80) && t.isBehindBreak(off) {
			break
		}
	}
	return max(off, t.first)
}

// isBehindBreak reports whether a line break ends at an offset.
func (t *text) isBehindBreak(off int) bool {
	for width := 1; width <= 3 && off-width >= t.first; width++ {
		if t.breakAt(off-width) == width {
			return width > 1 || t.src[off-1] == '\n' || t.src[off-1] == '\r'
		}
	}
	return false
}

// lineEnd is the offset of the line break behind an offset, or the end of the text.
func (t *text) lineEnd(off int) int {
	for off < len(t.src) && t.breakAt(off) == 0 {
		off++
	}
	return off
}

// nextLine is the offset at which the line behind the one that holds off starts; the end of the text
// where there is none.
func (t *text) nextLine(off int) int {
	end := t.lineEnd(off)
	return end + t.breakAt(end)
}

// column is the 0-based column of an offset, in bytes.
func (t *text) column(off int) int { return off - t.lineStart(off) }

// before is what stands on the line left of an offset.
func (t *text) before(off int) string { return string(t.src[t.lineStart(off):off]) }

// skipBlanks moves past spaces and tabs.
func (t *text) skipBlanks(off int) int {
	for off < len(t.src) && (t.src[off] == ' ' || t.src[off] == '\t') {
		off++
	}
	return off
}

// skipSpace moves past white space, line breaks and comments.
func (t *text) skipSpace(off int) int {
	for off < len(t.src) {
		switch w := t.breakAt(off); {
		case w > 0:
			off += w
		case t.src[off] == ' ' || t.src[off] == '\t':
			off++
		case t.src[off] == '#': // behind a token it starts a comment even without a space in front, for yaml.v3
			off = t.lineEnd(off)
		default:
			return off
		}
	}
	return off
}

// indent is how many spaces the line at an offset starts with; blank says that nothing else is on it.
func (t *text) indent(lineStart int) (width int, blank bool) {
	off := lineStart
	for off < len(t.src) && t.src[off] == ' ' {
		off++
	}
	rest := t.skipBlanks(off)
	return off - lineStart, rest == len(t.src) || t.breakAt(rest) > 0
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func blank(s string) bool { return strings.Trim(s, " \t") == "" }
