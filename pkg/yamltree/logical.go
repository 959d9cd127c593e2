package yamltree

import "fmt"

// maxNodes bounds what aliases may expand to in one logical tree: a few lines of nested aliases
// can otherwise stand for more nodes than memory holds.
const maxNodes = 1_000_000

// Logical returns the tree in which every alias is replaced by what it stands for and
// every merge key (`<<`) by the keys that it brings, behind the explicit ones. Positions, styles
// and comments of the nodes are kept; anchors are dropped. A tree that is logical already is returned itself, its anchors included: callers
// that change what they get take a [Clone].
//
// An alias inside its own anchor, a merge key whose value is no map, and aliases that expand to more than a
// million nodes are errors.
func Logical(n *Node) (*Node, error) {
	if IsLogical(n) {
		return n, nil
	}
	e := expander{open: map[*Node]bool{}}
	return e.expand(n)
}

// LogicalOf makes a logical copy as [Logical] does and tells for each node of the tree, aliases included, which node of
// the copy stands for it.
func LogicalOf(n *Node) (*Node, map[*Node]*Node, error) {
	e := expander{open: map[*Node]bool{}, of: map[*Node]*Node{}}
	c, err := e.expand(n)
	return c, e.of, err
}

type expander struct {
	nodes int
	open  map[*Node]bool // the anchored nodes that are being expanded now
	of    map[*Node]*Node
	depth int // how many aliases lead to the node that is expanded now
}

func (e *expander) expand(n *Node) (*Node, error) {
	c, err := e.copyOf(n)
	if e.of != nil && e.depth == 0 {
		e.of[n] = c
	}
	return c, err
}

func (e *expander) copyOf(n *Node) (*Node, error) {
	if e.depth > 0 {
		e.nodes++
	}
	if e.nodes > maxNodes {
		return nil, fmt.Errorf("line %d: aliases expand to more than %d nodes", n.line, maxNodes)
	}
	if n.Kind == Alias {
		e.depth++
		defer func() { e.depth-- }()
		c, err := e.expand(n.Target())
		if err != nil {
			return nil, err
		}
		c.takeKey(n)
		return c, nil
	}
	if n.Anchor() != "" {
		if e.open[n] {
			return nil, fmt.Errorf("line %d: the anchor %q contains an alias to itself", n.line, n.Anchor())
		}
		e.open[n] = true
		defer delete(e.open, n)
	}
	c := *n
	c.first, c.next, c.owned, c.lent = nil, nil, false, false
	if c.Anchor() != "" {
		c.own().anchor = ""
	}
	link := &c.first
	for child := n.first; child != nil; child = child.next {
		if n.Kind == Map && child.IsMerge() {
			continue
		}
		x, err := e.expand(child)
		if err != nil {
			return nil, err
		}
		if n.Kind == Map && child.more != nil && child.more.key != nil {
			key, err := e.expand(child.more.key)
			if err != nil {
				return nil, err
			}
			if x.own().key = key; key.Kind == Scalar {
				x.Key, x.KeyStyle = key.Value, key.Style
			}
		}
		*link = x
		link = &x.next
	}
	if n.Kind != Map {
		return &c, nil
	}
	return &c, e.expandMerges(n, &c, link)
}

// takeKey gives a copy the key, and the comments, that a node in another place has.
func (n *Node) takeKey(of *Node) {
	n.Key, n.KeyStyle, n.explicit, n.hasMark = of.Key, of.KeyStyle, of.explicit, of.hasMark
	n.keyStart, n.keyEnd, n.mark = of.keyStart, of.keyEnd, of.mark
	if of.more != nil || n.more != nil {
		m := n.own()
		m.key, m.comments = nil, Comments{}
		if of.more != nil {
			m.key, m.comments = of.more.key, of.more.comments
		}
	}
}

// expandMerges adds the keys that merge keys bring to a map, whose explicit ones it has.
func (e *expander) expandMerges(n, c *Node, link **Node) error {
	for merge := n.first; merge != nil; merge = merge.next {
		if !merge.IsMerge() {
			continue
		}
		sources, err := MergeSources(merge)
		if err != nil {
			return err
		}
		for _, source := range sources {
			e.depth++
			from, err := e.expand(source)
			e.depth--
			if err != nil {
				return err
			}
			var next *Node
			for x := from.first; x != nil; x = next {
				next = x.next
				if name, ok := x.Name(); !ok || Get(c, name) == nil {
					x.next = nil
					*link = x
					link = &x.next
				}
			}
		}
	}
	return nil
}

// MergeSources are the maps that the value of a merge key names, the strongest first.
func MergeSources(value *Node) ([]*Node, error) {
	value = Resolve(value)
	named := []*Node{value}
	if value.Kind == List {
		named = value.Elements()
	}
	sources := make([]*Node, len(named))
	for i, s := range named {
		sources[i] = Resolve(s)
		if sources[i].Kind != Map {
			return nil, fmt.Errorf("line %d: the merge key << names %s; must be a map or a list of maps", s.line, ATypeOf(s))
		}
	}
	return sources, nil
}

// IsLogical reports whether a tree says all that it means: it has no aliases and no merge keys.
func IsLogical(n *Node) bool {
	if n.Kind == Alias {
		return false
	}
	for c := n.first; c != nil; c = c.next {
		if n.Kind == Map && c.IsMerge() || !IsLogical(c) {
			return false
		}
		if c.more != nil && c.more.key != nil && !IsLogical(c.more.key) {
			return false
		}
	}
	return true
}

// HasAliases reports whether the tree holds an alias, merge keys with one included.
func HasAliases(n *Node) bool {
	if n.Kind == Alias {
		return true
	}
	for c := n.first; c != nil; c = c.next {
		if HasAliases(c) || c.more != nil && c.more.key != nil && HasAliases(c.more.key) {
			return true
		}
	}
	return false
}
