// Package version compares the versions of releases and of what they carry.
package version

import (
	"fmt"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Version is a semantic version (https://semver.org), written with or without a leading v.
type Version struct {
	v *semver.Version
}

// Parse reads a full version: v21.0.0, 21.0.0-rc.1.
func Parse(s string) (Version, error) {
	v, err := semver.StrictNewVersion(strings.TrimPrefix(s, "v"))
	if err != nil {
		return Version{}, fmt.Errorf("%q is no version; must be such as \"v21.0.0\"", s)
	}
	return Version{v}, nil
}

// MustParse is [Parse] for versions that are known to be right; it panics where one is not.
func MustParse(s string) Version {
	v, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return v
}

// IsZero tells whether no version was set.
func (v Version) IsZero() bool { return v.v == nil }

// String has a leading v.
func (v Version) String() string {
	if v.v == nil {
		return ""
	}
	return "v" + v.v.String()
}

// Compare is negative where v is the lower version, positive where it is the higher one.
func (v Version) Compare(w Version) int { return v.v.Compare(w.v) }

// Equal tells whether both are the same version; how a pre-release joins its parts (rc.1, rc-1) does not count,
// since names of resources cannot keep it apart.
func (v Version) Equal(w Version) bool {
	same := v.v.Major() == w.v.Major() && v.v.Minor() == w.v.Minor() && v.v.Patch() == w.v.Patch()
	plain := strings.NewReplacer(".", "-", "+", "-")
	return same && plain.Replace(v.v.Prerelease()) == plain.Replace(w.v.Prerelease()) && v.v.Metadata() == w.v.Metadata()
}

// Query chooses among versions.
type Query struct {
	exact      Version
	constraint *semver.Constraints
}

// Latest is the query for the highest version that is no pre-release.
const Latest = "latest"

// ParseQuery reads an exact version, a range such as "~21.0" or ">=21 <22", or "latest".
func ParseQuery(s string) (Query, error) {
	if v, err := Parse(s); err == nil {
		return Query{exact: v}, nil
	}
	text := s
	if s == Latest {
		text = "*"
	}
	c, err := semver.NewConstraint(text)
	if err != nil {
		return Query{}, fmt.Errorf("%q is no version; must be such as \"v21.0.0\", a range such as \"~21.0\" or \">=21 <22\", or \"latest\"", s)
	}
	return Query{constraint: c}, nil
}

// Exact returns the version that an exact query names.
func (q Query) Exact() (Version, bool) { return q.exact, !q.exact.IsZero() }

// Matches tells whether a version fits. A range matches a pre-release only where it names one.
func (q Query) Matches(v Version) bool {
	if !q.exact.IsZero() {
		return q.exact.Equal(v)
	}
	return q.constraint.Check(v.v)
}
