package resource

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What stands in an item is never denied, however it is written.
func TestWhatStandsInAnItemIsNotDenied(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "md-2-0-0", "'", "\"", "\\", " ", "\n", "/", ".", "é", ":", "#"}), 1, 4).Draw(t, "value"), "")
		n := yamltree.Str(value)
		n.Style = rapid.SampledFrom([]yamltree.Style{yamltree.Plain, yamltree.SingleQuoted, yamltree.DoubleQuoted, yamltree.Literal, yamltree.Folded}).Draw(t, "style")
		text := yamledit.Print(yamltree.NewMap().Add("kind", yamltree.Str("A")).Add("spec", n))
		doc, err := yamltree.ReadOne(text)
		require.NoError(t, err)
		i := OfText(Plain(text), doc.Root)
		require.Equal(t, value, i.Text("spec"))
		i.LetGo()
		assert.True(t, i.Speaks(value), "%q in %q", value, text)
	})
	doc, err := yamltree.ReadOne([]byte("kind: A\n"))
	require.NoError(t, err)
	i := OfText(Plain("kind: A\n"), doc.Root)
	i.LetGo()
	assert.False(t, i.Speaks("md-2-0-0"))
}
