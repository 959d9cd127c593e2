package upgrade

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
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

// referringIn are the references to templates in all of the input, by kind and name.
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
	}
	return out
}

// elsewhere are the references to a template in what is neither base nor overlay of the cluster. Names count in their namespace alone.
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
