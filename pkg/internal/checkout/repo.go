// Package checkout is a checkout of a repository of releases and clusters on disk: it finds the folders that are asked for, reads
// files, edits their text, and writes all of them or none, with what git has to do with it. Only it and the commands touch files.
package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/packed"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// Repo is a checkout of a repository of releases and clusters.
type Repo struct {
	// Root is the absolute path of the checkout, without symbolic links.
	Root     string
	Releases layout.Release
	Clusters layout.Cluster
	// Progress is told how far long work on many things has come; it may be called from several goroutines at once.
	Progress func(work string, total int, things string) (step func())

	Git      Git
	Branches Branches
	Journal  Journal

	top       string // of the git repository that the checkout is, or is in; "" without git
	gitFolder string // in which that repository keeps its own: .git, or another one in worktrees and submodules

	sparse          func() bool // git is asked once
	releasesLeftOut func() ([]Release, error)
}

// Open finds the checkout that a folder is in: of the folder and those above it, up to the top of its git repository,
// the first one that holds releases, else that top; without git, the folder itself.
func Open(dir string, releases layout.Release, clusters layout.Cluster) (*Repo, error) {
	abs, err := filepath.Abs(dir) // first, since the shell's name of the working directory may lead through a link
	if err != nil {
		return nil, err
	}
	resolved, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return nil, err
	}
	r := &Repo{Root: resolved, Releases: releases, Clusters: clusters, top: gitTop(resolved)}
	r.Git, r.Journal = Git{r}, Journal{r}
	r.Branches = Branches{r.Git}
	r.sparse = sync.OnceValue(func() bool { return isSparse(r) })
	r.releasesLeftOut = sync.OnceValues(func() ([]Release, error) { return releasesLeftOut(r) })
	r.Progress = func(string, int, string) func() { return func() {} }
	for r.top != "" && r.Root != r.top {
		if found, err := r.ReleaseFolders("*"); err == nil && len(found) > 0 {
			break
		}
		r.Root = filepath.Dir(r.Root)
	}
	return r, nil
}

// Name is the slash-separated way from the root of the checkout to a path of the file system.
func (r *Repo) Name(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	if resolved, err := filepath.EvalSymlinks(abs); err == nil {
		abs = resolved
	}
	rel, err := filepath.Rel(r.Root, abs)
	if rel = filepath.ToSlash(rel); err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
		return "", fmt.Errorf("%q is no cluster of the repository; must be below %s", file, r.Root)
	}
	return rel, nil
}

// ClusterAt is the cluster, as installation/cluster, whose folder is at a path below the root. A path that is below such a folder, or that leads to no
// cluster's folder, is an error.
func (r *Repo) ClusterAt(folder string) (string, error) {
	parts := strings.Split(folder, "/")
	where, exact, ok := r.Clusters.Folder(parts)
	name := where.String()
	if where.Installation == "" {
		name = "*/" + name
	}
	if ok {
		found, err := r.ClusterFolders(name)
		if err != nil {
			return "", err
		}
		if ok = slices.Contains(found, folder); !ok && !exact {
			if dir := strings.Join(parts[:where.Depth], "/"); slices.Contains(found, dir) {
				return "", fmt.Errorf("%q is in the folder of the cluster %s; must be the cluster itself: %s", folder, strings.TrimPrefix(name, "*/"), dir)
			}
		}
	}
	if !ok {
		return "", fmt.Errorf("%q is no folder of a cluster; must be such as gauss/peu01 in the checkout", folder)
	}
	return name, nil
}

// resolved is the absolute name of a file behind links; the file itself need not be there. A link that leads from the checkout out of it is an error.
func (r *Repo) resolved(file string) (string, error) {
	given, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	abs := given
	if resolved, err := filepath.EvalSymlinks(given); err == nil {
		abs = resolved
	} else if _, err := os.Lstat(given); err == nil {
		return "", fmt.Errorf("%s: is a link to nothing; must be a file, or not be there", file)
	} else if resolved, err := filepath.EvalSymlinks(filepath.Dir(given)); err == nil {
		abs = filepath.Join(resolved, filepath.Base(given))
	}
	if r.inside(abs) {
		return abs, nil
	}
	for dir := filepath.Dir(given); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if resolved, err := filepath.EvalSymlinks(dir); err == nil && r.inside(resolved) {
			return "", fmt.Errorf("%s: a link leads out of the checkout, to %s; must be a file in it, or be named by its own path", file, abs)
		}
	}
	return abs, nil
}

// inside reports whether an absolute name is of the checkout.
func (r *Repo) inside(abs string) bool {
	rel, err := filepath.Rel(r.Root, abs)
	return err == nil && filepath.IsLocal(rel)
}

