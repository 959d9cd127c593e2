package checkout

import (
	"slices"
	"strings"
)

// LeftOut are the files of YAML and JSON in folders that git keeps out of the working tree, since the checkout is sparse (https://git-scm.com/docs/git-sparse-checkout). What they say is not known.
// folders is asked for where it is, alone.
func LeftOut(r *Repo, folders func() []string) ([]string, error) {
	if !r.Git.IsGit() {
		return nil, nil
	}
	if sparse, err := r.Git.git("config", "--type=bool", "--get", "core.sparseCheckout"); err != nil || strings.TrimSpace(sparse) != "true" {
		return nil, nil
	}
	var out []string
	for some := range slices.Chunk(folders(), 1000) { // systems limit the length of a command
		args := []string{"--literal-pathspecs", "ls-files", "-t", "-z", "--full-name", "--"}
		for _, f := range some {
			args = append(args, f+"/")
		}
		listed, err := r.Git.git(args...)
		if err != nil {
			return nil, err
		}
		for _, line := range strings.Split(listed, "\x00") {
			name, skipped := strings.CutPrefix(line, "S ")
			name = strings.TrimPrefix(name, r.Git.Folder())
			if skipped && isYAML(name) && !hidden(name) {
				out = append(out, name)
			}
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
