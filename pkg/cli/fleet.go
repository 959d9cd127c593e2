package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/spf13/cobra"
)

// standing is what commands that look at clusters as they stand need of the checkout.
type standing struct {
	config *v1alpha1.ApplyRelease
	repo   *checkout.Repo
	in     upgrade.Input
	files  []*checkout.File
	broken error // what is wrong with files, and with releases that clusters are on; is said already
}

// addStanding adds the flags of commands that look at clusters as they stand.
func (o *options) addStanding(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	f.StringVar(&o.config, "config", "", "a file with an ApplyRelease, whose policy counts (default "+recordName+" in the checkout)")
	f.StringVar(&o.crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	o.shard.addTo(cmd)
	addColor(cmd, &o.color)
}

// stand reads clusters, all where none are named, and the releases that they say they are on, or all releases. A file that cannot be read is an error.
func stand(o *options, clusters []string, allReleases bool, s Streams) (*standing, error) {
	f, err := o.standAnyway(clusters, allReleases, s)
	if err == nil && f.broken != nil {
		return nil, f.broken
	}
	return f, err
}

// standAnyway reads the same. What is wrong with files is said, and broken: the others are there all the same.
func (o *options) standAnyway(clusters []string, allReleases bool, s Streams) (*standing, error) {
	config, err := o.standing(clusters)
	if err != nil {
		return nil, err
	}
	r, err := o.open(config)
	if err != nil {
		return nil, err
	}
	if r.Journal.Interrupted() {
		return nil, errInterrupted
	}
	defer showProgress(r, s.Err)()
	f := &standing{config: config, repo: r}
	all, err := r.ClusterFolders("*/*")
	if err != nil {
		return nil, err
	}
	if high, err := tooHigh(r); err == nil && len(all) == 0 && len(high) > 0 {
		return nil, errors.New(isTooHigh(r, high[0]))
	}
	if len(all) == 0 {
		return nil, errors.New("the checkout holds no cluster; must hold such as gauss/peu01/base/, or be given with --repo")
	}
	var releases []string
	if allReleases {
		all, err := r.ReleaseFolders("*")
		if err != nil {
			return nil, err
		}
		for _, rel := range all {
			releases = append(releases, rel.Folder)
		}
	}
	in, have, err := o.input(r, config, releases)
	if err != nil {
		return nil, err
	}
	f.in, f.files = in, have.files
	var list result.List
	fileNotes(r, have.files, have.used, &list)
	absent, err := leftOut(r, have.files, have.used)
	if err != nil {
		return nil, err
	}
	for _, file := range absent {
		list.Errorf(nil, nil, "%s", sparse(r, file))
	}
	if len(clusters) == 0 {
		if err := warnOfTooHigh(r, &list); err != nil {
			return nil, err
		}
	}
	if allReleases {
		if err := warnOfNewest(r, &list); err != nil {
			return nil, err
		}
	}
	f.broken = sayProblems(list, s)
	return f, nil
}

// sayProblems says errors and warnings; its error is errReported where there is an error.
func sayProblems(list result.List, s Streams) error {
	if err := report.Lines(s.Err, list); err != nil {
		return err
	}
	var said reported
	for _, x := range list {
		if x.Severity == result.Error {
			said = append(said, x.String())
		}
	}
	if len(said) > 0 {
		return said
	}
	return nil
}

// rows tell how the clusters stand.
func (f *standing) rows(o *options, next bool, s Streams) ([]*fleet.Row, error) {
	rows, found := fleet.Status(f.config, f.in, next)
	f.broken = errors.Join(f.broken, sayProblems(found, s))
	if len(rows) == 0 {
		return nil, errors.New("no resource of a cluster is in the folders; must hold the cluster's base")
	}
	return rows, nil
}

// blameRows tells at each cluster which of its files are not looked at, what says why: what is told of it is told without them.
func (f *standing) blameRows(rows []*fleet.Row, what func(*checkout.File) string) {
	for _, file := range f.files {
		where, ok := f.repo.Clusters.Match(strings.Split(file.Path, "/"))
		text := what(file)
		if text == "" || !ok || where.Layer == layout.Overlay {
			continue
		}
		for _, r := range rows {
			if r.Cluster.String() == where.String() {
				r.Problems = append(r.Problems, plan.Note{Kind: plan.Faulty, Severity: result.Error, Cluster: where.String(), Text: text})
			}
		}
	}
}

// notRead says of a file that it cannot be read, "" where it can, or is not meant to.
func notRead(f *checkout.File) string {
	if f.Err == nil || f.Template {
		return ""
	}
	return unreadable(f)
}

// problems are what is not known of clusters, as errors.
func problems(rows []*fleet.Row) error {
	var errs []error
	for _, r := range rows {
		for _, p := range report.StatusProblems(r) {
			errs = append(errs, errors.New(r.Cluster.String()+": "+p))
		}
	}
	return errors.Join(errs...)
}

// differ reports whether a cluster is not as its release says.
func differ(rows []*fleet.Row) bool {
	return slices.ContainsFunc(rows, func(r *fleet.Row) bool { return len(r.Local) > 0 })
}
