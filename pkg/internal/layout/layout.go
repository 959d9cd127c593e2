// Package layout matches paths of files against templates such as
// {provider}/{version}/{layer}/{component}.yaml.
//
// A template is a path of segments: text, variables in braces, * for any text in a segment, and ** for any number of segments. Variables that have no meaning of their own, such as
// {organization}, stand for any text of one segment. Of several templates, the one with the most segments counts first.
//
// Paths match from their end, so that a leading ../../ or the folder of a package does no harm.
package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// The folders that tell defaults from overwrites, in releases and in clusters.
const (
	Base    = "base"
	Overlay = "overlay"
)

// segment is one part of a template between slashes.
type segment struct {
	pattern *regexp.Regexp
	names   []string
	literal bool   // no variable and no wildcard in it
	deep    bool   // any number of segments
	version bool   // a version alone, which it must be
	text    string // as the template has it
}

// template is a path of segments.
type template struct {
	segments []segment
	deep     bool // one of them is
	anchored bool // one of them is literal, which tells where the template starts
}

var variable = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9_-]*)\}|\*`)

// parse reads a template. known are the variables with a meaning; another one that looks like one of them, which is missing, is an error.
func parse(text string, known []string) (template, error) {
	var t template
	for _, part := range strings.Split(text, "/") {
		if part == "" || part == "." || part == ".." {
			return t, fmt.Errorf("%q has the segment %q; must be a relative path of named segments", text, part)
		}
		if part == "**" {
			t.segments, t.deep = append(t.segments, segment{deep: true, text: part}), true
			continue
		}
		s := segment{text: part}
		expr, at := "", 0
		for _, m := range variable.FindAllStringSubmatchIndex(part, -1) {
			expr += regexp.QuoteMeta(part[at:m[0]])
			at = m[1]
			if m[2] < 0 {
				expr += ".*"
				continue
			}
			name := part[m[2]:m[3]]
			if hint := nearest.Hint(name, known); hint != "" && !slices.Contains(known, name) {
				return t, fmt.Errorf("%q has the variable {%s}%s", text, name, hint)
			}
			expr += "(.+)"
			s.names = append(s.names, name)
		}
		rest := part[at:]
		if strings.ContainsAny(rest, "{}") {
			return t, fmt.Errorf("%q has the segment %q; must have a name in braces, such as {%s}", text, part, known[0])
		}
		if ext := ".yaml"; strings.HasSuffix(rest, ext) {
			expr += regexp.QuoteMeta(strings.TrimSuffix(rest, ext)) + `\.(?i:yaml|yml|json)`
		} else {
			expr += regexp.QuoteMeta(rest)
		}
		s.pattern = regexp.MustCompile("^" + expr + "$")
		s.literal = !variable.MatchString(part)
		t.anchored = t.anchored || s.literal
		t.segments = append(t.segments, s)
	}
	return t, nil
}

// sorted puts the templates with the most segments first.
func sorted(all []template) []template {
	slices.SortStableFunc(all, func(a, b template) int { return len(b.segments) - len(a.segments) })
	return all
}

// texts are the segments of a template as it has them.
func (t template) texts() []string {
	var out []string
	for _, s := range t.segments {
		out = append(out, s.text)
	}
	return out
}

// match reads the variables of the segments off the parts of a path, all of both.
func match(segments []segment, parts []string) (Vars, bool) {
	if len(segments) != len(parts) && !slices.ContainsFunc(segments, func(s segment) bool { return s.deep }) {
		return nil, false
	}
	return make(Vars, 0, len(segments)).of(segments, parts)
}

// Vars are the values of variables: a few, for each file of a checkout.
type Vars []variableValue

type variableValue struct{ name, value string }

// Get is the value of a variable, "" where it has none.
func (v Vars) Get(name string) string {
	for _, x := range v {
		if x.name == name {
			return x.value
		}
	}
	return ""
}

// of adds the variables of segments, as the parts of a path have them.
func (v Vars) of(segments []segment, parts []string) (Vars, bool) {
	for i, s := range segments {
		if s.deep {
			for n := i; n <= len(parts); n++ {
				if found, ok := slices.Clone(v).of(segments[i+1:], parts[n:]); ok {
					return found, true
				}
			}
			return v, false
		}
		if i >= len(parts) {
			return v, false
		}
		var ok bool
		if v, ok = v.ofSegment(s, parts[i]); !ok {
			return v, false
		}
	}
	return v, len(segments) == len(parts) || len(segments) > 0 && segments[len(segments)-1].deep
}

// ofSegment adds the variables of a segment, as a part of a path has them.
func (v Vars) ofSegment(s segment, part string) (Vars, bool) {
	if len(s.names) == 1 && len(s.text) == len(s.names[0])+len("{}") && v.Get(s.names[0]) == "" && part != "" && !strings.Contains(part, "\n") {
		if s.version && !version.Looks(part) { // of most paths, before anything else of them is looked at
			return v, false
		}
		return append(v, variableValue{s.names[0], part}), true // without the cost of a pattern: each file of a checkout is matched
	}
	if s.literal && s.text == part {
		return v, true
	}
	m := s.pattern.FindStringSubmatch(part)
	if m == nil {
		return v, false
	}
	for j, name := range s.names {
		if known := v.Get(name); known != "" && known != m[j+1] {
			return v, false
		}
		v = append(v, variableValue{name, m[j+1]})
	}
	return v, true
}
