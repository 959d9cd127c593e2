package brief_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/internal/brief"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestValue(t *testing.T) {
	for text, want := range map[string]string{
		"a":                    `"a"`,
		"'1.30'":               `"1.30"`,
		"1.30":                 "1.30",
		"~":                    "null",
		"":                     "null",
		"a: 1\nb: [x, 'true']": `{a: 1, b: [x, 'true']}`,
		"|\n  a\n  b\n":        `"a\nb\n"`,
		"abcdefghijklmnopqrst": `"abcdefg…`,
	} {
		n := yamltree.Word("")
		if text != "" {
			doc, err := yamltree.ReadOne([]byte(text))
			require.NoError(t, err)
			n = doc.Root
		}
		limit := 30
		if strings.HasSuffix(want, "…") {
			limit = utf8.RuneCountInString(want)
		}
		assert.Equal(t, want, brief.Value(n, limit))
	}
	assert.Empty(t, brief.Value(nil, 10))
}

// Long values that differ at their end are shown from shortly in front of the difference.
func TestValuesShowTheDifference(t *testing.T) {
	long := strings.Repeat("x", 100)
	got := brief.Values(20, yamltree.Str(long+"-old"), yamltree.Str(long+"-new"), nil)
	assert.Equal(t, []string{`…xxxxxxxxxxxxxx-old"`, `…xxxxxxxxxxxxxx-new"`, ""}, got)
	assert.Equal(t, []string{`"old-xxxxxxxxxxxxxx…`, `"new-xxxxxxxxxxxxxx…`}, brief.Values(20, yamltree.Str("old-"+long), yamltree.Str("new-"+long)))
}

// Whatever the values: what differs does not look alike.
func TestLawValuesNeverLookAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`(ab|a){0,30}[xy]?(ab|ü){0,30}`)
		values := []*yamltree.Node{yamltree.Str(text.Draw(t, "a")), yamltree.Str(text.Draw(t, "b")), yamltree.Str(text.Draw(t, "c"))}
		got := brief.Values(rapid.IntRange(8, 40).Draw(t, "limit"), values...)
		for i := range values {
			for k := range i {
				if (values[i].Value == values[k].Value) != (got[i] == got[k]) {
					t.Fatalf("%q and %q are shown as %q and %q", values[i].Value, values[k].Value, got[i], got[k])
				}
			}
		}
	})
}
