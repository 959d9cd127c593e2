// Package match finds the resources of a cluster that a component of a release is for.
//
// The first of these rules that finds at least one resource decides, and all that it finds are
// patched:
//
//  1. target: the annotation fn.giantswarm.io/target on the release's ConfigMap.
//  2. data: apiVersion, kind and metadata.name inside the data. The version within the API group
//     does not count, since a patch may move a resource to a new one.
//  3. kind: the component without - and _ equals the kind, in lower case. Where that is a kind of
//     several API groups, those of Cluster API count; where none is, the match is ambiguous.
//  4. app: an App, HelmRelease or OCIRepository of that name, see [Rule].
//  5. file: the file has the component's name and holds one resource.
package match

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// Rule says how a resource was chosen.
type Rule string

// The rules in the order in which they are tried. App means: spec.name, the chart's name or
// metadata.name is the component or <cluster>-<component>.
const (
	Target Rule = "target"
	Data   Rule = "data"
	Kind   Rule = "kind"
	App    Rule = "app"
	File   Rule = "file"
)

// Match is one resource that a patch is for.
type Match struct {
	Item *resource.Item
	Rule Rule
}

// Find returns the resources of a cluster's base that a patch is for, in the order of the input.
// None is no error; a match that could mean several things is.
func Find(p *release.Patch, c *cluster.Cluster) ([]Match, error) {
	kind := KindName(p.Component)
	rules := []struct {
		rule Rule
		fits func(*resource.Item) bool
	}{
		{Kind, func(i *resource.Item) bool { return strings.EqualFold(kind, i.Kind) }},
		{App, func(i *resource.Item) bool { return IsApp(i) && isNamed(i, p.Component, c.ID) }},
		{File, inFile(p.Component, c)},
	}
	switch {
	case p.Only == release.Apps:
		rules = rules[1:2]
	case p.Only == release.Kubernetes:
		rules = rules[:1]
		rules[0].fits = hasKubernetesVersion
	case p.Target != nil:
		rule := Target
		if p.Target.FromData {
			rule = Data
		}
		if rule == Target || p.Target.Kind != "" {
			rules = rules[:1]
			rules[0].rule, rules[0].fits = rule, p.Target.Selects
		}
	}
	for _, r := range rules {
		var found []Match
		for _, i := range c.Base {
			if r.fits(i) {
				found = append(found, Match{i, r.rule})
			}
		}
		if len(found) == 0 {
			continue
		}
		if r.rule == Kind && p.Only == release.Anything {
			return oneAPI(p, found)
		}
		return found, nil
	}
	return nil, nil
}

// KindName is the component as a kind in lower case: aws-cluster is awscluster.
func KindName(component string) string {
	return strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(component), "-", ""), "_", "")
}

// KindsOf are the kinds of Cluster API with a Kubernetes version that a component is for by its name.
func KindsOf(component string) []string {
	var out []string
	for _, kind := range kinds.Versioned() {
		if strings.EqualFold(kind, KindName(component)) {
			out = append(out, kind)
		}
	}
	return out
}

// oneAPI narrows resources of the same kind from several API groups to those of Cluster API.
func oneAPI(p *release.Patch, found []Match) ([]Match, error) {
	groups := map[string]bool{}
	var ours []Match
	for _, m := range found {
		groups[m.Item.Group()] = true
		if kinds.IsGroup(m.Item.Group()) {
			ours = append(ours, m)
		}
	}
	if len(groups) == 1 || len(ours) > 0 && len(ours) == len(found) {
		return found, nil
	}
	if len(ours) > 0 {
		return ours, nil
	}
	names := slices.Sorted(maps.Keys(groups))
	return nil, fmt.Errorf("component %q is the kind %s in several API groups, %s; must carry %s", p.Component, found[0].Item.Kind, strings.Join(names, ", "), release.TargetAnnotation)
}

func inFile(component string, c *cluster.Cluster) func(*resource.Item) bool {
	return func(i *resource.Item) bool {
		file := i.Location.Path
		base := path.Base(file)
		if file == "" || !kinds.IsCluster(i.Ref) && cluster.StandsForCluster(i) || // the chart of a cluster is no component
			strings.TrimSuffix(base, path.Ext(base)) != component {
			return false
		}
		return !slices.ContainsFunc(c.Base, func(other *resource.Item) bool { return other != i && other.Location.Path == file })
	}
}

// Nearest names resources of a cluster that a component which matches nothing may have meant, the
// likeliest first.
func Nearest(component string, c *cluster.Cluster) []string {
	const limit = 3
	byName := map[string]string{} // what the component is compared with -> how people see it
	var known []string
	for _, i := range c.Base {
		names := []string{strings.TrimPrefix(i.Name, c.ID+"-")}
		if IsApp(i) {
			if name := chartName(i); name != "" {
				names = append(names, name)
			}
		} else {
			names = append(names, strings.ToLower(i.Kind))
		}
		for _, n := range names {
			if byName[n] == "" {
				byName[n] = i.Ref.String()
				known = append(known, n)
			}
		}
	}
	var out []string
	for _, wanted := range []string{component, KindName(component)} {
		for _, n := range nearest.Names(wanted, known, limit) {
			if !slices.Contains(out, byName[n]) && len(out) < limit {
				out = append(out, byName[n])
			}
		}
	}
	return out
}
