package yamltree

import (
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// ErrNoParent is returned by [Apply] for an edit whose parent is not in the tree.
var ErrNoParent = errors.New("nothing stands at the path's parent")

// Edit is one change to a tree or a text: the node at Path becomes Value, or goes where Value is
// nil. A key that is not there is added at the end of its map, an element at the end of its list, or where Before says.
type Edit struct {
	Path  Path
	Value *yaml.Node
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
func Apply(root *yaml.Node, edits []Edit) error {
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
			overwrite(at.node, e.Value)
		}
	}
	var inserts []insert
	for i, e := range edits {
		if at := places[i]; at.node == nil && e.Value != nil {
			if at.next == nil {
				at.append(e)
			} else {
				inserts = append(inserts, insert{at, e.Value})
			}
		}
	}
	for _, x := range inserts {
		at := slices.Index(x.at.parent.Content, x.at.next)
		x.at.parent.Content = slices.Insert(x.at.parent.Content, at, Clone(x.value))
	}
	gone := map[*yaml.Node]bool{}
	parents := map[*yaml.Node]bool{}
	for i, e := range edits {
		if at := places[i]; at.node != nil && e.Value == nil {
			gone[at.node], parents[at.parent] = true, true
		}
	}
	for p := range parents {
		p.Content = without(p, gone)
	}
	return nil
}

// place is where an edit leads to, in a tree as it came.
type place struct {
	parent, node *yaml.Node // node is nil where nothing stands there yet
	next         *yaml.Node // the element that a new one goes in front of
}

type insert struct {
	at    place
	value *yaml.Node
}

// append adds a new entry at the end of the parent.
func (p place) append(e Edit) {
	last := e.Path[len(e.Path)-1]
	if last.Kind != Field {
		p.parent.Content = append(p.parent.Content, Clone(e.Value))
		return
	}
	p.parent.Content = append(p.parent.Content, Str(last.Name), Clone(e.Value))
}

// without are the entries of a map or list less those whose value is gone.
func without(n *yaml.Node, gone map[*yaml.Node]bool) []*yaml.Node {
	width := 1
	if n.Kind == yaml.MappingNode {
		width = 2
	}
	var out []*yaml.Node
	for i := 0; i+width <= len(n.Content); i += width {
		if !gone[n.Content[i+width-1]] {
			out = append(out, n.Content[i:i+width]...)
		}
	}
	return out
}

// find finds the place that an edit leads to.
func find(f *Finder, root *yaml.Node, e Edit) (place, error) {
	n := Document(root)
	if len(e.Path) == 0 {
		if e.Value == nil {
			return place{}, ErrNoParent
		}
		return place{node: n}, nil
	}
	for i, s := range e.Path {
		last := i == len(e.Path)-1
		if s.Kind == Field && n.Kind != yaml.MappingNode || s.Kind != Field && n.Kind != yaml.SequenceNode {
			return place{}, ErrNoParent
		}
		child := f.Child(n, s)
		if last {
			p := place{parent: n, node: child}
			if child == nil && e.Before > 0 && e.Before <= len(n.Content) {
				p.next = n.Content[e.Before-1]
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

// overwrite makes dst hold the value of src and keeps the comments that stand around dst.
func overwrite(dst, src *yaml.Node) {
	c := Clone(src)
	c.HeadComment, c.LineComment, c.FootComment = dst.HeadComment, dst.LineComment, dst.FootComment
	*dst = *c
}
