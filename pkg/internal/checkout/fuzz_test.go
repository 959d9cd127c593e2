package checkout

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// FuzzFile edits every document of any file, removes some, and copies some: nothing panics, what is not edited keeps its bytes, and the file has the
// documents that it is to have.
func FuzzFile(f *testing.F) {
	for _, s := range []string{
		"a: 1\n---\nb: 2\n", "---\na: 1\n...\n---\nb: |\n  text", "%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n...\n",
		"# head\n---\n# only a comment\n---\na: {b: 1}\r\n--- # c\r\nb: 1\r\n", "\xef\xbb\xbfa: 1\n--- {b: 1}\n--- |\n text\n", "[1]\n--- x\n---\n",
	} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, src string, choice uint8) {
		file := parseFile("f.yaml", []byte(src))
		if file.Err != nil || len(src) > 4000 {
			return
		}
		e := edits{}
		if out, _, err := file.edit(file.Src(), e); err != nil || out != nil && string(out) != src {
			t.Fatalf("no edit, and other bytes: %v\n%q\n%q", err, src, out)
		}
		removed, copied := 0, 0
		for i, item := range file.Items() {
			set := []yamltree.Edit{{Path: yamltree.Fields("added"), Value: yamltree.Str("x")}}
			if yamltree.TypeOf(item.Root()) != yamltree.TypeMap || yamltree.Get(item.Root(), "added") != nil {
				continue
			}
			switch int(choice>>(i%8)) & 3 {
			case 1:
				e[item] = plan.Outcome{Edits: set}
			case 2:
				e[item] = plan.Outcome{Removed: true}
				removed++
			case 3:
				e[item] = plan.Outcome{Edits: set, Copied: true}
				copied++
			}
		}
		out, _, err := file.edit(file.Src(), e)
		if err != nil {
			return // loud, and nothing written
		}
		again := parseFile("f.yaml", out)
		if again.Err != nil {
			t.Fatalf("%v\nfrom %q\nto   %q", again.Err, src, out)
		}
		if want := len(file.Items()) - removed + copied; len(again.Items()) != want && out != nil {
			t.Fatalf("%d documents, not %d\nfrom %q\nto   %q", len(again.Items()), want, src, out)
		}
	})
}
