package yamledit

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Any text is read as what was written, and is written as Print writes it.
func TestWriterWritesAsPrintDoes(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[a-z0-9:,# "'._/()\[\]{}-]{1,12}`), rapid.SampledFrom([]string{"a: b", "ends:", "x #y", "a,b", "12:30", "on", "null", "a\nb\n", "longer word: no", "longer:word", "longer #word", "longer: it's 'so'", "longer: äh", "longer: \t", "longer #: x", "longer: "}))
	rapid.Check(t, func(t *rapid.T) {
		s, other := text.Draw(t, "text"), text.Draw(t, "value")
		w := &Writer{}
		w.Element(func() {
			w.Text("text", s)
			w.Int("n", 3)
			w.Map("none", func() {})
			w.Map("inner", func() { w.Value("value", yamltree.Str(other)) })
		})
		el := yamltree.NewMap()
		if s != "" {
			el.Add("text", yamltree.Str(s))
		}
		el.Add("n", yamltree.Word("3")).Add("none", yamltree.NewMap()).Add("inner", yamltree.NewMap().Add("value", yamltree.Str(other)))
		assert.Equal(t, string(Print(yamltree.NewList(el))), string(w.Bytes()))
		doc, err := yamltree.Read(w.Bytes())
		require.NoError(t, err, "%s", w.Bytes())
		assert.True(t, yamltree.Equal(yamltree.NewList(el), doc.Root), "%s", w.Bytes())
		v3, err := yamltree.DocumentsOfV3(w.Bytes())
		require.NoError(t, err, "%s", w.Bytes())
		assert.True(t, yamltree.Equal(yamltree.NewList(el), yamltree.FromV3(v3[0])), "%s", w.Bytes())
	})
}
