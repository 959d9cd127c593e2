package yamledit

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// changes are the edits at and below one node of the tree.
type changes struct {
	node *yamltree.Node
	set  *yamltree.Node // the node is replaced
	del  bool           // the node is removed
	kids kids
	adds []addition

	next *changes // of another child of the node above
}

// kids are the changes of some children of a node. Few are looked through one after the other, which takes less than a map does: most edits are of one field in a map.
type kids struct {
	first  *changes
	number int
	of     map[*yamltree.Node]*changes // nil for few
}

// get are the changes of a child, nil for none.
func (k *kids) get(child *yamltree.Node) *changes {
	if k.of != nil {
		return k.of[child]
	}
	for c := k.first; c != nil; c = c.next {
		if c.node == child {
			return c
		}
	}
	return nil
}

// add begins the changes of a child.
func (k *kids) add(child *yamltree.Node) *changes {
	const few = 8
	added := &changes{node: child, next: k.first}
	k.first = added
	if k.number++; k.number > few && k.of == nil {
		k.of = make(map[*yamltree.Node]*changes, 2*few)
		for c := added.next; c != nil; c = c.next {
			k.of[c.node] = c
		}
	}
	if k.of != nil {
		k.of[child] = added
	}
	return added
}

// addition is a new entry at the end of a map, or of a list, where it has no key.
type addition struct {
	key    string
	value  *yamltree.Node
	before int // of a list: see [yamltree.Edit]
}

// addedBefore are the new elements in front of an element of a list, at its end for -1.
func (c *changes) addedBefore(at int) []*yamltree.Node {
	var out []*yamltree.Node
	for _, a := range c.adds {
		if a.before == at+1 {
			out = append(out, a.value)
		}
	}
	return out
}

// removes reports whether a child goes.
func (c *changes) removes(child *yamltree.Node) bool {
	kid := c.kids.get(child)
	return kid != nil && kid.del
}

// order sorts the edits into the places of the tree that they concern. A place that is replaced
// absorbs the edits below it: its new value is final.
func order(root *yamltree.Node, edits []yamltree.Edit) (*changes, error) {
	top, finder := &changes{}, &yamltree.Finder{}
	for _, e := range edits {
		if err := top.take(finder, root, e); err != nil {
			return nil, err
		}
	}
	return top, nil
}

func (c *changes) take(finder *yamltree.Finder, n *yamltree.Node, e yamltree.Edit) error {
	for i, s := range e.Path {
		if c.set != nil || c.del {
			return nil
		}
		child := finder.Child(n, s)
		if child == nil {
			if i < len(e.Path)-1 || n.Kind != yamltree.Map && n.Kind != yamltree.List {
				return fmt.Errorf("%s: %w", e.Path, yamltree.ErrNoParent)
			}
			if e.Value != nil {
				before := e.Before
				if n.Kind != yamltree.List || before > n.Len() {
					before = 0
				}
				c.adds = append(c.adds, addition{s.Name, e.Value, before})
			}
			return nil
		}
		next := c.kids.get(child)
		if next == nil {
			next = c.kids.add(child)
		}
		c, n = next, child
	}
	c.set, c.del, c.kids, c.adds = e.Value, e.Value == nil, kids{}, nil
	return nil
}

// empties reports whether all entries of a map or list go.
func (c *changes) empties(n *yamltree.Node) bool {
	gone := 0
	for kid := c.kids.first; kid != nil; kid = kid.next {
		if kid.del {
			gone++
		}
	}
	return gone > 0 && gone == n.Len()
}
