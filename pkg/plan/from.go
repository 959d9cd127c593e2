package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/version"
)

// current is the release that a resource is on, as it is written; "" where nothing tells.
func (m *maker) current(i *resource.Item, cl *cluster.Cluster) string {
	if m.spec.From != "" {
		return m.spec.From
	}
	if v := cluster.ReleaseOf(i); v != "" {
		return v
	}
	return cluster.ReleaseOf(cl.Resource())
}

// whole is the release that a cluster as such is on, as it is written; "" where nothing tells.
func (m *maker) whole(cl *cluster.Cluster) string {
	if m.spec.From != "" {
		return m.spec.From
	}
	return cl.Release()
}

// from is the release that a resource is on, nil where that is not known or not in the input.
func (m *maker) from(i *resource.Item, cl *cluster.Cluster) *release.Release {
	return m.known(m.current(i, cl))
}

// known is the release of the input that is written as text, nil where there is none.
func (m *maker) known(text string) *release.Release {
	v, err := version.Parse(text)
	if err != nil {
		return nil
	}
	return m.catalog.Find(m.Release.Provider, v)
}

// checkFrom checks, cluster by cluster, that the release can be reached from the one that the cluster is on.
func (m *maker) checkFrom() {
	for _, cl := range m.Clusters {
		m.From[cl] = m.whole(cl)
	}
	if m.drift {
		return
	}
	if m.Release.State == release.Deprecated {
		m.Results.Warnf(nil, nil, "release %s is deprecated; should be a newer one", m.Release)
	}
	if v, err := version.Parse(m.spec.From); err == nil && m.catalog.Find(m.Release.Provider, v) == nil {
		m.Results.Errorf(nil, nil, "spec.from: release %q is not among the input's items; must be, for what it set to be known", m.spec.From)
	}
	for _, cl := range m.Clusters {
		text := m.whole(cl)
		v, err := version.Parse(text)
		if text != "" && err != nil {
			m.Results.Warnf(cl.Resource(), nil, "is on release %v; what it is on is not known", err)
		}
		if err == nil {
			m.checkProvider(cl, v)
			m.checkStep(cl, cl.Resource(), v, true)
		}
	}
}

// checkProvider refuses a release of another provider than the one whose releases fit the cluster.
func (m *maker) checkProvider(cl *cluster.Cluster, v version.Version) {
	names := match.Providers(m.catalog, cl, v)
	if m.catalog.Find(m.Release.Provider, v) == nil && len(names) > 1 { // those that have it count first
		has := slices.DeleteFunc(slices.Clone(names), func(p string) bool { return m.catalog.Find(p, v) == nil })
		if len(has) > 0 {
			names = has
		}
	}
	if len(names) > 0 && !slices.Contains(names, m.Release.Provider) {
		m.Results.Errorf(cl.Resource(), nil, "%s is on release %s, of %s by what it consists of, and %s is of another provider; must be of the same", cl, v, strings.Join(names, " or "), m.Release)
	}
}

// checkApart checks the same for the resources that change and are on another release than their cluster.
func (m *maker) checkApart() {
	if m.drift || m.spec.From != "" {
		return
	}
	for _, cl := range m.Clusters {
		whole := m.whole(cl)
		seen := map[string]bool{whole: true}
		for _, i := range cl.Base {
			own := cluster.ReleaseOf(i)
			r := m.byItem[i]
			if v, err := version.Parse(own); r != nil && len(r.Changes) > 0 && own != "" && !seen[own] && err == nil {
				seen[own] = true
				m.checkStep(cl, i, v, whole == "") // of a cluster that says nothing, each resource speaks for it
			}
		}
	}
}

// checkStep checks the step from a version to the release: a downgrade, or one that passes over a stopover. Of single resources,
// which somebody may have held back, both are warnings.
func (m *maker) checkStep(cl *cluster.Cluster, i *resource.Item, v version.Version, whole bool) {
	where, say, who := i, m.Results.Errorf, fmt.Sprintf("%s is", cl)
	if !whole {
		say, who = m.Results.Warnf, "is"
	}
	switch to := m.Release.Version; {
	case v.Compare(to) > 0 && whole:
		m.reacts(m.spec.Policy.Downgrade, where, nil, "%s on release %s, and %s is older: a downgrade; must be a newer release, or policy.downgrade Allow", who, v, m.Release)
	case v.Compare(to) > 0 && m.spec.Policy.Downgrade != v1alpha1.Allow:
		m.Results.Warnf(where, nil, "is on release %s, ahead of its cluster, and %s is older: a downgrade", v, m.Release)
	case v.Compare(to) < 0 && v.Major() != to.Major() && m.Release.UpgradeFrom.IsZero() && whole:
		m.notef(UnguardedNote, where, nil, "%s on release %s, and nothing tells whether %s can be reached from there in one step; %s on one of its ConfigMaps would", who, v, m.Release, release.UpgradeFromAnnotation)
	case v.Compare(to) < 0 && !m.Release.ReachableFrom(v):
		say(where, nil, "%s on release %s, and %s can be reached from %s and up alone; must go to the stopover %s first", who, v, m.Release, m.Release.UpgradeFrom, m.stopover(v))
	}
}

// stopover is the release to go to first: the lowest one that the release can be reached from, or one on the way to that.
func (m *maker) stopover(v version.Version) version.Version {
	stop := m.Release.UpgradeFrom
	for range m.catalog.Releases { // no longer chain can be
		r := m.catalog.Find(m.Release.Provider, stop)
		if r == nil || r.ReachableFrom(v) {
			break
		}
		stop = r.UpgradeFrom
	}
	return stop
}

// unknown is a release that resources of a cluster are on, and that is not known.
type unknown struct {
	cluster *cluster.Cluster
	text    string // as it is written, "" where nothing is
}

// sayUnknown says where the merge was of two ways, since nothing tells the release that resources are on, or it is not in the input.
func (m *maker) sayUnknown() {
	said := map[unknown]bool{}
	for _, r := range m.unknown {
		u := unknown{r.Cluster, m.current(r.Item, r.Cluster)}
		if said[u] {
			continue
		}
		said[u] = true
		i := r.Cluster.Resource()
		who := fmt.Sprintf("%s: nothing tells which release it is on", u.cluster)
		if m.whole(u.cluster) != "" {
			who = fmt.Sprintf("%s: nothing tells which release %s, and others that say nothing, are on", u.cluster, r.Item.Ref)
		}
		must := "spec.from must name it, and it must be among the items"
		if u.text != "" {
			who, must = fmt.Sprintf("%s: the release it is on, %q, is not among the items", u.cluster, u.text), "must be among them"
			if u.text != m.whole(u.cluster) {
				i, who = r.Item, fmt.Sprintf("the release it is on, %q, is not among the items", u.text)
			}
		}
		if p := m.spec.Policy.LocalChanges; p != v1alpha1.Overwrite {
			m.Results.Errorf(i, nil, "%s, so that policy.localChanges %s cannot tell local changes; %s", who, p, must)
			continue
		}
		m.Results.Warnf(i, nil, "%s: merged two ways, so that what that release alone set stays, and local changes are overwritten unseen; %s", who, must)
	}
}
