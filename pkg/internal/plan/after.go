package plan

import (
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// After is the cluster as it is once the plan is carried out, to plan the next step on. Nothing of the cluster is changed.
func (c *Cluster) After() *cluster.Cluster {
	out := &cluster.Cluster{Installation: c.Installation, ID: c.ID, Overlay: c.Overlay, Folder: c.Folder, Before: c.Cluster}
	become := func(i *resource.Item) []*resource.Item {
		r := c.Of(i)
		switch {
		case r == nil || r.After() == nil || len(r.Changes) == 0 && !r.Removed:
			return []*resource.Item{i}
		case r.Removed:
			return nil
		case r.Copy != "":
			return []*resource.Item{i, placed(r)}
		}
		return []*resource.Item{placed(r)}
	}
	for _, i := range c.Base {
		out.Base = append(out.Base, become(i)...)
	}
	for _, i := range c.Kustomize {
		out.Kustomize = append(out.Kustomize, become(i)...)
	}
	for _, i := range c.Beside {
		out.Beside = append(out.Beside, become(i)...)
	}
	for _, v := range c.Values {
		for _, i := range become(v.Item) {
			out.Values = append(out.Values, cluster.Values{Item: i, ConfigMap: v.ConfigMap})
		}
	}
	for _, r := range c.Resources {
		if r.Created {
			out.Base = append(out.Base, placed(r))
		}
	}
	return out
}

// placed is a resource as it is afterwards, where it is.
func placed(r *Resource) *resource.Item {
	i := resource.NewItem(yamltree.Clone(r.After()))
	i.Location = r.Item.Location
	return i
}
