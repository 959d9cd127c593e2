package report

import (
	"github.com/giantswarm/apply-release/pkg/brief"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/escape"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/plan"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// File is one file that an upgrade changes; New is nil where it is removed, Old where it is new.
type File struct {
	Path     string
	Old, New []byte
}

// Upgrade is a plan together with what carrying it out makes of the files.
type Upgrade struct {
	*plan.Plan
	Files []File
	// Folder leads from the top of the git repository to the checkout; "", or such as "fleet/".
	Folder string
}

// sign is how people see an operation: + added, ~ changed, - removed.
func sign(op merge.Op) string {
	switch op {
	case merge.Add:
		return "+"
	case merge.Delete:
		return "-"
	}
	return "~"
}

// short shows a value on one line of at most limit characters, "" for nil.
func short(n *yamltree.Node, limit int) string { return escape.Text(brief.Value(n, limit)) }

// apart shows two values beside one another, so that what differs is in view.
func apart(a, b *yamltree.Node, limit int) (string, string) {
	texts := brief.Values(limit, a, b)
	return escape.Text(texts[0]), escape.Text(texts[1])
}

// byCluster groups the resources that change, in the plan's order.
func byCluster(p *plan.Plan) []clusterChanges {
	rollouts := map[*cluster.Cluster]*plan.Rollout{}
	for _, x := range p.Rollouts() {
		rollouts[x.Cluster] = &x
	}
	var out []clusterChanges
	for _, r := range p.Resources {
		if len(r.Changes) == 0 && !r.Removed {
			continue
		}
		if len(out) == 0 || out[len(out)-1].cluster != r.Cluster {
			out = append(out, clusterChanges{name: r.Cluster.String(), cluster: r.Cluster, rollout: rollouts[r.Cluster]})
		}
		last := &out[len(out)-1]
		last.resources = append(last.resources, r)
	}
	return out
}

type clusterChanges struct {
	name      string
	cluster   *cluster.Cluster
	resources []*plan.Resource
	rollout   *plan.Rollout
}

// notes are the results that are worth a look although nothing is wrong, by resource.
type notes struct {
	list  result.List
	of    map[*resource.Item]result.List
	taken map[*resource.Item]bool
}

func notesOf(p *plan.Plan) *notes {
	n := &notes{of: map[*resource.Item]result.List{}, taken: map[*resource.Item]bool{}}
	for _, r := range p.Results {
		if kind := r.Tags[result.NoteTag]; kind != "" && r.Severity == result.Info && kind != plan.RolloutNote {
			n.list = append(n.list, r)
			n.of[r.Item] = append(n.of[r.Item], r)
		}
	}
	return n
}

// take are the notes about a resource.
func (n *notes) take(i *resource.Item) result.List {
	if n.taken[i] {
		return nil
	}
	n.taken[i] = true
	return n.of[i]
}

// rest are the notes that were not taken.
func (n *notes) rest() result.List {
	var out result.List
	for _, r := range n.list {
		if !n.taken[r.Item] {
			out = append(out, r)
		}
	}
	return out
}
