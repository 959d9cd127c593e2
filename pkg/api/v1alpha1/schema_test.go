package v1alpha1_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONSchemaIsThatOfTheTypes(t *testing.T) {
	dir := t.TempDir()
	out, err := exec.Command("go", "run", "./internal/schemagen", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	want, err := os.ReadFile(filepath.Join(dir, "applyrelease.schema.json"))
	require.NoError(t, err)
	got, err := os.ReadFile("applyrelease.schema.json")
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go generate ./pkg/api/v1alpha1 renews it")
}
