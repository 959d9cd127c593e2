// Package plan decides what an upgrade changes. It is pure: from a configuration and items it makes
// a [Plan], and everything that shows or writes an upgrade only carries out that plan.
package plan

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/match"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
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

// Reasons say which components are for the resource, and by which rule each: "machinepool by kind".
func (r *Resource) Reasons() []string {
	var out []string
	for _, x := range r.patches {
		if text := x.patch.Component + " by " + string(x.rule); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
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
//
// definitions are CustomResourceDefinitions that tell merge keys, beside those among the items.
func Make(config *v1alpha1.ApplyRelease, items []*resource.Item, definitions ...*yaml.Node) *Plan {
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
	if err != nil && (len(catalog.Releases) > 0 || !found.Failed()) {
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
		m.mergeAll(append(m.definitions(items), definitions...))
	}
	m.Summarize()
	return m.Plan
}

type maker struct {
	*Plan
	spec      v1alpha1.ApplyReleaseSpec
	suggested int
}

// Summarize sums up what the run comes to, in front of the results, which it sorts. It is called again where results have come
// since.
func (m *Plan) Summarize() {
	defer func() { m.Results.Sort() }()
	m.Results = slices.DeleteFunc(m.Results, func(r result.Result) bool { return r.Summary })
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
