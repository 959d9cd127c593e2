// Package guard looks at what an upgrade is to do, and says what speaks against it. It changes nothing.
package guard

import (
	"regexp"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Release looks at the release itself, and at the one that the configuration says the clusters are on; "" for none.
func Release(to *release.Release, from string, catalog *release.Catalog) []plan.Note {
	var out []plan.Note
	if to.State == release.Deprecated {
		out = append(out, plan.Note{Kind: plan.Deprecated, Severity: result.Warning, To: to.String()})
	}
	if !release.IsState(to.State) {
		out = append(out, plan.Note{Kind: plan.StateUnknown, Severity: result.Warning, To: to.String(), Name: to.State})
	}
	out = append(out, ofRelease(to)...)
	if v, err := version.Parse(from); err == nil && catalog.Find(to.Provider, v) == nil {
		out = append(out, plan.Note{Kind: plan.FromUnknown, Severity: result.Error, From: from})
	}
	return out
}

// incomplete is what has a version in it, other than a name or a variable.
var incomplete = regexp.MustCompile(`^(?:[A-Za-z0-9]+[/-])?[vV]?[0-9]`)

// Path looks at the way of a cluster from the release that it is on to another one: whether that is of its provider, not older, and can be reached in one step.
func Path(cl *cluster.Cluster, origins *cluster.Origins, to *release.Release, catalog *release.Catalog, p v1alpha1.Policy) []plan.Note {
	text := origins.Cluster.Text
	if told := match.Told(cl); match.IsOther(told, to.Provider) {
		n := plan.Note{Kind: plan.OtherProvider, Severity: result.Error, Item: cl.Resource(), To: to.String(), Names: told[:1]}
		if v, err := version.Parse(text); err == nil {
			n.From = v.String()
		}
		return []plan.Note{n}
	}
	v, err := version.Parse(text)
	if err != nil {
		if text == "" {
			return nil
		}
		n := plan.Note{Kind: plan.OnUnreadable, Severity: result.Warning, Item: cl.Resource(), From: text, Text: err.Error()}
		if incomplete.MatchString(text) && p.Downgrade == v1alpha1.Fail { // it is one, and nothing tells whether it is newer
			n.Severity = result.Error
		}
		return []plan.Note{n}
	}
	out := provider(cl, v, to, catalog)
	if slices.ContainsFunc(out, func(n plan.Note) bool { return n.Severity == result.Error }) { // its versions mean something else
		return out
	}
	return slices.Concat(out, otherRecords(cl, origins, v, to, catalog, p), step(cl.Resource(), v, to, catalog, p, true))
}

// FromSetting is [plan.Note.Name] of what goes over a record where the configuration does.
const FromSetting = "spec.from"

// otherRecords looks at what else says on which release the cluster is, where the configuration, or another record, goes over it: that is worth a warning, and of
// two records the higher one counts for downgrades.
func otherRecords(cl *cluster.Cluster, origins *cluster.Origins, on version.Version, to *release.Release, catalog *release.Catalog, p v1alpha1.Policy) []plan.Note {
	own := cl.Resource()
	said := []plan.Note{{Item: own, From: cl.Release(), Name: FromSetting}}
	if own != nil && own.Label(cluster.ReleaseKey) != "" && own.HasAnnotation(cluster.ReleaseKey) {
		said = append(said, plan.Note{Item: own, Field: annotation(cluster.ReleaseKey), From: own.Annotation(cluster.ReleaseKey), Name: "its label"})
	}
	var out []plan.Note
	for _, n := range said {
		v, err := version.Parse(n.From)
		if err != nil || v.Equal(on) {
			continue
		}
		n.Kind, n.Severity, n.To = plan.RecordShadowed, result.Warning, on.String()
		out = append(out, n)
		if !origins.Forced && v.Compare(to.Version) > 0 && on.Compare(to.Version) <= 0 { // what the configuration says is meant
			out = append(out, step(own, v, to, catalog, p, true)...)
		}
	}
	return out
}

// provider refuses a release of another provider than the one whose releases fit the cluster.
func provider(cl *cluster.Cluster, v version.Version, to *release.Release, catalog *release.Catalog) []plan.Note {
	names := match.Providers(catalog, cl, v)
	if catalog.Find(to.Provider, v) == nil && len(names) > 1 { // those that have it count first
		has := slices.DeleteFunc(slices.Clone(names), func(p string) bool { return catalog.Find(p, v) == nil })
		if len(has) > 0 {
			names = has
		}
	}
	switch told := match.Told(cl); {
	case len(names) > 0 && !slices.Contains(names, to.Provider):
	case len(told) > 0 && slices.Contains(told, to.Provider) && kinds.Provider(to.Provider)[0] != told[0] && catalog.Find(to.Provider, v) == nil:
		return []plan.Note{{Kind: plan.OtherProvider, Severity: result.Warning, Item: cl.Resource(), From: v.String(), To: to.String(), Names: told[:1]}} // managed, which may have releases of its own
	default:
		return nil
	}
	return []plan.Note{{Kind: plan.OtherProvider, Severity: result.Error, Item: cl.Resource(), From: v.String(), To: to.String(), Names: names}}
}

// Folders looks whether two folders, which have the same resource, are taken for one cluster, or several clusters in one folder: then nothing says which of them is meant.
func Folders(cl *cluster.Cluster) []plan.Note {
	switch {
	case cl.Second != nil:
		n := plan.Note{Kind: plan.SeveralClusters, Severity: result.Error, Item: cl.Second, From: cluster.ReleaseOf(cl.Second)}
		if own := cl.Resource(); own != nil && own.Name == cl.Second.Name && (own.Namespace == cl.Second.Namespace || own.Namespace == "" || cl.Second.Namespace == "") {
			n.Name, n.To = own.Location.Path, cluster.ReleaseOf(own)
		}
		return []plan.Note{n}
	case cl.Twin == nil:
		return nil
	}
	return []plan.Note{{Kind: plan.TwoFolders, Severity: result.Error, Item: cl.Twin, Names: cl.Twice}}
}

// Ahead looks at the ways of the resources that change and are on another release than their cluster.
func Ahead(c *plan.Cluster, origins *cluster.Origins, to *release.Release, catalog *release.Catalog, p v1alpha1.Policy) []plan.Note {
	var out []plan.Note
	seen := map[string]bool{origins.Cluster.Text: true}
	speaks := origins.Cluster.Text == "" // of a cluster that says nothing, each resource speaks for it
	for _, r := range c.Resources {
		own := r.On.Text
		if len(r.Changes) == 0 || own == "" || seen[own] || cluster.ReleaseOf(r.Item) != own {
			continue
		}
		if v, err := version.Parse(own); err == nil {
			seen[own] = true
			for _, n := range step(r.Item, v, to, catalog, p, speaks) {
				if n.Kind == plan.Ahead { // each of them goes down
					seen[own] = false
				}
				if n.OfItem = true; len(r.Sources) > 0 {
					n.Component = r.Sources[0].Component
				}
				out = append(out, n)
			}
		}
	}
	return out
}

// step looks at the step from a version to a release: a downgrade, or one that passes over a stopover, which is a warning for single resources, since somebody may have held them back.
func step(i *resource.Item, v version.Version, to *release.Release, catalog *release.Catalog, p v1alpha1.Policy, whole bool) []plan.Note {
	n := plan.Note{Item: i, From: v.String(), To: to.String()}
	switch down := v.Compare(to.Version); {
	case down > 0 && p.Downgrade == v1alpha1.Allow:
		return nil
	case down > 0 && !whole:
		n.Kind, n.Severity = plan.Ahead, severityOf(p.Downgrade)
	case down > 0:
		n.Kind, n.Severity = plan.Downgrade, severityOf(p.Downgrade)
	case down < 0 && to.Unclear:
		return nil // which is an error already
	case down < 0 && to.UpgradeFrom.IsZero() && whole && (!catalog.Known(to, v) || v.Major() != to.Version.Major() && !to.Listed):
		n.Kind, n.Severity = plan.Unguarded, result.Info
		if !to.Listed && catalog.Lists(to.Provider) {
			n.Severity = result.Warning
		}
	case down < 0 && !to.ReachableFrom(v):
		n.Kind, n.Severity, n.Text, n.Name = plan.Unreachable, result.Error, to.UpgradeFrom.Words(), stopover(v, to, catalog)
		if !whole {
			n.Kind, n.Severity = plan.PartUnreachable, result.Warning
		}
	default:
		return nil
	}
	return []plan.Note{n}
}

// stopover is the release to go to first: the first stop of the path that is known, see [release.Catalog.Path]. Where none is, it is the best of those of which nothing tells whether they can
// be reached, and from which the release can; else the lowest release on the way that is here, "" for none.
func stopover(v version.Version, to *release.Release, catalog *release.Catalog) string {
	if path, err := catalog.Path(v, to); err == nil && len(path) > 1 {
		return path[0].Version.String()
	}
	var best *release.Release
	for _, r := range slices.Concat(catalog.Releases, catalog.Others) {
		between := r.Provider == to.Provider && !r.Unclear && release.IsOut(r.State) && r.Version.Compare(v) > 0 && r.Version.Compare(to.Version) < 0 && !r.Version.IsPrerelease()
		if between && r.ReachableFrom(v) && to.ReachableFrom(r.Version) {
			best = better(r, best)
		}
	}
	if best != nil {
		return best.Version.String()
	}
	stop := catalog.Find(to.Provider, to.UpgradeFrom.Lowest())
	for range catalog.Releases { // no longer chain can be
		if stop == nil || stop.Unclear || stop.ReachableFrom(v) {
			break
		}
		stop = catalog.Find(to.Provider, stop.UpgradeFrom.Lowest())
	}
	if stop == nil || stop.Unclear || stop.Version.Compare(v) <= 0 {
		return ""
	}
	return stop.Version.String()
}

// better is the newer of two releases, but one that is deprecated only where both are.
func better(a, b *release.Release) *release.Release {
	switch {
	case b == nil:
		return a
	case (a.State == release.Deprecated) != (b.State == release.Deprecated):
		if a.State == release.Deprecated {
			return b
		}
		return a
	case a.Version.Compare(b.Version) > 0:
		return a
	}
	return b
}

// severityOf is how a setting speaks: Fail, Warn; "" for not at all.
func severityOf(r v1alpha1.Reaction) result.Severity {
	switch r {
	case v1alpha1.Fail:
		return result.Error
	case v1alpha1.Warn:
		return result.Warning
	}
	return ""
}
