package guard

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Images looks whether machines get an image for another Kubernetes than what they are of has afterwards, as where single components are upgraded, or left out: a control plane, or a set of workers, and the template
// that it refers to. What is so without the upgrade is not its business.
func Images(c *plan.Cluster) []plan.Note {
	var out []plan.Note
	for _, i := range c.Base {
		v, ok := kubernetes(c, i)
		if !ok {
			continue
		}
		owner, changes := afterwards(c, i)
		eachReference(yamltree.Get(owner, "spec"), func(kind, name string) {
			item, template, changed := named(c, kind, name)
			if item == nil || !changes && !changed {
				return
			}
			eachText(yamltree.Get(template, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, text string) {
				if image := kinds.ImageVersion(text); image != "" && image != strings.TrimPrefix(v.String(), "v") {
					out = append(out, plan.Note{Kind: plan.ImageOfOther, Severity: result.Warning, Item: item, Field: at, Text: image, Name: strings.TrimPrefix(v.String(), "v"), By: i.Ref.String()})
				}
			})
		})
	}
	return out
}

// afterwards is what a resource is after the upgrade, and whether the upgrade changes its spec; nil where it is removed.
func afterwards(c *plan.Cluster, i *resource.Item) (root *yamltree.Node, changes bool) {
	r := c.Of(i)
	switch {
	case r == nil || r.Final == nil:
		root, _ = yamltree.Logical(i.Node)
		return root, false
	case r.Removed:
		return nil, true
	case r.Copy != "": // the changes go into the copy
		root, _ = yamltree.Logical(i.Node)
		return root, false
	}
	for _, x := range r.Changes {
		changes = changes || len(x.Path) > 0 && x.Path[0].Name == "spec"
	}
	return r.Final, changes
}

// named is the resource of a cluster that a reference leads to afterwards, a copy too.
func named(c *plan.Cluster, kind, name string) (item *resource.Item, root *yamltree.Node, changes bool) {
	for _, r := range c.Resources {
		if r.Copy == name && r.Item.Kind == kind {
			return r.Item, r.Final, true
		}
	}
	for _, i := range c.Base {
		if i.Kind == kind && i.Name == name {
			root, changes = afterwards(c, i)
			return i, root, changes
		}
	}
	return nil, nil, false
}

// eachReference calls found for each reference to infrastructure in a value.
func eachReference(n *yamltree.Node, found func(kind, name string)) {
	if n == nil {
		return
	}
	for v := range n.Children() {
		if kind, name := yamltree.Get(v, "kind"), yamltree.Get(v, "name"); v.Key == "infrastructureRef" && kind != nil && name != nil {
			found(kind.Value, name.Value)
			continue
		}
		eachReference(v, found)
	}
}

// eachText calls found for each scalar in maps of a value.
func eachText(n *yamltree.Node, at yamltree.Path, found func(at yamltree.Path, text string)) {
	switch {
	case n == nil:
	case n.Kind == yamltree.Scalar:
		found(at, n.Value)
	case n.Kind == yamltree.Map:
		for v := range n.Children() {
			eachText(v, at.Field(v.Key), found)
		}
	}
}
