package checkout

import (
	"slices"
	"strings"
)

// LeftOut are the files of YAML and JSON in folders that git keeps out of the working tree, since the checkout is sparse (https://git-scm.com/docs/git-sparse-checkout). What they say is not known.
// folders is asked for where it is, alone.
func LeftOut(r *Repo, folders func() []string) ([]string, error) {
	if !r.sparse() {
		return nil, nil
	}
	var out []string
	for some := range slices.Chunk(folders(), 1000) { // systems limit the length of a command
		names := make([]string, len(some))
		for i, f := range some {
			names[i] = f + "/"
		}
		listed, err := skipped(r, names)
		if err != nil {
			return nil, err
		}
		out = append(out, listed...)
	}
	return out, nil
}

// ReleasesLeftOut are the releases of which git keeps all out of the working tree, since the checkout is sparse.
func ReleasesLeftOut(r *Repo) ([]Release, error) { return r.releasesLeftOut() }

func releasesLeftOut(r *Repo) ([]Release, error) {
	if !r.sparse() {
		return nil, nil
	}
	files, err := skipped(r, []string{"."})
	if err != nil {
		return nil, err
	}
	there, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, rel := range there {
		seen[rel.Folder] = true
	}
	var out []Release
	for _, file := range files {
		folder := r.FolderOf(file)
		if vars, ok := r.Releases.FolderVars(strings.Split(folder, "/")); ok && !seen[folder] {
			seen[folder] = true
			out = append(out, Release{vars.Get("provider"), vars.Get("version"), folder})
		}
	}
	return out, nil
}

// SparsePatterns are what git sparse-checkout add takes, at the top of the repository, to bring folders of the checkout: their names, or, without cone mode, patterns that go over earlier ones for what is in
// them (https://git-scm.com/docs/git-sparse-checkout#_internalscone_mode_handling).
func SparsePatterns(r *Repo, folders []string) (top string, patterns []string) {
	cone, err := r.Git.git("config", "--type=bool", "--get", "core.sparseCheckoutCone")
	for _, f := range folders {
		p := r.Git.Folder() + f
		if err == nil && strings.TrimSpace(cone) == "false" {
			p = "/" + p + "/**"
		}
		patterns = append(patterns, p)
	}
	return r.top, patterns
}

// InGit are those of some files, named from the top of a git repository, that its index has, whether they are in the working tree or not. Where it cannot be read, there are none.
func InGit(top string, files []string) []string {
	listed, err := Git{&Repo{Root: top}}.git(append([]string{"ls-files", "-z", "--"}, files...)...)
	if err != nil || listed == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00")
}

func isSparse(r *Repo) bool {
	if !r.Git.IsGit() {
		return false
	}
	sparse, err := r.Git.git("config", "--type=bool", "--get", "core.sparseCheckout")
	return err == nil && strings.TrimSpace(sparse) == "true"
}

// skipped are the files of YAML and JSON below names that git does not write into the working tree.
func skipped(r *Repo, names []string) ([]string, error) {
	listed, err := r.Git.git(append([]string{"ls-files", "-t", "-z", "--full-name", "--"}, names...)...)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, line := range strings.Split(listed, "\x00") {
		name, skipped := strings.CutPrefix(line, "S ")
		name = strings.TrimPrefix(name, r.Git.Folder())
		if skipped && isYAML(name) && !hidden(name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// Ignored are those of some files that git leaves out by the patterns of a .gitignore or the like.
func Ignored(r *Repo, files []string) map[string]bool {
	out := map[string]bool{}
	for some := range slices.Chunk(files, 1000) { // systems limit the length of a command
		listed, err := r.Git.git(append([]string{"ls-files", "--others", "--ignored", "--exclude-standard", "-z", "--"}, some...)...)
		if err != nil {
			continue // then they count as any other
		}
		for _, name := range strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00") {
			out[name] = true
		}
	}
	return out
}
