// Package plan decides what an upgrade changes. It is pure: from a configuration and items it makes
// a [Plan], and everything that shows or writes an upgrade only carries out that plan.
package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/nearest"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Plan is what an upgrade changes, and what there is to say about it.
type Plan struct {
	Release *release.Release
	// Clusters are the clusters that the configuration selects, by name.
	Clusters []*cluster.Cluster
	// Resources are those that components matched, cluster by cluster, in the order of the input.
	Resources []*Resource
	Results   result.List
}

// Resource is one resource of the plan.
type Resource struct {
	Item    *resource.Item
	Cluster *cluster.Cluster
	// Changes are empty where the resource has what the release says.
	Changes []merge.Change
	// Removed says that the release removes the resource.
	Removed bool

	patches []matched
}

// matched is one patch of the release for a resource, and why it is for that one.
type matched struct {
	patch *release.Patch
	rule  match.Rule
	data  *yaml.Node
}

// Failed tells whether the plan has errors. Such a plan must not be carried out.
func (p *Plan) Failed() bool { return p.Results.Failed() }

// Edits are all changes as edits to the document that the items come from.
func (p *Plan) Edits() []yamltree.Edit {
	var out []yamltree.Edit
	for _, r := range p.Resources {
		if r.Removed {
			out = append(out, yamltree.Edit{Path: r.Item.Path})
			continue
		}
		for _, e := range merge.Edits(r.Changes) {
			out = append(out, yamltree.Edit{Path: r.Item.Path.Then(e.Path...), Value: e.Value})
		}
	}
	return out
}

// Make plans an upgrade. The configuration must be one that [v1alpha1.Decode] returned.
func Make(config *v1alpha1.ApplyRelease, items []*resource.Item) *Plan {
	m := &maker{Plan: &Plan{}, spec: config.Spec}
	releaseLayout, err := layout.ParseRelease(m.spec.Layout.Release)
	if err != nil {
		panic("plan: the configuration was not validated: " + err.Error())
	}
	clusterLayout, err := layout.ParseCluster(m.spec.Layout.Cluster)
	if err != nil {
		panic("plan: the configuration was not validated: " + err.Error())
	}
	catalog, found := release.Read(items, releaseLayout)
	m.Release, err = catalog.Select(m.spec.Release.Provider, m.spec.Release.Version)
	if err != nil {
		m.Results.Errorf(nil, nil, "%v", err)
	}
	for _, r := range found { // of other releases, errors alone are of interest
		if r.Severity == result.Error || r.Item != nil && catalog.ReleaseOf(r.Item) == m.Release {
			m.Results = append(m.Results, r)
		}
	}
	m.selectClusters(cluster.Group(items, catalog, clusterLayout))
	if m.Release != nil {
		m.matchAll(m.selectComponents())
		m.mergeAll()
	}
	m.summarize()
	m.Results.Sort()
	return m.Plan
}

type maker struct {
	*Plan
	spec v1alpha1.ApplyReleaseSpec
}

// selectClusters keeps the clusters that the configuration names; a pattern that names none is an error.
func (m *maker) selectClusters(all []*cluster.Cluster) {
	var names []string
	for _, c := range all {
		names = append(names, c.String())
	}
	if len(m.spec.Clusters) == 0 {
		m.Clusters = all
		if len(all) == 0 {
			m.Results.Errorf(nil, nil, "no resource of a cluster is among the input's items; must include the cluster's base")
		}
		return
	}
	for i, pattern := range m.spec.Clusters {
		selects := false
		for _, c := range all {
			if c.Matches(pattern) {
				selects = true
				if !slices.Contains(m.Clusters, c) {
					m.Clusters = append(m.Clusters, c)
				}
			}
		}
		if !selects {
			m.Results.Errorf(nil, nil, "spec.clusters[%d]: %q selects no cluster; must fit one of the input's%s%s", i, pattern, list(names), nearest.Hint(pattern, names))
		}
	}
	slices.SortFunc(m.Clusters, func(a, b *cluster.Cluster) int { return strings.Compare(a.String(), b.String()) })
}

