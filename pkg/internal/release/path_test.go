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
			r.UpgradeFrom, _ = version.ParseReach(f[1])
			r.Listed = true
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

// What nothing says is known of releases of the same major version, and of the next one where nothing speaks against it.
func TestKnown(t *testing.T) {
	lowest := version.From(version.MustParse("v33.1.4"))
	for _, tc := range []struct {
		desc     string
		r        release.Release
		from     string
		isListed bool // another release
		want     bool
	}{
		{"what its publisher says", release.Release{UpgradeFrom: lowest, Listed: true}, "33.1.4", true, true},
		{"not from below", release.Release{UpgradeFrom: lowest, Listed: true}, "33.1.3", true, false},
		{"over major versions, where its publisher says so", release.Release{UpgradeFrom: version.From(version.MustParse("v30.0.0")), Listed: true}, "30.0.0", true, true},
		{"the same major version", release.Release{}, "34.0.0", true, true},
		{"not down", release.Release{}, "34.5.1", true, false},
		{"not to itself", release.Release{}, "34.5.0", true, false},
		{"the next one, which is listed", release.Release{Listed: true}, "33.0.0", true, true},
		{"not over one", release.Release{Listed: true}, "32.0.0", true, false},
		{"the next one, which is not listed where others are", release.Release{}, "33.0.0", true, false},
		{"the next one where none is listed", release.Release{}, "33.0.0", false, true},
	} {
		r := tc.r
		r.Provider, r.Version = "aws", version.MustParse("v34.5.0")
		c := &release.Catalog{Releases: []*release.Release{&r, {Provider: "aws", Version: version.MustParse("v1.0.0"), Listed: tc.isListed}, {Provider: "azure", Listed: true}}}
		assert.Equal(t, tc.want, c.Known(&r, version.MustParse(tc.from)), tc.desc)
	}
}
