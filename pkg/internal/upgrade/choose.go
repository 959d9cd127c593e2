package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// choice is what a configuration chooses from its input.
type choice struct {
	catalog  *release.Catalog
	clusters []*cluster.Cluster
	goal     []goal // of each cluster
	notes    []plan.Note
	homeless []*resource.Item // of which nothing tells the cluster
}

// choose chooses the clusters, and the release that each is to get.
func choose(spec v1alpha1.ApplyReleaseSpec, in *Around) choice {
	l, err := layout.ParseRelease(spec.Layout.Release...)
	if err != nil {
		panic("upgrade: the configuration was not validated: " + err.Error())
	}
	clusters, err := layout.ParseCluster(spec.Layout.Cluster...)
	if err != nil {
		panic("upgrade: the configuration was not validated: " + err.Error())
	}
	c := choice{}
	var found result.List
	c.catalog, found = release.Read(in.Items, l, in.Indexes...)
	c.catalog.Know(in.Known, in.Indexes)
	all, homeless := cluster.GroupAll(in.Items, c.catalog, clusters)
	c.homeless = homeless
	c.selectClusters(spec, in.On, all)
	if in.Standing {
		c.clusters = slices.DeleteFunc(c.clusters, func(cl *cluster.Cluster) bool { return !cl.Stands() })
	}
	c.goal, err = c.goals(spec, in.Reach)
	noneLeft := slices.ContainsFunc(c.notes, func(n plan.Note) bool { return n.Kind == plan.NoClusterLeft }) // for which no release need be found
	if err != nil && !noneLeft && (len(c.catalog.Releases) > 0 || !found.Failed()) {
		c.notes = append(c.notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: err.Error()})
	}
	c.blame(found, l)
	c.notes = append(c.notes, in.definitions().notes...)
	return c
}

// blame takes over what is wrong with releases: of those that clusters are on or go to, all of it; of others, errors as warnings.
func (c *choice) blame(found result.List, l layout.Release) {
	to := releases(c.goal)
	for _, r := range found {
		own := c.catalog.ReleaseOf(r.Item)
		used := own != nil && slices.Contains(to, own)
		switch {
		case r.Severity != result.Error && (r.Item == nil || !used):
			continue
		case r.Severity == result.Error && len(to) > 0 && r.Item != nil && !c.concerns(r.Item, own, l):
			r.Severity = result.Warning
		}
		c.notes = append(c.notes, plan.Note{Kind: plan.Faulty, Severity: r.Severity, Item: r.Item, Field: r.Field, Text: r.Message})
	}
}

// concerns reports whether an item may be of a release that clusters are on or go to; own is the release that it is known to be of, nil for none.
func (c *choice) concerns(i *resource.Item, own *release.Release, l layout.Release) bool {
	var of []version.Version
	if own != nil {
		of = append(of, own.Version)
	}
	if at, located := l.Match(i.Location.Segments()); located {
		of = append(of, at.Version)
	}
	if own == nil && (len(of) == 0 || i.HasAnnotation(release.ReleaseAnnotation)) {
		return true
	}
	is := func(v version.Version) bool { return slices.ContainsFunc(of, v.Equal) }
	for n, cl := range c.clusters {
		if g := c.goal[n].release; g != nil && is(g.Version) {
			return true
		}
		for _, text := range append(cl.Releases(), cl.Release()) {
			if v, err := version.Parse(text); err == nil && is(v) {
				return true
			}
		}
	}
	return false
}

