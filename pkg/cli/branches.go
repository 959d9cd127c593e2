package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/changelog"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// How upgrades are split.
const (
	byCluster      = "cluster"
	byInstallation = "installation"
)

// part is what goes into one branch.
type part struct {
	name    string // of the cluster or the installation; "" where it is all
	upgrade *report.Upgrade
	branch  string
	body    *body
}

// parts are an upgrade, split into what goes into a branch each.
func (o *upgradeOptions) parts(u *report.Upgrade) ([]part, error) {
	if o.split == "" {
		return []part{{upgrade: u, branch: o.branch, body: &body{file: o.prBody}}}, nil
	}
	of := map[string]string{} // the part of a file
	byName := map[string]*part{}
	var names []string
	var errs []error
	for _, c := range u.Clusters {
		name := c.String()
		if o.split == byInstallation && c.Installation != "" {
			name = c.Installation
		}
		p := byName[name]
		if p == nil {
			p = &part{name: name, branch: withName(o.branch, name, "-"), body: &body{file: bodyOf(o.prBody, name)}}
			p.upgrade = &report.Upgrade{Plan: &plan.Plan{Notes: u.Notes}, Details: u.Details, Folder: u.Folder}
			byName[name] = p
			names = append(names, name)
		}
		p.upgrade.Clusters = append(p.upgrade.Clusters, c)
		for _, r := range c.Resources {
			file := r.Item.Location.Path
			if len(r.Changes) == 0 && !r.Removed {
				continue
			}
			if other := of[file]; other != "" && other != name {
				errs = append(errs, fmt.Errorf("%s: has resources of %s and of %s, which --split puts into two branches. Upgrade them together, or split the file", file, other, name))
			}
			of[file] = name
		}
	}
	for _, f := range u.Files {
		p := byName[of[f.Path]]
		if p == nil {
			errs = append(errs, fmt.Errorf("%s: changes, and is of no cluster that is upgraded", f.Path))
			continue
		}
		p.upgrade.Files = append(p.upgrade.Files, f)
	}
	var out []part
	for _, name := range names {
		if p := byName[name]; len(p.upgrade.Files) > 0 {
			p.upgrade.Notes = notesFor(p.upgrade.Plan)
			p.upgrade.News = newsFor(p.upgrade.Plan, u.News)
			out = append(out, *p)
		}
	}
	return out, errors.Join(errs...)
}

// notesFor are those notes of a whole run that speak of the clusters of a plan, or of a release that they get.
func notesFor(p *plan.Plan) []plan.Note {
	var clusters, releases []string
	for _, c := range p.Clusters {
		clusters = append(clusters, c.String())
	}
	for _, r := range p.Releases() {
		releases = append(releases, r.String())
	}
	var out []plan.Note
	for _, n := range p.Notes {
		all := len(n.Clusters)
		n.Clusters = slices.DeleteFunc(slices.Clone(n.Clusters), func(c string) bool { return !slices.Contains(clusters, c) })
		if n.Near != "" && !slices.Contains(clusters, n.Near) {
			n.Names = nil // of somebody else
		}
		if (all == 0 || len(n.Clusters) > 0) && (n.To == "" || slices.Contains(releases, n.To)) {
			out = append(out, n)
		}
	}
	return out
}

// newsFor are those notes of releases that lie on the way of the clusters of a plan.
func newsFor(p *plan.Plan, all []changelog.Release) []changelog.Release {
	return slices.DeleteFunc(slices.Clone(all), func(x changelog.Release) bool {
		return !slices.ContainsFunc(p.Releases(), func(to *release.Release) bool {
			from := lowest(p, to)
			return x.Provider == to.Provider && (x.Version.Equal(to.Version) || x.Version.Compare(to.Version) < 0 && x.Version.Compare(from) > 0)
		})
	})
}

// withName puts the name of a part into a text: where that has {name}, else behind it.
func withName(text, name, separator string) string {
	name = strings.ReplaceAll(name, "/", "-")
	if strings.Contains(text, "{name}") {
		return strings.ReplaceAll(text, "{name}", name)
	}
	return text + separator + name
}

