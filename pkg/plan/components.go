package plan

import (
	"path"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/overlay"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// orphan says that a component was for a resource that nothing of the new release is for.
func (m *maker) orphan(c *release.Component, old *release.Release, i *resource.Item) {
	if m.Release.Component(c.Name) == nil {
		m.Results.Warnf(i, nil, "component %q of release %s is gone in %s, and its resource is still here; must be removed, if nothing needs it", c.Name, old, m.Release)
	} else {
		m.Results.Warnf(i, nil, "component %q of release %s was for it, and that of %s is not: what it set stays; must be removed, if nothing needs it", c.Name, old, m.Release)
	}
	m.Results[len(m.Results)-1].Tags = map[string]string{result.NoteTag: OrphanedNote}
}

// withoutKnown leaves out the clusters in which it is no wonder that a component matches nothing: the customer has it in the overlay,
// or it is new, and is created.
func (m *maker) withoutKnown(c *release.Component, missing []*cluster.Cluster) []*cluster.Cluster {
	var out []*cluster.Cluster
	for _, cl := range missing {
		own := m.overlay(cl).Own
		has := find(c, &cluster.Cluster{Installation: cl.Installation, ID: cl.ID, Base: own})
		switch {
		case len(has) > 0:
			for _, i := range own {
				if has[i] != nil {
					m.notef(OverlaidNote, i, nil, "component %q of release %s is in the customer's overlay already; is left alone", c.Name, m.Release)
				}
			}
		case !m.create(c, cl):
			out = append(out, cl)
		}
	}
	return out
}

// overlay is the customer's overlay of a cluster, read once.
func (m *maker) overlay(cl *cluster.Cluster) *overlay.Overlay {
	o := m.overlays[cl]
	if o == nil {
		o = overlay.Read(cl)
		m.overlays[cl] = o
	}
	return o
}

// create creates the resource of a component that the release adds and whose data is complete, where the policy says so. Otherwise it
// reports such a component. false says that the component is none of that kind.
func (m *maker) create(c *release.Component, cl *cluster.Cluster) bool {
	old := m.known(m.whole(cl))
	if old == nil || old == m.Release || old.Component(c.Name) != nil {
		return false
	}
	var patches []merge.Patch
	for _, p := range c.Patches {
		if p.Data == nil {
			return false
		}
		patches = append(patches, merge.Patch{Component: c.Name, Rank: p.Rank(), Data: p.Data})
	}
	data := identityFirst(merge.Compose(patches, schema.NewType(nil)))
	item := resource.NewItem(data, nil)
	if item.APIVersion == "" || item.Kind == "" || item.Name == "" {
		return false
	}
	source := c.Patches[0].Item
	dir, file := cl.Folder, ""
	if dir != "" {
		file = path.Join(dir, c.Name+".yaml")
	}
	if m.spec.Policy.NewComponents != v1alpha1.Create {
		if say := m.reaction(c.Optional()); say != nil {
			say(source, nil, "component %q is new in release %s, and %s has no %s; policy.newComponents Create would create it", c.Name, m.Release, cl, item.Ref)
		}
		return true
	}
	for _, i := range cl.Base {
		if file != "" && i.Location.Path == file {
			m.Results.Errorf(i, nil, "component %q is to be created in this file, which holds something else; must be another file", c.Name)
			return true
		}
	}
	item.Location = resource.Location{Path: file}
	m.created = append(m.created, &Resource{
		Item: item, Cluster: cl, Created: true, Final: data,
		Changes: []Change{{Change: merge.Change{Op: merge.Add, New: data}, Component: c.Name, Rule: creation, Impact: clusterapi.ImpactOf(item.Ref, nil)}},
	})
	m.list(cl, dir, c.Name+".yaml")
	return true
}

// identityFirst puts what people look for first in front, and maps into block style, in a tree that the caller owns.
func identityFirst(n *yamltree.Node) *yamltree.Node {
	var front, rest []*yamltree.Node
	for _, key := range []string{"apiVersion", "kind", "metadata"} {
		if v := yamltree.Get(n, key); v != nil {
			front = append(front, v)
		}
	}
	for v := range n.Children() {
		if !slices.Contains(front, v) {
			rest = append(rest, v)
		}
	}
	n.SetChildren(append(front, rest...))
	block(n)
	return n
}

func block(n *yamltree.Node) {
	if n.First() != nil {
		n.Style = yamltree.Block
	}
	for child := range n.Children() {
		block(child)
	}
}
