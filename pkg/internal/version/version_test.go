package version

import (
	"strings"
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
		{"latest", []string{"0.0.1", "99.0.0", "1.1.0-gs2"}, []string{"99.0.0-rc.1"}},
		{"~1.1", []string{"1.1.0-gs2", "1.1.0-3"}, []string{"1.2.0-gs2", "1.1.0-rc.2"}},
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

func TestOrder(t *testing.T) {
	ascending := []string{
		"1.30.8-alpha.1", "1.30.8-beta", "1.30.8-rc.1", "1.30.8-rc.2", "1.30.8", "1.30.8-gs1", "1.30.8-gs2", "1.30.8-gs10",
		"1.33.1", "1.33.1-2", "1.33.1-10", "1.34.3-1", "1.34.4", "34.1.1", "34.1.10",
	}
	for i, low := range ascending {
		assert.Zero(t, MustParse(low).Compare(MustParse("v"+low)), low)
		for _, high := range ascending[i+1:] {
			assert.Negative(t, MustParse(low).Compare(MustParse(high)), "%s < %s", low, high)
			assert.Positive(t, MustParse(high).Compare(MustParse(low)), "%s > %s", high, low)
		}
	}
	assert.Negative(t, MustParse("1.30.8+k3s1").Compare(MustParse("1.30.8+k3s2")))
	assert.Negative(t, MustParse("1.30.8").Compare(MustParse("1.30.8-eksbuild.1")))
	assert.False(t, MustParse("1.30.8-gs1").IsPrerelease())
	assert.True(t, MustParse("1.30.8-rc.1").IsPrerelease())
}

func TestReach(t *testing.T) {
	for _, tc := range []struct{ text, lowest, words, admits, refuses string }{
		{"v33.1.4", "v33.1.4", "v33.1.4 and up", "v33.1.4 v34.0.0 v33.1.4-1", "v33.1.3 v33.1.4-rc.1"},
		{">=33.1.4", "v33.1.4", "v33.1.4 and up", "v33.1.4 v40.0.0", "v33.1.3"},
		{">= v33.1", "v33.1.0", "v33.1.0 and up", "v33.1.0", "v33.0.9"},
		{">=33.1.4 <35.0.0", "v33.1.4", ">=33.1.4 <35.0.0", "v33.1.4 v34.9.0", "v33.1.3 v35.0.0 v36.0.0"},
		{"~33.4", "v33.4.0", "~33.4", "v33.4.0 v33.4.7", "v33.3.9 v33.5.0"},
		{"33.x", "v33.0.0", "33.x", "v33.0.0 v33.9.1", "v34.0.0"},
		{">33.1.0 <34.0.0 || >=35.2.0 <36.0.0", "v33.1.0", ">33.1.0 <34.0.0 || >=35.2.0 <36.0.0", "v33.1.1 v35.2.0", "v33.1.0 v34.0.0 v36.0.0"},
	} {
		r, err := ParseReach(tc.text)
		require.NoError(t, err, tc.text)
		assert.Equal(t, tc.lowest, r.Lowest().String(), tc.text)
		assert.Equal(t, tc.words, r.Words())
		for _, v := range strings.Fields(tc.admits) {
			assert.True(t, r.Admits(MustParse(v)), "%s from %s", tc.text, v)
		}
		for _, v := range strings.Fields(tc.refuses) {
			assert.False(t, r.Admits(MustParse(v)), "%s from %s", tc.text, v)
		}
		again, err := ParseReach(r.Written())
		require.NoError(t, err)
		assert.True(t, r.Equal(again), tc.text)
	}
	for _, bad := range []string{"", "all", "*", "<35.0.0", "!=34.0.0", "latest"} {
		_, err := ParseReach(bad)
		assert.ErrorContains(t, err, "lowest version", bad)
	}
	assert.True(t, Reach{}.Admits(MustParse("v1.0.0")))
}
