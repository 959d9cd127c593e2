package plan

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// stamp records the release on the resources that change, and on the Cluster of each cluster that is upgraded as a whole: where the
// configuration includes single components, the Cluster as such stays on its release, and what changes without a record of its own is
// ahead of it unseen, which is noted.
func (m *maker) stamp() {
	for _, cl := range m.Clusters {
		upgraded := false
		for _, i := range cl.Base {
			r := m.byItem[i]
			if r == nil || r.Final == nil || r.Removed {
				continue
			}
			upgraded = true
			if len(r.Changes) > 0 && !m.stampOne(r) && len(m.spec.Components.Include) > 0 && cl.Resource() != nil && cluster.ReleaseOf(cl.Resource()) != "" {
				m.notef(UnrecordedNote, i, nil, "gets what release %s says, and has no record of that, while %s stays on %s; stamp adds one", m.Release, cl, cluster.ReleaseOf(cl.Resource()))
			}
		}
		if own := cl.Resource(); own != nil && upgraded && len(m.spec.Components.Include) == 0 {
			r := m.resource(own, cl)
			if r.Final == nil {
				logical, err := yamltree.Logical(own.Node)
				if err != nil {
					m.Results.Errorf(own, nil, "%v", err)
					continue
				}
				r.Final, r.left = logical, true
			}
			if !r.Removed {
				m.stampOne(r)
			}
		}
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
