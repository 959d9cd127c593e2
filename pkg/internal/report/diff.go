package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/rogpeppe/go-internal/diff"
)

// Diff writes the changes of files as a unified diff that git apply and patch -p1 take, at the top of the git repository
// (https://git-scm.com/docs/diff-format#generate_patch_text_with_p).
func Diff(w io.Writer, u *Upgrade) error {
	for _, f := range u.Files {
		from, to := name("a/"+u.Folder+f.Path), name("b/"+u.Folder+f.Path)
		text := diff.Diff("old", f.Old, "new", f.New)
		if showsSecret(f, text) {
			if _, err := fmt.Fprintf(w, "# %s: has values that are hidden here; the command upgrade writes it\n", escape.Text(u.Folder+f.Path)); err != nil {
				return err
			}
			continue
		}
		_, hunks, _ := bytes.Cut(text, []byte("\n+++ new\n")) // headers of diff's own
		head := fmt.Sprintf("diff --git %s %s\n", from, to)
		if f.New == nil {
			head, to = head+"deleted file mode 100644\n", "/dev/null"
		}
		if f.Old == nil {
			head, from = head+"new file mode 100644\n", "/dev/null"
		}
		if _, err := fmt.Fprintf(w, "%s--- %s\n+++ %s\n%s", head, ended(from), ended(to), hunks); err != nil {
			return err
		}
	}
	return nil
}

// showsSecret reports whether a diff of a file would show a value that is hidden elsewhere. Such a diff is left out: with the value hidden, git apply would write
// that.
func showsSecret(f plan.File, text []byte) bool {
	for _, src := range [][]byte{f.Old, f.New} {
		docs, err := yamltree.Documents(src)
		if err != nil {
			return true
		}
		for _, doc := range docs {
			for _, v := range secret.Values(resource.NewItem(doc.Root)) {
				for _, line := range strings.Split(v, "\n") {
					if line = strings.TrimSpace(line); line != "" && bytes.Contains(text, []byte(line)) {
						return true
					}
				}
			}
		}
	}
	return false
}

// name quotes a file name as git does, in the way of C, where it holds what would break its line.
func name(path string) string {
	if !strings.ContainsFunc(path, func(c rune) bool { return c == '"' || c == '\\' || escape.Text(string(c)) != string(c) }) {
		return path
	}
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, "\\%03o", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ended marks the end of a name with a space in it, which patch would take for the name's end.
func ended(name string) string {
	if strings.Contains(name, " ") && !strings.HasPrefix(name, "\"") {
		return name + "\t"
	}
	return name
}