// bodyOf is the file with the body of a part, such as body-gauss-peu01.md.
func bodyOf(file, name string) string {
	if file == "" || strings.Contains(file, "{name}") {
		return strings.ReplaceAll(file, "{name}", strings.ReplaceAll(name, "/", "-"))
	}
	ext := filepath.Ext(file)
	return withName(strings.TrimSuffix(file, ext), name, "-") + ext
}

// checkFlags says which flags are missing beside others.
func (o *upgradeOptions) checkFlags() error {
	switch {
	case badPlaceholder(o.branch, o.split) != "":
		return fmt.Errorf("--branch is %q: %s", o.branch, badPlaceholder(o.branch, o.split))
	case badPlaceholder(o.prBody, o.split) != "":
		return fmt.Errorf("--pr-body is %q: %s", o.prBody, badPlaceholder(o.prBody, o.split))
	case (o.split != "" || o.base != "") && (o.branch == "" || !o.commit):
		return errors.New("--split and --base make branches with a commit each. Add --branch NAME --commit")
	}
	return nil
}

// placeholder is what is filled in in the names of branches and bodies.
var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

// badPlaceholder says what is wrong with the placeholders of a name; "" for nothing.
func badPlaceholder(name, split string) string {
	for _, p := range placeholder.FindAllString(name, -1) {
		switch {
		case p != "{name}":
			return fmt.Sprintf("%s is filled in by nothing; the name of the cluster or installation is {name}", p)
		case split == "":
			return "{name} is filled in for parts alone. Add --split cluster or --split installation, or write the name"
		}
	}
	return ""
}

// apart reports whether branches are made without the working tree: where they are several, start elsewhere, or are there from an earlier run.
func (o *upgradeOptions) apart(r *checkout.Repo) bool {
	return o.split != "" || o.base != "" || o.branch != "" && o.commit && r.Git.IsGit() && r.Branches.CanUpdate(o.branch)
}

// checkBranches says what speaks against making branches, before anything is written: names, and files that are not as they are where the branches start.
func (o *upgradeOptions) checkBranches(w *work, parts []part) (base string, err error) {
	r := w.repo
	if !r.Git.IsGit() {
		return "", errors.New("--branch and --commit need a git repository")
	}
	var errs []error
	for n, p := range parts {
		errs = append(errs, r.Branches.CheckName(p.branch))
		if slices.ContainsFunc(parts[:n], func(other part) bool { return other.branch == p.branch }) {
			text := "Put {name} into --branch"
			if strings.Contains(o.branch, "{name}") {
				text = "Upgrade them one after the other, with branches of different names"
			}
			errs = append(errs, fmt.Errorf("%q is the branch of two. %s", p.branch, text))
		}
		errs = append(errs, o.checkBodyFile(r, p.body.file, o.config))
	}
	if o.base == "" {
		errs = append(errs, r.Git.CheckStart())
	}
	base, err = r.Branches.Base(o.base)
	if err != nil {
		return "", errors.Join(append(errs, err)...)
	}
	if name := checkout.OtherRecord(r, base, recordName); name != "" && o.config == "" {
		errs = append(errs, fmt.Errorf("%s: is not as %s has it, where the branch starts: the policy of the branch would be another one. Commit it first", name, o.start()))
	}
	differing, err := r.Branches.Differing(base, foldersOf(r, w.files), w.files)
	if err != nil {
		return "", errors.Join(append(errs, err)...)
	}
	ignored := checkout.Ignored(r, differing)
	differing = slices.DeleteFunc(differing, func(file string) bool { // but for what the branch would get
		return ignored[file] && !slices.ContainsFunc(parts, func(p part) bool { return changes(p.upgrade.Files, file) })
	})
	for _, f := range differing {
		if dir := r.Git.Elsewhere(f); dir != "" {
			return "", errors.Join(append(errs, fmt.Errorf("%s: is a git repository of its own, such as a submodule: branches that start at %s cannot be compared with it. Upgrade without --base and --split", dir, o.start()))...)
		}
	}
	const shown = 5
	for _, f := range differing[:min(len(differing), shown)] {
		errs = append(errs, fmt.Errorf("%s: is not as %s has it, where the branch starts", f, o.start()))
	}
	if len(differing) > 0 {
		errs = append(errs, fmt.Errorf("%s not as in %s: commit it first, or switch to %s", result.Count(len(differing), "file"), o.start(), o.start()))
	}
	return base, errors.Join(errs...)
}

