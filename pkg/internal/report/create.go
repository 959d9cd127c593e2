package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Creation is a new cluster, for the renderings of what creates it.
type Creation struct {
	// Cluster is its name, Release what it gets, Origin what it is made of: a template, or another cluster.
	Cluster, Origin string
	Release         *release.Release
	// Like says that Origin is a cluster; Renamed says of its names what became of them, and in how many places.
	Like    bool
	Renamed []string
	// Secrets are those that came with Origin, whose values are for the old cluster.
	Secrets []string
	// Values are those of variables, sorted, as NAME=value.
	Values []string
	// Plan is what the release changes in what the template says; Files are all files of the cluster.
	Plan  *plan.Plan
	Files []plan.File
}

// replaced are the values of the template that the release has others of.
func (c *Creation) replaced() []string {
	var out []string
	for r := range c.Plan.Resources() {
		for _, x := range r.Changes {
			if isGap(x.Old) || x.New == nil || policy.IsOfRecords(x.Change) {
				continue
			}
			was, is := secret.Mask(r.Item, x.Path, x.Old), secret.Mask(r.Item, x.Path, x.New)
			out = append(out, fmt.Sprintf("%s: %s: %s → %s", r.Item.Ref, x.Path, short(was, valueLimit), short(is, valueLimit)))
		}
	}
	return out
}

// isGap reports whether a template leaves a value to the release.
func isGap(n *yamltree.Node) bool {
	return n == nil || yamltree.IsNull(n) || n.Kind == yamltree.Scalar && n.Value == ""
}

// created are the components whose resources come of the release alone.
func (c *Creation) created() []string {
	var out []string
	for r := range c.Plan.Resources() {
		if r.Created {
			out = append(out, r.Item.Ref.String())
		}
	}
	return out
}

// filled is how many values the release adds to the template.
func (c *Creation) filled() int {
	n := 0
	for r := range c.Plan.Resources() {
		for _, x := range r.Changes {
			if isGap(x.Old) && !r.Created && !policy.IsOfRecords(x.Change) {
				n++
			}
		}
	}
	return n
}

func (c *Creation) madeOf() string {
	if c.Like {
		return "in the shape of " + c.Origin
	}
	return "from the template " + c.Origin
}

// facts are the sentences about the cluster, the important ones first.
func (c *Creation) facts() []string {
	var out []string
	if len(c.Secrets) > 0 {
		out = append(out, fmt.Sprintf("Look at %s before the cluster is made: what it holds is of %s", "Secret "+strings.Join(c.Secrets, ", Secret "), c.Origin))
	}
	if n := c.filled(); n > 0 {
		out = append(out, fmt.Sprintf("Release %s adds %s", c.Release, result.Count(n, "value")))
	}
	if all := c.created(); len(all) > 0 {
		out = append(out, fmt.Sprintf("Release %s alone makes %s", c.Release, strings.Join(all, ", ")))
	}
	for _, n := range c.Plan.Notes {
		if n.Kind == plan.NotCreated && n.Severity == result.Info {
			out = append(out, Words(n, People).Message)
		}
	}
	return append(out, c.Renamed...)
}

// NewCluster writes what a new cluster is made of, for people.
func NewCluster(w io.Writer, c *Creation, p Palette) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", p.paint(escape.Text(c.Cluster), color.Bold), escape.Text("on "+c.Release.String()+", "+c.madeOf()))
	for _, f := range c.Files {
		fmt.Fprintf(&b, "  %s\n", escape.Text(f.Path))
	}
	for _, text := range c.facts() {
		fmt.Fprintf(&b, "%s\n", escape.Text(text))
	}
	if all := c.replaced(); len(all) > 0 {
		fmt.Fprintf(&b, "The release's values take the place of %s:\n", result.Count(len(all), "value"))
		for _, text := range all {
			fmt.Fprintf(&b, "  %s\n", escape.Text(text))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// NewClusterMarkdown writes the body of a pull request that adds a new cluster.
func NewClusterMarkdown(w io.Writer, c *Creation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## %s: a new cluster on %s\n\n", escape.Markdown(c.Cluster), escape.Markdown(c.Release.String()))
	fmt.Fprintf(&b, "Made %s.\n\n", escape.Markdown(c.madeOf()))
	facts := c.facts()
	for n := range c.Plan.All() {
		if n.Severity == result.Warning {
			facts = append([]string{Words(*n, People).String()}, facts...)
		}
	}
	for _, text := range facts {
		fmt.Fprintf(&b, "- %s\n", escape.Markdown(text))
	}
	section := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(&b, "\n<details><summary>%s</summary>\n\n", title)
		for _, text := range lines {
			fmt.Fprintf(&b, "- %s\n", escape.Markdown(text))
		}
		b.WriteString("\n</details>\n")
	}
	section("Values of the template that the release has others of", c.replaced())
	section("Variables", c.Values)
	var files []string
	for _, f := range c.Files {
		files = append(files, f.Path)
	}
	section(result.Count(len(files), "file"), files)
	_, err := io.WriteString(w, b.String())
	return err
}

// NewClusterMessage is the message of a commit that adds a new cluster.
func NewClusterMessage(c *Creation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: new cluster (%s)\n\n", c.Cluster, c.Release)
	wrap(&b, "", "Made "+c.madeOf()+".")
	for _, text := range c.facts() {
		wrap(&b, "", text+".")
	}
	fmt.Fprintf(&b, "\nRelease: %s\n", c.Release)
	return escapeLines(b.String())
}
