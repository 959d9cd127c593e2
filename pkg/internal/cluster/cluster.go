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
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/release"
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
	// Folder is the slash-separated path of the folder in which new resources of base belong; "" where no location tells.
	Folder string

	settled bool // Base does not change any more: own and release are what Resource and Release say
	own     *resource.Item
	chart   *Chart
	release string
}

// settle looks once for what is asked for again and again.
func (c *Cluster) settle() {
	c.own, c.chart = c.Resource(), c.Chart()
	c.release = c.Release()
	c.settled = true
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
	if len(out) == 0 && c.takesFromElsewhere() {
		out = elsewhere(c.Base)
		substitute(out, slices.Concat(c.Base, c.Beside))
	}
	return out
}

// Shadowed are the places that say a release, and that the one which counts goes over; only those that say another one.
func (c *Cluster) Shadowed() []Chart {
	chart := c.Chart()
	if chart == nil || chart.Item == nil {
		return nil
	}
	var out []Chart
	for _, other := range c.charts() {
		if other.Item != nil && (other.Item != chart.Item || !other.Path.Equal(chart.Path)) && other.Release != chart.Release {
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
	case c.ID == "":
		return "the whole build"
	case c.Installation == "":
		return c.ID
	}
	return c.Installation + "/" + c.ID
}

// placed is an item with what tells its place.
type placed struct {
	item             *resource.Item
	installation, id string
	layer            string
	depth            int // how many segments of the path lead to the cluster's folder
}

// Group sorts the items that belong to no release into clusters, ordered by name.
func Group(items []*resource.Item, catalog *release.Catalog, l layout.Cluster) []*Cluster {
	var known, untold, kustomize []placed
	encrypted := map[string]bool{} // files of which some document is
	loose := map[string]*resource.Item{}
	for _, i := range items {
		encrypted[i.Location.Path] = encrypted[i.Location.Path] || i.Location.Path != "" && i.Has("sops")
	}
	var beside []placed
	for _, i := range items {
		if p, is := besideFolder(i, l); is {
			beside = append(beside, p)
			continue
		}
		if catalog.IsRelease(i) || encrypted[i.Location.Path] || !isTarget(i) && !isKustomize(i) && !isLoose(i) {
			continue
		}
		p, elsewhere := place(i, catalog, l)
		switch {
		case elsewhere:
		case isLoose(i):
			loose[i.Location.Path] = i
		case !isTarget(i):
			kustomize = append(kustomize, p)
		case p.id == "":
			untold = append(untold, p)
		default:
			known = append(known, p)
		}
	}
	known = append(known, adopt(untold, known)...)
	clusters := build(known, items)
	for _, p := range kustomize {
		for _, c := range clusters {
			if c.Installation == p.installation && c.ID == p.id || p.id == "" && len(clusters) == 1 {
				c.Kustomize = append(c.Kustomize, p.item)
			}
		}
	}
	for _, c := range clusters {
		for _, p := range beside {
			if c.Installation == p.installation && c.ID == p.id {
				c.Beside = append(c.Beside, p.item)
			}
		}
		c.setPatchesApart()
		c.findValues(loose)
		c.settle()
	}
	return clusters
}

// isTarget leaves out what no upgrade may ever touch.
func isTarget(i *resource.Item) bool {
	switch {
	case i.Kind == "" || i.Name == "", i.Kind == "Kptfile", IsKustomization(i):
		return false
	case i.Group() == "fn.giantswarm.io":
		return false
	case i.Has("sops"):
		return false
	}
	return true
}

// place tells where an item belongs; elsewhere says that its location is that of no cluster.
func place(i *resource.Item, catalog *release.Catalog, l layout.Cluster) (p placed, elsewhere bool) {
	p.item = i
	parts := i.Location.Segments()
	at, found := l.Match(parts)
	p.layer, p.depth = at.Layer, at.Depth
	if len(parts) > 1 && catalog.IsProvider(parts[0]) || found && catalog.IsProvider(at.Installation) {
		return p, true
	}
	if found {
		p.installation, p.id = at.Installation, at.Cluster
		return p, false
	}
	if at.Layer == "" && len(parts) > l.Depth() {
		return p, true // long enough to tell, and it tells another place
	}
	for _, name := range []string{i.Label(NameLabel), i.Label(GiantSwarmLabel), i.Text("spec", "clusterName")} {
		if name != "" {
			p.id = name
			return p, false
		}
	}
	if kinds.IsCluster(i.Ref) {
		p.id = i.Name
	}
	return p, false
}

// adoptInstallations gives items that only a label places the installation of the one cluster of
// that name whose location is known.
func adoptInstallations(known []placed) {
	installations := map[string]map[string]bool{}
	for _, p := range known {
		if p.installation != "" {
			if installations[p.id] == nil {
				installations[p.id] = map[string]bool{}
			}
			installations[p.id][p.installation] = true
		}
	}
	for i, p := range known {
		if p.installation == "" && len(installations[p.id]) == 1 {
			for only := range installations[p.id] {
				known[i].installation = only
			}
		}
	}
}

// adopt places the items that nothing tells about: with the one cluster that is there, or as a build
// of their own. With several clusters they belong to none; neither does a file outside the clusters'
// folders, where there are such folders.
func adopt(untold, known []placed) []placed {
	folders := false
	for _, p := range known {
		folders = folders || p.installation != ""
	}
	adoptInstallations(known)
	ids := map[string]placed{}
	for _, p := range known {
		ids[p.installation+"/"+p.id] = p
	}
	if len(ids) > 1 {
		return nil
	}
	var adopted []placed
	for _, p := range untold {
		if folders && p.item.Location.Path != "" {
			continue
		}
		for _, only := range ids {
			p.installation, p.id = only.installation, only.id
		}
		adopted = append(adopted, p)
	}
	return adopted
}

// folder is where new resources of base belong, by the place of one that is there.
func (p placed) folder() string {
	if p.item.Location.Path == "" {
		return ""
	}
	parts := strings.Split(path.Dir(path.Clean(p.item.Location.Path)), "/")
	up := len(parts) + 1 - len(p.item.Location.Segments()) // ../ in front
	at := up + p.depth
	if p.depth == 0 { // nothing but the folder base tells
		at = max(slices.Index(parts, layout.Base), 0)
	}
	if at < len(parts) && parts[at] == layout.Base {
		at++
	}
	if p.depth == 0 && at == 0 {
		return path.Dir(p.item.Location.Path)
	}
	return strings.Join(parts[:min(at, len(parts))], "/")
}

func build(all []placed, items []*resource.Item) []*Cluster {
	position := map[*resource.Item]int{}
	for n, i := range items {
		position[i] = n
	}
	sort.Slice(all, func(a, b int) bool { return position[all[a].item] < position[all[b].item] })
	clusters := map[string]*Cluster{}
	hasBase := map[string]bool{}
	for _, p := range all {
		key := p.installation + "/" + p.id
		hasBase[key] = hasBase[key] || p.layer == layout.Base
	}
	var out []*Cluster
	for _, p := range all {
		key := p.installation + "/" + p.id
		c := clusters[key]
		if c == nil {
			c = &Cluster{Installation: p.installation, ID: p.id}
			clusters[key] = c
			out = append(out, c)
		}
		switch {
		case p.layer == layout.Overlay:
			c.Overlay = append(c.Overlay, p.item)
		case p.layer == layout.Base, !hasBase[key], p.item.Location.Path == "":
			c.Base = append(c.Base, p.item)
			if c.Folder == "" {
				c.Folder = p.folder()
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out
}
