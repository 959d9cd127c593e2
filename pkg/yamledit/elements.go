package yamledit

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// maxCommon bounds the lists whose elements are compared one with another.
const maxCommon = 1_000_000

// replaceElements puts the elements of a block list in the place of those of another one and leaves the lines of the elements that
// both have, with their comments; of elements that are much alike, only what differs changes. done is false where no two are.
func (e blockEditor) replaceElements(old, v *yamltree.Node) (done bool, err error) {
	elements, next := old.Elements(), v.Elements()
	if len(elements)*len(next) > maxCommon {
		return false, nil
	}
	kept := alike(elements, next, e.whole)
	if len(kept) == 0 {
		return false, nil
	}
	column := e.columnOf(old)
	for _, el := range elements {
		if !blank(e.before(el.Mark())) {
			return false, nil
		}
	}
	oldAt, newAt := 0, 0
	for _, p := range append(kept, pair{old: len(elements), new: len(next)}) {
		for _, el := range elements[oldAt:p.old] {
			e.replaceLines(e.headComment(e.lineStart(el.Mark()), column), e.nextLine(e.end(el)), nil, column)
		}
		if added := next[newAt:p.new]; len(added) > 0 {
			if err := e.insertElements(elements, old, oldAt, added, column); err != nil {
				return false, err
			}
		}
		if len(p.edits) > 0 {
			el := elements[p.old]
			c, err := order(el, p.edits)
			if err != nil {
				return false, err
			}
			if err := e.node(el, c, slot{slotDash, el.Mark() + 1, column}); err != nil {
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
func alike(a, b []*yamltree.Node, equal bool) []pair {
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

// similar reports whether a map can be made of another one, with which it shares the first key and its value: that is
// where people write what something is.
func similar(a, b *yamltree.Node) (edits []yamltree.Edit, ok bool) {
	if a.Kind != yamltree.Map || b.Kind != yamltree.Map || a.First() == nil || a.First().Kind != yamltree.Scalar {
		return nil, false
	}
	if first := yamltree.Get(b, a.First().Key); first == nil || !yamltree.Equal(a.First(), first) {
		return nil, false
	}
	return differences(nil, a, b)
}

// insertElements writes elements behind the element in front of an index; at the start, in front of the first one.
func (e blockEditor) insertElements(elements []*yamltree.Node, list *yamltree.Node, at int, added []*yamltree.Node, column int) error {
	seq := yamltree.NewList()
	for _, el := range added {
		seq.Append(asSibling(list, el))
	}
	lines, err := e.layout().blockLines(seq, column)
	if err != nil {
		return err
	}
	offset := e.headComment(e.lineStart(elements[0].Mark()), column)
	if offset == e.first { // what is on top of a document speaks of all of it
		offset = e.lineStart(elements[0].Mark())
	}
	if at > 0 {
		offset = e.nextLine(e.end(elements[at-1]))
	}
	if err := e.endText(list, offset); err != nil {
		return err
	}
	e.replaceLines(offset, offset, lines, column)
	e.shield(offset, seq, column)
	return nil
}

// common is a longest common subsequence of two lists, as pairs of indexes.
func common(a, b []*yamltree.Node) [][2]int {
	length := make([][]int, len(a)+1)
	for i := range length {
		length[i] = make([]int, len(b)+1)
	}
	logical := make([]*yamltree.Node, len(a))
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