// list shows up to ten names behind a colon.
func list(names []string) string {
	const limit = 10
	switch {
	case len(names) == 0:
		return ", which has none"
	case len(names) > limit:
		return fmt.Sprintf(": %s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
	}
	return ": " + strings.Join(names, ", ")
}

// selectComponents applies include and exclude. A name that fits no component is an error.
func (m *maker) selectComponents() []*release.Component {
	var names []string
	for _, c := range m.Release.Components {
		names = append(names, c.Name)
	}
	for field, globs := range map[string][]string{"include": m.spec.Components.Include, "exclude": m.spec.Components.Exclude} {
		for i, g := range globs {
			if !slices.ContainsFunc(names, func(name string) bool { return layout.Glob(g, name) }) {
				m.Results.Errorf(nil, nil, "spec.components.%s[%d]: %q fits no component of release %s; must fit one%s%s", field, i, g, m.Release, list(names), nearest.Hint(g, names))
			}
		}
	}
	fits := func(globs []string, name string) bool {
		return slices.ContainsFunc(globs, func(g string) bool { return layout.Glob(g, name) })
	}
	var out []*release.Component
	for _, c := range m.Release.Components {
		included := len(m.spec.Components.Include) == 0 || fits(m.spec.Components.Include, c.Name)
		if included && !fits(m.spec.Components.Exclude, c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// matchAll finds the resources of every component in every cluster.
func (m *maker) matchAll(components []*release.Component) {
	byItem := map[*resource.Item]*Resource{}
	missing := map[*release.Component][]*cluster.Cluster{}
	for _, cl := range m.Clusters {
		for _, c := range components {
			found := len(c.Patches) == 0
			for _, p := range c.Patches {
				matches, err := match.Find(p, cl)
				if err != nil {
					m.Results.Errorf(p.Item, nil, "%v", err)
					found = true
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
			if !found {
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

// bring adds a patch to a resource, in the form that the resource's kind needs.
func (m *maker) bring(r *Resource, p *release.Patch, x match.Match) {
	data, warnings, notes := match.Land(p, x)
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
	if c.Optional() || m.spec.Policy.Unmatched == v1alpha1.Ignore {
		return
	}
	say := m.Results.Warnf
	if m.spec.Policy.Unmatched == v1alpha1.Fail {
		say = m.Results.Errorf
	}
	for _, cl := range missing {
		say(c.Patches[0].Item, nil, "component %q matches nothing in %s%s; must match, be excluded, or carry %s: \"true\"", c.Name, cl, nearestIn(c, cl), release.OptionalAnnotation)
	}
}

func (m *maker) candidates(c *release.Component) string {
	for _, cl := range m.Clusters {
		if near := nearestIn(c, cl); near != "" {
			return near
		}
	}
	return ""
}

func nearestIn(c *release.Component, cl *cluster.Cluster) string {
	if near := match.Nearest(c.Name, cl); len(near) > 0 {
		return " (nearest: " + strings.Join(near, ", ") + ")"
	}
	return ""
}

func (m *maker) clusterNames() string {
	var names []string
	for _, c := range m.Clusters {
		names = append(names, c.String())
	}
	return strings.TrimPrefix(list(names), ": ")
}

// mergeAll merges the patches into every resource that has some.
func (m *maker) mergeAll() {
	var keys []schema.MergeKey
	for _, k := range m.spec.MergeKeys {
		keys = append(keys, schema.MergeKey(k))
	}
	s := schema.New(keys)
	for _, r := range m.Resources {
		m.mergeOne(r, s)
	}
}

func (m *maker) mergeOne(r *Resource, s *schema.Schema) {
	logical, err := yamltree.Logical(r.Item.Node)
	if err != nil {
		m.Results.Errorf(r.Item, nil, "%v", err)
		return
	}
	patches := make([]merge.Patch, len(r.patches))
	for i, x := range r.patches {
		patches[i] = merge.Patch{Component: x.patch.Component, Data: x.data}
	}
	merged := merge.Merge(logical, patches, s.Of(r.Item.Ref))
	for _, f := range merged.Errors {
		m.Results.Errorf(r.Item, f.Path, "component %q: %s", patches[f.Patch].Component, f.Message)
	}
	for _, f := range merged.Warnings {
		m.Results.Warnf(r.Item, f.Path, "component %q: %s", patches[f.Patch].Component, f.Message)
	}
	if len(merged.Errors) > 0 {
		return
	}
	r.Changes, r.Removed = merged.Changes, merged.Removed
	for _, c := range r.Changes {
		m.Results = append(m.Results, m.changed(r, c))
	}
	if len(r.Changes) == 0 && !r.Removed {
		x := r.patches[len(r.patches)-1]
		m.Results.Infof(r.Item, nil, "has what component %q says already (chosen by %s)", x.patch.Component, x.rule)
	}
}

// changed is the result that reports a change.
func (m *maker) changed(r *Resource, c merge.Change) result.Result {
	x := r.patches[c.Patch]
	message := ""
	switch c.Op {
	case merge.Add:
		message = "is added" + value(": ", c.New)
	case merge.Delete:
		message = "is removed" + value(", was ", c.Old)
	default:
		message = "changes" + value(" from ", c.Old) + value(" to ", c.New)
	}
	return result.Result{
		Severity: result.Info,
		Message:  fmt.Sprintf("%s (component %q, chosen by %s)", message, x.patch.Component, x.rule),
		Item:     r.Item, Field: c.Path, Old: c.Old, New: c.New,
		Tags: map[string]string{
			"cluster": r.Cluster.String(), "release": m.Release.String(),
			"component": x.patch.Component, "rule": string(x.rule), "op": string(c.Op),
		},
	}
}

// value shows a scalar behind a word; of a map or list, only that it is one.
func value(word string, n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		return word + yamltree.ATypeOf(n)
	case yamltree.TypeOf(n) == yamltree.TypeString && strings.Contains(n.Value, "\n"):
		return word + "text"
	case yamltree.TypeOf(n) == yamltree.TypeString:
		return word + fmt.Sprintf("%q", n.Value)
	case yamltree.IsNull(n):
		return word + "null"
	}
	return word + n.Value
}

// summarize puts what the run comes to in front of the results.
func (m *maker) summarize() {
	if m.Results.Failed() {
		m.Results.SummarizeFailure()
		return
	}
	changes, resources, removed := 0, 0, ""
	for _, r := range m.Resources {
		changes += len(r.Changes)
		if len(r.Changes) > 0 {
			resources++
		}
		if r.Removed {
			removed = ", resources removed"
		}
	}
	m.Results = append(m.Results, result.Result{Severity: result.Info, Summary: true, Message: fmt.Sprintf("%s in %s: %s in %s%s, %s", m.Release, m.clusterNames(),
		result.Count(changes, "change"), result.Count(resources, "resource"), removed, result.Count(m.Results.Count(result.Warning), "warning"))})
}
