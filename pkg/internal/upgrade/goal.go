package upgrade

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Reach says how far clusters go.
type Reach int

const (
	// Whole goes to the release that the configuration selects, in one step.
	Whole Reach = iota
	// NextStep goes one step on the path to the release that the configuration selects.
	NextStep
	// Newest goes to the newest release that a cluster can get to in one step, whatever the configuration selects.
	Newest
)

// goal is the release that a cluster is to get.
type goal struct {
	release *release.Release   // nil where none is found
	rest    []*release.Release // the stops behind it
	there   bool               // the cluster is on it already, or on a newer one
	problem *plan.Note         // why there is no release, or no newer one; nil for none
}

// blocked is a goal that is not found.
func blocked(n plan.Note) goal {
	n.Severity = result.Error
	return goal{problem: &n}
}

// goals are the releases that the clusters are to get. Where none gets one since none is there at all, the error says so for all of them.
func (c *choice) goals(spec v1alpha1.ApplyReleaseSpec, reach Reach) ([]goal, error) {
	out := make([]goal, len(c.clusters))
	if reach == Newest {
		for n, cl := range c.clusters {
			out[n] = c.newest(spec, cl)
		}
		return out, nil
	}
	one, err := c.catalog.Select(spec.Release.Provider, spec.Release.Version)
	some := len(c.clusters) == 0 && err == nil
	for n, cl := range c.clusters {
		own := one
		if spec.Release.Provider == "" {
			own = c.ofProvider(cl, spec, one)
		}
		switch some = some || own != nil; {
		case own == nil && err != nil:
			out[n] = blocked(plan.Note{Kind: plan.Faulty, Text: err.Error(), Item: cl.Resource()})
		case reach == NextStep:
			out[n] = c.step(spec, cl, own)
		default:
			out[n] = goal{release: own}
		}
	}
	if !some {
		if provider := c.provider(spec); provider != "" {
			_, err = c.catalog.Select(provider, spec.Release.Version)
		}
		return make([]goal, len(c.clusters)), err
	}
	return out, nil
}

// provider is the one that the configuration names, else that of all clusters; "" where they have several, or nothing tells.
func (c *choice) provider(spec v1alpha1.ApplyReleaseSpec) string {
	one := spec.Release.Provider
	for _, cl := range c.clusters {
		names := c.providers(cl, spec)
		if spec.Release.Provider == "" && (len(names) != 1 || one != "" && one != names[0]) {
			return ""
		}
		if spec.Release.Provider == "" {
			one = names[0]
		}
	}
	return one
}

// providers are those whose releases fit a cluster; none where it is not known on which release it is.
func (c *choice) providers(cl *cluster.Cluster, spec v1alpha1.ApplyReleaseSpec) []string {
	v, err := version.Parse(on(spec, cl))
	if err != nil && cl.Chart() == nil { // which says the provider without a version
		return nil
	}
	return match.Providers(c.catalog, cl, v)
}

// ofProvider is the release of a cluster's own provider that the configuration selects; otherwise where that has none, or is not known.
func (c *choice) ofProvider(cl *cluster.Cluster, spec v1alpha1.ApplyReleaseSpec, otherwise *release.Release) *release.Release {
	names := c.providers(cl, spec)
	if len(names) != 1 {
		return otherwise
	}
	own, err := c.catalog.Select(names[0], spec.Release.Version)
	if err != nil {
		return otherwise
	}
	return own
}

// on is the release that a cluster is on, as it is written; "" where nothing tells.
func on(spec v1alpha1.ApplyReleaseSpec, cl *cluster.Cluster) string {
	if spec.From != "" {
		return spec.From
	}
	return cl.Release()
}

// start is the version that a cluster is on, which must be known for a path.
func start(spec v1alpha1.ApplyReleaseSpec, cl *cluster.Cluster) (version.Version, *plan.Note) {
	text := on(spec, cl)
	v, err := version.Parse(text)
	switch {
	case text == "":
		return v, &plan.Note{Kind: plan.ReleaseUntold, Item: cl.Resource()}
	case err != nil:
		return v, &plan.Note{Kind: plan.ReleaseUnreadable, Text: err.Error(), Item: cl.Resource()}
	}
	return v, nil
}

// step is the first step on the path of a cluster to a release.
func (c *choice) step(spec v1alpha1.ApplyReleaseSpec, cl *cluster.Cluster, to *release.Release) goal {
	v, doubt := start(spec, cl)
	if doubt != nil {
		return blocked(*doubt)
	}
	path, err := c.catalog.Path(v, to)
	switch {
	case err != nil:
		return blocked(plan.Note{Kind: plan.NoPath, Item: cl.Resource(), Text: err.Error()})
	case len(path) == 0 && to.Version.Compare(v) < 0: // which the guard of downgrades is about
		return goal{release: to}
	case len(path) == 0:
		return c.stays(spec, to.Provider, v)
	}
	return goal{release: path[0], rest: path[1:]}
}

// stays is the goal of a cluster that has nowhere to go. Components that are named get what its own release says: they may have been left out when it came there.
func (c *choice) stays(spec v1alpha1.ApplyReleaseSpec, provider string, v version.Version) goal {
	own := c.catalog.Find(provider, v)
	if own == nil {
		return goal{release: &release.Release{Provider: provider, Version: v}, there: true}
	}
	return goal{release: own, there: len(spec.Components.Include) == 0}
}

// newest is the newest release that a cluster can get to in one step.
func (c *choice) newest(spec v1alpha1.ApplyReleaseSpec, cl *cluster.Cluster) goal {
	v, doubt := start(spec, cl)
	if doubt != nil {
		return blocked(*doubt)
	}
	provider := spec.Release.Provider
	if provider == "" {
		names := match.Providers(c.catalog, cl, v)
		switch len(names) {
		case 0:
			return blocked(plan.Note{Kind: plan.ReleaseElsewhere, Item: cl.Resource(), From: v.String()})
		case 1:
			provider = names[0]
		default:
			return blocked(plan.Note{Kind: plan.ReleaseOfSeveral, Item: cl.Resource(), From: v.String(), Names: names})
		}
	}
	if to := c.catalog.Newest(provider, v); to != nil {
		return goal{release: to}
	}
	g := c.stays(spec, provider, v)
	if above := c.catalog.Above(provider, v); above != nil { // and no way is known to go there
		if _, err := c.catalog.Path(v, above); err != nil {
			g.problem = &plan.Note{Kind: plan.NoPath, Severity: result.Warning, Item: cl.Resource(), Text: "stays where it is: " + err.Error()}
		}
	}
	return g
}

// releases are those that the goals name, each once, in the order of the clusters.
func releases(goals []goal) []*release.Release {
	var out []*release.Release
	for _, g := range goals {
		if g.release != nil && !slices.Contains(out, g.release) {
			out = append(out, g.release)
		}
	}
	return out
}
