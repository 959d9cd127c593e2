package repo

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"
	"github.com/rogpeppe/go-internal/lockedfile"
)

// Change is a file's new content; nil removes the file.
type Change struct {
	Path     string
	Old, New []byte
}

// journal says what a write is about to do, and holds what undoes it.
type journal struct {
	Entries []journalEntry `json:"entries"`
}

type journalEntry struct {
	Path   string `json:"path"`
	Old    string `json:"old"` // the name of the old content in the staging folder
	OldSum string `json:"oldSum"`
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

// Write makes all changes, or none. It notes in a journal what is about to happen, renames file by file, and calls then;
// an error of either undoes everything. At any moment every file is whole, old or new, and a run that is killed in between is
// undone by [Repo.Undo]. A file whose content is not Old any more is an error, before anything is written.
func (r *Repo) Write(changes []Change, then func() error) error {
	var errs []error
	for _, c := range changes {
		if err := r.inside(c.Path); err != nil {
			errs = append(errs, err)
			continue
		}
		now, err := os.ReadFile(r.full(c.Path))
		if err != nil || string(now) != string(c.Old) {
			errs = append(errs, fmt.Errorf("%s: changed while the upgrade was planned; must be planned again", c.Path))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	entries, err := r.stage(changes)
	if err != nil {
		return errors.Join(err, os.RemoveAll(r.staging()))
	}
	for _, e := range entries {
		if err = r.apply(e); err != nil {
			break
		}
	}
	if err == nil {
		err = then()
	}
	if err != nil {
		_, left, undo := r.Undo()
		for _, path := range left {
			err = errors.Join(err, fmt.Errorf("%s: changed in the meantime; is left as it is", path))
		}
		return errors.Join(err, undo)
	}
	return r.forget()
}

func (r *Repo) full(path string) string { return filepath.Join(r.Root, filepath.FromSlash(path)) }

// stage writes the old and new contents and, last and atomically, the journal.
func (r *Repo) stage(changes []Change) ([]journalEntry, error) {
	dir := r.staging()
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	var j journal
	for i, c := range changes {
		info, err := os.Stat(r.full(c.Path))
		if err != nil {
			return nil, err
		}
		mode := info.Mode().Perm()
		e := journalEntry{Path: c.Path, Old: fmt.Sprintf("%d.old", i), OldSum: sum(c.Old)}
		if err := writeSynced(filepath.Join(dir, e.Old), c.Old, mode); err != nil {
			return nil, err
		}
		if c.New != nil {
			e.New, e.NewSum = fmt.Sprintf("%d.new", i), sum(c.New)
			if err := writeSynced(filepath.Join(dir, e.New), c.New, mode); err != nil {
				return nil, err
			}
		}
		j.Entries = append(j.Entries, e)
	}
	text, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	return j.Entries, renameio.WriteFile(filepath.Join(dir, journalName), text, 0o644)
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

// Undo puts back what a write that was begun and not ended has changed. restored counts the files; left are those that
// somebody has changed since, which stay as they are. Without such a write it does nothing.
func (r *Repo) Undo() (restored int, left []string, err error) {
	file := filepath.Join(r.staging(), journalName)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil, r.forget()
	}
	if err != nil {
		return 0, nil, err
	}
	var j journal
	if err := json.Unmarshal(text, &j); err != nil {
		return 0, nil, fmt.Errorf("%s: %w; must be removed, and the clusters be looked at with git diff", file, err)
	}
	for _, e := range j.Entries {
		if err := r.inside(e.Path); err != nil {
			left = append(left, e.Path)
			continue
		}
		now := ""
		switch content, err := os.ReadFile(r.full(e.Path)); {
		case err == nil:
			now = sum(content)
		case !errors.Is(err, fs.ErrNotExist):
			return restored, left, err
		}
		switch now {
		case e.OldSum:
		case e.NewSum: // of a file that is to go, too: both are empty
			if err := move(filepath.Join(r.staging(), e.Old), r.full(e.Path)); err != nil {
				return restored, left, err
			}
			restored++
		default:
			left = append(left, e.Path)
		}
	}
	return restored, left, r.forget()
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
