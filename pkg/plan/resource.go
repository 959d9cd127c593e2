package plan

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Resource is one resource of the plan.
type Resource struct {
	Item    *resource.Item
	Cluster *cluster.Cluster
	// From is the release that the resource is on, nil where that is not known, or not in the input.
	From *release.Release
	// Changes are empty where the resource has what the release says.
	Changes []Change
	// Removed says that the release removes the resource.
	Removed bool
	// Copy is the name of the copy that the changes go into while the resource stays as it is; "" for changes in place.
	Copy string
	// Created says that the resource is new; Item is where it is to be.
	Created bool
	// Final is the resource, or its copy, afterwards: a logical tree.
	Final *yamltree.Node

	patches []matched // of the components that the configuration selects
	others  []matched // of the release's other components
	old     []matched // of the release that the resource is on, of those components
	oldAll  []matched // and of all of its components
	left    bool      // is left alone for a reason that was said
}

// Change is one change of a resource.
type Change struct {
	merge.Change
	// Component is the component that asks for the change; "" for the record of the release.
	Component string
	Rule      match.Rule
	// Impact is what the change makes happen, by a static estimate.
	Impact clusterapi.Impact
}

// The rules of changes that no component asks for.
const (
	record    match.Rule = "record"    // the label or annotation that names the release
	reference match.Rule = "reference" // a reference to a template that is rotated
	rotation  match.Rule = "rotation"  // the name of a template's copy
	creation  match.Rule = "creation"  // of a component that is new
)

// matched is one patch of the release for a resource, and why it is for that one.
type matched struct {
	patch *release.Patch
	rule  match.Rule
	data  *yamltree.Node
}

// asPatches are the patches as the merge takes them.
func asPatches(list []matched) []merge.Patch {
	out := make([]merge.Patch, len(list))
	for i, x := range list {
		out[i] = merge.Patch{Component: x.patch.Component, Rank: x.patch.Rank(), Data: x.data}
	}
	return out
}

// Reasons say which components are for the resource, and by which rule each: "machinepool by kind".
func (r *Resource) Reasons() []string {
	var out []string
	for _, x := range r.patches {
		if text := x.patch.Component + " by " + string(x.rule); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, c := range r.Changes {
		if c.Component == "" && !slices.Contains(out, string(c.Rule)) {
			out = append(out, string(c.Rule))
		}
	}
	return out
}

// Says is all that the release says of the resource: a logical tree.
func (r *Resource) Says() *yamltree.Node {
	return merge.Compose(asPatches(r.patches), schema.NewType(nil))
}

// Source is one partial resource of the release that is for a resource.
type Source struct {
	Component, Layer string
	// Item holds the partial resource; Data is it, as a logical tree whose lines are those of Item's document.
	Item *resource.Item
	Data *yamltree.Node
}

// Sources are the partial resources of the release that are for the resource, the later over the earlier.
func (r *Resource) Sources() []Source {
	var out []Source
	for _, x := range r.patches {
		out = append(out, Source{x.patch.Component, x.patch.Layer, x.patch.Item, x.data})
	}
	return out
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

// Told are the changes as people are told of them: of a string of YAML, those inside it.
func (r *Resource) Told() []Change {
	var out []Change
	for _, c := range r.Changes {
		for _, part := range c.Parts() {
			told := c
			told.Change = part
			out = append(out, told)
		}
	}
	return out
}

// set adds a change that no component asks for, and carries it out on Final.
func (r *Resource) set(rule match.Rule, at yamltree.Path, v *yamltree.Node) {
	old := yamltree.Clone(yamltree.Lookup(r.Final, at))
	if err := yamltree.Apply(r.Final, []yamltree.Edit{{Path: at, Value: v}}); err != nil {
		panic("plan: a change does not fit its resource: " + err.Error())
	}
	for n, c := range r.Changes { // what is, or is in, what changes already
		if c.New != nil && at.HasPrefix(c.Path) {
			r.Changes[n].New = yamltree.Clone(yamltree.Lookup(r.Final, c.Path))
			return
		}
	}
	c := merge.Change{Path: at, Op: merge.Add, Old: old, New: v}
	if old != nil {
		c.Op = merge.Update
	}
	r.Changes = append(r.Changes, Change{Change: c, Rule: rule, Impact: clusterapi.ImpactOf(r.Item.Ref, at)})
}

// remove removes what stands at a path, as [Resource.set] sets it.
func (r *Resource) remove(rule match.Rule, at yamltree.Path) {
	c := merge.Change{Path: at, Op: merge.Delete, Old: yamltree.Clone(yamltree.Lookup(r.Final, at))}
	r.Changes = append(r.Changes, Change{Change: c, Rule: rule, Impact: clusterapi.ImpactOf(r.Item.Ref, at)})
	if err := yamltree.Apply(r.Final, []yamltree.Edit{{Path: at}}); err != nil {
		panic("plan: a change does not fit its resource: " + err.Error())
	}
}

// component names who is behind a patch of the merge.
func (r *Resource) component(patch int) string {
	if patch >= 0 && patch < len(r.patches) {
		return r.patches[patch].patch.Component
	}
	return r.patches[0].patch.Component
}

// told are the values of a change in the message that reports it, which the result has beside it: of a map or list, only that it is one.
func told(values ...*yamltree.Node) []string {
	out := saidApart(values...)
	for i, n := range values {
		if n != nil && n.Kind != yamltree.Scalar {
			out[i] = yamltree.ATypeOf(n)
		}
	}
	return out
}

// changed is the result that reports a change.
func (m *maker) changed(r *Resource, c Change) result.Result {
	message := ""
	old, next := r.Shown(c.Change)
	switch {
	case r.Created:
		message = "is created in " + r.Item.Location.Path
	case c.Op == merge.Add:
		message = "is added: " + told(old, next)[1]
	case c.Op == merge.Delete:
		message = "is removed, was " + told(old, next)[0]
	default:
		said := told(old, next)
		message = "changes from " + said[0] + " to " + said[1]
	}
	why := fmt.Sprintf(" (component %q, chosen by %s)", c.Component, c.Rule)
	switch {
	case c.Rule == record:
		why = " (the release that the resource is on)"
	case c.Rule == creation && !r.Created:
		why = " (so that the build has the files that there are)"
	case c.Rule == rotation:
		why = " (a copy, since what it is a copy of is immutable)"
	case c.Rule == reference:
		why = " (the template's copy)"
	case c.Patch == merge.Dropped:
		why = fmt.Sprintf(" (release %s set it, %s does not; component %q, chosen by %s)", r.From, m.Release, c.Component, c.Rule)
	}
	if r.Copy != "" {
		why += fmt.Sprintf(", in the copy %q", r.Copy)
	}
	tags := map[string]string{
		"cluster": r.Cluster.String(), "release": m.Release.String(),
		"component": c.Component, "rule": string(c.Rule), "op": string(c.Op), "impact": string(c.Impact),
	}
	if c.Component == "" {
		delete(tags, "component")
	}
	return result.Result{
		Severity: result.Info, Message: message + why,
		Item: r.Item, Field: c.Path, Old: old, New: next, Tags: tags,
	}
}
