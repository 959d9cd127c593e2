package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
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

// Text writes a plan for people: cluster by cluster and resource by resource, with the reason why each was
// chosen, old and new value of every field that changes, what there is to note, and what is likely to roll.
func Text(w io.Writer, u *Upgrade, p Palette) error {
	var b strings.Builder
	notes := notesOf(u.Plan)
	for _, c := range byCluster(u.Plan) {
		from := ""
		if v := c.cluster.On.Text; v != "" {
			from = " from " + v
		}
		fmt.Fprintf(&b, "%s%s to %s\n", p.paint(escape.Text(c.name), color.Bold), escape.Text(from), p.paint(u.Release.String(), color.Bold))
		for _, r := range c.resources {
			textResource(&b, r, p)
			for _, n := range notes.take(r.Item) {
				fmt.Fprintf(&b, "    %s\n", p.paint(escape.Text(strings.TrimSuffix("! "+n.Field.String(), " ")+"  "+Words(n, People).Message), color.FgYellow))
			}
		}
		if x := c.cluster.Rollout(); x != nil {
			fmt.Fprintf(&b, "  rollout, a static estimate: %s\n", escape.Text(Estimate(x)))
		}
		b.WriteByte('\n')
	}
	if rest := notes.rest(); len(rest) > 0 {
		for _, n := range rest {
			fmt.Fprintf(&b, "%s\n", p.paint("! "+Words(n, People).String(), color.FgYellow))
		}
		b.WriteByte('\n')
	}
	b.WriteString(escape.Text(Summary(u.Plan)) + "\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func textResource(b *strings.Builder, r *plan.Resource, p Palette) {
	fmt.Fprintf(b, "  %s  %s %s\n", p.paint(escape.Text(r.Item.Location.Path), color.FgCyan), escape.Text(r.Item.Ref.String()), p.paint(escape.Text("("+strings.Join(r.Reasons(), ", ")+")"), color.Faint))
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
		old, next := r.Shown(c.Change)
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
