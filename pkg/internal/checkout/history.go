package checkout

import (
	"errors"
	"strconv"
	"strings"
)

// maxHistory is how many commits of a file are looked at.
const maxHistory = 500

// History shows what a file was in the commits that changed it, the newest first, until see wants no more.
func (r Git) History(file string, see func(src []byte) (more bool)) error {
	if !r.IsGit() {
		return errors.New("the checkout is no git repository, which has no history")
	}
	out, err := r.git("--literal-pathspecs", "log", "--format=%H", "-n", strconv.Itoa(maxHistory), "--", file)
	if err != nil {
		return err
	}
	for _, commit := range strings.Fields(out) {
		src, err := r.git("cat-file", "blob", commit+":"+r.Folder()+file)
		if err != nil {
			continue // which removed it
		}
		if !see([]byte(src)) {
			return nil
		}
	}
	return nil
}
