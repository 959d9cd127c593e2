package resource

import (
	"bytes"

	"github.com/giantswarm/apply-release/pkg/parallel"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Render writes the list with its items edited and the results appended to those that it came
// with. Everything else stays byte for byte. Paths of the edits start at the root of the list.
//
// rewritten lists the places that had to be printed anew, see [yamledit.Bytes].
func (l *List) Render(edits []yamltree.Edit, results []*yaml.Node) (out []byte, rewritten []yamltree.Path, err error) {
	out, rewritten, ok := l.renderItems(edits)
	if !ok {
		all := append(edits[:len(edits):len(edits)], l.resultEdits(results)...)
		return yamledit.Bytes(l.src, l.doc, all)
	}
	if appended, ok := l.appendResults(out, results); ok {
		return appended, rewritten, nil
	}
	doc, err := yamltree.Read(out)
	if err != nil {
		return nil, nil, err
	}
	out, more, err := yamledit.Bytes(out, doc, l.resultEdits(results))
	return out, append(rewritten, more...), err
}

// resultEdits add the results to the list, behind those that are there.
func (l *List) resultEdits(results []*yaml.Node) []yamltree.Edit {
	at := yamltree.Fields("results")
	existing := yamltree.Get(l.doc.Content[0], "results")
	if len(results) == 0 {
		return nil
	}
	if existing == nil || existing.Kind != yaml.SequenceNode {
		return []yamltree.Edit{{Path: at, Value: &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: results}}}
	}
	var edits []yamltree.Edit
	for i, r := range results {
		edits = append(edits, yamltree.Edit{Path: at.Index(len(existing.Content) + i), Value: r})
	}
	return edits
}

// appendResults writes the results at the end of a list in block style that has none: what is
// there need not be read again for that.
func (l *List) appendResults(out []byte, results []*yaml.Node) ([]byte, bool) {
	root := l.doc.Content[0]
	last := bytes.LastIndexByte(bytes.TrimRight(out, "\n"), '\n') + 1
	if root.Style&yaml.FlowStyle != 0 || root.Content[0].Column != 1 || yamltree.Get(root, "results") != nil ||
		bytes.HasPrefix(out[last:], []byte("...")) || bytes.Contains(out, []byte("\r")) || !bytes.HasSuffix(out, []byte("\n")) {
		return nil, false
	}
	if len(results) == 0 {
		return out, true
	}
	texts := make([][]byte, (len(results)+resultsPerChunk-1)/resultsPerChunk)
	parallel.Do(len(texts), func(i int) {
		chunk := results[i*resultsPerChunk : min((i+1)*resultsPerChunk, len(results))]
		texts[i] = yamledit.Print(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: chunk})
	})
	out = append(out, "results:\n"...)
	for _, t := range texts {
		out = append(out, t...)
	}
	return out, true
}

// resultsPerChunk is how many results are printed in one go, beside other chunks: printing is what takes the
// time of a large upgrade.
const resultsPerChunk = 500

// piece is the text of one item of a block list, from its dash to the next one's, and what is to change in it.
type piece struct {
	item      int
	from, to  int
	edits     []yamltree.Edit
	out       []byte
	rewritten []yamltree.Path
	err       error
}

// renderItems edits the items one by one, each in the text of its own: no other item is looked at, and
// they can be edited side by side. ok is false where an item cannot be cut out: in flow style, where an item
// aliases another, where one is removed.
func (l *List) renderItems(edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, ok bool) {
	pieces, ok := l.pieces(edits)
	if !ok {
		return nil, nil, false
	}
	parallel.Do(len(pieces), func(i int) { pieces[i].edit(l.src) })
	at := 0
	for _, p := range pieces {
		if p.err != nil {
			return nil, nil, false
		}
		out = append(append(out, l.src[at:p.from]...), p.out...)
		for _, r := range p.rewritten { // [0] is the item in its piece
			rewritten = append(rewritten, yamltree.Fields("items").Index(p.item).Then(r[min(1, len(r)):]...))
		}
		at = p.to
	}
	return append(out, l.src[at:]...), rewritten, true
}

