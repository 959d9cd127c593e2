package examples

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/giantswarm/apply-release/internal/testlist"
	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("u", false, "update expected.yaml")

// TestExamples runs the function over what the host of each example sends it, input.yaml, and compares with
// expected.yaml; then over its own output, which must not change any more.
func TestExamples(t *testing.T) {
	inputs, err := filepath.Glob("*/input.yaml")
	require.NoError(t, err)
	require.Len(t, inputs, 5)
	for _, input := range inputs {
		t.Run(filepath.Dir(input), func(t *testing.T) {
			in, err := os.ReadFile(input)
			require.NoError(t, err)
			expected := filepath.Join(filepath.Dir(input), "expected.yaml")
			out := run(t, in)
			if *update {
				require.NoError(t, os.WriteFile(expected, out, 0o644))
			}
			want, err := os.ReadFile(expected)
			require.NoError(t, err)
			assert.Equal(t, string(want), string(out))

			first, _ := testlist.Split(out)
			assert.NotEqual(t, string(in), string(first))
			second, _ := testlist.Split(run(t, first))
			assert.Equal(t, string(first), string(second), "the second run changes nothing")
		})
	}
}

func run(t *testing.T, in []byte) []byte {
	t.Helper()
	var out, stderr bytes.Buffer
	require.Zero(t, function.Run(bytes.NewReader(in), &out, &stderr, function.Options{}), stderr.String())
	assert.Empty(t, stderr.String())
	return out.Bytes()
}
