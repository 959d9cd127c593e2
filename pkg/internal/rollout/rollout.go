// Package rollout decides which clusters of a rollout may go now. It is pure: what it knows is the rollout, what git says of each cluster, the time, and the results of gates, so that it
// gives the same answer wherever and whenever it is asked. What is not known does not go.
package rollout

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
)

// Cluster is what git says of a cluster.
type Cluster struct {
	Name, Installation string
	// On is the release that it is on, and There whether that is the target, or a later one; Since when, by the commit that brought it.
	On    string
	There bool
	Since time.Time
	// Way says that its branch is there, and not merged.
	Way bool
	// Doubt says why it cannot go, "" where it can.
	Doubt string
}

// Verdict is what becomes of a cluster now.
type Verdict string

// The verdicts.
const (
	Done    Verdict = "done"
	Way     Verdict = "on its way"
	Go      Verdict = "may go"
	Waits   Verdict = "waits"
	Blocked Verdict = "blocked"
)

// Decision is a verdict about a cluster, with the wave that it is in, and why.
type Decision struct {
	Cluster Cluster
	Wave    string // "" for none
	Verdict Verdict
	Why     string
}

// Next decides about all clusters, in the order of the waves and of their names. gates are the exit codes of checks, by name.
func Next(spec v1alpha1.RolloutSpec, clusters []Cluster, now time.Time, gates map[string]int) []Decision {
	waves, rest := sorted(spec.Waves, clusters)
	closed := shut(spec, now)
	if closed == "" {
		closed = gate(spec.Gates, gates)
	}
	var out []Decision
	before := "" // why the waves behind wait
	for n, w := range spec.Waves {
		limit := w.Limit(len(waves[n]))
		reason := before
		if reason == "" {
			reason = namesNone(w, clusters)
		}
		if reason == "" {
			reason = closed
		}
		if reason == "" {
			reason = gate(w.Gates, gates)
		}
		way := 0
		for _, c := range waves[n] {
			if c.Way && !c.There {
				way++
			}
		}
		var last time.Time
		open := 0
		for _, c := range waves[n] {
			d := Decision{Cluster: c, Wave: w.Name, Why: reason}
			switch {
			case c.There:
				d.Verdict, d.Why = Done, ""
				if c.Since.After(last) {
					last = c.Since
				}
				if c.Since.IsZero() {
					last = now // it is not known since when
				}
			case c.Doubt != "":
				d.Verdict, d.Why = Blocked, c.Doubt
			case c.Way:
				d.Verdict, d.Why = Way, "its branch is not merged yet"
			case reason != "":
				d.Verdict = Waits
			case way >= limit:
				d.Verdict, d.Why = Waits, fmt.Sprintf("the wave has %d at a time", limit)
			default:
				d.Verdict, d.Why = Go, ""
				way++
			}
			if d.Verdict != Done {
				open++
			}
			out = append(out, d)
		}
		if before == "" {
			before = namesNone(w, clusters)
		}
		if before == "" {
			before = holdsBack(w, open, last, now)
		}
	}
	for _, c := range rest {
		d := Decision{Cluster: c, Verdict: Blocked, Why: "no wave names it"}
		if c.There {
			d.Verdict, d.Why = Done, ""
		}
		out = append(out, d)
	}
	return out
}

// holdsBack says why a wave keeps those behind it waiting, "" where it does not.
func holdsBack(w v1alpha1.Wave, open int, last, now time.Time) string {
	if open > 0 {
		return fmt.Sprintf("the wave %s is not through: %d to go", w.Name, open)
	}
	soak, _ := time.ParseDuration(w.Soak)
	if until := last.Add(soak); soak > 0 && now.Before(until) {
		return fmt.Sprintf("the wave %s soaks until %s", w.Name, until.UTC().Format(time.RFC3339))
	}
	return ""
}

// sorted are the clusters by waves, each in the first that names it, and those that none does.
func sorted(waves []v1alpha1.Wave, clusters []Cluster) (of [][]Cluster, rest []Cluster) {
	of = make([][]Cluster, len(waves))
	all := slices.Clone(clusters)
	slices.SortFunc(all, func(a, b Cluster) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range all {
		at := slices.IndexFunc(waves, func(w v1alpha1.Wave) bool {
			return slices.ContainsFunc(w.Clusters, func(pattern string) bool { return fits(pattern, c) })
		})
		if at < 0 {
			rest = append(rest, c)
			continue
		}
		of[at] = append(of[at], c)
	}
	return of, rest
}

// fits reports whether a pattern is for a cluster: installation/cluster, an installation, or a cluster's ID.
func fits(pattern string, c Cluster) bool {
	return layout.Glob(pattern, c.Name) || !strings.Contains(pattern, "/") && (layout.Glob(pattern, c.Installation) || layout.Glob(pattern, c.Name[strings.LastIndex(c.Name, "/")+1:]))
}

// namesNone says which pattern of a wave is for no cluster: what it was to hold back must wait until that is mended.
func namesNone(w v1alpha1.Wave, clusters []Cluster) string {
	for _, pattern := range w.Clusters {
		if !slices.ContainsFunc(clusters, func(c Cluster) bool { return fits(pattern, c) }) {
			return fmt.Sprintf("the wave %s names %q, which is no cluster of the rollout: none in the checkout, or of another provider", w.Name, pattern)
		}
	}
	return ""
}

// gate says which gate is shut, or not known; "" for none.
func gate(names []string, gates map[string]int) string {
	for _, name := range names {
		code, known := gates[name]
		switch {
		case !known:
			return fmt.Sprintf("the gate %s is not known", name)
		case code != 0:
			return fmt.Sprintf("the gate %s is shut, with exit code %d", name, code)
		}
	}
	return ""
}

// shut says why no cluster may go at a time; "" where they may.
func shut(spec v1alpha1.RolloutSpec, now time.Time) string {
	day := now.UTC().Format(time.DateOnly)
	for _, f := range spec.Freezes {
		if f.From <= day && day <= f.Until {
			text := fmt.Sprintf("a freeze is on until %s", f.Until)
			if f.Reason != "" {
				text += " (" + f.Reason + ")"
			}
			return text
		}
	}
	if len(spec.Windows) == 0 {
		return ""
	}
	for _, w := range spec.Windows {
		zone, err := time.LoadLocation(w.Timezone)
		if err != nil {
			continue // not known, and so no window
		}
		here := now.In(zone)
		clock := here.Format("15:04")
		if (len(w.Days) == 0 || slices.Contains(w.Days, here.Format("Mon"))) && w.From <= clock && clock < w.To {
			return ""
		}
	}
	return "no window is open"
}
