package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// Status writes how clusters stand: what there is to say of each, then a table of all, and a line that sums up. What is alike in several clusters is told once, but with details.
func Status(w io.Writer, rows []*fleet.Row, details bool, p Palette) error {
	var b strings.Builder
	write := func(title string, lines []statusLine) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(&b, "%s\n", p.paint(escape.Text(title), color.Bold))
		for _, l := range lines {
			fmt.Fprintf(&b, "  %s  %s\n", p.paint(l.kind, color.FgYellow), escape.Text(l.text))
		}
		b.WriteByte('\n')
	}
	var told map[*plan.Note]bool
	if !details {
		var alike []statusLine
		alike, told = linesOfSeveral(rows)
		write("In several clusters (--details has each)", alike)
	}
	for _, r := range rows {
		write(r.Cluster.String(), statusLines(r, told))
	}
	t := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "CLUSTER\tRELEASE\tNEXT\tNEWEST\tLOCAL CHANGES\tAPART\tNOTES")
	behind, held, changed, unknown := 0, 0, 0, 0
	for _, r := range rows {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%d\t%d\n", escape.Text(r.Cluster.String()), escape.Text(releaseText(r)), escape.Text(dash(r.Next)), escape.Text(dash(r.Newest)), localText(r), len(r.Apart), len(r.Notes))
		if len(r.Problems) > 0 {
			unknown++
		}
		switch {
		case r.IsHeld():
			held++
		case r.Next != "":
			behind++
		}
		if len(r.Local) > 0 {
			changed++
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(&b, "\n%s: %d can go to a newer release, %s%d changed by hand, %d of which not all is known\n", result.Count(len(rows), "cluster"), behind, onHold(held), changed, unknown)
	_, err := io.WriteString(w, b.String())
	return err
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// releaseText is the release of a cluster with its state, where that is not the usual one.
func releaseText(r *fleet.Row) string {
	if r.Release == "" {
		return "unknown"
	}
	if r.State != "" && r.State != "active" {
		return r.Release + " (" + r.State + ")"
	}
	return r.Release
}

// localText is the number of local changes, "?" where they are not known.
func localText(r *fleet.Row) string {
	if len(r.Problems) > 0 && len(r.Local) == 0 {
		return "?"
	}
	return fmt.Sprint(len(r.Local))
}

// statusLine is one thing to say of a cluster.
type statusLine struct{ kind, text string }

// problemLine is the kind of what is said of a cluster of which something is not known.
const problemLine = "problem"

// linesOfSeveral are what is said alike of several clusters, and the notes that say it.
func linesOfSeveral(rows []*fleet.Row) (out []statusLine, told map[*plan.Note]bool) {
	var kinds []string
	of := map[string][]*plan.Note{}
	from := map[*plan.Note]*plan.Note{} // the notes of the rows, which do not say their cluster
	for _, r := range rows {
		add := func(kind string, n *plan.Note) {
			own := *n
			own.Cluster = r.Cluster.String()
			if of[kind] == nil {
				kinds = append(kinds, kind)
			}
			of[kind], from[&own] = append(of[kind], &own), n
		}
		for i := range r.Problems {
			add(problemLine, &r.Problems[i])
		}
		for i := range r.Notes {
			add(string(r.Notes[i].About), &r.Notes[i].Note)
		}
	}
	told = map[*plan.Note]bool{}
	for _, kind := range kinds {
		for _, g := range grouped(of[kind], People) {
			if !slices.ContainsFunc(g.notes, func(n *plan.Note) bool { return n.Cluster != g.notes[0].Cluster }) {
				continue
			}
			out = append(out, statusLine{kind, g.result(People).String()})
			for _, n := range g.notes {
				told[from[n]] = true
			}
		}
	}
	return out, told
}

// statusLines are what there is to say of one cluster, but for what was told.
func statusLines(r *fleet.Row, told map[*plan.Note]bool) []statusLine {
	var out []statusLine
	for i := range r.Problems {
		if p := &r.Problems[i]; !told[p] {
			out = append(out, statusLine{problemLine, Words(*p, People).String()})
		}
	}
	for _, a := range r.Apart {
		out = append(out, statusLine{"apart", fmt.Sprintf("%s: %s is on %s", a.Item.Location.Path, a.Item.Ref, a.Release)})
	}
	for _, f := range r.Local {
		out = append(out, statusLine{"local change", fieldText(f)})
	}
	for i := range r.Notes {
		if n := &r.Notes[i]; !told[&n.Note] {
			out = append(out, statusLine{string(n.About), Words(n.Note, People).String()})
		}
	}
	return out
}

// fieldText says how a field differs from what a release says.
func fieldText(f fleet.Field) string {
	has, says := apart(f.Has, f.Says, 60)
	has, says = "is "+has, "says "+says
	if f.Has == nil {
		has = "is not set"
	}
	if f.Says == nil {
		says = "removes it"
	}
	return fmt.Sprintf("%s: %s: %s: %s; release %s %s", f.Item.Location.Path, f.Item.Ref, f.Path, has, f.Release, says)
}

// onHold says how many clusters are on hold; "" for none.
func onHold(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d on hold, ", n)
}

// statusDocument is the shape of a status in JSON. Fields are only ever added to a version.
type statusDocument struct {
	APIVersion string            `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string            `json:"kind"`       // Status, or Verification
	Clusters   []clusterDocument `json:"clusters"`
	Errors     []string          `json:"errors"` // what is wrong with files
}

type clusterDocument struct {
	Cluster      string          `json:"cluster"`
	Release      string          `json:"release,omitempty"` // the release it is on
	State        string          `json:"state,omitempty"`   // of that release
	Next         string          `json:"next,omitempty"`    // the newest release it can go to in one step
	Newest       string          `json:"newest,omitempty"`  // the newest release that there is for it
	LocalChanges []fieldDocument `json:"localChanges"`
	Apart        []apartDocument `json:"apart"` // resources on another release
	Notes        []noteDocument  `json:"notes"`
	Problems     []string        `json:"problems"` // why something is not known
}

type fieldDocument struct {
	Resource  *resourceDocument `json:"resource"`
	Path      string            `json:"path"`
	Has       any               `json:"has,omitempty"`
	Says      any               `json:"says,omitempty"`
	Release   string            `json:"release"`
	Component string            `json:"component,omitempty"`
}

type apartDocument struct {
	Resource *resourceDocument `json:"resource"`
	Release  string            `json:"release"`
}

type noteDocument struct {
	Kind     string            `json:"kind"`
	Resource *resourceDocument `json:"resource"`
	Path     string            `json:"path,omitempty"`
	Message  string            `json:"message"`
}

// StatusJSON writes how clusters stand as one document of a kind, Status or Verification, with what is wrong beside them.
func StatusJSON(w io.Writer, kind string, rows []*fleet.Row, errs []string) error {
	d := statusDocument{APIVersion: apiVersion, Kind: kind, Clusters: []clusterDocument{}, Errors: listed(errs)}
	for _, r := range rows {
		c := clusterDocument{
			Cluster: r.Cluster.String(), Release: r.Release, State: r.State, Next: r.Next, Newest: r.Newest,
			LocalChanges: []fieldDocument{}, Apart: []apartDocument{}, Notes: []noteDocument{}, Problems: listed(StatusProblems(r)),
		}
		for _, f := range r.Local {
			c.LocalChanges = append(c.LocalChanges, fieldDocument{itemDocument(f.Item), f.Path.String(), Plain(f.Has), Plain(f.Says), f.Release, f.Component})
		}
		for _, a := range r.Apart {
			c.Apart = append(c.Apart, apartDocument{itemDocument(a.Item), a.Release})
		}
		for _, n := range r.Notes {
			c.Notes = append(c.Notes, noteDocument{string(n.About), itemDocument(n.Item), n.Field.String(), Words(n.Note, People).Message})
		}
		d.Clusters = append(d.Clusters, c)
	}
	return writeJSON(w, d)
}

// Verify writes what of clusters is not as their releases say, a line each, and sums up. broken says that something of them could not be read.
func Verify(w io.Writer, rows []*fleet.Row, broken bool) error {
	var b strings.Builder
	fields, known := 0, 0
	for _, r := range rows {
		if len(r.Problems) == 0 {
			known++
		}
		for _, f := range r.Local {
			fmt.Fprintln(&b, escape.Text(fieldText(f)))
			fields++
		}
	}
	verdict := "as the release says"
	if fields > 0 {
		verdict = result.Count(fields, "field") + " not as the release says"
	}
	if known < len(rows) {
		if fields == 0 {
			verdict = "no field found that is not as the release says"
		}
		verdict += fmt.Sprintf("; of %s not all is known", result.Count(len(rows)-known, "cluster"))
	}
	if broken {
		verdict += "; not all could be read"
	}
	fmt.Fprintf(&b, "%s verified: %s\n", result.Count(len(rows), "cluster"), verdict)
	_, err := io.WriteString(w, b.String())
	return err
}

// StatusProblems say why something is not known of a cluster.
func StatusProblems(r *fleet.Row) []string {
	var out []string
	for _, n := range r.Problems {
		out = append(out, Words(n, People).String())
	}
	return out
}

// countReleases counts the clusters by release, the lowest first.
func countReleases(rows []*fleet.Row) []releaseCount {
	var out []releaseCount
	for _, r := range rows {
		name := r.Release
		if name == "" {
			name = "unknown"
		}
		at := slices.IndexFunc(out, func(c releaseCount) bool { return c.Name == name })
		if at < 0 {
			out = append(out, releaseCount{Name: name})
			at = len(out) - 1
		}
		out[at].Count++
	}
	slices.SortFunc(out, func(a, b releaseCount) int { return compareReleases(a.Name, b.Name) })
	return out
}

type releaseCount struct {
	Name  string
	Count int
}
