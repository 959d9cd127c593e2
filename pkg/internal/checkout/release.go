package checkout

import (
	"errors"
	"os"
	"path"
)

// WriteRelease writes the folder of a new release, whose files are named below it, and a file beside it, such as an index, that changes with it, "" for none. The folder appears as a whole, or not at all; one
// that is there already is an error.
func WriteRelease(r *Repo, folder string, files []Text, beside Text) (err error) {
	made, err := writeFolder(r, folder, files)
	if err != nil || beside.Path == "" {
		return err
	}
	parent, err := r.open(path.Dir(folder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	mode := os.FileMode(0o644)
	if info, err := parent.Lstat(path.Base(beside.Path)); err == nil {
		mode = info.Mode().Perm()
	}
	if err := parent.replace(path.Base(beside.Path), beside.Src, mode); err != nil {
		return errors.Join(err, removeFolder(r, made))
	}
	return nil
}
