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

var update = flag.Bool("u", false, "update expected.yaml and warnings.txt")

// TestExamples runs the function over what the host of each example sends it, input.yaml, and compares with
// expected.yaml and, what goes to standard error, warnings.txt; then over its own output, which must not change any more.
func TestExamples(t *testing.T) {
	inputs, err := filepath.Glob("*/input.yaml")
	require.NoError(t, err)
	require.Len(t, inputs, 4)
	for _, input := range inputs {
		t.Run(filepath.Dir(input), func(t *testing.T) {
			in, err := os.ReadFile(input)
			require.NoError(t, err)
			out, warnings := run(t, in)
			for name, got := range map[string][]byte{"expected.yaml": out, "warnings.txt": warnings} {
				file := filepath.Join(filepath.Dir(input), name)
				if *update {
					require.NoError(t, os.WriteFile(file, got, 0o644))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err)
				assert.Equal(t, string(want), string(got))
			}

			first, _ := testlist.Split(out)
			assert.NotEqual(t, string(in), string(first))
			again, _ := run(t, first)
			second, _ := testlist.Split(again)
			assert.Equal(t, string(first), string(second), "the second run changes nothing")
		})
	}
}

func run(t *testing.T, in []byte) (stdout, stderr []byte) {
	t.Helper()
	var out, lines bytes.Buffer
	require.Zero(t, function.Run(bytes.NewReader(in), &out, &lines, function.Options{}), lines.String())
	return out.Bytes(), lines.Bytes()
}
