package checkout

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
)

// Writing is what a write does beside the files.
type Writing struct {
	// Branch is a branch to make, "" for none.
	Branch string
	// Message is that of a commit of the files, "" for none.
	Message string
	// Also is done once the files are written and the branch is made, and before the commit; an error undoes all. Undo takes back what it did.
	Also, Undo func() error
}

// Write makes all changes, or none. It notes in a journal what is about to happen, renames file by file, makes a git branch and a commit
// where it is to; an error, or the end of the context, undoes everything. At any moment every file is whole, old or
// new, and a run that is killed in between is undone by [Journal.Undo]. A file whose content is not Old any more, and one that is none of a cluster's base, is an
// error, before anything is written. An error of something that could not be undone is [ErrHalf].
func (r Journal) Write(ctx context.Context, changes []plan.File, w Writing) error {
	if err := r.check(changes); err != nil {
		return err
	}
	j, index, err := begin(r, w)
	if err != nil {
		return err
	}
	if err := r.stage(changes, &j); err != nil {
		return errors.Join(err, r.forget())
	}
	err = r.carryOut(ctx, changes, j, w)
	if err == nil {
		return end(r)
	}
	if w.Undo != nil {
		err = errors.Join(err, w.Undo())
	}
	undone, undo := r.undo(j, true)
	if undo == nil {
		undo = index.restore()
	}
	if undo == nil {
		undo = r.forget()
	}
	if undo != nil || len(undone.Left) > 0 {
		for _, file := range undone.Left {
			err = errors.Join(err, fmt.Errorf("%s: changed in the meantime; is left as it is", file))
		}
		return errors.Join(ErrHalf, err, undo)
	}
	return err
}

// begin is the journal of a write that is about to be, and git's index as it is.
func begin(r Journal, w Writing) (j journal, i index, err error) {
	j.Branch = w.Branch
	if w.Branch != "" {
		if j.Head, j.Was, err = r.Git.head(); err != nil {
			return j, i, err
		}
	}
	i, err = r.Git.readIndex(w.Message != "")
	return j, i, err
}

// ErrLeft says that a write is done, and that what would undo it could not be removed: where its files are not committed, the next run would take it back.
var ErrLeft = errors.New("the upgrade is done, but what would undo it is still there, and must be removed")

// end forgets what would undo a write that is done.
func end(r Journal) error {
	if err := r.forget(); err != nil {
		return fmt.Errorf("%w: %w", ErrLeft, err)
	}
	return nil
}

// ErrHalf says that a write failed, and that what it had done could not be undone in full.
var ErrHalf = errors.New("the upgrade failed, and could not be undone in full; see git status")

// check refuses changes of what is no file of a cluster's base, and of files that are not as they were read.
func (r Journal) check(changes []plan.File) error {
	var errs []error
	for _, c := range changes {
		if err := r.confined(c.Path); err != nil {
			errs = append(errs, err)
			continue
		}
		now, _, err := r.read(c.Path)
		switch {
		case errors.Is(err, errLink):
			errs = append(errs, fmt.Errorf("%s: %w", c.Path, errLink))
		case c.Old == nil && err == nil:
			errs = append(errs, fmt.Errorf("%s: exists already; must be removed, or be what the release's component is for", c.Path))
		case c.Old == nil && !errors.Is(err, fs.ErrNotExist):
			errs = append(errs, fmt.Errorf("%s: %w", c.Path, err))
		case c.Old != nil && (err != nil || string(now) != string(c.Old)):
			errs = append(errs, fmt.Errorf("%s: changed while the upgrade was planned; must be planned again", c.Path))
		}
	}
	return errors.Join(errs...)
}

// read reads a file of the checkout, without following a link.
func (r Journal) read(file string) ([]byte, fs.FileMode, error) {
	dir, err := r.open(path.Dir(file))
	if err != nil {
		return nil, 0, err
	}
	text, mode, err := dir.read(path.Base(file))
	return text, mode, errors.Join(err, dir.Close())
}

// in does something with the folder of a file.
func (r Journal) in(file string, do func(dir folder, name string) error) error {
	dir, err := r.open(path.Dir(file))
	if err != nil {
		return err
	}
	return errors.Join(do(dir, path.Base(file)), dir.Close())
}

func (r Journal) carryOut(ctx context.Context, changes []plan.File, j journal, w Writing) error {
	for i, c := range changes {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		err := r.in(c.Path, func(dir folder, name string) error {
			if c.New == nil {
				return dir.Remove(name)
			}
			return dir.replace(name, c.New, j.Entries[i].Mode)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
	}
	return r.finish(ctx, changes, j, w)
}

// journal says what a write is about to do; what undoes it lies beside it.
type journal struct {
	Entries []journalEntry `json:"entries"`
	// Branch is the branch that the write makes, at the commit Head; Was is what is checked out before, a branch or a commit.
	Branch string `json:"branch,omitempty"`
	Head   string `json:"head,omitempty"`
	// Created is the folder of the cluster that the write makes, "" for none: all of its files are new.
	Created string `json:"created,omitempty"`
	Was     string `json:"was,omitempty"`
}

type journalEntry struct {
	Path   string      `json:"path"`
	Old    string      `json:"old,omitempty"` // the name of the old content in the folder of the journal; "" for a new file
	OldSum string      `json:"oldSum,omitempty"`
	NewSum string      `json:"newSum,omitempty"` // "" removes the file
	Mode   fs.FileMode `json:"mode,omitempty"`
}

const journalName = "journal.json"

// stage writes the old contents and, last and atomically, the journal.
func (r Journal) stage(changes []plan.File, j *journal) error {
	dir, err := r.state()
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	at := folder{root}
	for i, c := range changes {
		e := journalEntry{Path: c.Path, Mode: 0o644}
		if c.Old != nil {
			if _, e.Mode, err = r.read(c.Path); err != nil {
				return errors.Join(fmt.Errorf("%s: %w", c.Path, err), root.Close())
			}
			e.Old, e.OldSum = fmt.Sprintf("%d.old", i), sum(c.Old)
			if err := at.replace(e.Old, c.Old, 0o600); err != nil {
				return errors.Join(err, root.Close())
			}
		}
		if c.New != nil {
			e.NewSum = sum(c.New)
		}
		j.Entries = append(j.Entries, e)
	}
	text, err := json.Marshal(j)
	if err == nil {
		err = at.replace(journalName, text, 0o600)
	}
	return errors.Join(err, root.Close())
}

// readJournal reads the journal of a write; nil where there is none. One that names anything but files of a cluster's base is an error.
func (r Journal) readJournal() (*journal, error) {
	dir, err := r.state()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, journalName)
	text, err := ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var j journal
	if err == nil {
		err = json.Unmarshal(text, &j)
	}
	for _, e := range j.Entries {
		if e.Old != "" && (filepath.Base(e.Old) != e.Old || strings.HasPrefix(e.Old, ".")) {
			err = errors.Join(err, fmt.Errorf("%q is no plain name", e.Old))
		}
		err = errors.Join(err, r.confinedTo(j.Created, e.Path))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; must be removed, and the clusters be looked at with git diff", file, err)
	}
	return &j, nil
}
