package layout

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Cluster is the layout of clusters.
type Cluster struct{ templates []template }

// ClusterPath is what a path says of the cluster that a file belongs to.
type ClusterPath struct {
	Installation, Cluster string
	Layer                 string // Base, Overlay, or "" in the flat layout
	// Depth is how many of the parts lead to the cluster's folder.
	Depth int
}

// String is the cluster as installation/cluster; without an installation, its name alone.
func (p ClusterPath) String() string { return strings.TrimPrefix(p.Installation+"/"+p.Cluster, "/") }

// ParseCluster reads templates of {installation} and {cluster} that end in /**; cluster must be in each.
func ParseCluster(templates ...string) (Cluster, error) {
	var c Cluster
	for _, text := range templates {
		head, found := strings.CutSuffix(text, "/**")
		if !found {
			return Cluster{}, fmt.Errorf("%q does not end in /**; must be such as \"{installation}/{cluster}/**\"", text)
		}
		if strings.Count(head, "{cluster}") != 1 {
			return Cluster{}, fmt.Errorf("%q has {cluster} %d times; must have it once", text, strings.Count(head, "{cluster}"))
		}
		t, err := parse(head, []string{"installation", "cluster"})
		if err != nil {
			return Cluster{}, err
		}
		c.templates = append(c.templates, t)
	}
	c.templates = sorted(c.templates)
	return c, nil
}

// Match reads a path: the segments before the first base or overlay folder that has enough of them
// in front decide, else, in the flat layout, the first segments of the path. A path that is too
// short tells no cluster; its layer it may still tell.
func (c Cluster) Match(parts []string) (ClusterPath, bool) {
	short := ""
	for n, t := range c.templates {
		p, ok := t.match(parts)
		if ok {
			return p, true
		}
		if n == 0 || p.Layer != "" {
			short = p.Layer
		}
	}
	return ClusterPath{Layer: short}, false
}

func (t template) match(parts []string) (ClusterPath, bool) {
	short := ""
	for i := 0; i+1 < len(parts); i++ { // the last part is the file
		layer := parts[i]
		if layer != Base && layer != Overlay {
			continue
		}
		if i < len(t.segments) && !t.deep {
			short = layer
			continue
		}
		if vars, ok := t.matchBefore(parts[:i]); ok {
			if isInOverlay(parts[i:]) {
				layer = Overlay // nothing below an overlay folder is ever written
			}
			return ClusterPath{vars.Get("installation"), vars.Get("cluster"), layer, i}, true
		}
	}
	if short != "" {
		return ClusterPath{Layer: short}, false
	}
	for start := 0; start < len(parts); start++ {
		if p, ok := t.matchStart(parts[start:]); ok {
			p.Depth += start
			if isInOverlay(parts[p.Depth:]) {
				p.Layer = Overlay
			}
			return p, true
		}
		if !t.anchored {
			break
		}
	}
	return ClusterPath{}, false
}

// matchBefore matches the end of the folders in front of a layer.
func (t template) matchBefore(parts []string) (Vars, bool) {
	if !t.deep {
		return match(t.segments, parts[len(parts)-len(t.segments):])
	}
	for start := range parts {
		if vars, ok := match(t.segments, parts[start:]); ok {
			return vars, true
		}
	}
	return nil, false
}

// matchStart matches the first folders of the path of a file.
func (t template) matchStart(parts []string) (ClusterPath, bool) {
	least, most := len(t.segments), min(len(t.segments), len(parts)-1)
	if t.deep {
		least, most = 1, len(parts)-1
	}
	for n := least; n <= most; n++ {
		if vars, ok := match(t.segments, parts[:n]); ok {
			return ClusterPath{Installation: vars.Get("installation"), Cluster: vars.Get("cluster"), Depth: n}, true
		}
	}
	return ClusterPath{}, false
}

// Variables are the variables that templates have, sorted.
func (c Cluster) Variables() []string {
	var out []string
	for _, t := range c.templates {
		for _, s := range t.segments {
			out = append(out, s.names...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// NewFolder is the folder of a new cluster, by the first template for which values tell all variables. Its error says what is missing, or that no template names one folder.
func (c Cluster) NewFolder(values map[string]string) (string, error) {
	var missing []string
	for _, t := range c.templates {
		var parts, without []string
		for _, s := range t.segments {
			if s.deep || strings.Contains(s.text, "*") {
				parts = nil
				break
			}
			text := s.text
			for _, name := range s.names {
				v := values[name]
				if v == "" {
					without = append(without, name)
				}
				text = strings.ReplaceAll(text, "{"+name+"}", v)
			}
			parts = append(parts, text)
		}
		switch {
		case parts == nil:
		case len(without) > 0:
			missing = append(missing, without...)
		default:
			for _, part := range parts {
				if strings.HasPrefix(part, ".") || strings.ContainsAny(part, "/\\") {
					return "", fmt.Errorf("%q is no name for a folder of the layout; must not begin with a dot, or have a slash", part)
				}
			}
			return strings.Join(parts, "/"), nil
		}
	}
	if len(missing) == 0 {
		return "", errors.New("the layout of clusters has wildcards in each of its templates, which name no folder for a new one. Add a template without")
	}
	return "", fmt.Errorf("the layout of clusters has {%s}, which has no value; must be set, as %s", missing[0], strings.ToUpper(missing[0]))
}

// Depth is how many folders the shortest template has above a cluster's files.
func (c Cluster) Depth() int {
	least := 0
	for n, t := range c.templates {
		if n == 0 || len(t.segments) < least {
			least = len(t.segments)
		}
	}
	return least
}

// Folders are the parts of the templates that lead to a cluster's folder, by segment.
func (c Cluster) Folders() [][]string {
	var out [][]string
	for _, t := range c.templates {
		out = append(out, t.texts())
	}
	return out
}

// Texts are the templates as they are written.
func (c Cluster) Texts() []string {
	var out []string
	for _, t := range c.templates {
		out = append(out, strings.Join(t.texts(), "/")+"/**")
	}
	return out
}

// Folder reads the installation and the cluster off the path of a cluster's folder. One that is below such a
// folder is read as that folder's, with exact being false.
func (c Cluster) Folder(parts []string) (p ClusterPath, exact, ok bool) {
	for _, t := range c.templates {
		if vars, is := match(t.segments, parts); is {
			return ClusterPath{Installation: vars.Get("installation"), Cluster: vars.Get("cluster"), Depth: len(parts)}, true, true
		}
	}
	for _, t := range c.templates {
		if p, ok := t.matchStart(append(slices.Clone(parts), "")); ok {
			return p, false, true
		}
	}
	return ClusterPath{}, false, false
}

// isInOverlay reports whether a file below a cluster's folder is in an overlay, which is the customer's.
func isInOverlay(below []string) bool {
	folders := below[:max(len(below)-1, 0)]
	return slices.Contains(folders, Overlay) || slices.Contains(folders, "overlays")
}
