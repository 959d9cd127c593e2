package cli

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
)

// editing carries the plans of clusters out on the text of their files, in memory, as soon as they are made: their trees are at hand then, and need not be made again.
type editing struct {
	repo  *checkout.Repo
	files map[string]*checkout.File // by path
	texts bool                      // are wanted; else files have but their paths
	step  func()

	mutex sync.Mutex
	of    map[*plan.Cluster]edited
}

// edited is what becomes of the files of a cluster, and what there is to say of that.
type edited struct {
	files []plan.File
	notes []plan.Note
}

// planWith plans an upgrade of an input, and edits the files that it was read from.
func planWith(config *v1alpha1.ApplyRelease, in upgrade.Input, r *checkout.Repo, files []*checkout.File, texts bool) (*plan.Plan, *editing) {
	e := &editing{repo: r, files: make(map[string]*checkout.File, len(files)), texts: texts, of: map[*plan.Cluster]edited{}}
	for _, f := range files {
		e.files[f.Path] = f
	}
	in.Chosen = func(clusters int) { e.step = r.Progress("planning", clusters, "clusters") }
	in.Planned = e.planned
	return upgrade.Plan(config, in), e
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
		if f := e.files[o.Item.Location.Path]; f != nil && !slices.Contains(concerned, f) {
			concerned = append(concerned, f)
		}
	}
	var out edited
	for _, x := range e.repo.Edit(concerned, outcomes, e.texts) {
		if x.Err != nil {
			out.notes = append(out.notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: fmt.Sprintf("%s: %v", x.Path, x.Err)})
			continue
		}
		for _, p := range x.Rewritten {
			out.notes = append(out.notes, plan.Note{Kind: plan.PrintedAnew, Severity: result.Warning, Name: x.Path + ": " + p.String()})
		}
		out.files = append(out.files, x.File)
	}
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.of[c] = out
}

// finish returns the files of the clusters that are going, by their paths, and adds what there is to say of them to the plan.
func (e *editing) finish(w *work) []plan.File {
	var out []plan.File
	for _, c := range w.going.Clusters {
		for _, n := range e.of[c].notes {
			w.add(n)
		}
		out = append(out, e.of[c].files...)
	}
	slices.SortStableFunc(out, func(a, b plan.File) int { return strings.Compare(a.Path, b.Path) })
	return out
}
