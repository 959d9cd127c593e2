// Package release finds the releases among the items of a run: ConfigMaps that carry partial custom
// resources, and Release custom resources as a second source of the same model.
//
// # What makes a ConfigMap part of a release
//
// In this order: the annotation fn.giantswarm.io/release (aws/v21.0.0), with
// fn.giantswarm.io/component and fn.giantswarm.io/layer; its location, where it fits the layout; and
// only where the location does not tell, its name,
// <component>-<major>-<minor>-<patch>[-<prerelease>][-overlay]. A name that looks like that and
// speaks of another version than the annotation or the location is an error.
//
// # What a ConfigMap carries
//
// data is a partial resource: nested, as no API server would take it, or as valid strings. Among
// strings, a key that ends in .yaml, .yml or .json, and a lone key "values", holds a whole partial
// resource; any other key is a top-level field, with the map, list or text that its value reads as.
//
// # Layers
//
// The patches of a component are those of its base, then those of its overlay: applying them one
// after the other is the same as applying base with overlay merged over it.
package release

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// The annotations on a release's ConfigMap.
const (
	ReleaseAnnotation   = "fn.giantswarm.io/release"
	ComponentAnnotation = "fn.giantswarm.io/component"
	LayerAnnotation     = "fn.giantswarm.io/layer"
	TargetAnnotation    = "fn.giantswarm.io/target"
	OptionalAnnotation  = "fn.giantswarm.io/optional"
	// UpgradeFromAnnotation names the lowest release that this one can be reached from: v33.1.4, or >=33.1.4.
	UpgradeFromAnnotation = "fn.giantswarm.io/upgrade-from"
	// ChangelogAnnotation is the address of what is new in a component, with {component}, {old} and {new} in it.
	ChangelogAnnotation = "fn.giantswarm.io/changelog"
	// StateAnnotation says what the release's publisher thinks of it; "deprecated" is what an upgrade warns of.
	StateAnnotation = "fn.giantswarm.io/state"
)

// AnnotationPrefix is that of all annotations of this program.
const AnnotationPrefix = "fn.giantswarm.io/"

// Annotations are all annotations of what a release consists of.
var Annotations = []string{
	ReleaseAnnotation, ComponentAnnotation, LayerAnnotation, TargetAnnotation, OptionalAnnotation, UpgradeFromAnnotation, ChangelogAnnotation, StateAnnotation,
}

// Deprecated is the state of a release that should not be used any more.
const Deprecated = "deprecated"

// Draft is the state of a release that is not out yet: only who names its version gets it.
const Draft = "draft"

// Active is the state of a release that is out.
const Active = "active"

// IsOut reports whether a release of a state is for everybody: nobody who does not name its version gets a draft, a release of a state such as wip or preview, or one whose state is mistyped.
func IsOut(state string) bool { return state == "" || state == Active || state == Deprecated }

// States are what releases can be; wip and preview are states of giantswarm/releases.
var States = []string{Active, Deprecated, Draft, "wip", "preview"}

// IsState reports whether a state is one of [States], or none is said.
func IsState(state string) bool { return state == "" || slices.Contains(States, state) }

// isStop reports whether a release may be proposed as one to go to, or on the way to one: it is out, and neither deprecated nor a pre-release.
func (r *Release) isStop() bool {
	return IsOut(r.State) && r.State != Deprecated && !r.Version.IsPrerelease() && !r.Unclear
}

// Patch is one partial resource of a component.
type Patch struct {
	Component string
	Layer     string // layout.Base or layout.Overlay
	// Item is the ConfigMap or Release that carries the patch.
	Item *resource.Item
	// Target is the explicit target, nil where there is none.
	Target *Selector
	// Data is the partial resource: a logical map, its directives and nulls included.
	Data *yamltree.Node
	// Only restricts the patch to what a Release custom resource can speak of.
	Only Restriction
	// Version is what a Release custom resource sets where Only says so.
	Version string
	// Optional silences the warning that the component matches nothing.
	Optional bool
}

