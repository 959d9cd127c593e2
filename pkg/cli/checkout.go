package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// work is everything that a command needs of the checkout.
type work struct {
	repo *checkout.Repo
	plan *plan.Plan
	// going is the plan without the clusters that are blocked.
	going   *plan.Plan
	blocked []*plan.Cluster
	files   []*checkout.File
	edited  []plan.File
	close   func()
}

var errInterrupted = errors.New("an upgrade writes to the checkout, or was interrupted while it did; must end, or be undone, which the next upgrade does first")

// load reads what the configuration asks for, and nothing else, and plans. Where it is for writing, it undoes what an earlier
// write has left half done, and keeps other runs out of the checkout until close is called.
func (o *options) load(clusters []string, writes bool, s Streams) (w *work, err error) {
	config, err := o.configuration(clusters)
	if err != nil {
		return nil, err
	}
	r, err := o.open(config)
	if err != nil {
		return nil, err
	}
	unlock := func() {}
	switch {
	case writes:
		if unlock, err = r.Journal.Lock(); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				unlock()
			}
		}()
		if err := undo(r, s); err != nil {
			return nil, err
		}
	case r.Journal.Interrupted():
		return nil, errInterrupted
	}
	w = &work{repo: r, close: unlock}
	defer showProgress(r, s.Err)()
	releases, err := releaseFolders(r, config.Spec.Release)
	if err != nil {
		return nil, err
	}
	if o.reach() != upgrade.Whole { // any of them may be on the way
		releases = allReleases(releases, r)
	}
	in, have, err := o.input(r, config, releases)
	if err != nil {
		return nil, err
	}
	edits, err := decide(config, in, r, &have, writes || o.showsBytes)
	if err != nil {
		return nil, err
	}
	w.plan, w.files = edits.plan(), edits.files
	if err := judge(w, have.used, o.reach(), o.all); err != nil {
		return nil, err
	}
	if !w.going.Failed() {
		w.edited = edits.finish(w)
	}
	return w, nil
}

// judge adds to a plan what is the matter with the files that it was made of, and with those that are not there, and sets the clusters apart that are blocked.
func judge(w *work, used []version.Version, reach upgrade.Reach, all bool) error {
	files := blame(w, w.files)
	if err := blameSparse(w, used); err != nil {
		return err
	}
	w.going, w.blocked = w.plan.Going()
	var odd result.List
	if reach != upgrade.Whole {
		if err := warnOfNewest(w.repo, &odd); err != nil {
			return err
		}
	}
	if all {
		if err := warnOfTooHigh(w.repo, &odd); err != nil {
			return err
		}
	}
	for _, to := range w.plan.Releases() {
		used = append(used, to.Version)
	}
	if fileNotes(w.repo, files, used, &odd); odd.Failed() {
		w.plan.Doubt()
	}
	for _, x := range odd {
		w.add(plan.Note{Kind: plan.Faulty, Severity: x.Severity, Text: x.Message})
	}
	return nil
}

// allReleases are the folders of the releases that are known, behind those that are read anyway.
func allReleases(folders []string, r *checkout.Repo) []string {
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return folders
	}
	out := slices.Clone(folders)
	for _, rel := range all {
		if !slices.Contains(out, rel.Folder) {
			out = append(out, rel.Folder)
		}
	}
	return out
}

// undo undoes what an interrupted run left, and says so.
func undo(r *checkout.Repo, s Streams) error {
	undone, err := r.Journal.Undo()
	if err != nil {
		return err
	}
	if undone.Restored > 0 {
		fmt.Fprintf(s.Err, "an upgrade that was interrupted is undone: %s restored\n", result.Count(undone.Restored, "file"))
	}
	for _, path := range undone.Committed {
		fmt.Fprintf(s.Err, "warning: %s: an upgrade that was interrupted is committed; stays as it is\n", escape.Text(path))
	}
	for _, path := range undone.Left {
		fmt.Fprintf(s.Err, "warning: %s: changed since an upgrade was interrupted; is left as it is\n", escape.Text(path))
	}
	return nil
}

// add adds a note of the run.
func (w *work) add(n plan.Note) {
	w.plan.Notes, w.going.Notes = append(w.plan.Notes, n), append(w.going.Notes, n)
}

// said are the releases that a configuration and items say are in use.
func said(config *v1alpha1.ApplyRelease, items []*resource.Item) []version.Version {
	texts := []string{config.Spec.From}
	for _, i := range items {
		texts = append(texts, cluster.ReleaseOf(i))
	}
	for _, c := range cluster.Charts(items, nil, nil) {
		texts = append(texts, c.Release)
	}
	for _, i := range items {
		if i.Kind == "" { // values
			texts = append(texts, i.Text("global", "release", "version"))
		}
	}
	slices.Sort(texts)
	var out []version.Version
	for _, text := range slices.Compact(texts) {
		if v, err := version.Parse(text); err == nil {
			out = append(out, v)
		}
	}
	return out
}

