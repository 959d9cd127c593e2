package fleet

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// provider is the provider of the releases that a cluster is on. Where several fit as well, the configuration tells; doubt says what
// is in doubt, nil for nothing.
func (s *reader) provider(cl *cluster.Cluster, v version.Version) (provider string, doubt *plan.Note) {
	if s.forced != "" {
		return s.forced, nil
	}
	names := match.Providers(s.catalog, cl, v)
	switch {
	case len(names) == 0:
		return "", &plan.Note{Kind: plan.ReleaseElsewhere, From: v.String()}
	case len(names) == 1:
		return names[0], nil
	case slices.Contains(names, s.config.Spec.Release.Provider):
		return s.config.Spec.Release.Provider, nil
	}
	return "", &plan.Note{Kind: plan.ReleaseOfSeveral, From: v.String(), Names: names}
}
