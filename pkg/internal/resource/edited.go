package resource

import (
	"bytes"
	"iter"
	"slices"

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

// editedItem is an item as it is edited: by other texts in parts of its own.
type editedItem struct {
	parts []editedPart
	odd   *oddItem // nil for nearly all
}

// oddItem is what became of an item whose edits could not all be made in place.
type oddItem struct {
	rewritten []yamltree.Path
	left      []yamltree.Edit // which must be made as edits of the list
}

// editedPart is a part of an item, and the text in its place. There are many of them.
type editedPart struct {
	start, end uint32
	text       string // mostly that of many
}

// Edited is the list, of which no item is edited yet.
func (l *List) Edited() *Edited { return &Edited{l, make([]editedItem, l.Len())} }

// Edit edits an item of the list; paths start at the item. Different items may be edited side by side, each once.
func (e *Edited) Edit(i *Item, edits []yamltree.Edit) {
	at := &e.items[i.Index]
	if e.list.cut == nil {
		at.odd = &oddItem{left: edits}
		return
	}
	text := e.list.cut.texts[i.Index].Text()
	i.Look(func(root *yamltree.Node) {
		out, rewritten, err := yamledit.Element(text, yamltree.Span{End: len(text)}, root, edits)
		if err != nil {
			at.odd = &oddItem{left: edits}
			return
		}
		if at.parts = differing(text, out); rewritten != nil {
			at.odd = &oddItem{rewritten: rewritten}
		}
	})
}

// differing are the parts of a text that differ in another one: the lines, where both have as many, else all between the first and the last.
func differing(text, other []byte) []editedPart {
	var few [8]editedPart
	out, at := few[:0], 0
	add := func(old, next []byte) {
		if len(old) == 0 && len(next) == 0 {
			return
		}
		out = append(out, editedPart{uint32(at), uint32(at + len(old)), once(next)})
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
		return slices.Clone(out)
	}
	front, behind := shared(text, other)
	at = front
	add(text[front:len(text)-behind], other[front:len(other)-behind])
	return slices.Clone(out)
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
		if x.odd == nil {
			continue
		}
		if x.odd.left != nil {
			more = append(more, ItemEdits{n, x.odd.left})
		}
		for _, r := range x.odd.rewritten {
			rewritten = append(rewritten, yamltree.Fields("items").Index(n).Then(r...))
		}
	}
	if with := e.with(more); with != nil {
		e, more = with, nil
	}
	switch {
	case len(more) > 0:
	case results == nil:
		return Text{front: e.parts, behind: l.behindEnd()}, rewritten, nil
	case e.endsInBlock():
		key := "results:\n"
		if l.endsInComment() {
			key = "\n" + key
		}
		return Text{e.parts, key, results, l.behindEnd()}, rewritten, nil
	}
	text, doc := l.src, l.doc
	if doc == nil {
		text = append(joined(e.parts), l.behindEnd()...)
		if doc, err = yamltree.ReadOne(text); err != nil {
			return Text{}, nil, err
		}
	}
	added, err := resultEdits(doc.Root, results)
	if err != nil {
		return Text{}, nil, err
	}
	text, anew, err := yamledit.Bytes(text, doc.Root, append(inList(more), added...))
	return textOf(text), append(rewritten, anew...), err
}

// parts are the text of the list up to its end, with the items that are edited by themselves: each is valid until the next one is asked for.
func (e *Edited) parts(yield func([]byte) bool) {
	l := e.list
	if l.cut == nil {
		yield(l.src[:l.end()])
		return
	}
	if !yield(l.cut.front) {
		return
	}
	var room []byte
	for n := range e.items {
		text := l.cut.texts[n].in(room)
		if l.cut.texts[n].packer != nil {
			room = text
		}
		for part := range e.items[n].in(text) {
			if !yield(part) {
				return
			}
		}
	}
	yield(l.cut.behind[:l.end()-l.cut.end])
}

