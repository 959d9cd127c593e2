package resource

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
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

// Items that come and go do so as in a list that is read in one go, wherever they stand, and whatever stands between them.
func TestItemsComeAndGoAsInAListReadInOneGo(t *testing.T) {
	value, err := yamltree.ReadOne([]byte("kind: New\nspec: {a: b}\n"))
	require.NoError(t, err)
	inPlace := 0
	rapid.Check(t, func(t *rapid.T) {
		between := rapid.SampledFrom([]string{"", "", "\n", "# of what is below\n", "  # of what is above\n", "\n# alone\n\n"})
		src := head + "items:\n"
		count := rapid.IntRange(1, 8).Draw(t, "items")
		for range count {
			src += between.Draw(t, "between") + rapid.SampledFrom([]string{pool, app, "- kind: B\n", "- # c\n  kind: C\n  spec: {x: 1}\n", "- {kind: D, spec: {x: 1}}\n", "- {\"kind\": D}\n", "-   kind: E\n    spec:\n        x: 1\n", "- kind: F\n  \"spec\":\n  - a\n"}).Draw(t, "item")
		}
		src += rapid.SampledFrom([]string{"", "functionConfig: {kind: A}\n", "functionConfig:\n   kind: A\n   data:\n      a: b\n", "# last\n", "...\n"}).Draw(t, "behind")
		var more []ItemEdits
		for n := range count {
			if rapid.IntRange(0, 2).Draw(t, "goes") == 0 {
				more = append(more, ItemEdits{n, []yamltree.Edit{{}}})
			}
		}
		for n := range rapid.IntRange(0, 2).Draw(t, "come") {
			more = append(more, ItemEdits{count + n, []yamltree.Edit{{Value: value.Root}}})
		}
		c, items, isCut := cutList([]byte(src))
		require.True(t, isCut, src)
		doc, err := yamltree.ReadOne([]byte(src))
		require.NoError(t, err)
		parts, whole := (&List{size: len(src), cut: c, Items: items}).Edited(), (&List{size: len(src), src: []byte(src), doc: doc}).Edited()
		want, wantAnew, err := whole.Render(more, nil)
		require.NoError(t, err)
		got, anew, err := parts.Render(more, nil)
		require.NoError(t, err)
		require.Equal(t, string(joined(want.parts)), string(joined(got.parts)), src)
		require.Equal(t, wantAnew, anew)
		if parts.with(more) != nil {
			inPlace++
		}
	})
	assert.Greater(t, inPlace, 20)
}
