// Package plan is what an upgrade changes, as a value: the changes of each resource, and what there is to say about them.
//
// It decides nothing. Package upgrade makes plans; everything that shows or writes an upgrade carries out one, so that a dry run, a diff, results, the
// text of a pull request and what is written cannot disagree.
package plan

import (
	"iter"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// Plan is what an upgrade changes in some clusters.
type Plan struct {
	// Clusters are those that the configuration selects, by name.
	Clusters []*Cluster
	// Notes are those of the whole run.
	Notes []Note
}

// Cluster is what an upgrade changes in one cluster.
type Cluster struct {
	*cluster.Cluster
	// On is the release that the cluster as such is on.
	On cluster.Origin
	// To is the release that it is to get, nil where none was found, which is an error then; Rest are the stops behind it, on the way to the one that was asked for.
	To   *release.Release
	Rest []*release.Release
	// Resources are those that the plan is about, in the order of the input; those that it creates come last.
	Resources []*Resource
	Notes     []Note

	of      map[*resource.Item]*Resource
	rollout *Rollout // once the trees are let go of
	letGo   bool
	totals  *Totals // once all else is let go of
}

// Totals are what a plan changes in a cluster, in numbers.
type Totals struct {
	// Changes are those that people are told of, see [Resource.Told]; Resources those with changes; Removed those that go.
	Changes, Resources, Removed int
}

// Totals counts what the plan changes in the cluster.
func (c *Cluster) Totals() Totals {
	if c.totals != nil {
		return *c.totals
	}
	var t Totals
	for _, r := range c.Resources {
		t.Changes += r.Count()
		if len(r.Changes) > 0 {
			t.Resources++
		}
		if r.Removed {
			t.Removed++
		}
	}
	return t
}

// Condense lets go of all that is of this cluster alone, which is carried out and told then: of what it changes there are the totals, and of the notes those that a person must
// look at.
func (c *Cluster) Condense() {
	totals := c.Totals()
	c.totals, c.Resources, c.of = &totals, nil, nil
	c.Notes = slices.Clone(slices.DeleteFunc(c.Notes, func(n Note) bool { return n.Severity == result.Info }))
}

// Add adds a resource of the cluster.
func (c *Cluster) Add(r *Resource) {
	if c.of == nil {
		c.of = map[*resource.Item]*Resource{}
	}
	c.Resources = append(c.Resources, r)
	c.of[r.Item] = r
}

// Drop takes a resource of the cluster out of the plan.
func (c *Cluster) Drop(r *Resource) {
	c.Resources = slices.DeleteFunc(c.Resources, func(x *Resource) bool { return x == r })
	delete(c.of, r.Item)
}

// Of is what the plan has about an item, nil for nothing.
func (c *Cluster) Of(i *resource.Item) *Resource { return c.of[i] }

// Sort puts the resources in the order of the input, those of base first.
func (c *Cluster) Sort() {
	if len(c.Resources) < 2 {
		return
	}
	place := make(map[*resource.Item]int, len(c.Base)+len(c.Kustomize))
	for _, list := range [][]*resource.Item{c.Base, c.Kustomize} {
		for _, i := range list {
			place[i] = len(place) + 1
		}
	}
	last := len(place) + 1
	at := func(r *Resource) int {
		if n := place[r.Item]; n > 0 {
			return n
		}
		return last
	}
	slices.SortStableFunc(c.Resources, func(a, b *Resource) int { return at(a) - at(b) })
}

// Doubt takes back what is said of components that are gone: not all of a release can be read, and what seems to be gone may be in that.
func (p *Plan) Doubt() {
	for _, c := range p.Clusters {
		c.Notes = slices.DeleteFunc(c.Notes, func(n Note) bool { return n.Kind == Orphaned || n.Kind == Released })
	}
}

// All are all notes: those of the run, then those of each cluster. They are large, and must not be changed.
func (p *Plan) All() iter.Seq[*Note] {
	return func(yield func(*Note) bool) {
		for i := range p.Notes {
			if !yield(&p.Notes[i]) {
				return
			}
		}
		for _, c := range p.Clusters {
			for i := range c.Notes {
				if !yield(&c.Notes[i]) {
					return
				}
			}
		}
	}
}

// Failed reports whether there is an error among the notes. Such a plan must not be carried out.
func (p *Plan) Failed() bool {
	for n := range p.All() {
		if n.Severity == result.Error {
			return true
		}
	}
	return false
}

// Releases are those that clusters are to get, each once, in the order of the clusters.
func (p *Plan) Releases() []*release.Release {
	var out []*release.Release
	for _, c := range p.Clusters {
		if c.To != nil && !slices.Contains(out, c.To) {
			out = append(out, c.To)
		}
	}
	return out
}

// Blocked reports whether there is an error among the notes of the cluster, so that it cannot go.
func (c *Cluster) Blocked() bool {
	return slices.ContainsFunc(c.Notes, func(n Note) bool { return n.Severity == result.Error })
}

// Going is the plan without the clusters that are blocked, which are returned beside it.
func (p *Plan) Going() (going *Plan, blocked []*Cluster) {
	going = &Plan{Notes: p.Notes}
	for _, c := range p.Clusters {
		if c.Blocked() {
			blocked = append(blocked, c)
		} else {
			going.Clusters = append(going.Clusters, c)
		}
	}
	return going, blocked
}

// Resources are those of all clusters, cluster by cluster.
func (p *Plan) Resources() iter.Seq[*Resource] {
	return func(yield func(*Resource) bool) {
		for _, c := range p.Clusters {
			for _, r := range c.Resources {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// OfBase is [Note.By] of what a kustomization of the base does, rather than the customer's overlay.
const OfBase = "base"

// PatchedBy is [Note.By] of a patch, of base or of the customer's overlay.
func PatchedBy(base bool) string {
	if base {
		return OfBase
	}
	return ""
}
