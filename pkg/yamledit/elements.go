package yamledit

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// maxCommon bounds the lists whose elements are compared one with another.
const maxCommon = 1_000_000

// replaceElements puts the elements of a block list in the place of those of another one and leaves the lines of the elements that
// both have, with their comments; of elements that are much alike, only what differs changes. done is false where no two are.
func (e *editor) replaceElements(old, v *yaml.Node) (done bool, err error) {
	if len(old.Content)*len(v.Content) > maxCommon {
		return false, nil
	}
	kept := alike(old.Content, v.Content, e.whole)
	if len(kept) == 0 {
		return false, nil
	}
	if err := e.within(old); err != nil {
		return false, err
	}
	column := e.columnOf(old)
	for _, el := range old.Content {
		if dash, ok := e.dash(el); !ok || !blank(e.before(dash)) {
			return false, nil
		}
	}
	oldAt, newAt := 0, 0
	for _, p := range append(kept, pair{old: len(old.Content), new: len(v.Content)}) {
		for _, el := range old.Content[oldAt:p.old] {
			end, err := e.end(el)
			if err != nil {
				return false, err
			}
			dash, _ := e.dash(el)
			e.replaceLines(e.headComment(e.lineStart(dash), column), e.nextLine(end), nil, column)
		}
		if added := v.Content[newAt:p.new]; len(added) > 0 {
			if err := e.insertElements(old, oldAt, added, column); err != nil {
				return false, err
			}
		}
		if len(p.edits) > 0 {
			el := old.Content[p.old]
			c, err := order(el, p.edits)
			if err != nil {
				return false, err
			}
			dash, _ := e.dash(el)
			if err := e.node(el, c, slot{slotDash, dash + 1, column}); err != nil {
				return false, err
			}
		}
		oldAt, newAt = p.old+1, p.new+1
	}
	return true, nil
}

// pair is an element of a list, the one of the new list that takes its place, and the edits that make one of the other.
type pair struct {
	old, new int
	edits    []yamltree.Edit
}

// alike pairs the elements of two lists that are equal and, in between, where not only those count, maps that are similar.
func alike(a, b []*yaml.Node, equal bool) []pair {
	var out []pair
	i, j := 0, 0
	for _, c := range append(common(a, b), [2]int{len(a), len(b)}) {
		for ; i < c[0] && !equal; i++ {
			for k := j; k < c[1]; k++ {
				if edits, ok := similar(a[i], b[k]); ok {
					out, j = append(out, pair{i, k, edits}), k+1
					break
				}
			}
		}
		if c[0] < len(a) {
			out = append(out, pair{old: c[0], new: c[1]})
		}
		i, j = c[0]+1, c[1]+1
	}
	return out
}

// similar tells whether a map can be made of another one, with which it shares the first key and its value: that is
// where people write what something is.
func similar(a, b *yaml.Node) (edits []yamltree.Edit, ok bool) {
	if a.Kind != yaml.MappingNode || b.Kind != yaml.MappingNode || len(a.Content) == 0 || a.Content[1].Kind != yaml.ScalarNode {
		return nil, false
	}
	if first := yamltree.Get(b, a.Content[0].Value); first == nil || !yamltree.Equal(a.Content[1], first) {
		return nil, false
	}
	return differences(nil, a, b)
}

// insertElements writes elements behind the element in front of an index; at the start, in front of the first one.
func (e *editor) insertElements(old *yaml.Node, at int, added []*yaml.Node, column int) error {
	seq := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, el := range added {
		seq.Content = append(seq.Content, asSibling(old, el))
	}
	lines, err := e.blockLines(seq, column)
	if err != nil {
		return err
	}
	dash, _ := e.dash(old.Content[0])
	offset := e.headComment(e.lineStart(dash), column)
	if offset == e.starts[0] { // what is on top of a document speaks of all of it
		offset = e.lineStart(dash)
	}
	if at > 0 {
		end, err := e.end(old.Content[at-1])
		if err != nil {
			return err
		}
		offset = e.nextLine(end)
	}
	e.replaceLines(offset, offset, lines, column)
	e.shield(offset, seq, column)
	return nil
}

// common is a longest common subsequence of two lists, as pairs of indexes.
func common(a, b []*yaml.Node) [][2]int {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	logical := make([]*yaml.Node, len(a))
	for i, el := range a {
		logical[i], _ = yamltree.Logical(el) // one that has none is like no other
	}
	equal := func(i, j int) bool { return logical[i] != nil && yamltree.Equal(logical[i], b[j]) }
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if equal(i, j) {
				length[i][j] = length[i+1][j+1] + 1
			} else {
				length[i][j] = max(length[i+1][j], length[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case equal(i, j) && length[i][j] == length[i+1][j+1]+1:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case length[i+1][j] >= length[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
