package report

import (
	"bytes"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"
)

// Diff writes the changes of files as a unified diff that git apply and patch -p1 take
// (https://git-scm.com/docs/diff-format#generate_patch_text_with_p).
func Diff(w io.Writer, u *Upgrade) error {
	for _, f := range u.Files {
		text := diff.Diff("a/"+f.Path, f.Old, "b/"+f.Path, f.New)
		_, text, _ = bytes.Cut(text, []byte("\n")) // a header of diff's own
		head := fmt.Sprintf("diff --git a/%[1]s b/%[1]s\n", f.Path)
		if f.New == nil {
			head += "deleted file mode 100644\n"
			text = bytes.Replace(text, []byte("+++ b/"+f.Path+"\n"), []byte("+++ /dev/null\n"), 1)
		}
		if _, err := io.WriteString(w, head+string(text)); err != nil {
			return err
		}
	}
	return nil
}
