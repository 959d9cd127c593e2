package yamledit

import (
	"bytes"
	"errors"
	"sort"
)

// splice replaces the bytes from start to end, exclusive, by text.
type splice struct {
	start, end int
	text       string
	column     int // of inserted lines: where several are inserted at one offset, the deeper ones come first
}

// splices collects replacements in one source and carries them out together.
type splices []splice

func (s *splices) add(start, end int, text string) { *s = append(*s, splice{start, end, text, 0}) }

var errOverlap = errors.New("two edits overlap")

// apply returns the source with all replacements made. At one offset, insertions come before a
// replacement. Two that overlap are errOverlap.
func (s splices) apply(src []byte) ([]byte, error) {
	sort.SliceStable(s, func(i, j int) bool {
		a, b := s[i], s[j]
		if a.start != b.start {
			return a.start < b.start
		}
		aInserts, bInserts := a.start == a.end, b.start == b.end
		if aInserts != bInserts {
			return aInserts
		}
		return a.column > b.column
	})
	var out bytes.Buffer
	at := 0
	for _, x := range s {
		if x.start < at || x.end < x.start || x.end > len(src) {
			return nil, errOverlap
		}
		out.Write(src[at:x.start])
		out.WriteString(x.text)
		at = x.end
	}
	out.Write(src[at:])
	return out.Bytes(), nil
}
