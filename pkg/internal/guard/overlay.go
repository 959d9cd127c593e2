package guard

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Overlay looks at what the customer's overlay does to a plan: what it hides of it, what in it is redundant, what dangles. Of a plan of single components, what is redundant is told of their resources alone.
func Overlay(c *plan.Cluster, o *overlay.Overlay, partial bool) []plan.Note {
	var out []plan.Note
	for _, u := range o.Unread {
		out = append(out, plan.Note{Kind: plan.Unread, Severity: result.Info, Item: u.Item, Text: u.Message})
	}
	for _, u := range o.Unseen {
		n := plan.Note{Kind: plan.Unseen, Severity: result.Info, Item: u.Item, Text: u.What, By: plan.PatchedBy(u.Base)}
		if slices.ContainsFunc(c.Resources, func(r *plan.Resource) bool { return r.Copy != "" }) { // which may go without
			n.Severity = result.Warning
		}
		out = append(out, n)
	}
	if len(o.Patches) == 0 {
		return out
	}
	after := slices.Collect(c.Afterwards())
	for _, p := range o.Patches {
		out = append(out, patch(c, p, o, after, partial)...)
	}
	return out
}

// patch says what one patch does to the resources that it is for.
func patch(c *plan.Cluster, p *overlay.Patch, o *overlay.Overlay, after []plan.Standing, partial bool) []plan.Note {
	var out []plan.Note
	found, otherVersion, now := false, "", ""
	for _, s := range after {
		if !p.For(s.Item) {
			continue
		}
		found = true
		now = resource.RefOf(s.Root).APIVersion
		otherVersion = p.OtherVersion(now)
		if s.Changed != nil {
			out = append(out, hidden(p, s)...)
			out = append(out, moved(p, s)...)
		}
		if partial && (s.Changed == nil || len(s.Changed.Sources) == 0) {
			continue
		}
		for _, x := range p.Settings(s.Root) {
			if has := yamltree.Lookup(s.Root, x.Path); x.Value != nil && has != nil && yamltree.Equal(has, x.Value) {
				out = append(out, plan.Note{Kind: plan.Redundant, Severity: result.Info, Item: s.Item, Field: x.Path, Has: x.Value, Name: x.Where, By: plan.PatchedBy(p.Base)})
			}
		}
	}
	switch {
	case !found && (p.Base || c.TakesFromElsewhere()): // it may be for what comes from there, or is generated
	case !found && !slices.ContainsFunc(o.Own, p.For):
		out = append(out, plan.Note{Kind: plan.Dangling, Severity: result.Warning, Item: p.Item, Name: p.String(), By: plan.PatchedBy(p.Base)})
	case otherVersion != "":
		out = append(out, plan.Note{Kind: plan.DanglingVersion, Severity: result.Warning, Item: p.Item, Name: p.String(), From: otherVersion, To: now, By: plan.PatchedBy(p.Base)})
	}
	return out
}

// hidden notes the changes that a patch of the overlay hides.
func hidden(p *overlay.Patch, s plan.Standing) []plan.Note {
	var out []plan.Note
	for _, c := range s.Changed.Told() {
		if x, sets := p.Sets(s.Item, s.Root, c.Path); sets && !yamltree.Equal(x.Value, c.New) {
			out = append(out, plan.Note{Kind: plan.Hidden, Severity: result.Info, Item: s.Item, Field: c.Path, Has: x.Value, Name: x.Where, By: plan.PatchedBy(p.Base)})
		}
	}
	return out
}

// moved warns of elements of lists that a patch names by their number, and that the upgrade moves.
func moved(p *overlay.Patch, s plan.Standing) []plan.Note {
	before, err := yamltree.Logical(s.Item.Root())
	if err != nil || len(s.Changed.Changes) == 0 {
		return nil
	}
	var out []plan.Note
	for _, x := range p.Moved(before, s.Root) {
		out = append(out, plan.Note{Kind: plan.PatchMoved, Severity: result.Warning, Item: s.Item, Field: x.Path, Name: x.Where, By: plan.PatchedBy(p.Base)})
	}
	return out
}
