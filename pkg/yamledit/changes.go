package yamledit

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// changes are the edits at and below one node of the tree.
type changes struct {
	set  *yamltree.Node // the node is replaced
	del  bool           // the node is removed
	kids map[*yamltree.Node]*changes
	adds []addition
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
	kid := c.kids[child]
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
		if c.kids == nil {
			c.kids = map[*yamltree.Node]*changes{}
		}
		if c.kids[child] == nil {
			c.kids[child] = &changes{}
		}
		c, n = c.kids[child], child
	}
	c.set, c.del, c.kids, c.adds = e.Value, e.Value == nil, nil, nil
	return nil
}

// empties reports whether all entries of a map or list go.
func (c *changes) empties(n *yamltree.Node) bool {
	gone := 0
	for _, kid := range c.kids {
		if kid.del {
			gone++
		}
	}
	return gone > 0 && gone == n.Len()
}
