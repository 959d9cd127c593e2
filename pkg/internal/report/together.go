package report

import (
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// isToldTogether reports whether a note of a cluster is told once for all clusters that it is of: it says how pipelines are set up, rather than what becomes of a cluster.
func isToldTogether(n *plan.Note, a Audience) bool {
	return a == Pipelines && n.Kind.IsOfSetUp() && n.Severity == result.Info
}

// together are the infos of clusters that are told once. What they say depends on little, and so they need neither be put into words for each cluster, nor be held.
type together struct {
	audience Audience
	first    map[alikeNotes]plan.Note
	kept     map[*plan.Cluster][]mention // of clusters whose notes may be gone
}

// alikeNotes is what such notes that say the same share.
type alikeNotes struct {
	kind         plan.Kind
	itemKind, to string
}

// mention is such a note of a cluster, with the name of the resource that it is about.
type mention struct {
	of   alikeNotes
	item string
}

func newTogether(a Audience) *together {
	return &together{a, map[alikeNotes]plan.Note{}, map[*plan.Cluster][]mention{}}
}

// keep keeps what is told of a cluster together with others.
func (t *together) keep(c *plan.Cluster) { t.kept[c] = t.mentions(c) }

// mentions are what is told of a cluster together with others, by its notes.
func (t *together) mentions(c *plan.Cluster) []mention {
	var out []mention
	for i := range c.Notes {
		n := &c.Notes[i]
		if !isToldTogether(n, t.audience) {
			continue
		}
		m := mention{of: alikeNotes{kind: n.Kind, to: n.To}}
		if n.Item != nil {
			m.of.itemKind, m.item = n.Item.Kind, n.Item.Name
		}
		if _, known := t.first[m.of]; !known {
			t.first[m.of] = *n
		}
		out = append(out, m)
	}
	return out
}

// of are the results for the clusters of a plan, in their order.
func (t *together) of(p *plan.Plan) result.List {
	type several struct{ clusters, items []string }
	var order []alikeNotes
	groups := map[alikeNotes]*several{}
	for _, c := range p.Clusters {
		all, kept := t.kept[c]
		if !kept {
			all = t.mentions(c)
		}
		for _, m := range all {
			g := groups[m.of]
			if g == nil {
				g = &several{}
				groups[m.of], order = g, append(order, m.of)
			}
			if g.clusters = withLast(g.clusters, c.String()); m.of.itemKind != "" {
				g.items = append(g.items, m.item)
			}
		}
	}
	var out result.List
	for _, key := range order {
		g := groups[key]
		if len(g.clusters) == 1 && len(g.items) < 2 {
			out = append(out, Words(t.first[key], t.audience))
			continue
		}
		out = append(out, ofEach(t.first[key], where(g.clusters, g.items, key.itemKind), g.clusters, t.audience))
	}
	return out
}
