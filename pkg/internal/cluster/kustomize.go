package cluster

import (
	"path"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// isKustomize reports whether an item is a kustomization, or of a file that one may name as a patch.
func isKustomize(i *resource.Item) bool {
	if i.Location.Path == "" || i.Has("sops") {
		return false
	}
	return IsKustomization(i) || i.Kind == "" && slices.Contains(i.Location.Segments(), layout.Overlay)
}

// IsKustomization reports whether an item is a kustomization file, or a component of one.
func IsKustomization(i *resource.Item) bool {
	switch path.Base(i.Location.Path) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return (i.Kind == "Kustomization" || i.Kind == "Component") && i.Group() == "kustomize.config.k8s.io"
}

// setPatchesApart takes the files that a kustomization of base names as patches out of base: they are no resources of their own.
func (c *Cluster) setPatchesApart() {
	patches := map[string]bool{}
	for _, k := range c.Kustomize {
		if IsKustomization(k) && !slices.Contains(k.Location.Segments(), layout.Overlay) {
			for _, name := range patchFiles(k) {
				patches[path.Join(path.Dir(k.Location.Path), name)] = true
			}
		}
	}
	if len(patches) == 0 {
		return
	}
	c.Base = slices.DeleteFunc(c.Base, func(i *resource.Item) bool {
		if patches[i.Location.Path] {
			c.Kustomize = append(c.Kustomize, i)
		}
		return patches[i.Location.Path]
	})
}

// patchFiles are the files that a kustomization names as patches
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/).
func patchFiles(k *resource.Item) []string {
	root, err := yamltree.Logical(k.Node)
	if err != nil {
		return nil
	}
	var out []string
	for _, field := range []string{"patches", "patchesJson6902", "patchesStrategicMerge"} {
		list := yamltree.Get(root, field)
		if list == nil || list.Kind != yamltree.List {
			continue
		}
		for n := range list.Children() {
			if n.Kind == yamltree.Map {
				n = yamltree.Get(n, "path")
			}
			if n != nil && n.Kind == yamltree.Scalar {
				out = append(out, n.Value)
			}
		}
	}
	return out
}
