package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/release"
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
