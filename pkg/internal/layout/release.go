package layout

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Release is the layout of releases.
type Release struct{ templates []template }

// ReleasePath is what the path of a release's file says.
type ReleasePath struct {
	Provider, Component string
	Layer               string // Base or Overlay
	Version             version.Version
}

// ParseRelease reads templates of {provider}, {version}, {layer} and {component}; version and component must be in each.
func ParseRelease(templates ...string) (Release, error) {
	var r Release
	for _, text := range templates {
		for _, name := range []string{"{version}", "{component}"} {
			if strings.Count(text, name) != 1 {
				return Release{}, fmt.Errorf("%q has %s %d times; must have it once", text, name, strings.Count(text, name))
			}
		}
		t, err := parse(text, []string{"provider", "version", "layer", "component"})
		if err != nil {
			return Release{}, err
		}
		for i, s := range t.segments {
			t.segments[i].version = s.text == "{version}" && !t.deep // where ** leaves several readings of a path, the first one counts
		}
		r.templates = append(r.templates, t)
	}
	r.templates = sorted(r.templates)
	return r, nil
}

// Match reads a path. One that is shorter than a template fits where its parts do and one of them
// is the version.
func (r Release) Match(parts []string) (ReleasePath, bool) {
	for _, t := range r.templates {
		if vars, ok := t.matchEnd(parts); ok {
			if p, ok := releasePath(vars); ok {
				return p, true
			}
		}
	}
	return ReleasePath{}, false
}

// matchEnd matches the end of a path.
func (t template) matchEnd(parts []string) (Vars, bool) {
	if t.deep {
		for start := range parts {
			if vars, ok := match(t.segments, parts[start:]); ok {
				return vars, true
			}
		}
		return nil, false
	}
	n := min(len(parts), len(t.segments))
	return match(t.segments[len(t.segments)-n:], parts[len(parts)-n:])
}

func releasePath(vars Vars) (ReleasePath, bool) {
	v, err := version.Parse(vars.Get("version"))
	p := ReleasePath{Provider: vars.Get("provider"), Component: vars.Get("component"), Layer: vars.Get("layer"), Version: v}
	if p.Layer == "" {
		p.Layer = Base
	}
	return p, err == nil && (p.Layer == Base || p.Layer == Overlay)
}

// folder are the segments that lead to a release's folder: up to the one with the version.
func (t template) folder() []segment {
	at := slices.IndexFunc(t.segments, func(s segment) bool { return slices.Contains(s.names, "version") })
	return t.segments[:at+1]
}

// Folders are the parts of the templates that lead to a release's folder, by segment.
func (r Release) Folders() [][]string {
	var out [][]string
	for _, t := range r.templates {
		out = append(out, template{segments: t.folder()}.texts())
	}
	return out
}

// FolderVars reads the provider and the version off the path of a release's folder.
func (r Release) FolderVars(parts []string) (Vars, bool) {
	for _, t := range r.templates {
		vars, ok := match(t.folder(), parts)
		if !ok {
			continue
		}
		if _, err := version.Parse(vars.Get("version")); err == nil {
			return vars, true
		}
	}
	return nil, false
}

// FolderIn reads the provider and the version off the folder of a release in the path of a file, however deep the file lies in it, and wherever the path starts.
func (r Release) FolderIn(parts []string) (Vars, bool) {
	for start := range parts {
		for end := start + 1; end < len(parts); end++ {
			if vars, ok := r.FolderVars(parts[start:end]); ok {
				return vars, true
			}
		}
	}
	return nil, false
}
