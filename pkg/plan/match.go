package plan

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// matchAll finds the resources of every component in every cluster. In drift, only resources on the release count.
func (m *maker) matchAll(components []*release.Component) {
	missing := map[*release.Component][]*cluster.Cluster{}
	for _, cl := range m.Clusters {
		for _, c := range components {
			if len(c.Patches) > 0 && !m.matchOne(c, cl) {
				missing[c] = append(missing[c], cl)
			}
		}
		for _, i := range cl.Base {
			r := m.byItem[i]
			if r != nil && m.drift && r.From != m.Release {
				delete(m.byItem, i)
			}
		}
	}
	if m.drift {
		return
	}
	for _, c := range components {
		if !c.OnlyRemoves() { // what is to go is gone
			m.unmatched(c, m.withoutKnown(c, missing[c]))
		}
	}
	removes := slices.ContainsFunc(components, (*release.Component).OnlyRemoves)
	if len(m.byItem) == 0 && len(m.created) == 0 && !removes && len(m.Clusters) > 0 && !m.Results.Failed() {
		m.Results.Errorf(nil, nil, "nothing in %s matches a component of release %s; must match at least one resource", m.clusterNames(), m.Release)
	}
}

// matchOld finds what the components that are left out, and the releases that the resources are on, say of the resources that the plan
// is about; what is left out; and what is orphaned.
func (m *maker) matchOld() {
	for _, cl := range m.Clusters {
		for _, c := range m.Release.Components {
			if m.selects(c.Name) {
				continue
			}
			for i, list := range find(c, cl) {
				if r := m.byItem[i]; r != nil {
					r.others = append(r.others, list...)
				}
				m.leaveOut(i, cl)
			}
		}
		for _, rel := range m.olds(cl) {
			for _, c := range rel.Components {
				m.matchOldComponent(c, rel, cl)
			}
		}
	}
}

// matchOldComponent sees to one component of the release that resources are on.
func (m *maker) matchOldComponent(c *release.Component, rel *release.Release, cl *cluster.Cluster) {
	found := find(c, cl)
	for _, i := range cl.Base {
		list := found[i]
		if list == nil || m.from(i, cl) != rel {
			continue
		}
		switch r := m.byItem[i]; {
		case !m.selects(c.Name):
			m.leaveOut(i, cl)
			if r != nil {
				r.oldAll = append(r.oldAll, list...)
			}
		case r != nil:
			r.old, r.oldAll = append(r.old, list...), append(r.oldAll, list...)
		case !m.drift && !m.leftOut[i] && !clusterapi.IsTemplate(i.Ref):
			m.orphan(c, rel, i)
		}
	}
}

// leaveOut notes that a component that the configuration leaves out is for a resource, which is not on the new release then.
func (m *maker) leaveOut(i *resource.Item, cl *cluster.Cluster) {
	if !m.leftOut[i] && cluster.ReleaseOf(i) == "" {
		m.unrecorded[cl] = append(m.unrecorded[cl], i)
	}
	m.leftOut[i] = true
}

// olds are the releases that the resources of a cluster are on, as far as they are known.
func (m *maker) olds(cl *cluster.Cluster) []*release.Release {
	var out []*release.Release
	for _, i := range cl.Base {
		if rel := m.from(i, cl); rel != nil && !slices.Contains(out, rel) {
			out = append(out, rel)
		}
	}
	return out
}

// find are the patches of a component by the resources that they match; what cannot be matched is left out.
func find(c *release.Component, cl *cluster.Cluster) map[*resource.Item][]matched {
	out := map[*resource.Item][]matched{}
	for _, p := range c.Patches {
		matches, err := match.Find(p, cl)
		if err != nil {
			continue
		}
		for _, x := range matches {
			data, _, _ := match.Land(p, x, cl)
			out[x.Item] = append(out[x.Item], matched{p, x.Rule, data})
		}
	}
	return out
}

