package yamledit

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// refine takes edits that replace a list or map by one much like it apart into edits of what differs, so that lines and
// comments of the rest stay. changed is false where there are none.
func refine(root *yamltree.Node, edits []yamltree.Edit) (out []yamltree.Edit, changed bool) {
	finder := &yamltree.Finder{}
	out = make([]yamltree.Edit, 0, len(edits))
	for _, e := range edits {
		old := literal(finder, root, e.Path)
		if old == nil || e.Value == nil || old.Kind == yamltree.Scalar || old.Kind != e.Value.Kind {
			out = append(out, e)
			continue
		}
		parts, ok := differences(e.Path, old, e.Value)
		if !ok {
			out = append(out, e)
			continue
		}
		out, changed = append(out, parts...), true
	}
	return out, changed
}

// literal is the node at a path that leads through no alias.
func literal(finder *yamltree.Finder, n *yamltree.Node, p yamltree.Path) *yamltree.Node {
	for _, s := range p {
		if n = finder.Child(n, s); n == nil {
			return nil
		}
	}
	return n
}

// differences are the edits that make one value of another. ok is false where it is better replaced as a whole.
func differences(p yamltree.Path, old, v *yamltree.Node) (out []yamltree.Edit, ok bool) {
	logical, err := yamltree.Logical(old)
	switch {
	case err != nil || old.Anchor() != "":
		return nil, false
	case yamltree.Equal(logical, v):
		return nil, true
	case old.Kind == yamltree.Map && v.Kind == yamltree.Map:
		return mapDifferences(p, old, v)
	case old.Kind == yamltree.List && v.Kind == yamltree.List:
		return listDifferences(p, old, v)
	}
	return []yamltree.Edit{{Path: p, Value: v}}, true
}

func mapDifferences(p yamltree.Path, old, v *yamltree.Node) (out []yamltree.Edit, ok bool) {
	if !distinctFields(old) || !distinctFields(v) {
		return nil, false
	}
	kept := false
	for c := range old.Children() {
		path := p.Field(c.Key)
		next := yamltree.Get(v, c.Key)
		if next == nil {
			out = append(out, yamltree.Edit{Path: path})
			continue
		}
		parts, ok := differences(path, c, next)
		if !ok {
			parts = []yamltree.Edit{{Path: path, Value: next}}
		}
		kept = kept || len(parts) == 0
		out = append(out, parts...)
	}
	for c := range v.Children() {
		if yamltree.Get(old, c.Key) == nil {
			out = append(out, yamltree.Edit{Path: p.Field(c.Key), Value: c})
		}
	}
	return out, kept
}

// distinctFields reports whether a map has strings for keys, none of them twice, and no merge key.
func distinctFields(n *yamltree.Node) bool {
	seen := map[string]bool{}
	for c := range n.Children() {
		if !c.HasScalarKey() || yamltree.TypeOf(c.KeyNode()) != yamltree.TypeString || c.Key == "<<" || seen[c.Key] {
			return false
		}
		seen[c.Key] = true
	}
	return true
}

// listDifferences pairs the elements that differ, in between those that are equal. In a flow list elements come and go anywhere; in a block
// list, which has an editor of its own, new ones come at the end, and only maps that are similar have comments and lines of their own to keep.
func listDifferences(p yamltree.Path, old, v *yamltree.Node) (out []yamltree.Edit, ok bool) {
	flow := old.IsFlow()
	was, is := old.Elements(), v.Elements()
	if len(was) == 0 || len(is) == 0 || len(was) > len(is) && !flow || len(was)*len(is) > maxCommon {
		return nil, false
	}
	oldAt, newAt := 0, 0
	for _, pair := range append(common(was, is), [2]int{len(was), len(is)}) {
		last := pair[0] == len(was)
		if pair[0]-oldAt != pair[1]-newAt && !last && !flow {
			return nil, false
		}
		for ; oldAt < pair[0] && newAt < pair[1]; oldAt, newAt = oldAt+1, newAt+1 {
			a, b := was[oldAt], is[newAt]
			parts, ok := differences(p.Index(oldAt), a, b)
			if _, like := similar(a, b); !ok && !flow || !flow && !like {
				return nil, false
			}
			if !ok {
				parts = []yamltree.Edit{{Path: p.Index(oldAt), Value: b}}
			}
			out = append(out, parts...)
		}
		for ; oldAt < pair[0]; oldAt++ {
			out = append(out, yamltree.Edit{Path: p.Index(oldAt)})
		}
		for ; newAt < pair[1]; newAt++ {
			added := yamltree.Edit{Path: p.Index(len(was) + newAt), Value: is[newAt]}
			if !last {
				added.Before = pair[0] + 1
			}
			out = append(out, added)
		}
		oldAt, newAt = pair[0]+1, pair[1]+1
	}
	return out, true
}
