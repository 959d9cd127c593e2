// Package changelog reads what a release says of itself to people: the README.md in its folder, as release notes are written in Markdown.
//
// In front of the heading “Changes compared to …“ stands what is to be known before an upgrade, section by section. Behind it, a heading of the third level that names a component, such as
//
//	### cilium [v1.3.2...v1.4.3](https://example.org/compare/v1.3.2...v1.4.3)
//
// has what is new in it, in parts of the fourth level: Added, Changed, Breaking Changes. Notes that are written in another way are one section.
package changelog

import (
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// FileName is the name of the file with the notes, in the folder of a release.
const FileName = "README.md"

// Release is what a release says of itself.
type Release struct {
	Provider string
	Version  version.Version
	// URL is where its notes are to be read, "" where nothing says it.
	URL        string
	Notices    []Section
	Components []Component
	// Versions are the versions of components that an index has for it; the components of the notes say theirs.
	Versions map[string]string
}

// String is the release as people write it.
func (r Release) String() string {
	return strings.TrimPrefix(r.Provider+"/"+r.Version.String(), "/")
}

// Component is what is new in a component.
type Component struct {
	Name string
	// Old and New are its versions, Old "" where it is new.
	Old, New string
	URL      string
	Sections []Section
}

// Section is a part of notes under a title.
type Section struct {
	Title string
	Lines []string // in Markdown, as they are written
}

// urgent are titles of what a person must know before an upgrade.
var urgent = regexp.MustCompile(`(?i)breaking|warning|important|action|attention|before you|upgrading|known issue`)

// IsUrgent reports whether a person must know the section before an upgrade: what breaks, and what is to be done.
func (s Section) IsUrgent() bool { return urgent.MatchString(s.Title) }

var (
	heading   = regexp.MustCompile(`^(#{1,6})\s+(.*?)\s*#*\s*$`)
	component = regexp.MustCompile(`^(\S+)\s+\[v?([^\]\s]+?)(?:\.\.\.v?([^\]\s]+))?\]\(([^)\s]+)\)$`)
	changes   = regexp.MustCompile(`(?i)^changes\b`)
	fence     = regexp.MustCompile("^\\s*(```+|~~~+)")
	emoji     = regexp.MustCompile(`:[a-z0-9_+-]+:`)
)

// Parse reads notes in Markdown.
func Parse(src []byte) (notices []Section, components []Component) {
	p := parser{}
	for _, line := range strings.Split(strings.ReplaceAll(string(src), "\r\n", "\n"), "\n") {
		p.line(line)
	}
	p.end()
	return p.notices, p.components
}

// parser reads notes line by line.
type parser struct {
	notices    []Section
	components []Component
	behind     bool   // the heading of the changes
	fence      string // that of a block of code which is open, "" for none
	of         *Component
	section    Section
}

func (p *parser) line(line string) {
	if m := fence.FindStringSubmatch(line); m != nil {
		switch {
		case p.fence == "":
			p.fence = m[1]
		case strings.HasPrefix(strings.TrimSpace(line), p.fence):
			p.fence = ""
		}
	} else if m := heading.FindStringSubmatch(line); m != nil && p.fence == "" {
		p.heading(len(m[1]), title(m[2]))
		return
	}
	p.section.Lines = append(p.section.Lines, strings.TrimRight(line, " \t"))
}

// title is a heading without pictures.
func title(text string) string {
	return strings.Join(strings.Fields(emoji.ReplaceAllString(text, "")), " ")
}

func (p *parser) heading(level int, text string) {
	p.end()
	m := component.FindStringSubmatch(text)
	switch {
	case level <= 2:
		p.behind = p.behind && level == 2 || changes.MatchString(text)
		p.of = nil
	case p.behind && m != nil:
		c := Component{Name: m[1], Old: m[2], New: m[3], URL: m[4]}
		if c.New == "" {
			c.Old, c.New = "", m[2]
		}
		p.components = append(p.components, c)
		p.of = &p.components[len(p.components)-1]
	case p.behind && level == 3:
		p.of = nil
	}
	p.section.Title = text
	if m != nil {
		p.section.Title = ""
	}
}

// end ends a section.
func (p *parser) end() {
	s := p.section
	p.section, p.fence = Section{}, ""
	for len(s.Lines) > 0 && s.Lines[0] == "" {
		s.Lines = s.Lines[1:]
	}
	for len(s.Lines) > 0 && s.Lines[len(s.Lines)-1] == "" {
		s.Lines = s.Lines[:len(s.Lines)-1]
	}
	switch {
	case len(s.Lines) == 0:
	case p.of != nil:
		p.of.Sections = append(p.of.Sections, s)
	case !p.behind:
		p.notices = append(p.notices, s)
	}
}
