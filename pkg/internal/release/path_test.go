package release_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPath(t *testing.T) {
	c := &release.Catalog{}
	for _, line := range []string{"33.0.0 >=32.0.0", "33.4.0 >=32.0.0", "33.5.0 >=32.0.0 deprecated", "33.6.0-rc.1 >=32.0.0", "34.0.0 >=33.1.4", "34.1.0 >=33.1.4", "35.0.0 >=34.0.0", "36.0.0 - active", "37.0.0 >=36.0.0"} {
		f := strings.Fields(line)
		r := &release.Release{Provider: "aws", Version: version.MustParse(f[0])}
		if f[1] != "-" {
			r.UpgradeFrom, _ = version.ParseLowest(f[1])
		}
		if len(f) > 2 {
			r.State = f[2]
		}
		c.Releases = append(c.Releases, r)
	}
	for _, tc := range []struct{ desc, from, to, want string }{
		{"one step", "33.4.0", "34.1.0", "v34.1.0"},
		{"the newest stop of those that are as short, and none that is deprecated or a pre-release", "32.4.0", "34.1.0", "v33.4.0 v34.1.0"},
		{"several", "32.4.0", "35.0.0", "v33.4.0 v34.1.0 v35.0.0"},
		{"a deprecated target may be reached", "32.4.0", "33.5.0", "v33.5.0"},
		{"nothing to do", "34.1.0", "34.1.0", ""},
		{"none back", "35.0.0", "34.1.0", ""},
		{"nothing tells how it is reached", "35.0.0", "36.0.0", "no path leads from v35.0.0 to aws/v36.0.0: no step from v35.0.0 is known, and nothing says that aws/v36.0.0 can be reached from there"},
		{"it gets some of the way", "34.0.0", "37.0.0", "no path leads from v34.0.0 to aws/v37.0.0: it gets to v35.0.0, and aws/v37.0.0 can be reached only from v36.0.0 and up"},
	} {
		path, err := c.Path(version.MustParse(tc.from), c.Find("aws", version.MustParse(tc.to)))
		var got []string
		for _, r := range path {
			got = append(got, r.Version.String())
		}
		if err != nil {
			got = []string{err.Error()}
		}
		require.Equal(t, tc.want, strings.Join(got, " "), tc.desc)
	}
	assert.Empty(t, c.Others)
}
