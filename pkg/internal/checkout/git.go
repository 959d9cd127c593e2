package checkout

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
)

// Git is the checkout as git knows it.
type Git struct{ *Repo }

// git runs git in the checkout.
func (r Git) git(args ...string) (string, error) { return r.gitWith("", args...) }

// gitWith runs git with a standard input. Paths are what they are, and no patterns; what the environment says of another repository does not count.
func (r Git) gitWith(stdin string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--literal-pathspecs"}, args...)...)
	cmd.Dir = r.Root
	cmd.Env = slices.DeleteFunc(os.Environ(), isLocalVariable)
	cmd.Stdin = strings.NewReader(stdin)
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		name := args[slices.IndexFunc(args, func(a string) bool { return !strings.HasPrefix(a, "-") })]
		switch text := onOneLine(stderr.String()); {
		case text != "":
			return "", fmt.Errorf("git %s: %s", name, text)
		case name == "commit":
			return "", fmt.Errorf("git commit: %w, without a word: a hook may have refused it", err)
		default:
			return "", fmt.Errorf("git %s: %w", name, err)
		}
	}
	return out.String(), nil
}

// onOneLine is what git says over several lines.
func onOneLine(text string) string {
	var lines []string
	for _, l := range strings.Split(text, "\n") {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			lines = append(lines, l)
		}
	}
	return strings.Join(lines, "; ")
}

// isLocalVariable reports whether a variable of the environment makes git work on another repository than that of its folder, see
// git rev-parse --local-env-vars (https://git-scm.com/docs/git-rev-parse).
func isLocalVariable(entry string) bool {
	name, _, _ := strings.Cut(entry, "=")
	switch name {
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX",
		"GIT_GRAFT_FILE", "GIT_SHALLOW_FILE", "GIT_REPLACE_REF_BASE", "GIT_NO_REPLACE_OBJECTS", "GIT_IMPLICIT_WORK_TREE", "GIT_INTERNAL_SUPER_PREFIX",
		"GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_CEILING_DIRECTORIES":
		return true
	}
	return false
}

// findGitFolder finds the folder in which git keeps its own. A checkout with .git in it for which git finds none is an error: what is committed there would
// not be known.
func (r Git) findGitFolder() error {
	if r.gitFolder != "" {
		return nil
	}
	folder, err := r.git("rev-parse", "--absolute-git-dir")
	if err != nil {
		return fmt.Errorf("%s: holds .git, and git cannot read it: %w", r.top, err)
	}
	r.gitFolder = strings.TrimRight(folder, "\r\n")
	return nil
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

// IsGit reports whether the checkout is one of git.
func (r Git) IsGit() bool { return r.top != "" }

// Folder leads from the top of the git repository to the checkout: "" where they are the same, else such as "fleet/".
func (r Git) Folder() string {
	if r.top == "" || r.top == r.Root {
		return ""
	}
	return filepath.ToSlash(strings.TrimPrefix(r.Root, strings.TrimSuffix(r.top, string(filepath.Separator))+string(filepath.Separator))) + "/"
}

// Dirty lists those of the files that are not as the last commit has them, whatever git's index says of them, or not in it at all.
func (r Git) Dirty(paths []string) ([]string, error) {
	if !r.IsGit() || len(paths) == 0 {
		return nil, nil
	}
	var dirty, here, ask []string
	for _, p := range paths {
		if _, err := os.Lstat(r.full(p)); errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(p, "\n\r") { // git reads names a line each
			dirty = append(dirty, p)
			continue
		}
		here, ask = append(here, p), append(ask, "HEAD:"+r.Folder()+p)
	}
	if len(here) == 0 {
		return dirty, nil
	}
	committed, err := r.gitWith(strings.Join(ask, "\n")+"\n", "cat-file", "--batch-check=%(objectname)")
	if err != nil {
		return nil, err
	}
	var named []string // from the top of the repository, which is where git looks
	for _, p := range here {
		name := r.Folder() + p
		if strings.HasPrefix(name, "\"") { // which git takes for quotes around it
			name = quotePath(name)
		}
		named = append(named, name)
	}
	now, err := r.gitWith(strings.Join(named, "\n")+"\n", "hash-object", "--stdin-paths")
	if err != nil {
		return nil, err
	}
	was, is := strings.Split(committed, "\n"), strings.Split(now, "\n")
	if len(was) < len(here) || len(is) < len(here) {
		return nil, errors.New("git cat-file and git hash-object answered for fewer files than they were asked about")
	}
	for i, p := range here {
		if was[i] != is[i] {
			dirty = append(dirty, p)
		}
	}
	return dirty, nil
}

// Unsaved reports whether git has a file of the checkout in another state than it is in: what is written over it is gone.
func (r Git) Unsaved(file string) (bool, error) {
	abs, err := r.resolved(file)
	if err != nil || !r.inside(abs) || !r.IsGit() {
		return false, err
	}
	rel, err := filepath.Rel(r.Root, abs)
	if err != nil {
		return false, err
	}
	if _, err := os.Lstat(abs); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	rel = filepath.ToSlash(rel)
	if _, err := r.git("ls-files", "--error-unmatch", "--", r.full(rel)); err != nil { // git does not know it
		return false, nil
	}
	dirty, err := r.Dirty([]string{rel})
	return len(dirty) > 0, err
}

// Elsewhere is the folder of another git repository, such as a submodule, that a file of the checkout is in; "" where it is in none.
func (r Git) Elsewhere(file string) string {
	for dir := path.Dir(file); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(r.full(dir), ".git")); err == nil {
			return dir
		}
	}
	return ""
}

