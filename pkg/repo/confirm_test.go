package repo

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the two readers see alike is confirmed, and nothing else.
func TestConfirm(t *testing.T) {
	for src, problem := range map[string]string{
		"a: 1\n---\nb: [x, 'y']\n":         "",
		"%YAML 1.2\n---\na: &x 1\nb: *x\n": "",
		"a: 1\n---\nb: {c:, d: 1}\n":       "line 3: the edited document is read otherwise by yaml.v3",
		"a: 1\n---\n: b\n":                 "cannot be read by yaml.v3",
		"a: [\n":                           "has an opening bracket without a closing one",
	} {
		if err := confirm([]byte(src)); problem == "" {
			assert.NoError(t, err, src)
		} else {
			assert.ErrorContains(t, err, problem, src)
		}
	}
}
