package checkout

import "strings"

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
