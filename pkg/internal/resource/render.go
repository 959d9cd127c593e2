package resource

import (
	"bufio"
	"bytes"
	"io"
	"iter"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Text is a text in parts, most of them of the source that it was made of. The zero Text is empty.
type Text struct {
	front   iter.Seq[[]byte] // each part is valid until the next one is asked for
	key     string           // of the results
	results iter.Seq[[]byte] // made as they are written; nil for none
	behind  []byte
}

// WriteTo implements [io.WriterTo].
func (t Text) WriteTo(w io.Writer) (n int64, err error) {
	out := bufio.NewWriterSize(w, 1<<16)
	for part := range t.parts {
		written, err := out.Write(part)
		if n += int64(written); err != nil {
			return n, err
		}
	}
	return n, out.Flush()
}

func (t Text) parts(yield func([]byte) bool) {
	if t.front == nil {
		return
	}
	for part := range t.front {
		if !yield(part) {
			return
		}
	}
	if t.results != nil {
		if !yield([]byte(t.key)) {
			return
		}
		for part := range t.results {
			if !yield(part) {
				return
			}
		}
	}
	yield(t.behind)
}

// joined is all of a text in parts.
func joined(parts iter.Seq[[]byte]) []byte {
	var out []byte
	for part := range parts {
		out = append(out, part...)
	}
	return out
}

// Text is the list as it came.
func (l *List) Text() Text { return Text{front: l.Edited().parts, behind: l.behindEnd()} }

// textOf is a text in one part.
func textOf(text []byte) Text {
	return Text{front: func(yield func([]byte) bool) { yield(text) }}
}

// resultEdits add the results to a list, behind those that are there.
func resultEdits(list *yamltree.Node, results iter.Seq[[]byte]) ([]yamltree.Edit, error) {
	if results == nil {
		return nil, nil
	}
	doc, err := yamltree.Read(joined(results))
	if err != nil {
		return nil, err
	}
	at := yamltree.Fields("results")
	existing := yamltree.Get(list, "results")
	if existing == nil || existing.Kind != yamltree.List {
		return []yamltree.Edit{{Path: at, Value: doc.Root}}, nil
	}
	var edits []yamltree.Edit
	n := existing.Len()
	for i, r := range doc.Root.Elements() {
		edits = append(edits, yamltree.Edit{Path: at.Index(n + i), Value: r})
	}
	return edits, nil
}

// endMarker is a line that ends a document.
func endMarker(text []byte) int {
	for at := 0; ; {
		n := bytes.Index(text[at:], []byte("..."))
		if n < 0 {
			return -1
		}
		at += n
		behind := text[at+3:]
		if (at == 0 || text[at-1] == '\n') && (len(behind) == 0 || bytes.IndexByte([]byte(" \t\n"), behind[0]) >= 0) {
			return at
		}
		at++
	}
}

// end is where the list ends: in front of the line that ends the document, or at the end of the source.
func (l *List) end() int {
	text, shift, root := l.src, 0, l.root()
	if l.cut != nil {
		text, shift = l.cut.text, l.cut.shift
	}
	behind := root.Span().End
	if marker := endMarker(text[behind:]); marker >= 0 {
		return behind + marker + shift
	}
	return l.size
}

// textEnd is where the last value of the list ends.
func (l *List) textEnd() int {
	last := l.root().Span().End
	switch {
	case l.cut == nil:
		return last
	case last > l.cut.begin:
		return last + l.cut.shift
	}
	_, start := l.cut.last()
	return start + l.Items[len(l.Items)-1].Root().Span().End
}

// endsInComment reports whether a comment on a line of its own, without a line break, is last: one may be added, which would change text.
func (l *List) endsInComment() bool {
	text, textEnd := l.src, l.textEnd()
	if c := l.cut; c != nil && len(c.behind) > 0 {
		text, textEnd = c.behind, textEnd-c.end
	} else if c != nil {
		var start int
		text, start = c.last()
		textEnd -= start
	}
	last := text[max(bytes.LastIndexByte(text, '\n'), 0):]
	return l.end() == l.size && bytes.HasPrefix(bytes.TrimLeft(last, "\n "), []byte("#")) && textEnd < len(text)-len(last)+1
}

// behindEnd is what stands behind the list: the marker of the end of its document, and what is behind that.
func (l *List) behindEnd() []byte {
	if l.cut != nil {
		return l.cut.behind[l.end()-l.cut.end:]
	}
	return l.src[l.end():]
}
