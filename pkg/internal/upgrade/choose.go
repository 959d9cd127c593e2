package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// choice is what a configuration chooses from its input.
type choice struct {
	catalog     *release.Catalog
	release     *release.Release // nil for none
	components  []*release.Component
	clusters    []*cluster.Cluster
	definitions []*yamltree.Node
	notes       []plan.Note
}

// choose chooses the release, its components and the clusters.
func choose(spec v1alpha1.ApplyReleaseSpec, in Input) choice {
	releases, err := layout.ParseRelease(spec.Layout.Release)
	if err != nil {
		panic("upgrade: the configuration was not validated: " + err.Error())
	}
	clusters, err := layout.ParseCluster(spec.Layout.Cluster)
	if err != nil {
		panic("upgrade: the configuration was not validated: " + err.Error())
	}
	c := choice{}
	var found result.List
	c.catalog, found = release.Read(in.Items, releases, in.Indexes...)
	c.release, err = c.catalog.Select(spec.Release.Provider, spec.Release.Version)
	if err != nil && (len(c.catalog.Releases) > 0 || !found.Failed()) {
		c.notes = append(c.notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: err.Error()})
	}
	for _, r := range found { // of other releases, errors alone are of interest
		if r.Severity == result.Error || r.Item != nil && c.catalog.ReleaseOf(r.Item) == c.release {
			c.notes = append(c.notes, plan.Note{Kind: plan.Faulty, Severity: r.Severity, Item: r.Item, Field: r.Field, Text: r.Message})
		}
	}
	c.selectClusters(spec.Clusters, cluster.Group(in.Items, c.catalog, clusters))
	if c.release == nil {
		return c
	}
	c.selectComponents(spec.Components)
	definitions, notes := definitionsAmong(in.Items)
	c.definitions, c.notes = append(definitions, in.Definitions...), append(c.notes, notes...)
	return c
}

// selectClusters keeps the clusters that the configuration names; a pattern that names none is an error.
func (c *choice) selectClusters(patterns []string, all []*cluster.Cluster) {
	if len(patterns) == 0 {
		if c.clusters = all; len(all) == 0 {
			c.notes = append(c.notes, plan.Note{Kind: plan.NoCluster, Severity: result.Error})
		}
		return
	}
	var names []string
	for _, cl := range all {
		names = append(names, cl.String())
	}
	for i, pattern := range patterns {
		n := plan.Note{Kind: plan.ClusterUnknown, Severity: result.Error, Name: pattern, Names: names, Text: fmt.Sprintf("spec.clusters[%d]", i)}
		found, err := cluster.Select(all, pattern)
		switch {
		case err != nil:
			n.Kind, n.Text = plan.Faulty, n.Text+": "+err.Error()
		case len(found) > 0:
			for _, cl := range found {
				if !slices.Contains(c.clusters, cl) {
					c.clusters = append(c.clusters, cl)
				}
			}
			continue
		case len(all) == 1 && all[0].ID == "":
			n.Kind = plan.ClusterUntold
		}
		c.notes = append(c.notes, n)
	}
	slices.SortFunc(c.clusters, func(a, b *cluster.Cluster) int { return strings.Compare(a.String(), b.String()) })
}

// selectComponents applies include and exclude. A name that fits no component is an error.
func (c *choice) selectComponents(s v1alpha1.ComponentSelector) {
	var names []string
	for _, x := range c.release.Components {
		names = append(names, x.Name)
		if selects(s, x.Name) {
			c.components = append(c.components, x)
		}
	}
	wrong := false
	for _, list := range []struct {
		field string
		globs []string
	}{{"include", s.Include}, {"exclude", s.Exclude}} {
		for i, g := range list.globs {
			if !slices.ContainsFunc(names, func(name string) bool { return layout.Glob(g, name) }) {
				wrong = true
				c.notes = append(c.notes, plan.Note{Kind: plan.ComponentUnknown, Severity: result.Error, Name: g, Names: names, To: c.release.String(), Text: fmt.Sprintf("spec.components.%s[%d]", list.field, i)})
			}
		}
	}
	if len(c.components) == 0 && len(names) > 0 && !wrong {
		c.notes = append(c.notes, plan.Note{Kind: plan.NoComponentLeft, Severity: result.Error, To: c.release.String()})
	}
}

// selects reports whether include and exclude leave a component in.
func selects(s v1alpha1.ComponentSelector, name string) bool {
	fits := func(g string) bool { return layout.Glob(g, name) }
	included := len(s.Include) == 0 || slices.ContainsFunc(s.Include, fits)
	return included && !slices.ContainsFunc(s.Exclude, fits)
}

// definitionsAmong are the CustomResourceDefinitions among items.
func definitionsAmong(items []*resource.Item) (out []*yamltree.Node, notes []plan.Note) {
	for _, i := range items {
		if i.Kind != "CustomResourceDefinition" || i.Group() != "apiextensions.k8s.io" {
			continue
		}
		logical, err := yamltree.Logical(i.Node)
		if err != nil {
			notes = append(notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: i, Text: err.Error()})
			continue
		}
		out = append(out, logical)
	}
	return out, notes
}
