package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
)

// editing carries the plans of clusters out on the text of their files, in memory, as soon as they are made: their trees are at hand then, and need not be made again.
type editing struct {
	repo  *checkout.Repo
	files []*checkout.File
	paths []*checkout.File // the files, by path
	texts bool             // are wanted; else files have but their paths
	step  func()

	ways func() []plan.Note // what the plan will say of the ways of clusters
	plan func() *plan.Plan  // is made once

	mutex sync.Mutex
	of    map[*plan.Cluster]edited
}

// edited is what becomes of the files of a cluster, and what there is to say of that.
type edited struct {
	files []plan.File
	notes []noteOfFile
}

type noteOfFile struct {
	path string
	plan.Note
}

// newEditing prepares an upgrade of what was read of a checkout.
func newEditing(config *v1alpha1.ApplyRelease, in upgrade.Input, r *checkout.Repo, files []*checkout.File, texts bool) *editing {
	e := &editing{repo: r, files: files, paths: slices.Clone(files), texts: texts, of: map[*plan.Cluster]edited{}}
	slices.SortFunc(e.paths, func(a, b *checkout.File) int { return strings.Compare(a.Path, b.Path) })
	in.Chosen = func(clusters int) { e.step = r.Progress("planning", clusters, "clusters") }
	in.Planned = e.planned
	planning := upgrade.Prepare(config, in)
	e.ways, e.plan = planning.Ways, sync.OnceValue(planning.Plan)
	return e
}

// planned edits the files of a cluster whose plan is made, but of one that is blocked.
func (e *editing) planned(c *plan.Cluster) {
	defer e.step()
	if c.Blocked() {
		return
	}
	outcomes := c.Outcomes()
	var concerned []*checkout.File
	for _, o := range outcomes {
		at, found := slices.BinarySearchFunc(e.paths, o.Item.Location.Path, func(f *checkout.File, path string) int { return strings.Compare(f.Path, path) })
		if found && !slices.Contains(concerned, e.paths[at]) {
			concerned = append(concerned, e.paths[at])
		}
	}
	all := e.repo.Edit(concerned, outcomes, e.texts)
	out := edited{files: make([]plan.File, 0, len(all))}
	for _, x := range all {
		if x.Err != nil {
			out.notes = append(out.notes, noteOfFile{x.Path, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: fmt.Sprintf("%s: %v", x.Path, x.Err)}})
			continue
		}
		for _, p := range x.Rewritten {
			out.notes = append(out.notes, noteOfFile{x.Path, plan.Note{Kind: plan.PrintedAnew, Severity: result.Warning, Name: x.Path + ": " + p.String()}})
		}
		out.files = append(out.files, x.File)
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.of[c] = out
}

// finish returns the files of the clusters that are going, and adds what there is to say of them to the plan: both by the paths of files.
func (e *editing) finish(w *work) []plan.File {
	var out []plan.File
	var notes []noteOfFile
	for _, c := range w.going.Clusters {
		out, notes = append(out, e.of[c].files...), append(notes, e.of[c].notes...)
	}
	slices.SortStableFunc(notes, func(a, b noteOfFile) int { return strings.Compare(a.path, b.path) })
	for _, n := range notes {
		w.add(n.Note)
	}
	slices.SortStableFunc(out, func(a, b plan.File) int { return strings.Compare(a.Path, b.Path) })
	for n := 1; n < len(out); n++ {
		if path := out[n].Path; path == out[n-1].Path { // no layout has such; one of the two would be lost
			w.add(plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: path + ": is changed by the upgrades of two clusters; must be of one"})
		}
	}
	return out
}

// decide plans an upgrade of what was read. Where the plan proposes releases to go to first, or does not know whether a step can be made, annotations of releases that were not read may know better:
// they are read then, and are part of the input, unless what is wrong with them is all that stops the upgrade. Nobody asked for them.
func decide(config *v1alpha1.ApplyRelease, in upgrade.Input, r *checkout.Repo, have *reading, texts bool) (*editing, error) {
	first := newEditing(config, in, r, have.files, texts)
	ways := first.ways()
	if !slices.ContainsFunc(ways, asksForTheWay) {
		asks := false
		for n := range first.plan().All() { // of single resources
			asks = asks || asksForTheWay(*n)
		}
		if !asks {
			return first, nil
		}
	}
	isNew, err := withOtherReleases(r, config, &in, have)
	if !isNew || err != nil {
		return first, err
	}
	second := newEditing(config, in, r, have.files, texts)
	failed := slices.ContainsFunc(ways, func(n plan.Note) bool { return n.Severity == result.Error })
	if failed || !second.plan().Failed() || first.plan().Failed() {
		return second, nil
	}
	return first, nil
}

// asksForTheWay reports whether a note says that a release must be gone to first, or that nothing tells whether a step can be made.
func asksForTheWay(n plan.Note) bool {
	return n.Kind == plan.Unreachable || n.Kind == plan.PartUnreachable || n.Kind == plan.Unguarded && n.Severity == result.Info
}

// withOtherReleases adds the releases that were not read to an input, and to what was read. isNew is false where these say nothing of the way from one to another; then nothing is added.
func withOtherReleases(r *checkout.Repo, config *v1alpha1.ApplyRelease, in *upgrade.Input, have *reading) (isNew bool, err error) {
	folders, err := r.ReleaseFolders("*")
	if err != nil {
		return false, err
	}
	var others []string
	providers := map[string]bool{}
	for _, rel := range folders {
		providers[rel.Provider] = true
		if !slices.Contains(have.releases, rel.Folder) {
			others = append(others, rel.Folder)
		}
	}
	if len(others) == 0 {
		return false, nil
	}
	more, err := r.Read(others...)
	if err != nil {
		return false, err
	}
	indexes, err := readIndexes(r, providers)
	if err != nil {
		return false, err
	}
	items := checkout.Items(more)
	if len(indexes) == 0 && !slices.ContainsFunc(items, func(i *resource.Item) bool { return i.HasAnnotation(release.UpgradeFromAnnotation) }) {
		return false, nil
	}
	all := slices.Concat(have.files, more)
	in.Items, in.Indexes = slices.Concat(in.Items, items), indexes
	in.Others = func() []*resource.Item { return checkout.WithTemplates(r, all) }
	*have = reading{all, append(have.releases, others...), indexes, append(have.used, said(config, items)...)}
	return true, nil
}
