package plan

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Resource is one resource of the plan.
type Resource struct {
	Item    *resource.Item
	Cluster *cluster.Cluster
	// On is the release that the resource is on.
	On cluster.Origin
	// Sources are the partial resources of the release that are for it, the later over the earlier.
	Sources []Source
	// Changes are empty where the resource has what the release says. Each is of the smallest part that differs: of a map that both sides have, its fields. A string of YAML
	// changes as a whole here; [Resource.Told] has what changes inside it.
	Changes []Change
	// Removed says that the release removes the resource.
	Removed bool
	// Copy is the name of the copy that the changes go into while the resource stays as it is; "" for changes in place.
	Copy string
	// Created says that the resource is new; Item is where it is to be.
	Created bool
	// Final is the resource, or its copy, afterwards: a logical tree. nil says that it could not be merged, which is an error; or that it was let go of, see [Resource.After].
	Final *yamltree.Node

	letGo bool // Final is what the changes make of the item
}

// Source is one partial resource of a release that is for a resource, and why it is.
type Source struct {
	*release.Patch
	Rule match.Rule
	// Data is the patch in the form that the resource's kind needs: a logical tree, whose lines are those of the patch's document.
	Data *yamltree.Node
}

// Patches are partial resources as the merge takes them.
func Patches(list []Source) []merge.Patch {
	out := make([]merge.Patch, len(list))
	for i, x := range list {
		out[i] = merge.Patch{Component: x.Component, Rank: x.Rank(), Data: x.Data}
	}
	return out
}

// Change is one change of a resource.
type Change struct {
	merge.Change
	// Component is the component that asks for the change; "" for the record of the release.
	Component string
	Rule      match.Rule
	// Impact is what the change makes happen, by a static estimate.
	Impact kinds.Impact
}

// The rules of changes that no component asks for.
const (
	Record    match.Rule = "record"    // the label or annotation that names the release
	Reference match.Rule = "reference" // a reference to a template that is rotated
	Rotation  match.Rule = "rotation"  // the name of a template's copy
	Creation  match.Rule = "creation"  // of a component that is new
)