// blame gives files of clusters that cannot be read to these, as errors of their own, and returns the other files.
func blame(w *work, files []*checkout.File) []*checkout.File {
	of := map[string]*plan.Cluster{}
	for _, c := range w.plan.Clusters {
		of[c.String()] = c
	}
	return slices.DeleteFunc(slices.Clone(files), func(f *checkout.File) bool {
		if f.Err == nil || f.Template {
			return false
		}
		parts := strings.Split(f.Path, "/")
		where, ok := w.repo.Clusters.Match(parts)
		if _, isRelease := w.repo.Releases.Match(parts); !ok || isRelease || where.Layer == layout.Overlay {
			return false
		}
		c := of[where.String()]
		if c == nil { // nothing else of it tells a cluster
			c = &plan.Cluster{Cluster: &cluster.Cluster{Installation: where.Installation, ID: where.Cluster}}
			of[where.String()] = c
			w.plan.Clusters = append(w.plan.Clusters, c)
		}
		c.Notes = slices.DeleteFunc(c.Notes, func(n plan.Note) bool { return n.Kind != plan.Faulty }) // which speak of half a cluster
		c.Notes = append(c.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Cluster: c.String(), Text: unreadable(f)})
		return true
	})
}

func unreadable(f *checkout.File) string {
	return fmt.Sprintf("%v. If it is not meant to be YAML, rename the file", f.Err)
}

// fileNotes says what is the matter with files. What the customer's overlay holds is not this program's to judge, and a
// cluster may hold templates; a release may not. Releases that are not used may be broken.
func fileNotes(r *checkout.Repo, files []*checkout.File, used []version.Version, list *result.List) {
	var templates []string
	unseen := newUnseen(r, files)
	for _, f := range files {
		if f.IsSeen() { // nearly all of them
			continue
		}
		where, _ := r.Clusters.Match(strings.Split(f.Path, "/"))
		of, isRelease := r.Releases.Match(strings.Split(f.Path, "/"))
		theirs := where.Layer == layout.Overlay && !isRelease
		switch {
		case theirs && f.Err != nil:
			list.Infof(nil, nil, "%v; is passed over", f.Err)
		case theirs:
		case f.Template && !isRelease:
			templates = append(templates, f.Path)
		case f.Err != nil && isRelease && !slices.ContainsFunc(used, of.Version.Equal):
			list.Warnf(nil, nil, "%v. Nothing of this release is looked at", f.Err)
		case f.Err != nil:
			list.Errorf(nil, nil, "%s", unreadable(f))
		case isInRelease(r, f):
			tellUnseen(unseen, f, used, list)
		case f.Unseen != "":
			list.Warnf(nil, nil, "%s: %s", f.Path, f.Unseen)
		}
	}
	if len(templates) > 0 {
		const shown = 5
		text := strings.Join(templates[:min(len(templates), shown)], ", ")
		if len(templates) > shown {
			text += fmt.Sprintf(" and %d more", len(templates)-shown)
		}
		list.Warnf(nil, nil, "passed over, for these look like templates: %s", text)
	}
}

// open opens the checkout and turns the clusters of the configuration into names in it.
func (o *options) open(config *v1alpha1.ApplyRelease) (*checkout.Repo, error) {
	r, err := open(o.dir, config.Spec.Layout)
	if err != nil {
		return nil, err
	}
	if config.Spec.Clusters, err = names(r, config.Spec.Clusters); err != nil {
		return nil, err
	}
	return r, narrow(o, r, config)
}

func open(dir string, l v1alpha1.Layout) (*checkout.Repo, error) {
	releases, err := layout.ParseRelease(l.Release...)
	if err != nil {
		return nil, err
	}
	clusters, err := layout.ParseCluster(l.Cluster...)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, fmt.Errorf("--repo %s: is a file; must be a folder in the checkout", dir)
	}
	r, err := checkout.Open(dir, releases, clusters)
	if err != nil {
		return nil, notThere("repo", dir, "a folder in the checkout", err)
	}
	if below := checkout.Below(r); below != "" {
		return nil, fmt.Errorf("%s: holds no release, and the folder %s in it does. Call from there, or with --repo %s", r.Root, below, escape.Shell(filepath.Join(dir, below)))
	}
	return r, nil
}
