package checkout

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
)

// maxFile is the most bytes that are read of one file: nobody writes resources of that size, and what is that large fills the memory.
const maxFile = 64 << 20

// readRegular reads what must be a regular file: no pipe, device or socket, and not too large.
func readRegular(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: is no regular file", f.Name())
	case info.Size() > maxFile:
		return nil, fmt.Errorf("%s: is larger than %d MiB", f.Name(), maxFile>>20)
	}
	text := make([]byte, info.Size()+1)
	n, err := io.ReadFull(f, text)
	switch text = text[:n:n]; err {
	case io.EOF, io.ErrUnexpectedEOF:
		return text, nil
	case nil: // it grew meanwhile
		var more []byte
		more, err = io.ReadAll(io.LimitReader(f, maxFile))
		text = append(text, more...)
	}
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s: is larger than %d MiB", f.Name(), maxFile>>20)
	}
	return text, err
}

// ReadFile reads a regular file of a size that a file of resources can have, wherever it is. Pipes and devices are errors, and are not waited for.
func ReadFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // opening a pipe would wait for somebody to write
		return nil, fmt.Errorf("%s: is no regular file", name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	text, err := readRegular(f)
	return text, errors.Join(err, f.Close())
}

// folder is a folder of the checkout, opened step by step: no step is a symbolic link, and nothing that somebody does to the names on the way
// afterwards leads anywhere else. The caller closes it.
type folder struct{ *os.Root }

// open opens the folder of a slash-separated path below the root of the checkout. [fs.ErrNotExist] says that there is none.
func (r *Repo) open(dir string) (folder, error) {
	at, err := os.OpenRoot(r.Root)
	if err != nil {
		return folder{}, err
	}
	if dir == "." {
		return folder{at}, nil
	}
	for _, name := range strings.Split(dir, "/") {
		next, err := step(at, name)
		if err := errors.Join(err, at.Close()); err != nil {
			return folder{}, fmt.Errorf("%s: %w", dir, err)
		}
		at = next
	}
	return folder{at}, nil
}

var errLink = errors.New("is, or is behind, a symbolic link; must be a file of the repository itself")

// step opens a folder in another one. What is opened is what was looked at: no link comes in between.
func step(at *os.Root, name string) (*os.Root, error) {
	if name == "" || name == "." || name == ".." || strings.ContainsAny(name, `\`) && os.PathSeparator == '\\' {
		return nil, errors.New("leads out of the repository")
	}
	seen, err := at.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case seen.Mode()&fs.ModeSymlink != 0:
		return nil, errLink
	case !seen.IsDir():
		return nil, errors.New("is no folder")
	}
	next, err := at.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	opened, err := next.Stat(".")
	if err == nil && !os.SameFile(seen, opened) {
		err = errLink
	}
	if err != nil {
		return nil, errors.Join(err, next.Close())
	}
	return next, nil
}

// read reads a file in the folder; a link is an error.
func (d folder) read(name string) ([]byte, fs.FileMode, error) {
	seen, err := d.Lstat(name)
	switch {
	case err != nil:
		return nil, 0, err
	case seen.Mode()&fs.ModeSymlink != 0:
		return nil, 0, errLink
	case !seen.Mode().IsRegular():
		return nil, 0, errors.New("is no regular file")
	}
	f, err := d.Open(name)
	if err != nil {
		return nil, 0, err
	}
	opened, err := f.Stat()
	if err == nil && !os.SameFile(seen, opened) {
		err = errLink
	}
	var text []byte
	if err == nil {
		text, err = readRegular(f)
	}
	return text, seen.Mode().Perm(), errors.Join(err, f.Close())
}

// replace puts a file with this content in the place of another one, or of none, in one step: at any moment the file is whole. What it writes first is
// called as unfinished says.
func (d folder) replace(name string, content []byte, mode fs.FileMode) error {
	temporary := unfinished(name)
	if err := d.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := d.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, d.Remove(temporary))
	}
	return d.Rename(temporary, name)
}

// unfinished is the name of a file while it is written. No file of resources has such a name.
func unfinished(name string) string { return "." + name + ".apply-release" }

// confinedTo is confined, with all of the folder of a cluster beside, "" for none.
func (r Journal) confinedTo(created, file string) error {
	if created != "" && strings.HasPrefix(file, created+"/") && path.Clean(file) == file {
		if _, exact, ok := r.Clusters.Folder(strings.Split(created, "/")); ok && exact && !strings.HasPrefix(created, ".") && !strings.Contains(created, "/.") {
			return nil
		}
	}
	return r.confined(file)
}

// confined says what keeps a path from being written: it is no file of a cluster's base.
func (r *Repo) confined(file string) error {
	if path.Clean(file) != file || path.IsAbs(file) || strings.HasPrefix(file, "../") {
		return fmt.Errorf("%s: leads out of the repository", file)
	}
	if isBeside(r, file) {
		return nil
	}
	where, ok := r.Clusters.Match(strings.Split(file, "/"))
	if !ok || where.Layer == layout.Overlay {
		return fmt.Errorf("%s: is no file of a cluster's base; nothing else is written", file)
	}
	return nil
}
