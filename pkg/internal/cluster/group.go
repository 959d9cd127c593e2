package cluster

import (
	"cmp"
	"path"
	"slices"
	"sort"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// placed is an item with what tells its place.
type placed struct {
	item             *resource.Item
	installation, id string
	layer            string
	depth            int // how many segments of the path lead to the cluster's folder
}

// Group sorts the items that belong to no release into clusters, ordered by name.
func Group(items []*resource.Item, catalog *release.Catalog, l layout.Cluster) []*Cluster {
	clusters, _ := GroupAll(items, catalog, l)
	return clusters
}

// GroupAll does what [Group] does, and returns the items of which nothing tells to which of several clusters they belong.
func GroupAll(items []*resource.Item, catalog *release.Catalog, l layout.Cluster) (clusters []*Cluster, homeless []*resource.Item) {
	var known, untold, kustomize []placed
	encrypted := map[string]bool{} // files of which some document is
	loose := map[string]*resource.Item{}
	for _, i := range items {
		encrypted[i.Location.Path] = encrypted[i.Location.Path] || i.Location.Path != "" && i.IsEncrypted()
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
	adopted := adopt(untold, known)
	inFolders := slices.ContainsFunc(known, func(p placed) bool { return p.installation != "" })
	for _, p := range untold {
		if len(adopted) == 0 && (p.item.Location.Path == "" || !inFolders) { // others lie outside of all clusters
			homeless = append(homeless, p.item)
		}
	}
	known = append(known, adopted...)
	clusters = build(known, items)
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
	return clusters, homeless
}

// isTarget leaves out what no upgrade may ever touch.
func isTarget(i *resource.Item) bool {
	switch {
	case i.Kind == "" || i.Name == "", i.Kind == "Kptfile", IsKustomization(i):
		return false
	case i.Group() == "fn.giantswarm.io":
		return false
	case i.IsEncrypted():
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
	p.id = cmp.Or(i.Label(NameLabel), i.Label(GiantSwarmLabel))
	if p.id == "" {
		p.id = i.Text("spec", "clusterName")
	}
	if p.id == "" && kinds.IsCluster(i.Ref) {
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

// root is the folder of the cluster that an item lies in, "" where its location tells none.
func (p placed) root() string {
	parts := p.item.Location.Segments()
	if p.depth == 0 || p.depth > len(parts) {
		return ""
	}
	return strings.Join(parts[:p.depth], "/")
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
	roots := map[*Cluster]string{} // of its Cluster
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
			if root := p.root(); root != "" && kinds.IsCluster(p.item.Ref) {
				if other := roots[c]; other != "" && other != root && c.Twin == nil {
					c.Twice, c.Twin = []string{other, root}, p.item
				}
				roots[c] = root
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].String() < out[j].String() })
	return out
}