// Holds says what a file would be a part of: the folder of a release or of a cluster, or git's own; "" where of none of them. The file
// need not be there.
func (r *Repo) Holds(file string) (string, error) {
	abs, err := r.resolved(file)
	if err != nil {
		return "", err
	}
	if r.Git.IsGit() {
		if err := r.Git.findGitFolder(); err != nil {
			return "", err
		}
		for _, dir := range []string{r.gitFolder, filepath.Join(r.top, ".git")} {
			if inside, err := filepath.Rel(dir, abs); err == nil && filepath.IsLocal(inside) {
				return "git's own folder", nil
			}
		}
	}
	rel, err := filepath.Rel(r.Root, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return "", nil
	}
	rel = filepath.ToSlash(rel)
	if info, err := os.Stat(abs); err == nil && info.IsDir() {
		return "", fmt.Errorf("%s: is a folder; must be a file", file)
	}
	if is, err := isIndex(r, rel); is || err != nil {
		return "the releases that lie beside it", err
	}
	folder := r.FolderOf(rel)
	switch _, isRelease := r.Releases.FolderVars(strings.Split(folder, "/")); {
	case folder == "":
		return "", nil
	case isRelease:
		return "the release " + folder, nil
	case r.isCluster(folder):
		return "the cluster " + folder, nil
	}
	return "", nil
}

// isIndex reports whether a file in JSON lies beside releases, as their index does.
func isIndex(r *Repo, file string) (bool, error) {
	if path.Ext(file) != ".json" {
		return false, nil
	}
	all, err := r.ReleaseFolders("*")
	return slices.ContainsFunc(all, func(rel Release) bool { return path.Dir(rel.Folder) == path.Dir(file) }), err
}

// FolderOf is the folder of the release or the cluster that a file belongs to by its path; "" for none.
func (r *Repo) FolderOf(file string) string {
	parts := strings.Split(file, "/")
	for n := range parts {
		if _, ok := r.Releases.FolderVars(parts[:n]); ok {
			return strings.Join(parts[:n], "/")
		}
	}
	if where, ok := r.Clusters.Match(parts); ok {
		return strings.Join(parts[:where.Depth], "/")
	}
	return ""
}

// isCluster reports whether a folder looks like that of a cluster: it has a base, an overlay or a file of resources.
func (r *Repo) isCluster(folder string) bool {
	entries, err := os.ReadDir(r.full(folder))
	return err == nil && slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.IsDir() && (e.Name() == layout.Base || e.Name() == layout.Overlay) || e.Type().IsRegular() && isYAML(e.Name())
	})
}

// Read reads the YAML and JSON files below folders, by path. Symbolic links are not followed; folders that
// start with a dot are left out.
func (r *Repo) Read(folders ...string) ([]*File, error) {
	var paths []string
	var links []*File
	for _, folder := range folders {
		if !filepath.IsLocal(filepath.FromSlash(folder)) {
			return nil, fmt.Errorf("%s: is outside of the checkout", folder)
		}
		if file := folder + ".yaml"; isBeside(r, file) {
			if info, err := os.Lstat(r.full(file)); err == nil && info.Mode().IsRegular() {
				paths = append(paths, file)
			}
		}
		err := filepath.WalkDir(filepath.Join(r.Root, filepath.FromSlash(folder)), func(file string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			rel, err := filepath.Rel(r.Root, file)
			switch {
			case d.Type()&fs.ModeSymlink != 0:
				if info, err := os.Stat(file); isYAML(file) || err == nil && info.IsDir() {
					links = append(links, &File{Path: filepath.ToSlash(rel), Link: true, Unseen: "is a symbolic link; is not followed, and nothing behind it is upgraded"})
				}
			case d.Type().IsRegular() && isYAML(file):
				paths = append(paths, filepath.ToSlash(rel))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	files, err := readAll(r, paths)
	files = slices.DeleteFunc(files, func(f *File) bool { return f != nil && isBeside(r, f.Path) && !keepKustomizations(f) })
	return append(files, links...), err
}

// plainFiles is how many files are held as they were read; more of them are held packed, with these as a sample.
const plainFiles = 256

// readAll reads files, side by side.
func readAll(r *Repo, paths []string) ([]*File, error) {
	files, errs := make([]*File, len(paths)), make([]error, len(paths))
	step := r.Progress("reading", len(paths), "files")
	read := func(i int) {
		files[i], errs[i] = readFile(r.Root, paths[i])
		step()
	}
	few := min(len(paths), plainFiles)
	parallel.Do(few, read)
	if few < len(paths) {
		like := packed.New(sampleOf(files[:few]))
		parallel.Do(len(paths)-few, func(i int) {
			if read(few + i); files[few+i] != nil {
				files[few+i].pack(like)
			}
		})
	}
	return files, errors.Join(errs...)
}

// sampleOf is what some files hold, as much of it as counts.
func sampleOf(files []*File) []byte {
	var out []byte
	for _, f := range files {
		if f != nil && len(out) < packed.MaxSample {
			out = append(out, f.src...)
		}
	}
	return out
}

// Items are the resources in files, in their order.
func Items(files []*File) []*resource.Item {
	var out []*resource.Item
	for _, f := range files {
		out = append(out, f.Items()...)
	}
	return out
}

func (r *Repo) full(file string) string { return filepath.Join(r.Root, filepath.FromSlash(file)) }
