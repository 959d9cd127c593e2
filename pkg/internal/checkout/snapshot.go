package checkout

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Snapshot writes into an empty folder what a git commit has in the checkout, but with the releases as they are in the working tree, and what lies beside them. Links are left out.
func Snapshot(r *Repo, ref, dir string) error {
	if !r.Git.IsGit() {
		return errors.New("needs a git repository")
	}
	commit, err := r.Branches.Base(ref)
	if err != nil {
		return fmt.Errorf("%s: there is no such branch or commit", ref)
	}
	text, err := r.Git.git("archive", "--format=tar", commit)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for archive := tar.NewReader(strings.NewReader(text)); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || isOfReleases(r, h.Name) {
			continue
		}
		if err := writeInto(root, h.Name, archive); err != nil {
			return err
		}
	}
	releases, err := r.ReleaseFolders("*")
	if err != nil {
		return err
	}
	for _, rel := range releases {
		for _, folder := range []string{rel.Folder, path.Dir(rel.Folder)} {
			if err := copyInto(r, root, folder, folder == rel.Folder); err != nil {
				return err
			}
		}
	}
	return nil
}

// isOfReleases reports whether a file is in the folder of a release, by its path.
func isOfReleases(r *Repo, file string) bool {
	_, is := r.Releases.FolderIn(strings.Split(file, "/"))
	return is
}

// copyInto copies the files of a folder, with those of folders below where it is deep.
func copyInto(r *Repo, root *os.Root, folder string, deep bool) error {
	return filepath.WalkDir(r.full(folder), func(file string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && !deep && file != r.full(folder) {
			return filepath.SkipDir
		}
		if !d.Type().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(r.Root, file)
		if err != nil {
			return err
		}
		text, err := ReadFile(file)
		if err != nil {
			return err
		}
		return writeInto(root, filepath.ToSlash(name), strings.NewReader(string(text)))
	})
}

func writeInto(root *os.Root, name string, from io.Reader) error {
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	f, err := root.Create(name)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
