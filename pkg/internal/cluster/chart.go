package cluster

import (
	"path"
	"regexp"
	"slices"
	"strconv"
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

// chartOf is the name of the chart that a resource installs, "" for none, and where its version stands; items are those among which a HelmRelease finds the OCIRepository that it refers to
// (https://fluxcd.io/flux/components/helm/helmreleases/#chart-reference).
func chartOf(i *resource.Item, items []*resource.Item) (name string, at *resource.Item, version yamltree.Path) {
	switch {
	case i.Kind == "App" && i.Group() == "application.giantswarm.io":
		return i.Text("spec", "name"), i, yamltree.Fields("spec", "version")
	case i.Kind == "HelmRelease" && i.Group() == "helm.toolkit.fluxcd.io" && i.Text("spec", "chartRef", "kind") == "OCIRepository":
		for _, oci := range items {
			if isOCI(oci) && oci.Name == i.Text("spec", "chartRef", "name") {
				if oci.Has("spec", "ref", "tag") {
					return ociChart(oci), oci, yamltree.Fields("spec", "ref", "tag")
				}
				return ociChart(oci), oci, yamltree.Fields("spec", "ref", "semver")
			}
		}
	case i.Kind == "HelmRelease" && i.Group() == "helm.toolkit.fluxcd.io":
		return path.Base(i.Text("spec", "chart", "spec", "chart")), i, yamltree.Fields("spec", "chart", "spec", "version")
	}
	return "", nil, nil
}

// isClusterApp reports whether a resource installs the chart of a whole cluster, rather than that of its release.
func isClusterApp(i *resource.Item, items []*resource.Item) bool {
	name, _, _ := chartOf(i, items)
	return strings.HasPrefix(name, "cluster-") && chartName.MatchString(name)
}

func isOCI(i *resource.Item) bool {
	return i.Kind == "OCIRepository" && i.Group() == "source.toolkit.fluxcd.io"
}

// ociChart is the name of the chart of an OCIRepository.
func ociChart(i *resource.Item) string { return path.Base(i.Text("spec", "url")) }

// StandsForCluster reports whether a resource is a whole cluster: a Cluster of Cluster API, or what installs the chart of one.
func StandsForCluster(i *resource.Item) bool {
	name, _, _ := chartOf(i, nil)
	return kinds.IsCluster(i.Ref) || chartName.MatchString(name) || isOCI(i) && chartName.MatchString(ociChart(i))
}

// Charts are the charts among items that make clusters, of each the places that say its release, those that count first in front: the version of a release's chart, then the values, those
// that go over others first.
//
// values are files of values that kustomizations make ConfigMaps of. A release that is a variable stands where a Flux Kustomization among the items, or beside them, substitutes it
// (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution).
func Charts(items []*resource.Item, values []Values, beside []*resource.Item) []Chart {
	var byVersion, byValues, untold []Chart
	for _, i := range items {
		name, version, at := chartOf(i, items)
		m := chartName.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		c := Chart{Provider: m[2], App: i}
		if m[1] == "release" {
			if v := yamltree.Lookup(logical(version), at); v != nil && v.Kind == yamltree.Scalar {
				c.Item, c.Path, c.Release = version, at, v.Value
				byVersion = append(byVersion, c)
			}
			continue
		}
		found := c.inValues(items, values)
		if len(found) == 0 { // which says its provider all the same
			untold = append(untold, c)
		}
		byValues = append(byValues, found...)
	}
	out := slices.Concat(byVersion, byValues, untold)
	if len(out) > 0 {
		substitute(out, slices.Concat(items, beside))
	}
	return out
}

// elsewhere are the places that say the release of a chart which lies outside of the cluster's folder.
func elsewhere(items []*resource.Item) []Chart {
	var out []Chart
	for _, i := range items {
		if isUserConfig(i) {
			for _, at := range inData(i) {
				out = append(out, Chart{App: i}.at(i, at))
			}
		}
	}
	return out
}

// isUserConfig reports whether a ConfigMap is named as those with the values of the chart of a cluster are: peu01-userconfig.
func isUserConfig(i *resource.Item) bool { return strings.HasSuffix(i.Name, "userconfig") }

// at is the chart with its release at a place.
func (c Chart) at(i *resource.Item, at yamltree.Path) Chart {
	c.Item, c.Path, c.Release = i, at, yamltree.LookupInside(logical(i), at).Value
	return c
}

// inData are the places in a ConfigMap at which it has the release of a cluster, as values of its chart.
func inData(i *resource.Item) []yamltree.Path {
	if i.Kind != "ConfigMap" || i.APIVersion != "v1" {
		return nil
	}
	data := yamltree.Get(logical(i), "data")
	if data == nil || data.Kind != yamltree.Map {
		return nil
	}
	var out []yamltree.Path
	for v := range data.Children() {
		if v.Kind == yamltree.Scalar && !strings.Contains(v.Value, "global") {
			continue
		}
		at := yamltree.Fields("data", v.Key).Then(releaseValue...)
		if isText(yamltree.LookupInside(logical(i), at)) {
			out = append(out, at)
		}
	}
	return out
}

func isText(v *yamltree.Node) bool {
	return v != nil && v.Kind == yamltree.Scalar && v.Value != ""
}

// Values is a file of values, of which a kustomization makes a ConfigMap.
type Values struct {
	Item      *resource.Item
	ConfigMap string
}

// isVariable is a value that is one variable, with a default or without.
var isVariable = regexp.MustCompile(`^\$\{([A-Za-z_][A-Za-z0-9_]*)(:?[=-][^}]*)?\}$`)

func substitute(charts []Chart, items []*resource.Item) {
	for n := range charts {
		charts[n].substitute(items)
	}
}

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

// inValues are the places in the values of a chart that say its release, those that go over others first.
func (c Chart) inValues(items []*resource.Item, values []Values) []Chart {
	var out []Chart
	if at := yamltree.Fields("spec", "values").Then(releaseValue...); isText(yamltree.LookupInside(logical(c.App), at)) {
		out = append(out, c.at(c.App, at))
	}
	for _, named := range c.configMaps() {
		for _, i := range items {
			if !named.is(i) {
				continue
			}
			for _, at := range inData(i) {
				out = append(out, c.at(i, at))
			}
		}
		for _, v := range values {
			if v.ConfigMap == named.name && isText(yamltree.LookupInside(logical(v.Item), releaseValue)) {
				out = append(out, c.at(v.Item, releaseValue))
			}
		}
	}
	return out
}

// Priorities of the values of an App, of which the higher go over the lower, and what extraConfigs have without one
// (https://docs.giantswarm.io/reference/platform-api/crd/apps.application.giantswarm.io/).
const (
	clusterPriority = 50
	userPriority    = 100
	extraPriority   = 25
)

// configMap names a ConfigMap; its namespace is "" where nothing tells it.
type configMap struct{ name, namespace string }

// is reports whether an item is the ConfigMap; a namespace that one of them leaves out fits.
func (c configMap) is(i *resource.Item) bool {
	return i.Name == c.name && (i.Namespace == c.namespace || i.Namespace == "" || c.namespace == "")
}

// configMaps are the ConfigMaps that a chart takes its values from, those that go over others first: of an App by priority, of a HelmRelease the last first
// (https://fluxcd.io/flux/components/helm/helmreleases/#values).
func (c Chart) configMaps() []configMap {
	type source struct {
		configMap
		priority int
	}
	var all []source
	root := logical(c.App)
	add := func(in *yamltree.Node, priority int) {
		if n := yamltree.Get(in, "name"); isText(n) {
			namespace := c.App.Namespace
			if ns := yamltree.Get(in, "namespace"); isText(ns) {
				namespace = ns.Value
			}
			all = append(all, source{configMap{n.Value, namespace}, priority})
		}
	}
	for _, field := range []string{"extraConfigs", "valuesFrom"} {
		list := yamltree.Lookup(root, yamltree.Fields("spec", field))
		if list == nil || list.Kind != yamltree.List {
			continue
		}
		for _, el := range list.Elements() {
			kind, own := yamltree.Get(el, "kind"), extraPriority
			if p := yamltree.Get(el, "priority"); p != nil {
				if n, err := strconv.Atoi(p.Value); err == nil {
					own = n
				}
			}
			if kind == nil || strings.EqualFold(kind.Value, "configMap") {
				add(el, own)
			}
		}
	}
	add(yamltree.Lookup(root, yamltree.Fields("spec", "config", "configMap")), clusterPriority)
	add(yamltree.Lookup(root, yamltree.Fields("spec", "userConfig", "configMap")), userPriority)
	slices.Reverse(all) // of the same priority the later goes over the earlier
	slices.SortStableFunc(all, func(a, b source) int { return b.priority - a.priority })
	var out []configMap
	for _, s := range all {
		if !slices.Contains(out, s.configMap) {
			out = append(out, s.configMap)
		}
	}
	return out
}

// logical is the resource without anchors and the like; an empty map where it cannot be read, which is said elsewhere.
func logical(i *resource.Item) *yamltree.Node {
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		return yamltree.NewMap()
	}
	return root
}
