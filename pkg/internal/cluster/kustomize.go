package cluster

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// isKustomize reports whether an item is a kustomization, or of a file that one may name as a patch.
func isKustomize(i *resource.Item) bool {
	if i.Location.Path == "" || i.IsEncrypted() {
		return false
	}
	return i.IsKustomization() || i.Kind == "" && slices.Contains(i.Location.Segments(), layout.Overlay)
}

// besideFolder tells of which cluster a Flux Kustomization is that lies beside the cluster's folder, in the file of its name, and builds that folder: gauss/peu01.yaml, with a path in gauss/peu01
// (https://fluxcd.io/flux/components/kustomize/kustomizations/#path).
func besideFolder(i *resource.Item, l layout.Cluster) (p placed, is bool) {
	if i.Kind != "Kustomization" || i.Group() != "kustomize.toolkit.fluxcd.io" || i.Location.Path == "" {
		return p, false
	}
	folder := strings.TrimSuffix(path.Clean(i.Location.Path), path.Ext(i.Location.Path))
	builds := path.Clean(i.Text("spec", "path"))
	if builds != folder && !strings.HasPrefix(builds, folder+"/") {
		return p, false
	}
	where, exact, ok := l.Folder(strings.Split(folder, "/"))
	return placed{item: i, as: isBeside, installation: where.Installation, id: where.Cluster}, ok && exact
}

// isLoose reports whether an item is of a file that holds no resource, such as values, outside of an overlay.
func isLoose(i *resource.Item) bool {
	return i.Kind == "" && i.APIVersion == "" && i.Location.Path != "" && !i.IsKustomization() && !slices.Contains(i.Location.Segments(), layout.Overlay)
}

// findValues finds the files of values that kustomizations of base make ConfigMaps of
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/).
func (c *Cluster) findValues(loose map[string]*resource.Item) {
	for _, k := range c.Kustomize {
		if !k.IsKustomization() || slices.Contains(k.Location.Segments(), layout.Overlay) || len(loose) == 0 {
			continue
		}
		root, err := yamltree.Logical(k.Root())
		if err != nil {
			continue
		}
		generators := yamltree.Get(root, "configMapGenerator")
		if generators == nil || generators.Kind != yamltree.List {
			continue
		}
		for g := range generators.Children() {
			name, files := yamltree.Get(g, "name"), yamltree.Get(g, "files")
			if name == nil || files == nil || files.Kind != yamltree.List {
				continue
			}
			for f := range files.Children() {
				_, file, found := strings.Cut(f.Value, "=")
				if !found {
					file = f.Value
				}
				dir := path.Dir(k.Location.Path)
				in := c.Folder // of base
				if in == "" || !isBelow(in, k.Location.Path) {
					in = dir
				}
				if i := loose[path.Join(dir, file)]; i != nil && isBelow(in, path.Join(dir, file)) { // what lies elsewhere is no part of base
					c.Values = append(c.Values, Values{i, name.Value})
				}
			}
		}
	}
}

// isBelow reports whether a file is in a folder, or in one below it.
func isBelow(dir, file string) bool {
	if dir == "." {
		return !strings.HasPrefix(file, "../")
	}
	return strings.HasPrefix(file, dir+"/")
}

// TakesFromElsewhere reports whether the base builds on resources outside of the cluster's folder.
func (c *Cluster) TakesFromElsewhere() bool {
	for _, k := range c.Kustomize {
		if !k.IsKustomization() || slices.Contains(k.Location.Segments(), layout.Overlay) {
			continue
		}
		root, err := yamltree.Logical(k.Root())
		if err != nil {
			continue
		}
		for _, field := range []string{"resources", "components", "bases"} {
			list := yamltree.Get(root, field)
			if list == nil || list.Kind != yamltree.List {
				continue
			}
			for n := range list.Children() {
				if strings.HasPrefix(n.Value, "../") || strings.Contains(n.Value, "://") {
					return true
				}
			}
		}
	}
	return false
}

// setPatchesApart takes the files that a kustomization of base names as patches out of base: they are no resources of their own.
func (c *Cluster) setPatchesApart() {
	patches := map[string]bool{}
	for _, k := range c.Kustomize {
		if k.IsKustomization() && !slices.Contains(k.Location.Segments(), layout.Overlay) {
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
	root, err := yamltree.Logical(k.Root())
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
