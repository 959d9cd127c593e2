package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/rollout"
)

// Rollout writes who may go, who waits, and why, for people.
func Rollout(w io.Writer, decisions []rollout.Decision, p Palette) error {
	return Painted(w, p, ofRollout, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
		fmt.Fprintln(t, "CLUSTER\tWAVE\tRELEASE\tVERDICT\tWHY")
		count := map[rollout.Verdict]int{}
		for _, d := range decisions {
			count[d.Verdict]++
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", escape.Text(d.Cluster.Name), escape.Text(dash(d.Wave)), escape.Text(dash(d.Cluster.On)), d.Verdict, escape.Text(d.Why))
		}
		if err := t.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintf(w, "\n%s: %s\n", result.Count(len(decisions), "cluster"), counts(count))
		return err
	})
}

func counts(count map[rollout.Verdict]int) string {
	var parts []string
	for _, v := range []rollout.Verdict{rollout.Done, rollout.Way, rollout.Go, rollout.Waits, rollout.Blocked} {
		if count[v] > 0 {
			text := string(v)
			if v == rollout.Waits && count[v] != 1 {
				text = "wait"
			}
			parts = append(parts, fmt.Sprintf("%d %s", count[v], text))
		}
	}
	return strings.Join(parts, ", ")
}

func ofRollout(line string, first bool) []color.Attribute {
	switch {
	case first:
		return []color.Attribute{color.Bold}
	case strings.Contains(line, "  "+string(rollout.Go)):
		return []color.Attribute{color.FgGreen}
	case strings.Contains(line, "  "+string(rollout.Blocked)):
		return []color.Attribute{color.FgYellow}
	}
	return nil
}

// rolloutStatus is the shape of the state of a rollout in JSON. Fields are only ever added to a version.
type rolloutStatus struct {
	APIVersion string           `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string           `json:"kind"`       // RolloutStatus
	Release    string           `json:"release"`
	Clusters   []rolloutCluster `json:"clusters"`
	Done       bool             `json:"done"` // all clusters are there
}

type rolloutCluster struct {
	Cluster string `json:"cluster"`
	Wave    string `json:"wave,omitempty"`
	On      string `json:"on,omitempty"`
	Since   string `json:"since,omitempty"` // when it got the release
	Verdict string `json:"verdict"`         // done, on its way, may go, waits, blocked
	Why     string `json:"why,omitempty"`
}

// RolloutJSON writes the same as one document.
func RolloutJSON(w io.Writer, spec v1alpha1.RolloutSpec, decisions []rollout.Decision) error {
	d := rolloutStatus{APIVersion: apiVersion, Kind: "RolloutStatus", Release: spec.Release.Provider + "/" + spec.Release.Version, Clusters: []rolloutCluster{}, Done: true}
	for _, x := range decisions {
		since := ""
		if !x.Cluster.Since.IsZero() {
			since = x.Cluster.Since.UTC().Format(time.RFC3339)
		}
		d.Done = d.Done && x.Verdict == rollout.Done
		d.Clusters = append(d.Clusters, rolloutCluster{x.Cluster.Name, x.Wave, x.Cluster.On, since, string(x.Verdict), x.Why})
	}
	return writeJSON(w, d)
}