// Rank orders the patches of a component: a higher one goes over a lower one. Overlay goes over base, and within a
// layer what has an explicit target over what is for all.
func (p *Patch) Rank() int {
	rank := p.Target.rank()
	if p.Layer == layout.Overlay {
		rank += 2
	}
	return rank
}

// Restriction says which resources a patch is for by its nature.
type Restriction int

// The restrictions.
const (
	Anything   Restriction = iota
	Apps                   // App, HelmRelease, OCIRepository
	Kubernetes             // Cluster API kinds with a Kubernetes version
)

// Component is one component of a release with its patches in the order in which they apply.
type Component struct {
	Name    string
	Patches []*Patch
}

// Optional reports whether all patches of the component are.
func (c *Component) Optional() bool {
	for _, p := range c.Patches {
		if !p.Optional {
			return false
		}
	}
	return true
}

// OnlyRemoves reports whether all that the component does is to remove its resources.
func (c *Component) OnlyRemoves() bool {
	for _, p := range c.Patches {
		if what := yamltree.Get(p.Data, "$patch"); what == nil || what.Value != "delete" {
			return false
		}
	}
	return len(c.Patches) > 0
}

// Release is one release of a provider; Provider is "" where nothing tells.
type Release struct {
	Provider   string
	Version    version.Version
	Components []*Component // by name
	// State is what the release's publisher says of it, such as active or deprecated; "" where nothing tells.
	State string
	// Date is when it was released, as an index says it; "" where nothing tells.
	Date string
	// Kubernetes is its version of Kubernetes, as an index says it; "" where nothing tells.
	Kubernetes string
	// Indexed says that an index has an entry for it; Listed, that one has, or that it says itself from where it can be reached.
	Indexed, Listed bool
	// UpgradeFrom are the releases that this one can be reached from; zero where nothing tells.
	UpgradeFrom version.Reach
	// Unclear says that something tells from where it can be reached, and cannot be read: no step to it is known.
	Unclear bool
	// Mistyped are sentences about fields of its entry in an index that are none, and nearly one.
	Mistyped []string

	name string // what String says, "" where it is worked out: it is written many times
}

// String is the release as people write it: aws/v21.0.0.
func (r *Release) String() string {
	if r.name != "" {
		return r.name
	}
	if r.Provider == "" {
		return r.Version.String()
	}
	return r.Provider + "/" + r.Version.String()
}

// Catalog is all releases of the input.
type Catalog struct {
	// Others are releases that there are, of which nothing is read but what indexes say; see [Catalog.Know].
	Others   []*Release
	Releases []*Release // by provider and version
	items    map[*resource.Item]*Release
	aliases  map[string]string // of folders of releases, the provider that their Release custom resources name
}

// Provider is the provider that a name stands for: of a folder whose Release custom resources name another one, such as capa, that one.
func (c *Catalog) Provider(name string) string {
	if alias := c.aliases[name]; alias != "" {
		return alias
	}
	return name
}

// IsRelease reports whether an item belongs to a release, and so is no target.
func (c *Catalog) IsRelease(i *resource.Item) bool {
	_, found := c.items[i]
	return found
}

// ReleaseOf returns the release that an item belongs to, nil where it belongs to none, or what is wrong with it
// leaves that open.
func (c *Catalog) ReleaseOf(i *resource.Item) *Release { return c.items[i] }

// IsProvider reports whether a release has a provider of this name, or lies in a folder of this name.
func (c *Catalog) IsProvider(name string) bool {
	for _, r := range c.Releases {
		if r.Provider == c.Provider(name) && name != "" {
			return true
		}
	}
	return false
}

// Read makes the catalog of the items. Everything that is wrong with a release is in the results;
// what is right is in the catalog all the same. indexes tell what the items do not say of their releases.
func Read(items []*resource.Item, l layout.Release, indexes ...Index) (*Catalog, result.List) {
	r := reader{layout: l, catalog: &Catalog{items: map[*resource.Item]*Release{}}, places: map[place][]*Patch{}}
	r.findAliases(items)
	for _, i := range items {
		switch {
		case i.Kind == "ConfigMap" && i.APIVersion == "v1":
			r.configMap(i)
		case isCustom(i):
			r.customResource(i)
		default:
			r.mistyped(i)
		}
	}
	for _, i := range r.apart {
		r.misplaced(i)
	}
	r.assemble()
	r.strays()
	for _, i := range items {
		if rel := r.catalog.items[i]; rel != nil {
			r.facts(rel, i)
		}
	}
	for _, x := range indexes {
		r.index(x)
	}
	return r.catalog, r.results
}

