package fleet

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Way is how a cluster gets to a release.
type Way struct {
	Cluster *cluster.Cluster
	// From is the release that the cluster is on, as it is written; To the one that it is to get, nil where none fits.
	From string
	To   *release.Release
	// Steps are none where the cluster is there already.
	Steps []Step
	// Problem says why there is no way; nil for none.
	Problem error
	// Doubt says what is not known of the cluster; nil for nothing.
	Doubt *plan.Note
}

// Step is one upgrade on the way.
type Step struct {
	Release *release.Release
	// Why is the release behind it that cannot be reached without it; nil for the last step.
	Why *release.Release
	// Plan is what the step changes, on the result of the one before.
	Plan *plan.Cluster
}

// Blocked reports whether the cluster cannot take the first step as things stand.
func (w *Way) Blocked() bool { return len(w.Steps) > 0 && w.Steps[0].Plan.Blocked() }

// Paths are the ways of the clusters that a configuration selects, by name, to the release that it names. The results are what is wrong with releases.
func Paths(config *v1alpha1.ApplyRelease, in upgrade.Input) ([]*Way, result.List) {
	s, found := newReader(config, in)
	clusters, err := layout.ParseCluster(config.Spec.Layout.Cluster...)
	if err != nil {
		panic("fleet: the configuration was not validated: " + err.Error())
	}
	selected, err := selects(config.Spec.Clusters, cluster.Group(in.Items, s.catalog, clusters))
	if err != nil {
		found.Errorf(nil, nil, "%v", err)
	}
	if in.Standing {
		selected = slices.DeleteFunc(selected, func(cl *cluster.Cluster) bool { return !cl.Stands() })
	}
	out := make([]*Way, len(selected))
	parallel.Do(len(selected), func(n int) { out[n] = s.way(selected[n]) })
	return out, s.blame(found, selected)
}

func (s *reader) way(cl *cluster.Cluster) *Way {
	w := &Way{Cluster: cl, From: s.config.Spec.From}
	if w.From == "" {
		w.From = cl.Release()
	}
	v, err := version.Parse(w.From)
	switch {
	case w.From == "":
		w.Doubt = &plan.Note{Kind: plan.ReleaseUntold}
	case err != nil:
		w.Doubt = &plan.Note{Kind: plan.ReleaseUnreadable, Text: err.Error()}
	}
	if w.Doubt != nil {
		return w
	}
	provider, doubt := s.provider(cl, v)
	if doubt != nil {
		w.Doubt = doubt
		return w
	}
	if named := s.config.Spec.Release.Provider; named != "" && s.catalog.Provider(named) != provider {
		w.Problem = fmt.Errorf("is of the provider %s, and %s/%s is of another one", provider, named, s.config.Spec.Release.Version)
		return w
	}
	if w.To, w.Problem = s.catalog.Select(provider, s.config.Spec.Release.Version); w.Problem != nil {
		return w
	}
	path, err := s.catalog.Path(v, w.To)
	if err != nil {
		w.Problem = err
		return w
	}
	for n, r := range path {
		step := Step{Release: r, Plan: s.step(r).Plan(cl)}
		if n+1 < len(path) {
			step.Why = path[n+1]
		}
		w.Steps = append(w.Steps, step)
		cl = step.Plan.After()
	}
	return w
}
