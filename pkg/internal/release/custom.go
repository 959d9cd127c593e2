package release

import (
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// custom is a patch from a Release custom resource, which a ConfigMap of the same component outdoes.
type custom struct {
	provider string
	version  version.Version
	patch    *Patch
}

var releaseName = regexp.MustCompile(`^(?:(.+)-)?v?([0-9]+\.[0-9]+\.[0-9]+.*)$`)

func isCustom(i *resource.Item) bool {
	return i.Kind == "Release" && i.Group() == "release.giantswarm.io"
}

// mistyped finds what stands where a component would, and is of a kind or API version that is likely a mistyped one: it would be left out without a word. Others are kept for [reader.strays].
func (r *reader) mistyped(i *resource.Item) {
	if _, located := r.layout.Match(i.Location.Segments()); !located || i.IsKustomization() {
		return
	}
	if meant := r.meant(i.Kind, i.Group()); meant != "" {
		r.results.Errorf(i, nil, "is of kind %q and apiVersion %q, and so no part of a release; must be %s", i.Kind, i.APIVersion, meant)
		return
	}
	r.others = append(r.others, i)
}

// strays refuses what stands in the place of a component that some release of the provider has: what the one before said there would be taken for dropped. What else lies beside components, such as a
// CustomResourceDefinition, is left alone. All releases are read already.
func (r *reader) strays() {
	for _, i := range r.others {
		at, _ := r.layout.Match(i.Location.Segments())
		provider := r.catalog.Provider(at.Provider)
		known := func(rel *Release) bool { return rel.Provider == provider && rel.Component(at.Component) != nil }
		if !slices.ContainsFunc(r.catalog.Releases, known) {
			continue
		}
		what := "is a " + i.Kind
		if i.Kind == "" {
			what = "has no kind"
		}
		r.results.Errorf(i, nil, "%s, and stands in the place of the component %s, which other parts of the releases have; must be a ConfigMap of v1, or lie elsewhere", what, at.Component)
	}
}

// meant is what a kind that is no part of a release was likely meant to be, "" for none. It is worked out once: most resources are of a few kinds.
func (r *reader) meant(kind, group string) string {
	key := [2]string{kind, group}
	if out, known := r.kinds[key]; known {
		return out
	}
	out := ""
	switch {
	case kind == "ConfigMap" || nearest.IsTypo(kind, "ConfigMap") || strings.EqualFold(kind, "ConfigMap"):
		out = "ConfigMap of v1"
	case kind == "Release" && nearest.IsTypo(group, "release.giantswarm.io") || kind != "Release" && (nearest.IsTypo(kind, "Release") || strings.EqualFold(kind, "Release")):
		out = "Release of release.giantswarm.io/v1alpha1"
	}
	if r.kinds == nil {
		r.kinds = map[[2]string]string{}
	}
	r.kinds[key] = out
	return out
}

// findAliases finds the folders whose Release custom resources name another provider than the folder does. Where they name several, the folder's name stays.
func (r *reader) findAliases(items []*resource.Item) {
	r.catalog.aliases = map[string]string{}
	several := map[string]bool{}
	for _, i := range items {
		if !isCustom(i) {
			continue
		}
		m := releaseName.FindStringSubmatch(i.Name)
		at, located := r.layout.FolderIn(i.Location.Segments())
		if m == nil || m[1] == "" || !located {
			continue
		}
		folder := at.Get("provider")
		several[folder] = several[folder] || r.catalog.aliases[folder] != "" && r.catalog.aliases[folder] != m[1]
		r.catalog.aliases[folder] = m[1]
	}
	for folder := range several {
		if several[folder] {
			delete(r.catalog.aliases, folder)
		}
	}
}

// customResource reads a Release (release.giantswarm.io): each app sets the version, and the
// catalog, of the App of that name; the component kubernetes sets the version of Cluster API
// resources. Other components say nothing that a field of a cluster's resources holds.
func (r *reader) customResource(i *resource.Item) {
	r.catalog.items[i] = nil
	m := releaseName.FindStringSubmatch(i.Name)
	if m == nil {
		r.results.Errorf(i, nil, "the name %q tells no version; must be such as \"aws-34.0.0\" or \"v34.0.0\"", i.Name)
		return
	}
	v, err := version.Parse(m[2])
	if err != nil {
		r.results.Errorf(i, nil, "the name %q tells no version: %v", i.Name, err)
		return
	}
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		r.results.Errorf(i, nil, "%v", err)
		return
	}
	at, located := r.layout.FolderIn(i.Location.Segments())
	if m[1] == "" {
		m[1] = at.Get("provider")
	}
	if located {
		if own := version.MustParse(at.Get("version")); !own.Equal(v) {
			r.catalog.items[i] = r.release(at.Get("provider"), own)
			r.results.Errorf(i, nil, "the name says %s, but the folder says %s; must agree", v, own)
			return
		}
	}
	r.catalog.items[i] = r.release(m[1], v)
	spec := yamltree.Get(root, "spec")
	for _, app := range r.entries(i, spec, "apps") {
		fields := yamltree.NewMap().Add("version", yamltree.Str(app.version))
		if app.catalog != "" {
			fields.Add("catalog", yamltree.Str(app.catalog))
		}
		data := yamltree.NewMap().Add("spec", fields)
		r.custom = append(r.custom, custom{m[1], v, &Patch{Component: app.name, Layer: layout.Base, Item: i, Data: data, Only: Apps}})
	}
	var without []string
	for _, c := range r.entries(i, spec, "components") {
		if c.name != "kubernetes" {
			without = append(without, c.name)
			continue
		}
		text := "v" + strings.TrimPrefix(c.version, "v")
		r.custom = append(r.custom, custom{m[1], v, &Patch{Component: c.name, Layer: layout.Base, Item: i, Only: Kubernetes, Version: text}})
	}
	if len(without) > 0 {
		r.results.Infof(i, yamltree.Fields("spec", "components"), "%s: no field of a resource follows from these; ConfigMaps of the release must set what they mean", strings.Join(without, ", "))
	}
}