// with is the list with more edits, which are made in a list of the items alone that they are about, of those beside them, and of those that tell the style of what is new: so the others need not be
// read, of which there are many more. nil says that it cannot be done so.
func (e *Edited) with(more []ItemEdits) *Edited {
	c := e.list.cut
	if c == nil || len(more) == 0 || e.list.endsInComment() {
		return nil
	}
	few, removed := e.concerned(more)
	own := slices.Clone(more)
	for n, x := range own {
		own[n].Index, _ = slices.BinarySearch(few, x.Index)
		if behind := x.Index - len(e.items); behind >= 0 {
			own[n].Index = len(few) + behind
		}
	}
	text := bytes.Clone(c.front)
	for _, n := range few {
		text = append(text, joined(e.items[n].in(c.texts[n].Text()))...)
	}
	text = append(text, c.behind...)
	doc, err := yamltree.ReadOne(text)
	if err != nil {
		return nil
	}
	all, anew, err := yamledit.Bytes(text, doc.Root, inList(own))
	if err != nil || len(anew) > 0 || !bytes.HasPrefix(all, c.front) || !bytes.HasSuffix(all, c.behind) {
		return nil
	}
	_, spans := spansOfItems(all)
	kept := len(few) - len(removed)
	if kept == 0 || len(spans) < kept || spans[0].Start != len(c.front) || spans[len(spans)-1].End != len(all)-len(c.behind) {
		return nil
	}
	spans[kept-1].End = spans[len(spans)-1].End // what is added stands behind the last one
	out := &Edited{e.list, slices.Clone(e.items)}
	for _, n := range few {
		part := editedPart{end: uint32(len(c.texts[n].Text()))}
		if !removed[n] {
			part.text, spans = string(all[spans[0].Start:spans[0].End]), spans[1:]
		}
		out.items[n] = editedItem{parts: []editedPart{part}}
	}
	return out
}

// concerned are the items that edits are about, those beside them, those that tell the style, and the last one, in their order; and those that are removed.
func (e *Edited) concerned(more []ItemEdits) (few []int, removed map[int]bool) {
	removed = map[int]bool{}
	is := map[int]bool{}
	add := func(n int) {
		if n >= 0 && n < len(e.items) && !is[n] {
			is[n] = true
			few = append(few, n)
		}
	}
	for _, n := range e.ofStyle() {
		add(n)
	}
	add(len(e.items) - 1)
	for _, x := range more {
		for n := x.Index - 1; n <= x.Index+1; n++ {
			add(n)
		}
		for _, edit := range x.Edits {
			if len(edit.Path) == 0 && edit.Value == nil {
				removed[x.Index] = true
			}
		}
	}
	for at := 0; at < len(few); at++ { // a comment above an item speaks of the one in front, where it is indented as that one: it must stay behind it
		if text := e.list.cut.texts[few[at]].Text(); !bytes.HasPrefix(bytes.TrimLeft(text, " "), []byte("-")) {
			add(few[at] - 1)
		}
	}
	slices.Sort(few)
	return few, removed
}

// ofStyle are the first item in block style, and the first one that tells how maps in maps are indented.
func (e *Edited) ofStyle() (out []int) {
	block := false
	for n, i := range e.list.Items {
		nested := false
		i.Look(func(root *yamltree.Node) {
			if root.IsFlow() {
				return
			}
			if nested = hasNested(root); nested || !block {
				out, block = append(out, n), true
			}
		})
		if nested {
			break
		}
	}
	return out
}

// hasNested reports whether a map in block style is right in another one.
func hasNested(n *yamltree.Node) bool {
	for child := range n.Children() {
		if child.Style == yamltree.Block && (n.Kind == yamltree.Map && child.Kind == yamltree.Map || hasNested(child)) {
			return true
		}
	}
	return false
}

// in is a text with the parts of the item in it.
func (x *editedItem) in(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		at := uint32(0)
		for _, part := range x.parts {
			if !yield(text[at:part.start]) || !yield([]byte(part.text)) {
				return
			}
			at = part.end
		}
		yield(text[at:])
	}
}

// endsInBlock reports whether a key can be written behind the list as it is: it is in block style, and has no results. What is there need not be read again for that.
func (e *Edited) endsInBlock() bool {
	l, root := e.list, e.list.root()
	front, end := l.src, l.src[:min(l.end(), len(l.src))]
	if c := l.cut; c != nil {
		if front, end = c.front, c.behind[:l.end()-c.end]; len(end) == 0 { // an item is last
			text, _ := c.last()
			end = joined(e.items[len(e.items)-1].in(text))
		}
	}
	first := root.First().KeySpan().Start
	_, marked := bytes.CutPrefix(front[:first], []byte("\xef\xbb\xbf"))
	return !root.IsFlow() && (first == 0 || front[first-1] == '\n' || marked && first == 3) && yamltree.Get(root, "results") == nil &&
		bytes.IndexByte(l.src, '\r') < 0 && (bytes.HasSuffix(end, []byte("\n")) || l.endsInComment())
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
