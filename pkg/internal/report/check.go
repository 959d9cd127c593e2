package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// checkDocument is the shape of the check of a release in JSON. Fields are only ever added to a version.
type checkDocument struct {
	APIVersion string           `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string           `json:"kind"`       // Check
	Release    string           `json:"release"`
	Results    []resultDocument `json:"results"` // errors, then warnings
	Summary    string           `json:"summary"`
}

// Check writes what is wrong with a release, errors last on a terminal, where they are seen.
func Check(w io.Writer, r *release.Release, notes []plan.Note, asJSON bool) error {
	list := checked(notes)
	summary := fmt.Sprintf("%s: %s", r, checkSummary(notes))
	if asJSON {
		d := checkDocument{APIVersion: apiVersion, Kind: "Check", Release: r.String(), Results: []resultDocument{}, Summary: summary}
		list.Sort()
		for _, x := range list {
			d.Results = append(d.Results, documentOf(x))
		}
		return writeJSON(w, d)
	}
	var b strings.Builder
	list.Sort()
	slices.Reverse(list)
	for _, x := range list {
		fmt.Fprintf(&b, "%s: %s\n", x.Severity, x)
	}
	b.WriteString(escape.Text(summary) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// checkSummary says how much is wrong.
func checkSummary(notes []plan.Note) string {
	list := checked(notes)
	return result.Count(list.Count(result.Error), "error") + ", " + result.Count(list.Count(result.Warning), "warning")
}

func checked(notes []plan.Note) result.List {
	var list result.List
	for _, n := range notes {
		list = append(list, Words(n, People))
	}
	return list
}
