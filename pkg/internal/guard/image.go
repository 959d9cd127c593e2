package guard

import (
	"slices"
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
	if !slices.ContainsFunc(c.Resources, func(r *plan.Resource) bool { return r.Removed || len(r.Changes) > 0 }) {
		return nil
	}
	var out []plan.Note
	var versions []string
	seen := map[*resource.Item]bool{}
	for _, i := range c.Base {
		v, ok := kubernetes(c, i)
		if !ok {
			continue
		}
		version := strings.TrimPrefix(v.String(), "v")
		versions = append(versions, version)
		referred := func(kind, name string) (is bool) {
			before, _ := yamltree.Logical(i.Root())
			eachReference(yamltree.Get(before, "spec"), func(k, n string) { is = is || k == kind && n == name })
			return is
		}
		eachReference(yamltree.Get(c.Stands(i), "spec"), func(kind, name string) {
			item, template := named(c, kind, name)
			if item == nil {
				return
			}
			seen[item] = true
			known := name != item.Name || referred(kind, name)
			old, _ := yamltree.Logical(item.Root())
			eachText(yamltree.Get(template, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, text string) {
				image := kinds.ImageVersion(text)
				was := yamltree.Lookup(old, at)
				same := was != nil && was.Value == text && known && strings.TrimPrefix(i.Text(kinds.VersionField(i.Ref)...), "v") == version
				if image != "" && image != version && !same {
					out = append(out, plan.Note{Kind: plan.ImageOfOther, Severity: result.Warning, Item: item, Field: at, Text: image, Name: version, By: i.Ref.String()})
				}
			})
		})
	}
	return append(out, others(c, versions, seen)...)
}

// others are images that the upgrade sets in what nothing refers to by name, as in clusters of a ClusterClass, for a Kubernetes that nothing of the cluster has afterwards.
func others(c *plan.Cluster, versions []string, seen map[*resource.Item]bool) []plan.Note {
	var out []plan.Note
	for _, r := range c.Resources {
		for _, x := range r.Changes {
			if r.Removed || x.New == nil || seen[r.Item] || len(versions) == 0 {
				continue
			}
			if v := kinds.ImageVersion(x.New.Value); v != "" && !slices.Contains(versions, v) {
				out = append(out, plan.Note{Kind: plan.ImageOfOther, Severity: result.Warning, Item: r.Item, Field: x.Path, Text: v, Name: strings.Join(slices.Compact(slices.Sorted(slices.Values(versions))), " and "), By: "the cluster"})
			}
		}
	}
	return out
}

// named is the resource of a cluster that a reference leads to, and what is in it afterwards; of a copy, the resource that it is made of.
func named(c *plan.Cluster, kind, name string) (item *resource.Item, root *yamltree.Node) {
	for _, r := range c.Resources {
		if r.Copy == name && r.Item.Kind == kind {
			return r.Item, r.Final
		}
	}
	for _, i := range c.Base {
		if i.Kind == kind && i.Name == name {
			return i, c.Stands(i)
		}
	}
	return nil, nil
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
