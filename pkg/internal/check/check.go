// Package check looks at a release before it ships, without any cluster: at what it says in comparison with the other releases of its provider, and at what lies beside it. It is pure.
//
// What it finds is wrong, or very likely to be. What a release may do on purpose, such as to leave out a component, is told, and is neither an error nor a warning.
package check

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// InUse is a release that clusters are on.
type InUse struct {
	Version  version.Version
	Clusters []string
}

// Release checks a release of a catalog, which has all releases of its provider, and by what definitions are known, nil for none. Errors keep it from being shipped; warnings want a look.
func Release(r *release.Release, catalog *release.Catalog, inUse []InUse, d *validate.Definitions) []plan.Note {
	c := checker{release: r, catalog: catalog, previous: previous(r, catalog)}
	for _, x := range r.Components {
		before := c.before(x.Name)
		for _, p := range x.Patches {
			if p.Data != nil {
				c.patch(p)
				c.values(p, before)
			}
		}
	}
	if d != nil {
		checkDefinitions(&c, d)
	}
	c.state()
	c.versions()
	c.kubernetes()
	c.workers()
	c.renames()
	c.gone()
	c.entry()
	c.paths(inUse)
	return c.notes
}

// checker checks one release.
type checker struct {
	release, previous *release.Release // previous is nil for none
	catalog           *release.Catalog
	notes             []plan.Note
}

func (c *checker) note(n plan.Note) {
	n.To = c.release.String()
	if c.previous != nil && n.From == "" {
		n.From = c.previous.String()
	}
	c.notes = append(c.notes, n)
}

// previous is the highest release of the same provider below one that came before it, of those that are out and not deprecated; where there is none, of all. nil for none.
func previous(r *release.Release, catalog *release.Catalog) *release.Release {
	var best, last *release.Release
	for _, x := range catalog.Releases { // in order
		if x.Provider != r.Provider || x.Version.Compare(r.Version) >= 0 || x.Version.IsPrerelease() || r.Date != "" && x.Date > r.Date { // which came later, on an older line
			continue
		}
		last = x
		if release.IsOut(x.State) && x.State != release.Deprecated {
			best = x
		}
	}
	if best == nil {
		return last
	}
	return best
}

// annotations looks at what a ConfigMap says of itself, and does not say so that it counts.
func (c *checker) annotations(i *resource.Item) {
	at := func(name string) yamltree.Path { return yamltree.Fields("metadata", "annotations", name) }
	for _, name := range i.AnnotationsOf(release.AnnotationPrefix) {
		if near := nearest.Meant(name, release.Annotations, release.AnnotationPrefix); near != "" {
			c.note(plan.Note{Kind: plan.AnnotationUnknown, Severity: result.Warning, Item: i, Field: at(name), Name: name, By: near})
		}
	}
	if v := i.Annotation(release.OptionalAnnotation); v != "" && v != "true" && v != "false" {
		c.note(plan.Note{Kind: plan.OptionalUnreadable, Severity: result.Error, Item: i, Field: at(release.OptionalAnnotation), Name: v})
	}
}

// patch looks at the fields, the directives and the API version of a partial resource.
func (c *checker) patch(p *release.Patch) {
	c.annotations(p.Item)
	c.directives(p, p.Data, nil)
	set := fieldsOf(p.Data)
	known := c.known(p.Component)
	var missing []yamltree.Path // what the release before sets, and this one does not
	if c.previous != nil && c.previous.Component(p.Component) != nil {
		own := map[string]bool{}
		for _, x := range c.release.Component(p.Component).Patches {
			for _, f := range fieldsOf(x.Data) {
				own[f.path.String()] = true
			}
		}
		for _, x := range c.previous.Component(p.Component).Patches {
			for _, f := range fieldsOf(x.Data) {
				if !own[f.path.String()] {
					missing = append(missing, f.path)
				}
			}
		}
	}
	for _, f := range set {
		if known[f.path.String()] {
			continue
		}
		near := alike(f.path, missing)
		severity := result.Error
		if near == "" && len(known) == 0 { // a component that no other release has
			near, severity = alike(f.path, c.everywhere()), result.Warning
		}
		if near != "" {
			c.note(plan.Note{Kind: plan.MistypedField, Severity: severity, Item: p.Item, Field: f.path, Where: p.Item.Where(f.node), Name: near, Component: p.Component})
		}
	}
	if v := yamltree.Get(p.Data, "apiVersion"); v != nil {
		kind := ""
		if k := yamltree.Get(p.Data, "kind"); k != nil {
			kind = k.Value
		}
		if gone, since := kinds.Unserved(v.Value, kind); gone != "" {
			c.note(plan.Note{Kind: plan.APIGone, Severity: result.Warning, Item: p.Item, Field: yamltree.Fields("apiVersion"), Where: p.Item.Where(v), Name: v.Value, Text: gone, By: since, Component: p.Component})
		}
	}
}

