package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Releases writes the releases of a catalog as a table; on is how many clusters are on each.
func Releases(w io.Writer, c *release.Catalog, on map[*release.Release]int) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "RELEASE\tSTATE\tKUBERNETES\tDATE\tFROM\tCLUSTERS\tCOMPONENTS")
	for _, r := range c.Releases {
		from := ""
		if !r.UpgradeFrom.IsZero() {
			from = r.UpgradeFrom.String()
		}
		date, _, _ := strings.Cut(r.Date, "T")
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%d\n", r, escape.Text(dash(r.State)), escape.Text(dash(kubernetes(r))), escape.Text(dash(date)), dash(from), on[r], len(r.Components))
	}
	return t.Flush()
}

// kubernetes is the version of Kubernetes that a release brings, without a v.
func kubernetes(r *release.Release) string {
	return strings.TrimPrefix(match.KubernetesVersion(r), "v")
}

// releasesDocument is the shape of the catalog in JSON. Fields are only ever added to a version.
type releasesDocument struct {
	APIVersion string            `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string            `json:"kind"`       // Releases
	Releases   []releaseDocument `json:"releases"`
	Errors     []string          `json:"errors"` // what is wrong with files
}

type releaseDocument struct {
	Release     string   `json:"release"`
	State       string   `json:"state,omitempty"`
	Kubernetes  string   `json:"kubernetes,omitempty"`
	Date        string   `json:"date,omitempty"`
	UpgradeFrom string   `json:"upgradeFrom,omitempty"` // the lowest release that it can be reached from, or a range
	Clusters    int      `json:"clusters"`              // that are on it
	Components  []string `json:"components"`
}

// ReleasesJSON writes the same as one document.
func ReleasesJSON(w io.Writer, c *release.Catalog, on map[*release.Release]int, errs []string) error {
	d := releasesDocument{APIVersion: apiVersion, Kind: "Releases", Releases: []releaseDocument{}, Errors: listed(errs)}
	for _, r := range c.Releases {
		x := releaseDocument{Release: r.String(), State: r.State, Kubernetes: kubernetes(r), Date: r.Date, Clusters: on[r], Components: []string{}}
		if !r.UpgradeFrom.IsZero() {
			x.UpgradeFrom = r.UpgradeFrom.String()
		}
		for _, comp := range r.Components {
			x.Components = append(x.Components, comp.Name)
		}
		d.Releases = append(d.Releases, x)
	}
	return writeJSON(w, d)
}

// ReleasesRenovate writes the releases of all providers as a custom datasource of Renovate has them (https://docs.renovatebot.com/modules/datasource/custom/).
func ReleasesRenovate(w io.Writer, c *release.Catalog) error {
	type entry struct {
		Version    string `json:"version"`
		Timestamp  string `json:"releaseTimestamp,omitempty"`
		Deprecated bool   `json:"isDeprecated"`
	}
	d := struct {
		Releases []entry `json:"releases"`
	}{[]entry{}}
	for _, r := range c.Releases {
		if !release.IsOut(r.State) { // which nobody is to be proposed
			continue
		}
		d.Releases = append(d.Releases, entry{r.String(), r.Date, r.State == release.Deprecated})
	}
	return writeJSON(w, d)
}

// ReleasesDiff writes what a release adds (+), removes (-), raises (^), lowers (v) and otherwise changes (~) over another one, a line
// for each component and field.
func ReleasesDiff(w io.Writer, from, to *release.Release) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "\tCOMPONENT\tFIELD\t%s\t%s\n", from, to)
	old, next := byName(from), byName(to)
	for _, c := range from.Components {
		if next[c.Name] == nil {
			fmt.Fprintf(t, "-\t%s\t\t\t\n", c.Name)
		}
	}
	for _, c := range to.Components {
		if old[c.Name] == nil {
			fmt.Fprintf(t, "+\t%s\t\t\t\n", c.Name)
			continue
		}
		hides := secretLike(old[c.Name], c)
		for _, ch := range merge.Difference(composed(old[c.Name]), composed(c)) {
			shown := func(n *yamltree.Node) string { return short(secret.Mask(hides, ch.Path, n), 60) }
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", direction(ch), c.Name, escape.Text(ch.Path.String()), shown(ch.Old), shown(ch.New))
		}
	}
	return t.Flush()
}

// secretLike is a Secret where a component is for one, or may be for all that it says; else nil.
func secretLike(components ...*release.Component) *resource.Item {
	for _, c := range components {
		for _, p := range c.Patches {
			kind := yamltree.Get(p.Data, "kind")
			if p.Target != nil && p.Target.Kind == "Secret" || kind != nil && kind.Value == "Secret" || yamltree.Get(p.Data, "stringData") != nil {
				return &resource.Item{Ref: resource.Ref{APIVersion: "v1", Kind: "Secret"}}
			}
		}
	}
	return nil
}

func byName(r *release.Release) map[string]*release.Component {
	out := map[string]*release.Component{}
	for _, c := range r.Components {
		out[c.Name] = c
	}
	return out
}

// composed is all that a component sets, base with overlay over it.
func composed(c *release.Component) *yamltree.Node {
	var patches []merge.Patch
	for _, p := range c.Patches {
		data := p.Data
		if p.Only == release.Kubernetes { // it sets the version wherever a kind keeps it
			data = yamltree.NewMap().Add("version", yamltree.Str(p.Version))
		}
		if data != nil {
			patches = append(patches, merge.Patch{Component: c.Name, Rank: p.Rank(), Data: data})
		}
	}
	return merge.Compose(patches, schema.NewType(nil))
}

// direction reports whether a version goes up or down.
func direction(c merge.Change) string {
	if c.Op != merge.Update || c.Old.Kind != yamltree.Scalar || c.New.Kind != yamltree.Scalar {
		return sign(c.Op)
	}
	a, errA := version.Parse(c.Old.Value)
	b, errB := version.Parse(c.New.Value)
	switch {
	case errA != nil || errB != nil:
		return "~"
	case a.Compare(b) < 0:
		return "^"
	case a.Compare(b) > 0:
		return "v"
	}
	return "~"
}