// checkInputs says of a commit on what is checked out which files it would be made of and not have: those that the upgrade read, and that are not committed.
func (o *upgradeOptions) checkInputs(w *work, files []plan.File) error {
	if !o.commit || o.allowDirty || !w.repo.Git.IsGit() || len(files) == 0 {
		return nil
	}
	head, err := w.repo.Branches.Base("")
	if err != nil {
		return nil // there is no commit yet, which is said elsewhere
	}
	differing, err := w.repo.Branches.Differing(head, foldersOf(w.repo, w.files), w.files)
	if err != nil {
		return err
	}
	ignored := checkout.Ignored(w.repo, differing)
	differing = slices.DeleteFunc(differing, func(file string) bool { // those that are written are said already, and submodules
		return w.repo.Git.Elsewhere(file) != "" || changes(files, file) || ignored[file]
	})
	var errs []error
	if name := checkout.OtherRecord(w.repo, head, recordName); name != "" && o.config == "" {
		errs = append(errs, fmt.Errorf("%s: is not committed as it is, and is the policy of the upgrade; must be committed first, or --allow-dirty be given", name))
	}
	const shown = 5
	for _, f := range differing[:min(len(differing), shown)] {
		errs = append(errs, fmt.Errorf("%s: is not committed as it is, and the upgrade is made of it; must be committed first, or --allow-dirty be given", f))
	}
	if more := len(differing) - shown; more > 0 {
		errs = append(errs, fmt.Errorf("%s that %s not committed", result.Count(more, "more file"), are(more)))
	}
	return errors.Join(errs...)
}

// changes reports whether a file is among those that change.
func changes(files []plan.File, file string) bool {
	return slices.ContainsFunc(files, func(f plan.File) bool { return f.Path == file })
}

// are is the verb for a number of things.
func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// start names where branches start.
func (o *upgradeOptions) start() string {
	if o.base != "" {
		return o.base
	}
	return "HEAD"
}

// foldersOf are the folders of clusters and releases that files are in.
func foldersOf(r *checkout.Repo, files []*checkout.File) []string {
	var out []string
	for _, f := range files {
		folder := r.FolderOf(f.Path)
		if folder != "" && (len(out) == 0 || out[len(out)-1] != folder) {
			out = append(out, folder)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// writeBranches makes the branches and the bodies, or none of them.
func (o *upgradeOptions) writeBranches(w *work, parts []part) (made []checkout.Made, err error) {
	if len(parts) == 0 {
		return nil, nil
	}
	base, err := o.checkBranches(w, parts)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, p := range parts {
			if err != nil {
				err = errors.Join(err, p.body.undo())
			}
		}
	}()
	var branches []checkout.Branch
	for _, p := range parts {
		if err := p.body.write(func(out io.Writer) error { return report.Markdown(out, p.upgrade) }); err != nil {
			return nil, err
		}
		branches = append(branches, checkout.Branch{Name: p.branch, Message: report.CommitMessage(p.upgrade.Plan), Files: p.upgrade.Files})
	}
	return w.repo.Branches.Make(base, branches)
}

// doneBranches says what happened, and what is next.
func doneBranches(r *checkout.Repo, parts []part, made []checkout.Made) string {
	var lines, push, force []string
	for n, m := range made {
		was := "Made branch"
		switch {
		case m.Same:
			was = "As it was: branch"
		case m.Updated:
			was = "Made anew: branch"
		}
		line := fmt.Sprintf("%s %s, commit %s: %s", was, m.Name, m.Commit, result.Count(len(parts[n].upgrade.Files), "file"))
		if body := parts[n].body.file; body != "" {
			line += ", the text of its pull request is in " + body
		}
		lines = append(lines, line)
		if m.Updated || m.Pushed {
			force = append(force, m.Name)
		} else {
			push = append(push, m.Name)
		}
	}
	if len(push) > 0 {
		lines = append(lines, pushing(r, "", push))
	}
	if len(force) > 0 {
		lines = append(lines, pushing(r, "--force-with-lease ", force))
	}
	return strings.Join(lines, "\n")
}
