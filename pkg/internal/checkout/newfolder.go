package checkout

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
)

// ParseFile reads the documents of a file that is not on disk.
func ParseFile(name string, src []byte) *File { return parseFile(name, src) }

// ReadTexts reads the files below a folder of the file system, named by their slash-separated paths from it. Files and folders that start with a dot, and what is about the folder, in Markdown, are left out; a link is an error.
func ReadTexts(dir string) ([]Text, error) {
	var out []Text
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != dir:
			return fs.SkipDir
		case d.Type()&fs.ModeSymlink != 0:
			return fmt.Errorf("%s: %w", file, errLink)
		case !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") || path.Ext(d.Name()) == ".md":
			return nil
		}
		src, err := ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		out = append(out, Text{filepath.ToSlash(rel), src})
		return err
	})
	if err == nil && len(out) == 0 {
		err = fmt.Errorf("%s: has no files", dir)
	}
	return out, err
}

// WriteCluster writes the folder of a new cluster, with branch and commit as [Journal.Write] does. The folder appears as a whole, or not at all; one that is there already is an error.
func (r Journal) WriteCluster(ctx context.Context, folder string, files []plan.File, w Writing) error {
	var texts []Text
	for _, f := range files {
		rest, inside := strings.CutPrefix(f.Path, folder+"/")
		where, ok := r.Clusters.Match(strings.Split(f.Path, "/"))
		if !inside || !ok || strings.Join(strings.Split(f.Path, "/")[:where.Depth], "/") != folder {
			return fmt.Errorf("%s: is no file of the cluster in %s", f.Path, folder)
		}
		texts = append(texts, Text{rest, f.New})
	}
	j, index, err := begin(r, w)
	if err != nil {
		return err
	}
	j.Created = folder
	if err := r.stage(files, &j); err != nil { // the next run undoes what this one does not end
		return errors.Join(err, r.forget())
	}
	made, err := writeFolder(r.Repo, folder, texts)
	if err != nil {
		return errors.Join(err, r.forget())
	}
	if err = r.finish(ctx, files, j, w); err == nil {
		return end(r)
	}
	if w.Undo != nil {
		err = errors.Join(err, w.Undo())
	}
	undo := errors.Join(removeFolder(r.Repo, made), index.restore())
	if undo == nil {
		undo = r.Git.dropBranch(j)
	}
	if undo == nil {
		undo = r.forget()
	}
	if undo != nil {
		return errors.Join(ErrHalf, err, undo)
	}
	return err
}

// writeFolder writes a folder that is not there yet, with its files, in one step. made is the first folder on the way that was not there.
func writeFolder(r *Repo, folder string, files []Text) (made string, err error) {
	parts := strings.Split(folder, "/")
	at := 0 // how many of the folders are there
	for ; at < len(parts); at++ {
		info, err := os.Lstat(r.full(strings.Join(parts[:at+1], "/")))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return "", err
		}
		if at == len(parts)-1 || !info.IsDir() {
			return "", fmt.Errorf("%s: is there already. Remove it first, or take another name", strings.Join(parts[:at+1], "/"))
		}
	}
	above := "."
	if at > 0 {
		above = strings.Join(parts[:at], "/")
	}
	parent, err := r.open(above)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, parent.Close()) }()
	unready := unfinished(parts[at])
	if err := parent.RemoveAll(unready); err != nil {
		return "", err
	}
	for _, f := range files {
		file := path.Join(append([]string{unready}, append(parts[at+1:len(parts):len(parts)], f.Path)...)...)
		if !filepath.IsLocal(f.Path) {
			return "", fmt.Errorf("%s: leads out of %s", f.Path, folder)
		}
		if err := parent.MkdirAll(path.Dir(file), 0o755); err != nil {
			return "", errors.Join(err, parent.RemoveAll(unready))
		}
		if err := parent.WriteFile(file, f.Src, 0o644); err != nil {
			return "", errors.Join(err, parent.RemoveAll(unready))
		}
	}
	if err := parent.Rename(unready, parts[at]); err != nil {
		return "", errors.Join(err, parent.RemoveAll(unready))
	}
	return strings.Join(parts[:at+1], "/"), nil
}

// removeEmpty removes the folders below one that are empty, and it, and those above it up to the root where they are.
func removeEmpty(r *Repo, folder string) error {
	var dirs []string
	err := filepath.WalkDir(r.full(folder), func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, file)
		}
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for dir := path.Dir(folder); dir != "."; dir = path.Dir(dir) {
		dirs = append([]string{r.full(dir)}, dirs...)
	}
	for n := len(dirs) - 1; n >= 0; n-- {
		if entries, err := os.ReadDir(dirs[n]); err != nil || len(entries) > 0 {
			continue
		}
		err = errors.Join(err, os.Remove(dirs[n]))
	}
	return err
}

// removeFolder removes a folder that writeFolder made.
func removeFolder(r *Repo, made string) error {
	parent, err := r.open(path.Dir(made))
	if err != nil {
		return err
	}
	return errors.Join(parent.RemoveAll(path.Base(made)), parent.Close())
}

// finish does what follows once files are written: the branch, what else is to be done, the commit.
func (r Journal) finish(ctx context.Context, changes []plan.File, j journal, w Writing) error {
	if j.Branch != "" {
		if err := r.Git.makeBranch(j); err != nil {
			return err
		}
	}
	if w.Also != nil {
		if err := w.Also(); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if w.Message == "" || len(changes) == 0 {
		return nil
	}
	return r.Git.commit(w.Message, changes)
}