func (p *piece) edit(src []byte) {
	text := src[p.from:p.to]
	var doc *yaml.Node
	if doc, p.err = yamltree.Read(text); p.err == nil {
		p.out, p.rewritten, p.err = yamledit.Bytes(text, doc, p.edits)
	}
}

// aliasesCross tells whether an alias outside of an item refers into it: then the item cannot be edited by itself.
func aliasesCross(root, items *yaml.Node) bool {
	if !yamltree.HasAliases(root) {
		return false
	}
	owner := map[*yaml.Node]int{} // of anchors, the number of their item
	visit := func(n *yaml.Node, item int) bool {
		if n.Anchor != "" {
			owner[n] = item
		}
		return n.Kind == yaml.AliasNode && owner[n.Alias] != item
	}
	return crosses(root, items, 0, visit)
}

// crosses visits the nodes of a document in its order, each with the number of its item, 0 for none, until visit says true.
func crosses(n, items *yaml.Node, item int, visit func(*yaml.Node, int) bool) bool {
	if visit(n, item) {
		return true
	}
	for i, child := range n.Content {
		of := item
		if n == items {
			of = i + 1
		}
		if crosses(child, items, of, visit) {
			return true
		}
	}
	return false
}

// pieces cuts the items with edits out of the source, in its order.
func (l *List) pieces(edits []yamltree.Edit) ([]*piece, bool) {
	if len(edits) == 0 {
		return nil, true
	}
	root := yamltree.Document(l.doc)
	items := yamltree.Get(root, "items")
	if items == nil || items.Style&yaml.FlowStyle != 0 || root.Style&yaml.FlowStyle != 0 || bytes.ContainsRune(l.src, '\r') {
		return nil, false
	}
	starts := l.dashes(items)
	if starts == nil || aliasesCross(root, items) {
		return nil, false
	}
	byItem := make([]*piece, len(items.Content))
	for _, e := range edits {
		n := e.Path[1].Index
		if len(e.Path) == 2 || n >= len(byItem) {
			return nil, false
		}
		if byItem[n] == nil {
			byItem[n] = &piece{item: n, from: starts[n], to: starts[n+1]}
		}
		e.Path = append(yamltree.Path{}.Index(0), e.Path[2:]...)
		byItem[n].edits = append(byItem[n].edits, e)
	}
	var out []*piece
	for _, p := range byItem {
		if p != nil {
			out = append(out, p)
		}
	}
	return out, true
}

// dashes are the offsets of the lines that start an item of the list, and of the line behind the last item.
// nil says that they are not where a simple look finds them.
func (l *List) dashes(items *yaml.Node) []int {
	lines := []int{0}
	for i, c := range l.src {
		if c == '\n' {
			lines = append(lines, i+1)
		}
	}
	indent := items.Column - 1
	isDash := func(line int) bool {
		at := lines[line-1] + indent
		return at < len(l.src) && l.src[at] == '-' && len(bytes.TrimLeft(l.src[lines[line-1]:at], " ")) == 0
	}
	var out []int
	for _, n := range items.Content {
		line := n.Line // comments may stand between the dash and the item's first key
		for line > items.Line && !isDash(line) {
			line--
		}
		if line > len(lines) || !isDash(line) {
			return nil
		}
		out = append(out, lines[line-1])
	}
	return append(out, l.end(items, lines))
}

// end is the offset of the line on which the key behind the items stands, or the end of the source.
func (l *List) end(items *yaml.Node, lines []int) int {
	root := yamltree.Document(l.doc)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if line := root.Content[i].Line; line > items.Line && line <= len(lines) {
			return lines[line-1]
		}
	}
	return len(l.src)
}
