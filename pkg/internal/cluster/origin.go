package cluster

import (
	"cmp"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// Origin is the release that a resource or a cluster is on.
type Origin struct {
	// Text is the release as it is written, "" where nothing tells.
	Text string
	// Release is nil where the release is not known, or not in the catalog.
	Release *release.Release
}

// Origins are the releases that a cluster and its resources are on, worked out once.
type Origins struct {
	// Cluster is the release that the cluster as such is on.
	Cluster Origin
	// Forced says that the configuration says it, whatever the resources say.
	Forced bool
	// Releases are those that resources of base are on, as far as they are in the catalog, in the order of the resources.
	Releases []*release.Release

	of map[*resource.Item]Origin
}

// Of is the release that a resource of the cluster is on.
func (o *Origins) Of(i *resource.Item) Origin { return o.of[i] }

// Origins works out the releases that a cluster is on: from, where it is not ""; else what a resource says, else what the Cluster says; for the cluster as such,
// [Cluster.Release]. find is the release that is written as a text, nil for none.
func (c *Cluster) Origins(from string, find func(text string) *release.Release) *Origins {
	var known []Origin // few
	origin := func(text string) Origin {
		at := slices.IndexFunc(known, func(o Origin) bool { return o.Text == text })
		if at < 0 {
			at, known = len(known), append(known, Origin{Text: text, Release: find(text)})
		}
		return known[at]
	}
	out := &Origins{Forced: from != "", Cluster: origin(cmp.Or(from, c.Release())), of: make(map[*resource.Item]Origin, len(c.Base))}
	own := c.said()
	for _, i := range c.Base {
		o := origin(cmp.Or(from, c.ReleaseOf(i), own))
		out.of[i] = o
		if o.Release != nil && !slices.Contains(out.Releases, o.Release) {
			out.Releases = append(out.Releases, o.Release)
		}
	}
	return out
}
