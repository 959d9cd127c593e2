package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
)

// writing are the flags of what is written beside the files: branch, commit, body of a pull request.
type writing struct {
	branch, prBody     string
	commit, allowDirty bool
}

func (o *writing) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.branch, "branch", "", "make this git branch first")
	f.BoolVar(&o.commit, "commit", false, "commit the files that change, with a message that lists the changes")
	f.StringVar(&o.prBody, "pr-body", "", "write the body of a pull request to this file, in Markdown")
	f.BoolVar(&o.allowDirty, "allow-dirty", false, "write into files with uncommitted changes, and commit what such files led to")
}

// check says what speaks against writing, before anything is written.
func (o *writing) check(r *checkout.Repo, files []plan.File, config string) error {
	var errs []error
	if o.branch != "" {
		errs = append(errs, r.Git.CheckBranch(o.branch))
	}
	if o.branch != "" && r.Git.IsGit() && len(files) > 0 {
		errs = append(errs, r.Git.CheckStart())
	}
	if o.commit && !r.Git.IsGit() {
		errs = append(errs, errors.New("--commit needs a git repository"))
	}
	if (o.commit || o.branch != "") && r.Git.IsGit() {
		errs = append(errs, r.Git.CheckIndex())
	}
	errs = append(errs, o.checkBodyFile(r, o.prBody, config))
	own := map[string]int{}
	for _, path := range paths(files) {
		if dir := r.Git.Elsewhere(path); dir != "" {
			own[dir]++
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(own)) {
		errs = append(errs, fmt.Errorf("%s: is a git repository of its own, such as a submodule, and %s of it would change; clusters must be in the repository of the releases", dir, result.Count(own[dir], "file")))
	}
	if !o.allowDirty {
		dirty, err := r.Git.Dirty(paths(files))
		errs = append(errs, err)
		dirty = slices.DeleteFunc(dirty, func(path string) bool {
			return r.Git.Elsewhere(path) != "" || slices.ContainsFunc(files, func(f plan.File) bool { return f.Path == path && f.Old == nil })
		})
		const shown = 5
		ignored := checkout.Ignored(r, dirty[:min(len(dirty), shown)])
		for _, path := range dirty[:min(len(dirty), shown)] {
			text := "has uncommitted changes; must be committed first, or --allow-dirty be given"
			if ignored[path] {
				text = "is ignored by git, so that no commit has it; must be taken out of .gitignore and committed, or --allow-dirty be given without --commit"
			}
			errs = append(errs, fmt.Errorf("%s: %s", path, text))
		}
		if more := len(dirty) - shown; more > 0 {
			errs = append(errs, fmt.Errorf("%s with uncommitted changes", result.Count(more, "more file")))
		}
	}
	return errors.Join(errs...)
}

// checkBodyFile says what keeps the body of a pull request from being written to a file: one of a cluster, a release or git, or what would be lost.
func (o *writing) checkBodyFile(r *checkout.Repo, file, config string) error {
	if file == "" {
		return nil
	}
	switch what, err := r.Holds(file); {
	case err != nil:
		return err
	case what != "":
		return fmt.Errorf("--pr-body %s: would be a part of %s; must be another file", file, what)
	}
	return o.checkBody(r, file, config)
}

// checkBody says what would be lost under the body of the pull request: the configuration of the run, or what is not committed.
func (o *writing) checkBody(r *checkout.Repo, file, config string) error {
	body, err := os.Stat(file)
	if err != nil { // it is not there yet, or writing says so
		if name, err := r.Name(file); err == nil && name == recordName {
			return fmt.Errorf("--pr-body %s: is the configuration of upgrades; must be another file", file)
		}
		return nil
	}
	for _, own := range []string{config, filepath.Join(r.Root, recordName)} {
		if info, err := os.Stat(own); err == nil && os.SameFile(body, info) {
			return fmt.Errorf("--pr-body %s: is the configuration of upgrades; must be another file", file)
		}
	}
	if o.allowDirty {
		return nil
	}
	unsaved, err := r.Git.Unsaved(file)
	if unsaved {
		return fmt.Errorf("--pr-body %s: has uncommitted changes; must be committed first, be another file, or --allow-dirty be given", file)
	}
	return err
}

func paths(files []plan.File) []string {
	var out []string
	for _, f := range files {
		out = append(out, f.Path)
	}
	return out
}
