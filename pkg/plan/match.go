package plan

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// matchAll finds the resources of every component in every cluster.
func (m *maker) matchAll(components []*release.Component) {
	byItem := map[*resource.Item]*Resource{}
	missing := map[*release.Component][]*cluster.Cluster{}
	for _, cl := range m.Clusters {
		for _, c := range components {
			if len(c.Patches) > 0 && !m.matchOne(c, cl, byItem) {
				missing[c] = append(missing[c], cl)
			}
		}
		for _, i := range cl.Base {
			if r := byItem[i]; r != nil {
				m.Resources = append(m.Resources, r)
			}
		}
	}
	for _, c := range components {
		m.unmatched(c, missing[c])
	}
	if len(m.Resources) == 0 && len(m.Clusters) > 0 && !m.Results.Failed() {
		m.Results.Errorf(nil, nil, "nothing in %s matches a component of release %s; must match at least one resource", m.clusterNames(), m.Release)
	}
}

// matchOne finds the resources of a component in a cluster. false says that there are none; that only some of its
// patches match nothing is reported here, each by its own ConfigMap.
func (m *maker) matchOne(c *release.Component, cl *cluster.Cluster, byItem map[*resource.Item]*Resource) bool {
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
			r := byItem[x.Item]
			if r == nil {
				r = &Resource{Item: x.Item, Cluster: cl}
				byItem[x.Item] = r
			}
			m.bring(r, p, x)
		}
	}
	for _, p := range without {
		if say := m.reaction(p.Optional); found && say != nil {
			say(p.Item, nil, "component %q: its part for %s matches nothing in %s; must match, be excluded, or carry %s: \"true\"", c.Name, p.Target, cl, release.OptionalAnnotation)
		}
	}
	return found
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
