package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fatih/color"
	"github.com/giantswarm/apply-release/pkg/internal/changelog"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Of release notes, that much is shown; the rest is where they are.
const (
	newsRoom    = 22_000 // bytes
	sectionRoom = 40     // lines of one section
)

// before is what a person must know before an upgrade, as the releases on the way say it: what breaks, and what is to be done.
func before(u *Upgrade) string {
	out := newsOf(u).urgent()
	if len(out) > newsRoom/2 {
		out = out[:strings.LastIndex(out[:newsRoom/2], "\n\n")+2] + "_More of this is in the notes of the releases._\n\n"
	}
	return out
}

// news is what releases say of themselves: the versions that components go through, and what is new, release by release, folded.
func news(u *Upgrade) string {
	n := newsOf(u)
	out := n.versions()
	var links []string
	for _, r := range n.releases {
		text := n.rest(r)
		switch {
		case len(out)+len(text) <= newsRoom:
			out += text
		case r.URL != "":
			links = append(links, link(r.String(), r.URL))
		default:
			links = append(links, escape.Markdown(r.String()))
		}
	}
	if len(links) > 0 {
		out += "For more, there is no room here. It is in the notes of " + strings.Join(links, ", ") + ".\n\n"
	}
	if out == "" {
		return ""
	}
	return "### What is new\n\n" + out
}

// newsReader picks what of the notes of releases is of interest to the clusters of an upgrade.
type newsReader struct {
	releases []changelog.Release
	moved    []alike // components whose version changes
	whole    bool    // a chart is a whole cluster, so that all of its release is of interest
	known    map[string]bool
	links    map[string]string // templates of addresses, by component
}

func newsOf(u *Upgrade) newsReader {
	n := newsReader{releases: u.News, known: map[string]bool{}, links: map[string]string{}}
	for _, r := range u.Releases() {
		for _, c := range r.Components {
			n.known[c.Name] = true
		}
	}
	for r := range u.Resources() {
		for _, x := range r.Changes {
			n.whole = n.whole || x.Rule == plan.Record && x.Impact == kinds.RollsAll
		}
		for _, s := range r.Sources {
			if link := s.Item.Annotation(release.ChangelogAnnotation); link != "" {
				n.links[s.Component] = link
			}
		}
	}
	for _, a := range alikes(u.Plan) {
		if a.rank == rankApps && a.name() == a.component && len(a.olds) > 0 && a.next != "" {
			n.moved = append(n.moved, a)
		}
	}
	return n
}

// concerns reports whether what is new in a component is of interest: it moves in the clusters, or it is none of the apps of the release, such as the chart that makes clusters.
func (n newsReader) concerns(c changelog.Component) bool {
	return n.whole || !n.known[c.Name] || slices.ContainsFunc(n.moved, func(a alike) bool { return a.component == c.Name })
}

// notice is what a person must know before the upgrade, as the notes of a release say it.
type notice struct {
	release   changelog.Release
	component changelog.Component // of which it speaks; zero for the release as a whole
	section   changelog.Section
}

// String is what it is about.
func (x notice) String() string {
	text := x.release.String()
	if x.component.Name != "" {
		text += ", " + x.component.Name + " " + x.component.New
	}
	return text + ": " + x.section.Title
}

// noticesOf are what a person must know before an upgrade. What the clusters change is looked at only where a release has a notice.
func noticesOf(u *Upgrade) []notice {
	isUrgent := func(c changelog.Component) bool { return slices.ContainsFunc(c.Sections, changelog.Section.IsUrgent) }
	if !slices.ContainsFunc(u.News, func(r changelog.Release) bool {
		return slices.ContainsFunc(r.Notices, changelog.Section.IsUrgent) || slices.ContainsFunc(r.Components, isUrgent)
	}) {
		return nil
	}
	return newsOf(u).notices()
}

// notices are what a person must know before the upgrade, release by release.
func (n newsReader) notices() []notice {
	var out []notice
	for _, r := range n.releases {
		for _, s := range r.Notices {
			if s.IsUrgent() {
				out = append(out, notice{release: r, section: s})
			}
		}
		for _, c := range r.Components {
			for _, s := range c.Sections {
				if s.IsUrgent() && n.concerns(c) {
					out = append(out, notice{r, c, s})
				}
			}
		}
	}
	return out
}

// urgent is what a person must know before the upgrade.
func (n newsReader) urgent() string {
	var b strings.Builder
	for _, x := range n.notices() {
		writeSection(&b, x.String(), x.release.URL, x.section)
	}
	if b.Len() == 0 {
		return ""
	}
	return "### Before the upgrade\n\n" + b.String()
}

