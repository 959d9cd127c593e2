package merge

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// net is what remains of all touches together: each place at which the resource differs before and
// after, as deep as both have it. What was changed and changed back is no change.
func net(before, after *yaml.Node, touches []touch) []Change {
	d := differ{}
	var found []Change
	for _, t := range touches {
		found = append(found, d.at(before, after, t)...)
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

// differ finds differences between two trees that do not change meanwhile.
type differ struct{ old, next yamltree.Finder }

// at are the changes at and below a touched place. Where a node above it came, went or changed
// its kind, the change is that node's.
func (d *differ) at(before, after *yaml.Node, t touch) []Change {
	old, next := before, after
	for depth, step := range t.path {
		if depth == len(t.path)-1 && old != nil && next != nil && old.Kind == yaml.SequenceNode {
			if found := matching(old, step); len(found) > 1 && len(matching(next, step)) == 0 {
				return removedCopies(old, found, t, step)
			}
		}
		if old == nil && next == nil {
			return nil
		}
		if old == nil || next == nil || old.Kind != next.Kind {
			return d.diff(old, next, t.path[:depth], t.patch)
		}
		old, next = d.old.Child(old, step), d.next.Child(next, step)
	}
	return d.diff(old, next, t.path, t.patch)
}

// removedCopies are the changes that remove all elements of one key or value.
func removedCopies(list *yaml.Node, found []int, t touch, step yamltree.Step) []Change {
	var out []Change
	for _, i := range found {
		out = append(out, Change{Path: t.path[:len(t.path)-1].Index(i), Op: Delete, Old: list.Content[i], Patch: t.patch, step: &step})
	}
	return out
}

// diff compares two nodes: maps key by key, everything else as a whole.
func (d *differ) diff(old, next *yaml.Node, p yamltree.Path, patch int) []Change {
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
		out = append(out, d.diff(old.Content[i+1], d.next.Get(next, key), p.Field(key), patch)...)
	}
	for i := 0; i+1 < len(next.Content); i += 2 {
		if key := next.Content[i].Value; d.old.Get(old, key) == nil {
			out = append(out, d.diff(nil, next.Content[i+1], p.Field(key), patch)...)
		}
	}
	return out
}

// Difference is what changes one logical tree into another: maps key by key, the rest as a whole.
func Difference(before, after *yaml.Node) []Change { return (&differ{}).diff(before, after, nil, 0) }

// Edits are the changes as edits of a tree or text.
func Edits(changes []Change) []yamltree.Edit {
	out := make([]yamltree.Edit, len(changes))
	for i, c := range changes {
		out[i] = yamltree.Edit{Path: c.Path, Value: yamltree.Clone(c.New), Before: c.Before}
		if v := out[i].Value; v != nil { // what stands around the value is none of the edit's business
			v.HeadComment, v.LineComment, v.FootComment = "", "", ""
		}
	}
	return out
}
