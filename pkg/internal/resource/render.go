package resource

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/yamledit"
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

// ItemEdits are the edits of one item of a list; their paths start at the item. One of the item itself replaces it, or removes it where it has no value; behind the
// last item it adds one.
type ItemEdits struct {
	Index int // of the item, 0-based
	Edits []yamltree.Edit
}

// Render is the list with its items edited and the results appended to those that it came
// with. Everything else stays byte for byte. Results are YAML, a block list in parts, nil for none;
// they are made when the text is written.
//
// rewritten lists the places that had to be printed anew, see [yamledit.Bytes].
func (l *List) Render(edits []ItemEdits, results iter.Seq[[]byte]) (out Text, rewritten []yamltree.Path, err error) {
	parts, rewritten, ok := l.edited(edits)
	switch {
	case !ok:
		return l.renderWhole(edits, results)
	case results == nil:
		return Text{front: parts, behind: l.src[l.end():]}, rewritten, nil
	case l.endsInBlock(parts):
		if l.endsInComment() {
			parts = append(parts, []byte("\n"))
		}
		return Text{append(parts, []byte("results:\n")), results, l.src[l.end():]}, rewritten, nil
	}
	text := append(bytes.Join(parts, nil), l.src[l.end():]...)
	doc, err := yamltree.Read(text)
	if err != nil {
		return Text{}, nil, err
	}
	added, err := resultEdits(doc.Root, results)
	if err != nil {
		return Text{}, nil, err
	}
	text, more, err := yamledit.Bytes(text, doc.Root, added)
	return Text{front: [][]byte{text}}, append(rewritten, more...), err
}

// renderWhole is [List.Render] for a list whose items cannot be edited one by one.
func (l *List) renderWhole(edits []ItemEdits, results iter.Seq[[]byte]) (out Text, rewritten []yamltree.Path, err error) {
	doc := l.doc
	if doc == nil {
		if doc, err = yamltree.ReadOne(l.src); err != nil {
			return Text{}, nil, err
		}
	}
	added, err := resultEdits(doc.Root, results)
	if err != nil {
		return Text{}, nil, err
	}
	text, rewritten, err := yamledit.Bytes(l.src, doc.Root, append(inList(edits), added...))
	return Text{front: [][]byte{text}}, rewritten, err
}

// inList are edits of items as edits of the list.
func inList(edits []ItemEdits) []yamltree.Edit {
	var out []yamltree.Edit
	for _, x := range edits {
		at := yamltree.Fields("items").Index(x.Index)
		for _, e := range x.Edits {
			out = append(out, e.In(at))
		}
	}
	return out
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

// edited is the text of the list up to its end, its items edited side by side, each in the text of its own. ok is false where that cannot be done: the list
// is not cut, an item comes or goes, or an edit fails.
func (l *List) edited(edits []ItemEdits) (parts [][]byte, rewritten []yamltree.Path, ok bool) {
	if len(edits) == 0 {
		return [][]byte{l.src[:l.end()]}, nil, true
	}
	pieces := l.pieces(edits)
	if pieces == nil {
		return nil, nil, false
	}
	parallel.Do(len(pieces), func(i int) { pieces[i].edit(l.src) })
	parts = make([][]byte, 0, 2*len(pieces)+3)
	at := 0
	for _, p := range pieces {
		if p.err != nil {
			return nil, nil, false
		}
		parts = append(parts, l.src[at:p.from], p.out)
		for _, r := range p.rewritten {
			rewritten = append(rewritten, yamltree.Fields("items").Index(p.item.Index).Then(r...))
		}
		at = p.to
	}
	return append(parts, l.src[at:l.end()]), rewritten, true
}

// piece is the text of one item, and what is to change in it.
type piece struct {
	item      *Item
	from, to  int
	edits     []yamltree.Edit
	out       []byte
	rewritten []yamltree.Path
	err       error
}

func (p *piece) edit(src []byte) {
	text := src[p.from:p.to:p.to]
	p.item.Look(func(root *yamltree.Node) {
		p.out, p.rewritten, p.err = yamledit.Element(text, yamltree.Span{End: len(text)}, root, p.edits)
	})
	p.edits = nil
}

// pieces are the items with edits, in the order of the list; nil where one comes or goes, or the list is not cut.
func (l *List) pieces(edits []ItemEdits) []*piece {
	if l.cut == nil {
		return nil
	}
	byItem := make([]*piece, len(l.Items))
	for _, x := range edits {
		n := x.Index
		if n >= len(byItem) || slices.ContainsFunc(x.Edits, func(e yamltree.Edit) bool { return len(e.Path) == 0 }) {
			return nil
		}
		if byItem[n] == nil {
			byItem[n] = &piece{item: l.Items[n], from: l.cut.items[n].Start, to: l.cut.items[n].End}
		}
		byItem[n].edits = append(byItem[n].edits, x.Edits...)
	}
	return slices.DeleteFunc(byItem, func(p *piece) bool { return p == nil })
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
