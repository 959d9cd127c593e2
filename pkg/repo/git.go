package repo

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// git runs git in the checkout.
func (r *Repo) git(args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = r.Root
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

// Dirty lists those of the files that have uncommitted changes, or that git does not know or ignores. Where it ignores
// a whole folder, that is listed.
func (r *Repo) Dirty(paths []string) ([]string, error) {
	if !r.IsGit() || len(paths) == 0 {
		return nil, nil
	}
	out, err := r.git(append([]string{"status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	var dirty []string
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 {
			dirty = append(dirty, strings.TrimPrefix(entry[3:], r.Folder()))
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

// Branch makes a branch at the current commit and switches to it. back switches back and removes it.
func (r *Repo) Branch(name string) (back func() error, err error) {
	was, err := r.git("symbolic-ref", "--quiet", "--short", "HEAD")
	args := []string{"switch", "--quiet", strings.TrimSpace(was)}
	if err != nil { // no branch is checked out
		if was, err = r.git("rev-parse", "HEAD"); err != nil {
			return nil, err
		}
		args = []string{"switch", "--quiet", "--detach", strings.TrimSpace(was)}
	}
	if _, err := r.git("switch", "--quiet", "--create", name); err != nil {
		return nil, err
	}
	return func() error {
		_, err := r.git(args...)
		if err == nil {
			_, err = r.git("branch", "--quiet", "--delete", "--force", name)
		}
		return err
	}, nil
}

// Commit commits these files, and nothing else that is staged.
func (r *Repo) Commit(message string, paths []string) error {
	_, err := r.git(append([]string{"commit", "--quiet", "--only", "--message", message, "--"}, paths...)...)
	return err
}
