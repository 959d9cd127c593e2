package upgrade

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/guard"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Input is what a plan is made of.
type Input struct {
	Items []*resource.Item
	// Definitions are CustomResourceDefinitions that tell merge keys, beside those among the items.
	Definitions []*yamltree.Node
	// Indexes say of releases what their items do not.
	Indexes []release.Index
	// Known are the releases that there are; Items need not have all of them.
	Known []release.ID
	// Reach says how far the clusters go.
	Reach Reach
	// New says that the clusters are new: nothing runs there, so that no step is too large and templates change in place, and components without a resource are created.
	New bool
	// Standing leaves out folders that hold no cluster, where the clusters were chosen among all rather than named.
	Standing bool
	// Together says that clusters were chosen by patterns, rather than named one by one by a person.
	Together bool
	// Today is the day, such as 2026-11-29, on which holds and rules are over; "" where it is not known.
	Today string
	// Others are the resources of the repository that speak of templates and are not in Items; nil where Items are all there is. It is called once at most by each [Around], and only where a plan asks for templates.
	Others func() []*resource.Item
	// Chosen is called with how many clusters are planned, before the first of them is; nil for nobody.
	Chosen func(clusters int)
	// Planned is called with the plan of each cluster, some side by side, while the trees of its resources are at hand; nil for nobody. What is said of clusters together comes later.
	Planned func(*plan.Cluster)
	// On keeps the clusters that are on a release, such as aws/v33.1.4 or v33.1.4; "" keeps all.
	On string
}

// Plan plans an upgrade of all clusters that a configuration selects, each to the release of its own provider where the configuration names none. The configuration must be
// one that [v1alpha1.Decode] returned.
func Plan(config *v1alpha1.ApplyRelease, in Input) *plan.Plan { return Prepare(config, in).Plan() }

// Planning is an upgrade that is to be planned: the clusters are chosen, and the release that each is to get.
type Planning struct {
	in      Input
	spec    v1alpha1.ApplyReleaseSpec
	choice  choice
	targets map[*release.Release]*Target
}

// Prepare does what [Plan] does first.
func Prepare(config *v1alpha1.ApplyRelease, in Input) *Planning {
	around := Survey(in)
	u := &Planning{in: in, spec: config.Spec, choice: choose(config.Spec, around), targets: map[*release.Release]*Target{}}
	for _, r := range releases(u.choice.goal) {
		u.targets[r] = To(r, config.Spec, u.choice.catalog, around)
	}
	return u
}

// Ways are what the plan will say of the ways of the clusters to their releases.
func (u *Planning) Ways() []plan.Note {
	var out []plan.Note
	for n, cl := range u.choice.clusters {
		g := u.choice.goal[n]
		if t := u.targets[g.release]; t != nil && g.problem == nil && !g.there && !u.in.New {
			out = append(out, t.way(t.look(cl))...)
		}
	}
	return out
}

// way is what there is to say of the way of a cluster to the release.
//
// That the configuration says another release than the cluster is an error where the clusters were not named one by one: it was most likely meant for others of them.
func (t *Target) way(w *view) []plan.Note {
	out := guard.Path(w.Cluster, w.origins, t.release, t.catalog, t.spec.Policy)
	for i, n := range out {
		if n.Kind == plan.RecordShadowed && n.Name == guard.FromSetting && t.around.Together {
			out[i].Severity = result.Error
		}
	}
	return out
}

// Plan makes the plan, cluster by cluster.
func (u *Planning) Plan() *plan.Plan {
	c, in, targets := &u.choice, u.in, u.targets
	p := &plan.Plan{Notes: append(slices.Clone(c.notes), guard.Rules(u.spec.Policy.Rules, c.clusters, in.Today)...), Clusters: make([]*plan.Cluster, len(c.clusters))}
	all := releases(c.goal)
	if in.Chosen != nil {
		in.Chosen(len(c.clusters))
	}
	outcomes := make([]outcome, len(c.clusters))
	common := &plan.Common{}
	parallel.Do(len(c.clusters), func(n int) {
		outcomes[n] = c.plan(n, targets[c.goal[n].release])
		if in.Planned != nil {
			in.Planned(outcomes[n].cluster)
		}
		outcomes[n].cluster.LetGo(common)
	})
	for n, o := range outcomes {
		p.Clusters[n] = o.cluster
	}
	if slices.ContainsFunc(p.Notes, func(n plan.Note) bool { return n.Severity == result.Error }) {
		p.Doubt()
	}
	for _, r := range all {
		own := make([]outcome, 0, len(outcomes))
		for n, o := range outcomes {
			if g := c.goal[n]; g.release == r && !g.there {
				own = append(own, o)
			}
		}
		if len(own) == 0 && len(outcomes) > 0 {
			continue
		}
		notes := slices.Concat(checkComponents(u.spec.Components, r), guard.Release(r, u.spec.From, c.catalog), targets[r].homeless(c.homeless))
		failed := p.Failed() || slices.ContainsFunc(notes, func(n plan.Note) bool { return n.Severity == result.Error })
		notes = append(notes, targets[r].together(own, failed)...)
		if len(all) == 1 {
			p.Notes = append(p.Notes, notes...)
			continue
		}
		p.Notes = append(p.Notes, spread(own, notes)...)
	}
	return p
}

// spread gives errors about a release to the clusters that are to get it, since others can go; the rest it returns.
func spread(own []outcome, notes []plan.Note) (rest []plan.Note) {
	for _, n := range notes {
		if n.Severity != result.Error {
			rest = append(rest, n)
			continue
		}
		for _, o := range own {
			n.Cluster = o.cluster.String()
			o.cluster.Notes = append(o.cluster.Notes, n)
		}
	}
	return rest
}

// plan plans the upgrade of the n-th cluster.
func (c *choice) plan(n int, t *Target) outcome {
	cl, g := c.clusters[n], c.goal[n]
	switch {
	case g.problem != nil && !g.there:
		g.problem.Cluster = cl.String()
		return outcome{cluster: &plan.Cluster{Cluster: cl, On: cluster.Origin{Text: cl.Release()}, Notes: []plan.Note{*g.problem}}}
	case t == nil:
		return outcome{cluster: &plan.Cluster{Cluster: cl}}
	case g.there:
		note := plan.Note{Kind: plan.There, Severity: result.Info, Cluster: cl.String(), Item: cl.Resource(), To: g.release.String(), Names: t.behind(cl)}
		if g.problem != nil {
			note = *g.problem
			note.Cluster = cl.String()
		}
		return outcome{cluster: &plan.Cluster{Cluster: cl, On: t.look(cl).origins.Cluster, To: g.release, Notes: []plan.Note{note}}}
	}
	o := t.plan(cl)
	o.cluster.Rest = g.rest
	return o
}

// behind are the resources of a cluster that say that they are on an older release, but for templates that nothing refers to any more.
func (t *Target) behind(cl *cluster.Cluster) []string {
	var out []string
	unused := t.around.UnusedTemplates(cl)
	for _, i := range cl.Base {
		v, err := version.Parse(cluster.ReleaseOf(i))
		if err == nil && v.Compare(t.release.Version) < 0 && !slices.Contains(unused, i) {
			out = append(out, i.Ref.String())
		}
	}
	return out
}
