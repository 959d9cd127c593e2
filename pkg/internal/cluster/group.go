package cluster

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// placed is an item with what tells its place.
type placed struct {
	item             *resource.Item
	as               role
	position         int // among the items
	installation, id string
	layer            string
	segments         []string // of the path
	depth            int      // how many of them lead to the cluster's folder
}

// role is what an item is to the cluster that it belongs to.
type role int

const (
	nothing  role = iota
	target        // a resource, of base or overlay
	builds        // a kustomization, or what one may name as a patch
	values        // a file without a resource in it
	isBeside      // a Flux Kustomization beside the folder
)

// Group sorts the items that belong to no release into clusters, ordered by name.
func Group(items []*resource.Item, catalog *release.Catalog, l layout.Cluster) []*Cluster {
	clusters, _ := GroupAll(items, catalog, l)
	return clusters
}

// GroupAll does what [Group] does, and returns the items of which nothing tells to which of several clusters they belong.
func GroupAll(items []*resource.Item, catalog *release.Catalog, l layout.Cluster) (clusters []*Cluster, homeless []*resource.Item) {
	encrypted := map[string]bool{} // files of which some document is
	for _, i := range items {
		if i.Location.Path != "" && i.IsEncrypted() {
			encrypted[i.Location.Path] = true
		}
	}
	places := make([]placed, len(items))
	parallel.Do(len(items), func(n int) {
		if p, is := besideFolder(items[n], l); is {
			places[n] = p
		} else if as := roleOf(items[n]); as != nothing && !catalog.IsRelease(items[n]) && !encrypted[items[n].Location.Path] {
			places[n] = place(items[n], as, catalog, l)
			places[n].position = n
		}
	})
	var known, untold, kustomize, beside []placed
	loose := map[string]*resource.Item{}
	for _, p := range places {
		switch {
		case p.as == isBeside:
			beside = append(beside, p)
		case p.as == values:
			loose[p.item.Location.Path] = p.item
		case p.as == builds:
			kustomize = append(kustomize, p)
		case p.as == target && p.id == "":
			untold = append(untold, p)
		case p.as == target:
			known = append(known, p)
		}
	}
	untold, known = withConfigs(untold, known)
	adopted := adopt(untold, known)
	inFolders := slices.ContainsFunc(known, func(p placed) bool { return p.installation != "" })
	for _, p := range untold {
		if len(adopted) == 0 && (!inFolders || len(p.segments) <= l.Depth()) { // others lie outside of all clusters
			homeless = append(homeless, p.item)
		}
	}
	clusters = build(append(known, adopted...))
	if len(kustomize)+len(beside) > 0 {
		addOthers(clusters, kustomize, beside)
	}
	parallel.Do(len(clusters), func(n int) {
		clusters[n].setPatchesApart()
		clusters[n].findValues(loose)
		clusters[n].settle()
	})
	return clusters, homeless
}

// name is the cluster that an item belongs to.
func (p placed) name() name { return name{p.installation, p.id} }

// name names a cluster.
type name struct{ installation, id string }

// addOthers adds what builds clusters, from within their folders and from beside them.
func addOthers(clusters []*Cluster, kustomize, beside []placed) {
	of := make(map[name]*Cluster, len(clusters))
	for _, c := range clusters {
		of[name{c.Installation, c.ID}] = c
	}
	for _, p := range kustomize {
		c := of[p.name()]
		if p.id == "" && len(clusters) == 1 {
			c = clusters[0]
		}
		if c != nil {
			c.Kustomize = append(c.Kustomize, p.item)
		}
	}
	for _, p := range beside {
		if c := of[p.name()]; c != nil {
			c.Beside = append(c.Beside, p.item)
		}
	}
}

// roleOf is what an item is by its nature; who lies in another place than a cluster's is nothing to one all the same.
func roleOf(i *resource.Item) role {
	switch {
	case isTarget(i):
		return target
	case isLoose(i):
		return values
	case isKustomize(i):
		return builds
	}
	return nothing
}

// isTarget leaves out what no upgrade may ever touch.
func isTarget(i *resource.Item) bool {
	switch {
	case i.Kind == "" || i.Name == "", i.Kind == "Kptfile", i.IsKustomization():
		return false
	case i.Group() == "fn.giantswarm.io":
		return false
	case i.IsEncrypted():
		return false
	}
	return true
}

// place tells where an item belongs: it is nothing to a cluster where its location is that of none.
func place(i *resource.Item, as role, catalog *release.Catalog, l layout.Cluster) placed {
	p := placed{item: i, as: as, segments: i.Location.Segments()}
	at, found := l.Match(p.segments)
	p.layer, p.depth = at.Layer, at.Depth
	switch {
	case len(p.segments) > 1 && catalog.IsProvider(p.segments[0]), found && catalog.IsProvider(at.Installation):
		return placed{}
	case found:
		p.installation, p.id = at.Installation, at.Cluster
		return p
	case at.Layer == "" && len(p.segments) > l.Depth(): // long enough to tell, and it tells another place
		return placed{}
	}
	p.id = cmp.Or(i.Label(NameLabel), i.Label(GiantSwarmLabel))
	if p.id == "" {
		p.id = i.Text("spec", "clusterName")
	}
	if p.id == "" && kinds.IsCluster(i.Ref) {
		p.id = i.Name
	}
	return p
}

