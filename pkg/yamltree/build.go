package yamltree

// NewMap is a new map without entries, in block style.
func NewMap() *Node { return &Node{Kind: Map, Style: Block} }

// NewList is a new list of values, in block style. They must be in no other map or list.
func NewList(elements ...*Node) *Node {
	n := &Node{Kind: List, Style: Block}
	n.SetChildren(elements)
	return n
}

// Str is a new string.
func Str(s string) *Node { return &Node{Kind: Scalar, Style: Free, Value: s} }

// Word is a new scalar of the type that its text has without quotes: true, 12, null.
func Word(text string) *Node { return &Node{Kind: Scalar, Style: Plain, Value: text} }

// Share is a copy of a value that has what is below it in common with the value, which must not change meanwhile. It is as good as a [Clone] where who changes something below it
// calls [Node.Own] for each node on the way.
func Share(n *Node) *Node {
	c := *n
	c.next, c.owned, c.lent = nil, false, n.first != nil
	return &c
}

// Own gives a node children of its own, where [Share] lent it those of another one, and reports whether it did. Their children are lent then. Functions that change
// children of a node want it called before: [Node.Append], [Node.Set] and [Node.SetChildren] do so themselves.
func (n *Node) Own() bool {
	if !n.lent {
		return false
	}
	slab := make([]Node, n.Len())
	link := &n.first
	for i, c := 0, n.first; c != nil; i, c = i+1, c.next {
		slab[i] = *c
		slab[i].owned, slab[i].lent = false, c.first != nil
		*link = &slab[i]
		link = &slab[i].next
	}
	n.lent = false
	n.forgetLast()
	return true
}

// Append adds a value, which must be in no other map or list, at the end of a list; or an entry, with the key that it has, at the end of a map.
func (n *Node) Append(child *Node) {
	n.Own()
	child.next = nil
	last, steps := n.lastChild()
	if last == nil {
		n.first = child
	} else {
		last.next = child
	}
	if steps > 16 || n.owned && n.more.last != nil { // so that many take no time in the square of their number
		n.own().last = child
	}
}

// lastChild is the last child, nil where there is none, and how many steps it took to find it.
func (n *Node) lastChild() (last *Node, steps int) {
	last = n.first
	if n.owned && n.more.last != nil {
		last = n.more.last
	}
	for last != nil && last.next != nil {
		last = last.next
		steps++
	}
	return last, steps
}

// Last is the last child, nil where there is none.
func (n *Node) Last() *Node {
	last, _ := n.lastChild()
	return last
}

// Add adds a value, which must be in no other map or list, under a new key at the end of a map, and returns the map.
func (n *Node) Add(key string, value *Node) *Node {
	value.SetKey(key)
	n.Append(value)
	return n
}

// SetKey gives a value a key, a string that is in no source. Words such as y and on, which YAML 1.1 takes for booleans, are plain, as people write them for keys.
func (n *Node) SetKey(key string) {
	n.Key, n.KeyStyle, n.explicit, n.hasMark = key, Free, false, false
	if IsYAML11BoolWord(key) {
		n.KeyStyle = Plain
	}
	if n.more != nil && n.more.key != nil {
		n.own().key = nil
	}
}

// SetKeyStyle sets how the key, which must be a scalar, is written.
func (n *Node) SetKeyStyle(s Style) {
	n.KeyStyle = s
	if n.more != nil && n.more.key != nil {
		key := *n.more.key
		key.Style = s
		n.own().key = &key
	}
}

// TakeKey gives a value the key of another one.
func (n *Node) TakeKey(of *Node) {
	n.Key, n.KeyStyle = of.Key, of.KeyStyle
	if of.more != nil && of.more.key != nil {
		n.own().key = of.more.key
	} else if n.more != nil && n.more.key != nil {
		n.own().key = nil
	}
}

// Bare is a copy of a value without its children and comments, which is in no map or list.
func (n *Node) Bare() *Node {
	c := *n
	c.first, c.next, c.owned, c.lent = nil, nil, false, false
	c.SetComments(Comments{})
	return &c
}

// Set sets a key of a map: in the place of the value that it has, or at the end.
func (n *Node) Set(key string, value *Node) {
	n.Own()
	if old := Get(n, key); old != nil {
		n.Replace(old, value)
		return
	}
	n.Add(key, value)
}

// SetIn sets a value in a map, below the keys that lead to it. Maps on the way that are not there are added; what is none is replaced by one.
func (n *Node) SetIn(value *Node, path ...string) {
	for _, name := range path[:len(path)-1] {
		n.Own()
		next := Get(n, name)
		if next == nil || next.Kind != Map {
			next = NewMap()
			n.Set(name, next)
		}
		n = next
	}
	n.Set(path[len(path)-1], value)
}

