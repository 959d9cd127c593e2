package version

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQueries(t *testing.T) {
	for _, tc := range []struct {
		query string
		yes   []string
		no    []string
	}{
		{"v21.0.0", []string{"21.0.0", "v21.0.0"}, []string{"21.0.1", "21.0.0-rc.1"}},
		{"21.0.0-rc.1", []string{"v21.0.0-rc.1", "v21.0.0-rc-1"}, []string{"21.0.0", "21.0.0-rc.2"}},
		{"~21.0", []string{"21.0.0", "21.0.9"}, []string{"21.1.0", "21.0.1-rc.1"}},
		{">=21 <22", []string{"21.0.0", "21.10.0"}, []string{"22.0.0", "20.9.9", "21.5.0-alpha"}},
		{">=21.0.0-0 <22", []string{"21.5.0-alpha", "21.0.0"}, []string{"22.0.0"}},
		{"latest", []string{"0.0.1", "99.0.0"}, []string{"99.0.0-rc.1"}},
	} {
		t.Run(tc.query, func(t *testing.T) {
			q, err := ParseQuery(tc.query)
			require.NoError(t, err)
			for _, v := range tc.yes {
				assert.True(t, q.Matches(MustParse(v)), v)
			}
			for _, v := range tc.no {
				assert.False(t, q.Matches(MustParse(v)), v)
			}
		})
	}
	for _, bad := range []string{"", "twenty", "v21.0.0.0", "21.0.0/aws"} {
		_, err := ParseQuery(bad)
		assert.Error(t, err, bad)
	}
}