// setField is a field that a partial resource sets or removes.
type setField struct {
	path yamltree.Path
	node *yamltree.Node
}

// fieldsOf are the fields of a partial resource, without those in lists, and without directives.
func fieldsOf(n *yamltree.Node) []setField {
	var out []setField
	var walk func(n *yamltree.Node, at yamltree.Path)
	walk = func(n *yamltree.Node, at yamltree.Path) {
		if n.Kind != yamltree.Map || n.First() == nil {
			out = append(out, setField{at, n})
			return
		}
		for v := range n.Children() {
			if !strings.HasPrefix(v.Key, "$") {
				walk(v, at.Field(v.Key))
			}
		}
	}
	if n != nil {
		walk(n, nil)
	}
	return out
}

// known are the fields that other releases of the provider set in a component.
func (c *checker) known(component string) map[string]bool {
	out := map[string]bool{}
	for _, r := range c.catalog.Releases {
		if r == c.release || r.Provider != c.release.Provider || r.Component(component) == nil {
			continue
		}
		for _, p := range r.Component(component).Patches {
			for _, f := range fieldsOf(p.Data) {
				out[f.path.String()] = true
			}
		}
	}
	return out
}

// everywhere are the fields that the release before sets in any component.
func (c *checker) everywhere() []yamltree.Path {
	var out []yamltree.Path
	if c.previous == nil {
		return nil
	}
	for _, x := range c.previous.Components {
		for _, p := range x.Patches {
			for _, f := range fieldsOf(p.Data) {
				if !slices.ContainsFunc(out, f.path.Equal) {
					out = append(out, f.path)
				}
			}
		}
	}
	return out
}

// alike is the one of some fields that another one is likely a mistyped form of: all names but one are the same, and that one is close; "" for none.
func alike(field yamltree.Path, others []yamltree.Path) string {
	for _, o := range others {
		if len(o) != len(field) {
			continue
		}
		differing := -1
		for i := range o {
			if o[i].String() != field[i].String() {
				if differing >= 0 {
					differing = -2
					break
				}
				differing = i
			}
		}
		if differing < 0 {
			continue
		}
		a, b := field[differing].Name, o[differing].Name
		if a != b && nearest.IsTypo(a, b) {
			return o.String()
		}
	}
	return ""
}

// directives looks for directives that are unknown, or do nothing (https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md).
func (c *checker) directives(p *release.Patch, n *yamltree.Node, at yamltree.Path) {
	if n.Kind == yamltree.List {
		for i, el := range n.Elements() {
			c.directives(p, el, at.Index(i))
		}
		return
	}
	if n.Kind != yamltree.Map {
		return
	}
	for v := range n.Children() {
		if !strings.HasPrefix(v.Key, "$") {
			c.directives(p, v, at.Field(v.Key))
			continue
		}
		name, of, _ := strings.Cut(v.Key, "/")
		note := plan.Note{Kind: plan.IdleDirective, Severity: result.Warning, Item: p.Item, Field: at.Field(v.Key), Where: p.Item.Where(v), Component: p.Component}
		switch {
		case name == "$patch" && v.Value == "merge":
			note.Text = "is what happens anyway"
		case name == "$setElementOrder" && yamltree.Get(n, of) == nil:
			note.Text = fmt.Sprintf("orders %s, which the patch does not set", of)
		case name == "$deleteFromPrimitiveList" && v.First() == nil:
			note.Text = "names nothing to delete"
		case name == "$patch" && v.Value != "delete" && v.Value != "replace":
			note.Severity, note.Text = result.Error, fmt.Sprintf("is %q; must be delete, replace or merge", v.Value)
		case !slices.Contains([]string{"$patch", "$retainKeys", "$deleteFromPrimitiveList", "$setElementOrder"}, name):
			note.Severity, note.Text = result.Error, "is no directive"
		default:
			continue
		}
		c.note(note)
	}
}

