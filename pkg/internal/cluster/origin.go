package cluster

import (
	"cmp"

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
	known := map[string]Origin{}
	origin := func(text string) Origin {
		o, seen := known[text]
		if !seen {
			o = Origin{Text: text, Release: find(text)}
			known[text] = o
		}
		return o
	}
	out := &Origins{Forced: from != "", Cluster: origin(cmp.Or(from, c.Release())), of: make(map[*resource.Item]Origin, len(c.Base))}
	own := c.said()
	seen := map[*release.Release]bool{nil: true}
	for _, i := range c.Base {
		o := origin(cmp.Or(from, c.ReleaseOf(i), own))
		out.of[i] = o
		if !seen[o.Release] {
			seen[o.Release] = true
			out.Releases = append(out.Releases, o.Release)
		}
	}
	return out
}
