package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/nearest"
	"github.com/giantswarm/apply-release/pkg/release"
)

// selectClusters keeps the clusters that the configuration names; a pattern that names none is an error.
func (m *maker) selectClusters(all []*cluster.Cluster) {
	var names []string
	for _, c := range all {
		names = append(names, c.String())
	}
	if len(m.spec.Clusters) == 0 {
		m.Clusters = all
		if len(all) == 0 {
			m.Results.Errorf(nil, nil, "no resource of a cluster is among the input's items; must include the cluster's base")
		}
		return
	}
	for i, pattern := range m.spec.Clusters {
		found, err := cluster.Select(all, pattern)
		if err != nil {
			m.Results.Errorf(nil, nil, "spec.clusters[%d]: %v", i, err)
			continue
		}
		for _, c := range found {
			if !slices.Contains(m.Clusters, c) {
				m.Clusters = append(m.Clusters, c)
			}
		}
		if len(found) == 0 && len(all) == 1 && all[0].ID == "" {
			m.Results.Errorf(nil, nil, "spec.clusters[%d]: nothing tells that the items are of %q; must carry the label cluster.x-k8s.io/cluster-name, come with a location (kustomize: buildMetadata: [originAnnotations]), or spec.clusters be left out", i, pattern)
			continue
		}
		if len(found) == 0 {
			m.Results.Errorf(nil, nil, "spec.clusters[%d]: %q selects no cluster; must fit one of the input's%s%s", i, pattern, list(names), nearest.Hint(pattern, names))
		}
	}
	slices.SortFunc(m.Clusters, func(a, b *cluster.Cluster) int { return strings.Compare(a.String(), b.String()) })
}

// list shows up to ten names behind a colon.
func list(names []string) string {
	const limit = 10
	switch {
	case len(names) == 0:
		return ", which has none"
	case len(names) > limit:
		return fmt.Sprintf(": %s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
	}
	return ": " + strings.Join(names, ", ")
}

// selectComponents applies include and exclude. A name that fits no component is an error.
func (m *maker) selectComponents() []*release.Component {
	var names []string
	for _, c := range m.Release.Components {
		names = append(names, c.Name)
	}
	if m.drift { // the configuration is for another release
		return slices.DeleteFunc(slices.Clone(m.Release.Components), func(c *release.Component) bool { return !m.selects(c.Name) })
	}
	for field, globs := range map[string][]string{"include": m.spec.Components.Include, "exclude": m.spec.Components.Exclude} {
		for i, g := range globs {
			if !slices.ContainsFunc(names, func(name string) bool { return layout.Glob(g, name) }) {
				m.Results.Errorf(nil, nil, "spec.components.%s[%d]: %q fits no component of release %s; must fit one%s%s", field, i, g, m.Release, list(names), nearest.Hint(g, names))
			}
		}
	}
	var out []*release.Component
	for _, c := range m.Release.Components {
		if m.selects(c.Name) {
			out = append(out, c)
		}
	}
	if len(out) == 0 && len(names) > 0 && !m.Results.Failed() {
		m.Results.Errorf(nil, nil, "spec.components: include and exclude leave no component of release %s; must leave one", m.Release)
	}
	return out
}

// selects tells whether include and exclude leave a component in.
func (m *maker) selects(name string) bool {
	fits := func(g string) bool { return layout.Glob(g, name) }
	included := len(m.spec.Components.Include) == 0 || slices.ContainsFunc(m.spec.Components.Include, fits)
	return included && !slices.ContainsFunc(m.spec.Components.Exclude, fits)
}
