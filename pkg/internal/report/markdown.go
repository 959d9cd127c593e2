package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// MaxMarkdown is the most bytes that [Markdown] writes: GitHub takes 65,536 characters in the body of a pull request.
const MaxMarkdown = 65_000

// Markdown writes the body of a pull request: what to look at first, the versions that change, and every change, folded.
// Where that is more than a forge takes, the details are cut and a note says what is missing.
func Markdown(w io.Writer, u *Upgrade) error {
	var head strings.Builder
	if u.Impact {
		fmt.Fprintf(&head, "## What %s would do to every cluster\n\n%s", escape.Markdown(target(u.Plan)), checkTable(u))
	} else {
		fmt.Fprintf(&head, "## %s\n\n", escape.Markdown(title(u.Plan)))
	}
	head.WriteString(escape.Markdown(Summary(u.Plan)) + "\n\n")
	out := head.String()
	const room = 500 // for the notes
	for _, s := range []string{problems(u.Plan), blockedList(u), before(u), rollouts(u.Plan), versions(u.Plan), news(u), noted(u.Plan)} {
		if left := max(MaxMarkdown-room-len(out), 0); len(s) > left {
			s = s[:strings.LastIndexByte(s[:left], '\n')+1] + "\n… and more, which the command prints.\n\n"
		}
		out += s
	}
	var cut []string
	for _, c := range byCluster(u.Plan) {
		s := details(c)
		if len(out)+len(s)+room > MaxMarkdown {
			cut = append(cut, c.name)
			continue
		}
		out += s
	}
	if len(cut) > 0 {
		note := strings.Join(cut, ", ")
		if len(note) > 300 {
			note = fmt.Sprintf("%d clusters", len(cut))
		}
		out += fmt.Sprintf("_The details of %s are left out here, since forges limit the size of this text._\n", escape.Markdown(note))
	}
	_, err := io.WriteString(w, out)
	return err
}

// checkTable is what is wrong with the release.
func checkTable(u *Upgrade) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Check of the release: %s.\n\n", checkSummary(u.Checked))
	for _, x := range checked(u.Checked) {
		fmt.Fprintf(&b, "- **%s** %s\n", x.Severity, escape.Markdown(x.String()))
	}
	if len(u.Checked) > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}

// blockedList is why clusters cannot go, what they share once.
func blockedList(u *Upgrade) string {
	if len(u.Blocked) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "### %s blocked\n\n", result.Count(len(u.Blocked), "cluster"))
	for _, g := range grouped(blockedNotes(u), People) {
		fmt.Fprintf(&b, "- %s\n", escape.Markdown(g.result(People).String()))
	}
	return b.String() + "\n"
}

// fewClusters is of how many clusters is told one by one what rolls.
const fewClusters = 10

// rollouts is what the changes make happen, cluster by cluster where there are few.
func rollouts(p *plan.Plan) string {
	var b strings.Builder
	clusters := byCluster(p)
	for _, c := range clusters[:min(len(clusters), fewClusters)] {
		if x := c.cluster.Rollout(); x != nil {
			fmt.Fprintf(&b, "- %s: %s\n", escape.Markdown(c.name), escape.Markdown(Estimate(x)))
		}
	}
	if len(clusters) > fewClusters {
		b.Reset()
		fmt.Fprintf(&b, "- %s: %s\n", result.Count(len(clusters), "cluster"), escape.Markdown(rolls(clusters)))
	}
	if b.Len() == 0 {
		return ""
	}
	return "### What will roll (a static estimate)\n\n" + b.String() + "\n"
}

// noted lists what is worth a look although nothing is wrong: what overlays hide, what was kept, what goes down.
func noted(p *plan.Plan) string {
	list := notesOf(p).rest(false)
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<details><summary>%s</summary>\n\n", result.Count(len(list), "note"))
	for _, r := range list[:min(len(list), 2*maxProblems)] {
		fmt.Fprintf(&b, "- %s\n", escape.Markdown(r.String()))
	}
	if len(list) > 2*maxProblems {
		fmt.Fprintf(&b, "- and %d more, which the command prints\n", len(list)-2*maxProblems)
	}
	return b.String() + "\n</details>\n\n"
}

// maxProblems is how many different problems are listed.
const maxProblems = 50

// problems lists what to look at. What is said of several clusters alike stands there once.
func problems(p *plan.Plan) string {
	list := Attention(p, People, false)
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("### To look at\n\n")
	for _, r := range list[:min(len(list), maxProblems)] {
		fmt.Fprintf(&b, "- **%s** %s\n", r.Severity, escape.Markdown(r.String()))
	}
	if len(list) > maxProblems {
		fmt.Fprintf(&b, "- and %d more, which the command prints\n", len(list)-maxProblems)
	}
	return b.String() + "\n"
}

// versions is a table of what changes, Kubernetes first, then apps: what comes to the same in several clusters in one row.
func versions(p *plan.Plan) string {
	var b strings.Builder
	all, more := few(alikes(p), 3)
	for _, x := range all {
		if x.rank == rankRecords || x.path == "" && x.rank == rankKubernetes {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("| what | from | to | where |\n|---|---|---|---|\n")
		}
		name, next := x.name(), plainly(x.next)
		switch {
		case x.path == "":
			name = x.named()
			if next = "removed"; x.sign != "-" {
				next = "created"
			}
		case next == "":
			next = "removed"
		}
		was := x
		was.olds = nil
		for _, old := range x.olds {
			was.olds = append(was.olds, plainly(old))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", escape.Markdown(name), escape.Markdown(was.was()), escape.Markdown(next), escape.Markdown(x.where()))
	}
	if b.Len() == 0 {
		return ""
	}
	if more > 0 {
		fmt.Fprintf(&b, "\nAnd %s, see below.\n", result.Count(more, "more change"))
	}
	return b.String() + "\n"
}

// plainly is a string without its quotes, which a table does not need; other values have theirs.
func plainly(text string) string {
	inner := strings.Trim(text, `"`)
	if whole := strings.HasPrefix(text, `"`) && strings.HasSuffix(text, `"`); (whole || strings.Contains(text, "…")) && !strings.Contains(inner, `"`) {
		return inner
	}
	return text
}

// details are all changes of a cluster, folded.
func details(c clusterChanges) string {
	var b strings.Builder
	count := 0
	for _, r := range c.resources {
		count += r.Count()
	}
	fmt.Fprintf(&b, "<details><summary>%s: %s in %s</summary>\n\n", escape.HTML(c.name), result.Count(count, "change"), result.Count(len(c.resources), "resource"))
	for _, r := range c.resources {
		fmt.Fprintf(&b, "**%s** %s (%s)\n\n", escape.Markdown(nameOf(r)), escape.Code(r.Item.Location.Path), escape.Markdown(strings.Join(r.Reasons(), ", ")))
		if r.Removed {
			b.WriteString("The resource is removed.\n\n")
			continue
		}
		if r.Created {
			b.WriteString("The resource is created.\n\n")
			continue
		}
		if r.Copy != "" {
			fmt.Fprintf(&b, "In the copy %s; the resource stays as it is.\n\n", escape.Code(r.Copy))
		}
		b.WriteString("| field | from | to |\n|---|---|---|\n")
		const limit = 120
		for _, ch := range r.Told() {
			old, next := r.Brief(ch.Change)
			from, to := apart(old, next, limit)
			fmt.Fprintf(&b, "| %s | %s | %s |\n", escape.Code(ch.Path.String()), escape.Code(from), escape.Code(to))
		}
		b.WriteString("\n")
	}
	return b.String() + "</details>\n\n"
}
