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
	"strconv"

	"github.com/google/renameio/v2"
)

// Change is a file's new content; nil removes the file.
type Change struct {
	Path     string
	Old, New []byte
}

// journal says how a write that was begun is to be finished.
type journal struct {
	Entries []journalEntry `json:"entries"`
}

type journalEntry struct {
	Path   string `json:"path"`
	Staged string `json:"staged,omitempty"` // the name of the new content in the staging folder; "" removes the file
	Sum    string `json:"sum,omitempty"`    // of the new content
}

const journalName = "journal.json"

// staging is the folder in which a write is prepared: inside .git, where nobody looks for resources, or
// in a folder of its own.
func (r *Repo) staging() string {
	if info, err := os.Lstat(filepath.Join(r.Root, ".git")); err == nil && info.IsDir() {
		return filepath.Join(r.Root, ".git", "apply-release")
	}
	return filepath.Join(r.Root, ".apply-release")
}

// Write writes all changes or none. It stages the new contents, notes in a journal what is to happen, and then renames
// file by file; a run that is ended in between is finished by [Repo.Recover]. So at any moment every file is whole, old or
// new. A file whose content is not Old any more is an error, before anything is written.
func (r *Repo) Write(changes []Change) error {
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
	if err := errors.Join(errs...); err != nil || len(changes) == 0 {
		return err
	}
	if err := r.stage(changes); err != nil {
		return errors.Join(err, os.RemoveAll(r.staging()))
	}
	_, err := r.Recover()
	return err
}

func (r *Repo) full(path string) string { return filepath.Join(r.Root, filepath.FromSlash(path)) }

// stage writes the new contents and, last and atomically, the journal: from there on the write happens.
func (r *Repo) stage(changes []Change) error {
	dir := r.staging()
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var j journal
	for i, c := range changes {
		e := journalEntry{Path: c.Path}
		if c.New != nil {
			info, err := os.Stat(r.full(c.Path))
			if err != nil {
				return err
			}
			e.Staged, e.Sum = strconv.Itoa(i), sum(c.New)
			if err := writeSynced(filepath.Join(dir, e.Staged), c.New, info.Mode().Perm()); err != nil {
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

// Recover finishes a write that was begun and not ended, and says how many files that concerned. What was
// staged without a journal is thrown away: nothing of it was written.
func (r *Repo) Recover() (files int, err error) {
	dir := r.staging()
	text, err := os.ReadFile(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, os.RemoveAll(dir)
	}
	if err != nil {
		return 0, err
	}
	var j journal
	if err := json.Unmarshal(text, &j); err != nil {
		return 0, fmt.Errorf("%s: %w", filepath.Join(dir, journalName), err)
	}
	for _, e := range j.Entries {
		if err := r.finish(dir, e); err != nil {
			return 0, err
		}
	}
	return len(j.Entries), os.RemoveAll(dir)
}

func (r *Repo) finish(dir string, e journalEntry) error {
	if err := r.inside(e.Path); err != nil {
		return err
	}
	if e.Staged == "" {
		if err := os.Remove(r.full(e.Path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	err := os.Rename(filepath.Join(dir, filepath.Base(e.Staged)), r.full(e.Path))
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	now, err := os.ReadFile(r.full(e.Path)) // it was renamed before
	if err == nil && sum(now) != e.Sum {
		return fmt.Errorf("%s: an upgrade was not finished, and the file is neither old nor new; must be restored from git", e.Path)
	}
	return err
}
