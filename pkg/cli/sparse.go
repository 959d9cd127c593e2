package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// leftOut are files that a sparse checkout lacks of what is read, and of the releases that are in use: one of each folder.
func leftOut(r *checkout.Repo, files []*checkout.File, used []version.Version) ([]string, error) {
	releases, err := checkout.ReleasesLeftOut(r)
	if err != nil {
		return nil, err
	}
	absent, err := checkout.LeftOut(r, func() []string {
		folders := foldersOf(r, files)
		read := readReleases(r, files)
		for _, rel := range releases {
			v := version.MustParse(rel.Version)
			if slices.ContainsFunc(used, v.Equal) && !slices.ContainsFunc(read, v.Equal) { // else it is of another provider
				folders = append(folders, rel.Folder)
			}
		}
		return folders
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(absent, func(file string) bool {
		folder := r.FolderOf(file)
		if seen[folder] || !counts(r, file, files) {
			return true
		}
		seen[folder] = true
		return false
	}), err
}

// readReleases are the versions of the releases that files are of.
func readReleases(r *checkout.Repo, files []*checkout.File) []version.Version {
	var out []version.Version
	for _, f := range files {
		if of, ok := r.Releases.Match(strings.Split(f.Path, "/")); ok && !slices.ContainsFunc(out, of.Version.Equal) {
			out = append(out, of.Version)
		}
	}
	return out
}

// newestUnknown says which releases a sparse checkout leaves out, so that a newer one than is seen may be there; "" for none.
func newestUnknown(r *checkout.Repo) (string, error) {
	absent, err := checkout.ReleasesLeftOut(r)
	if err != nil || len(absent) == 0 {
		return "", err
	}
	return fmt.Sprintf("%s %s left out by the sparse checkout of git, so that the newest release may be another one: %s. %s",
		result.Count(len(absent), "release"), are(len(absent)), namesOf(absent), addToSparse(absent)), nil
}

// notLeftOut refuses a query that a release may be the answer to which a sparse checkout leaves out: one above the best of its provider.
func notLeftOut(r *checkout.Repo, provider string, q version.Query, best map[string]checkout.Release) error {
	all, err := checkout.ReleasesLeftOut(r)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(rel checkout.Release) bool {
		v := version.MustParse(rel.Version)
		known, some := best[rel.Provider]
		return provider != "*" && rel.Provider != provider || !q.Matches(v) || len(best) > 0 && !some || some && v.Compare(version.MustParse(known.Version)) < 0
	})
	if len(all) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s left out by the sparse checkout of git, and may be what is asked for: %s. %s", result.Count(len(all), "release"), are(len(all)), namesOf(all), addToSparse(all))
}

// warnOfNewest warns of that.
func warnOfNewest(r *checkout.Repo, list *result.List) error {
	text, err := newestUnknown(r)
	if text != "" {
		list.Warnf(nil, nil, "%s", text)
	}
	return err
}

const shownReleases = 5

func namesOf(all []checkout.Release) string {
	var names []string
	for _, rel := range all[:min(len(all), shownReleases)] {
		names = append(names, rel.Provider+"/"+rel.Version)
	}
	if more := len(all) - shownReleases; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, ", ")
}

// addToSparse is how releases come into the checkout.
func addToSparse(all []checkout.Release) string {
	var folders []string
	for _, rel := range all[:min(len(all), shownReleases)] {
		folders = append(folders, escape.Shell(rel.Folder))
	}
	return "Add them: git sparse-checkout add " + strings.Join(folders, " ")
}

// blameSparse gives clusters of which the checkout lacks files, since it is sparse, an error each: what they say is not known.
func blameSparse(w *work, used []version.Version) error {
	of := map[string]*plan.Cluster{}
	for _, c := range w.plan.Clusters {
		of[c.String()] = c
	}
	absent, err := leftOut(w.repo, w.files, used)
	if err != nil {
		return err
	}
	for _, file := range absent {
		n := plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: sparse(w.repo, file)}
		where, ok := w.repo.Clusters.Match(strings.Split(file, "/"))
		if c := of[where.String()]; ok && c != nil {
			n.Cluster = c.String()
			c.Notes = append(c.Notes, n)
			continue
		}
		w.plan.Notes = append(w.plan.Notes, n) // of a release
	}
	return nil
}

// sparse says of a file that the checkout leaves it out.
func sparse(r *checkout.Repo, file string) string {
	return fmt.Sprintf("%s: is left out by the sparse checkout of git, so that not all is known of what it is part of. Add the folder: git sparse-checkout add %s", file, escape.Shell(r.FolderOf(file)))
}

// counts reports whether a file is part of a release, or of the base or overlay of a cluster, which has the other files.
func counts(r *checkout.Repo, file string, files []*checkout.File) bool {
	where, ok := r.Clusters.Match(strings.Split(file, "/"))
	if !ok || where.Layer != "" {
		return true
	}
	folder := r.FolderOf(file)
	return !slices.ContainsFunc(files, func(f *checkout.File) bool { // beside a base nothing counts
		own, ok := r.Clusters.Match(strings.Split(f.Path, "/"))
		return ok && own.Layer == layout.Base && r.FolderOf(f.Path) == folder
	})
}
