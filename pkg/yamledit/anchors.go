package yamledit

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// anchorFree rewrites edits on what a document means into edits on what it says, so that a change
// inside an anchor reaches none of its aliases and a change behind an alias does not reach the
// anchor. It returns the edits and the logical tree that the edited document must read as.
//
// Where both sides of an alias come to the same value, the alias stays. Else the alias is written
// out, with the value that its place is to have. Below a merge key (`<<`) an explicit key is enough,
// since it overrides the merged one; a key that must go there makes the whole map be written out.
func anchorFree(root *yamltree.Node, edits []yamltree.Edit) ([]yamltree.Edit, *yamltree.Node, error) {
	if !yamltree.HasAliases(root) {
		want, err := yamltree.Logical(root)
		if err != nil {
			return nil, nil, err
		}
		want = yamltree.Share(want)
		return edits, want, yamltree.Apply(want, edits)
	}
	want, of, err := yamltree.LogicalOf(root)
	if err != nil {
		return nil, nil, err
	}
	if err := yamltree.Apply(want, edits); err != nil {
		return nil, nil, err
	}
	a := anchors{final: of}
	for _, e := range edits {
		a.routes = append(a.routes, routeOf(root, e))
	}
	if err := a.visit(root, nil); err != nil {
		return nil, nil, err
	}
	for _, r := range a.routes {
		if !r.dropped {
			a.out = append(a.out, r.edit)
		}
	}
	return a.out, want, nil
}

type anchors struct {
	final  map[*yamltree.Node]*yamltree.Node // what each node of the document reads as in the end
	routes []*route
	out    []yamltree.Edit
}

// route is the way of one edit through the document as written: the nodes that it passes, up to an
// alias, or to a map where only a merge key leads on.
type route struct {
	edit    yamltree.Edit
	nodes   []*yamltree.Node
	merged  string // the key that the last of nodes has through a merge key or not at all
	reaches bool   // the last of nodes is the edit's own place
	dropped bool
}

func routeOf(root *yamltree.Node, e yamltree.Edit) *route {
	n := root
	r := &route{edit: e, nodes: []*yamltree.Node{n}}
	for _, s := range e.Path {
		if n.Kind == yamltree.Alias {
			return r
		}
		next := yamltree.Child(n, s)
		if next == nil {
			r.merged = s.Name
			return r
		}
		n = next
		r.nodes = append(r.nodes, n)
	}
	r.reaches = true
	return r
}

func (r *route) passes(n *yamltree.Node) bool {
	return slices.Contains(r.nodes, n)
}

// removes reports whether the edit takes a node out of the document, alone or with what it is in.
func (r *route) removes(n *yamltree.Node) bool {
	if !r.reaches {
		return false
	}
	last := r.nodes[len(r.nodes)-1]
	return last == n && r.edit.Value == nil || contains(last, n)
}

// losesAnchor reports whether the edit leaves no anchor at a node; one on a scalar stays with a new scalar.
func (r *route) losesAnchor(n *yamltree.Node) bool {
	replaced := r.reaches && r.nodes[len(r.nodes)-1] == n && r.edit.Value != nil
	return r.removes(n) || replaced && (n.Kind != yamltree.Scalar || r.edit.Value.Kind != yamltree.Scalar)
}

func contains(n, sought *yamltree.Node) bool {
	for child := range n.Children() {
		if child == sought || contains(child, sought) {
			return true
		}
	}
	return false
}

func (a *anchors) touched(n *yamltree.Node) bool {
	return slices.ContainsFunc(a.routes, func(r *route) bool { return r.passes(n) || r.removes(n) })
}

func (a *anchors) removed(n *yamltree.Node) bool {
	return slices.ContainsFunc(a.routes, func(r *route) bool { return r.removes(n) })
}

func (a *anchors) unanchored(n *yamltree.Node) bool {
	return slices.ContainsFunc(a.routes, func(r *route) bool { return r.losesAnchor(n) })
}

// visit decides for every alias below n whether it can stay.
func (a *anchors) visit(n *yamltree.Node, p yamltree.Path) error {
	switch n.Kind {
	case yamltree.Alias:
		a.alias(n, p)
	case yamltree.List:
		i := 0
		for c := range n.Children() {
			if err := a.visit(c, p.Index(i)); err != nil {
				return err
			}
			i++
		}
	case yamltree.Map:
		for c := range n.Children() {
			if c.IsMerge() {
				if err := a.merge(n, c, p); err != nil {
					return err
				}
				continue
			}
			if err := a.visit(c, p.Field(c.Key)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *anchors) alias(n *yamltree.Node, p yamltree.Path) {
	target := yamltree.Resolve(n)
	if a.removed(n) || !a.touched(n) && !a.touched(target) {
		return
	}
	stays := !a.unanchored(target) && yamltree.Equal(a.final[n], a.final[target])
	for _, r := range a.routes {
		if r.passes(n) {
			r.dropped = true
		}
	}
	if !stays {
		a.out = append(a.out, yamltree.Edit{Path: p, Value: yamltree.StripComments(yamltree.Clone(a.final[n]))})
	}
}

func (a *anchors) merge(m, value *yamltree.Node, p yamltree.Path) error {
	sources, err := yamltree.MergeSources(value)
	if err != nil {
		return err
	}
	relevant := a.touched(m)
	gone := false
	for _, s := range sources {
		relevant = relevant || a.touched(s)
		gone = gone || a.unanchored(s)
	}
	if !relevant || a.removed(m) {
		return nil
	}
	final := a.final[m]
	if gone || a.bringsTooMuch(final, sources) {
		a.drop(m, "")
		value := yamltree.Clone(final)
		for c := range value.Children() {
			if yamltree.Get(m, c.Key) == nil { // its comments speak of the anchor
				yamltree.StripComments(c)
			}
		}
		a.out = append(a.out, yamltree.Edit{Path: p, Value: value})
		return nil
	}
	for c := range final.Children() {
		key := c.Key
		if yamltree.Get(m, key) != nil {
			continue
		}
		a.drop(m, key)
		if brought := a.brought(sources, key); brought == nil || !yamltree.Equal(brought, c) {
			a.out = append(a.out, yamltree.Edit{Path: p.Field(key), Value: yamltree.StripComments(yamltree.Clone(c))})
		}
	}
	return nil
}

// bringsTooMuch reports whether the merge key brings a key that the map is not to have in the end.
func (a *anchors) bringsTooMuch(final *yamltree.Node, sources []*yamltree.Node) bool {
	for _, s := range sources {
		from := a.finalOf(s)
		for c := range from.Children() {
			if yamltree.Get(final, c.Key) == nil {
				return true
			}
		}
	}
	return false
}

// finalOf is what a source of a merge key holds in the end. One that stands in the merge key itself is not reached by any path, and
// stays as it is.
func (a *anchors) finalOf(s *yamltree.Node) *yamltree.Node {
	if f := a.final[s]; f != nil {
		return f
	}
	logical, err := yamltree.Logical(s)
	if err != nil {
		return s
	}
	return logical
}

func (a *anchors) brought(sources []*yamltree.Node, key string) *yamltree.Node {
	for _, s := range sources {
		if v := yamltree.Get(a.finalOf(s), key); v != nil {
			return v
		}
	}
	return nil
}

// drop takes back the edits that end at a map for a key that it does not spell out; with no key, all
// that pass through the map.
func (a *anchors) drop(m *yamltree.Node, key string) {
	for _, r := range a.routes {
		if key == "" && r.passes(m) || r.nodes[len(r.nodes)-1] == m && !r.reaches && r.merged == key {
			r.dropped = true
		}
	}
}
