package cluster

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Chart is what makes a whole cluster out of one Helm chart, as kubectl gs template cluster writes it: an App or HelmRelease of the chart cluster-<provider>, whose values say the release, or of the chart
// release-<provider>, whose version is the release.
type Chart struct {
	Provider string
	// App installs the chart; Item is where the release stands, at Path, which may lead through a string of YAML.
	App, Item *resource.Item
	Path      yamltree.Path
	// Release is the release as it is written.
	Release string
}

// chartName is the name of a chart that makes a cluster, with its provider.
var chartName = regexp.MustCompile(`^(cluster|release)-([a-z0-9-]+)$`)

// releaseValue is where the values of the chart of a cluster have the release.
var releaseValue = yamltree.Fields("global", "release", "version")

// chartOf is the name of the chart that a resource installs, "" for none, and where it keeps its version.
func chartOf(i *resource.Item) (name string, version yamltree.Path) {
	switch {
	case i.Kind == "App" && i.Group() == "application.giantswarm.io":
		return i.Text("spec", "name"), yamltree.Fields("spec", "version")
	case i.Kind == "HelmRelease" && i.Group() == "helm.toolkit.fluxcd.io":
		return path.Base(i.Text("spec", "chart", "spec", "chart")), yamltree.Fields("spec", "chart", "spec", "version")
	}
	return "", nil
}

// StandsForCluster reports whether a resource is a whole cluster: a Cluster of Cluster API, or what installs the chart of one.
func StandsForCluster(i *resource.Item) bool {
	name, _ := chartOf(i)
	return kinds.IsCluster(i.Ref) || chartName.MatchString(name)
}

// Charts are the charts among items that make clusters, of each the places that say its release, those that count first in front: the version of a release's chart, then the values.
//
// values are files of values that kustomizations make ConfigMaps of. A release that is a variable stands where a Flux Kustomization among the items substitutes it
// (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
func Charts(items []*resource.Item, values []Values) []Chart {
	var byVersion, byValues []Chart
	for _, i := range items {
		name, at := chartOf(i)
		m := chartName.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		c := Chart{Provider: m[2], App: i}
		if m[1] == "release" {
			if v := yamltree.Lookup(logical(i), at); v != nil && v.Kind == yamltree.Scalar {
				c.Item, c.Path, c.Release = i, at, v.Value
				byVersion = append(byVersion, c)
			}
			continue
		}
		found := c.inValues(items, values)
		if len(found) == 0 { // which says its provider all the same
			found = []Chart{c}
		}
		byValues = append(byValues, found...)
	}
	slices.SortStableFunc(byValues, func(a, b Chart) int { return len(b.Path) - len(a.Path) }) // those that say it first
	out := append(byVersion, byValues...)
	for n := range out {
		out[n].substitute(items)
	}
	return out
}

// Values is a file of values, of which a kustomization makes a ConfigMap.
type Values struct {
	Item      *resource.Item
	ConfigMap string
}

// isVariable is a value that is one variable, with a default or without.
var isVariable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[=-][^}]*)?\}$`)

// substitute goes to where the variable stands that the release is.
func (c *Chart) substitute(items []*resource.Item) {
	m := isVariable.FindStringSubmatch(c.Release)
	if m == nil {
		return
	}
	at := yamltree.Fields("spec", "postBuild", "substitute", m[1])
	for _, i := range items {
		if i.Kind != "Kustomization" || i.Group() != "kustomize.toolkit.fluxcd.io" {
			continue
		}
		if v := yamltree.Lookup(logical(i), at); v != nil && v.Kind == yamltree.Scalar && v.Value != "" {
			c.Item, c.Path, c.Release = i, at, v.Value
			return
		}
	}
}

// inValues are the places in the values of a chart that say its release.
func (c Chart) inValues(items []*resource.Item, values []Values) []Chart {
	var out []Chart
	add := func(i *resource.Item, at yamltree.Path) {
		if v := yamltree.LookupInside(logical(i), at); v != nil && v.Kind == yamltree.Scalar && v.Value != "" {
			c.Item, c.Path, c.Release = i, at, v.Value
			out = append(out, c)
		}
	}
	add(c.App, yamltree.Fields("spec", "values").Then(releaseValue...))
	names := c.configMaps()
	for _, i := range items {
		if i.Kind != "ConfigMap" || !slices.Contains(names, i.Name) {
			continue
		}
		data := yamltree.Get(logical(i), "data")
		if data == nil || data.Kind != yamltree.Map {
			continue
		}
		for v := range data.Children() {
			add(i, yamltree.Fields("data", v.Key).Then(releaseValue...))
		}
	}
	for _, v := range values {
		if slices.Contains(names, v.ConfigMap) {
			add(v.Item, releaseValue)
		}
	}
	return out
}

// configMaps are the names of the ConfigMaps that a chart takes its values from
// (https://docs.giantswarm.io/reference/platform-api/crd/apps.application.giantswarm.io/, https://fluxcd.io/flux/components/helm/helmreleases/#values).
func (c Chart) configMaps() []string {
	var out []string
	root := logical(c.App)
	add := func(n *yamltree.Node) {
		if n != nil && n.Kind == yamltree.Scalar && n.Value != "" {
			out = append(out, n.Value)
		}
	}
	for _, at := range []yamltree.Path{yamltree.Fields("spec", "userConfig", "configMap", "name"), yamltree.Fields("spec", "config", "configMap", "name")} {
		add(yamltree.Lookup(root, at))
	}
	for _, at := range []yamltree.Path{yamltree.Fields("spec", "extraConfigs"), yamltree.Fields("spec", "valuesFrom")} {
		list := yamltree.Lookup(root, at)
		if list == nil || list.Kind != yamltree.List {
			continue
		}
		for _, el := range list.Elements() {
			if kind := yamltree.Get(el, "kind"); kind == nil || strings.EqualFold(kind.Value, "configMap") {
				add(yamltree.Get(el, "name"))
			}
		}
	}
	return out
}

// logical is the resource without anchors and the like; an empty map where it cannot be read, which is said elsewhere.
func logical(i *resource.Item) *yamltree.Node {
	root, err := yamltree.Logical(i.Node)
	if err != nil {
		return yamltree.NewMap()
	}
	return root
}
