// Package plan decides what an upgrade changes. It is pure: from a configuration and items it makes
// a [Plan], and everything that shows or writes an upgrade only carries out that plan.
//
// # The way of a plan
//
// Select release, clusters and components; match components with resources, those of the release that each resource is on as well;
// merge three ways, or two where that release is not known, while the policy settles local changes; record the release on
// what changes; rotate templates, create components; then look at all of it: versions, the customer's overlay, what will roll.
//
// # What a resource is on
//
// spec.from, else the label or annotation release.giantswarm.io/version of the resource, else that of its cluster's Cluster. A cluster
// as such, for guards and new components, is on what its Cluster says, else on what all its resources that say something agree on.
//
// # What is kept
//
// The annotation fn.giantswarm.io/keep on a resource pins fields: they stay whatever the release says, known or not.
// spec.replicas stays where an autoscaler's annotations say that it has it. All else is settled by spec.policy, where a field's
// value is not what the release that the resource is on gave it.
package plan

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/overlay"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Plan is what an upgrade changes, and what there is to say about it.
type Plan struct {
	Release *release.Release
	// Clusters are the clusters that the configuration selects, by name.
	Clusters []*cluster.Cluster
	// Resources are those that the plan is about, cluster by cluster, in the order of the input; those that it creates come last.
	Resources []*Resource
	Results   result.List
	// From is the release that each cluster says it is on, as it is written there.
	From map[*cluster.Cluster]string

	end yamltree.Path
}

// Input is what a plan is made of.
type Input struct {
	Items []*resource.Item
	// Definitions are CustomResourceDefinitions that tell merge keys, beside those among the items.
	Definitions []*yamltree.Node
	// Indexes say of releases what their items do not.
	Indexes []release.Index
	// Catalog is what the releases are, where that was read before; Items need not hold them then, and Indexes do not count.
	Catalog *release.Catalog
	// End is where in the document that the items come from a new one goes; nil where items are documents of their own.
	End yamltree.Path
	// Drift asks for what resources that are on the release have otherwise than it says, rather than for an upgrade: others are
	// left out, and so are guards, records and creations.
	Drift bool
}

// Failed tells whether the plan has errors. Such a plan must not be carried out.
func (p *Plan) Failed() bool { return p.Results.Failed() }

// Edits are all changes as edits to the document that the items come from.
func (p *Plan) Edits() []yamltree.Edit {
	var out []yamltree.Edit
	var created []yamltree.Edit
	copies := map[string]int{} // by file
	for _, r := range p.Resources {
		switch {
		case r.Removed:
			out = append(out, yamltree.Edit{Path: r.Item.Path})
		case r.Created || r.Copy != "":
			created = append(created, yamltree.Edit{Value: p.asItem(r, copies[r.Item.Location.Path]), Styled: r.Copy != ""})
			copies[r.Item.Location.Path]++
		default:
			for _, e := range r.Edits() {
				out = append(out, e.In(r.Item.Path))
			}
		}
	}
	for n, e := range created {
		e.Path = slices.Clone(p.end)
		e.Path[len(e.Path)-1].Index += n
		out = append(out, e)
	}
	return out
}

// asItem is a new resource as an item of a list, with the annotations by which hosts find its file; before is how many new ones come
// before it there.
func (p *Plan) asItem(r *Resource, before int) *yamltree.Node {
	n := yamltree.Clone(r.Final)
	meta := yamltree.Get(n, "metadata")
	annotations := yamltree.Get(meta, "annotations")
	if annotations != nil {
		var kept []*yamltree.Node
		for v := range annotations.Children() {
			if !resource.IsHostAnnotation(v.Key) {
				kept = append(kept, v)
			}
		}
		annotations.SetChildren(kept)
	}
	if r.Item.Location.Path == "" {
		return n
	}
	if annotations == nil {
		annotations = yamltree.NewMap()
		meta.Add("annotations", annotations)
	}
	index := r.Item.Location.Index
	if r.Copy != "" {
		for _, i := range r.Cluster.Base {
			if i.Location.Path == r.Item.Location.Path {
				index = max(index, i.Location.Index+1)
			}
		}
	}
	index += before
	annotations.
		Add(resource.IndexAnnotation, yamltree.Str(fmt.Sprint(index))).
		Add(resource.PathAnnotation, yamltree.Str(r.Item.Location.Path)).
		Add(resource.InternalIndexAnnotation, yamltree.Str(fmt.Sprint(index))).
		Add(resource.InternalPathAnnotation, yamltree.Str(r.Item.Location.Path))
	return n
}

