package resource

import (
	"bufio"
	"bytes"
	"io"
	"iter"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Text is a text in parts, most of them of the source that it was made of.
type Text struct {
	front   [][]byte
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
	for _, part := range t.front {
		if !yield(part) {
			return
		}
	}
	if t.results != nil {
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
func (l *List) Text() Text { return Text{front: [][]byte{l.src}} }

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
	return len(l.src)
}

// textEnd is where the last value of the list ends.
func (l *List) textEnd() int {
	last := l.root().Span().End
	switch {
	case l.cut == nil:
		return last
	case last > l.cut.begin():
		return last + l.cut.shift
	}
	n := len(l.Items) - 1
	return l.cut.items[n].Start + l.Items[n].Root().Span().End
}

// endsInBlock reports whether a key can be written behind a text of the list as it is: it is in block style, and has no results. What is
// there need not be read again for that.
func (l *List) endsInBlock(out [][]byte) bool {
	root := l.root()
	first := root.First().KeySpan().Start
	end := out[len(out)-1]
	if len(end) == 0 && len(out) > 1 { // an item is last
		end = out[len(out)-2]
	}
	_, marked := bytes.CutPrefix(l.src[:first], []byte("\xef\xbb\xbf"))
	return !root.IsFlow() && (first == 0 || l.src[first-1] == '\n' || marked && first == 3) && yamltree.Get(root, "results") == nil &&
		bytes.IndexByte(l.src, '\r') < 0 && (bytes.HasSuffix(end, []byte("\n")) || l.endsInComment())
}

// endsInComment reports whether a comment on a line of its own, without a line break, is last: one may be added, which would change text.
func (l *List) endsInComment() bool {
	last := l.src[max(bytes.LastIndexByte(l.src, '\n'), 0):]
	return l.end() == len(l.src) && bytes.HasPrefix(bytes.TrimLeft(last, "\n "), []byte("#")) && l.textEnd() < len(l.src)-len(last)+1
}
