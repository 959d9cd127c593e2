package checkout

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Journal writes to the checkout, all or nothing: it notes what is about to happen, so that a run that is killed is undone by the next one.
type Journal struct{ *Repo }

// state finds the folder in which the program keeps what it knows of a write that is under way: in git's own folder of the checkout, which no repository can
// ship; without git, in a folder of the user's. Nothing below the checkout itself is ever trusted.
func (r Journal) state() (string, error) {
	name := "apply-release"
	if r.Root != r.top { // a git repository may hold several checkouts of ours
		name += "-" + sum([]byte(r.Root))[:12]
	}
	if r.Git.IsGit() {
		err := r.Git.findGitFolder()
		return filepath.Join(r.gitFolder, name), err
	}
	dir := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(dir) {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fmt.Errorf("no folder for the state of an upgrade: %w; must have HOME, or XDG_STATE_HOME, or git", err)
		}
		dir = filepath.Join(home, ".local", "state")
	}
	dir = filepath.Join(dir, "apply-release")
	if inside, err := filepath.Rel(r.Root, dir); err == nil && filepath.IsLocal(inside) {
		return "", fmt.Errorf("%s: the state of an upgrade would be in the checkout itself; must be elsewhere, by XDG_STATE_HOME", dir)
	}
	return filepath.Join(dir, name), os.MkdirAll(dir, 0o700)
}

// Lock waits for other runs on the checkout to end and keeps them out until unlock is called. Whoever reads and then
// writes holds it all the while.
func (r Journal) Lock() (unlock func(), err error) {
	dir, err := r.state()
	if err != nil {
		return nil, err
	}
	name := dir + ".lock"
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

// Interrupted reports whether a write was begun and has not ended.
func (r Journal) Interrupted() bool {
	dir, err := r.state()
	if err != nil {
		return false
	}
	_, err = os.Lstat(filepath.Join(dir, journalName))
	return err == nil
}

// forget ends a write: first the journal goes, so that nobody undoes what is done.
func (r Journal) forget() error {
	dir, err := r.state()
	if err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(dir, journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.RemoveAll(dir)
}

func sum(content []byte) string {
	s := sha256.Sum256(content)
	return hex.EncodeToString(s[:])
}
