package resource

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What differs, put in its place, makes the other text, and of texts with as many lines no line that both have is part of it.
func TestDifferingPartsMakeTheOtherText(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		lines := rapid.SliceOfN(rapid.SampledFrom([]string{"", "a", "a: 1", "b", "- c"}), 0, 6).Draw(t, "lines")
		return strings.Join(lines, "\n")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "text"), text.Draw(t, "other")
		var made strings.Builder
		at := uint32(0)
		for _, p := range differing([]byte(a), []byte(b)) {
			made.WriteString(a[at:p.start] + p.text)
			require.NotEqual(t, a[p.start:p.end], p.text)
			if strings.Count(a, "\n") == strings.Count(b, "\n") {
				require.LessOrEqual(t, strings.Count(a[p.start:p.end], "\n"), 1)
			}
			at = p.end
		}
		require.Equal(t, b, made.String()+a[at:])
	})
}