// adoptInstallations gives items that only a label places the installation of the one cluster of
// that name whose location is known.
func adoptInstallations(known []placed) {
	if !slices.ContainsFunc(known, func(p placed) bool { return p.installation == "" }) {
		return
	}
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
	if slices.ContainsFunc(known, func(p placed) bool { return p.name() != known[0].name() }) {
		return nil
	}
	var adopted []placed
	for _, p := range untold {
		if folders && p.item.Location.Path != "" {
			continue
		}
		if len(known) > 0 {
			p.installation, p.id = known[0].installation, known[0].id
		}
		adopted = append(adopted, p)
	}
	return adopted
}

// withConfigs places the ConfigMaps of which neither a file nor a label tells with the one cluster whose chart takes its values from them.
func withConfigs(untold, known []placed) (rest, all []placed) {
	is := func(p placed) bool { return p.item.Kind == "ConfigMap" && p.item.Location.Path == "" }
	if !slices.ContainsFunc(untold, is) {
		return untold, known
	}
	var charts []placed
	for _, p := range known {
		if isClusterApp(p.item, nil) {
			charts = append(charts, p)
		}
	}
	for _, p := range untold {
		var owners []placed
		for _, chart := range charts {
			if is(p) && slices.ContainsFunc((Chart{App: chart.item}).configMaps(), func(c configMap) bool { return c.is(p.item) }) {
				owners = append(owners, chart)
			}
		}
		if len(owners) != 1 {
			rest = append(rest, p)
			continue
		}
		p.installation, p.id = owners[0].installation, owners[0].id
		known = append(known, p)
	}
	return rest, known
}

// folder is where new resources of base belong, by the place of one that is there.
func (p placed) folder() string {
	if p.item.Location.Path == "" {
		return ""
	}
	folders := p.segments[:max(len(p.segments)-1, 0)]
	at := p.depth
	if at == 0 { // nothing but the folder base tells
		at = max(slices.Index(folders, layout.Base), 0)
	}
	if at < len(folders) && folders[at] == layout.Base {
		at++
	}
	if at == 0 {
		return path.Dir(p.item.Location.Path)
	}
	return p.upTo(min(at, len(folders)), true)
}

// upTo is the path of the first segments of the item's location, with the ../ in front of them or without.
func (p placed) upTo(segments int, all bool) string {
	file, length := path.Clean(p.item.Location.Path), 0
	for _, s := range p.segments {
		length += len(s) + 1
	}
	start := len(file) - length + 1 // of the first one
	end := start - 1
	for _, s := range p.segments[:segments] {
		end += len(s) + 1
	}
	if all {
		start = 0
	}
	return file[start:max(start, end)]
}

// root is the folder of the cluster that an item lies in, "" where its location tells none.
func (p placed) root() string {
	if p.depth == 0 || p.depth > len(p.segments) {
		return ""
	}
	return p.upTo(p.depth, false)
}

// building is a cluster that is put together.
type building struct {
	*Cluster
	hasBase bool
	root    string // of its Cluster
}

func build(all []placed) []*Cluster {
	slices.SortFunc(all, func(a, b placed) int { return a.position - b.position })
	known := map[name]*building{}
	of := make([]*building, len(all))
	var out []*Cluster
	for n, p := range all {
		c := known[p.name()]
		if c == nil {
			c = &building{Cluster: &Cluster{Installation: p.installation, ID: p.id}}
			c.name = c.String()
			known[p.name()] = c
			out = append(out, c.Cluster)
		}
		c.hasBase = c.hasBase || p.layer == layout.Base
		of[n] = c
	}
	for n, p := range all {
		of[n].take(p)
	}
	slices.SortFunc(out, func(a, b *Cluster) int { return strings.Compare(a.name, b.name) })
	return out
}

// take takes a resource in.
func (c *building) take(p placed) {
	switch {
	case p.layer == layout.Overlay:
		c.Overlay = append(c.Overlay, p.item)
		return
	case p.layer != layout.Base && c.hasBase && p.item.Location.Path != "":
		return
	}
	c.Base = append(c.Base, p.item)
	if c.Folder == "" {
		c.Folder = p.folder()
	}
	if !kinds.IsCluster(p.item.Ref) {
		return
	}
	if root := p.root(); root != "" {
		if c.root != "" && c.root != root && c.Twin == nil {
			c.Twice, c.Twin = []string{c.root, root}, p.item
		}
		c.root = root
	}
}
