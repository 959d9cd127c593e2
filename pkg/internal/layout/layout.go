// Package layout matches paths of files against templates such as
// {provider}/{version}/{layer}/{component}.yaml.
//
// Paths match from their end, so that a leading ../../ or the folder of a package does no harm.
package layout

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
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
	literal bool   // no variable in it
	text    string // as the template has it
}

var variable = regexp.MustCompile(`\{([a-z]*)\}`)

func parse(template string, allowed []string) ([]segment, error) {
	var out []segment
	for _, part := range strings.Split(template, "/") {
		if part == "" || part == "." || part == ".." {
			return nil, fmt.Errorf("%q has the segment %q; must be a relative path of named segments", template, part)
		}
		var s segment
		expr, at := "", 0
		for _, m := range variable.FindAllStringSubmatchIndex(part, -1) {
			name := part[m[2]:m[3]]
			if !slices.Contains(allowed, name) {
				return nil, fmt.Errorf("%q has the variable {%s}; must be of {%s}", template, name, strings.Join(allowed, "}, {"))
			}
			expr += regexp.QuoteMeta(part[at:m[0]]) + "(.+)"
			at = m[1]
			s.names = append(s.names, name)
		}
		rest := part[at:]
		if ext := ".yaml"; strings.HasSuffix(rest, ext) {
			expr += regexp.QuoteMeta(strings.TrimSuffix(rest, ext)) + `\.(?:yaml|yml|json)`
		} else {
			expr += regexp.QuoteMeta(rest)
		}
		s.pattern = regexp.MustCompile("^" + expr + "$")
		s.literal, s.text = len(s.names) == 0, part
		out = append(out, s)
	}
	return out, nil
}

// match reads the variables of segments off as many parts of a path.
func match(segments []segment, parts []string) (map[string]string, bool) {
	vars := map[string]string{}
	for i, s := range segments {
		if len(s.names) == 1 && len(s.text) == len(s.names[0])+len("{}") && vars[s.names[0]] == "" && parts[i] != "" && !strings.Contains(parts[i], "\n") {
			vars[s.names[0]] = parts[i] // without the cost of a pattern: each file of a checkout is matched
			continue
		}
		m := s.pattern.FindStringSubmatch(parts[i])
		if m == nil {
			return nil, false
		}
		for j, name := range s.names {
			if known, ok := vars[name]; ok && known != m[j+1] {
				return nil, false
			}
			vars[name] = m[j+1]
		}
	}
	return vars, true
}

// Release is the layout of releases.
type Release struct{ segments []segment }

// ReleasePath is what the path of a release's file says.
type ReleasePath struct {
	Provider, Component string
	Layer               string // Base or Overlay
	Version             version.Version
}

// ParseRelease reads a template of {provider}, {version}, {layer} and {component}; version and component must be in it.
func ParseRelease(template string) (Release, error) {
	for _, name := range []string{"{version}", "{component}"} {
		if strings.Count(template, name) != 1 {
			return Release{}, fmt.Errorf("%q has %s %d times; must have it once", template, name, strings.Count(template, name))
		}
	}
	segments, err := parse(template, []string{"provider", "version", "layer", "component"})
	return Release{segments}, err
}

// Match reads a path. One that is shorter than the layout fits where its parts do and one of them
// is the version.
func (r Release) Match(parts []string) (ReleasePath, bool) {
	n := min(len(parts), len(r.segments))
	vars, ok := match(r.segments[len(r.segments)-n:], parts[len(parts)-n:])
	if !ok {
		return ReleasePath{}, false
	}
	v, err := version.Parse(vars["version"])
	p := ReleasePath{Provider: vars["provider"], Component: vars["component"], Layer: vars["layer"], Version: v}
	if p.Layer == "" {
		p.Layer = Base
	}
	return p, err == nil && (p.Layer == Base || p.Layer == Overlay)
}

// Folder is the part of the template that leads to a release's folder: up to the segment with the version.
func (r Release) Folder() []string {
	var out []string
	for _, s := range r.segments {
		out = append(out, s.text)
		if slices.Contains(s.names, "version") {
			break
		}
	}
	return out
}

// FolderVars reads the provider and the version off the path of a release's folder.
func (r Release) FolderVars(parts []string) (map[string]string, bool) {
	n := len(r.Folder())
	if len(parts) != n {
		return nil, false
	}
	vars, ok := match(r.segments[:n], parts)
	if !ok {
		return nil, false
	}
	_, err := version.Parse(vars["version"])
	return vars, err == nil
}

