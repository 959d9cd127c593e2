package fleet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Source is a place that a value may come from.
type Source string

// The sources, in the order in which they go over one another.
const (
	ReleaseBase     Source = "release base"
	ReleaseOverlay  Source = "release overlay"
	ClusterBase     Source = "cluster base"
	BasePatch       Source = "patch of base" // in a kustomization of the base
	CustomerOverlay Source = "customer overlay"
)

// Link is what one place says of the field.
type Link struct {
	Source Source
	// Where is the file and line; of a source that is silent, the file, or "".
	Where string
	// Component is the release's component, "" for others.
	Component string
	// Silent says that the place says nothing of the field.
	Silent bool
	// Value is nil where the place is silent, or removes the field; what is secret is hidden.
	Value *yamltree.Node
	// Wins says that this is what runs.
	Wins bool
}

// Chain is all that is said of one field: by the base and the overlay of the release, the cluster's base, the customer's overlay, each with file and line, the later over
// the earlier. What runs is what the cluster's base and the customer's overlay say; what the release says gets there with an upgrade.
type Chain struct {
	Item  *resource.Item
	Field yamltree.Path
	// Release is the release that the resource is on, or that was asked about; "" where it is not known.
	Release string
	Links   []Link
	// Kept is the annotation for which an upgrade leaves the field alone, "" for none.
	Kept string
	// Unseen are what of kustomizations is not looked at, and may set the field, too.
	Unseen []string
}

// Named returns the resources of a cluster's base that KIND/NAME means; the kind may be in any case, and the namespace may stand before
// the name.
func Named(cl *cluster.Cluster, what string) ([]*resource.Item, error) {
	parts := strings.Split(what, "/")
	if len(parts) < 2 || len(parts) > 3 || slices.Contains(parts, "") {
		return nil, fmt.Errorf("%q is no resource; must be KIND/NAME, such as MachinePool/peu01-mp-0", what)
	}
	kind, name, namespace := parts[0], parts[len(parts)-1], ""
	if len(parts) == 3 {
		namespace = parts[1]
	}
	var out []*resource.Item
	for _, i := range cl.Base {
		if strings.EqualFold(i.Kind, kind) && i.Name == name && (namespace == "" || i.Namespace == namespace) {
			out = append(out, i)
		}
	}
	return out, nil
}

// Explain explains a field of a resource. r is the plan's entry for it, nil where no component of the release is for it.
func Explain(cl *cluster.Cluster, i *resource.Item, r *plan.Resource, field yamltree.Path) (*Chain, error) {
	c := &Chain{Item: i, Field: field}
	for _, layer := range []struct {
		name   string
		source Source
	}{{layout.Base, ReleaseBase}, {layout.Overlay, ReleaseOverlay}} {
		found := false
		for _, s := range sources(r) {
			if s.Layer != layer.name || s.Data == nil {
				continue
			}
			if at := yamltree.LookupInside(s.Data, field); at != nil {
				found = true
				c.Links = append(c.Links, Link{Source: layer.source, Where: s.Item.Where(at), Component: s.Component, Value: notNull(at)})
			}
		}
		if !found {
			c.Links = append(c.Links, Link{Source: layer.source, Silent: true})
		}
	}
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", i.Location.Path, i.Ref, err)
	}
	base := Link{Source: ClusterBase, Where: i.Location.Path, Silent: true}
	if at := yamltree.LookupInside(root, field); at != nil {
		base = Link{Source: ClusterBase, Where: i.Where(at), Value: at}
	}
	c.Links = append(c.Links, base)
	var ofBase, ofOverlay []Link
	read := overlay.Read(cl)
	for _, u := range read.Unseen {
		c.Unseen = append(c.Unseen, u.Item.Location.Path+" "+u.What)
	}
	for _, p := range read.Patches {
		if !p.For(i) {
			continue
		}
		switch s, sets := p.Sets(i, root, field); {
		case sets && p.Base:
			ofBase = append(ofBase, Link{Source: BasePatch, Where: s.Where, Value: s.Value})
		case sets:
			ofOverlay = append(ofOverlay, Link{Source: CustomerOverlay, Where: s.Where, Value: s.Value})
		}
	}
	if len(ofOverlay) == 0 {
		ofOverlay = []Link{{Source: CustomerOverlay, Silent: true}}
	}
	c.Links = slices.Concat(c.Links, ofBase, ofOverlay)
	c.win()
	for at := range c.Links {
		c.Links[at].Value = secret.Mask(i, field, c.Links[at].Value)
	}
	c.Kept = policy.Pinned(i, field)
	return c, nil
}

