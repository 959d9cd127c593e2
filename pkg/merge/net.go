package merge

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// net is what remains of all touches together: each place at which the resource differs before and
// after, as deep as both have it. What was changed and changed back is no change.
func net(before, after *yaml.Node, touches []touch) []Change {
	var found []Change
	for _, t := range touches {
		found = append(found, differences(before, after, t)...)
	}
	return outermost(found)
}

// outermost keeps, of changes at and below one another, the upper one, with the last patch that had a hand in any of them. The
// order stays.
func outermost(found []Change) []Change {
	at := map[string]int{} // the path of each change that is kept, and its place in found
	for i, c := range found {
		key := c.Path.String()
		if first, known := at[key]; !known {
			at[key] = i
		} else {
			found[first].Patch = max(found[first].Patch, c.Patch)
		}
	}
	var out []Change
	place := map[string]int{} // and its place in out
	above := func(c Change) (string, bool) {
		for depth := range c.Path {
			if key := c.Path[:depth].String(); depth < len(c.Path) {
				if _, known := at[key]; known {
					return key, true
				}
			}
		}
		return "", false
	}
	for i, c := range found {
		key := c.Path.String()
		if upper, covered := above(c); covered {
			upperChange := at[upper]
			found[upperChange].Patch = max(found[upperChange].Patch, c.Patch)
			if n, written := place[upper]; written {
				out[n].Patch = max(out[n].Patch, c.Patch)
			}
			continue
		}
		if at[key] == i {
			place[key] = len(out)
			out = append(out, found[i])
		}
	}
	return out
}

// differences are the changes at and below a touched place. Where a node above it came, went or changed
// its kind, the change is that node's.
func differences(before, after *yaml.Node, t touch) []Change {
	for depth := range t.path {
		p := t.path[:depth]
		old, next := yamltree.Lookup(before, p), yamltree.Lookup(after, p)
		if old == nil && next == nil {
			return nil
		}
		if old == nil || next == nil || old.Kind != next.Kind {
			return diff(old, next, p, t.patch)
		}
	}
	return diff(yamltree.Lookup(before, t.path), yamltree.Lookup(after, t.path), t.path, t.patch)
}

// diff compares two nodes: maps key by key, everything else as a whole.
func diff(old, next *yaml.Node, p yamltree.Path, patch int) []Change {
	switch {
	case old == nil && next == nil:
		return nil
	case old == nil:
		return []Change{{Path: p, Op: Add, New: next, Patch: patch}}
	case next == nil:
		return []Change{{Path: p, Op: Delete, Old: old, Patch: patch}}
	case yamltree.Equal(old, next):
		return nil
	case old.Kind != yaml.MappingNode || next.Kind != yaml.MappingNode:
		return []Change{{Path: p, Op: Update, Old: old, New: next, Patch: patch}}
	}
	var out []Change
	for i := 0; i+1 < len(old.Content); i += 2 {
		key := old.Content[i].Value
		out = append(out, diff(old.Content[i+1], yamltree.Get(next, key), p.Field(key), patch)...)
	}
	for i := 0; i+1 < len(next.Content); i += 2 {
		if key := next.Content[i].Value; yamltree.Get(old, key) == nil {
			out = append(out, diff(nil, next.Content[i+1], p.Field(key), patch)...)
		}
	}
	return out
}

// Difference is what changes one logical tree into another: maps key by key, the rest as a whole.
func Difference(before, after *yaml.Node) []Change { return diff(before, after, nil, 0) }

// Edits are the changes as edits of a tree or text.
func Edits(changes []Change) []yamltree.Edit {
	out := make([]yamltree.Edit, len(changes))
	for i, c := range changes {
		out[i] = yamltree.Edit{Path: c.Path, Value: yamltree.Clone(c.New)}
		if v := out[i].Value; v != nil { // what stands around the value is none of the edit's business
			v.HeadComment, v.LineComment, v.FootComment = "", "", ""
		}
	}
	return out
}