// madeBy is the setting of a branch that this program made: the commit that it started from.
const madeBy = "apply-release-start"

// CheckBranch says what keeps a branch of this name from being made.
func (r Git) CheckBranch(name string) error {
	if !r.IsGit() {
		return errors.New("--branch and --commit need a git repository")
	}
	if _, err := r.git("check-ref-format", "--branch", name); err != nil || name == "" {
		return fmt.Errorf("%q is no name for a branch", name)
	}
	if _, err := r.git("rev-parse", "--verify", "--quiet", "refs/heads/"+name); err == nil {
		return fmt.Errorf("the branch %q exists; must be a new one", name)
	}
	return nil
}

// CheckStart says whether a new branch would start from one that this program made, and so have its changes, too.
func (r Git) CheckStart() error {
	commit, now, err := r.head()
	if err != nil {
		return err
	}
	names := now
	if now == commit { // on no branch
		if names, err = r.git("for-each-ref", "--points-at", commit, "--format=%(refname:short)", "refs/heads"); err != nil {
			return err
		}
	}
	own := ""
	for _, name := range strings.Fields(names) {
		if _, err := r.git("config", "--local", "--get", "branch."+name+"."+madeBy); err != nil {
			return nil // somebody's own, as where the upgrade was merged
		}
		own = name
	}
	if own == "" {
		return nil
	}
	return fmt.Errorf("the checkout is on the branch %q, which an upgrade made: the new branch would have its changes, too; must be on another one first, such as by git switch main", own)
}

// CheckIndex says what keeps git from making a commit or a branch: another git that works on the index, or one that was killed while it did; a merge that
// has not ended. A git that is at work is waited for.
func (r Git) CheckIndex() error {
	if err := r.findGitFolder(); err != nil {
		return err
	}
	lock := filepath.Join(r.gitFolder, "index.lock")
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		if _, err := os.Lstat(lock); errors.Is(err, fs.ErrNotExist) {
			break
		}
		if wait > 2*time.Second {
			return fmt.Errorf("%s: another git works on the checkout, or was killed while it did; must end, or the file be removed where no git runs", lock)
		}
		time.Sleep(wait)
	}
	for _, name := range []string{"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"} {
		if _, err := os.Lstat(filepath.Join(r.gitFolder, name)); err == nil {
			return fmt.Errorf("%s: a merge, rebase, cherry-pick or revert has not ended; must end before anything is committed", filepath.Join(r.gitFolder, name))
		}
	}
	return nil
}

