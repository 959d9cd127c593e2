package cli

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
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

// warnOfNewest warns of releases that a sparse checkout leaves out and that are newer than those that are there, so that the newest may be another one than is seen.
func warnOfNewest(r *checkout.Repo, list *result.List) error {
	there, err := r.ReleaseFolders("*")
	if err != nil {
		return err
	}
	newest := map[string]version.Version{} // by provider
	for _, rel := range there {
		v := version.MustParse(rel.Version)
		if best, some := newest[rel.Provider]; !some || v.Compare(best) > 0 {
			newest[rel.Provider] = v
		}
	}
	absent, err := outOfSight(r, func(rel checkout.Release, v version.Version) bool {
		than, some := newest[rel.Provider]
		return some && !v.IsPrerelease() && v.Compare(than) > 0
	})
	if err != nil || len(absent) == 0 {
		return err
	}
	list.Warnf(nil, nil, "%s %s left out by the sparse checkout of git, so that the newest release may be another one: %s. %s",
		result.Count(len(absent), "release"), are(len(absent)), namesOf(absent), addReleases(r, absent))
	return nil
}

// notLeftOut refuses a query that a release may be the answer to which a sparse checkout leaves out: one above the best of its provider.
func notLeftOut(r *checkout.Repo, provider string, q version.Query, best map[string]checkout.Release) error {
	absent, err := outOfSight(r, func(rel checkout.Release, v version.Version) bool {
		known, some := best[rel.Provider]
		ofProvider := (provider == "*" || rel.Provider == provider) && (some || len(best) == 0)
		return ofProvider && q.Matches(v) && (!some || v.Compare(version.MustParse(known.Version)) > 0)
	})
	if err != nil || len(absent) == 0 {
		return err
	}
	return fmt.Errorf("%s %s left out by the sparse checkout of git, and may be what is asked for: %s. %s", result.Count(len(absent), "release"), are(len(absent)), namesOf(absent), addReleases(r, absent))
}

// outOfSight are the releases that a sparse checkout leaves out, of those that may be such: without those that an index says are deprecated, or not out.
func outOfSight(r *checkout.Repo, such func(checkout.Release, version.Version) bool) ([]checkout.Release, error) {
	all, err := checkout.ReleasesLeftOut(r)
	if err != nil {
		return nil, err
	}
	var out []checkout.Release
	for _, rel := range all {
		v := version.MustParse(rel.Version)
		if !such(rel, v) {
			continue
		}
		indexes, err := readIndexes(r, map[string]bool{rel.Provider: true})
		if err != nil {
			return nil, err
		}
		var catalog release.Catalog
		catalog.Know([]release.ID{{Provider: rel.Provider, Version: rel.Version}}, indexes)
		if state := catalog.State(rel.Provider, v); release.IsOut(state) && state != release.Deprecated {
			out = append(out, rel)
		}
	}
	return out, nil
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

// addReleases is how releases come into the checkout.
func addReleases(r *checkout.Repo, all []checkout.Release) string {
	var folders []string
	for _, rel := range all[:min(len(all), shownReleases)] {
		folders = append(folders, rel.Folder)
	}
	return "Add them: " + addToSparse(r, folders...)
}

// addToSparse is the command that brings folders into a sparse checkout, wherever it is called from.
func addToSparse(r *checkout.Repo, folders ...string) string {
	top, patterns := checkout.SparsePatterns(r, folders)
	for i, p := range patterns {
		patterns[i] = escape.Shell(p)
	}
	git := "git"
	if here, err := os.Getwd(); err != nil || !sameFolder(here, top) {
		git += " -C " + escape.Shell(top)
	}
	return git + " sparse-checkout add " + strings.Join(patterns, " ")
}

func sameFolder(a, b string) bool {
	one, errOne := os.Stat(a)
	other, errOther := os.Stat(b)
	return errOne == nil && errOther == nil && os.SameFile(one, other)
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
		w.plan.Doubt()
	}
	return nil
}

// sparse says of a file that the checkout leaves it out.
func sparse(r *checkout.Repo, file string) string {
	return fmt.Sprintf("%s: is left out by the sparse checkout of git, so that not all is known of what it is part of. Add the folder: %s", file, addToSparse(r, r.FolderOf(file)))
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
