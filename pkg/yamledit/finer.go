package yamledit

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// finer takes edits that replace a list or map by one much like it apart into edits of what differs, so that lines and
// comments of the rest stay. changed is false where there are none.
func finer(root *yaml.Node, edits []yamltree.Edit) (out []yamltree.Edit, changed bool) {
	finder := &yamltree.Finder{}
	for _, e := range edits {
		old := literal(finder, root, e.Path)
		if old == nil || e.Value == nil || old.Kind == yaml.ScalarNode || old.Kind != e.Value.Kind {
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
func literal(finder *yamltree.Finder, n *yaml.Node, p yamltree.Path) *yaml.Node {
	if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	for _, s := range p {
		at := yamltree.ElementIndex(n, s)
		if s.Kind == yamltree.Field {
			if at = finder.IndexOf(n, s.Name); at >= 0 {
				at++
			}
		}
		if at < 0 {
			return nil
		}
		n = n.Content[at]
	}
	return n
}

// differences are the edits that make one value of another. ok is false where it is better replaced as a whole.
func differences(p yamltree.Path, old, v *yaml.Node) (out []yamltree.Edit, ok bool) {
	logical, err := yamltree.Logical(old)
	switch {
	case err != nil || old.Anchor != "":
		return nil, false
	case yamltree.Equal(logical, v):
		return nil, true
	case old.Kind == yaml.MappingNode && v.Kind == yaml.MappingNode:
		return mapDifferences(p, old, v)
	case old.Kind == yaml.SequenceNode && v.Kind == yaml.SequenceNode:
		return listDifferences(p, old, v)
	}
	return []yamltree.Edit{{Path: p, Value: v}}, true
}

func mapDifferences(p yamltree.Path, old, v *yaml.Node) (out []yamltree.Edit, ok bool) {
	if !distinctFields(old) || !distinctFields(v) {
		return nil, false
	}
	kept := false
	for i := 0; i+1 < len(old.Content); i += 2 {
		path := p.Field(old.Content[i].Value)
		next := yamltree.Get(v, old.Content[i].Value)
		if next == nil {
			out = append(out, yamltree.Edit{Path: path})
			continue
		}
		parts, ok := differences(path, old.Content[i+1], next)
		if !ok {
			parts = []yamltree.Edit{{Path: path, Value: next}}
		}
		kept = kept || len(parts) == 0
		out = append(out, parts...)
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		if yamltree.IndexOf(old, v.Content[i].Value) < 0 {
			out = append(out, yamltree.Edit{Path: p.Field(v.Content[i].Value), Value: v.Content[i+1]})
		}
	}
	return out, kept
}

// distinctFields tells whether a map has strings for keys, none of them twice, and no merge key.
func distinctFields(n *yaml.Node) bool {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || yamltree.TypeOf(k) != yamltree.TypeString || k.Value == "<<" || seen[k.Value] {
			return false
		}
		seen[k.Value] = true
	}
	return true
}

// listDifferences pairs the elements that differ, in between those that are equal. In a flow list elements come and go anywhere; in a block
// list, which has an editor of its own, new ones come at the end, and only maps that are similar have comments and lines of their own to keep.
func listDifferences(p yamltree.Path, old, v *yaml.Node) (out []yamltree.Edit, ok bool) {
	flow := old.Style&yaml.FlowStyle != 0
	if len(old.Content) == 0 || len(v.Content) == 0 || len(old.Content) > len(v.Content) && !flow || len(old.Content)*len(v.Content) > maxCommon {
		return nil, false
	}
	oldAt, newAt := 0, 0
	for _, pair := range append(common(old.Content, v.Content), [2]int{len(old.Content), len(v.Content)}) {
		last := pair[0] == len(old.Content)
		if pair[0]-oldAt != pair[1]-newAt && !last && !flow {
			return nil, false
		}
		for ; oldAt < pair[0] && newAt < pair[1]; oldAt, newAt = oldAt+1, newAt+1 {
			a, b := old.Content[oldAt], v.Content[newAt]
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
			added := yamltree.Edit{Path: p.Index(len(old.Content) + newAt), Value: v.Content[newAt]}
			if !last {
				added.Before = pair[0] + 1
			}
			out = append(out, added)
		}
		oldAt, newAt = pair[0]+1, pair[1]+1
	}
	return out, true
}