// Reasons say which components are for the resource, and by which rule each: "machinepool by kind".
func (r *Resource) Reasons() []string {
	var out []string
	for _, x := range r.Sources {
		if text := x.Component + " by " + string(x.Rule); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if r.Removed && len(r.Sources) == 0 {
		out = append(out, string(Rotation))
	}
	for _, c := range r.Changes {
		if r.Created {
			out = append(out, c.Component+", which is new")
		}
		if c.Component == "" && !slices.Contains(out, string(c.Rule)) {
			out = append(out, string(c.Rule))
		}
	}
	return out
}

// Says is all that the release says of the resource: a logical tree.
func (r *Resource) Says() *yamltree.Node {
	return merge.Compose(Patches(r.Sources), schema.NewType(nil))
}

// IsUpToDate reports whether the release is for the resource, and the resource has what it says.
func (r *Resource) IsUpToDate() bool {
	return len(r.Sources) > 0 && len(r.Changes) == 0 && !r.Removed && (r.Final != nil || r.letGo)
}

// After is the resource, or its copy, afterwards, whether Final was let go of or not; nil where it could not be merged.
func (r *Resource) After() *yamltree.Node {
	if r.Final != nil || !r.letGo {
		return r.Final
	}
	root, err := yamltree.Logical(r.Item.Root())
	if err != nil {
		panic("plan: a resource that was merged cannot be read: " + err.Error())
	}
	root = yamltree.Share(root)
	if err := yamltree.Apply(root, r.Edits()); err != nil {
		panic("plan: a change does not fit its resource: " + err.Error())
	}
	return root
}

// LetGo frees what only making the plan needs: the trees of the cluster, and of what its resources become where the changes tell that. So the plan of a fleet takes memory for what changes, and not for
// the fleet; what others of it change alike is in common.
func (c *Cluster) LetGo(common *Common) {
	c.rollout, c.letGo = c.Rollout(), true
	for _, r := range c.Resources {
		if r.Final != nil && !r.Created && !r.Removed && r.Copy == "" {
			r.Final, r.letGo = nil, true
		}
		r.Changes = common.changes(r.Changes)
	}
	for i := range c.Notes {
		c.Notes[i].LetGo()
	}
	c.Cluster.LetGo()
}

// Edits are the changes as edits of the resource.
func (r *Resource) Edits() []yamltree.Edit {
	changes := make([]merge.Change, len(r.Changes))
	for i, c := range r.Changes {
		changes[i] = c.Change
	}
	return merge.Edits(changes)
}

// Shown are the values of a change as they may be shown.
func (r *Resource) Shown(c merge.Change) (old, next *yamltree.Node) {
	return secret.Mask(r.Item, c.Path, c.Old), secret.Mask(r.Item, c.Path, c.New)
}

// Brief are the values of a change as people are told of them: of a list whose order changes, what its elements are known by.
func (r *Resource) Brief(c merge.Change) (old, next *yamltree.Node) {
	if c.OldNames != nil && c.NewNames != nil {
		return secret.Mask(r.Item, c.Path, c.OldNames), secret.Mask(r.Item, c.Path, c.NewNames)
	}
	return r.Shown(c)
}

// Count is how many changes people are told of, see [Resource.Told].
func (r *Resource) Count() int {
	n := 0
	for _, c := range r.Changes {
		if len(c.Inside) == 0 {
			n++
		} else {
			n += len(c.Parts())
		}
	}
	return n
}

// Told are the changes as people are told of them: of a string of YAML, those inside it.
func (r *Resource) Told() []Change {
	out := make([]Change, 0, len(r.Changes))
	for _, c := range r.Changes {
		for _, part := range c.Parts() {
			told := c
			told.Change = part
			told.Path = secret.Path(r.Item, part.Path)
			out = append(out, told)
		}
	}
	return out
}

// Set adds a change that no component asks for, and carries it out on Final, which the resource must have.
func (r *Resource) Set(rule match.Rule, at yamltree.Path, v *yamltree.Node) {
	old := yamltree.Clone(yamltree.Lookup(r.Final, at))
	r.apply(yamltree.Edit{Path: at, Value: v})
	for n, c := range r.Changes { // what is, or is in, what changes already
		if at.HasPrefix(c.Path) {
			r.Changes[n].New = yamltree.Clone(yamltree.Lookup(r.Final, c.Path))
			if c.Op == merge.Delete {
				r.Changes[n].Op = merge.Update
			}
			return
		}
	}
	c := merge.Change{Path: at, Op: merge.Add, Old: old, New: v}
	if old != nil {
		c.Op = merge.Update
	}
	r.Changes = append(r.Changes, Change{Change: c, Rule: rule, Impact: kinds.ImpactOf(r.Item.Ref, at)})
}

// Add adds a change that Final has already. One of the same place becomes part of it.
func (r *Resource) Add(c Change) {
	for n, x := range r.Changes {
		if x.Path.Equal(c.Path) {
			r.Changes[n].New, r.Changes[n].Inside = c.New, append(slices.Clone(x.Inside), c.Inside...)
			r.Changes[n].Impact = c.Impact
			return
		}
	}
	r.Changes = append(r.Changes, c)
}

// Remove removes what stands at a path, as [Resource.Set] sets it.
func (r *Resource) Remove(rule match.Rule, at yamltree.Path) {
	c := merge.Change{Path: at, Op: merge.Delete, Old: yamltree.Clone(yamltree.Lookup(r.Final, at))}
	r.Changes = append(r.Changes, Change{Change: c, Rule: rule, Impact: kinds.ImpactOf(r.Item.Ref, at)})
	r.apply(yamltree.Edit{Path: at})
}

func (r *Resource) apply(e yamltree.Edit) {
	if err := yamltree.Apply(r.Final, []yamltree.Edit{e}); err != nil {
		panic("plan: a change does not fit its resource: " + err.Error())
	}
}
