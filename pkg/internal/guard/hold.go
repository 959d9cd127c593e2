package guard

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Annotations of what stands for a cluster: it is not upgraded up to a day, that included, and why.
const (
	HoldAnnotation   = "fn.giantswarm.io/hold-until"
	ReasonAnnotation = "fn.giantswarm.io/hold-reason"
)

// Hold looks whether a cluster is on hold on a day, such as 2026-11-29; where that is not known, any hold counts. One that is over is worth a warning.
func Hold(cl *cluster.Cluster, today string) []plan.Note {
	item := cl.Resource()
	if chart := cl.Chart(); item == nil && chart != nil {
		item = chart.App
	}
	for _, own := range slices.Concat(cl.Overlay, cl.Kustomize) { // the customer's, in the overlay
		if own.HasAnnotation(HoldAnnotation) && (item == nil || own.Kind == item.Kind && !item.HasAnnotation(HoldAnnotation)) {
			item = own
		}
	}
	if item == nil || !item.HasAnnotation(HoldAnnotation) {
		return nil
	}
	until := item.Annotation(HoldAnnotation)
	n := plan.Note{Kind: plan.OnHold, Severity: result.Error, Item: item, Field: annotation(HoldAnnotation), Name: until, Text: item.Annotation(ReasonAnnotation)}
	switch _, err := time.Parse(time.DateOnly, until); {
	case err != nil:
		n.Kind = plan.HoldUnreadable
	case today != "" && until < today:
		n.Kind, n.Severity = plan.HoldOver, result.Warning
	}
	return []plan.Note{n}
}

// Rules looks for rules that are meant for days that are over, and for those of a kind, with a name, or with a path, that no resource of the clusters has while one has a near one.
func Rules(rules []v1alpha1.Rule, clusters []*cluster.Cluster, today string) []plan.Note {
	var out []plan.Note
	var kinds []string
	for _, r := range rules {
		if r.Kind != "" && kinds == nil {
			kinds = kindsIn(clusters)
		}
		near := slices.IndexFunc(kinds, func(kind string) bool { return nearest.IsTypo(r.Kind, kind) || strings.EqualFold(r.Kind, kind) })
		if r.Kind != "" && near >= 0 && !slices.Contains(kinds, r.Kind) {
			out = append(out, plan.Note{Kind: plan.RuleOfNoKind, Severity: result.Warning, Name: r.Kind, By: kinds[near]})
		} else if meant := mistypedName(r, clusters); meant != "" {
			out = append(out, plan.Note{Kind: plan.RuleOfNoName, Severity: result.Warning, Name: r.Name, By: meant})
		} else if meant := mistypedPath(r, clusters); meant != "" {
			out = append(out, plan.Note{Kind: plan.RuleOfNoPath, Severity: result.Warning, Name: r.Path, By: meant})
		}
		if r.Until != "" && today != "" && r.Until < today {
			out = append(out, plan.Note{Kind: plan.RuleOver, Severity: result.Warning, Name: r.String(), By: r.Until, Text: r.Reason})
		}
	}
	return out
}

// kindsIn are the kinds of the resources of clusters.
func kindsIn(clusters []*cluster.Cluster) []string {
	seen := map[string]bool{}
	for _, c := range clusters {
		for _, i := range c.Base {
			seen[i.Kind] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func annotation(name string) yamltree.Path { return yamltree.Fields("metadata", "annotations", name) }
