package repo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/google/renameio/v2"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// Change is a file's new content; nil removes the file. Where Old is nil, the file is new.
type Change struct {
	Path     string
	Old, New []byte
}

// journal says what a write is about to do, and holds what undoes it.
type journal struct {
	Entries []journalEntry `json:"entries"`
	// Branch is the branch that the write makes, at the commit Head; Was is what is checked out before, a branch or a commit.
	Branch string `json:"branch,omitempty"`
	Head   string `json:"head,omitempty"`
	Was    string `json:"was,omitempty"`
}

type journalEntry struct {
	Path   string `json:"path"`
	Old    string `json:"old,omitempty"` // the name of the old content in the staging folder; "" for a new file
	OldSum string `json:"oldSum,omitempty"`
	New    string `json:"new,omitempty"` // the name of the new content; "" removes the file
	NewSum string `json:"newSum,omitempty"`
}

const journalName = "journal.json"

// staging is the folder in which a write is prepared: inside .git, where nobody looks for resources, or
// in a folder of its own.
func (r *Repo) staging() string {
	if info, err := os.Lstat(filepath.Join(r.top, ".git")); r.top == "" || err != nil || !info.IsDir() {
		return filepath.Join(r.Root, ".apply-release")
	}
	name := "apply-release"
	if r.Root != r.top { // a git repository may hold several checkouts of ours
		name += "-" + sum([]byte(r.Root))[:12]
	}
	return filepath.Join(r.top, ".git", name)
}

// Lock waits for other runs on the checkout to end and keeps them out until unlock is called. Whoever reads and then
// writes holds it all the while.
func (r *Repo) Lock() (unlock func(), err error) {
	name := r.staging() + ".lock"
	for {
		f, err := lockedfile.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		mine, err := f.Stat()
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if now, err := os.Stat(name); err == nil && os.SameFile(mine, now) {
			return func() {
				_ = os.Remove(name) // what is left of it harms nobody
				_ = f.Close()
			}, nil
		}
		if err := f.Close(); err != nil { // the one before removed the file that this one waited for
			return nil, err
		}
	}
}

// Interrupted tells whether a write was begun and has not ended.
func (r *Repo) Interrupted() bool {
	_, err := os.Lstat(filepath.Join(r.staging(), journalName))
	return err == nil
}

// Write makes all changes, or none. It notes in a journal what is about to happen, renames file by file, makes a git branch
// where it is to, and calls then; an error, or the end of the context, undoes everything. At any moment every file is whole, old or
// new, and a run that is killed in between is undone by [Repo.Undo]. A file whose content is not Old any more is an error, before
// anything is written.
func (r *Repo) Write(ctx context.Context, changes []Change, branch string, then func() error) error {
	var errs []error
	for _, c := range changes {
		if err := r.inside(c.Path); err != nil {
			errs = append(errs, err)
			continue
		}
		now, err := os.ReadFile(r.full(c.Path))
		if c.Old == nil {
			if !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, fmt.Errorf("%s: exists already; must be removed, or be what the release's component is for", c.Path))
			}
			continue
		}
		if err != nil || string(now) != string(c.Old) {
			errs = append(errs, fmt.Errorf("%s: changed while the upgrade was planned; must be planned again", c.Path))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	j := journal{Branch: branch}
	if branch != "" {
		var err error
		if j.Head, j.Was, err = r.head(); err != nil {
			return err
		}
	}
	if err := r.stage(changes, &j); err != nil {
		return errors.Join(err, os.RemoveAll(r.staging()))
	}
	err := r.carryOut(ctx, j, then)
	if err == nil {
		return r.forget()
	}
	undone, undo := r.Undo()
	for _, path := range undone.Left {
		err = errors.Join(err, fmt.Errorf("%s: changed in the meantime; is left as it is", path))
	}
	return errors.Join(err, undo)
}

func (r *Repo) carryOut(ctx context.Context, j journal, then func() error) error {
	for _, e := range j.Entries {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := r.apply(e); err != nil {
			return err
		}
	}
	if j.Branch != "" {
		if _, err := r.git("switch", "--quiet", "--create", j.Branch); err != nil {
			return err
		}
	}
	return then()
}

func (r *Repo) full(path string) string { return filepath.Join(r.Root, filepath.FromSlash(path)) }

