// Package cluster tells which items belong to which workload cluster, and which of them are its base.
//
// # What tells the cluster
//
// The location, where it fits the layout: the segments before a base or overlay folder, else the
// first ones. A first segment that is a provider of some release is no installation. Where the location does not
// tell, in this order: the labels cluster.x-k8s.io/cluster-name and giantswarm.io/cluster,
// spec.clusterName, and for the kind Cluster its name. Items of which nothing tells belong to the
// one cluster that all others of the input belong to, or to the whole build, where there is none.
//
// # What is base
//
// base/**; and in the flat layout, everything but overlay/**. Release ConfigMaps, the
// functionConfig, Kptfiles, kustomization files, items without kind or name, and files encrypted
// with SOPS are never in it.
package cluster

import (
	"iter"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// The labels that name the cluster of a resource.
const (
	NameLabel       = "cluster.x-k8s.io/cluster-name"
	GiantSwarmLabel = "giantswarm.io/cluster"
)

// ReleaseKey is the label, or annotation, that names the release which a resource is on.
const ReleaseKey = "release.giantswarm.io/version"

// Cluster is one workload cluster.
type Cluster struct {
	// Installation is "" where only labels tell the cluster; ID is "" where nothing does.
	Installation, ID string
	// Base are the resources that an upgrade may change, in the order of the input.
	Base []*resource.Item
	// Overlay are the customer's resources, which are never changed.
	Overlay []*resource.Item
	// Kustomize are the kustomization files of base and overlay, and what of the overlay is no resource, such as lists of JSON
	// patches.
	Kustomize []*resource.Item
	// Values are the files of base that its kustomizations make ConfigMaps of.
	Values []Values
	// Beside are Flux Kustomizations that lie beside the cluster's folder, in the file of its name, and build it.
	Beside []*resource.Item
	// Before is the cluster before a step that is planned on the way to a release, see [github.com/giantswarm/apply-release/pkg/internal/plan.Cluster.After]; nil of one as it was read.
	Before *Cluster
	// Folder is the slash-separated path of the folder in which new resources of base belong; "" where no location tells.
	Folder string

	// Twice are two folders of the cluster that have a Cluster each, the second of which is Twin: two clusters of one name. They are empty where there is none.
	Twice []string
	Twin  *resource.Item
	// Second is another Cluster, or App of a cluster's chart, in base: several clusters that the layout takes for one. nil where there is none.
	Second *resource.Item

	name    string // what String says, "" before it was asked for: it is written many times
	settled bool   // Base does not change any more: own and release are what Resource and Release say
	own     *resource.Item
	chart   *Chart
	release string
}

// settle looks once for what is asked for again and again.
func (c *Cluster) settle() {
	c.own, c.chart = c.Resource(), c.Chart()
	c.release = c.Release()
	c.Second = c.second()
	c.settled = true
}

// second finds what stands for a cluster of another name or namespace than the first that does, or for the same one with another record of its release.
func (c *Cluster) second() *resource.Item {
	var stand []*resource.Item
	for _, i := range c.Base {
		if kinds.IsCluster(i.Ref) && i.Text("spec", "infrastructureRef", "kind") != "VCluster" { // which runs in the cluster itself
			stand = append(stand, i)
		}
	}
	if c.own == nil {
		for _, x := range c.charts() {
			if x.Item != nil && isClusterApp(x.App, c.Base) { // it says a release
				stand = append(stand, x.App)
			}
		}
	}
	for _, i := range stand {
		first := stand[0]
		if other := func(a, b string) bool { return a != "" && b != "" && a != b }; i.Name != first.Name || other(i.Namespace, first.Namespace) || other(ReleaseOf(i), ReleaseOf(first)) {
			return i
		}
	}
	return nil
}

// Items are all that the cluster has, in base and overlay and beside them.
func (c *Cluster) Items() iter.Seq[*resource.Item] {
	return func(yield func(*resource.Item) bool) {
		for _, list := range [][]*resource.Item{c.Base, c.Overlay, c.Kustomize, c.Beside} {
			for _, i := range list {
				if !yield(i) {
					return
				}
			}
		}
		for _, v := range c.Values {
			if !yield(v.Item) {
				return
			}
		}
	}
}

// Read makes the trees of base: who asks one thing after another of items that have let go of them would have them read each time.
func (c *Cluster) Read() {
	for _, i := range c.Base {
		i.Root()
	}
}

// LetGo frees the trees of all that the cluster has, see [resource.Item.LetGo].
func (c *Cluster) LetGo() {
	for i := range c.Items() {
		i.LetGo()
	}
}

// Resource is the Cluster of Cluster API that the others belong to, nil where there is none.
func (c *Cluster) Resource() *resource.Item {
	if c.settled {
		return c.own
	}
	for _, i := range c.Base {
		if kinds.IsCluster(i.Ref) {
			return i
		}
	}
	return nil
}

// Chart is what makes the cluster where that is a Helm chart as a whole, nil where it is none. Its Item is nil where nothing says its release.
func (c *Cluster) Chart() *Chart {
	if c.settled {
		return c.chart
	}
	if c.Resource() != nil {
		return nil
	}
	if all := c.charts(); len(all) > 0 {
		return &all[0]
	}
	return nil
}

// charts are the charts of the cluster; where its base takes resources from elsewhere, and no chart is in its own, by the values alone.
func (c *Cluster) charts() []Chart {
	out := Charts(c.Base, c.Values, c.Beside)
	if len(out) == 0 && c.TakesFromElsewhere() {
		out = elsewhere(c.Base)
		substitute(out, slices.Concat(c.Base, c.Beside))
	}
	return out
}

// Shadowed are the places that say a release, and that the one which counts goes over.
func (c *Cluster) Shadowed() []Chart {
	chart := c.Chart()
	if chart == nil || chart.Item == nil {
		return nil
	}
	var out []Chart
	for _, other := range c.charts() {
		if other.Item != nil && (other.Item != chart.Item || !other.Path.Equal(chart.Path)) {
			out = append(out, other)
		}
	}
	return out
}

// said is the release that what stands for the cluster says: its Cluster, or its chart; "" for none.
func (c *Cluster) said() string {
	if chart := c.Chart(); chart != nil && chart.Release != "" {
		return chart.Release
	}
	return ReleaseOf(c.Resource())
}

// Release is the release that the cluster as such is on, as it is written: what its Cluster says, or its chart, or where there is neither, what
// all resources of base that say something agree on; "" where nothing tells.
func (c *Cluster) Release() string {
	if c.settled {
		return c.release
	}
	if v := c.said(); v != "" {
		return v
	}
	if said := c.Releases(); len(said) == 1 && c.Resource() == nil { // one resource does not speak for a Cluster that says nothing
		return said[0]
	}
	return ""
}

// ReleaseOf is the release that a resource says it is on, as it is written there; "" where it says none.
func ReleaseOf(i *resource.Item) string {
	if i == nil {
		return ""
	}
	if v := i.Label(ReleaseKey); v != "" {
		return v
	}
	return i.Annotation(ReleaseKey)
}

// ReleaseOf is the release that a resource says it is on, "" where it says none, or is part of the cluster's chart: that says it for all.
func (c *Cluster) ReleaseOf(i *resource.Item) string {
	if chart := c.Chart(); chart != nil && chart.Release != "" && (i == chart.App || i == chart.Item) {
		return ""
	}
	return ReleaseOf(i)
}

// Releases are the versions of the releases that the cluster's resources say they are on, as they are written, in order.
func (c *Cluster) Releases() []string {
	var out []string
	for _, i := range c.Base {
		if v := c.ReleaseOf(i); v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// String is installation/ID, as far as it is known.
func (c *Cluster) String() string {
	switch {
	case c.name != "":
		return c.name
	case c.ID == "":
		return "the whole build"
	case c.Installation == "":
		return c.ID
	}
	return c.Installation + "/" + c.ID
}
