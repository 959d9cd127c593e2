package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// Palette colours what people read; the zero Palette does not.
type Palette struct{ On bool }

func (p Palette) paint(text string, attributes ...color.Attribute) string {
	if !p.On {
		return text
	}
	c := color.New(attributes...)
	c.EnableColor()
	return c.Sprint(text)
}

// Text writes a plan for people: what changes in each resource, with the reason why that was chosen, old and new value of every field, what there is to note,
// and what is likely to roll. Of several clusters, what is alike is told once, with a count, but with details.
func Text(w io.Writer, u *Upgrade, p Palette) error {
	var b strings.Builder
	for _, x := range checked(u.Checked) {
		fmt.Fprintf(&b, "%s\n", p.paint(string(x.Severity)+": "+x.String(), color.FgYellow))
	}
	if u.Impact {
		fmt.Fprintf(&b, "check of the release: %s\n\n", checkSummary(u.Checked))
	}
	notes := notesOf(u.Plan)
	clusters := byCluster(u.Plan)
	if len(clusters) > 1 && !u.Details {
		textTogether(&b, u, clusters, p)
	} else {
		for _, c := range clusters {
			textCluster(&b, c, notes, p)
		}
	}
	if rest := notes.rest(u.Details); len(rest) > 0 {
		shown := len(rest)
		if len(clusters) > 1 && !u.Details {
			shown = min(shown, fewNotes)
		}
		for _, r := range rest[:shown] {
			fmt.Fprintf(&b, "%s\n", p.paint("! "+r.String(), color.FgYellow))
		}
		if shown < len(rest) {
			fmt.Fprintf(&b, "! and %s (--details has them)\n", result.Count(len(rest)-shown, "more note"))
		}
		b.WriteByte('\n')
	}
	textBlocked(&b, u, p)
	textNotices(&b, u, p)
	if text := absent(u.Plan); text != "" && !u.Details {
		fmt.Fprintf(&b, "%s (--details names them)\n", escape.Text(text))
	}
	b.WriteString(escape.Text(Summary(u.Plan)) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// What of several clusters is told at most without details.
const (
	fewNotes   = 6
	fewReasons = 6 // why clusters are blocked
	fewOrigins = 6 // releases that clusters come from
)

// textBlocked lists the clusters that cannot go, and why; where they are many, by the reasons that they share.
func textBlocked(b *strings.Builder, u *Upgrade, p Palette) {
	if len(u.Blocked) == 0 {
		return
	}
	fmt.Fprintf(b, "%s\n", p.paint(result.Count(len(u.Blocked), "cluster")+" blocked:", color.Bold))
	why := blockedNotes(u)
	groups := grouped(why, People)
	if len(why) <= fewReasons || u.Details {
		for _, n := range why {
			fmt.Fprintf(b, "  %s\n", escape.Text(Words(*n, People).String()))
		}
		groups = nil
	}
	for _, g := range groups[:min(len(groups), fewReasons)] {
		fmt.Fprintf(b, "  %s\n", escape.Text(g.result(People).String()))
	}
	if len(groups) > fewReasons {
		fmt.Fprintf(b, "  and %s (--details has them)\n", result.Count(len(groups)-fewReasons, "more reason"))
	}
	b.WriteByte('\n')
}

func textCluster(b *strings.Builder, c clusterChanges, notes *notes, p Palette) {
	from := ""
	if v := c.cluster.On.Text; v != "" {
		from = " from " + v
	}
	fmt.Fprintf(b, "%s%s to %s\n", p.paint(escape.Text(c.name), color.Bold), escape.Text(from), p.paint(goal(c.cluster), color.Bold))
	for _, r := range c.resources {
		textResource(b, r, p)
		for _, n := range notes.take(r.Item) {
			text := Words(*n, People).Message
			if len(n.Field) > 0 {
				text = n.Field.String() + "  " + text
			}
			fmt.Fprintf(b, "    %s\n", p.paint(escape.Text("! "+text), color.FgYellow))
		}
	}
	if x := c.cluster.Rollout(); x != nil {
		fmt.Fprintf(b, "  rollout, a static estimate: %s\n", escape.Text(Estimate(x)))
	}
	b.WriteByte('\n')
}

// textTogether writes the changes of several clusters, those that are alike once.
func textTogether(b *strings.Builder, u *Upgrade, clusters []clusterChanges, p Palette) {
	alike := u.sameGoal()
	b.WriteString(p.paint(result.Count(len(clusters), "cluster"), color.Bold))
	if alike {
		fmt.Fprintf(b, " to %s", p.paint(goal(clusters[0].cluster), color.Bold))
	}
	b.WriteByte('\n')
	from := origins(clusters, !alike)
	for _, f := range from[:min(len(from), fewOrigins)] {
		fmt.Fprintf(b, "  %s: %s\n", escape.Text(f.from), escape.Text(some(f.clusters, 5)))
	}
	if len(from) > fewOrigins {
		fmt.Fprintf(b, "  and from %s\n", result.Count(len(from)-fewOrigins, "more release"))
	}
	all, more := few(alikes(u.Plan), 1)
	width := 0
	for _, a := range all {
		width = max(width, utf8.RuneCountInString(a.what()))
	}
	const most = 90
	width = min(width, most)
	rank := -1
	for _, a := range all {
		if a.rank != rank {
			rank = a.rank
			b.WriteByte('\n')
		}
		text := a.what()
		pad := strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
		fmt.Fprintf(b, "  %s%s  %s\n", p.paint(text, colorOf(text)), pad, escape.Text(a.where()))
	}
	if more > 0 {
		fmt.Fprintf(b, "  and %s (--details has them)\n", result.Count(more, "more change"))
	}
	b.WriteByte('\n')
	fmt.Fprintf(b, "  rollout, a static estimate: %s\n", escape.Text(rolls(clusters)))
	b.WriteByte('\n')
}

// origin is a release that some clusters are on.
type origin struct {
	from     string
	clusters []string
}

// origins are the releases that clusters are on, in the order of the clusters; with where they go, where goals are to be shown.
func origins(clusters []clusterChanges, goals bool) []origin {
	var out []origin
	for _, c := range clusters {
		from := "from an unknown release"
		if v := c.cluster.On.Text; v != "" {
			from = "from " + v
		}
		if goals {
			from += " to " + goal(c.cluster)
		}
		at := slices.IndexFunc(out, func(o origin) bool { return o.from == from })
		if at < 0 {
			at, out = len(out), append(out, origin{from: from})
		}
		out[at].clusters = append(out[at].clusters, c.name)
	}
	return out
}

// goal is the release that a cluster is to get, with the stops behind it.
func goal(c *plan.Cluster) string {
	text := ""
	if c.To != nil {
		text = c.To.String()
	}
	for _, r := range c.Rest {
		text += ", then " + r.Version.String()
	}
	return escape.Text(text)
}

// sameGoal reports whether all clusters get the same release, and have the same stops behind it.
func (u *Upgrade) sameGoal() bool {
	for _, c := range u.Clusters {
		if goal(c) != goal(u.Clusters[0]) {
			return false
		}
	}
	return true
}

// rolls sums up what the changes of several clusters make happen.
func rolls(clusters []clusterChanges) string {
	whole, planes, workers, may, apps, rejected := 0, 0, 0, 0, 0, 0
	for _, c := range clusters {
		x := c.cluster.Rollout()
		if x == nil {
			continue
		}
		if len(x.ControlPlane) > 0 {
			planes++
		}
		if len(x.May) > 0 {
			may++
		}
		whole, workers, apps, rejected = whole+len(x.Whole), workers+len(x.Workers), apps+len(x.Apps), rejected+len(x.Rejected)
	}
	var out []string
	for _, p := range []struct {
		n    int
		text string
	}{
		{whole, "rolls all machines of " + result.Count(whole, "cluster")},
		{planes, "rolls " + result.Count(planes, "control plane")},
		{workers, "rolls " + result.Count(workers, "set") + " of workers"},
		{may, "may roll machines of " + result.Count(may, "cluster")},
		{apps, "changes " + result.Count(apps, "app")},
		{rejected, result.Count(rejected, "change") + " rejected as immutable"},
	} {
		if p.n > 0 {
			out = append(out, p.text)
		}
	}
	if len(out) == 0 {
		return "rolls nothing"
	}
	return strings.Join(out, ", ")
}

// colorOf is the colour of a change, by its sign.
func colorOf(text string) color.Attribute {
	switch text[0] {
	case '+':
		return color.FgGreen
	case '-':
		return color.FgRed
	}
	return color.Reset
}

func textResource(b *strings.Builder, r *plan.Resource, p Palette) {
	fmt.Fprintf(b, "  %s  %s %s\n", p.paint(escape.Text(r.Item.Location.Path), color.FgCyan), escape.Text(nameOf(r)), p.paint(escape.Text("("+strings.Join(r.Reasons(), ", ")+")"), color.Faint))
	switch {
	case r.Removed:
		fmt.Fprintf(b, "    %s\n", p.paint("- the resource is removed", color.FgRed))
		return
	case r.Created:
		fmt.Fprintf(b, "    %s\n", p.paint("+ the resource is created", color.FgGreen))
		return
	}
	width := 0
	changes := r.Told()
	for _, c := range changes {
		width = max(width, utf8.RuneCountInString(escape.Text(c.Path.String())))
	}
	const limit = 60
	for _, c := range changes {
		path := escape.Text(c.Path.String())
		old, next := r.Brief(c.Change)
		from, to := apart(old, next, limit)
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(path))
		line := fmt.Sprintf("%s %s%s  ", sign(c.Op), path, pad)
		switch {
		case c.Old == nil:
			line = p.paint(line+to, color.FgGreen)
		case c.New == nil:
			line = p.paint(line+from, color.FgRed)
		default:
			line += p.paint(from, color.FgRed) + " -> " + p.paint(to, color.FgGreen)
		}
		fmt.Fprintf(b, "    %s\n", line)
	}
}