// versions looks for versions that go down.
func (c *checker) versions() {
	if c.previous == nil {
		return
	}
	for _, x := range c.release.Components {
		old := c.previous.Component(x.Name)
		if old == nil {
			continue
		}
		was := map[string]string{}
		for _, p := range old.Patches {
			was["kubernetes"] = orElse(p.Version, was["kubernetes"])
			for _, f := range fieldsOf(p.Data) {
				was[f.path.String()] = f.node.Value
			}
		}
		for _, p := range x.Patches {
			if p.Version != "" {
				c.lowered(p, nil, p.Item.Location.Path, was["kubernetes"], p.Version)
			}
			for _, f := range fieldsOf(p.Data) {
				last := strings.ToLower(f.path[max(len(f.path)-1, 0):].String())
				if f.node.Kind == yamltree.Scalar && (strings.HasSuffix(last, "version") || last == "tag") {
					c.lowered(p, f.path, p.Item.Where(f.node), was[f.path.String()], f.node.Value)
				}
			}
		}
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (c *checker) lowered(p *release.Patch, field yamltree.Path, where, was, is string) {
	old, errOld := version.Parse(was)
	next, errNew := version.Parse(is)
	if errOld == nil && errNew == nil && next.Compare(old) < 0 {
		c.note(plan.Note{Kind: plan.VersionDown, Severity: result.Warning, Item: p.Item, Field: field, Where: where, Component: p.Component, Has: yamltree.Str(was), Says: yamltree.Str(is)})
	}
}

// renames looks for components that go while others come that look like them: what they were for counts as orphaned in clusters.
func (c *checker) renames() {
	if c.previous == nil {
		return
	}
	for _, old := range c.previous.Components {
		if c.release.Component(old.Name) != nil {
			continue
		}
		for _, x := range c.release.Components {
			if c.previous.Component(x.Name) == nil && (nearest.IsTypo(old.Name, x.Name) || strings.HasPrefix(old.Name, x.Name+"-") || strings.HasPrefix(x.Name, old.Name+"-")) {
				c.note(plan.Note{Kind: plan.Renamed, Severity: result.Warning, Item: x.Patches[0].Item, Component: x.Name, Name: old.Name})
			}
		}
	}
}

// state looks whether the state of the release is one: only who names its version gets one of a mistyped state.
func (c *checker) state() {
	if s := c.release.State; !release.IsState(s) {
		c.note(plan.Note{Kind: plan.StateUnknown, Severity: result.Error, Name: s, Names: nearest.Names(s, release.States, 1)})
	}
}

// entry looks whether an index lists the release where it lists others. What is deprecated may be gone from there.
func (c *checker) entry() {
	if !c.release.Indexed && c.release.State != release.Deprecated && slices.ContainsFunc(c.catalog.Releases, func(r *release.Release) bool { return r.Provider == c.release.Provider && r.Indexed }) {
		c.note(plan.Note{Kind: plan.NoEntry, Severity: result.Error})
	}
	for _, text := range c.release.Mistyped {
		c.note(plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: text})
	}
}

// paths looks whether the clusters can get to the release.
func (c *checker) paths(inUse []InUse) {
	for _, x := range inUse {
		if x.Version.Compare(c.release.Version) >= 0 {
			continue
		}
		if _, err := c.catalog.Path(x.Version, c.release); err != nil {
			c.note(plan.Note{Kind: plan.NoPathFrom, Severity: result.Warning, From: x.Version.String(), Clusters: x.Clusters, Text: err.Error()})
		}
	}
}