// Head is the commit that is checked out, in short; "" for none.
func (r Git) Head() string {
	out, err := r.git("rev-parse", "--short", "HEAD")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// head is the commit that is checked out, and its branch, or the commit again where it is on none.
func (r Git) head() (commit, branch string, err error) {
	if commit, err = r.git("rev-parse", "--verify", "HEAD^{commit}"); err != nil {
		return "", "", errors.New("the git repository has no commit yet; must have one to make a branch or another commit")
	}
	commit = strings.TrimSpace(commit)
	if branch, err = r.git("symbolic-ref", "--quiet", "--short", "HEAD"); err != nil {
		return commit, commit, nil
	}
	return commit, strings.TrimSpace(branch), nil
}

func (r Git) makeBranch(j journal) error {
	if _, err := r.git("switch", "--quiet", "--create", j.Branch); err != nil {
		return err
	}
	_, err := r.git("config", "--local", "branch."+j.Branch+"."+madeBy, j.Head)
	return err
}

// dropBranch removes the branch of a write, and switches back, where it has no commits of its own.
func (r Git) dropBranch(j journal) error {
	if j.Branch == "" {
		return nil
	}
	at, err := r.git("rev-parse", "--verify", "--quiet", "refs/heads/"+j.Branch)
	if err != nil || strings.TrimSpace(at) != j.Head {
		return nil // it was not made, or is in use
	}
	if err := r.CheckIndex(); err != nil {
		return err
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

// index is git's index as it was before a commit.
type index struct {
	file    string // "" where nothing is to be restored
	content []byte
}

func (r Git) readIndex(commits bool) (index, error) {
	if !commits || !r.IsGit() {
		return index{}, nil
	}
	if err := r.findGitFolder(); err != nil {
		return index{}, err
	}
	file := filepath.Join(r.gitFolder, "index")
	content, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return index{}, nil
	}
	return index{file, content}, err
}

// restore puts the index back where it is not as it was.
func (x index) restore() error {
	if x.file == "" {
		return nil
	}
	if now, err := os.ReadFile(x.file); err == nil && bytes.Equal(now, x.content) {
		return nil
	}
	root, err := os.OpenRoot(filepath.Dir(x.file))
	if err != nil {
		return err
	}
	return errors.Join(folder{root}.replace(filepath.Base(x.file), x.content, 0o644), root.Close())
}

// commit commits files, new ones and others, and nothing else that is staged.
func (r Git) commit(message string, changes []plan.File) error {
	listed, err := r.git("ls-files", "-z")
	if err != nil {
		return err
	}
	tracked := map[string]bool{}
	for _, name := range strings.Split(listed, "\x00") {
		tracked[name] = true
	}
	var all, created []string
	for _, c := range changes {
		if c.New == nil && !tracked[c.Path] { // which git does not miss
			continue
		}
		all = append(all, c.Path)
		if c.New != nil && !tracked[c.Path] { // a new one, or one that was there without git knowing
			created = append(created, c.Path)
		}
	}
	if len(created) > 0 {
		if _, err := r.gitWith(strings.Join(created, "\x00"), "add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
			return err
		}
	}
	dir, err := r.Journal.state()
	if err != nil {
		return err
	}
	const list = "paths"
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	err = folder{root}.replace(list, []byte(strings.Join(all, "\x00")), 0o600)
	if err := errors.Join(err, root.Close()); err != nil {
		return err
	}
	// the message comes on standard input: systems limit the length of a command
	paths := "--pathspec-from-file=" + filepath.Join(dir, list)
	if _, err := r.gitWith(message, "commit", "--quiet", "--only", "--cleanup=verbatim", "--file=-", paths, "--pathspec-file-nul"); err != nil {
		return err
	}
	if committed, err := r.git("show", "--name-only", "--relative", "--format=", "-z", "HEAD"); err == nil { // a hook may have added to the commit alone what the index must have, too
		_, _ = r.gitWith(committed, "reset", "--quiet", "--pathspec-from-file=-", "--pathspec-file-nul")
	}
	return nil
}
