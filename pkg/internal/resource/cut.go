package resource

import (
	"bytes"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/packed"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// cut is a list in block style taken apart: each item stands in lines of its own, and reads by itself. So items are read, edited and let go of one by one, side by side.
type cut struct {
	// texts are the items: their lines, and the comments above their dash. One stands behind the other.
	texts []itemText
	// front and behind are what stands around the items, from 0 to begin, and from end.
	front, behind []byte
	begin, end    int
	// frame is what is around the items, with blank lines in their place, so that lines keep their numbers.
	frame *yamltree.Doc
	text  []byte // of the frame
	shift int    // of what stands behind the items: by how much its offsets in the frame are smaller than in the source
}

// itemText is the text of an item, by itself.
type itemText struct {
	text   []byte
	packer *packed.Packer // that packed it; nil where it is as it came
}

// Text implements [Held].
func (t *itemText) Text() []byte { return t.in(nil) }

// in is the text, in the memory of dst where it must be made.
func (t *itemText) in(dst []byte) []byte {
	if t.packer == nil {
		return t.text
	}
	return t.packer.Unpack(dst, t.text)
}

// last is the text of the last item, and where it starts.
func (c *cut) last() (text []byte, start int) {
	text = c.texts[len(c.texts)-1].Text()
	return text, c.end - len(text)
}

// cutList takes a list apart, and reads its items. ok is false where that cannot be done: the list is in flow style, or empty, something is no YAML, or no resource, or
// items share anchors. Then all of it must be read in one go, which also says what is wrong.
func cutList(src []byte) (c *cut, items []*Item, ok bool) {
	colon, spans := spansOfItems(src)
	if len(spans) == 0 || hasDirectives(src[:spans[0].Start]) {
		return nil, nil, false
	}
	begin, end := spans[0].Start, spans[len(spans)-1].End
	c = &cut{texts: make([]itemText, len(spans)), front: src[:begin], behind: src[end:], begin: begin, end: end}
	lines := bytes.Count(src[begin:end], []byte("\n"))
	frame := slices.Concat(c.front, bytes.Repeat([]byte("\n"), lines), c.behind)
	c.text, c.shift = frame, len(src)-len(frame)
	var err error
	if c.frame, err = yamltree.ReadOne(frame); err != nil {
		return nil, nil, false
	}
	root := c.frame.Root
	hole := yamltree.Get(root, "items")
	if hole == nil || !yamltree.IsNull(hole) || hole.Mark() != colon || root.Style != yamltree.Block || yamltree.Count(root, "items") > 1 {
		return nil, nil, false
	}
	var packer *packed.Packer
	if len(src) > keptTrees {
		packer = packed.New(src[begin:])
		c.front, c.behind = bytes.Clone(c.front), bytes.Clone(c.behind)
	}
	items = make([]*Item, len(spans))
	parallel.Do(len(spans), func(n int) {
		items[n] = c.read(n, src[spans[n].Start:spans[n].End:spans[n].End], packer)
	})
	for _, i := range items {
		if i == nil {
			return nil, nil, false
		}
	}
	return c, items, true
}

// keptTrees is how many bytes a list has at most whose trees are kept. Those of a larger one are made again when they are asked for, since it is mostly of clusters that are planned one by one: that
// is a seventh of the time for a list of which nothing changes, and saves a fifth of the memory. Its items are held packed: by what they have in common they take a tenth of the memory.
const keptTrees = 1 << 20

// read reads the n-th item, which is packed where there is a packer; nil where it is no resource.
func (c *cut) read(n int, text []byte, packer *packed.Packer) (i *Item) {
	s := source{held: &c.texts[n], element: true}
	if packer == nil {
		c.texts[n].text = text
		if doc, err := yamltree.ReadOne(text); err == nil {
			i = itemOf(doc, n, s)
		}
		return i
	}
	c.texts[n] = itemText{packer.Pack(text), packer}
	yamltree.Peek(text, func(docs []*yamltree.Doc, err error) {
		if err != nil || len(docs) != 1 {
			return
		}
		if i = itemOf(docs[0], n, s); i != nil {
			i.LetGo()
			i.Detach()
		}
	})
	return i
}

// itemOf is the n-th item, in a document that holds a list with it alone; nil where it is no resource.
func itemOf(doc *yamltree.Doc, n int, s source) *Item {
	root := doc.Root
	if root.Kind != yamltree.List || root.Len() != 1 || root.First().Kind != yamltree.Map {
		return nil
	}
	i := newItem(root.First(), s)
	i.Index = n
	return i
}

// hasDirectives reports whether a document may begin with directives, which say what tags mean.
func hasDirectives(head []byte) bool {
	return bytes.HasPrefix(head, []byte("%")) || bytes.Contains(head, []byte("\n%"))
}

// itemsKey is the line behind which the items stand.
var itemsKey = []byte("items:\n")

// spansOfItems are the lines of each item of a list, by what they start with, and the offset of the colon in front of them; none where that does not tell. Nothing of an
// item can start a line in the column of its dash, other than in quotes or brackets; these would be open at the end of such a part, which reads as no YAML then. Comments to the
// left of what is in an item are those of the next one, as for who reads the list in one go.
func spansOfItems(src []byte) (colon int, out []yamltree.Span) {
	at := bytes.Index(src, itemsKey)
	for at > 0 && src[at-1] != '\n' {
		next := bytes.Index(src[at+1:], itemsKey)
		if next < 0 {
			return 0, nil
		}
		at += 1 + next
	}
	if at < 0 || bytes.IndexByte(src, '\r') >= 0 {
		return 0, nil
	}
	at += len(itemsKey)
	colon = at - len(":\n")
	column, inner := -1, 0 // of the dashes, as the first one has it, and of what is in the element
	above := -1            // where the comments start that stand above what comes next
	for at < len(src) {
		next := len(src)
		if end := bytes.IndexByte(src[at:], '\n'); end >= 0 {
			next = at + end + 1
		}
		text := bytes.TrimLeft(src[at:next], " ")
		indent := next - at - len(text)
		switch {
		case len(bytes.TrimSpace(text)) == 0:
		case text[0] == '\t' && indent <= column:
			return 0, nil
		case text[0] == '#':
			if above < 0 && (column < 0 || indent < inner) {
				above = at
			}
		case column >= 0 && indent > column:
			if inner == column+1 { // the dash stands alone
				inner = indent
			}
			above = -1
		case (column < 0 || indent == column) && (bytes.HasPrefix(text, []byte("- ")) || bytes.HasPrefix(text, []byte("-\n"))):
			start := at
			if above >= 0 {
				start = above
			}
			if column, above = indent, -1; len(out) > 0 {
				out[len(out)-1].End = start
			}
			out = append(out, yamltree.Span{Start: start, End: len(src)})
			inner = column + 1
			if rest := bytes.TrimLeft(text[1:], " "); len(bytes.TrimSpace(rest)) > 0 {
				inner = column + len(text) - len(rest)
			}
		case len(out) == 0:
			return 0, nil
		default: // what is behind the items
			out[len(out)-1].End = at
			return colon, out
		}
		at = next
	}
	return colon, out
}
