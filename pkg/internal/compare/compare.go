// Package compare says what one release says otherwise than another, component by component, without a cluster. It is pure.
package compare

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Component is a component of which two releases do not say the same.
type Component struct {
	Name string
	// Op is [merge.Add] of one that the second release alone has, [merge.Delete] of one that the first alone has, else [merge.Update].
	Op merge.Op
	// Changes are the fields that are set otherwise; of a component that comes or goes, all that it sets. Their values may be shown.
	Changes []merge.Change
}

// Version is the version that the component has, of one that comes or goes, and the field that says it; nil where none does.
func (c Component) Version() (yamltree.Path, *yamltree.Node) {
	at := yamltree.Fields("spec", "version")
	for _, x := range c.Changes {
		set := x.New
		if c.Op == merge.Delete {
			set = x.Old
		}
		if at.HasPrefix(x.Path) {
			if v := yamltree.Lookup(set, at[len(x.Path):]); v != nil && v.Kind == yamltree.Scalar {
				return at, v
			}
		}
	}
	return nil, nil
}

// Releases are the components of which two releases do not say the same: those that go, in the order of the first one, then the others in the order of the second.
func Releases(from, to *release.Release) []Component {
	var out []Component
	for _, c := range from.Components {
		if to.Component(c.Name) == nil {
			out = append(out, Component{c.Name, merge.Delete, differences(c, nil)})
		}
	}
	for _, c := range to.Components {
		old := from.Component(c.Name)
		if old == nil {
			out = append(out, Component{c.Name, merge.Add, differences(nil, c)})
			continue
		}
		if found := differences(old, c); len(found) > 0 {
			out = append(out, Component{c.Name, merge.Update, found})
		}
	}
	return out
}

// differences are the fields that two components set otherwise; nil is one that sets none.
func differences(old, next *release.Component) []merge.Change {
	of := secretLike(old, next)
	found := merge.Difference(composed(old), composed(next))
	for i, c := range found {
		found[i].Old, found[i].New = secret.Mask(of, c.Path, c.Old), secret.Mask(of, c.Path, c.New)
	}
	return found
}

// secretLike is a Secret where a component is for one, or may be for all that it says; else nil.
func secretLike(components ...*release.Component) *resource.Item {
	for _, c := range components {
		if c == nil {
			continue
		}
		for _, p := range c.Patches {
			kind := yamltree.Get(p.Data, "kind")
			if p.Target != nil && p.Target.Kind == "Secret" || kind != nil && kind.Value == "Secret" || yamltree.Get(p.Data, "stringData") != nil {
				return &resource.Item{Ref: resource.Ref{APIVersion: "v1", Kind: "Secret"}}
			}
		}
	}
	return nil
}

// composed is all that a component sets, base with overlay over it.
func composed(c *release.Component) *yamltree.Node {
	if c == nil {
		return yamltree.NewMap()
	}
	var patches []merge.Patch
	for _, p := range c.Patches {
		data := p.Data
		if p.Only == release.Kubernetes { // it sets the version wherever a kind keeps it
			data = yamltree.NewMap().Add("version", yamltree.Str(p.Version))
		}
		if data != nil {
			patches = append(patches, merge.Patch{Component: c.Name, Rank: p.Rank(), Data: data})
		}
	}
	return merge.Compose(patches, schema.NewType(nil))
}

// Told are the changes that are news: all but those of records of the releases themselves.
func (c Component) Told(from, to *release.Release) []merge.Change {
	records := func(n *yamltree.Node, r *release.Release) bool {
		if n == nil || n.Kind != yamltree.Scalar {
			return false
		}
		v, err := version.Parse(n.Value)
		return err == nil && v.Equal(r.Version)
	}
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x merge.Change) bool {
		return len(x.Path) > 0 && x.Path[len(x.Path)-1].Name == cluster.ReleaseKey && records(x.Old, from) && records(x.New, to)
	})
}

// Direction is the way that a version goes.
type Direction string

// Directions.
const (
	None Direction = "" // it is no version, or goes nowhere
	Up   Direction = "up"
	Down Direction = "down"
)

// DirectionOf is the way that the value of a field goes, where it is a version before and after.
func DirectionOf(c merge.Change) Direction {
	if c.Op != merge.Update || c.Old.Kind != yamltree.Scalar || c.New.Kind != yamltree.Scalar {
		return None
	}
	a, errA := version.Parse(c.Old.Value)
	b, errB := version.Parse(c.New.Value)
	switch {
	case errA != nil || errB != nil:
		return None
	case a.Compare(b) < 0:
		return Up
	case a.Compare(b) > 0:
		return Down
	}
	return None
}
