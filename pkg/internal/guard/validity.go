package guard

import (
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// ValidityOfNew looks whether the API would reject anything of a cluster that is new, by the definitions that are known.
func ValidityOfNew(c *plan.Cluster, d *validate.Definitions) []plan.Note {
	var out []plan.Note
	for _, i := range c.Base {
		for _, p := range d.New(nil, c.Stands(i)) {
			out = append(out, plan.Note{Kind: plan.Invalid, Severity: result.Warning, Item: i, Field: p.Path, Text: p.Message})
		}
	}
	return out
}

// Validity looks whether the API would reject what it did not reject before, by the definitions that are known.
func Validity(c *plan.Cluster, d *validate.Definitions) []plan.Note {
	var out []plan.Note
	for _, r := range c.Resources {
		if r.Final == nil || r.Removed || len(r.Changes) == 0 {
			continue
		}
		var before *yamltree.Node
		if !r.Created {
			before, _ = yamltree.Logical(r.Item.Root()) // of what changes there is one
		}
		for _, p := range d.New(before, r.Final) {
			out = append(out, plan.Note{Kind: plan.Invalid, Severity: result.Warning, Item: r.Item, Field: p.Path, Text: p.Message, To: c.To.String()})
		}
	}
	return out
}
