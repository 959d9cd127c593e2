package checkout

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// maxHistory is how many commits of a file are looked at.
const maxHistory = 500

// History shows what a file was in the commits up to a reference that changed it, with the times of the commits, the newest first, until see wants no more.
func (r Git) History(ref, file string, see func(src []byte, at time.Time) (more bool)) error {
	if !r.IsGit() {
		return errors.New("the checkout is no git repository, which has no history")
	}
	if strings.HasPrefix(ref, "-") {
		return errors.New("there is no such branch or commit")
	}
	out, err := r.git("--literal-pathspecs", "log", "--first-parent", "--format=%H %ct", "-n", strconv.Itoa(maxHistory), ref, "--", file)
	if err != nil {
		return err
	}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		commit, seconds, _ := strings.Cut(line, " ")
		at, err := strconv.ParseInt(seconds, 10, 64)
		if err != nil {
			continue
		}
		src, err := r.git("cat-file", "blob", commit+":"+r.Folder()+file)
		if err != nil {
			continue // which removed it
		}
		if !see([]byte(src), time.Unix(at, 0)) {
			return nil
		}
	}
	return nil
}

// OnBranches are what branches of a name that are not merged into a reference, here and as remotes have them, have of a file; empty where they have none.
func (r Git) OnBranches(name, into, file string) [][]byte {
	refs, err := r.git("for-each-ref", "--format=%(objectname)", "--no-merged="+into, "refs/heads/"+name, "refs/remotes/*/"+name)
	if err != nil {
		return nil
	}
	var out [][]byte
	for _, commit := range strings.Fields(refs) {
		src, err := r.git("cat-file", "blob", commit+":"+r.Folder()+file)
		if err != nil {
			src = ""
		}
		out = append(out, []byte(src))
	}
	return out
}
