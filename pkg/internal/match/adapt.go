package match

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// IsApp reports whether a resource installs a chart: an App of Giant Swarm's app platform, or a
// HelmRelease or OCIRepository of Flux.
func IsApp(i *resource.Item) bool {
	switch i.Kind {
	case "App":
		return i.Group() == "application.giantswarm.io"
	case "HelmRelease":
		return i.Group() == "helm.toolkit.fluxcd.io"
	case "OCIRepository":
		return i.Group() == "source.toolkit.fluxcd.io"
	}
	return false
}

// chartName is the name of the chart that a resource installs, "" for none.
func chartName(i *resource.Item) string {
	switch i.Kind {
	case "App":
		return i.Text("spec", "name")
	case "HelmRelease":
		return i.Text("spec", "chart", "spec", "chart")
	case "OCIRepository":
		if url := i.Text("spec", "url"); url != "" {
			return path.Base(url)
		}
	}
	return ""
}

// variablePrefix is a variable in front of a name, such as ${cluster_name}-.
var variablePrefix = regexp.MustCompile(`^\$\{[^}]*\}-`)

// isNamed reports whether an app, its chart or its resource has the name of a component, with or without the cluster's name, or a variable, in front, and "-app" behind.
func isNamed(i *resource.Item, component, clusterID string) bool {
	for _, name := range [...]string{chartName(i), i.Name} {
		if strings.HasPrefix(name, "${") {
			name = variablePrefix.ReplaceAllString(name, "")
		}
		if rest, of := strings.CutPrefix(name, clusterID); of && clusterID != "" && strings.HasPrefix(rest, "-") {
			name = rest[1:]
		}
		if name == component || strings.TrimSuffix(name, "-app") == component {
			return true
		}
	}
	return false
}

func hasKubernetesVersion(i *resource.Item) bool {
	at := kinds.VersionField(i.Ref)
	return at != nil && i.Has(at...)
}

// Adapt returns the partial resource that a patch brings to one of its matches. It differs from the
// patch's data where the kind keeps a version in a place of its own: an app's spec.version goes to
// spec.chart.spec.version of a HelmRelease and to spec.ref of an OCIRepository, and a Release's
// Kubernetes version to where the Cluster API kind has it, with or without the v as it is there.
//
// warnings say what of the patch has no effect in the resource, notes what has no place there.
func Adapt(p *release.Patch, m Match, c *cluster.Cluster) (data *yamltree.Node, warnings, notes []string) {
	if p.Only == release.Kubernetes {
		at := kinds.VersionField(m.Item.Ref)
		text := p.Version
		if old := m.Item.Text(at...); old != "" && !strings.HasPrefix(old, "v") {
			text = strings.TrimPrefix(text, "v")
		}
		return nested(at, yamltree.Str(text)), nil, nil
	}
	if !IsApp(m.Item) || m.Item.Kind == "App" {
		return p.Data, nil, nil
	}
	data = yamltree.Clone(p.Data)
	spec := yamltree.Get(data, "spec")
	if spec == nil || spec.Kind != yamltree.Map {
		return data, nil, nil
	}
	if catalog := remove(spec, "catalog"); catalog != nil {
		notes = append(notes, fmt.Sprintf("a %s has no catalog; %q is left out", m.Item.Kind, catalog.Value))
	}
	if v := remove(spec, "version"); v != nil && admits(m.Item, v.Value) {
		notes = append(notes, fmt.Sprintf("takes any version of a range, which admits %s: the range stays", v.Value))
		if at, _ := versionPath(m.Item, v.Value); at != nil { // which is what the release says, then: nobody's local change
			data.SetIn(yamltree.Str(m.Item.Text(at...)), at...)
		}
	} else if v != nil {
		at, warning := versionPath(m.Item, v.Value)
		if warning != "" && !bringsItself(p, m.Item, c) {
			warnings = append(warnings, warning)
		}
		if at != nil {
			data.SetIn(v, at...)
		}
	}
	if spec.First() == nil {
		remove(data, "spec")
	}
	return data, warnings, notes
}

// bringsItself reports whether the chart of a HelmRelease comes from an OCIRepository that the component is for as well.
func bringsItself(p *release.Patch, i *resource.Item, c *cluster.Cluster) bool {
	name := i.Text("spec", "chartRef", "name")
	for _, other := range c.Base {
		if other.Kind == "OCIRepository" && other.Name == name && IsApp(other) && isNamed(other, p.Component, c.ID) {
			return i.Kind == "HelmRelease"
		}
	}
	return false
}

// admits reports whether a Flux resource takes any version of a range that a version is in.
func admits(i *resource.Item, v string) bool {
	for _, text := range []string{i.Text("spec", "ref", "semver"), i.Text("spec", "chart", "spec", "version")} {
		q, err := version.ParseQuery(text)
		own, errV := version.Parse(v)
		if text != "" && err == nil && errV == nil && !q.IsExact() && q.Matches(own) {
			return true
		}
	}
	return false
}

// versionPath is where a Flux resource keeps the version of its chart
// (https://fluxcd.io/flux/components/helm/helmreleases/, https://fluxcd.io/flux/components/source/ocirepositories/).
func versionPath(i *resource.Item, v string) (at []string, warning string) {
	if i.Kind == "HelmRelease" {
		if !i.Has("spec", "chart") && i.Has("spec", "chartRef") {
			return nil, fmt.Sprintf("takes its chart from %s %q, which must get version %q", i.Text("spec", "chartRef", "kind"), i.Text("spec", "chartRef", "name"), v)
		}
		return kinds.AppVersionField(i.Ref), ""
	}
	if digest := i.Text("spec", "ref", "digest"); digest != "" {
		warning = fmt.Sprintf("spec.ref.digest %q outdoes version %q; must be removed or renewed", digest, v)
	}
	if i.Has("spec", "ref", "semver") {
		if i.Has("spec", "ref", "tag") {
			warning = strings.TrimPrefix(warning+fmt.Sprintf("; spec.ref.semver %q outdoes the tag", i.Text("spec", "ref", "semver")), "; ")
		}
		return []string{"spec", "ref", "semver"}, warning
	}
	return []string{"spec", "ref", "tag"}, warning
}

// remove takes a key out of a mapping that the caller owns and returns its value.
func remove(m *yamltree.Node, key string) *yamltree.Node {
	v := yamltree.Get(m, key)
	if v != nil {
		m.Remove(v)
	}
	return v
}

func nested(at []string, v *yamltree.Node) *yamltree.Node {
	root := yamltree.NewMap()
	root.SetIn(v, at...)
	return root
}
