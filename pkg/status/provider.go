package status

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/version"
)

// provider is the provider of the releases that a cluster is on: the one whose components fit the cluster best, of the providers' releases
// of that version, or next to it. Where several fit as well, the configuration tells, or why says what is in doubt.
func (s *reader) provider(cl *cluster.Cluster, v version.Version) (provider, why string) {
	if s.forced != "" {
		return s.forced, ""
	}
	nearest := map[string]*release.Release{}
	for _, rel := range s.catalog.Releases {
		if best := nearest[rel.Provider]; best == nil || closer(rel.Version, best.Version, v) {
			nearest[rel.Provider] = rel
		}
	}
	if len(nearest) == 1 {
		for name := range nearest {
			return name, ""
		}
	}
	var names []string
	most := [2]int{}
	for _, name := range slices.Sorted(maps.Keys(nearest)) {
		switch fit := matches(nearest[name], cl); slices.Compare(fit[:], most[:]) {
		case 1:
			most, names = fit, []string{name}
		case 0:
			names = append(names, name)
		}
	}
	switch {
	case most[1] == 0:
		return "", fmt.Sprintf("release %s is not in the checkout, or is for nothing in it, so that local changes are not known", v)
	case len(names) == 1:
		return names[0], ""
	case slices.Contains(names, s.config.Spec.Release.Provider):
		return s.config.Spec.Release.Provider, ""
	}
	return "", fmt.Sprintf("release %s may be of %s; spec.release.provider must tell", v, strings.Join(names, " or "))
}

// closer tells whether a version is nearer to another one than a third; where none is the same, the lower ones below it count first.
func closer(a, b, to version.Version) bool {
	if a.Equal(to) || b.Equal(to) {
		return a.Equal(to)
	}
	below := func(v version.Version) bool { return v.Compare(to) < 0 }
	if below(a) != below(b) {
		return below(a)
	}
	return below(a) == (a.Compare(b) > 0)
}

// matches counts the components of a release that match something in a cluster: of Cluster API, which tell providers apart, and all.
func matches(rel *release.Release, cl *cluster.Cluster) [2]int {
	n := [2]int{}
	for _, c := range rel.Components {
		for _, p := range c.Patches {
			found, err := match.Find(p, cl)
			if err != nil || len(found) == 0 {
				continue
			}
			if clusterapi.IsGroup(found[0].Item.Group()) {
				n[0]++
			}
			n[1]++
			break
		}
	}
	return n
}
