package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Undone is what [Journal.Undo] did.
type Undone struct {
	Restored int
	// Committed are the files of the write that are in git by now, Left those that somebody has changed since. They stay as they are.
	Committed, Left []string
}

// Undo puts back what a write that was begun and not ended has changed: the files, and the branch, where it has no commits of
// its own. Without such a write it does nothing.
func (r Journal) Undo() (u Undone, err error) {
	j, err := r.readJournal()
	if err != nil {
		return u, err
	}
	if j == nil {
		return u, r.forget()
	}
	if u, err = r.undo(*j, false); err != nil {
		return u, err
	}
	return u, r.forget()
}

// undo puts back files and branch. own says that the write is this run's: then what a hook of git made of the files is no work of anybody, and goes, too.
func (r Journal) undo(j journal, own bool) (u Undone, err error) {
	var paths []string
	for _, e := range j.Entries {
		paths = append(paths, e.Path)
	}
	dirty, err := r.Git.Dirty(paths)
	if err != nil {
		return u, err
	}
	for _, e := range j.Entries {
		committed := r.Git.IsGit() && !own && !slices.Contains(dirty, e.Path)
		if err := r.restore(e, committed, own, &u); err != nil {
			return u, fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	if j.Created != "" {
		if err := removeEmpty(r.Repo, j.Created); err != nil {
			return u, err
		}
	}
	return u, r.Git.dropBranch(j)
}

func (r Journal) restore(e journalEntry, committed, own bool, u *Undone) error {
	now := "" // of a file that is gone; NewSum is as empty where it was to go
	content, _, err := r.read(e.Path)
	switch {
	case err == nil:
		now = sum(content)
	case errors.Is(err, errLink):
		u.Left = append(u.Left, e.Path)
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := r.removeUnfinished(e.Path); err != nil {
		return err
	}
	switch {
	case now == e.OldSum:
		return nil
	case now == e.NewSum && committed:
		u.Committed = append(u.Committed, e.Path)
		return nil
	case now != e.NewSum && !own:
		u.Left = append(u.Left, e.Path)
		return nil
	}
	u.Restored++
	if e.Old == "" {
		return r.removeNew(e.Path)
	}
	old, err := r.staged(e)
	if err != nil {
		return err
	}
	return r.in(e.Path, func(dir folder, name string) error { return dir.replace(name, old, e.Mode.Perm()) })
}

// staged is the old content of a file, which is what the journal says that it is.
func (r Journal) staged(e journalEntry) ([]byte, error) {
	dir, err := r.state()
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	old, _, err := folder{root}.read(e.Old)
	if err = errors.Join(err, root.Close()); err != nil {
		return nil, err
	}
	if sum(old) != e.OldSum {
		return nil, fmt.Errorf("%s: is not what the journal beside it says; must be removed with its folder, and the file be looked at", filepath.Join(dir, e.Old))
	}
	return old, nil
}

func (r Journal) removeUnfinished(file string) error {
	err := r.in(file, func(dir folder, name string) error { return dir.Remove(unfinished(name)) })
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// removeNew removes a file that a write made, and what git knows of it.
func (r Journal) removeNew(file string) error {
	if err := r.in(file, func(dir folder, name string) error { return dir.Remove(name) }); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !r.Git.IsGit() {
		return nil
	}
	if known, err := r.Git.git("ls-files", "-z", "--", file); err != nil || strings.TrimRight(known, "\x00") == "" {
		return err
	}
	_, err := r.Git.git("rm", "--quiet", "--cached", "--force", "--ignore-unmatch", "--", file)
	return err
}