// Replace puts a value in the place of a child, with that one's key.
func (n *Node) Replace(child, value *Node) {
	value.TakeKey(child)
	value.next = child.next
	n.link(child, value)
	n.forgetLast()
}

// forgetLast makes [Node.Append] look for the last child anew.
func (n *Node) forgetLast() {
	if n.owned {
		n.more.last = nil
	}
}

// link makes what leads to a child lead to another node.
func (n *Node) link(child, to *Node) {
	if n.lent {
		panic("yamltree: a child of another node, see Own")
	}
	if n.first == child {
		n.first = to
		return
	}
	for c := n.first; c != nil; c = c.next {
		if c.next == child {
			c.next = to
			return
		}
	}
	panic("yamltree: not a child")
}

// Remove takes a child out of a map or list.
func (n *Node) Remove(child *Node) {
	n.link(child, child.next)
	if n.owned && n.more.last == child {
		n.more.last = nil
	}
	child.next = nil
}

// Insert puts a value, which must be in no other map or list, in front of a child; at the end for nil.
func (n *Node) Insert(value, before *Node) {
	if before == nil {
		n.Append(value)
		return
	}
	n.link(before, value)
	value.next = before
}

// SetChildren makes values the children of a map or list, in this order.
func (n *Node) SetChildren(children []*Node) {
	link := &n.first
	for _, c := range children {
		*link = c
		link = &c.next
	}
	*link = nil
	n.lent = false
	n.forgetLast()
}

// SetComments replaces the comments around a value.
func (n *Node) SetComments(c Comments) {
	switch {
	case n.Comments() == c:
	case c == (Comments{}) && n.more.isComments():
		n.more, n.owned = nil, false
	default:
		n.own().comments = c
	}
}

// DropAnchor takes the anchor off a value.
func (n *Node) DropAnchor() {
	if n.Anchor() != "" {
		n.own().anchor = ""
	}
}

// DropTag takes the tag off a value.
func (n *Node) DropTag() {
	if n.WrittenTag() != "" {
		n.own().tag = ""
	}
}

// isComments reports whether there is nothing but comments.
func (m *more) isComments() bool {
	return m.anchor == "" && m.tag == "" && !m.props && m.key == nil && m.alias == nil && m.last == nil
}

// own is what few nodes have, for this one alone: copies of a node do not see changes of it.
func (n *Node) own() *more {
	if n.owned {
		return n.more
	}
	m := &more{}
	if n.more != nil {
		*m = *n.more
		m.last = nil
	}
	n.more, n.owned = m, true
	return m
}

// Overwrite makes a node the copy of another value. What is around it stays: its key, and its comments.
func Overwrite(dst, src *Node) {
	c := *src
	if c.owned, c.lent = false, false; src.first != nil {
		c = *Clone(src)
	}
	c.next, c.Key, c.KeyStyle = dst.next, dst.Key, dst.KeyStyle
	if dst.more != nil || c.more != nil {
		m := c.own()
		m.comments, m.key = dst.Comments(), nil
		if dst.more != nil {
			m.key = dst.more.key
		}
	}
	*dst = c
}

// Clone copies a value, with its key, styles, positions and comments. The copy is in no map or list.
func Clone(n *Node) *Node {
	if n == nil {
		return nil
	}
	c := cloner{slab: make([]Node, size(n))}
	return c.clone(n)
}

// size is how many nodes a tree has.
func size(n *Node) int {
	total := 1
	for c := n.first; c != nil; c = c.next {
		if c.first == nil {
			total++ // half of the time of a copy
		} else {
			total += size(c)
		}
	}
	return total
}

// cloner has all nodes of a copy in one piece.
type cloner struct{ slab []Node }

func (c *cloner) clone(n *Node) *Node {
	out := &c.slab[0]
	c.slab = c.slab[1:]
	*out = *n
	out.next, out.owned, out.lent = nil, false, false
	link := &out.first
	for child := n.first; child != nil; child = child.next {
		*link = c.clone(child)
		link = &(*link).next
	}
	return out
}

// StripComments removes all comments from a tree that the caller owns and returns it.
func StripComments(n *Node) *Node {
	n.SetComments(Comments{})
	for c := n.first; c != nil; c = c.next {
		StripComments(c)
	}
	return n
}

// ShiftInto moves the lines of a tree that was parsed from the text of a scalar to where they stand in the scalar's document. Only
// block scalars keep the lines of their text; those of others all become the scalar's. The caller owns the tree.
func ShiftInto(n, scalar *Node) {
	if n.line > 0 {
		if scalar.Style == Literal || scalar.Style == Folded {
			n.line += scalar.line
		} else {
			n.line = scalar.line
		}
	}
	for c := n.first; c != nil; c = c.next {
		ShiftInto(c, scalar)
	}
}
