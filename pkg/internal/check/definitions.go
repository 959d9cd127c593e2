package check

import (
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// checkDefinitions looks whether CustomResourceDefinitions allow what the components set: fields, types and values.
func checkDefinitions(c *checker, d *validate.Definitions) {
	for _, x := range c.release.Components {
		for _, p := range x.Patches {
			if p.Data == nil || p.Only != release.Anything {
				continue
			}
			m := merge.Merge(yamltree.NewMap(), []merge.Patch{{Component: x.Name, Data: p.Data}}, schema.NewType(nil)) // without nulls and directives
			if m.Final == nil || len(m.Errors) > 0 {
				continue
			}
			for _, problem := range d.Partial(kindOf(p, d), m.Final) {
				n := plan.Note{Kind: plan.Invalid, Severity: result.Error, Item: p.Item, Field: problem.Path, Text: problem.Message, Component: x.Name}
				if at := yamltree.Lookup(p.Data, problem.Path); at != nil {
					n.Where = p.Item.Where(at)
				}
				c.note(n)
			}
		}
	}
}

// kindOf is the kind of the resources that a patch is for: as it, or its target, says, else as its component is called; apps otherwise.
func kindOf(p *release.Patch, d *validate.Definitions) string {
	if kind := yamltree.Get(p.Data, "kind"); kind != nil && kind.Value != "" {
		return kind.Value
	}
	if p.Target != nil && p.Target.Kind != "" {
		return p.Target.Kind
	}
	if kind := match.KindName(p.Component); d.Knows(kind) {
		return kind
	}
	return "App"
}
