package release

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Index is what a releases.json beside the releases of a provider says of them.
type Index struct {
	Provider string
	// File is where it was read, for messages.
	File    string
	Entries []IndexEntry
}

// IndexEntry is one release of an [Index].
type IndexEntry struct {
	Version     string `json:"version"`
	State       string `json:"state"`
	UpgradeFrom string `json:"upgradeFrom"`
	// Date is when it was released, as it is written there.
	Date       string            `json:"date"`
	Timestamp  string            `json:"releaseTimestamp"`
	Changelog  string            `json:"changelogUrl"`
	Deprecated bool              `json:"isDeprecated"`
	Components map[string]string `json:"components"`
	Apps       map[string]string `json:"apps"`

	// Mistyped are fields that are none, and nearly one: the one that is meant, by its name.
	Mistyped map[string]string `json:"-"`
}

// entryFields are the fields of an entry.
var entryFields = []string{"version", "state", "upgradeFrom", "date", "releaseTimestamp", "changelogUrl", "isDeprecated", "components", "apps"}

// UnmarshalJSON reads an entry; fields that are unknown are left alone.
func (e *IndexEntry) UnmarshalJSON(src []byte) error {
	type plain IndexEntry
	if err := json.Unmarshal(src, (*plain)(e)); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(src, &all); err != nil {
		return err
	}
	for name := range all {
		is := func(known string) bool { return strings.EqualFold(known, name) }
		if slices.ContainsFunc(entryFields, is) {
			continue
		}
		for _, known := range entryFields {
			if nearest.IsTypo(name, known) {
				if e.Mistyped == nil {
					e.Mistyped = map[string]string{}
				}
				e.Mistyped[name] = known
			}
		}
	}
	return nil
}

// Released is when the release was made, as it is written; "" where nothing tells.
func (e IndexEntry) Released() string {
	if e.Date != "" {
		return e.Date
	}
	return e.Timestamp
}

// IndexName is the name of the file with a provider's index.
const IndexName = "releases.json"

// StateOf is what the entry says of the release's state; "" where it says nothing.
func (e IndexEntry) StateOf() string {
	if (e.State == "" || strings.EqualFold(e.State, Active)) && e.Deprecated {
		return Deprecated
	}
	return strings.ToLower(e.State)
}

// ParseIndex reads a releases.json: {"releases": [{"version", "state", "upgradeFrom"}]}; other fields are left alone.
func ParseIndex(provider, file string, src []byte) (Index, error) {
	var d struct {
		Releases []IndexEntry `json:"releases"`
	}
	if err := json.Unmarshal(src, &d); err != nil {
		return Index{}, fmt.Errorf("%s: %w; must be such as {\"releases\": [{\"version\": \"34.0.0\", \"upgradeFrom\": \">=33.1.4\"}]}", file, err)
	}
	return Index{provider, file, d.Releases}, nil
}

// index adds what an index says of releases that are in the catalog, where their own items do not say it.
func (r *reader) index(x Index) {
	for _, e := range x.Entries {
		v, err := version.Parse(e.Version)
		if err != nil {
			r.results.Warnf(nil, nil, "%s: %v", x.File, err)
			continue
		}
		for _, rel := range r.catalog.Releases {
			if rel.Provider != r.catalog.Provider(x.Provider) || !rel.Version.Equal(v) {
				continue
			}
			rel.Indexed, rel.Listed = true, true
			for _, name := range slices.Sorted(maps.Keys(e.Mistyped)) {
				rel.Mistyped = append(rel.Mistyped, fmt.Sprintf("%s: the entry of release %s has a field %s, which counts for nothing. Did you mean %s?", x.File, e.Version, name, e.Mistyped[name]))
				if e.Mistyped[name] == "upgradeFrom" && rel.UpgradeFrom.IsZero() {
					rel.Unclear = true
				}
			}
			if state := e.StateOf(); rel.State == "" || rel.State == Active && state == Deprecated { // a release that is out is deprecated in the index
				rel.State = state
			}
			if rel.Date == "" {
				rel.Date = e.Released()
			}
			if rel.Kubernetes == "" {
				rel.Kubernetes = e.Components["kubernetes"]
			}
			if rel.UpgradeFrom.IsZero() && e.UpgradeFrom != "" {
				if rel.UpgradeFrom, err = version.ParseReach(e.UpgradeFrom); err != nil {
					rel.Unclear = true
					r.results.Errorf(nil, nil, "%s: release %s: upgradeFrom %v", x.File, e.Version, err)
				}
			}
		}
	}
}

// ID names a release.
type ID struct{ Provider, Version string }

// Know adds releases that there are and that are not read, with what indexes say of them: they count for the way from one release to another, and for nothing else.
func (c *Catalog) Know(all []ID, indexes []Index) {
	for _, id := range all {
		v, err := version.Parse(id.Version)
		if err != nil || c.Find(id.Provider, v) != nil {
			continue
		}
		r := &Release{Provider: c.Provider(id.Provider), Version: v}
		for _, x := range indexes {
			for _, e := range x.Entries {
				if own, err := version.Parse(e.Version); x.Provider == id.Provider && err == nil && own.Equal(v) {
					r.State, r.Listed = e.StateOf(), true
					if r.UpgradeFrom, err = version.ParseReach(e.UpgradeFrom); err != nil && e.UpgradeFrom != "" {
						r.Unclear = true
					}
				}
			}
		}
		c.Others = append(c.Others, r)
	}
}

// facts reads what an item says of its whole release. Two that differ are an error.
func (r *reader) facts(rel *Release, i *resource.Item) {
	if date := i.Text("spec", "date"); isCustom(i) && date != "" {
		rel.Date = date
	}
	if state := StateOf(i); state != "" {
		if rel.State != "" && rel.State != state {
			r.results.Errorf(i, nil, "the release's state is %q here and %q elsewhere; must be one", state, rel.State)
		}
		rel.State = state
	}
	if i.HasAnnotation(UpgradeFromAnnotation) {
		from, err := version.ParseReach(i.Annotation(UpgradeFromAnnotation))
		switch {
		case err != nil:
			rel.Unclear = true
			r.results.Errorf(i, nil, "%s: %v", UpgradeFromAnnotation, err)
		case !rel.UpgradeFrom.IsZero() && !rel.UpgradeFrom.Equal(from):
			r.results.Errorf(i, nil, "%s is %s here and %s elsewhere; must be one", UpgradeFromAnnotation, from, rel.UpgradeFrom)
		default:
			rel.UpgradeFrom, rel.Listed = from, true
		}
	}
}

// StateOf is what an item of a release says of the release's state; "" where it says nothing.
func StateOf(i *resource.Item) string {
	if state := i.Annotation(StateAnnotation); state != "" || i.Kind != "Release" {
		return strings.ToLower(state)
	}
	return strings.ToLower(i.Text("spec", "state"))
}

// ReachableFrom reports whether a release can be reached from a version in one step.
func (r *Release) ReachableFrom(v version.Version) bool {
	return r.UpgradeFrom.Admits(v)
}
