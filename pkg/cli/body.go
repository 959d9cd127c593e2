package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// body is the file with the body of a pull request; "" for none.
type body struct {
	file   string
	before []byte
	mode   fs.FileMode
	there  bool // before
	done   bool
}

// write writes the body in one step. A file that is none, such as a pipe, is written to.
func (b *body) write(render func(io.Writer) error) error {
	if b.file == "" {
		return nil
	}
	err := b.replace(render)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--pr-body %s: there is no folder %s; must be there", b.file, filepath.Dir(b.file))
	}
	if err != nil {
		return fmt.Errorf("--pr-body %s: %w", b.file, err)
	}
	return nil
}

func (b *body) replace(render func(io.Writer) error) error {
	var text bytes.Buffer
	if err := render(&text); err != nil {
		return err
	}
	file, info, err := b.target()
	if err != nil {
		return err
	}
	if info != nil && !info.Mode().IsRegular() {
		return os.WriteFile(file, text.Bytes(), 0o644)
	}
	b.mode = 0o644
	if b.there = info != nil; b.there {
		b.mode = info.Mode().Perm()
		if b.before, err = os.ReadFile(file); err != nil {
			return err
		}
	}
	b.done = true
	return replaceFile(file, text.Bytes(), b.mode)
}

// target is the file itself, behind links, with what it is; nil where it is not there.
func (b *body) target() (string, fs.FileInfo, error) {
	file := b.file
	if target, err := filepath.EvalSymlinks(file); err == nil {
		file = target
	}
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil, nil
	}
	return file, info, err
}

// undo puts back what was there.
func (b *body) undo() error {
	if !b.done {
		return nil
	}
	file, _, err := b.target()
	switch {
	case err != nil:
		return err
	case b.there:
		return replaceFile(file, b.before, b.mode)
	}
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// replaceFile puts a file with this content in the place of another one, or of none, in one step.
func replaceFile(file string, content []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
