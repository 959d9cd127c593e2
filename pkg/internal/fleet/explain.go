package fleet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
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
	root, err := yamltree.Logical(i.Node)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", i.Location.Path, i.Ref, err)
	}
	base := Link{Source: ClusterBase, Where: i.Location.Path, Silent: true}
	if at := yamltree.LookupInside(root, field); at != nil {
		base = Link{Source: ClusterBase, Where: i.Where(at), Value: at}
	}
	c.Links = append(c.Links, base)
	found := false
	for _, p := range overlay.Read(cl).Patches {
		if !p.For(i) {
			continue
		}
		if s, sets := p.Sets(i, root, field); sets {
			found = true
			c.Links = append(c.Links, Link{Source: CustomerOverlay, Where: s.Where, Value: s.Value})
		}
	}
	if !found {
		c.Links = append(c.Links, Link{Source: CustomerOverlay, Silent: true})
	}
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
		if (l.Source == CustomerOverlay || l.Source == ClusterBase) && !l.Silent {
			l.Wins = true
			return
		}
	}
}
