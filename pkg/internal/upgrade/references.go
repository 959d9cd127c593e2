package upgrade

import (
	"cmp"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// reference is a place that refers to another resource by its name.
type reference struct {
	item    *resource.Item
	at      yamltree.Path // of the name
	kind    string
	name    string
	space   string // the namespace that it says, else that of the resource; "" where nothing tells
	overlay bool   // in the customer's overlay, or in a patch: these are never written
	base    bool   // in a patch of base
}

// mayLead reports whether a reference may lead to a resource, as far as kind, name and namespace tell.
func (x reference) mayLead(to *resource.Item) bool {
	return x.kind == to.Kind && x.name == to.Name && (x.space == "" || to.Namespace == "" || x.space == to.Namespace)
}

// leads reports whether a reference leads to a resource: one of another namespace counts where the cluster has none of that name in its own.
func (x reference) leads(w *view, to *resource.Item) bool {
	if x.kind != to.Kind || x.name != to.Name {
		return false
	}
	return x.mayLead(to) || !slices.ContainsFunc(w.Base, x.mayLead)
}

// references are the references among the resources of a cluster, its overlay included: maps with a kind and a name. final is a resource as it is afterwards, nil where
// it does not change.
func references(w *view, final func(*resource.Item) *yamltree.Node) []reference {
	var out []reference
	add := func(i *resource.Item, root *yamltree.Node, overlay, base bool) {
		walkReferences(yamltree.Get(root, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name, space string) {
			out = append(out, reference{i, at, kind, name, cmp.Or(space, i.Namespace), overlay, base})
		})
	}
	for _, i := range w.Base {
		root := final(i)
		if root == nil {
			root, _ = yamltree.Logical(i.Root())
		}
		if root != nil {
			add(i, root, false, false)
		}
	}
	for _, i := range w.overlay().Own {
		if root, err := yamltree.Logical(i.Root()); err == nil {
			add(i, root, true, false)
		}
	}
	for _, p := range w.overlay().Patches {
		if p.Data != nil {
			add(p.Item, p.Data, true, p.Base)
		}
	}
	return out
}

// gone is a reference to the copy of a template that is nowhere, while another template of its stem, near, is in the base: as after a commit of half of a rotation. No machine can be made of it.
type gone struct {
	reference
	near *resource.Item
}

// goneOf are such references of a cluster's base.
func goneOf(w *view) []gone {
	if !slices.ContainsFunc(w.Base, func(i *resource.Item) bool { return kinds.IsTemplate(i.Ref) }) {
		return nil
	}
	var out []gone
	for _, x := range references(w, asItStands) {
		other := slices.IndexFunc(w.Base, func(i *resource.Item) bool {
			return i.Kind == x.kind && kinds.IsTemplate(i.Ref) && withoutNumber(i.Name) == withoutNumber(x.name)
		})
		if x.overlay || other < 0 || withoutNumber(x.name) == x.name || slices.ContainsFunc(w.Base, x.mayLead) || slices.ContainsFunc(w.overlay().Own, x.mayLead) || w.hasTemplate(x.kind, x.name) {
			continue
		}
		out = append(out, gone{x, w.Base[other]})
	}
	return out
}

// dangling says which references lead nowhere.
func dangling(w *view) []plan.Note {
	var out []plan.Note
	for _, x := range w.gone() {
		out = append(out, plan.Note{
			Kind: plan.TemplateGone, Severity: result.Error, Cluster: w.String(), Item: x.item, Field: x.at, Name: x.kind + " " + x.name, Text: x.near.Ref.String(),
		})
	}
	return out
}

// Dangling are the references of a cluster's base to the copy of a template that is nowhere in the repository, while another template of its stem is in the base.
func (a *Around) Dangling(cl *cluster.Cluster) []plan.Note { return dangling(newView(cl, nil, a)) }

// asItStands is what a resource is afterwards where nothing is planned.
func asItStands(*resource.Item) *yamltree.Node { return nil }

func walkReferences(n *yamltree.Node, at yamltree.Path, found func(at yamltree.Path, kind, name, space string)) {
	switch {
	case n == nil:
	case n.Kind == yamltree.List:
		for i, el := range n.Elements() {
			walkReferences(el, at.Index(i), found)
		}
	case n.Kind == yamltree.Map:
		kind, name := yamltree.Get(n, "kind"), yamltree.Get(n, "name")
		if kind != nil && name != nil && kind.Kind == yamltree.Scalar && name.Kind == yamltree.Scalar {
			space := ""
			if n := yamltree.Get(n, "namespace"); n != nil {
				space = n.Value
			}
			found(at.Field("name"), kind.Value, name.Value, space)
		}
		for v := range n.Children() {
			walkReferences(v, at.Field(v.Key), found)
		}
	}
}
