package report

import (
	"github.com/giantswarm/apply-release/pkg/internal/brief"
	"github.com/giantswarm/apply-release/pkg/internal/changelog"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Upgrade is a plan together with what carrying it out makes of the files.
type Upgrade struct {
	*plan.Plan
	Files []plan.File
	// Blocked are clusters that cannot go, and are not in the plan.
	Blocked []*plan.Cluster
	// News are the notes of the releases on the way, the lowest first; see package changelog.
	News []changelog.Release
	// Impact says that the plan tells what a release would do to every cluster; Checked is what is wrong with the release then.
	Impact  bool
	Checked []plan.Note
	// Details says that what is alike in several clusters is told of each.
	Details bool
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

// nameOf is a resource as people see it; kustomizations and files of values have no name.
func nameOf(r *plan.Resource) string {
	switch name := r.Item.Ref.String(); {
	case name != "":
		return name
	case r.Item.IsKustomization():
		return "Kustomization"
	}
	return "values"
}

// clusterChanges are the resources of a cluster that change.
type clusterChanges struct {
	name      string
	cluster   *plan.Cluster
	resources []*plan.Resource
}

// byCluster groups the resources that change, in the plan's order.
func byCluster(p *plan.Plan) []clusterChanges {
	var out []clusterChanges
	for _, c := range p.Clusters {
		x := clusterChanges{name: c.String(), cluster: c}
		for _, r := range c.Resources {
			if len(r.Changes) > 0 || r.Removed {
				x.resources = append(x.resources, r)
			}
		}
		if len(x.resources) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// notes are the notes that are worth a look although nothing is wrong, by resource.
type notes struct {
	list  []*plan.Note
	of    map[*resource.Item][]*plan.Note
	taken map[*resource.Item]bool
}

func notesOf(p *plan.Plan) *notes {
	n := &notes{of: map[*resource.Item][]*plan.Note{}, taken: map[*resource.Item]bool{}}
	for x := range p.All() {
		if x.Severity == result.Info && tagOf(*x) != "" {
			n.list = append(n.list, x)
			n.of[x.Item] = append(n.of[x.Item], x)
		}
	}
	return n
}

// take are the notes about a resource.
func (n *notes) take(i *resource.Item) []*plan.Note {
	if n.taken[i] {
		return nil
	}
	n.taken[i] = true
	return n.of[i]
}

// rest are the notes that were not taken, in words.
func (n *notes) rest(details bool) []result.Result {
	var list []*plan.Note
	for _, x := range n.list {
		if !n.taken[x.Item] && (details || x.Kind != plan.Absent) {
			list = append(list, x)
		}
	}
	var out []result.Result
	if details {
		for _, x := range list {
			out = append(out, Words(*x, People))
		}
		return out
	}
	for _, g := range grouped(list, People) {
		out = append(out, g.result(People))
	}
	return out
}

// absent says how many components match nothing, which is no news; "" for none.
func absent(p *plan.Plan) string {
	for _, n := range p.Notes {
		if n.Kind == plan.Absent {
			return Absent(n)
		}
	}
	return ""
}
