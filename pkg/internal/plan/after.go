package plan

import (
	"iter"

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

// Stands is a resource of the base once the plan is carried out, a logical tree: nil where it is removed, or cannot be read. One of which a copy gets the changes stands as it was.
func (c *Cluster) Stands(i *resource.Item) *yamltree.Node {
	if r := c.Of(i); r != nil && r.Removed {
		return nil
	} else if r != nil && r.Copy == "" {
		if root := r.After(); root != nil {
			return root
		}
	}
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		return nil
	}
	return root
}

// Standing is a resource as it stands once the plan is carried out.
type Standing struct {
	Item *resource.Item
	// Root is a logical tree.
	Root *yamltree.Node
	// Changed is what the plan has of it; nil for what it leaves alone, for copies, and for what is created.
	Changed *Resource
}

// Afterwards are the resources of the base once the plan is carried out, a copy behind what it is made of, and what is created last. What cannot be read is left out.
func (c *Cluster) Afterwards() iter.Seq[Standing] {
	return func(yield func(Standing) bool) {
		for _, i := range c.Base {
			s := Standing{Item: i, Root: c.Stands(i)}
			r := c.Of(i)
			if r != nil && r.Copy == "" && r.After() != nil {
				s.Changed = r
			}
			if s.Root != nil && !yield(s) {
				return
			}
			if r != nil && r.Copy != "" && !yield(Standing{Item: resource.NewItem(r.Final), Root: r.Final}) {
				return
			}
		}
		for _, r := range c.Resources {
			if r.Created && !yield(Standing{Item: r.Item, Root: r.Final}) {
				return
			}
		}
	}
}
