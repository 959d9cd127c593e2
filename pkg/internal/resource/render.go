package resource

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"regexp"
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
	pieces, ok := l.pieces(edits)
	if ok {
		parallel.Do(len(pieces), func(i int) { pieces[i].edit(l.src) })
	}
	for _, p := range pieces {
		ok = ok && p.err == nil
	}
	if !ok {
		added, err := l.resultEdits(results)
		if err != nil {
			return Text{}, nil, err
		}
		text, rewritten, err := yamledit.Bytes(l.src, l.doc.Root, append(inList(edits), added...))
		return Text{front: [][]byte{text}}, rewritten, err
	}
	parts, rewritten := l.join(pieces)
	if results == nil {
		return Text{front: parts}, rewritten, nil
	}
	tail := parts[len(parts)-1]
	cut := l.end() - (len(l.src) - len(tail))
	front := append(parts[:len(parts)-1:len(parts)-1], tail[:cut])
	if l.endsInBlock(front) {
		if l.endsInComment() {
			front = append(front, []byte("\n"))
		}
		return Text{append(front, []byte("results:\n")), results, tail[cut:]}, rewritten, nil
	}
	items := bytes.Join(parts, nil)
	doc, err := yamltree.Read(items)
	if err != nil {
		return Text{}, nil, err
	}
	added, err := l.resultEdits(results)
	if err != nil {
		return Text{}, nil, err
	}
	text, more, err := yamledit.Bytes(items, doc.Root, added)
	return Text{front: [][]byte{text}}, append(rewritten, more...), err
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

// resultEdits add the results to the list, behind those that are there.
func (l *List) resultEdits(results iter.Seq[[]byte]) ([]yamltree.Edit, error) {
	if results == nil {
		return nil, nil
	}
	doc, err := yamltree.Read(joined(results))
	if err != nil {
		return nil, err
	}
	at := yamltree.Fields("results")
	existing := yamltree.Get(l.doc.Root, "results")
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
var endMarker = regexp.MustCompile(`(?m)^\.\.\.([ \t]|$)`)

// end is where the list ends: in front of the line that ends the document, or at the end of the source.
func (l *List) end() int {
	behind := l.doc.Root.Span().End
	if marker := endMarker.FindIndex(l.src[behind:]); marker != nil {
		return behind + marker[0]
	}
	return len(l.src)
}

// endsInBlock reports whether a key can be written behind a text of the list as it is: it is in block style, and has no results. What is
// there need not be read again for that.
func (l *List) endsInBlock(out [][]byte) bool {
	root := l.doc.Root
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
	return l.end() == len(l.src) && bytes.HasPrefix(bytes.TrimLeft(last, "\n "), []byte("#")) && l.doc.Root.Span().End < len(l.src)-len(last)+1
}

// piece is the text of one item of a block list, from its dash to the next one's, and what is to change in it.
type piece struct {
	item      int
	root      *yamltree.Node
	from, to  int
	edits     []yamltree.Edit
	out       []byte
	rewritten []yamltree.Path
	err       error
}

func (p *piece) edit(src []byte) {
	p.out, p.rewritten, p.err = yamledit.Element(src, yamltree.Span{Start: p.from, End: p.to}, p.root, p.edits)
}

// join is the source with the pieces in the place of what they were.
func (l *List) join(pieces []*piece) (out [][]byte, rewritten []yamltree.Path) {
	out = make([][]byte, 0, 2*len(pieces)+3)
	at := 0
	for _, p := range pieces {
		out = append(out, l.src[at:p.from], p.out)
		for _, r := range p.rewritten {
			rewritten = append(rewritten, yamltree.Fields("items").Index(p.item).Then(r...))
		}
		at = p.to
	}
	return append(out, l.src[at:]), rewritten
}

// aliasesCross reports whether an alias outside of an item refers into it: then the item cannot be edited by itself.
func aliasesCross(root, items *yamltree.Node) bool {
	if !yamltree.HasAliases(root) {
		return false
	}
	owner := map[*yamltree.Node]int{} // of anchors, the number of their item
	visit := func(n *yamltree.Node, item int) bool {
		if n.Anchor() != "" {
			owner[n] = item
		}
		return n.Kind == yamltree.Alias && owner[n.Target()] != item
	}
	return crosses(root, items, 0, visit)
}

// crosses visits the nodes of a document in its order, each with the number of its item, 0 for none, until visit says true.
func crosses(n, items *yamltree.Node, item int, visit func(*yamltree.Node, int) bool) bool {
	if visit(n, item) {
		return true
	}
	i := 0
	for c := range n.Children() {
		of := item
		if i++; n == items {
			of = i
		}
		if n.Kind == yamltree.Map && crosses(c.KeyNode(), items, of, visit) || crosses(c, items, of, visit) {
			return true
		}
	}
	return false
}

// pieces cuts the items with edits out of the source, in its order: each can be edited in the text of its own, side by side with others. ok is false where an
// item cannot be cut out: in flow style, where an item aliases another, where one is removed.
func (l *List) pieces(edits []ItemEdits) (out []*piece, ok bool) {
	if len(edits) == 0 {
		return nil, true
	}
	root, items := l.doc.Root, l.items()
	if items == nil || items.Style != yamltree.Block || root.Style != yamltree.Block || bytes.IndexByte(l.src, '\r') >= 0 || aliasesCross(root, items) {
		return nil, false
	}
	starts := l.starts(items)
	if starts == nil {
		return nil, false
	}
	elements := items.Elements()
	byItem := make([]*piece, len(elements))
	for _, x := range edits {
		n := x.Index
		if n >= len(byItem) || slices.ContainsFunc(x.Edits, func(e yamltree.Edit) bool { return len(e.Path) == 0 }) {
			return nil, false
		}
		if byItem[n] == nil {
			byItem[n] = &piece{item: n, root: elements[n], from: starts[n], to: starts[n+1]}
		}
		byItem[n].edits = append(byItem[n].edits, x.Edits...)
	}
	for _, p := range byItem {
		if p != nil {
			out = append(out, p)
		}
	}
	return out, true
}

// starts are the offsets of the lines on which the items start, and of the line on which the key behind them stands, or the end of the list. nil says that something
// else stands on one of these lines.
func (l *List) starts(items *yamltree.Node) []int {
	var out []int
	for el := range items.Children() {
		line := bytes.LastIndexByte(l.src[:el.Mark()], '\n') + 1
		if len(bytes.TrimLeft(l.src[line:el.Mark()], " ")) > 0 {
			return nil
		}
		out = append(out, line)
	}
	if items.Next() == nil {
		return append(out, l.end())
	}
	return append(out, bytes.LastIndexByte(l.src[:items.Next().KeySpan().Start], '\n')+1)
}