// Path is what the path of an item says of the release that it is part of; false where it has none.
func Path(l layout.Release, i *resource.Item) (layout.ReleasePath, bool) {
	if i == nil {
		return layout.ReleasePath{}, false
	}
	if at, located := l.Match(i.Location.Segments()); located {
		return at, true
	}
	vars, located := l.FolderIn(i.Location.Segments())
	if !located {
		return layout.ReleasePath{}, false
	}
	return layout.ReleasePath{Provider: vars.Get("provider"), Version: version.MustParse(vars.Get("version"))}, true
}

// place is where a patch belongs.
type place struct {
	provider, version, component, layer string
}

type reader struct {
	layout  layout.Release
	catalog *Catalog
	results result.List
	places  map[place][]*Patch
	custom  []custom
	apart   []*resource.Item     // ConfigMaps that are no part of a release by their place
	others  []*resource.Item     // what stands where components do, and is none
	kinds   map[[2]string]string // what each kind of a group was likely meant to be
}

func (r *reader) release(provider string, v version.Version) *Release {
	provider = r.catalog.Provider(provider)
	for _, known := range r.catalog.Releases {
		if known.Provider == provider && known.Version.Equal(v) {
			return known
		}
	}
	rel := &Release{Provider: provider, Version: v}
	rel.name = rel.String()
	r.catalog.Releases = append(r.catalog.Releases, rel)
	return rel
}

// add puts a patch into its place. Two for the same place are an error, unless their explicit
// targets differ.
func (r *reader) add(provider string, v version.Version, p *Patch) {
	rel := r.release(provider, v)
	at := place{provider, rel.Version.String(), p.Component, p.Layer}
	for _, other := range r.places[at] {
		if other.Item != p.Item && other.Target.String() == p.Target.String() {
			r.results.Errorf(p.Item, nil, "is a second ConfigMap for the %s of component %q in release %s, beside %s; must be one, or both must carry %s with different targets",
				p.Layer, p.Component, rel, whereabouts(other.Item), TargetAnnotation)
			return
		}
	}
	r.places[at] = append(r.places[at], p)
}

func whereabouts(i *resource.Item) string {
	if i.Location.Path != "" {
		return i.Location.Path
	}
	return i.Ref.String()
}

// assemble sorts releases, components and patches: no order of the input shows in the catalog.
func (r *reader) assemble() {
	for at, patches := range r.places {
		v := version.MustParse(at.version)
		rel := r.release(at.provider, v)
		c := rel.component(at.component)
		c.Patches = append(c.Patches, patches...)
	}
	r.addCustom()
	slices.SortFunc(r.catalog.Releases, func(a, b *Release) int {
		return cmp.Or(strings.Compare(a.Provider, b.Provider), a.Version.Compare(b.Version))
	})
	for _, rel := range r.catalog.Releases {
		slices.SortFunc(rel.Components, func(a, b *Component) int { return strings.Compare(a.Name, b.Name) })
		for _, c := range rel.Components {
			slices.SortStableFunc(c.Patches, func(a, b *Patch) int {
				return cmp.Or(a.Rank()-b.Rank(), strings.Compare(fmt.Sprint(a.Target, a.Item.Location.Path), fmt.Sprint(b.Target, b.Item.Location.Path)))
			})
		}
	}
}

// Component returns the component of a name, nil where the release has none.
func (r *Release) Component(name string) *Component {
	for _, c := range r.Components {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (r *Release) component(name string) *Component {
	if c := r.Component(name); c != nil {
		return c
	}
	c := &Component{Name: name}
	r.Components = append(r.Components, c)
	return c
}
