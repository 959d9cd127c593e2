package upgrade

import (
	"slices"
	"strings"

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
	overlay bool // in the customer's overlay, or in a patch: these are never written
	base    bool // in a patch of base
}

// references are the references among the resources of a cluster, its overlay included: maps with a kind and a name. final is a resource as it is afterwards, nil where
// it does not change.
func references(w *view, final func(*resource.Item) *yamltree.Node) []reference {
	var out []reference
	add := func(i *resource.Item, root *yamltree.Node, overlay, base bool) {
		walkReferences(yamltree.Get(root, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name string) {
			out = append(out, reference{i, at, kind, name, overlay, base})
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

// Dangling are the references of a cluster's base to the copy of a template that is nowhere among the items, while another template of its stem is in the base: as after a commit of half of a
// rotation. No machine can be made of it.
func Dangling(cl *cluster.Cluster, in Input) []plan.Note {
	return dangling(&view{Cluster: cl}, func() map[string]bool { return templatesIn(in) })
}

// templatesIn are the templates in all of the input, by kind and name.
func templatesIn(in Input) map[string]bool {
	all := in.Items
	if in.Others != nil {
		all = append(slices.Clone(all), in.Others()...)
	}
	out := map[string]bool{}
	for _, i := range all {
		if strings.HasSuffix(i.Kind, "Template") {
			out[i.Kind+" "+i.Name] = true
		}
	}
	return out
}

// dangling are the references to copies that are neither in the cluster nor among the templates of all of the input, which are asked for where they count; nil for none.
func dangling(w *view, templates func() map[string]bool) []plan.Note {
	if !slices.ContainsFunc(w.Base, func(i *resource.Item) bool { return kinds.IsTemplate(i.Ref) }) {
		return nil
	}
	var out []plan.Note
	for _, x := range references(w, func(*resource.Item) *yamltree.Node { return nil }) {
		is := func(i *resource.Item) bool { return i.Kind == x.kind && i.Name == x.name }
		other := slices.IndexFunc(w.Base, func(i *resource.Item) bool {
			return i.Kind == x.kind && kinds.IsTemplate(i.Ref) && root(i.Name) == root(x.name)
		})
		if x.overlay || other < 0 || root(x.name) == x.name || slices.ContainsFunc(w.Base, is) || slices.ContainsFunc(w.overlay().Own, is) || templates != nil && templates()[x.kind+" "+x.name] {
			continue
		}
		out = append(out, plan.Note{
			Kind: plan.TemplateGone, Severity: result.Error, Cluster: w.String(), Item: x.item, Field: x.at, Name: x.kind + " " + x.name, Text: w.Base[other].Ref.String(),
		})
	}
	return out
}

// referringIn are the references to templates, and to classes of clusters, in all of the input, by kind and name.
func referringIn(in Input) map[string][]reference {
	all := in.Items
	if in.Others != nil {
		all = append(slices.Clone(all), in.Others()...)
	}
	out := map[string][]reference{}
	for _, i := range all {
		root, err := yamltree.Logical(i.Root())
		if err != nil {
			continue
		}
		walkReferences(yamltree.Get(root, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name string) {
			if key := kind + " " + name; strings.HasSuffix(kind, "Template") {
				out[key] = append(out[key], reference{item: i, at: at, kind: kind, name: name})
			}
		})
		if at, name := kinds.ClassOf(i.Ref, root); name != "" {
			key := kinds.Class + " " + name
			out[key] = append(out[key], reference{item: i, at: at, kind: kinds.Class, name: name})
		}
	}
	return out
}

// elsewhere are the references to a template, or class, in what is neither base nor overlay of the cluster. Names count in their namespace alone.
func (t *Target) elsewhere(w *view, template *resource.Item) []reference {
	if t.referring == nil {
		return nil
	}
	var out []reference
	for _, x := range t.referring()[template.Kind+" "+template.Name] {
		same := x.item.Namespace == template.Namespace || x.item.Namespace == "" || template.Namespace == ""
		if same && !slices.Contains(w.Base, x.item) && !slices.Contains(w.Overlay, x.item) {
			out = append(out, x)
		}
	}
	return out
}

func walkReferences(n *yamltree.Node, at yamltree.Path, found func(at yamltree.Path, kind, name string)) {
	switch {
	case n == nil:
	case n.Kind == yamltree.List:
		for i, el := range n.Elements() {
			walkReferences(el, at.Index(i), found)
		}
	case n.Kind == yamltree.Map:
		kind, name := yamltree.Get(n, "kind"), yamltree.Get(n, "name")
		if kind != nil && name != nil && kind.Kind == yamltree.Scalar && name.Kind == yamltree.Scalar {
			found(at.Field("name"), kind.Value, name.Value)
		}
		for v := range n.Children() {
			walkReferences(v, at.Field(v.Key), found)
		}
	}
}
