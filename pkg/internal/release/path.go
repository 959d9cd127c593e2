package release

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Known reports whether it is known that a release can be reached from a version in one step: as its publisher says; else since it is of the same major version; else since it is of the next one, and
// either an index lists it without a word against that, or nothing lists any release of the provider.
func (c *Catalog) Known(r *Release, v version.Version) bool {
	if r.Unclear || r.Version.Compare(v) <= 0 || !r.ReachableFrom(v) {
		return false
	}
	near := r.Version.Major() == v.Major() || r.Version.Major() == v.Major()+1 && (r.Listed || !c.Lists(r.Provider))
	return !r.UpgradeFrom.IsZero() || near
}

// Lists reports whether something says of releases of a provider from where they can be reached.
func (c *Catalog) Lists(provider string) bool {
	is := func(r *Release) bool { return r.Provider == provider && r.Listed }
	return slices.ContainsFunc(c.Releases, is) || slices.ContainsFunc(c.Others, is)
}

// Path is the shortest chain of releases of a provider from a version to a release, the last of them; of chains that are as short, the one with the newest stops. Its stops are
// neither deprecated nor pre-releases, and each is known to be reached from the one before. Where the release is not newer, the chain is empty. That there is none is an error which
// says how far it gets.
func (c *Catalog) Path(from version.Version, to *Release) ([]*Release, error) {
	if to.Version.Compare(from) <= 0 {
		return nil, nil
	}
	var all []*Release
	for _, r := range slices.Concat(c.Releases, c.Others) {
		stop := r.isStop() && r.Version.Compare(to.Version) < 0
		if r.Provider == to.Provider && (r == to || stop) {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b *Release) int { return b.Version.Compare(a.Version) }) // the newest first
	came := map[*Release]*Release{}
	reached := []*Release{{Provider: to.Provider, Version: from}}
	for n := 0; n < len(reached); n++ {
		for _, r := range all {
			if _, seen := came[r]; seen || !c.Known(r, reached[n].Version) {
				continue
			}
			came[r] = reached[n]
			reached = append(reached, r)
			if r == to {
				return chain(to, came), nil
			}
		}
	}
	last := reached[0]
	for _, r := range reached {
		if r.Version.Compare(last.Version) > 0 {
			last = r
		}
	}
	missing := fmt.Sprintf("nothing says that %s can be reached from there", to)
	if !to.UpgradeFrom.IsZero() {
		missing = fmt.Sprintf("%s can be reached only from %s", to, to.UpgradeFrom.Words())
	}
	far := fmt.Sprintf("no step from %s is known", from)
	if last != reached[0] {
		far = fmt.Sprintf("it gets to %s", strings.TrimPrefix(last.String(), to.Provider+"/"))
	}
	return nil, fmt.Errorf("no path leads from %s to %s: %s, and %s", from, to, far, missing)
}

// chain is the way to a release, the first stop first.
func chain(to *Release, came map[*Release]*Release) []*Release {
	var out []*Release
	for r := to; came[r] != nil; r = came[r] {
		out = append(out, r)
	}
	slices.Reverse(out)
	return out
}
