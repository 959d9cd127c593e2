//go:build !windows

package checkout_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Of many files some are held packed: what they hold, what is known of their resources, and what becomes of them with an edit is as of a file that is read alone.
func TestManyFilesAreAsOneAlone(t *testing.T) {
	r, dir := open(t)
	pool := func(n int) string {
		return fmt.Sprintf("# pool %d\napiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata:\n  name: mp-%d\n  namespace: \"org-\\x61\"\n  labels: {a: 'b%d'}\n  annotations: {c: \"d\\n%d\"}\nspec:\n  replicas: %d # so many\n", n, n, n, n, n)
	}
	texts := map[string]string{file: "a: b\n"}
	for n := range 600 {
		text := pool(n)
		switch n % 60 {
		case 50:
			text = "# none\n"
		case 51:
			text = ""
		case 52:
			text = strings.Repeat(pool(n)+"---\n", 3)
		case 53:
			text = strings.Repeat(pool(n)+"---\n", 40)
		case 54:
			text = "{{ no YAML"
		case 55:
			text = pool(n) + "# " + strings.Repeat("long ", 20_000) + "\n"
		case 56:
			text = "- {op: add, path: /a, value: 1}\n"
		}
		texts[fmt.Sprintf("gauss/peu01/base/f%03d.yaml", n)] = text
	}
	for path, text := range texts {
		require.NoError(t, os.WriteFile(filepath.Join(dir, path), []byte(text), 0o640))
	}
	files, err := r.Read("gauss/peu01")
	require.NoError(t, err)
	require.Len(t, files, len(texts))
	known := func(f *checkout.File) (known []string, outcomes []plan.Outcome) {
		for _, i := range f.Items() {
			known = append(known, fmt.Sprint(i.Ref, i.Location, i.Labels(), i.Annotations(), i.Text("spec", "replicas"), i.Has("metadata"), yamledit.Inline(i.Root())))
			if i.Kind != "" {
				outcomes = append(outcomes, plan.Outcome{Item: i, Edits: []yamltree.Edit{{Path: yamltree.Fields("spec", "replicas"), Value: yamltree.Word("7")}}})
			}
		}
		return known, outcomes
	}
	for _, f := range files {
		alone := checkout.ParseFile(f.Path, []byte(texts[f.Path]))
		assert.Equal(t, texts[f.Path], string(f.Src()), f.Path)
		assert.NotNil(t, f.Src(), f.Path)
		assert.Equal(t, alone.Err, f.Err, f.Path)
		got, outcomes := known(f)
		want, outcomesAlone := known(alone)
		assert.Equal(t, want, got, f.Path)
		assert.Equal(t, r.Edit([]*checkout.File{alone}, outcomesAlone, true), r.Edit([]*checkout.File{f}, outcomes, true), f.Path)
	}
}
