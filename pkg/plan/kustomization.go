package plan

import (
	"path"
	"slices"

	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// list adds a file to the kustomization of a folder, where there is one: else no build would see the file.
func (m *maker) list(cl *cluster.Cluster, dir, file string) {
	for _, k := range cl.Kustomize {
		if !cluster.IsKustomization(k) || path.Dir(k.Location.Path) != dir {
			continue
		}
		r := m.kustomization(k, cl)
		if r == nil {
			return
		}
		at := yamltree.Fields("resources")
		if list := yamltree.Lookup(r.Final, at); list == nil || list.Kind != yamltree.List {
			r.set(creation, at, yamltree.NewList(yamltree.Str(file)))
			return
		}
		r.set(creation, at.Then(yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(yamltree.Str(file))}), yamltree.Str(file))
		return
	}
}

// kustomization is the plan's entry for a kustomization file; nil where it cannot be read, which is an error then.
func (m *maker) kustomization(k *resource.Item, cl *cluster.Cluster) *Resource {
	r := m.final(k, cl)
	if r != nil {
		r.From = nil
	}
	return r
}

// unlist takes the files of which nothing is left out of the kustomizations that list them.
func (m *maker) unlist() {
	gone := map[string]bool{}
	for i, r := range m.byItem {
		if r.Removed {
			gone[i.Location.Path] = true
		}
	}
	if len(gone) == 0 {
		return
	}
	left := map[string]bool{}
	for _, i := range m.items { // all, encrypted ones too
		if r := m.byItem[i]; r == nil || !r.Removed {
			left[i.Location.Path] = true
		}
	}
	for _, cl := range m.Clusters {
		for _, k := range cl.Kustomize {
			if !cluster.IsKustomization(k) || slices.Contains(k.Location.Segments(), layout.Overlay) {
				continue
			}
			root, err := yamltree.Logical(k.Node)
			if err != nil {
				continue
			}
			list := yamltree.Get(root, "resources")
			if list == nil || list.Kind != yamltree.List {
				continue
			}
			for n := range list.Children() {
				if file := path.Join(path.Dir(k.Location.Path), n.Value); !gone[file] || left[file] {
					continue
				}
				if r := m.kustomization(k, cl); r != nil {
					r.remove(creation, yamltree.Fields("resources").Then(yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(n)}))
				}
			}
		}
	}
}