// Make plans an upgrade. The configuration must be one that [v1alpha1.Decode] returned.
func Make(config *v1alpha1.ApplyRelease, in Input) *Plan {
	m := &maker{
		Plan: &Plan{end: in.End, From: map[*cluster.Cluster]string{}},
		spec: config.Spec, rules: readRules(config.Spec.Policy.Rules), items: in.Items, drift: in.Drift,
		byItem: map[*resource.Item]*Resource{}, overlays: map[*cluster.Cluster]*overlay.Overlay{},
		leftOut: map[*resource.Item]bool{}, unrecorded: map[*cluster.Cluster][]*resource.Item{},
	}
	releaseLayout, err := layout.ParseRelease(m.spec.Layout.Release)
	if err != nil {
		panic("plan: the configuration was not validated: " + err.Error())
	}
	clusterLayout, err := layout.ParseCluster(m.spec.Layout.Cluster)
	if err != nil {
		panic("plan: the configuration was not validated: " + err.Error())
	}
	var found result.List
	if m.catalog = in.Catalog; m.catalog == nil {
		m.catalog, found = release.Read(in.Items, releaseLayout, in.Indexes...)
	}
	m.Release, err = m.catalog.Select(m.spec.Release.Provider, m.spec.Release.Version)
	if err != nil && (len(m.catalog.Releases) > 0 || !found.Failed()) {
		m.Results.Errorf(nil, nil, "%v", err)
	}
	for _, r := range found { // of other releases, errors alone are of interest
		if r.Severity == result.Error || r.Item != nil && m.catalog.ReleaseOf(r.Item) == m.Release {
			m.Results = append(m.Results, r)
		}
	}
	m.selectClusters(cluster.Group(in.Items, m.catalog, clusterLayout))
	if m.Release != nil {
		m.decide(append(m.definitions(in.Items), in.Definitions...))
	}
	m.Summarize()
	return m.Plan
}

// decide makes all decisions, in the order in which they build on one another.
func (m *maker) decide(definitions []*yamltree.Node) {
	components := m.selectComponents()
	m.checkFrom()
	m.matchAll(components)
	m.leaveUnused()
	m.matchOld()
	m.mergeAll(definitions)
	m.checkApart()
	if m.drift {
		m.collect()
		m.say()
		return
	}
	m.stamp()
	m.templates()
	m.unlist()
	m.collect()
	m.checkKubernetes()
	m.readOverlays()
	m.say()
	m.estimate()
}

type maker struct {
	*Plan
	spec       v1alpha1.ApplyReleaseSpec
	rules      []policyRule
	items      []*resource.Item
	catalog    *release.Catalog
	drift      bool
	byItem     map[*resource.Item]*Resource
	created    []*Resource
	leftOut    map[*resource.Item]bool               // what components that are left out are for
	unrecorded map[*cluster.Cluster][]*resource.Item // of that, what has no record of its own
	overlays   map[*cluster.Cluster]*overlay.Overlay
	unknown    []*Resource // those that change, and are on a release that is not known
	notes      result.List // what is said behind the changes
	suggested  int
	composer   *merge.Composer // of the merges that are under way
}

// collect lists the resources cluster by cluster, in the order of the input.
func (m *maker) collect() {
	m.Resources = nil
	for _, cl := range m.Clusters {
		for _, list := range [][]*resource.Item{cl.Base, cl.Kustomize} {
			for _, i := range list {
				if r := m.byItem[i]; r != nil {
					m.Resources = append(m.Resources, r)
				}
			}
		}
		for _, r := range m.created {
			if r.Cluster == cl {
				m.Resources = append(m.Resources, r)
			}
		}
	}
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
		changes += len(r.Told())
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
