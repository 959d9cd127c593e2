package yamledit

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// splice replaces the bytes from start to end, exclusive, by text.
type splice struct {
	start, end int
	text       string
	column     int    // of inserted lines: where several are inserted at one offset, the deeper ones come first
	newline    string // of whole lines: the line break that must stand in front of them
}

// splices collects replacements in one source and carries them out together.
type splices []splice

func (s *splices) add(start, end int, text string) {
	*s = append(*s, splice{start: start, end: end, text: text})
}

var errOverlap = errors.New("two edits overlap")

// apply returns the source, from an offset on, with all replacements made. At one offset, insertions come before a
// replacement; one into lines that are removed comes behind them. Two that overlap are errOverlap.
func (s splices) apply(src []byte, from int) ([]byte, error) {
	slices.SortStableFunc(s, func(a, b splice) int {
		replaces := func(x splice) int { return min(x.end-x.start, 1) }
		return cmp.Or(a.start-b.start, replaces(a)-replaces(b), b.column-a.column)
	})
	size := len(src) - from
	for _, x := range s {
		size += len(x.text) + len(x.newline)
	}
	var out bytes.Buffer
	out.Grow(size)
	at := from
	removesLines := false // the splice before did
	for _, x := range s {
		if x.start < at && x.start == x.end && removesLines { // behind what was removed, then
			x.start, x.end = at, at
		}
		if x.start < at || x.end < x.start || x.end > len(src) {
			return nil, errOverlap
		}
		out.Write(src[at:x.start])
		if x.newline != "" && x.text != "" && out.Len() > 0 && !endsLine(out.Bytes()) {
			out.WriteString(x.newline)
		}
		out.WriteString(x.text)
		removesLines = x.newline != "" && x.text == "" || removesLines && x.start == x.end
		at = x.end
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}
