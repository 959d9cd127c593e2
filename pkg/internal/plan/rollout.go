package plan

import (
	"slices"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// Rollout is what the changes of a cluster make happen, by a static estimate from kinds and paths: controllers decide.
type Rollout struct {
	// ControlPlane and Workers are the names of what rolls; Whole of clusters all of which does, whatever workers they have; Apps of the apps that change; Rejected of the resources whose change Cluster
	// API rejects.
	ControlPlane, Workers, Whole, Apps, Rejected []string
	// May are the names of what may make machines roll: what a ClusterClass makes of it decides.
	May []string
	// Pinned are the names of the resources whose changes would make something happen, and are hidden by an overlay or a patch that sets the same fields.
	Pinned []string
}

// Rollout estimates what the plan makes happen in a cluster; nil where it changes nothing there.
func (c *Cluster) Rollout() *Rollout {
	if c.letGo {
		return c.rollout
	}
	var x *Rollout
	owners := sync.OnceValue(func() map[named][]string { return ownersOf(c.Cluster) })
	hidden := c.Hidden()
	for _, r := range c.Resources {
		if len(r.Changes) == 0 {
			continue
		}
		if x == nil {
			x = &Rollout{}
		}
		x.add(r, owners, c.ID, hidden)
	}
	if x != nil && len(x.Whole) > 0 { // that is all there is
		x.ControlPlane, x.Workers, x.May = nil, nil, nil
	}
	return x
}

// Place is a field of a resource, as it is written.
type Place struct {
	Item *resource.Item
	Path string
}

// Hidden are the places whose change the customer's overlay hides; nil for none.
func (c *Cluster) Hidden() map[Place]bool {
	var out map[Place]bool
	for _, n := range c.Notes {
		if n.Kind == Hidden {
			if out == nil {
				out = map[Place]bool{}
			}
			out[Place{n.Item, n.Field.String()}] = true
		}
	}
	return out
}

// add counts what the changes of a resource make happen, once for each impact.
func (x *Rollout) add(r *Resource, owners func() map[named][]string, id string, hidden map[Place]bool) {
	var seen []kinds.Impact // few
	for _, c := range r.Changes {
		if c.Impact == kinds.NoRollout || slices.Contains(seen, c.Impact) {
			continue
		}
		if len(hidden) > 0 && hidden[Place{r.Item, c.Path.String()}] {
			x.Pinned = once(x.Pinned, r.Item.Name)
			continue
		}
		seen = append(seen, c.Impact)
		names := []string{r.Item.Name}
		if kinds.IsGroup(r.Item.Group()) && !kinds.IsWorkers(r.Item.Ref) { // part of what may be one
			if of := owners()[named{r.Item.Kind, r.Item.Name}]; of != nil {
				names = of
			}
		}
		switch c.Impact {
		case kinds.RollsControlPlane:
			x.ControlPlane = once(x.ControlPlane, names...)
		case kinds.RollsWorkers:
			x.Workers = once(x.Workers, names...)
		case kinds.MayRoll:
			x.May = once(x.May, r.Item.Name)
		case kinds.RollsAll:
			if c.Rule == Record || kinds.IsCluster(r.Item.Ref) { // a chart that is the whole cluster, or its topology
				x.Whole = once(x.Whole, id)
				continue
			}
			x.ControlPlane, x.Workers = once(x.ControlPlane, names...), once(x.Workers, names...)
		case kinds.AppOnly:
			x.Apps = once(x.Apps, names...)
		case kinds.Rejected:
			x.Rejected = once(x.Rejected, r.Item.Name)
		}
	}
}

// once adds names that are not in the list yet.
func once(list []string, names ...string) []string {
	for _, n := range names {
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// named is a resource as others refer to it.
type named struct{ kind, name string }

// ownersOf tells for what sets of workers refer to the names of the sets: an AWSMachinePool is part of the pool that refers to it.
func ownersOf(cl *cluster.Cluster) map[named][]string {
	out := map[named][]string{}
	for _, i := range cl.Base {
		if !kinds.IsWorkers(i.Ref) {
			continue
		}
		for _, at := range [][]string{{"spec", "template", "spec", "infrastructureRef"}, {"spec", "template", "spec", "bootstrap", "configRef"}} {
			to := named{i.Text(append(at[:len(at):len(at)], "kind")...), i.Text(append(at[:len(at):len(at)], "name")...)}
			out[to] = append(out[to], i.Name)
		}
	}
	return out
}
