// Package version compares the versions of releases and of what they carry.
//
// # Order
//
// Versions order as https://semver.org says, but for suffixes by which packagers count their own builds of one version: 1.34.3-1,
// 1.30.8-gs1, 1.19.2-eksbuild.1 and 1.30.8+k3s1 come after the plain version. A suffix is such a one where it is a short
// number, with or without letters in front that are no word for a pre-release (alpha, beta, rc and the like).
package version

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/Masterminds/semver/v3"
)

// Version is a semantic version (https://semver.org), written with or without a leading v.
type Version struct {
	v    *semver.Version
	text string // with a leading v: it is written many times
}

// Parse reads a full version: v21.0.0, 21.0.0-rc.1.
func Parse(s string) (Version, error) {
	if !Looks(s) {
		return Version{}, notVersion(s)
	}
	if v, known := parsed.get(s); known {
		return v, nil
	}
	v, err := parse(strings.Clone(s)) // a view of a file would keep all of it
	if err == nil {
		parsed.keep(s, v)
	}
	return v, err
}

func parse(s string) (Version, error) {
	text := strings.TrimPrefix(s, "v")
	v, err := semver.StrictNewVersion(text)
	if err != nil {
		return Version{}, notVersion(s)
	}
	if text != s { // it is written as it was read: nothing of it can be written otherwise
		return Version{v, s}, nil
	}
	return Version{v, "v" + text}, nil
}

// memory are versions that were parsed, by their texts as they were read: a fleet has few, and says them many times. Looking one up takes a tenth of the time of parsing it, and no memory.
type memory struct {
	lock sync.RWMutex
	of   map[string]Version
}

// mostParsed bounds what is remembered.
const mostParsed = 1024

var parsed = memory{of: map[string]Version{}}

func (m *memory) get(s string) (Version, bool) {
	m.lock.RLock()
	defer m.lock.RUnlock()
	v, known := m.of[s]
	return v, known
}

func (m *memory) keep(s string, v Version) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if len(m.of) < mostParsed {
		m.of[strings.Clone(s)] = v
	}
}

// Looks reports whether a text begins as a version does, and has three parts or more. Folders of clusters, and all values that change, are tried for versions: nearly all others end here.
func Looks(s string) bool {
	text := strings.TrimPrefix(s, "v")
	return text != "" && text[0] >= '0' && text[0] <= '9' && strings.Count(text, ".") >= 2
}

// notVersion is a text that is no version.
type notVersion string

func (s notVersion) Error() string {
	return fmt.Sprintf("%q is no version; must be such as \"v21.0.0\"", string(s))
}

// MustParse is [Parse] for versions that are known to be right; it panics where one is not.
func MustParse(s string) Version {
	v, err := Parse(s)
	if err != nil {
		panic(err)
	}
	return v
}

// IsZero reports whether no version was set.
func (v Version) IsZero() bool { return v.v == nil }

// String has a leading v.
func (v Version) String() string { return v.text }

// Compare is negative where v is the lower version, positive where it is the higher one, see the package's order.
func (v Version) Compare(w Version) int {
	if c := cmp.Or(cmp.Compare(v.v.Major(), w.v.Major()), cmp.Compare(v.v.Minor(), w.v.Minor()), cmp.Compare(v.v.Patch(), w.v.Patch())); c != 0 {
		return c
	}
	a, b := v.build(), w.build()
	if a == nil && b == nil {
		return v.v.Compare(w.v)
	}
	if a == nil || b == nil { // the other one is plain, or a pre-release: lower than any build
		if a == nil {
			return -1
		}
		return 1
	}
	return slices.CompareFunc(a, b, comparePart)
}

func (v Version) core() *semver.Version {
	return semver.New(v.v.Major(), v.v.Minor(), v.v.Patch(), "", "")
}

// Major is the first number of the version.
func (v Version) Major() uint64 { return v.v.Major() }

// Minor is the second number of the version.
func (v Version) Minor() uint64 { return v.v.Minor() }

// IsPrerelease reports whether the version comes before the plain one of its numbers.
func (v Version) IsPrerelease() bool { return v.v.Prerelease() != "" && v.build() == nil }

var (
	packaging   = regexp.MustCompile(`^((?:[a-z]+(?:[0-9][a-z]+)?)?)[.-]?[0-9]{1,4}(?:\.[0-9]+)*$`)
	preReleases = []string{"a", "alpha", "b", "beta", "c", "rc", "pre", "preview", "prerelease", "dev", "snapshot", "nightly", "canary", "test", "wip", "m", "milestone", "ea"}
	buildPart   = regexp.MustCompile(`[0-9]+|[a-z]+`)
)

// build are the parts of the suffix by which a packager counts, nil where the version has none.
func (v Version) build() []string {
	suffix := v.v.Prerelease()
	if suffix == "" {
		suffix = v.v.Metadata()
	}
	if suffix == "" { // of nearly all
		return nil
	}
	m := packaging.FindStringSubmatch(suffix)
	if m == nil || slices.Contains(preReleases, m[1]) {
		return nil
	}
	return buildPart.FindAllString(suffix, -1)
}

func comparePart(a, b string) int {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	if errX == nil && errY == nil {
		return x - y
	}
	return strings.Compare(a, b)
}

// Equal reports whether both are the same version; how a pre-release joins its parts (rc.1, rc-1) does not count,
// since names of resources cannot keep it apart.
func (v Version) Equal(w Version) bool {
	same := v.v.Major() == w.v.Major() && v.v.Minor() == w.v.Minor() && v.v.Patch() == w.v.Patch()
	return same && joined.Replace(v.v.Prerelease()) == joined.Replace(w.v.Prerelease()) && v.v.Metadata() == w.v.Metadata()
}

var joined = strings.NewReplacer(".", "-", "+", "-")

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

// IsExact reports whether the query names one version.
func (q Query) IsExact() bool { return !q.exact.IsZero() }

// Matches reports whether a version fits. A range matches a pre-release only where it names one.
func (q Query) Matches(v Version) bool {
	if !q.exact.IsZero() {
		return q.exact.Equal(v)
	}
	if v.build() != nil && v.v.Prerelease() != "" { // no pre-release, whatever semver takes it for
		return q.constraint.Check(v.v) || q.constraint.Check(v.core())
	}
	return q.constraint.Check(v.v)
}
