package checkout

import (
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// BranchOf is the branch that is checked out, "" for none; upstream reports whether it follows one of a remote.
func BranchOf(r *Repo) (name string, upstream bool) {
	text, err := r.Git.git("symbolic-ref", "--short", "--quiet", "HEAD")
	if name = strings.TrimRight(text, "\r\n"); err != nil || name == "" {
		return "", false
	}
	of, err := r.Git.git("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")
	return name, err == nil && strings.HasSuffix(strings.TrimSpace(of), "/"+name) // git pushes to no branch of another name
}

// PushRemote is the remote that new branches are pushed to (https://git-scm.com/docs/git-config#Documentation/git-config.txt-remotepushDefault): what git's configuration says, else that of the branch that is
// checked out, else the only one there is, else origin.
func PushRemote(r *Repo) string {
	branch, _ := BranchOf(r)
	for _, key := range []string{"branch." + branch + ".pushRemote", "remote.pushDefault"} {
		if text, err := r.Git.git("config", key); err == nil {
			return strings.TrimSpace(text)
		}
	}
	text, err := r.Git.git("remote")
	all := strings.Fields(text)
	if err != nil {
		return "origin"
	}
	has := map[string]bool{}
	for _, name := range all {
		has[name] = true
	}
	if branch != "" {
		if text, err := r.Git.git("config", "branch."+branch+".remote"); err == nil && has[strings.TrimSpace(text)] {
			return strings.TrimSpace(text)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return "origin"
}

// OtherRecord is the name of a file in the checkout, or above it in the git repository, that a commit has otherwise, has alone, or has not; "" for none.
func OtherRecord(r *Repo, commit, name string) string {
	parts := strings.Split(strings.TrimSuffix(r.Git.Folder(), "/"), "/")
	for n := range len(parts) + 1 {
		at := path.Join(append(slices.Clone(parts[:n]), name)...)
		was, errWas := r.Git.git("rev-parse", "--verify", "--quiet", commit+":"+at)
		is, errIs := r.Git.git("hash-object", "--", filepath.Join(r.top, filepath.FromSlash(at)))
		if (errWas == nil) != (errIs == nil) || errWas == nil && strings.TrimSpace(was) != strings.TrimSpace(is) {
			return at
		}
	}
	return ""
}

// IsShallow reports whether the history of the repository is cut off (https://git-scm.com/docs/shallow).
func IsShallow(r *Repo) bool {
	text, err := r.Git.git("rev-parse", "--is-shallow-repository")
	return err == nil && strings.TrimSpace(text) == "true"
}
