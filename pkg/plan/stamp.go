package plan

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// stamp records the release on the resources that change, and on the Cluster of each cluster. A resource that a component which is left
// out is for stays on its release, and so does the Cluster where single components are what the upgrade is about.
func (m *maker) stamp() {
	for _, cl := range m.Clusters {
		upgraded := false
		for _, i := range cl.Base {
			r := m.byItem[i]
			if r == nil || r.Final == nil {
				continue
			}
			upgraded = true
			switch {
			case r.Removed || len(r.Changes) == 0 || i == cl.Resource():
			case m.leftOut[i]:
				m.notef(UnrecordedNote, i, nil, "components that are left out are for it, too: its record of the release stays")
			case !m.stampOne(r) && m.single() && cl.Release() != "":
				m.notef(UnrecordedNote, i, nil, "gets what release %s says, and has no record of that, while %s stays on %s; stamp adds one", m.Release, cl, cl.Release())
			}
		}
		if own := cl.Resource(); own != nil && upgraded {
			m.stampCluster(own, cl)
		}
	}
}

// single tells whether the upgrade is about single components.
func (m *maker) single() bool { return len(m.spec.Components.Include) > 0 }

// staysRecorded tells whether the record of a resource stays, whatever the release's data say.
func (m *maker) staysRecorded(r *Resource) bool {
	return m.leftOut[r.Item] || m.single() && r.Item == r.Cluster.Resource()
}

// stampCluster records the release on the Cluster, and sees to what is left out and has no record of its own: it would count as on
// the Cluster's release from now on.
func (m *maker) stampCluster(own *resource.Item, cl *cluster.Cluster) {
	was := cluster.ReleaseOf(own)
	if m.single() {
		if was != "" {
			m.notef(UnrecordedNote, own, nil, "stays on release %s, for components are left out", was)
		}
		return
	}
	if m.leftOut[own] {
		if was != "" {
			m.Results.Warnf(own, nil, "stays on release %s, for a component that is for it is left out: so does all of %s that has no record of its own, whatever it gets of %s; must be upgraded before the next release", was, cl, m.Release)
		}
		return
	}
	r := m.final(own, cl)
	if r == nil || r.Removed {
		return
	}
	m.stampOne(r)
	if was == "" || m.known(was) == m.Release {
		return
	}
	var names []string
	for _, i := range m.unrecorded[cl] {
		if m.spec.Stamp && m.from(i, cl) != nil {
			if r := m.final(i, cl); r != nil {
				r.label(strings.TrimPrefix(m.from(i, cl).Version.String(), "v"))
			}
			continue
		}
		names = append(names, i.Ref.String())
	}
	if len(names) > 0 {
		m.Results.Warnf(own, nil, "%s gets release %s, and what is left out has no record of its own, and will count as on that release, too: %s; must be upgraded before the next release, or stamp be set, which records that it is on %s", cl, m.Release, some(names), was)
	}
}

// final is the plan's entry for a resource, with what the resource is afterwards; nil where it cannot be read, which is an error then.
func (m *maker) final(i *resource.Item, cl *cluster.Cluster) *Resource {
	r := m.resource(i, cl)
	if r.Final == nil {
		logical, err := yamltree.Logical(i.Node)
		if err != nil {
			m.Results.Errorf(i, nil, "%v", err)
			return nil
		}
		r.Final, r.left = yamltree.Clone(logical), true
	}
	return r
}

// stampOne records the release on a resource: in the label and the annotation that it has, as it is written there, and with
// spec.stamp in a label where it has neither. It tells whether there is a record then.
func (m *maker) stampOne(r *Resource) bool {
	number := strings.TrimPrefix(m.Release.Version.String(), "v")
	found := false
	for _, field := range []string{"labels", "annotations"} {
		at := yamltree.Fields("metadata", field, cluster.ReleaseKey)
		has := yamltree.Lookup(r.Final, at)
		if has == nil || has.Kind != yamltree.Scalar {
			continue
		}
		found = true
		want := number
		if strings.HasPrefix(has.Value, "v") {
			want = "v" + number
		}
		if has.Value != want && Pinned(r.Item, at) == "" {
			next := yamltree.StripComments(yamltree.Clone(has))
			next.Value = want
			r.set(record, at, next)
		}
	}
	if !found && m.spec.Stamp {
		r.label(number)
		return true
	}
	return found
}

// label records a release, as its number is written, in a label where there is none.
func (r *Resource) label(number string) {
	at := yamltree.Fields("metadata", "labels")
	if labels := yamltree.Lookup(r.Final, at); labels == nil || labels.Kind != yamltree.Map {
		r.set(record, at, yamltree.NewMap().Add(cluster.ReleaseKey, yamltree.Str(number)))
		return
	}
	r.set(record, at.Field(cluster.ReleaseKey), yamltree.Str(number))
}
