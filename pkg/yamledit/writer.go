package yamledit

import (
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Writer writes a list of maps as [Print] does, without nodes for what is written once. The zero value is ready.
type Writer struct {
	out    []byte
	column int
	dash   bool // a dash stands in front of the next entry
}

// Reset forgets what was written, and keeps its room.
func (w *Writer) Reset() { w.out = w.out[:0] }

// Bytes are what was written since the last [Writer.Reset]: they are valid until the next one.
func (w *Writer) Bytes() []byte { return w.out }

// Element writes an element of the list; fill writes its entries, one at least.
func (w *Writer) Element(fill func()) {
	w.dash = true
	w.column += 2
	fill()
	w.column -= 2
}

// Map writes an entry that is a map, whose entries fill writes.
func (w *Writer) Map(key string, fill func()) {
	w.key(key)
	w.out = append(w.out, '\n')
	mark := len(w.out)
	w.column += 2
	fill()
	w.column -= 2
	if len(w.out) == mark {
		w.out = append(w.out[:mark-1], " {}\n"...)
	}
}

// Text writes an entry that is a string; none for an empty one.
func (w *Writer) Text(key, value string) {
	switch {
	case value == "":
	case isPlainWord(value, false):
		w.key(key)
		w.out = append(append(append(w.out, ' '), value...), '\n')
	case isSentence(value):
		w.key(key)
		w.out = append(w.out, " '"...)
		for part, more := value, true; more; {
			var text string
			text, part, more = strings.Cut(part, "'")
			w.out = append(w.out, text...)
			if more {
				w.out = append(w.out, "''"...)
			}
		}
		w.out = append(w.out, "'\n"...)
	default:
		w.Value(key, yamltree.Str(value))
	}
}

// isSentence tells of most texts that need quotes, and can have single ones, that they do: what is said of something, behind a colon.
func isSentence(s string) bool {
	if len(s) <= len("false") || !isLetter(s[0]) || !strings.Contains(s, ": ") {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Int writes an entry that is a number.
func (w *Writer) Int(key string, n int) {
	w.key(key)
	w.out = append(strconv.AppendInt(append(w.out, ' '), int64(n), 10), '\n')
}

// Value writes an entry of any value, without its comments; none for nil. A value whose map has a map or list for a key panics.
func (w *Writer) Value(key string, v *yamltree.Node) {
	if v == nil {
		return
	}
	if isPlainScalar(v) { // most values
		w.key(key)
		w.out = append(append(append(w.out, ' '), v.Value...), '\n')
		return
	}
	c := yamltree.StripComments(natural(v, false))
	settle(c, false)
	w.key(key)
	head, lines, err := layout{step: 2, compact: true}.behind(c, w.column)
	if err != nil {
		panic("yamledit: a value cannot be printed: " + err.Error())
	}
	w.out = append(append(w.out, head...), '\n')
	for _, line := range lines {
		w.out = append(append(w.out, line...), '\n')
	}
}

// isPlainScalar tells of most scalars that go on one line as they are that they do.
func isPlainScalar(v *yamltree.Node) bool {
	if v.Kind != yamltree.Scalar || v.WrittenTag() != "" {
		return false
	}
	if v.Style == yamltree.Plain {
		switch v.Tag() {
		case "!!int", "!!float", "!!bool":
			return true
		}
	}
	return (v.Style == yamltree.Plain || v.Style == yamltree.Free) && isPlainWord(v.Value, false)
}

const spaces = "                "

// key writes the start of an entry.
func (w *Writer) key(key string) {
	pad := w.column
	if w.dash {
		pad -= 2
	}
	for ; pad > len(spaces); pad -= len(spaces) {
		w.out = append(w.out, spaces...)
	}
	w.out = append(w.out, spaces[:pad]...)
	if w.dash {
		w.out = append(w.out, "- "...)
		w.dash = false
	}
	if !isPlainWord(key, false) {
		in := yamltree.NewMap().Add(key, yamltree.NewMap())
		settle(in, false)
		key, _ = inlineKey(in.First(), false)
	}
	w.out = append(append(w.out, key...), ':')
}
