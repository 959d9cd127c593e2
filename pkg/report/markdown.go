package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/plan"
	"github.com/giantswarm/apply-release/pkg/result"
	"go.yaml.in/yaml/v3"
)

// MaxMarkdown is the most bytes that [Markdown] writes: GitHub takes 65,536 characters in the body of a pull request.
const MaxMarkdown = 65_000

// Markdown writes the body of a pull request: what to look at first, the versions that change, and every change, folded.
// Where that is more than a forge takes, the details are cut and a note says what is missing.
func Markdown(w io.Writer, u *Upgrade) error {
	var head strings.Builder
	fmt.Fprintf(&head, "## Upgrade to %s\n\n", u.Release)
	for _, r := range u.Results {
		if r.Summary {
			head.WriteString(escape(r.Message) + "\n\n")
		}
	}
	warnings := u.Results.Problems()
	sections := []string{problems(warnings), versions(u.Plan)}
	for _, c := range byCluster(u.Plan) {
		sections = append(sections, details(c))
	}
	out := head.String()
	var cut []string
	for i, s := range sections {
		const room = 500 // for the note
		if len(out)+len(s)+room > MaxMarkdown {
			if i >= 2 {
				cut = append(cut, byCluster(u.Plan)[i-2].name)
				continue
			}
			s = s[:strings.LastIndexByte(s[:MaxMarkdown-room-len(out)], '\n')+1] + "\n… and more, see the log.\n\n"
		}
		out += s
	}
	if len(cut) > 0 {
		note := strings.Join(cut, ", ")
		if len(note) > 300 {
			note = fmt.Sprintf("%d clusters", len(cut))
		}
		out += fmt.Sprintf("_The details of %s are left out here, since forges limit the size of this text._\n", note)
	}
	_, err := io.WriteString(w, out)
	return err
}

func problems(list result.List) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("### To look at\n\n")
	for _, r := range list {
		fmt.Fprintf(&b, "- **%s** %s\n", r.Severity, escape(r.String()))
	}
	return b.String() + "\n"
}

// versions is a table of the versions that change, component by component, cluster by cluster where they differ.
func versions(p *plan.Plan) string {
	type row struct{ component, old, next string }
	clusters := map[row][]string{}
	var rows []row
	for _, r := range p.Results {
		name := r.Field.String()
		if r.Tags["op"] == "" || r.New == nil || !strings.HasSuffix(strings.ToLower(name), "version") && !strings.HasSuffix(name, "tag") || strings.Contains(name, "[") {
			continue
		}
		x := row{r.Tags["component"], scalar(r.Old), scalar(r.New)}
		if clusters[x] == nil {
			rows = append(rows, x)
		}
		if !slices.Contains(clusters[x], r.Tags["cluster"]) {
			clusters[x] = append(clusters[x], r.Tags["cluster"])
		}
	}
	if len(rows) == 0 {
		return ""
	}
	slices.SortStableFunc(rows, func(a, b row) int { return strings.Compare(a.component, b.component) })
	var b strings.Builder
	b.WriteString("| component | from | to | clusters |\n|---|---|---|---|\n")
	for _, x := range rows {
		in := strings.Join(clusters[x], ", ")
		if len(clusters[x]) > 5 {
			in = fmt.Sprintf("%d clusters", len(clusters[x]))
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", escape(x.component), escape(x.old), escape(x.next), escape(in))
	}
	return b.String() + "\n"
}

func scalar(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// details are all changes of a cluster, folded.
func details(c clusterChanges) string {
	var b strings.Builder
	count := 0
	for _, r := range c.resources {
		count += len(r.Changes)
	}
	fmt.Fprintf(&b, "<details><summary>%s: %s in %s</summary>\n\n", escape(c.name), result.Count(count, "change"), result.Count(len(c.resources), "resource"))
	for _, r := range c.resources {
		fmt.Fprintf(&b, "**%s** `%s` (%s)\n\n", escape(r.Item.Ref.String()), r.Item.Location.Path, escape(strings.Join(r.Reasons(), ", ")))
		if r.Removed {
			b.WriteString("The resource is removed.\n\n")
			continue
		}
		b.WriteString("| field | from | to |\n|---|---|---|\n")
		const limit = 120
		for _, ch := range r.Changes {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", code(ch.Path.String()), code(short(ch.Old, limit)), code(short(ch.New, limit)))
		}
		b.WriteString("\n")
	}
	return b.String() + "</details>\n\n"
}

// code is text in a table cell, in a span that no backtick inside can end.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		pad = " "
	}
	return fence + pad + strings.ReplaceAll(s, "|", `\|`) + pad + fence
}

// escape keeps text from being read as Markdown or HTML.
func escape(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`, "\n", " ", "@", "@\u200b").Replace(s)
}
