package yamltree

import (
	"errors"
	"fmt"
)

// ErrNoParent is returned by [Apply] for an edit whose parent is not in the tree.
var ErrNoParent = errors.New("nothing stands at the path's parent")

// Edit is one change to a tree or a text: the node at Path becomes Value, or goes where Value is
// nil. A key that is not there is added at the end of its map, an element at the end of its list, or where Before says.
type Edit struct {
	Path  Path
	Value *Node
	// Before is for a new element of a list: it goes in front of the element that stands there, counted from 1 in the list as it
	// came; 0 is the end of the list. Several that go to one place keep their order.
	Before int
	// Styled says that the value comes from the text itself, and keeps its style; others take that of what is around their place.
	Styled bool
}

// In returns the edit with the given steps in front of its path.
func (e Edit) In(p Path) Edit {
	e.Path = p.Then(e.Path...)
	return e
}

// Apply carries out edits on a logical tree that the caller owns. Values are copied, so that trees
// never share nodes. Removing what is not there is no error; an edit below something that is not there is
// [ErrNoParent], wrapped with the path.
//
// Paths speak of the tree as it came: nothing that other edits add, move or remove changes what they lead to.
func Apply(root *Node, edits []Edit) error {
	finder := &Finder{}
	places := make([]place, len(edits))
	for i, e := range edits {
		var err error
		if places[i], err = find(finder, root, e); err != nil {
			return fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	for i, e := range edits {
		if at := places[i]; at.node != nil && e.Value != nil {
			Overwrite(at.node, e.Value)
		}
	}
	for i, e := range edits {
		if at := places[i]; at.node == nil && e.Value != nil {
			at.insert(e)
		}
	}
	gone := map[*Node]bool{}
	parents := map[*Node]bool{}
	for i, e := range edits {
		if at := places[i]; at.node != nil && e.Value == nil {
			gone[at.node], parents[at.parent] = true, true
		}
	}
	for p := range parents {
		var stay []*Node
		for c := p.first; c != nil; c = c.next {
			if !gone[c] {
				stay = append(stay, c)
			}
		}
		p.SetChildren(stay)
	}
	return nil
}

// place is where an edit leads to, in a tree as it came.
type place struct {
	parent, node *Node // node is nil where nothing stands there yet
	next         *Node // the element that a new one goes in front of
}

// insert adds a new entry to the parent.
func (p place) insert(e Edit) {
	v := Clone(e.Value)
	if last := e.Path[len(e.Path)-1]; last.Kind == Field {
		p.parent.Add(last.Name, v)
		return
	}
	p.parent.Insert(v, p.next)
}

// find finds the place that an edit leads to.
func find(f *Finder, root *Node, e Edit) (place, error) {
	n := root
	if len(e.Path) == 0 {
		if e.Value == nil {
			return place{}, ErrNoParent
		}
		return place{node: n}, nil
	}
	for i, s := range e.Path {
		last := i == len(e.Path)-1
		if s.Kind == Field && n.Kind != Map || s.Kind != Field && n.Kind != List {
			return place{}, ErrNoParent
		}
		n.Own()
		child := f.Child(n, s)
		if last {
			p := place{parent: n, node: child}
			if child == nil && e.Before > 0 {
				p.next = Child(n, Step{Kind: Index, Index: e.Before - 1})
			}
			return p, nil
		}
		if child == nil {
			return place{}, ErrNoParent
		}
		n = Resolve(child)
	}
	panic("yamltree: unreachable")
}
