package upgrade

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// addCreated adds resources that are created to the plan, and their files to the kustomization of their folder, where there is one: else no build would see them.
func (t completer) addCreated(created []*plan.Resource) {
	for _, r := range created {
		t.out.Add(r)
		if file := r.Item.Location.Path; file != "" {
			t.addToKustomization(path.Dir(file), path.Base(file))
		}
	}
}

// addToKustomization adds a file to the kustomization of a folder.
func (t completer) addToKustomization(dir, file string) {
	for _, k := range t.view.Kustomize {
		if !k.IsKustomization() || path.Dir(k.Location.Path) != dir {
			continue
		}
		r := t.entry(k)
		if r == nil {
			return
		}
		at := yamltree.Fields("resources")
		if list := yamltree.Lookup(r.Final, at); list == nil || list.Kind != yamltree.List {
			r.Set(plan.Creation, at, yamltree.NewList(yamltree.Str(file)))
			return
		}
		r.Set(plan.Creation, at.Then(yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(yamltree.Str(file))}), yamltree.Str(file))
		return
	}
}

// dropFromKustomizations takes the files of which nothing is left out of the kustomizations that list them.
func (t completer) dropFromKustomizations() {
	gone := map[string]bool{}
	for _, r := range t.out.Resources {
		if r.Removed {
			gone[r.Item.Location.Path] = true
		}
	}
	for file := range gone {
		if slices.ContainsFunc(t.view.inFile(file), func(i *resource.Item) bool { r := t.out.Of(i); return r == nil || !r.Removed }) {
			delete(gone, file)
		}
	}
	if len(gone) == 0 {
		return
	}
	for _, k := range t.view.Kustomize {
		if !k.IsKustomization() || slices.Contains(k.Location.Segments(), layout.Overlay) || !t.isInBase(k) {
			continue
		}
		root, err := yamltree.Logical(k.Root())
		if err != nil {
			continue
		}
		list := yamltree.Get(root, "resources")
		if list == nil || list.Kind != yamltree.List {
			continue
		}
		for n := range list.Children() {
			if !gone[path.Join(path.Dir(k.Location.Path), n.Value)] {
				continue
			}
			if r := t.entry(k); r != nil {
				r.Remove(plan.Creation, yamltree.Fields("resources").Then(yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(n)}))
			}
		}
	}
}

// isInBase reports whether a file lies in the folder of the base.
func (t completer) isInBase(i *resource.Item) bool {
	dir := t.view.Folder
	return dir == "" || strings.HasPrefix(path.Clean(i.Location.Path), path.Clean(dir)+"/")
}
