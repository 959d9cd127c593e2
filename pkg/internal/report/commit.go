package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

const (
	commitWidth = 72 // columns of a commit message (https://git-scm.com/docs/git-commit#_discussion)
	commitLines = 30 // of changes: what a screen shows
)

// CommitMessage is the message of a commit that carries out a plan: in its subject what changes, in its body the changes, those that are alike in several clusters once, on one
// screen; and the release as a trailer.
func CommitMessage(p *plan.Plan) string {
	var b strings.Builder
	b.WriteString(subject(p) + "\n\n")
	wrap(&b, "", Summary(p)+".")
	b.WriteString("\n")
	all := alikes(p)
	for _, a := range all[:min(len(all), commitLines)] {
		text := a.what()
		if len(p.Clusters) > 1 {
			text += " (" + a.where() + ")"
		}
		wrap(&b, "  ", text)
	}
	if len(all) > commitLines {
		fmt.Fprintf(&b, "and %d more\n", len(all)-commitLines)
	}
	b.WriteByte('\n')
	for _, r := range p.Releases() {
		fmt.Fprintf(&b, "Release: %s\n", r)
	}
	return escapeLines(b.String())
}

// subject is the first line of a commit: the cluster, and the one change of it, or what changes.
func subject(p *plan.Plan) string {
	clusters := byCluster(p)
	who := result.Count(len(clusters), "cluster")
	if len(clusters) == 1 {
		who = clusters[0].name
	}
	parts := headline(alikes(p))
	to, short := target(p), "upgrade to "+target(p)
	if goesBack(p) {
		to, short = "back to "+to, "back to "+to
	}
	for n := len(parts); n > 0; n-- { // as much of it as there is room for
		if text := fmt.Sprintf("%s: %s (%s)", who, strings.Join(parts[:n], ", "), to); len([]rune(text)) <= commitWidth {
			return escape.Text(text)
		}
	}
	return escape.Text(who + ": " + short)
}

// goesBack reports whether all clusters of a plan go to an older release than the one that they are on.
func goesBack(p *plan.Plan) bool {
	for _, c := range p.Clusters {
		on, err := version.Parse(c.On.Text)
		if err != nil || c.To == nil || on.Compare(c.To.Version) <= 0 {
			return false
		}
	}
	return len(p.Clusters) > 0
}

// title is what a plan comes to, as the title of a page.
func title(p *plan.Plan) string {
	if goesBack(p) {
		return "Back to " + target(p)
	}
	return "Upgrade to " + target(p)
}

// headline are the most important of changes, those that matter most first: Kubernetes, the app where it is one, what goes.
func headline(all []alike) []string {
	var parts []string
	apps := map[string]bool{}
	var app []alike   // the last one
	var steps []alike // of Kubernetes
	others, gone := 0, 0
	for _, a := range all {
		switch {
		case a.path == "" && a.sign == "-":
			gone += len(a.resources)
		case a.rank == rankKubernetes:
			if len(steps) == 0 || a.subject() == steps[0].subject() {
				steps = append(steps, a)
			}
		case a.rank == rankRecords:
		case a.rank == rankApps:
			if !apps[a.component] {
				app = nil
			}
			apps[a.component], app = true, append(app, a)
		default:
			others++
		}
	}
	if len(steps) > 0 {
		parts = append(parts, steps[0].subject()+stepOf(steps))
	}
	switch {
	case len(apps) == 1 && isStep(app) && len(parts) == 0 && others == 0 && gone == 0:
		parts = append(parts, app[0].name()+" "+stepOf(app))
	case len(apps) > 0:
		parts = append(parts, result.Count(len(apps), "app"))
	}
	if gone > 0 {
		parts = append(parts, result.Count(gone, "resource")+" removed")
	}
	if len(parts) == 0 {
		parts = append(parts, result.Count(len(all), "change"))
	}
	return parts
}

// isStep reports whether changes are all of one field that has values before and after.
func isStep(all []alike) bool {
	return !slices.ContainsFunc(all, func(a alike) bool { return len(a.olds) == 0 || a.next == "" || a.name() != all[0].name() })
}

// stepOf is from what to what versions go, in as many words as there are.
func stepOf(all []alike) string {
	one := all[0]
	var to []string
	for _, a := range all {
		if next := strings.Trim(a.next, `"`); !slices.Contains(to, next) {
			to = append(to, next)
		}
		for _, old := range a.olds {
			if !slices.Contains(one.olds, old) {
				one.olds = append(slices.Clip(one.olds), old)
			}
		}
	}
	if len(to) < 2 {
		return step(one)
	}
	return "to " + strings.Join(to[:len(to)-1], ", ") + " and " + to[len(to)-1]
}

// step is from what to what a value goes.
func step(a alike) string {
	from, to := strings.Trim(a.was(), `"`), strings.Trim(a.next, `"`)
	switch {
	case len(a.olds) > 1:
		return "to " + to
	case from == "":
		return to
	case to == "":
		return "removed"
	}
	return from + " to " + to
}

// wrap writes a paragraph of lines that are no longer than a commit's, those behind the first with an indent; words that are longer stay whole.
func wrap(b *strings.Builder, indent, text string) {
	column := 0
	for i, word := range strings.Fields(text) {
		width := len([]rune(word))
		switch {
		case i == 0:
		case column+1+width > commitWidth:
			b.WriteString("\n" + indent)
			column = len(indent)
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += width
	}
	b.WriteByte('\n')
}

// escapeLines escapes each line of a text.
func escapeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = escape.Plain(escape.Text(l))
	}
	return strings.Join(lines, "\n")
}
