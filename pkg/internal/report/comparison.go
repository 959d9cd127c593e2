package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/internal/compare"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// ReleasesDiff writes what a release adds (+), removes (-), raises (^), lowers (v) and otherwise changes (~) over another one, a line for each component and field. That each
// records itself is no news.
func ReleasesDiff(w io.Writer, from, to *release.Release, components []compare.Component) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "\tCOMPONENT\tFIELD\t%s\t%s\n", from, to)
	for _, row := range rowsOf(from, to, components) {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", row.sign, row.component, row.field, row.old, row.next)
	}
	return t.Flush()
}

// ReleasesDiffMarkdown writes the same for the pull request of a release: what it comes to, and a table.
func ReleasesDiffMarkdown(w io.Writer, from, to *release.Release, components []compare.Component) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s to %s\n\n%s.\n", escape.Markdown(from.String()), escape.Markdown(to.String()), tally(from, to, components))
	if rows := rowsOf(from, to, components); len(rows) > 0 {
		fmt.Fprintf(&b, "\n| | component | field | %s | %s |\n|---|---|---|---|---|\n", escape.Markdown(from.String()), escape.Markdown(to.String()))
		for _, row := range rows {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", signWords[row.sign], escape.Markdown(row.component), escape.Markdown(row.field), escape.Markdown(plainly(row.old)), escape.Markdown(plainly(row.next)))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// signWords are the signs where there is room for words.
var signWords = map[string]string{"+": "new", "-": "gone", "^": "up", "v": "**down**", "~": "changed"}

// comparedRow is what is otherwise in a field of a component.
type comparedRow struct{ sign, component, field, old, next string }

// rowsOf are components field by field; one that comes or goes is one row, with its version.
func rowsOf(from, to *release.Release, components []compare.Component) []comparedRow {
	const limit = 60
	var out []comparedRow
	for _, c := range components {
		if c.Op != merge.Update {
			row := comparedRow{sign: sign(c.Op), component: escape.Text(c.Name)}
			if at, v := c.Version(); v != nil {
				row.field = escape.Text(at.String())
				if c.Op == merge.Add {
					row.next = short(v, limit)
				} else {
					row.old = short(v, limit)
				}
			}
			out = append(out, row)
			continue
		}
		for _, x := range c.Told(from, to) {
			old, next := apart(x.Old, x.New, limit)
			out = append(out, comparedRow{directed(x), escape.Text(c.Name), escape.Text(x.Path.String()), old, next})
		}
	}
	return out
}

// directed is the sign of a change, which says where a version goes.
func directed(c merge.Change) string {
	switch compare.DirectionOf(c) {
	case compare.Up:
		return "^"
	case compare.Down:
		return "v"
	}
	return sign(c.Op)
}

// tally counts what becomes of components, in words.
func tally(from, to *release.Release, components []compare.Component) string {
	var added, removed, changed, lowered int
	for _, c := range components {
		switch {
		case c.Op == merge.Add:
			added++
		case c.Op == merge.Delete:
			removed++
		case len(c.Told(from, to)) > 0:
			changed++
		}
		for _, x := range c.Changes {
			if compare.DirectionOf(x) == compare.Down {
				lowered++
				break
			}
		}
	}
	if added+removed+changed == 0 {
		return "no component differs"
	}
	text := fmt.Sprintf("%s changed, %d new, %d gone", result.Count(changed, "component"), added, removed)
	if lowered > 0 {
		text += fmt.Sprintf("; in %d a version goes down", lowered)
	}
	return text
}

// comparisonDocument is the shape of a comparison of releases in JSON. Fields are only ever added to a version.
type comparisonDocument struct {
	APIVersion string                      `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string                      `json:"kind"`       // ReleaseDiff
	From       string                      `json:"from"`
	To         string                      `json:"to"`
	Components []comparedComponentDocument `json:"components"` // that are not alike
}

type comparedComponentDocument struct {
	Name    string                  `json:"name"`
	Op      string                  `json:"op"` // add, update, delete
	Changes []comparedFieldDocument `json:"changes"`
}

type comparedFieldDocument struct {
	Op        string `json:"op"` // add, update, delete
	Path      string `json:"path"`
	Old       any    `json:"old,omitempty"`
	New       any    `json:"new,omitempty"`
	Direction string `json:"direction,omitempty"` // of a version: up, down
}

// ReleasesDiffJSON writes the same as one document, with all that a component which comes or goes sets, and with records.
func ReleasesDiffJSON(w io.Writer, from, to *release.Release, components []compare.Component) error {
	d := comparisonDocument{APIVersion: apiVersion, Kind: "ReleaseDiff", From: from.String(), To: to.String(), Components: []comparedComponentDocument{}}
	for _, c := range components {
		x := comparedComponentDocument{Name: c.Name, Op: string(c.Op), Changes: []comparedFieldDocument{}}
		for _, ch := range c.Changes {
			x.Changes = append(x.Changes, comparedFieldDocument{string(ch.Op), ch.Path.String(), Plain(ch.Old), Plain(ch.New), string(compare.DirectionOf(ch))})
		}
		d.Components = append(d.Components, x)
	}
	return writeJSON(w, d)
}
