package checkout

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the two readers see alike is confirmed, and nothing else.
func TestConfirm(t *testing.T) {
	for src, problem := range map[string]string{
		"a: 1\n---\nb: [x, 'y']\n":            "",
		"%YAML 1.2\n---\na: &x 1\nb: *x\n":    "",
		"a: 1\n---\nc: 2\nb:\n- {c:, d: 1}\n": "line 5: is read otherwise by yaml.v3",
		"a: 1\n---\n: b\n":                    "cannot be read by yaml.v3",
		"a: [\n":                              "has an opening bracket without a closing one",
	} {
		err, was := confirm([]byte("a: 1\n"), []byte(src)), confirm([]byte(src), []byte(src))
		if problem == "" {
			assert.NoError(t, err, src)
			assert.NoError(t, was, src)
			continue
		}
		assert.ErrorContains(t, err, problem, src)
		assert.ErrorContains(t, err, "the edited text: ", src)
		assert.ErrorContains(t, was, "the file as it is: ", src)
	}
}
