package status

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/version"
)

// provider is the provider of the releases that a cluster is on. Where several fit as well, the configuration tells; why says what
// is in doubt.
func (s *reader) provider(cl *cluster.Cluster, v version.Version) (provider, why string) {
	if s.forced != "" {
		return s.forced, ""
	}
	names := match.Providers(s.catalog, cl, v)
	switch {
	case len(names) == 0:
		return "", fmt.Sprintf("release %s is not in the checkout, or is for nothing in it, so that local changes are not known", v)
	case len(names) == 1:
		return names[0], ""
	case slices.Contains(names, s.config.Spec.Release.Provider):
		return s.config.Spec.Release.Provider, ""
	}
	return "", fmt.Sprintf("release %s may be of %s; spec.release.provider must tell", v, strings.Join(names, " or "))
}
