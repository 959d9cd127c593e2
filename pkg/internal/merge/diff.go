package merge

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// differences is what remains of all touches together: each place at which the resource differs before and
// after, as deep as both have it. What was changed and changed back is no change.
func differences(before, after *yamltree.Node, touches []touch) []Change {
	d := differ{found: make([]Change, 0, len(touches))}
	for _, t := range touches {
		d.at(before, after, t)
	}
	return outermost(d.found)
}

// outermost keeps, of changes at and below one another, the upper one, with the last patch that had a hand in any of them. The
// order stays.
func outermost(found []Change) []Change {
	if areApart(found) {
		return found
	}
	at := make(map[string]int, len(found)) // the path of each change that is kept, and its place in found
	paths := make([][]string, len(found))
	for i, c := range found {
		paths[i] = c.Path.Prefixes()
		key := paths[i][len(c.Path)]
		if first, known := at[key]; !known {
			at[key] = i
		} else {
			found[first].Patch = max(found[first].Patch, c.Patch)
		}
	}
	var out []Change
	place := map[string]int{} // and its place in out
	for i, c := range found {
		key := paths[i][len(c.Path)]
		if upper := slices.IndexFunc(paths[i][:len(c.Path)], func(p string) bool { _, known := at[p]; return known }); upper >= 0 {
			above := paths[i][upper]
			found[at[above]].Patch = max(found[at[above]].Patch, c.Patch)
			if n, written := place[above]; written {
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

// areApart reports whether changes are few, and no one of them is at or below another one: that is nearly always so, and seen fast.
func areApart(found []Change) bool {
	const few = 16
	if len(found) > few {
		return false
	}
	for i, c := range found {
		for j, d := range found {
			if i != j && c.Path.HasPrefix(d.Path) {
				return false
			}
		}
	}
	return true
}

// differ finds differences between two trees that do not change meanwhile.
type differ struct {
	old, next yamltree.Finder
	found     []Change
}

// at finds the changes at and below a touched place. Where a node above it came, went or changed
// its kind, the change is that node's.
func (d *differ) at(before, after *yamltree.Node, t touch) {
	old, next := before, after
	for depth, step := range t.path {
		if depth == len(t.path)-1 && old != nil && next != nil && old.Kind == yamltree.List {
			if found := matching(old, step); len(found) > 1 && len(matching(next, step)) == 0 {
				d.found = append(d.found, removedCopies(old, found, t, step)...)
				return
			}
		}
		if old == nil && next == nil {
			return
		}
		if old == nil || next == nil || old.Kind != next.Kind {
			d.diff(old, next, t.path[:depth], t.patch)
			return
		}
		old, next = d.old.Child(old, step), d.next.Child(next, step)
	}
	d.diff(old, next, t.path, t.patch)
}

// removedCopies are the changes that remove all elements of one key or value.
func removedCopies(list *yamltree.Node, found []*yamltree.Node, t touch, step yamltree.Step) []Change {
	var out []Change
	for i, el := range list.Elements() {
		if slices.Contains(found, el) {
			out = append(out, Change{Path: t.path[:len(t.path)-1].Index(i), Op: Delete, Old: el, Patch: t.patch, step: &step})
		}
	}
	return out
}

// diff finds the differences of two nodes: maps key by key, everything else as a whole.
func (d *differ) diff(old, next *yamltree.Node, p yamltree.Path, patch int) {
	switch {
	case old == nil && next == nil:
	case old == nil:
		d.found = append(d.found, Change{Path: p, Op: Add, New: next, Patch: patch})
	case next == nil:
		d.found = append(d.found, Change{Path: p, Op: Delete, Old: old, Patch: patch})
	case yamltree.Equal(old, next):
	case old.Kind != yamltree.Map || next.Kind != yamltree.Map:
		d.found = append(d.found, Change{Path: p, Op: Update, Old: old, New: next, Patch: patch})
	default:
		for v := range old.Children() {
			d.diff(v, d.next.Get(next, v.Key), p.Field(v.Key), patch)
		}
		for v := range next.Children() {
			if d.old.Get(old, v.Key) == nil {
				d.diff(nil, v, p.Field(v.Key), patch)
			}
		}
	}
}

// Difference is what changes one logical tree into another: maps key by key, the rest as a whole.
func Difference(before, after *yamltree.Node) []Change {
	d := &differ{}
	d.diff(before, after, nil, 0)
	return d.found
}

// Edits are the changes as edits of a tree or text, which leave their values as they are.
func Edits(changes []Change) []yamltree.Edit {
	out := make([]yamltree.Edit, len(changes))
	for i, c := range changes {
		out[i] = yamltree.Edit{Path: c.Path, Value: c.New, Before: c.Before}
		if c.New != nil && c.New.Comments() != (yamltree.Comments{}) {
			out[i].Value = valueOf(c.New)
		}
	}
	return out
}

// valueOf is a copy of a value without the comments that stand around it; those in it are a part of it.
func valueOf(n *yamltree.Node) *yamltree.Node {
	out := yamltree.Clone(n)
	if out != nil {
		out.SetComments(yamltree.Comments{})
	}
	return out
}