// Template is the template of a cluster's folder, by segment.
func (c Cluster) Template() []string {
	var out []string
	for _, s := range c.segments {
		out = append(out, s.text)
	}
	return out
}

// Cluster is the layout of clusters.
type Cluster struct {
	segments []segment
	anchored bool // a literal segment tells where the layout starts
}

// ClusterPath is what a path says of the cluster that a file belongs to.
type ClusterPath struct {
	Installation, Cluster string
	Layer                 string // Base, Overlay, or "" in the flat layout
	// Depth is how many of the parts lead to the cluster's folder.
	Depth int
}

// ParseCluster reads a template of {installation} and {cluster} that ends in /**; cluster must be in it.
func ParseCluster(template string) (Cluster, error) {
	head, found := strings.CutSuffix(template, "/**")
	if !found {
		return Cluster{}, fmt.Errorf("%q does not end in /**; must be such as \"{installation}/{cluster}/**\"", template)
	}
	if strings.Count(head, "{cluster}") != 1 {
		return Cluster{}, fmt.Errorf("%q has {cluster} %d times; must have it once", template, strings.Count(head, "{cluster}"))
	}
	segments, err := parse(head, []string{"installation", "cluster"})
	c := Cluster{segments: segments}
	for _, s := range segments {
		c.anchored = c.anchored || s.literal
	}
	return c, err
}

// Match reads a path: the segments before the first base or overlay folder that has enough of them
// in front decide, else, in the flat layout, the first segments of the path. A path that is too
// short tells no cluster; its layer it may still tell.
func (c Cluster) Match(parts []string) (ClusterPath, bool) {
	n := len(c.segments)
	short := ""
	for i := 0; i+1 < len(parts); i++ { // the last part is the file
		if !isLayer(parts[i]) {
			continue
		}
		if i < n {
			short = parts[i]
			continue
		}
		if vars, ok := match(c.segments, parts[i-n:i]); ok {
			layer := parts[i]
			if slices.Contains(parts[i:len(parts)-1], Overlay) {
				layer = Overlay // nothing below an overlay folder is ever written
			}
			return ClusterPath{vars["installation"], vars["cluster"], layer, i}, true
		}
	}
	if short != "" {
		return ClusterPath{Layer: short}, false
	}
	for start := 0; start+n < len(parts); start++ {
		if vars, ok := match(c.segments, parts[start:start+n]); ok {
			return ClusterPath{Installation: vars["installation"], Cluster: vars["cluster"], Depth: start + n}, true
		}
		if !c.anchored {
			break
		}
	}
	return ClusterPath{}, false
}

// Depth is how many folders the layout has above a cluster's files.
func (c Cluster) Depth() int { return len(c.segments) }

// Folder reads the installation and the cluster off the path of a cluster's folder, which must have as many segments as the layout. One that is below such a
// folder is read as that folder's, with exact being false.
func (c Cluster) Folder(parts []string) (p ClusterPath, exact, ok bool) {
	n := len(c.segments)
	if len(parts) < n {
		return ClusterPath{}, false, false
	}
	vars, ok := match(c.segments, parts[:n])
	return ClusterPath{Installation: vars["installation"], Cluster: vars["cluster"], Depth: n}, len(parts) == n, ok
}

func isLayer(s string) bool { return s == Base || s == Overlay }

// A glob takes time in the number of ways in which its braces can be read.
const (
	maxAlternatives = 100
	maxGlob         = 1000
)

// CheckGlob says what is wrong with a glob, if anything.
func CheckGlob(glob string) error {
	if glob == "" {
		return fmt.Errorf("is empty; must be a name or a glob")
	}
	if !doublestar.ValidatePattern(glob) {
		return fmt.Errorf("%q is no glob; must be such as \"gauss/*\"", glob)
	}
	ways := 1
	for _, group := range strings.Split(glob, "{")[1:] { // each is tried with each
		ways *= 1 + strings.Count(group, ",")
		if ways > maxAlternatives {
			return fmt.Errorf("%q has more than %d alternatives in braces; must have less", glob, maxAlternatives)
		}
	}
	if len(glob) > maxGlob {
		return fmt.Errorf("is a glob of %d characters; must have at most %d", len(glob), maxGlob)
	}
	return nil
}

// Glob reports whether a name fits a glob that [CheckGlob] accepts (https://pkg.go.dev/github.com/bmatcuk/doublestar/v4#Match).
func Glob(glob, name string) bool {
	return doublestar.MatchUnvalidated(glob, name)
}
