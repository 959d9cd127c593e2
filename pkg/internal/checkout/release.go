package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// WriteRelease writes the folder of a new release, whose files are named below it, and a file beside it, such as an index, that changes with it, "" for none. The folder appears as a whole, or not at all; one
// that is there already is an error.
func WriteRelease(r *Repo, folder string, files []Text, beside Text) (err error) {
	parent, err := r.open(path.Dir(folder))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	name := path.Base(folder)
	if _, err := parent.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s: is there already. Remove it first, or name another release", folder), err)
	}
	unready := unfinished(name)
	if err := parent.RemoveAll(unready); err != nil {
		return err
	}
	for _, f := range files {
		file := path.Join(unready, f.Path)
		if !filepath.IsLocal(f.Path) {
			return fmt.Errorf("%s: leads out of the release", f.Path)
		}
		if err := parent.MkdirAll(path.Dir(file), 0o755); err != nil {
			return errors.Join(err, parent.RemoveAll(unready))
		}
		if err := parent.WriteFile(file, f.Src, 0o644); err != nil {
			return errors.Join(err, parent.RemoveAll(unready))
		}
	}
	if err := parent.Rename(unready, name); err != nil {
		return errors.Join(err, parent.RemoveAll(unready))
	}
	if beside.Path == "" {
		return nil
	}
	mode := os.FileMode(0o644)
	if info, err := parent.Lstat(path.Base(beside.Path)); err == nil {
		mode = info.Mode().Perm()
	}
	if err := parent.replace(path.Base(beside.Path), beside.Src, mode); err != nil {
		return errors.Join(err, parent.RemoveAll(name))
	}
	return nil
}
