package match

import (
	"maps"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Providers are the providers whose releases fit a cluster that is on a version best: of each, the release of that version counts, or the one
// next to it. The chart of a cluster names its provider, and so does its infrastructure, see [Told]. Components for resources of Cluster API count first, since they tell providers apart. The only provider that there
// is fits; of several, none does where nothing matches.
func Providers(catalog *release.Catalog, cl *cluster.Cluster, v version.Version) []string {
	nearest := map[string]*release.Release{}
	for _, rel := range catalog.Releases {
		if best := nearest[rel.Provider]; best == nil || closer(rel.Version, best.Version, v) {
			nearest[rel.Provider] = rel
		}
	}
	names := slices.Sorted(maps.Keys(nearest))
	if chart := cl.Chart(); chart != nil { // which says it
		if name := catalog.Provider(chart.Provider); slices.Contains(names, name) {
			return []string{name}
		}
	}
	if told := Told(cl); len(told) > 0 {
		if has := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(told, name) }); len(has) > 0 {
			names = has
		}
	}
	if len(names) == 1 {
		return names
	}
	if chart := cl.Chart(); chart != nil && chart.Provider == "" && !v.IsZero() { // nothing but the version tells
		return slices.DeleteFunc(names, func(name string) bool { return !nearest[name].Version.Equal(v) })
	}
	var fitting []string
	most := [2]int{}
	for _, name := range names {
		switch fit := matches(nearest[name], cl); slices.Compare(fit[:], most[:]) {
		case 1:
			most, fitting = fit, []string{name}
		case 0:
			fitting = append(fitting, name)
		}
	}
	if most == [2]int{} {
		return nil
	}
	return fitting
}

// Told are the names of the provider that a cluster is of by its chart, or by the kind of its infrastructure; none where nothing tells.
func Told(cl *cluster.Cluster) []string {
	if chart := cl.Chart(); chart != nil && chart.Provider != "" {
		return kinds.Provider(chart.Provider)
	}
	if own := cl.Resource(); own != nil {
		if names := kinds.ProviderOfKind(own.Text("spec", "infrastructureRef", "kind")); names != nil {
			return names
		}
	}
	for _, i := range cl.Base {
		if names := kinds.ProviderOf(i.Ref); names != nil {
			return names
		}
	}
	return nil
}

// IsOther reports whether a provider is another one than that which goes by some names, see [Told]; none where nothing tells. Of a name that nobody knows, it is not known.
func IsOther(told []string, name string) bool {
	return len(told) > 0 && !slices.Contains(told, name) && kinds.Provider(name) != nil
}

// closer reports whether a version is nearer to another one than a third; where none is the same, the lower ones below it count first, and where that is not known, the higher.
func closer(a, b, to version.Version) bool {
	if to.IsZero() {
		return a.Compare(b) > 0
	}
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
			found, err := Find(p, cl)
			if err != nil || len(found) == 0 {
				continue
			}
			if kinds.IsGroup(found[0].Item.Group()) {
				n[0]++
			}
			n[1]++
			break
		}
	}
	return n
}
