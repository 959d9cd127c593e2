package version

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// Reach says from which versions something can be reached: from a lowest one and up, or from those in a range. The zero value says nothing.
type Reach struct {
	lowest Version
	within Query  // zero for the lowest and up
	text   string // as it is written, of a range
}

// From is the reach from a version and up.
func From(lowest Version) Reach { return Reach{lowest: lowest} }

var inRange = regexp.MustCompile(`v?[0-9]+(?:\.[0-9]+){0,2}(?:-[0-9A-Za-z.-]+)?`)

// ParseReach reads a lowest version, v33.1.4 or >=33.1.4, or a range with a lowest version, such as ">=33.1.4 <35.0.0" or "~33.4"
// (https://github.com/Masterminds/semver#checking-version-constraints).
func ParseReach(s string) (Reach, error) {
	text := strings.TrimSpace(s)
	if v, err := semver.NewVersion(strings.TrimSpace(strings.TrimPrefix(text, ">="))); err == nil {
		return From(Version{v, "v" + v.String()}), nil
	}
	c, err := semver.NewConstraint(text)
	if err != nil || text == "" {
		return Reach{}, fmt.Errorf("%q is no lowest version; must be such as \"v33.1.4\", \">=33.1.4\" or \">=33.1.4 <35.0.0\"", s)
	}
	r := Reach{within: Query{constraint: c}, text: text}
	for _, part := range inRange.FindAllString(text, -1) {
		if v, err := semver.NewVersion(part); err == nil && (r.lowest.IsZero() || v.LessThan(r.lowest.v)) {
			r.lowest = Version{v, "v" + v.String()}
		}
	}
	if below := semver.MustParse("0.0.0"); r.lowest.IsZero() || c.Check(below) && r.lowest.v.GreaterThan(below) {
		return Reach{}, fmt.Errorf("%q has no lowest version; must be such as \">=33.1.4 <35.0.0\"", s)
	}
	return r, nil
}

// IsZero reports whether nothing is said.
func (r Reach) IsZero() bool { return r.lowest.IsZero() }

// Lowest is the lowest version, or the one above which it lies.
func (r Reach) Lowest() Version { return r.lowest }

// Admits reports whether something can be reached from a version; from any where nothing is said.
func (r Reach) Admits(v Version) bool {
	switch {
	case r.IsZero():
		return true
	case r.text != "":
		return r.within.Matches(v)
	}
	return v.Compare(r.lowest) >= 0
}

// Equal reports whether two say the same.
func (r Reach) Equal(s Reach) bool {
	if r.IsZero() || s.IsZero() {
		return r.IsZero() == s.IsZero()
	}
	return r.text == s.text && r.lowest.Compare(s.lowest) == 0
}

// String is the lowest version, or the range.
func (r Reach) String() string {
	if r.text != "" {
		return r.text
	}
	return r.lowest.String()
}

// Words say it: v33.1.4 and up, or the range.
func (r Reach) Words() string {
	if r.text != "" {
		return r.text
	}
	return r.lowest.String() + " and up"
}

// Written is it as an index of releases has it.
func (r Reach) Written() string {
	if r.text != "" {
		return r.text
	}
	return ">=" + strings.TrimPrefix(r.lowest.String(), "v")
}
