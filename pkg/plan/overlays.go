package plan

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/overlay"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// readOverlays says what the customers' overlays do to the plan: what they hide of it, what is redundant, what dangles.
func (m *maker) readOverlays() {
	for _, cl := range m.Clusters {
		o := m.overlay(cl)
		for _, u := range o.Unread {
			m.notef(UnreadNote, u.Item, nil, "%s", u.Message)
		}
		after := m.after(cl)
		for _, p := range o.Patches {
			m.readPatch(p, o, after)
		}
	}
}

// standing is a resource as it stands after the upgrade.
type standing struct {
	item     *resource.Item
	resource *Resource // nil where the plan has none
	final    *yamltree.Node
}

// after are the resources of a cluster's base after the upgrade.
func (m *maker) after(cl *cluster.Cluster) []standing {
	var out []standing
	for _, i := range cl.Base {
		r := m.byItem[i]
		switch {
		case r != nil && r.Removed:
			continue
		case r != nil && r.Final != nil && r.Copy == "":
			out = append(out, standing{i, r, r.Final})
			continue
		}
		if logical, err := yamltree.Logical(i.Node); err == nil {
			out = append(out, standing{i, nil, logical})
		}
		if r != nil && r.Copy != "" {
			out = append(out, standing{resource.NewItem(r.Final, nil), nil, r.Final})
		}
	}
	for _, r := range m.created {
		if r.Cluster == cl {
			out = append(out, standing{r.Item, nil, r.Final})
		}
	}
	return out
}

// readPatch says what one patch does to the resources that it is for.
func (m *maker) readPatch(p *overlay.Patch, o *overlay.Overlay, after []standing) {
	found, otherVersion, now := false, "", ""
	for _, s := range after {
		if !p.For(s.item) {
			continue
		}
		found = true
		now = resource.NewItem(s.final, nil).APIVersion
		otherVersion = p.OtherVersion(now)
		if s.resource != nil {
			m.hidden(p, s)
		}
		for _, x := range p.Settings(s.final) {
			if has := yamltree.Lookup(s.final, x.Path); x.Value != nil && has != nil && yamltree.Equal(has, x.Value) {
				m.notef(RedundantNote, s.item, x.Path, "the customer's overlay sets %s as well (%s), which is what base has; can go", Said(secret.Mask(s.item, x.Path, x.Value)), x.Where)
			}
		}
	}
	switch {
	case !found && !slices.ContainsFunc(o.Own, p.For):
		m.Results.Warnf(p.Item, nil, "dangling: the customer's overlay patches %s, which base does not have; kustomize will fail, or do nothing; must be removed, or be for another resource", p)
	case otherVersion != "":
		m.Results.Warnf(p.Item, nil, "dangling: the customer's overlay patches %s with apiVersion %q, while base has %q: kustomize will not find it; must be of that version", p, otherVersion, now)
	}
}

// hidden notes the changes that a patch of the overlay hides.
func (m *maker) hidden(p *overlay.Patch, s standing) {
	for _, c := range s.resource.Told() {
		x, sets := p.Sets(s.item, s.final, c.Path)
		if !sets || yamltree.Equal(x.Value, c.New) {
			continue
		}
		what := "removes it"
		if x.Value != nil {
			what = "sets " + Said(secret.Mask(s.item, c.Path, x.Value))
		}
		m.notef(HiddenNote, s.item, c.Path, "the customer's overlay %s (%s), which hides the upgrade", what, x.Where)
	}
}
