package yamledit

import (
	"fmt"
	"sort"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// changes are the edits at and below one node of the tree.
type changes struct {
	set  *yaml.Node // the node is replaced
	del  bool       // the node is removed
	kids map[int]*changes
	adds []addition
}

// addition is a new entry at the end of a map, or of a list, where it has no key.
type addition struct {
	key    string
	value  *yaml.Node
	before int // of a list: see [yamltree.Edit]
}

// addedBefore are the new elements in front of an element of a list, at its end for -1.
func (c *changes) addedBefore(at int) []*yaml.Node {
	var out []*yaml.Node
	for _, a := range c.adds {
		if a.before == at+1 {
			out = append(out, a.value)
		}
	}
	return out
}

// order sorts the edits into the places of the tree that they concern. A place that is replaced
// absorbs the edits below it: its new value is final.
func order(root *yaml.Node, edits []yamltree.Edit) (*changes, error) {
	top, finder := &changes{}, &yamltree.Finder{}
	for _, e := range edits {
		if err := top.take(finder, root, e); err != nil {
			return nil, err
		}
	}
	return top, nil
}

func (c *changes) take(finder *yamltree.Finder, n *yaml.Node, e yamltree.Edit) error {
	for i, s := range e.Path {
		if c.set != nil || c.del {
			return nil
		}
		at := yamltree.ElementIndex(n, s)
		if s.Kind == yamltree.Field {
			at = finder.IndexOf(n, s.Name)
		}
		if at < 0 {
			if i < len(e.Path)-1 || n.Kind != yaml.MappingNode && n.Kind != yaml.SequenceNode {
				return fmt.Errorf("%s: %w", e.Path, yamltree.ErrNoParent)
			}
			if e.Value != nil {
				before := e.Before
				if n.Kind != yaml.SequenceNode || before > len(n.Content) {
					before = 0
				}
				c.adds = append(c.adds, addition{s.Name, e.Value, before})
			}
			return nil
		}
		if c.kids == nil {
			c.kids = map[int]*changes{}
		}
		if c.kids[at] == nil {
			c.kids[at] = &changes{}
		}
		c = c.kids[at]
		if s.Kind == yamltree.Field {
			at++
		}
		n = n.Content[at]
	}
	c.set, c.del, c.kids, c.adds = e.Value, e.Value == nil, nil, nil
	return nil
}

// indexes lists the children with edits in the order of the text.
func (c *changes) indexes() []int {
	out := make([]int, 0, len(c.kids))
	for i := range c.kids {
		out = append(out, i)
	}
	sort.Ints(out)
	return out
}

// empties tells whether all entries of a collection of this many children go, width nodes an entry.
func (c *changes) empties(children, width int) bool {
	gone := 0
	for _, kid := range c.kids {
		if kid.del {
			gone++
		}
	}
	return gone > 0 && gone*width == children
}