func sources(r *plan.Resource) []plan.Source {
	if r == nil {
		return nil
	}
	return r.Sources
}

func notNull(n *yamltree.Node) *yamltree.Node {
	if yamltree.IsNull(n) {
		return nil
	}
	return n
}

// win marks what runs: the last word of the overlay, else that of base.
func (c *Chain) win() {
	for at := len(c.Links) - 1; at >= 0; at-- {
		l := &c.Links[at]
		if (l.Source == CustomerOverlay || l.Source == BasePatch || l.Source == ClusterBase) && !l.Silent {
			l.Wins = true
			return
		}
	}
}

// IsSet reports whether any place says something of the field.
func (c *Chain) IsSet() bool {
	return slices.ContainsFunc(c.Links, func(l Link) bool { return !l.Silent })
}

// Known is a resource of a cluster's base, with what is for it.
type Known struct {
	Item *resource.Item
	// Release is the one that the resource is on, "" where it is not known; Components are those of it that are for the resource.
	Release    string
	Components []string
	// Fields are those that the components or the customer's overlay set.
	Fields []yamltree.Path
}

// Survey is a resource as [Explain] can be asked about it.
func Survey(cl *cluster.Cluster, i *resource.Item, r *plan.Resource, release string) Known {
	k := Known{Item: i, Release: release}
	add := func(p yamltree.Path) {
		if !slices.ContainsFunc(k.Fields, p.Equal) {
			k.Fields = append(k.Fields, p)
		}
	}
	if r != nil {
		for _, s := range r.Sources {
			if !slices.Contains(k.Components, s.Component) {
				k.Components = append(k.Components, s.Component)
			}
		}
		leaves(r.Says(), nil, add)
	}
	if root, err := yamltree.Logical(i.Root()); err == nil {
		for _, p := range overlay.Read(cl).Patches {
			if !p.For(i) {
				continue
			}
			for _, s := range p.Settings(root) {
				add(s.Path)
			}
		}
	}
	return k
}

// leaves are the paths to what is no map, below a node.
func leaves(n *yamltree.Node, at yamltree.Path, add func(yamltree.Path)) {
	if n == nil {
		return
	}
	if n.Kind != yamltree.Map || n.First() == nil {
		add(at)
		return
	}
	for v := range n.Children() {
		leaves(v, at.Field(v.Key), add)
	}
}

// NearestField is the field of a resource, or of what is said of it, that a mistyped one may have meant; "" for none.
func NearestField(i *resource.Item, k Known, field yamltree.Path) string {
	var all []string
	for _, p := range k.Fields {
		all = append(all, p.Prefixes()...)
	}
	if root, err := yamltree.Logical(i.Root()); err == nil {
		leaves(root, nil, func(p yamltree.Path) { all = append(all, p.Prefixes()...) })
	}
	slices.Sort(all)
	all = slices.Compact(all)
	deep := strings.Count(field.String(), ".")
	alike := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return strings.Count(p, ".") != deep })
	for _, list := range [][]string{alike, all} { // of the same depth first
		if names := nearest.Names(field.String(), list, 1); len(names) > 0 {
			return names[0]
		}
	}
	return ""
}
