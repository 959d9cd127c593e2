package plan

import (
	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/parallel"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// definitions are the CustomResourceDefinitions among the items.
func (m *maker) definitions(items []*resource.Item) []*yamltree.Node {
	var out []*yamltree.Node
	for _, i := range items {
		if i.Kind != "CustomResourceDefinition" || i.Group() != "apiextensions.k8s.io" {
			continue
		}
		logical, err := yamltree.Logical(i.Node)
		if err != nil {
			m.Results.Errorf(i, nil, "%v", err)
			continue
		}
		out = append(out, logical)
	}
	return out
}

// mergeAll merges the patches into every resource that has some.
func (m *maker) mergeAll(definitions []*yamltree.Node) {
	var keys []schema.MergeKey
	for _, k := range m.spec.MergeKeys {
		keys = append(keys, schema.MergeKey(k))
	}
	s := schema.New(keys, definitions)
	var work []merging
	for _, cl := range m.Clusters {
		for _, i := range cl.Base {
			if r := m.byItem[i]; r != nil {
				work = append(work, merging{r, s.Of(i.Ref), s.Step(i.Ref, nextAPIVersion(r))})
			}
		}
	}
	composer := &merge.Composer{}
	parts := make([]*maker, (len(work)+mergedAtOnce-1)/mergedAtOnce)
	parallel.Do(len(parts), func(n int) {
		parts[n] = m.part()
		parts[n].composer = composer
		for _, x := range work[n*mergedAtOnce : min((n+1)*mergedAtOnce, len(work))] {
			parts[n].mergeOne(x)
		}
	})
	for _, p := range parts {
		m.Results, m.notes, m.unknown = append(m.Results, p.Results...), append(m.notes, p.notes...), append(m.unknown, p.unknown...)
	}
	if !m.drift {
		m.sayUnknown()
	}
}

// mergedAtOnce is how many resources are merged in one go, beside others.
const mergedAtOnce = 64

// merging is a resource that patches are merged into, with its type as it is and in the API version that it gets.
type merging struct {
	r         *Resource
	own, step *schema.Type
}

// part is a maker with the same view, which collects by itself what it finds about the resources that it merges.
func (m *maker) part() *maker {
	p := *m
	p.Plan = &Plan{Release: m.Release, Clusters: m.Clusters, From: m.From}
	p.notes, p.unknown = nil, nil
	return &p
}

func (m *maker) mergeOne(x merging) {
	r := x.r
	logical, err := yamltree.Logical(r.Item.Node)
	if err != nil {
		m.Results.Errorf(r.Item, nil, "%v", err)
		return
	}
	if !m.drift {
		m.checkKept(r, logical)
	}
	patches := asPatches(r.patches)
	sides := merge.Sides{
		Known: r.From != nil, Old: asPatches(r.old), OldAll: asPatches(r.oldAll), All: append(asPatches(r.others), patches...),
		Accept:   func(p merge.Proposal) bool { return m.accept(r, p) },
		Apart:    func(p yamltree.Path) bool { return holdsPinned(r.Item, p) },
		Composer: m.composer,
		Mask:     func(p yamltree.Path, n *yamltree.Node) *yamltree.Node { return secret.Mask(r.Item, p, n) },
	}
	merged := merge.ThreeWay(logical, patches, sides, x.step)
	for _, f := range merged.Errors {
		m.Results.Errorf(r.Item, f.Path, "component %q: %s", r.component(f.Patch), f.Message)
	}
	for _, f := range merged.Warnings {
		m.Results.Warnf(r.Item, f.Path, "component %q: %s", r.component(f.Patch), f.Message)
	}
	if len(merged.Errors) > 0 {
		return
	}
	for _, k := range merged.Kept {
		if !isRecord(k.Path) {
			said := saidApart(secret.Mask(r.Item, k.Path, k.Has), secret.Mask(r.Item, k.Path, k.Was))
			m.Results.Warnf(r.Item, k.Path, "%s; release %s %s, %s does not set it any more: the local change is kept, and must be removed if nothing needs it", here(said[0]), r.From, sets("set", said[1]), m.Release)
		}
	}
	if merged.Removed && !m.drift {
		m.checkRemoval(r, logical, x.own)
	}
	r.Removed, r.Final = merged.Removed, merged.Final
	for _, c := range merged.Changes {
		x := r.whose(c)
		r.Changes = append(r.Changes, Change{Change: c, Component: x.patch.Component, Rule: x.rule, Impact: clusterapi.ImpactOf(r.Item.Ref, c.Path)})
		m.lowered(r, c)
	}
	if r.From == nil && (len(r.Changes) > 0 || r.Removed) {
		m.unknown = append(m.unknown, r)
	}
}

// checkRemoval refuses to remove a resource of which something is to be kept, or that has local changes that the policy keeps, or fails
// for.
func (m *maker) checkRemoval(r *Resource, root *yamltree.Node, own *schema.Type) {
	if len(kept(r.Item)) > 0 {
		m.Results.Errorf(r.Item, nil, "the release removes the resource, and the annotation %s keeps some of it; must be one of them", KeepAnnotation)
		return
	}
	if r.From == nil {
		return
	}
	for _, c := range merge.Merge(root, asPatches(r.oldAll), own).Changes {
		if setting, _ := m.policy(r, c.Path); setting != v1alpha1.Overwrite && !isRecord(c.Path) {
			said := saidApart(secret.Mask(r.Item, c.Path, c.Old), secret.Mask(r.Item, c.Path, c.New))
			m.Results.Errorf(r.Item, c.Path, "%s; release %s %s, and %s removes the resource: a local change; must be settled by a rule in spec.policy.rules, such as %s", here(said[0]), r.From, sets("set", said[1]), m.Release, rule(r, c.Path, v1alpha1.Overwrite))
		}
	}
}

// whose is the patch that a change is due to: of the old release where the new one does not set the field any more.
func (r *Resource) whose(c merge.Change) matched {
	if c.Patch != merge.Dropped {
		return r.patches[c.Patch]
	}
	for _, x := range r.old {
		if yamltree.Lookup(x.data, c.Path) != nil {
			return x
		}
	}
	return r.patches[0]
}

// lowered notes a version that goes down although the release is newer.
func (m *maker) lowered(r *Resource, c merge.Change) {
	if c.Op != merge.Update || c.Old.Kind != yamltree.Scalar || c.New.Kind != yamltree.Scalar || r.From != nil && r.From.Version.Compare(m.Release.Version) >= 0 {
		return
	}
	was, is := r.Shown(c)
	old, errOld := version.Parse(was.Value)
	next, errNew := version.Parse(is.Value)
	if errOld == nil && errNew == nil && next.Compare(old) < 0 && !isRecord(c.Path) {
		m.notef(LoweredNote, r.Item, c.Path, "goes down from %s to %s, although release %s is newer", c.Old.Value, c.New.Value, m.Release)
	}
}

// nextAPIVersion is the apiVersion that the last patch with one moves a resource to.
func nextAPIVersion(r *Resource) string {
	next := r.Item.APIVersion
	for _, x := range r.patches {
		if v := resource.NewItem(x.data, nil).APIVersion; v != "" {
			next = v
		}
	}
	return next
}
