package plan

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// stamp records the release on the resources that change, and on the Cluster of each cluster. Where components are left out, what they
// are for is not on the release: neither is such a resource recorded, nor the Cluster, where that speaks for them, or where single components
// are what the upgrade is about.
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
			case r.part:
				m.notef(UnrecordedNote, i, nil, "components that are left out are for it, too: its record of the release stays")
			case !m.stampOne(r) && m.inPart[cl] && cl.Release() != "":
				m.notef(UnrecordedNote, i, nil, "gets what release %s says, and has no record of that, while %s stays on %s; stamp adds one", m.Release, cl, cl.Release())
			}
		}
		if own := cl.Resource(); own != nil && upgraded {
			m.stampCluster(own, cl)
		}
	}
}

// stampCluster records the release on the Cluster.
func (m *maker) stampCluster(own *resource.Item, cl *cluster.Cluster) {
	if m.inPart[cl] || len(m.spec.Components.Include) > 0 {
		if cluster.ReleaseOf(own) != "" {
			m.notef(UnrecordedNote, own, nil, "stays on release %s, for components are left out", cluster.ReleaseOf(own))
		}
		return
	}
	r := m.resource(own, cl)
	if r.Final == nil {
		logical, err := yamltree.Logical(own.Node)
		if err != nil {
			m.Results.Errorf(own, nil, "%v", err)
			return
		}
		r.Final, r.left = logical, true
	}
	if !r.Removed && !r.part {
		m.stampOne(r)
	}
}

// stampOne records the release on a resource: in the label and the annotation that it has, as it is written there, and with
// spec.stamp in a label where it has neither. It tells whether there is a record then.
func (m *maker) stampOne(r *Resource) bool {
	number := strings.TrimPrefix(m.Release.Version.String(), "v")
	found := false
	for _, field := range []string{"labels", "annotations"} {
		at := yamltree.Fields("metadata", field, cluster.ReleaseKey)
		has := yamltree.Lookup(r.Final, at)
		if has == nil || has.Kind != yaml.ScalarNode {
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
		at := yamltree.Fields("metadata", "labels")
		if labels := yamltree.Lookup(r.Final, at); labels == nil || labels.Kind != yaml.MappingNode {
			r.set(record, at, &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: []*yaml.Node{yamltree.Str(cluster.ReleaseKey), yamltree.Str(number)}})
		} else {
			r.set(record, at.Field(cluster.ReleaseKey), yamltree.Str(number))
		}
		return true
	}
	return found
}
