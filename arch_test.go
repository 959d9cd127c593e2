package applyrelease_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// allowed says which packages of the project each package may import: data flows one way, from the
// functions and commands down to what knows YAML alone.
var allowed = map[string]string{
	"yamltree":     "",
	"yamledit":     "yamltree",
	"version":      "",
	"nearest":      "",
	"layout":       "version",
	"resource":     "yamledit yamltree",
	"result":       "resource yamltree",
	"schema":       "resource yamltree",
	"api/v1alpha1": "layout nearest version yamltree",
	"release":      "layout nearest resource result version yamltree",
	"cluster":      "layout release resource",
	"match":        "cluster nearest release resource yamltree",
	"merge":        "resource schema yamledit yamltree",
	"plan":         "api/v1alpha1 cluster layout match merge nearest release resource result schema yamltree",
	"report":       "result yamltree",
	"function":     "api/v1alpha1 plan report resource result yamledit yamltree",
	"repo":         "resource yamltree",
	"cli":          "function repo",
}

const module = "github.com/giantswarm/apply-release/"

func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./pkg/...", "./fn/...").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		imports := strings.Fields(line)
		name := strings.TrimPrefix(imports[0], module+"pkg/")
		if strings.Contains(name, "internal/") {
			continue
		}
		may, known := allowed[name]
		if name == module+"fn/apply-release" {
			may, known = "cli", true
		}
		assert.True(t, known, "%s has no place in the list of what may import what", name)
		for _, i := range imports[1:] {
			if own, found := strings.CutPrefix(i, module+"pkg/"); found {
				assert.Contains(t, strings.Fields(may), own, "%s imports %s", name, own)
			}
			if name != "function" {
				assert.False(t, strings.Contains(i, "kpt-functions-sdk"), "%s imports the kpt SDK", name)
			}
			if i == "os" && name != "repo" && name != "cli" && name != module+"fn/apply-release" {
				assert.Fail(t, "file I/O", "%s imports os", name)
			}
			if strings.HasPrefix(i, "github.com/spf13/cobra") {
				assert.Equal(t, "cli", name, "cobra")
			}
		}
	}
}
