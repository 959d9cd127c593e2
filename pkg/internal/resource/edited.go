package resource

import (
	"bytes"
	"iter"

	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// ItemEdits are the edits of one item of a list; their paths start at the item. One of the item itself replaces it, or removes it where it has no value; behind the
// last item it adds one.
type ItemEdits struct {
	Index int // of the item, 0-based
	Edits []yamltree.Edit
}

// Edited is a list some of whose items are edited, one by one. Nothing of the list changes.
type Edited struct {
	list  *List
	items []editedItem // by their index
}

// editedItem is an item as it is edited: by another text in a part of its own, or, where that could not be done, by edits of the list.
type editedItem struct {
	parts     []editedPart
	rewritten []yamltree.Path
	left      []yamltree.Edit
}

// editedPart is a part of the list, and the text in its place.
type editedPart struct {
	yamltree.Span
	text []byte
}

// Edited is the list, of which no item is edited yet.
func (l *List) Edited() *Edited { return &Edited{l, make([]editedItem, l.Len())} }

// Edit edits an item of the list; paths start at the item. Different items may be edited side by side, each once.
func (e *Edited) Edit(i *Item, edits []yamltree.Edit) {
	at := &e.items[i.Index]
	if e.list.cut == nil {
		at.left = edits
		return
	}
	span := e.list.cut.items[i.Index]
	text := e.list.src[span.Start:span.End:span.End]
	i.Look(func(root *yamltree.Node) {
		out, rewritten, err := yamledit.Element(text, yamltree.Span{End: len(text)}, root, edits)
		if err != nil {
			at.left = edits
			return
		}
		at.parts, at.rewritten = differing(text, out, span.Start), rewritten
	})
}

// differing are the parts of a text, which starts at an offset of the list, that differ in another one: the lines, where both have as many, else all between the first and the last.
func differing(text, other []byte, offset int) []editedPart {
	var out []editedPart
	at := 0
	add := func(old, next []byte) {
		if len(old) == 0 && len(next) == 0 {
			return
		}
		out = append(out, editedPart{yamltree.Span{Start: offset + at, End: offset + at + len(old)}, bytes.Clone(next)})
	}
	if lineBreak := []byte("\n"); bytes.Count(text, lineBreak) == bytes.Count(other, lineBreak) {
		for len(text)+len(other) > 0 {
			var line, with []byte
			line, text = cutLine(text)
			with, other = cutLine(other)
			if !bytes.Equal(line, with) {
				add(line, with)
			}
			at += len(line)
		}
		return out
	}
	front, behind := shared(text, other)
	at = front
	add(text[front:len(text)-behind], other[front:len(other)-behind])
	return out
}

// cutLine takes the first line off a text, its line break included.
func cutLine(text []byte) (line, rest []byte) {
	end := bytes.IndexByte(text, '\n') + 1
	if end == 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// shared is how many bytes two texts share at their start, and behind these at their end.
func shared(a, b []byte) (front, behind int) {
	most := min(len(a), len(b))
	for front < most && a[front] == b[front] {
		front++
	}
	for behind < most-front && a[len(a)-1-behind] == b[len(b)-1-behind] {
		behind++
	}
	return front, behind
}

// Render is the list with its items edited, more edits, such as of items that come or go, and the results appended to those that it came with. Everything else stays
// byte for byte. Results are YAML, a block list in parts, nil for none; they are made when the text is written.
//
// rewritten lists the places that had to be printed anew, see [yamledit.Bytes].
func (e *Edited) Render(more []ItemEdits, results iter.Seq[[]byte]) (out Text, rewritten []yamltree.Path, err error) {
	l := e.list
	for n, x := range e.items {
		if x.left != nil {
			more = append(more, ItemEdits{n, x.left})
		}
		for _, r := range x.rewritten {
			rewritten = append(rewritten, yamltree.Fields("items").Index(n).Then(r...))
		}
	}
	parts := e.parts()
	switch {
	case len(more) > 0:
	case results == nil:
		return Text{front: parts, behind: l.src[l.end():]}, rewritten, nil
	case l.endsInBlock(parts):
		if l.endsInComment() {
			parts = append(parts, []byte("\n"))
		}
		return Text{append(parts, []byte("results:\n")), results, l.src[l.end():]}, rewritten, nil
	}
	text, doc := l.src, l.doc
	if doc == nil {
		text = append(bytes.Join(parts, nil), l.src[l.end():]...)
		if doc, err = yamltree.ReadOne(text); err != nil {
			return Text{}, nil, err
		}
	}
	added, err := resultEdits(doc.Root, results)
	if err != nil {
		return Text{}, nil, err
	}
	text, anew, err := yamledit.Bytes(text, doc.Root, append(inList(more), added...))
	return Text{front: [][]byte{text}}, append(rewritten, anew...), err
}

// parts are the text of the list up to its end, with the items that are edited by themselves.
func (e *Edited) parts() [][]byte {
	var out [][]byte
	l, at := e.list, 0
	for _, x := range e.items {
		for _, part := range x.parts {
			out = append(out, l.src[at:part.Start], part.text)
			at = part.End
		}
	}
	return append(out, l.src[at:l.end()])
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