// selectClusters keeps the clusters that the configuration names, and none that it excludes; a pattern that names none is an error.
func (c *choice) selectClusters(spec v1alpha1.ApplyReleaseSpec, on string, all []*cluster.Cluster) {
	if len(spec.Clusters) == 0 {
		c.clusters = slices.Clone(cluster.Standing(all))
		if len(all) == 0 {
			c.notes = append(c.notes, plan.Note{Kind: plan.NoCluster, Severity: result.Error})
		}
	}
	selector := cluster.NewSelector(all)
	in := c.fitting("spec.clusters", spec.Clusters, selector, all)
	out := c.fitting("spec.excludeClusters", spec.ExcludeClusters, selector, all)
	for _, cl := range all {
		if in[cl] {
			c.clusters = append(c.clusters, cl)
		}
	}
	c.clusters = slices.DeleteFunc(c.clusters, func(cl *cluster.Cluster) bool { return out[cl] })
	if on != "" {
		c.clusters = slices.DeleteFunc(c.clusters, func(cl *cluster.Cluster) bool { return !c.isOn(cl, on) })
	}
	if len(c.clusters) == 0 && len(c.notes) == 0 && len(all) > 0 {
		c.notes = append(c.notes, plan.Note{Kind: plan.NoClusterLeft, Severity: result.Error, From: on})
	}
	slices.SortFunc(c.clusters, func(a, b *cluster.Cluster) int { return strings.Compare(a.String(), b.String()) })
}

// isOn reports whether a cluster is on a release, which may be named with its provider.
func (c *choice) isOn(cl *cluster.Cluster, on string) bool {
	provider, text, named := strings.Cut(on, "/")
	if !named {
		provider, text = "", on
	}
	v, errV := version.Parse(text)
	own, err := version.Parse(cl.Release())
	return errV == nil && err == nil && own.Equal(v) && (provider == "" || slices.Contains(match.Providers(c.catalog, cl, own), provider))
}

// fitting are the clusters that the patterns in a field are for; a pattern that is for none is an error.
func (c *choice) fitting(field string, patterns []string, selector *cluster.Selector, all []*cluster.Cluster) map[*cluster.Cluster]bool {
	out := map[*cluster.Cluster]bool{}
	for i, pattern := range patterns {
		at := fmt.Sprintf("%s[%d]", field, i)
		found, err := selector.Select(pattern)
		for _, cl := range found {
			out[cl] = true
		}
		switch n := (plan.Note{Kind: plan.ClusterUnknown, Severity: result.Error, Name: pattern, Text: at}); {
		case len(found) > 0:
		case err != nil:
			n.Kind, n.Text = plan.Faulty, at+": "+err.Error()
			c.notes = append(c.notes, n)
		default:
			for _, cl := range all {
				n.Names = append(n.Names, cl.String())
			}
			if len(all) == 1 && all[0].ID == "" {
				n.Kind = plan.ClusterUntold
			}
			c.notes = append(c.notes, n)
		}
	}
	return out
}

// checkComponents looks at what include and exclude leave of a release. A name that fits no component is an error.
func checkComponents(s v1alpha1.ComponentSelector, r *release.Release) []plan.Note {
	var names []string
	some := false
	for _, x := range r.Components {
		names = append(names, x.Name)
		some = some || selects(s, x.Name)
	}
	var out []plan.Note
	for _, list := range []struct {
		field string
		globs []string
	}{{"include", s.Include}, {"exclude", s.Exclude}} {
		for i, g := range list.globs {
			if !slices.ContainsFunc(names, func(name string) bool { return layout.Glob(g, name) }) {
				out = append(out, plan.Note{Kind: plan.ComponentUnknown, Severity: result.Error, Name: g, Names: names, To: r.String(), Text: fmt.Sprintf("spec.components.%s[%d]", list.field, i)})
			}
		}
	}
	if !some && len(names) > 0 && len(out) == 0 {
		out = append(out, plan.Note{Kind: plan.NoComponentLeft, Severity: result.Error, To: r.String()})
	}
	return out
}

// selects reports whether include and exclude leave a component in.
func selects(s v1alpha1.ComponentSelector, name string) bool {
	fits := func(g string) bool { return layout.Glob(g, name) }
	included := len(s.Include) == 0 || slices.ContainsFunc(s.Include, fits)
	return included && !slices.ContainsFunc(s.Exclude, fits)
}
