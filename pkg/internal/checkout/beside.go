package checkout

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// isBeside reports whether a file lies beside a cluster's folder and has its name, as gauss/peu01.yaml: it may hold a Flux Kustomization that builds the cluster.
func isBeside(r *Repo, file string) bool {
	folder, is := strings.CutSuffix(file, ".yaml")
	if !is || strings.HasPrefix(file, ".") || strings.Contains(file, "/.") {
		return false
	}
	parts := strings.Split(folder, "/")
	_, exact, ok := r.Clusters.Folder(parts)
	if !ok || !exact {
		return false
	}
	_, isRelease := r.Releases.FolderVars(parts)
	return !isRelease
}

// keepKustomizations leaves of a file beside a cluster's folder the Flux Kustomizations alone: all else in it is no part of the cluster. It reports whether there are any.
func keepKustomizations(f *File) bool {
	some := false
	for _, d := range f.documents {
		if d.item == nil || d.item.Kind != "Kustomization" || d.item.Group() != "kustomize.toolkit.fluxcd.io" {
			d.item = nil
			continue
		}
		some = true
	}
	return some
}

// ReadAnnotated reads the files with components that say by an annotation of which release they are, and lie beside the folders of some releases, such as aws/shared/coredns.yaml: in folders that
// are those of no release and hold none, but for those that are read already.
func ReadAnnotated(r *Repo, annotation string, releases, read []string) ([]*File, error) {
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	f := newFinder(r, all)
	var folders []string
	for _, dir := range releases {
		parent := path.Dir(dir)
		if parent == "." {
			continue // of which anything may lie beside it
		}
		names, err := r.names(parent, "*")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if at := parent + "/" + name; !f.releases[at] && !f.around[at] && !slices.Contains(read, at) && !slices.Contains(folders, at) {
				folders = append(folders, at)
			}
		}
	}
	files, err := r.Read(folders...)
	return slices.DeleteFunc(files, func(f *File) bool {
		return !slices.ContainsFunc(f.Items(), func(i *resource.Item) bool { return i.HasAnnotation(annotation) })
	}), err
}
