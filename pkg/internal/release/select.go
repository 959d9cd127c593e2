package release

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Select returns the release that a provider, "" for any, and a version query choose. That there is
// none, or one of several providers, is an error that names the known ones.
func (c *Catalog) Select(provider, query string) (*Release, error) {
	if len(c.Releases) == 0 {
		return nil, fmt.Errorf("no release is among the input's items; must include the release's ConfigMaps (a selector, such as kpt's --match-kind or selectors in a Kptfile, hides them from the function)")
	}
	provider = c.Provider(provider)
	q, err := version.ParseQuery(query)
	if err != nil {
		return nil, err
	}
	best := map[string]*Release{} // by provider
	var notOut *Release
	for _, r := range c.Releases {
		fits := (provider == "" || r.Provider == provider || r.Provider == "") && q.Matches(r.Version)
		switch {
		case fits && !IsOut(r.State) && !q.IsExact():
			notOut = r
		case fits && (best[r.Provider] == nil || r.goesOver(best[r.Provider])):
			best[r.Provider] = r
		}
	}
	if r := best[provider]; r != nil && provider != "" {
		return r, nil
	}
	switch len(best) {
	case 0:
		if notOut != nil {
			return nil, fmt.Errorf("no release that is out fits %q: %s is in the state %q. Name its version to get it all the same", query, notOut, notOut.State)
		}
		return nil, c.unknown(provider, query)
	case 1:
		for _, r := range best {
			return r, nil
		}
	}
	var found []string
	for _, r := range best {
		found = append(found, r.String())
	}
	slices.Sort(found)
	return nil, fmt.Errorf("version %q is of several providers: %s. Name one of them", query, strings.Join(found, ", "))
}

// goesOver reports whether a query for several releases chooses a release rather than another one: the higher one, but one that is deprecated only where all are.
func (r *Release) goesOver(other *Release) bool {
	if gone := r.State == Deprecated; gone != (other.State == Deprecated) {
		return !gone
	}
	return r.Version.Compare(other.Version) > 0
}

// unknown names the releases that may have been meant: the nearest versions of the provider, or the
// known providers.
func (c *Catalog) unknown(provider, query string) error {
	wanted := query
	if provider != "" {
		wanted = provider + "/" + query
	}
	var known []string
	providers := map[string]bool{}
	for _, r := range slices.Concat(c.Releases, c.Others) {
		providers[r.Provider] = true
	}
	nameless := len(providers) == 1 && providers[""] // nothing tells of which provider they are
	for _, r := range slices.Concat(c.Releases, c.Others) {
		if provider == "" || r.Provider == provider || nameless {
			known = append(known, r.String())
		}
	}
	if len(known) == 0 {
		names := slices.Sorted(maps.Keys(providers))
		return fmt.Errorf("release %q is unknown: no release has the provider %q. There is %s%s", wanted, provider, strings.Join(names, ", "), nearest.Hint(provider, names))
	}
	if slices.Contains(known, wanted) { // of which nothing could be read
		return fmt.Errorf("release %q has no component that can be read. Look into its folder", wanted)
	}
	return fmt.Errorf("release %q is unknown. The nearest are %s", wanted, strings.Join(c.around(query, known), ", "))
}

// around lists up to five known releases next to the wanted version.
func (c *Catalog) around(query string, known []string) []string {
	const limit = 5
	if len(known) <= limit {
		return known
	}
	at := len(known)
	if v, err := version.Parse(query); err == nil {
		for i, k := range known {
			_, text, found := strings.Cut(k, "/")
			if !found {
				text = k
			}
			if version.MustParse(text).Compare(v) > 0 {
				at = i
				break
			}
		}
	}
	from := min(max(at-limit/2-1, 0), len(known)-limit)
	return known[from : from+limit]
}

// Find returns the release of a provider with a version, nil where there is none. Releases whose provider nothing tells are of
// any.
func (c *Catalog) Find(provider string, v version.Version) *Release {
	provider = c.Provider(provider)
	for _, r := range c.Releases {
		if (r.Provider == provider || r.Provider == "" || provider == "") && r.Version.Equal(v) {
			return r
		}
	}
	return nil
}

// State is the state of a release, read or only known of, see [Catalog.Know]; "" where nothing says it.
func (c *Catalog) State(provider string, v version.Version) string {
	for _, r := range slices.Concat(c.Releases, c.Others) {
		if r.Provider == c.Provider(provider) && r.Version.Equal(v) {
			return r.State
		}
	}
	return ""
}

// Newest returns the highest release of a provider of which is known that a version can go to it in one step, see [Catalog.Known]: no pre-release, none that is
// deprecated. nil says that there is no higher one.
func (c *Catalog) Newest(provider string, from version.Version) *Release {
	var best *Release
	for _, r := range c.Releases {
		if r.Provider != c.Provider(provider) || !r.isStop() || !c.Known(r, from) {
			continue
		}
		if best == nil || best.Version.Compare(r.Version) < 0 {
			best = r
		}
	}
	return best
}

// Above returns the highest release of a provider above a version that is out, not deprecated and no pre-release, whether a way to it is known or not; nil for none.
func (c *Catalog) Above(provider string, from version.Version) *Release {
	var best *Release
	for _, r := range slices.Concat(c.Releases, c.Others) {
		fits := r.Provider == c.Provider(provider) && IsOut(r.State) && r.State != Deprecated && !r.Version.IsPrerelease() && r.Version.Compare(from) > 0
		if fits && (best == nil || best.Version.Compare(r.Version) < 0) {
			best = r
		}
	}
	return best
}

// Last returns the highest release of a provider above a version, in however many steps it can be reached: no pre-release, none that is deprecated. nil says that there is no higher one.
func (c *Catalog) Last(provider string, from version.Version) *Release {
	var best *Release
	for _, r := range slices.Concat(c.Releases, c.Others) {
		fits := r.Provider == c.Provider(provider) && r.isStop() && r.Version.Compare(from) > 0
		if fits && (best == nil || best.Version.Compare(r.Version) < 0) {
			best = r
		}
	}
	return best
}
