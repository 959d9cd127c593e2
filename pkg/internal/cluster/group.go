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
	position         int // among the items
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
		if i.Location.Path != "" && i.IsEncrypted() {
			encrypted[i.Location.Path] = true
		}
	}
	var beside []placed
	for n, i := range items {
		if p, is := besideFolder(i, l); is {
			beside = append(beside, p)
			continue
		}
		if catalog.IsRelease(i) || encrypted[i.Location.Path] || !isTarget(i) && !isKustomize(i) && !isLoose(i) {
			continue
		}
		p, elsewhere := place(i, catalog, l)
		p.position = n
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
	untold, known = withConfigs(untold, known)
	adopted := adopt(untold, known)
	inFolders := slices.ContainsFunc(known, func(p placed) bool { return p.installation != "" })
	for _, p := range untold {
		if len(adopted) == 0 && (!inFolders || len(p.item.Location.Segments()) <= l.Depth()) { // others lie outside of all clusters
			homeless = append(homeless, p.item)
		}
	}
	clusters = build(append(known, adopted...))
	of := byPlace(clusters)
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

func byPlace(clusters []*Cluster) map[name]*Cluster {
	out := make(map[name]*Cluster, len(clusters))
	for _, c := range clusters {
		out[name{c.Installation, c.ID}] = c
	}
	return out
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

func build(all []placed) []*Cluster {
	slices.SortFunc(all, func(a, b placed) int { return a.position - b.position })
	clusters := map[name]*Cluster{}
	hasBase := map[name]bool{}
	for _, p := range all {
		if p.layer == layout.Base {
			hasBase[p.name()] = true
		}
	}
	var out []*Cluster
	roots := map[*Cluster]string{} // of its Cluster
	for _, p := range all {
		key := p.name()
		c := clusters[key]
		if c == nil {
			c = &Cluster{Installation: p.installation, ID: p.id}
			c.name = c.String()
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
	slices.SortFunc(out, func(a, b *Cluster) int { return strings.Compare(a.name, b.name) })
	return out
}
