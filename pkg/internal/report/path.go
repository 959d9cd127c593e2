package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// Paths writes the ways of clusters to a release: the stops, why each is there, and what each step changes.
func Paths(w io.Writer, ways []*fleet.Way, p Palette) error {
	var b strings.Builder
	for _, way := range ways {
		fmt.Fprintf(&b, "%s: %s\n", p.paint(escape.Text(way.Cluster.String()), color.Bold), escape.Text(stops(way)))
		for n, step := range way.Steps {
			why := "what was asked for"
			if step.Why != nil {
				why = fmt.Sprintf("needed, since %s can be reached only from %s", step.Why, step.Why.UpgradeFrom.Words())
				if step.Why.UpgradeFrom.IsZero() {
					why = fmt.Sprintf("on the way to %s", step.Why)
				}
			}
			fmt.Fprintf(&b, "  %d. %s  %s\n", n+1, p.paint(step.Release.String(), color.Bold), escape.Text(why))
			for _, line := range stepLines(step.Plan) {
				fmt.Fprintf(&b, "     %s\n", escape.Text(line))
			}
		}
		if len(way.Steps) > 0 && !way.Blocked() {
			fmt.Fprintf(&b, "  Next: apply-release upgrade %s -r %s\n", escape.Text(escape.Shell(way.Cluster.String())), way.Steps[0].Release)
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// stops are the releases on a way, in a line.
func stops(w *fleet.Way) string {
	switch {
	case w.Doubt != nil:
		return Words(*w.Doubt, People).Message
	case w.Problem != nil:
		return w.Problem.Error()
	case len(w.Steps) == 0:
		return fmt.Sprintf("is on %s already, or on a newer one", w.To)
	}
	text := "v" + strings.TrimPrefix(w.From, "v")
	for _, s := range w.Steps {
		text += " → " + s.Release.Version.String()
	}
	return text
}

// ofTheWay are kinds of warnings that speak against a step as such, rather than against single changes, which plan shows.
var ofTheWay = []plan.Kind{plan.PartUnreachable, plan.KubernetesSkips, plan.KubernetesDown, plan.WorkersAhead, plan.WorkersBehind, plan.AppVersionGone}

// stepLines are what one step comes to.
func stepLines(c *plan.Cluster) []string {
	changes, resources, lost, foreign, kubernetes := 0, 0, 0, 0, ""
	for _, r := range c.Resources {
		told := r.Told()
		changes += len(told)
		if len(told) > 0 {
			resources++
		}
		for _, x := range told {
			if a := alikeOf(r, x); a.rank == rankKubernetes && kubernetes == "" {
				a.next = a.becomes(r, x)
				a.add(c, r, x, false)
				kubernetes = a.subject() + step(a)
			}
		}
	}
	for _, n := range c.Notes {
		switch {
		case n.Kind != plan.LocalLost:
		case n.Was == nil: // no local change of what a release says, as status counts them
			foreign++
		default:
			lost++
		}
	}
	out := []string{fmt.Sprintf("%s in %s", result.Count(changes, "change"), result.Count(resources, "resource"))}
	if kubernetes != "" {
		out[0] += ", " + kubernetes
	}
	if x := c.Rollout(); x != nil {
		out = append(out, Estimate(x)+" (a static estimate)")
	}
	if lost > 0 {
		out = append(out, result.Count(lost, "local change")+" would be lost; plan shows them")
	}
	if foreign > 0 {
		out = append(out, result.Count(foreign, "value")+" that no release set would be replaced or removed; plan shows them")
	}
	var notes []*plan.Note
	for i, n := range c.Notes {
		if n.Severity == result.Error {
			out = append(out, "blocked: "+Words(n, People).String())
		} else if n.Severity == result.Warning && slices.Contains(ofTheWay, n.Kind) {
			notes = append(notes, &c.Notes[i])
		}
	}
	for _, g := range grouped(notes, People) {
		out = append(out, "warning: "+g.result(People).String())
	}
	return out
}

// pathsDocument is the shape of ways in JSON. Fields are only ever added to a version.
type pathsDocument struct {
	APIVersion string         `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string         `json:"kind"`       // Paths
	Clusters   []pathDocument `json:"clusters"`
}

type pathDocument struct {
	Cluster string         `json:"cluster"`
	From    string         `json:"from,omitempty"`
	To      string         `json:"to,omitempty"`
	Steps   []stepDocument `json:"steps"`
	Problem string         `json:"problem,omitempty"` // why there is none
}

type stepDocument struct {
	Release   string           `json:"release"`
	NeededFor string           `json:"neededFor,omitempty"` // the release behind it
	Changes   []changeDocument `json:"changes"`
	Rollout   *rolloutDocument `json:"rollout,omitempty"`
	Results   []resultDocument `json:"results"`
}

// PathsJSON writes the same as one document, with every change.
func PathsJSON(w io.Writer, ways []*fleet.Way) error {
	d := pathsDocument{APIVersion: apiVersion, Kind: "Paths", Clusters: []pathDocument{}}
	for _, way := range ways {
		x := pathDocument{Cluster: way.Cluster.String(), From: way.From, Steps: []stepDocument{}}
		if way.To != nil {
			x.To = way.To.String()
		}
		if way.Doubt != nil || way.Problem != nil {
			x.Problem = stops(way)
		}
		for _, s := range way.Steps {
			step := stepDocument{Release: s.Release.String(), Changes: changesOf(s.Plan), Results: []resultDocument{}, Rollout: rolloutOf(s.Plan)}
			if s.Why != nil {
				step.NeededFor = s.Why.String()
			}
			for _, n := range s.Plan.Notes {
				step.Results = append(step.Results, documentOf(Words(n, People)))
			}
			x.Steps = append(x.Steps, step)
		}
		d.Clusters = append(d.Clusters, x)
	}
	return writeJSON(w, d)
}
