package checkout

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
)

// ClusterFolders lists the folders of the clusters that fit a pattern installation/cluster. Only the folders
// on the way are read. What is in the folder of a release, or has one in it, is none.
func (r *Repo) ClusterFolders(pattern string) ([]string, error) {
	out, err := FoldersOfEach(r, []string{pattern})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// FoldersOfEach lists for each of several patterns what [Repo.ClusterFolders] lists, and looks for releases once.
func FoldersOfEach(r *Repo, patterns []string) ([][]string, error) {
	releases, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	find := newFinder(r, releases)
	out := make([][]string, len(patterns))
	for n, pattern := range patterns {
		if out[n], err = find.folders(pattern); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// finder finds the folders of clusters, with those of releases at hand, which are none.
type finder struct {
	*Repo
	releases, around map[string]bool // the folders of releases, and those that they are in
}

func newFinder(r *Repo, releases []Release) finder {
	f := finder{r, map[string]bool{}, map[string]bool{}}
	for _, rel := range releases {
		f.releases[rel.Folder] = true
		for dir := path.Dir(rel.Folder); dir != "." && !f.around[dir]; dir = path.Dir(dir) {
			f.around[dir] = true
		}
	}
	return f
}

func (f finder) folders(pattern string) ([]string, error) {
	installation, cluster, found := strings.Cut(pattern, "/")
	if !found {
		installation, cluster = "*", pattern
	}
	var out []string
	seen := map[string]bool{}
	for _, template := range f.Clusters.Folders() {
		folders, err := f.expand(template, map[string]string{"installation": installation, "cluster": cluster})
		if err != nil {
			return nil, err
		}
		for _, dir := range folders {
			where, exact, ok := f.Clusters.Folder(strings.Split(dir, "/"))
			is := ok && exact && !isLayer(where.Cluster) && layout.Glob(cluster, where.Cluster) && (where.Installation == "" || layout.Glob(installation, where.Installation))
			if is && !seen[dir] && !f.isTaken(dir) {
				seen[dir] = true
				out = append(out, dir)
			}
		}
	}
	return out, nil
}

// isLayer reports whether a folder's name is that of a layer, and so none of a cluster.
func isLayer(name string) bool { return name == layout.Base || name == layout.Overlay }

// isTaken reports whether a folder is that of a release, in one, or around one.
func (f finder) isTaken(folder string) bool {
	if f.around[folder] {
		return true
	}
	for dir := folder; dir != "."; dir = path.Dir(dir) {
		if f.releases[dir] {
			return true
		}
	}
	return false
}

// ClusterNames lists the clusters that fit a pattern as [Repo.ClusterFolders] does, as installation/cluster.
func (r *Repo) ClusterNames(pattern string) ([]string, error) {
	folders, err := r.ClusterFolders(pattern)
	return NamesOf(r, folders), err
}

// NamesOf are the clusters of folders, as installation/cluster, sorted.
func NamesOf(r *Repo, folders []string) []string {
	var out []string
	for _, f := range folders {
		where, _, _ := r.Clusters.Folder(strings.Split(f, "/"))
		out = append(out, where.String())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Below is the folder right in the checkout that holds releases and clusters while the checkout has no releases: whoever calls from above likely means that one. "" for none.
func Below(r *Repo) string {
	own, err := r.ReleaseFolders("*")
	if err != nil || len(own) > 0 {
		return ""
	}
	names, err := r.names("", "*")
	if err != nil {
		return ""
	}
	for _, name := range names {
		sub := &Repo{Root: r.full(name), Releases: r.Releases, Clusters: r.Clusters}
		releases, err := sub.ReleaseFolders("*")
		if err != nil || len(releases) == 0 {
			continue
		}
		if clusters, err := sub.ClusterFolders("*/*"); err == nil && len(clusters) > 0 {
			return name
		}
	}
	return ""
}

// TooHigh are the folders right in the checkout that have a base, while the layout has clusters deeper down: they are no clusters.
func TooHigh(r *Repo) ([]string, error) {
	names, err := r.names("", "*")
	if err != nil {
		return nil, err
	}
	releases, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	find := newFinder(r, releases)
	return slices.DeleteFunc(names, func(name string) bool {
		_, exact, ok := r.Clusters.Folder([]string{name})
		return ok && exact || find.isTaken(name) || !r.isCluster(path.Join(name, layout.Base))
	}), nil
}

// Release is a release's place in the checkout.
type Release struct {
	Provider string
	Version  string
	Folder   string
}

// ReleaseFolders lists the folders of the releases of a provider, or of all where it is "*".
func (r *Repo) ReleaseFolders(provider string) ([]Release, error) {
	var out []Release
	for _, template := range r.Releases.Folders() {
		folders, err := r.expand(template, map[string]string{"provider": provider})
		if err != nil {
			return nil, err
		}
		for _, f := range folders {
			vars, ok := r.Releases.FolderVars(strings.Split(f, "/"))
			if ok && !slices.ContainsFunc(out, func(other Release) bool { return other.Folder == f }) {
				out = append(out, Release{vars.Get("provider"), vars.Get("version"), f})
			}
		}
	}
	return out, nil
}

// Text is a file that is read for what it says, rather than for its resources.
type Text struct {
	Path string
	Src  []byte
}

// ReadBeside reads the files of a name that stand beside the folders of a provider's releases: one for each place that releases lie in, none where there is none.
func (r *Repo) ReadBeside(provider, name string) ([]Text, error) {
	folders, err := r.ReleaseFolders(provider)
	if err != nil {
		return nil, err
	}
	var out []Text
	seen := map[string]bool{}
	for _, f := range folders {
		file := path.Join(path.Dir(f.Folder), name)
		if seen[file] {
			continue
		}
		seen[file] = true
		text, err := r.ReadText(file)
		if err != nil {
			return nil, err
		}
		if text != nil {
			out = append(out, *text)
		}
	}
	return out, nil
}

// ReadText reads a file of the checkout, without following a link; nil where there is none.
func (r *Repo) ReadText(file string) (*Text, error) {
	src, _, err := r.Journal.read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &Text{file, src}, nil
}

// variables are those of a template's segment.
var variables = regexp.MustCompile(`\{[A-Za-z0-9_-]+\}`)

// expand lists the folders that fit a template of path segments, with globs for its variables, any text where none is given.
func (r *Repo) expand(template []string, globs map[string]string) ([]string, error) {
	found := []string{""}
	for _, segment := range template {
		glob := variables.ReplaceAllStringFunc(segment, func(name string) string {
			if g := globs[strings.Trim(name, "{}")]; g != "" {
				return g
			}
			return "*"
		})
		var next []string
		for _, dir := range found {
			if segment == "**" {
				below, err := r.below(dir)
				if err != nil {
					return nil, err
				}
				next = append(next, below...)
				continue
			}
			names, err := r.names(dir, glob)
			if err != nil {
				return nil, err
			}
			for _, name := range names {
				next = append(next, strings.TrimPrefix(dir+"/"+name, "/"))
			}
		}
		found = next
	}
	return found, nil
}

// below are a folder and all folders below it, but those that start with a dot.
func (r *Repo) below(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(r.full(dir), func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case strings.HasPrefix(d.Name(), ".") && file != r.full(dir):
			return fs.SkipDir
		}
		rel, err := filepath.Rel(r.Root, file)
		out = append(out, strings.TrimPrefix(filepath.ToSlash(rel), "."))
		return err
	})
	return out, err
}

// names are the folders in a folder that fit a glob; a name that is none is looked up alone. Those that start with a dot are left out: . and .. are no names.
func (r *Repo) names(dir, glob string) ([]string, error) {
	if strings.HasPrefix(glob, ".") {
		return nil, nil
	}
	full := filepath.Join(r.Root, filepath.FromSlash(dir))
	if !layout.IsGlob(glob) {
		info, err := os.Lstat(filepath.Join(full, glob))
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.IsDir() {
			return nil, nil
		}
		return []string{glob}, err
	}
	entries, err := os.ReadDir(full)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && layout.Glob(glob, e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out, nil
}
