package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
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
	// Policy is what becomes of the field in an upgrade that finds it changed by hand.
	Policy Ruling
	// Unseen are what of kustomizations is not looked at, and may set the field, too.
	Unseen []string
}

// Ruling is what becomes of a field, and who says so.
type Ruling struct {
	// By is the annotation for which an upgrade leaves the field alone, whatever the policy says; "" for none.
	By string
	// Setting is what the policy says of local changes, and Rule its rule that says it; nil for none.
	Setting v1alpha1.Reaction
	Rule    *v1alpha1.Rule
	// Where is the file and line of the annotation or rule, "" where nothing tells.
	Where string
}

// Keeps reports whether a change by hand stays.
func (r Ruling) Keeps() bool { return r.By != "" || r.Setting == v1alpha1.Keep }

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

// Explainer explains what is in a cluster. It is for one goroutine.
type Explainer struct {
	reader  *reader
	cluster *cluster.Cluster
	overlay *overlay.Overlay
	says    map[*release.Release]*plan.Cluster // what differs from a release
	policy  *policy.Policy
	file    string
}

// NewExplainer explains a cluster of an input. A provider goes over what the cluster tells; "" for none. The configuration comes from a file; "" where there is none.
func NewExplainer(config *v1alpha1.ApplyRelease, in upgrade.Input, cl *cluster.Cluster, provider, file string) *Explainer {
	s, _ := newReader(config, in)
	s.forced = provider
	return &Explainer{s, cl, overlay.Read(cl), map[*release.Release]*plan.Cluster{}, policy.New(config.Spec.Policy), file}
}

// ruling is what becomes of a field that is changed by hand.
func (e *Explainer) ruling(i *resource.Item, field yamltree.Path) Ruling {
	r := Ruling{By: policy.Pinned(i, field)}
	if r.By != "" {
		r.Where = i.Where(yamltree.Lookup(i.Root(), yamltree.Fields("metadata", "annotations", r.By)))
		return r
	}
	if r.Setting, r.Rule = e.policy.Of(i, field); r.Rule != nil && e.file != "" {
		r.Where = fmt.Sprintf("%s:%d", e.file, r.Rule.Line())
	}
	return r
}

// on is what the release that a resource is on says of it, nil for nothing, and that release; "" where it is not known.
func (e *Explainer) on(i *resource.Item) (*plan.Resource, string) {
	v, err := version.Parse(cmp.Or(e.reader.config.Spec.From, cluster.ReleaseOf(i), e.cluster.Release()))
	if err != nil {
		return nil, ""
	}
	provider, doubt := e.reader.provider(e.cluster, v)
	rel := e.reader.catalog.Find(provider, v)
	if doubt != nil || rel == nil {
		return nil, ""
	}
	if e.says[rel] == nil {
		e.says[rel] = e.reader.to(rel).Differences(e.cluster)
	}
	return e.says[rel].Of(i), rel.String()
}

// Explain explains a field of a resource.
func (e *Explainer) Explain(i *resource.Item, field yamltree.Path) (*Chain, error) {
	c := &Chain{Item: i, Field: field}
	r, name := e.on(i)
	c.Release = name
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
	for _, u := range e.overlay.Unseen {
		c.Unseen = append(c.Unseen, u.Item.Location.Path+" "+u.What)
	}
	for _, p := range e.overlay.Patches {
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
	c.Policy = e.ruling(i, field)
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

// Survey is a resource as [Explainer.Explain] can be asked about it.
func (e *Explainer) Survey(i *resource.Item) Known {
	r, name := e.on(i)
	k := Known{Item: i, Release: name}
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
		for _, p := range e.overlay.Patches {
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
