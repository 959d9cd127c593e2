package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/result"
)

// Rollout is what the changes of a cluster make happen, by a static estimate from kinds and paths: controllers decide.
type Rollout struct {
	Cluster *cluster.Cluster
	// ControlPlane and Workers are the names of what rolls; Apps of the apps that change; Rejected of the resources whose change Cluster
	// API rejects.
	ControlPlane, Workers, Apps, Rejected []string
}

// String sums the estimate up.
func (r Rollout) String() string {
	var parts []string
	for _, x := range []struct {
		names []string
		text  string
	}{
		{r.ControlPlane, "rolls the control plane"},
		{r.Workers, "rolls " + result.Count(len(r.Workers), "set") + " of workers (" + some(r.Workers) + ")"},
		{r.Apps, "changes " + result.Count(len(r.Apps), "app")},
		{r.Rejected, result.Count(len(r.Rejected), "change") + " rejected as immutable (" + some(r.Rejected) + ")"},
	} {
		if len(x.names) > 0 {
			parts = append(parts, x.text)
		}
	}
	if len(parts) == 0 {
		return "rolls nothing"
	}
	return strings.Join(parts, ", ")
}

// some names a few of several things.
func some(names []string) string {
	const limit = 5
	if len(names) > limit {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
	}
	return strings.Join(names, ", ")
}

// estimate says of each cluster what will roll.
func (m *maker) estimate() {
	for _, x := range m.Rollouts() {
		m.Results = append(m.Results, result.Result{
			Severity: result.Info, Message: fmt.Sprintf("%s: rollout, a static estimate: %s", x.Cluster, x),
			Tags: map[string]string{result.NoteTag: RolloutNote, "cluster": x.Cluster.String()},
		})
	}
}

// Rollouts estimates what the plan makes happen in each cluster that it changes.
func (p *Plan) Rollouts() []Rollout {
	changed := map[*cluster.Cluster][]*Resource{}
	for _, r := range p.Resources {
		if len(r.Changes) > 0 {
			changed[r.Cluster] = append(changed[r.Cluster], r)
		}
	}
	var out []Rollout
	for _, cl := range p.Clusters {
		if len(changed[cl]) == 0 {
			continue
		}
		x, owners := Rollout{Cluster: cl}, owners(cl)
		for _, r := range changed[cl] {
			x.add(r, owners)
		}
		out = append(out, x)
	}
	return out
}

// add counts what the changes of a resource make happen, once for each impact.
func (x *Rollout) add(r *Resource, owners map[string][]string) {
	names := owners[r.Item.Kind+" "+r.Item.Name]
	if names == nil {
		names = []string{r.Item.Name}
	}
	seen := map[clusterapi.Impact]bool{}
	for _, c := range r.Changes {
		if seen[c.Impact] {
			continue
		}
		seen[c.Impact] = true
		switch c.Impact {
		case clusterapi.RollsControlPlane:
			x.ControlPlane = once(x.ControlPlane, names...)
		case clusterapi.RollsWorkers:
			x.Workers = once(x.Workers, names...)
		case clusterapi.RollsAll:
			x.ControlPlane, x.Workers = once(x.ControlPlane, names...), once(x.Workers, names...)
		case clusterapi.AppOnly:
			x.Apps = once(x.Apps, names...)
		case clusterapi.Rejected:
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

// owners tells for what sets of workers refer to the names of the sets: "AWSMachinePool x" is part of the pool that refers to it.
func owners(cl *cluster.Cluster) map[string][]string {
	out := map[string][]string{}
	for _, i := range cl.Base {
		if !clusterapi.IsWorkers(i.Ref) {
			continue
		}
		for _, at := range [][]string{{"spec", "template", "spec", "infrastructureRef"}, {"spec", "template", "spec", "bootstrap", "configRef"}} {
			kind, name := i.Text(append(at[:len(at):len(at)], "kind")...), i.Text(append(at[:len(at):len(at)], "name")...)
			out[kind+" "+name] = append(out[kind+" "+name], i.Name)
		}
	}
	return out
}