// stage writes the old and new contents and, last and atomically, the journal.
func (r *Repo) stage(changes []Change, j *journal) error {
	dir := r.staging()
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, c := range changes {
		e, mode := journalEntry{Path: c.Path}, fs.FileMode(0o644)
		if c.Old != nil {
			info, err := os.Stat(r.full(c.Path))
			if err != nil {
				return err
			}
			mode = info.Mode().Perm()
			e.Old, e.OldSum = fmt.Sprintf("%d.old", i), sum(c.Old)
			if err := writeSynced(filepath.Join(dir, e.Old), c.Old, mode); err != nil {
				return err
			}
		}
		if c.New != nil {
			e.New, e.NewSum = fmt.Sprintf("%d.new", i), sum(c.New)
			if err := writeSynced(filepath.Join(dir, e.New), c.New, mode); err != nil {
				return err
			}
		}
		j.Entries = append(j.Entries, e)
	}
	text, err := json.Marshal(j)
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(dir, journalName), text, 0o644)
}

func (r *Repo) apply(e journalEntry) error {
	if e.New == "" {
		return os.Remove(r.full(e.Path))
	}
	return move(filepath.Join(r.staging(), e.New), r.full(e.Path))
}

func writeSynced(file string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}

// Undone is what [Repo.Undo] did.
type Undone struct {
	Restored int
	// Committed are the files of the write that are in git by now, Left those that somebody has changed since. They stay as they are.
	Committed, Left []string
}

// Undo puts back what a write that was begun and not ended has changed: the files, and the branch, where it has no commits of
// its own. Without such a write it does nothing.
func (r *Repo) Undo() (u Undone, err error) {
	file := filepath.Join(r.staging(), journalName)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return u, r.forget()
	}
	if err != nil {
		return u, err
	}
	var j journal
	if err := json.Unmarshal(text, &j); err != nil {
		return u, fmt.Errorf("%s: %w; must be removed, and the clusters be looked at with git diff", file, err)
	}
	var paths []string
	for _, e := range j.Entries {
		paths = append(paths, e.Path)
	}
	dirty, err := r.Dirty(paths)
	if err != nil {
		return u, err
	}
	for _, e := range j.Entries {
		committed := r.IsGit() && !slices.ContainsFunc(dirty, func(d string) bool {
			return d == e.Path || strings.HasSuffix(d, "/") && strings.HasPrefix(e.Path, d)
		})
		if err := r.restore(e, committed, &u); err != nil {
			return u, err
		}
	}
	if err := r.dropBranch(j); err != nil {
		return u, err
	}
	return u, r.forget()
}

func (r *Repo) restore(e journalEntry, committed bool, u *Undone) error {
	if r.inside(e.Path) != nil {
		u.Left = append(u.Left, e.Path)
		return nil
	}
	now := "" // of a file that is gone; NewSum is as empty where it was to go
	content, err := os.ReadFile(r.full(e.Path))
	if err == nil {
		now = sum(content)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch now {
	case e.OldSum:
		return nil
	case e.NewSum:
		if committed {
			u.Committed = append(u.Committed, e.Path)
			return nil
		}
		u.Restored++
		if e.Old == "" {
			return r.removeNew(e.Path)
		}
		return move(filepath.Join(r.staging(), e.Old), r.full(e.Path))
	}
	u.Left = append(u.Left, e.Path)
	return nil
}

// removeNew removes a file that a write made, and what git knows of it.
func (r *Repo) removeNew(path string) error {
	if err := os.Remove(r.full(path)); err != nil {
		return err
	}
	if !r.IsGit() {
		return nil
	}
	_, err := r.git("rm", "--quiet", "--cached", "--force", "--ignore-unmatch", "--", path)
	return err
}

// forget ends a write: first the journal goes, so that nobody undoes what is done.
func (r *Repo) forget() error {
	if err := os.Remove(filepath.Join(r.staging(), journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(r.staging())
}

// move renames a file, or copies it where .git is on a file system of its own.
func move(from, to string) error {
	err := os.Rename(from, to)
	if errors.Is(err, syscall.EXDEV) {
		return copyFile(from, to)
	}
	return err
}

// copyFile puts a copy of a file, with its mode, in the place of another one, atomically.
func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	return renameio.WriteFile(to, content, info.Mode().Perm(), renameio.WithTempDir(filepath.Dir(to)))
}