// fewNotices is how many notices are named on a terminal.
const fewNotices = 8

// textNotices names what a person must know before the upgrade.
func textNotices(b *strings.Builder, u *Upgrade, p Palette) {
	all := noticesOf(u)
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(b, "%s\n", p.paint("Before the upgrade, read what the releases say (plan -o markdown shows it):", color.Bold))
	for _, x := range all[:min(len(all), fewNotices)] {
		fmt.Fprintf(b, "  %s\n", p.paint(escape.Text(x.String()), color.FgYellow))
	}
	if len(all) > fewNotices {
		fmt.Fprintf(b, "  and %d more\n", len(all)-fewNotices)
	}
	b.WriteByte('\n')
}

// versions are the versions that components go through, with links.
func (n newsReader) versions() string {
	var b strings.Builder
	for _, a := range n.moved {
		steps := n.steps(a)
		if len(steps) < 2 && !strings.Contains(strings.Join(steps, ""), "](") {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("| component | from | versions on the way |\n|---|---|---|\n")
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", escape.Markdown(a.component), escape.Markdown(strings.ReplaceAll(a.was(), `"`, "")), strings.Join(steps, ", "))
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + "\n"
}

// steps are the versions of a component between the lowest that it has in the clusters and its new one, which is the last, in order, with links where there are some.
func (n newsReader) steps(a alike) []string {
	last := strings.Trim(a.next, `"`)
	before := strings.Trim(a.olds[0], `"`)
	lowest, to := version.Version{}, version.Version{}
	for _, old := range a.olds {
		if v, err := version.Parse(strings.Trim(old, `"`)); err == nil && (lowest.IsZero() || v.Compare(lowest) < 0) {
			lowest, before = v, strings.Trim(old, `"`)
		}
	}
	to, _ = version.Parse(last)
	type step struct {
		version version.Version
		url     string
	}
	var steps []step
	for _, r := range n.releases {
		text, url := r.Versions[a.component], ""
		for _, c := range r.Components {
			if c.Name == a.component {
				text, url = c.New, c.URL
			}
		}
		v, err := version.Parse(text)
		switch {
		case err != nil || lowest.IsZero() || to.IsZero() || v.Compare(lowest) <= 0 || v.Compare(to) > 0:
		case slices.ContainsFunc(steps, func(s step) bool { return s.version.Equal(v) }):
		default:
			steps = append(steps, step{v, url})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.version.Compare(b.version) })
	var out []string
	add := func(text, url string) {
		if url == "" && n.links[a.component] != "" {
			url = strings.NewReplacer("{component}", a.component, "{old}", before, "{new}", text).Replace(n.links[a.component])
		}
		before = text
		out = append(out, link(text, url))
	}
	for _, s := range steps {
		add(strings.TrimPrefix(s.version.String(), "v"), s.url)
	}
	if len(steps) == 0 || !steps[len(steps)-1].version.Equal(to) {
		add(last, "")
	}
	return out
}

// link is a text with a link in Markdown, or without one where the address is none of the web.
func link(text, url string) string {
	text = escape.Markdown(text)
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") || strings.ContainsAny(url, " <>()\"`\\\n|") {
		return text
	}
	return "[" + text + "](" + url + ")"
}

// rest is what else is new in a release, folded; "" for nothing.
func (n newsReader) rest(r changelog.Release) string {
	var b strings.Builder
	for _, s := range r.Notices {
		if !s.IsUrgent() && s.Title != "" {
			writeSection(&b, s.Title, r.URL, s)
		}
	}
	for _, c := range r.Components {
		if !n.concerns(c) {
			continue
		}
		for _, s := range c.Sections {
			if !s.IsUrgent() {
				writeSection(&b, strings.TrimSuffix(c.Name+" "+c.New+": "+s.Title, ": "), r.URL, s)
			}
		}
	}
	if r.URL != "" {
		b.WriteString(link("The notes of "+r.String(), r.URL) + "\n\n")
	}
	if b.Len() == 0 {
		return ""
	}
	return fmt.Sprintf("<details><summary>What is new in %s</summary>\n\n%s</details>\n\n", escape.HTML(r.String()), b.String())
}

// writeSection writes a section of notes under a title in bold; url is where the rest is.
func writeSection(b *strings.Builder, name, url string, s changelog.Section) {
	fmt.Fprintf(b, "**%s**\n\n", escape.Markdown(name))
	lines := s.Lines[:min(len(s.Lines), sectionRoom)]
	b.WriteString(escape.MarkdownBlock(lines))
	if len(lines) < len(s.Lines) {
		fmt.Fprintf(b, "\n\n… %s", link("and more", url))
	}
	b.WriteString("\n\n")
}