type entry struct{ name, version, catalog string }

func (r *reader) entries(i *resource.Item, spec *yamltree.Node, field string) []entry {
	list := yamltree.Get(spec, field)
	if list == nil || yamltree.IsNull(list) {
		return nil
	}
	at := yamltree.Fields("spec", field)
	if list.Kind != yamltree.List {
		r.results.Errorf(i, at, "is %s; must be a list", yamltree.ATypeOf(list))
		return nil
	}
	var out []entry
	for n, el := range list.Elements() {
		item := resource.NewItem(el)
		e := entry{item.Text("name"), item.Text("version"), item.Text("catalog")}
		if e.name == "" || e.version == "" {
			r.results.Errorf(i, at.Index(n), "lacks a name or a version; must have both")
			continue
		}
		if !isName(e.name) {
			r.results.Errorf(i, at.Index(n), "the name %q is none; must have letters, digits, dashes, dots and underscores alone, such as cert-exporter", e.name)
			continue
		}
		out = append(out, e)
	}
	return out
}

// addCustom adds what only Release custom resources say.
func (r *reader) addCustom() {
	for _, c := range r.custom {
		component := r.release(c.provider, c.version).component(c.patch.Component)
		if len(component.Patches) > 0 {
			other := component.Patches[0]
			if other.Only == Anything {
				r.results.Infof(c.patch.Item, nil, "component %q: %s says it too, and counts", c.patch.Component, whereabouts(other.Item))
			} else {
				r.results.Errorf(c.patch.Item, nil, "component %q stands twice, here and in %s; must stand once", c.patch.Component, whereabouts(other.Item))
			}
			continue
		}
		component.Patches = append(component.Patches, c.patch)
	}
}
