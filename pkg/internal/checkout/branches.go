package checkout

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
)

// Branches are made without the working tree.
type Branches struct{ Git }

// Branch is a branch of one commit, made without the working tree.
type Branch struct {
	Name, Message string
	Files         []plan.File
}

// Made is a branch that was made.
type Made struct {
	Name, Commit string // the commit in short
	// Updated says that the branch was there, of an earlier run; Same, that it is as it was; Pushed, that a remote has one of that name.
	Updated, Same, Pushed bool
}

// madeTip is the setting of a branch that this program made: the commit that it made.
const madeTip = "apply-release-tip"

// link is the mode of symbolic links in git.
const link = "120000"

// Base is the commit that a reference names, "" for the one that is checked out.
func (r Branches) Base(ref string) (string, error) {
	if ref == "" {
		ref = "HEAD"
	}
	if strings.HasPrefix(ref, "-") {
		return "", fmt.Errorf("--base %q is no branch or commit", ref)
	}
	out, err := r.git("rev-parse", "--verify", "--quiet", ref+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("--base %s: there is no such branch or commit", ref)
	}
	return strings.TrimSpace(out), nil
}

// Differing are the files in folders that are not what a commit has, as git would commit them, or of which one has what the other has not. What is none of YAML or JSON does not count.
func (r Branches) Differing(commit string, folders []string, files []*File) ([]string, error) {
	list := []string{"ls-tree", "-r", "-z", "--full-name", commit, "--"}
	for _, f := range folders {
		list = append(list, f+"/")
	}
	for _, f := range files {
		if isBeside(r.Repo, f.Path) {
			list = append(list, f.Path)
		}
	}
	out, err := r.git(list...)
	if err != nil {
		return nil, err
	}
	there := map[string]string{} // the object of a file
	for _, line := range strings.Split(strings.TrimSuffix(out, "\x00"), "\x00") {
		meta, name, found := strings.Cut(line, "\t")
		fields := strings.Fields(meta)
		name = strings.TrimPrefix(name, r.Folder())
		if found && len(fields) == 3 && fields[1] == "blob" && fields[0] != link && isYAML(name) && !hidden(name) {
			there[name] = fields[2]
		}
	}
	var named []string
	var differing []string
	for _, f := range files {
		if f.Link { // which nothing is read through
			continue
		}
		if strings.ContainsAny(f.Path, "\n\r") { // git reads names a line each
			differing = append(differing, f.Path)
			continue
		}
		named = append(named, f.Path)
	}
	var absolute []string
	for _, f := range named {
		absolute = append(absolute, r.full(f))
	}
	now, err := r.gitWith(strings.Join(absolute, "\n")+"\n", "hash-object", "--stdin-paths")
	if err != nil {
		return nil, err
	}
	objects := strings.Split(now, "\n")
	if len(objects) < len(named) {
		return nil, errors.New("git hash-object answered for fewer files than it was asked about")
	}
	for n, f := range named {
		if there[f] != objects[n] {
			differing = append(differing, f)
		}
		delete(there, f)
	}
	for f := range there {
		differing = append(differing, f)
	}
	slices.Sort(differing)
	return differing, nil
}

// hidden reports whether a path leads through a folder that starts with a dot, which is not read.
func hidden(path string) bool { return strings.Contains("/"+path, "/.") }

// own reports whether a branch is as this program made it; ok is false where there is none of that name.
func (r Branches) own(name string) (tip string, own, ok bool) {
	out, err := r.git("rev-parse", "--verify", "--quiet", "refs/heads/"+name)
	if err != nil {
		return "", false, false
	}
	tip = strings.TrimSpace(out)
	made, err := r.git("config", "--local", "--get", "branch."+name+"."+madeTip)
	return tip, err == nil && strings.TrimSpace(made) == tip, true
}

// CanUpdate reports whether a branch is one that this program made, that nobody has committed to since, and that is not checked out: it can be made anew.
func (r Branches) CanUpdate(name string) bool {
	_, own, ok := r.own(name)
	if !ok || !own {
		return false
	}
	where, err := r.git("for-each-ref", "--format=%(worktreepath)", "refs/heads/"+name) // of any worktree
	return err == nil && strings.TrimSpace(where) == ""
}

// CheckName says what keeps a branch of this name from being made without the working tree: one that is there, unless this program made it and nobody has committed to it since.
func (r Branches) CheckName(name string) error {
	if _, err := r.git("check-ref-format", "--branch", name); err != nil || name == "" {
		return fmt.Errorf("%q is no name for a branch", name)
	}
	if _, _, ok := r.own(name); ok && !r.CanUpdate(name) {
		return fmt.Errorf("the branch %q exists, and is checked out or has other commits than those of an upgrade. Take another name, or remove it", name)
	}
	return nil
}

// Make makes branches of one commit each on top of another commit: all of them or none. The working tree, the index and what is checked out stay as they are, and no hooks
// run. A branch that this program made before is made anew.
func (r Branches) Make(base string, branches []Branch) ([]Made, error) {
	identity, err := r.identity()
	if err != nil {
		return nil, err
	}
	var in strings.Builder
	temporary := func(n int) string { return fmt.Sprintf("refs/apply-release/%d", n) }
	for n, b := range branches {
		if err := r.importCommit(&in, temporary(n), base, identity, b); err != nil {
			return nil, err
		}
	}
	in.WriteString("done\n")
	defer func() {
		for n := range branches {
			_, _ = r.git("update-ref", "-d", temporary(n)) // what remains of it is in nobody's way
		}
	}()
	if _, err := r.gitWith(in.String(), "fast-import", "--quiet", "--done", "--force"); err != nil {
		return nil, err
	}
	commits := make([]string, len(branches))
	for n, b := range branches {
		if commits[n], err = r.signed(temporary(n), base, b.Message); err != nil {
			return nil, err
		}
	}
	return r.pointTo(base, branches, commits)
}

