package cli

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// unseen tells what of files that can be read is not looked at.
type unseen struct {
	repo  *checkout.Repo
	files []*checkout.File
	// components are those that some release has: a provider and a name.
	components func() map[[2]string]bool
}

func newUnseen(r *checkout.Repo, files []*checkout.File) unseen {
	return unseen{r, files, sync.OnceValue(func() map[[2]string]bool {
		out := map[[2]string]bool{}
		for _, f := range files {
			of, at := r.Releases.Match(strings.Split(f.Path, "/"))
			if at && slices.ContainsFunc(f.Items(), func(i *resource.Item) bool { return i.Kind == "ConfigMap" }) {
				out[[2]string{of.Provider, of.Component}] = true
			}
		}
		return out
	})}
}

// ofRelease says which part of a release is not known because of a file in its folder; "" for none. What the release before said there would be taken for dropped. What is no component of any release does
// not matter: such as an empty kustomization, or a link to documents.
func (u unseen) ofRelease(f *checkout.File) string {
	parts := strings.Split(f.Path, "/")
	of, at := u.repo.Releases.Match(parts)
	_, around := u.repo.Releases.Match(append(slices.Clone(parts), "x.yaml"))
	known := at && u.components()[[2]string{of.Provider, of.Component}]
	switch {
	case f.Link && known:
		return "is a symbolic link, which is not followed, so that the component " + of.Component + " is not known; must be the file itself"
	case f.Link && !at && around:
		return "is a symbolic link, which is not followed, so that the components in it are not known; must be the folder itself"
	case !f.Link && known && len(f.Items()) == 0:
		return "holds no resource, so that the component " + of.Component + " is not known; must hold it in a ConfigMap, or be removed"
	}
	return ""
}

// ofCluster says what is not looked at of the base of a cluster; "" for nothing.
func (u unseen) ofCluster(f *checkout.File) string {
	parts := strings.Split(f.Path, "/")
	isKustomization := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path)) == "kustomization"
	if f.Unseen == "" || isKustomization || slices.Contains(parts, layout.Overlay) || !counts(u.repo, f.Path, u.files) {
		return ""
	}
	return f.Path + ": " + f.Unseen
}

// isInRelease reports whether a file lies in the folder of a release.
func isInRelease(r *checkout.Repo, f *checkout.File) bool {
	_, is := r.Releases.FolderIn(strings.Split(f.Path, "/"))
	return is
}

// tellUnseen says what of a release is not known: an error for who uses it, else a warning.
func tellUnseen(u unseen, f *checkout.File, used []version.Version, list *result.List) {
	why := u.ofRelease(f)
	if why == "" {
		return
	}
	of, _ := u.repo.Releases.FolderIn(strings.Split(f.Path, "/"))
	if slices.ContainsFunc(used, version.MustParse(of.Get("version")).Equal) {
		list.Errorf(nil, nil, "%s: %s", f.Path, why)
		return
	}
	list.Warnf(nil, nil, "%s: %s", f.Path, why)
}