// matchOne finds the resources of a component in a cluster. false says that there are none; that only some of its
// patches match nothing is reported here, each by its own ConfigMap.
func (m *maker) matchOne(c *release.Component, cl *cluster.Cluster) bool {
	found := false
	var without []*release.Patch
	for _, p := range c.Patches {
		matches, err := match.Find(p, cl)
		if err != nil {
			m.Results.Errorf(p.Item, nil, "%v", err)
			found = true
		} else if len(matches) == 0 {
			without = append(without, p)
		}
		for _, x := range matches {
			found = true
			m.bring(m.resource(x.Item, cl), p, x)
		}
	}
	if m.drift {
		return found
	}
	for _, p := range without {
		if say := m.reaction(p.Optional); found && say != nil {
			say(p.Item, nil, "component %q: its part for %s matches nothing in %s; must match, be excluded, or carry %s: \"true\"", c.Name, p.Target, cl, release.OptionalAnnotation)
		}
	}
	return found
}

// resource is the plan's entry for an item, which is made where there is none.
func (m *maker) resource(i *resource.Item, cl *cluster.Cluster) *Resource {
	r := m.byItem[i]
	if r == nil {
		r = &Resource{Item: i, Cluster: cl, From: m.from(i, cl)}
		m.byItem[i] = r
	}
	return r
}

// reaction is how the policy speaks of what matches nothing, nil for not at all.
func (m *maker) reaction(optional bool) func(*resource.Item, yamltree.Path, string, ...any) {
	switch {
	case optional || m.spec.Policy.Unmatched == v1alpha1.Ignore:
		return nil
	case m.spec.Policy.Unmatched == v1alpha1.Fail:
		return m.Results.Errorf
	}
	return m.Results.Warnf
}

// bring adds a patch to a resource, in the form that the resource's kind needs.
func (m *maker) bring(r *Resource, p *release.Patch, x match.Match) {
	data, warnings, notes := match.Land(p, x, r.Cluster)
	r.patches = append(r.patches, matched{p, x.Rule, data})
	if m.drift {
		return
	}
	for _, w := range warnings {
		m.Results.Warnf(x.Item, nil, "component %q: %s", p.Component, w)
	}
	for _, n := range notes {
		m.Results.Infof(x.Item, nil, "component %q: %s", p.Component, n)
	}
}

// unmatched says that a component matches nothing in some clusters, or in all.
func (m *maker) unmatched(c *release.Component, missing []*cluster.Cluster) {
	if len(missing) == 0 {
		return
	}
	if named := slices.Contains(m.spec.Components.Include, c.Name); named && len(missing) == len(m.Clusters) {
		m.Results.Errorf(c.Patches[0].Item, nil, "component %q is named in spec.components.include and matches nothing in %s%s; must match a resource, or carry %s", c.Name, m.clusterNames(), m.candidates(c), release.TargetAnnotation)
		return
	}
	say := m.reaction(c.Optional())
	if say == nil {
		return
	}
	for _, cl := range missing {
		say(c.Patches[0].Item, nil, "component %q matches nothing in %s%s; must match, be excluded, or carry %s: \"true\"", c.Name, cl, m.nearestIn(c, cl), release.OptionalAnnotation)
	}
}

func (m *maker) candidates(c *release.Component) string {
	for _, cl := range m.Clusters {
		if near := m.nearestIn(c, cl); near != "" {
			return near
		}
	}
	return ""
}

// maxSuggestions is how many components the plan suggests something for: looking takes time, and nobody reads more.
const maxSuggestions = 500

func (m *maker) nearestIn(c *release.Component, cl *cluster.Cluster) string {
	if m.suggested++; m.suggested > maxSuggestions {
		return ""
	}
	if near := match.Nearest(c.Name, cl); len(near) > 0 {
		return " (nearest: " + strings.Join(near, ", ") + ")"
	}
	return ""
}

func (m *Plan) clusterNames() string {
	var names []string
	for _, c := range m.Clusters {
		names = append(names, c.String())
	}
	return strings.TrimPrefix(list(names), ": ")
}