// pointTo makes the branches in one transaction of git.
func (r Branches) pointTo(base string, branches []Branch, commits []string) ([]Made, error) {
	out := make([]Made, len(branches))
	transaction := "start\n"
	for n, b := range branches {
		tip, _, ok := r.own(b.Name)
		out[n] = Made{Name: b.Name, Commit: commits[n], Updated: ok}
		if ok && r.isSame(tip, commits[n]) {
			out[n].Commit, out[n].Same = tip, true
			continue
		}
		if !ok {
			tip = strings.Repeat("0", len(commits[n]))
		}
		transaction += fmt.Sprintf("update refs/heads/%s %s %s\n", b.Name, commits[n], tip)
	}
	if _, err := r.gitWith(transaction+"prepare\ncommit\n", "update-ref", "--stdin"); err != nil {
		return nil, err
	}
	for n := range out {
		for key, value := range map[string]string{madeBy: base, madeTip: out[n].Commit} {
			if _, err := r.git("config", "--local", "branch."+out[n].Name+"."+key, value); err != nil {
				return nil, err
			}
		}
		remotes, err := r.git("for-each-ref", "--format=%(refname)", "refs/remotes/*/"+out[n].Name)
		out[n].Pushed = err == nil && strings.TrimSpace(remotes) != ""
		if short, err := r.git("rev-parse", "--short", out[n].Commit); err == nil {
			out[n].Commit = strings.TrimSpace(short)
		}
	}
	return out, nil
}

// isSame reports whether two commits have the same content, parent and message.
func (r Branches) isSame(a, b string) bool {
	const format = "--format=%T %P%n%B"
	x, errX := r.git("show", "--no-patch", format, a)
	y, errY := r.git("show", "--no-patch", format, b)
	return errX == nil && errY == nil && x == y
}

// identity are the author and the committer of commits (https://git-scm.com/docs/git-fast-import#_author).
func (r Branches) identity() (string, error) {
	author, err := r.git("var", "GIT_AUTHOR_IDENT")
	if err != nil {
		return "", err
	}
	committer, err := r.git("var", "GIT_COMMITTER_IDENT")
	return "author " + strings.TrimSpace(author) + "\ncommitter " + strings.TrimSpace(committer) + "\n", err
}

// importCommit writes a commit as git fast-import takes it. Files keep the modes that they have in the base; where git stores others of them in another way than they are on disk, such as with other
// line breaks, so it does these (https://git-scm.com/docs/gitattributes#_text).
func (r Branches) importCommit(in *strings.Builder, ref, base, identity string, b Branch) error {
	was, err := r.entries(base, b.Files)
	if err != nil {
		return err
	}
	filters := false
	for _, f := range b.Files {
		e, there := was[f.Path]
		filters = filters || there && e.object != objectOf(f.Old, len(e.object))
	}
	fmt.Fprintf(in, "commit %s\n%sdata %d\n%s\nfrom %s\n", ref, identity, len(b.Message), b.Message, base)
	for _, f := range b.Files {
		name := quotePath(r.Folder() + f.Path)
		if f.New == nil {
			fmt.Fprintf(in, "D %s\n", name)
			continue
		}
		mode := "100644"
		if e, there := was[f.Path]; there {
			mode = e.mode
		}
		if !filters {
			fmt.Fprintf(in, "M %s inline %s\ndata %d\n%s\n", mode, name, len(f.New), f.New)
			continue
		}
		object, err := r.gitWith(string(f.New), "hash-object", "-w", "--stdin", "--path="+r.Folder()+f.Path)
		if err != nil {
			return err
		}
		fmt.Fprintf(in, "M %s %s %s\n", mode, strings.TrimSpace(object), name)
	}
	in.WriteByte('\n')
	return nil
}

// entry is what a commit has of a file.
type entry struct{ mode, object string }

// entries are what a commit has of files that change.
func (r Branches) entries(commit string, files []plan.File) (map[string]entry, error) {
	out := map[string]entry{}
	for some := range slices.Chunk(files, 1000) { // systems limit the length of a command
		args := []string{"--literal-pathspecs", "ls-tree", "-r", "-z", "--full-name", commit, "--"}
		for _, f := range some {
			args = append(args, f.Path)
		}
		listed, err := r.git(args...)
		if err != nil {
			return nil, err
		}
		for _, line := range strings.Split(strings.TrimSuffix(listed, "\x00"), "\x00") {
			meta, name, found := strings.Cut(line, "\t")
			if fields := strings.Fields(meta); found && len(fields) == 3 {
				out[strings.TrimPrefix(name, r.Folder())] = entry{fields[0], fields[2]}
			}
		}
	}
	return out, nil
}

// objectOf is the name that git gives to a content, in as many digits as its others have (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects).
func objectOf(content []byte, digits int) string {
	h := sha1.New() //nolint:gosec // git's
	if digits == sha256.Size*2 {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// quotePath is a path as git fast-import takes it, in quotes.
func quotePath(path string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(path) + `"`
}

// signed is the commit of a reference, signed where the settings of git want that.
func (r Branches) signed(ref, base, message string) (string, error) {
	if wants, err := r.git("config", "--type=bool", "--get", "commit.gpgsign"); err == nil && strings.TrimSpace(wants) == "true" {
		out, err := r.gitWith(message, "commit-tree", "-S", "-p", base, "-F", "-", ref+"^{tree}")
		return strings.TrimSpace(out), err
	}
	out, err := r.git("rev-parse", "--verify", ref)
	return strings.TrimSpace(out), err
}
