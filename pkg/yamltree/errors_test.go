package yamltree

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Errors say where the mistake is, and what would be right.
func TestErrors(t *testing.T) {
	for src, want := range map[string]string{
		"a: 1\n b: 2\n":              "line 2, column 2: is indented by more than the keys beside it",
		"labels:\n  a: b\n   c: d\n": "line 3, column 4: is indented by more than the keys beside it",
		"a:b\nc: 1\n":                "line 1, column 1: has text without a colon in front of a key; must be a key with a colon and a space behind it",
		"\uFEFFa: 1\r\né: b: c\r\n":  "line 2, column 5: has a second colon on a line",
		"b: [1\nc: 2\n":              "line 1, column 5: has a colon behind text on several lines, or of more than 1024 characters; must be a key on one line, or have its closing bracket in front of it",
		"a: *.example.com\n":         "line 1, column 4: has an alias of an anchor that is not known; must be one of those in front of it in the document, or in quotes where it is text",
		"a: &x {*x}\n":               "line 1, column 8: has an alias of a value that it is in; must be outside of it",
		"a:\n\tb: 1\n":               "line 2, column 2: is indented by a tab; must be indented by spaces",
		"a:\n  - b\n  c: 1\n":        "line 3, column 3: is indented by more than what it belongs to",
		"a: \"x\nb: 1\n":             "line 1, column 4: has an opening quote without a closing one; must have one",
		"a: @x\n":                    "line 1, column 4: has a value that starts with @; must be in quotes",
		"a: 1\n---\nb: \x01\n":       "line 3, column 4: has a control character",
		"a: !b\"c d\n":               "line 1, column 4: has a tag with a character that tags cannot have; must be escaped, such as %20",
	} {
		_, err := Parse([]byte(src))
		assert.ErrorContains(t, err, want, "%q", src)
	}
}

// An alias in front of a colon is one, as yaml.v3 has it, where no anchor has the colon in its name.
func TestAliasAsKey(t *testing.T) {
	docs, err := Parse([]byte("a: &x b\nc:\n  *x: d\n"))
	if assert.NoError(t, err) {
		key := docs[0].Root.first.next.first.KeyNode()
		assert.Equal(t, Alias, key.Kind)
		assert.Equal(t, "b", key.Target().Value)
	}
}

// Maps are equal whatever the order of their keys; identical are those whose keys are of one type, too.
func TestEqualMaps(t *testing.T) {
	read := func(src string) *Node {
		docs, err := Parse([]byte(src))
		require.NoError(t, err)
		return docs[0].Root
	}
	assert.True(t, Equal(read("{a: 1, b: 2}"), read("{b: 2, a: 1}")))
	assert.True(t, Equal(read("{on: 1}"), read("{\"on\": 1}")))
	assert.True(t, Equal(read("{1: a, b: c}"), read("{b: c, \"1\": a}")))
	assert.False(t, Equal(read("{a: 1, a: 1}"), read("{a: 1, b: 1}")))
	assert.True(t, Identical(read("{a: 1, on: 2}"), read("{\"on\": 2, a: 1}")))
	assert.False(t, Identical(read("{1: a}"), read("{\"1\": a}")))
	assert.False(t, Identical(read("{1: a, b: c}"), read("{b: c, \"1\": a}")))
	assert.False(t, Identical(read("{!t a: 1}"), read("{a: 1}")))
}
