package cluster

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// Selector finds clusters by patterns.
type Selector struct {
	all           []*Cluster
	placed, loose map[string][]*Cluster // by installation/cluster; by cluster, where the installation is not known: fleets are named one by one
}

// NewSelector is a selector of clusters.
func NewSelector(all []*Cluster) *Selector {
	s := &Selector{all, map[string][]*Cluster{}, map[string][]*Cluster{}}
	for _, c := range all {
		if c.Installation != "" {
			s.placed[c.String()] = append(s.placed[c.String()], c)
		} else {
			s.loose[c.ID] = append(s.loose[c.ID], c)
		}
	}
	return s
}

// meta are the characters by which a pattern is more than a name.
const meta = `*?[{\`

// Select are the clusters that a pattern is for: installation/cluster, an installation for all of its clusters, or a cluster's ID. Where the installation of
// a cluster is not known, the cluster's part of the pattern decides. It is an error where a pattern of one part is for installations and for IDs.
// Patterns for several leave out what is none, see [Standing].
func (s *Selector) Select(pattern string) ([]*Cluster, error) {
	var found, of []*Cluster
	_, id, two := strings.Cut(pattern, "/")
	if two && !strings.ContainsAny(pattern, meta) {
		return slices.Concat(s.placed[pattern], s.loose[id]), nil
	}
	for _, c := range s.all {
		switch {
		case two && c.Installation != "":
			if layout.Glob(pattern, c.String()) {
				found = append(found, c)
			}
		case two:
			if layout.Glob(id, c.ID) {
				found = append(found, c)
			}
		case c.Installation != "" && layout.Glob(pattern, c.Installation):
			of = append(of, c)
		case layout.Glob(pattern, c.ID):
			found = append(found, c)
		}
	}
	if len(found) > 0 && len(of) > 0 {
		return nil, fmt.Errorf("%q is the installation %s and the cluster %s; must be \"%s/*\" or %q", pattern, of[0].Installation, found[0], of[0].Installation, found[0])
	}
	found = append(found, of...)
	if strings.ContainsAny(pattern, meta) || len(of) > 0 {
		found = Standing(found)
	}
	return found, nil
}

// Standing leaves out folders that hold no cluster, such as of apps that clusters share: those without a resource that stands for a cluster or is part of one, and without a record of a release. Where
// that leaves none, all stay.
func Standing(all []*Cluster) []*Cluster {
	if !slices.ContainsFunc(all, (*Cluster).Stands) {
		return all
	}
	return slices.DeleteFunc(slices.Clone(all), func(c *Cluster) bool { return !c.Stands() })
}

// Stands reports whether there is a cluster in what is taken for one, see [Standing]. A template of clusters, whose Cluster has a variable for a name and no record of a release, is none.
func (c *Cluster) Stands() bool {
	if own := c.Resource(); own != nil && c.Release() == "" && (strings.Contains(own.Name, "${") || strings.Contains(own.Name, "{{") || strings.Contains(c.ID, "${")) {
		return false
	}
	return c.ID == "" || c.Chart() != nil || slices.ContainsFunc(c.Base, c.isPart)
}

// isPart reports whether a resource tells that there is a cluster: it stands for one, has a record, is of Cluster API, or has the cluster's name in a label. That of another cluster
// tells nothing: apps of several may lie in one folder.
func (c *Cluster) isPart(i *resource.Item) bool {
	return kinds.IsGroup(i.Group()) || StandsForCluster(i) || ReleaseOf(i) != "" || i.Label(NameLabel) == c.ID || i.Label(GiantSwarmLabel) == c.ID
}
