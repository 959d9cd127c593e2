package resource

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCommonFolder(t *testing.T) {
	for _, tc := range []struct {
		in   []string
		want string
	}{
		{nil, ""},
		{[]string{"/a/b"}, "/a/b"},
		{[]string{"/a/b", "/a/b/c"}, "/a/b"},
		{[]string{"/a/b/c", "/a/b"}, "/a/b"},
		{[]string{"/a/bc", "/a/b"}, "/a"},
		{[]string{"/a", "/b"}, "/"},
		{[]string{"a/b", "a/c/"}, "a"},
		{[]string{"a", "b"}, ""},
	} {
		assert.Equal(t, tc.want, commonFolder(tc.in), tc.in)
	}
}
