package repo

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// git runs git in the checkout.
func (r *Repo) git(args ...string) (string, error) { return r.gitWith("", args...) }

func (r *Repo) gitWith(stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Root
	cmd.Stdin = strings.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return "", fmt.Errorf("git %s: %s", args[0], strings.ReplaceAll(text, "\n", "; "))
		}
		return "", fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.String(), nil
}

// gitTop is the nearest folder, from one upwards, that holds .git; "" where none does.
func gitTop(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// IsGit tells whether the checkout is one of git.
func (r *Repo) IsGit() bool { return r.top != "" }

// Folder leads from the top of the git repository to the checkout: "" where they are the same, else such as "fleet/".
func (r *Repo) Folder() string {
	if r.top == "" || r.top == r.Root {
		return ""
	}
	return filepath.ToSlash(strings.TrimPrefix(r.Root, strings.TrimSuffix(r.top, string(filepath.Separator))+string(filepath.Separator))) + "/"
}

// longArguments is from how many bytes of paths on git is not given them: systems limit the length of a command.
const longArguments = 100_000

// Dirty lists those of the files that have uncommitted changes, or that git does not know or ignores. Where it ignores
// a whole folder, that is listed.
func (r *Repo) Dirty(paths []string) ([]string, error) {
	if !r.IsGit() || len(paths) == 0 {
		return nil, nil
	}
	args := []string{"status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--"}
	if len(strings.Join(paths, " ")) < longArguments {
		args = append(args, paths...)
	}
	out, err := r.git(args...)
	if err != nil {
		return nil, err
	}
	asked := map[string]bool{}
	for _, p := range paths {
		for asked[p] = true; path.Dir(p) != "."; { // with the folders that they are in
			p = path.Dir(p)
			asked[p+"/"] = true
		}
	}
	var dirty []string
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 {
			if name := strings.TrimPrefix(entry[3:], r.Folder()); asked[name] {
				dirty = append(dirty, name)
			}
		}
	}
	return dirty, nil
}

// CheckBranch says what keeps a branch of this name from being made.
func (r *Repo) CheckBranch(name string) error {
	if !r.IsGit() {
		return errors.New("--branch and --commit need a git repository")
	}
	if _, err := r.git("check-ref-format", "--branch", name); err != nil {
		return fmt.Errorf("%q is no name for a branch", name)
	}
	if _, err := r.git("rev-parse", "--verify", "--quiet", "refs/heads/"+name); err == nil {
		return fmt.Errorf("the branch %q exists; must be a new one", name)
	}
	return nil
}

// head is the commit that is checked out, and its branch, or the commit again where it is on none.
func (r *Repo) head() (commit, branch string, err error) {
	if commit, err = r.git("rev-parse", "HEAD"); err != nil {
		return "", "", err
	}
	commit = strings.TrimSpace(commit)
	if branch, err = r.git("symbolic-ref", "--quiet", "--short", "HEAD"); err != nil {
		return commit, commit, nil
	}
	return commit, strings.TrimSpace(branch), nil
}

// dropBranch removes the branch of a write, and switches back, where it has no commits of its own.
func (r *Repo) dropBranch(j journal) error {
	if j.Branch == "" {
		return nil
	}
	at, err := r.git("rev-parse", "--verify", "--quiet", "refs/heads/"+j.Branch)
	if err != nil || strings.TrimSpace(at) != j.Head {
		return nil // it was not made, or is in use
	}
	if _, now, err := r.head(); err != nil {
		return err
	} else if now == j.Branch {
		args := []string{"switch", "--quiet", j.Was}
		if j.Was == j.Head {
			args = []string{"switch", "--quiet", "--detach", j.Was}
		}
		_, err := r.git(args...)
		if _, now, _ := r.head(); now != j.Was { // a hook may have failed, which keeps nobody from switching
			return err
		}
	}
	_, err = r.git("branch", "--quiet", "--delete", "--force", j.Branch)
	return err
}

// Commit commits these files, new ones and others, and nothing else that is staged.
func (r *Repo) Commit(message string, paths []string) error {
	list := strings.Join(paths, "\x00")
	var here []string // git takes no file to be added that is gone
	for _, p := range paths {
		if _, err := os.Lstat(r.full(p)); err == nil {
			here = append(here, p)
		}
	}
	if len(here) > 0 {
		if _, err := r.gitWith(strings.Join(here, "\x00"), "add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
			return err
		}
	}
	_, err := r.gitWith(list, "commit", "--quiet", "--only", "--message", message, "--pathspec-from-file=-", "--pathspec-file-nul")
	return err
}
