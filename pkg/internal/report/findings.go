package report

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// RolloutNote is the tag of results that estimate what rolls.
const RolloutNote = "rollout"

// Findings are a plan as results: its summary, then errors, warnings, and infos: changes and notes, cluster by cluster.
func Findings(p *plan.Plan, a Audience) result.List {
	parts := append(withoutInfos(p, a), ofClusters(p, a, result.Info)...)
	parts = append(parts, func() result.List { return newTogether(a).of(p) })
	lists := make([]result.List, len(parts))
	parallel.Do(len(parts), func(i int) { lists[i] = parts[i]() })
	return slices.Concat(lists...)
}

// part makes some of the results of a plan.
type part func() result.List

// perPart is of how many clusters a part has the results: enough that to hand it out costs nothing, and few enough that the results of a fleet need not be held at once.
const perPart = 64

// withoutInfos are the results of a plan in parts, in their order, but for the infos of clusters, which come last.
func withoutInfos(p *plan.Plan, a Audience) []part {
	parts := []part{func() result.List { return result.List{summary(p)} }}
	for _, s := range []result.Severity{result.Error, result.Warning} {
		parts = append(parts, func() result.List { return told(nil, p.Notes, a, s) })
		parts = append(parts, ofClusters(p, a, s)...)
	}
	return append(parts, func() result.List { return told(nil, p.Notes, a, result.Info) })
}

// ofClusters are the results of clusters of one severity, in parts.
func ofClusters(p *plan.Plan, a Audience, s result.Severity) []part {
	var parts []part
	for some := range slices.Chunk(p.Clusters, perPart) {
		parts = append(parts, func() result.List {
			var out result.List
			for _, c := range some {
				out = append(out, ofCluster(c, a, s)...)
			}
			return out
		})
	}
	return parts
}

// told adds the notes of a severity to results, but for those of clusters that are told together.
func told(out result.List, notes []plan.Note, a Audience, s result.Severity) result.List {
	for i := range notes {
		if n := &notes[i]; n.Severity == s && (n.Cluster == "" || !isToldTogether(n, a)) {
			out = append(out, Words(notes[i], a))
		}
	}
	return out
}

// ofCluster is what there is to say of a cluster, of one severity; changes are infos.
func ofCluster(c *plan.Cluster, a Audience, s result.Severity) result.List {
	if s != result.Info {
		return told(nil, c.Notes, a, s)
	}
	changes := changesIn(c)
	total := len(c.Notes) + 1
	for _, list := range changes {
		total += len(list)
	}
	out := make(result.List, 0, total)
	for _, list := range changes {
		out = append(out, list...)
	}
	out = told(out, c.Notes, a, s)
	if x := c.Rollout(); x != nil {
		out = append(out, result.Result{
			Severity: result.Info, Message: c.String() + ": rollout, a static estimate: " + Estimate(x),
			Tags: result.Tags{{Name: "cluster", Value: c.String()}, {Name: result.NoteTag, Value: RolloutNote}},
		})
	}
	return out
}

// changesIn are the changes of a cluster, and the resources that the release is for and does not change, resource by resource.
func changesIn(c *plan.Cluster) []result.List {
	out := make([]result.List, len(c.Resources))
	parallel.Do(len(c.Resources), func(i int) {
		r := c.Resources[i]
		changes := r.Told()
		out[i] = make(result.List, 0, len(changes)+1)
		for _, x := range changes {
			out[i] = append(out[i], changed(r, x, c.To))
		}
		if r.IsUpToDate() && !slices.ContainsFunc(c.Notes, func(n plan.Note) bool { return n.Item == r.Item && n.Kind == plan.Kept }) {
			out[i] = append(out[i], result.Result{Severity: result.Info, Item: r.Item, Message: upToDate(r)})
		}
	})
	return out
}

// target names the releases that clusters are to get.
func target(p *plan.Plan) string {
	return some(names(p.Releases()), 5)
}

// AllThere says of a plan that changes nothing what the clusters are on.
func AllThere(p *plan.Plan) string {
	var on, others []string
	for _, c := range p.Clusters {
		if c.On.Release == c.To || len(c.Resources) == 0 {
			on = append(on, c.String())
		} else {
			others = append(others, c.String())
		}
	}
	switch {
	case len(others) > 0:
		return fmt.Sprintf("%s changes nothing in %s", target(p), some(append(others, on...), 5))
	case len(on) == 1:
		return fmt.Sprintf("%s is on %s already", on[0], target(p))
	}
	return fmt.Sprintf("%s are on %s already", some(on, 5), target(p))
}

// Summary says in a sentence what a plan comes to.
func Summary(p *plan.Plan) string { return summary(p).Message }

func summary(p *plan.Plan) result.Result {
	changes, resources, gone, warnings, errors := 0, 0, 0, 0, 0
	for _, c := range p.Clusters {
		t := c.Totals()
		changes, resources, gone = changes+t.Changes, resources+t.Resources, gone+t.Removed
	}
	for n := range p.All() {
		switch n.Severity {
		case result.Error:
			errors++
		case result.Warning:
			warnings++
		}
	}
	if errors > 0 {
		return result.Result{Severity: result.Error, Summary: true, Message: fmt.Sprintf("nothing is changed: %s, %s", result.Count(errors, "error"), result.Count(warnings, "warning"))}
	}
	if len(p.Clusters) == 0 {
		return result.Result{Severity: result.Info, Summary: true, Message: "nothing changes"}
	}
	removed := ""
	if gone > 0 {
		removed = ", " + result.Count(gone, "resource") + " removed"
	}
	var clusters []string
	for _, c := range p.Clusters {
		clusters = append(clusters, c.String())
	}
	return result.Result{Severity: result.Info, Summary: true, Message: fmt.Sprintf("%s in %s: %s in %s%s, %s", target(p), some(clusters, 10),
		result.Count(changes, "change"), result.Count(resources, "resource"), removed, result.Count(warnings, "warning"))}
}
