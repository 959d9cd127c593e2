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

// IsGit tells whether the checkout is one of git.
func (r *Repo) IsGit() bool {
	_, err := os.Lstat(filepath.Join(r.Root, ".git"))
	return err == nil
}

// Dirty lists those of the files that have uncommitted changes, or that git does not know.
func (r *Repo) Dirty(paths []string) ([]string, error) {
	if !r.IsGit() || len(paths) == 0 {
		return nil, nil
	}
	out, err := r.git(append([]string{"status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	var dirty []string
	for _, entry := range strings.Split(out, "\x00") {
		if len(entry) > 3 {
			dirty = append(dirty, entry[3:])
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

// Branch makes a branch at the current commit and switches to it.
func (r *Repo) Branch(name string) error {
	_, err := r.git("switch", "--quiet", "--create", name)
	return err
}

// Commit commits these files, and nothing else that is staged.
func (r *Repo) Commit(message string, paths []string) error {
	_, err := r.git(append([]string{"commit", "--quiet", "--only", "--message", message, "--"}, paths...)...)
	return err
}
