package upgrade

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// create sees to components that match nothing: it creates the resources of those that the release adds, where the policy says so. left are those of which
// it is a wonder that they match nothing: not created, nor in the customer's overlay, nor only there to remove something.
func (t aimer) create(missing []*release.Component) (created []*plan.Resource, left []*release.Component, notes []plan.Note) {
	for _, c := range missing {
		if c.OnlyRemoves() { // what is to go is gone
			continue
		}
		theirs := t.view.overlay().Own
		found, _, _ := t.find(c, &cluster.Cluster{Installation: t.view.Installation, ID: t.view.ID, Base: theirs})
		if len(found) > 0 {
			for _, i := range theirs {
				if slices.ContainsFunc(found, func(x hit) bool { return x.item == i }) {
					notes = append(notes, plan.Note{Kind: plan.Overlaid, Severity: result.Info, Item: i, Component: c.Name, To: t.release.String()})
				}
			}
			continue
		}
		parts := t.complete(c)
		if len(parts) == 0 {
			left = append(left, c)
		}
		for n, p := range parts {
			r, more := t.createOne(p, n > 0)
			notes = append(notes, more...)
			if r != nil {
				created = append(created, r)
			}
		}
	}
	return created, left, notes
}

// whole is a resource that a component says all of: all of the component, or what of it is for one target.
type whole struct {
	of   *release.Component
	item *resource.Item
}

// complete are the resources of a component that the release adds, or of any where the cluster is new, whose data is complete: one, or one for each explicit target. It is none where one of them is not.
func (t aimer) complete(c *release.Component) []whole {
	old := t.view.origins.Cluster.Release
	if !t.around.New && (old == nil || old == t.release || old.Component(c.Name) != nil) {
		return nil
	}
	var out []whole
	for _, part := range byTarget(c) {
		patches := patchesOf(part)
		if patches == nil {
			return nil
		}
		item := resource.NewItem(merge.Compose(patches, schema.NewType(nil)))
		root := identityFirst(merge.Compose(patches, t.schema.Of(item.Ref))) // as its kind has it: in a ConfigMap, strings alone
		if item = resource.NewItem(root); item.APIVersion == "" || item.Kind == "" || item.Name == "" {
			return nil
		}
		if t.spec.Stamp && t.isPartial() && !t.around.New && item.Label(cluster.ReleaseKey) == "" { // else it counts as on the release of the cluster
			root.SetIn(yamltree.Str(strings.TrimPrefix(t.release.Version.String(), "v")), "metadata", "labels", cluster.ReleaseKey)
			block(root)
			item = resource.NewItem(root)
		}
		out = append(out, whole{part, item})
	}
	slices.SortFunc(out, func(a, b whole) int { return strings.Compare(a.item.Ref.String(), b.item.Ref.String()) })
	return out
}

// byTarget are the parts of a component, each for one explicit target, with what is for all; the component itself where it names one target at most.
func byTarget(c *release.Component) []*release.Component {
	var targets []string
	for _, p := range c.Patches {
		if target := p.Target.String(); p.Target != nil && !slices.Contains(targets, target) {
			targets = append(targets, target)
		}
	}
	if len(targets) < 2 {
		return []*release.Component{c}
	}
	var out []*release.Component
	for _, target := range targets {
		part := *c
		part.Patches = slices.DeleteFunc(slices.Clone(c.Patches), func(p *release.Patch) bool { return p.Target != nil && p.Target.String() != target })
		out = append(out, &part)
	}
	return out
}

// patchesOf are the patches of a component; nil where one of them is no data.
func patchesOf(c *release.Component) []merge.Patch {
	var out []merge.Patch
	for _, p := range c.Patches {
		if p.Data == nil {
			return nil
		}
		out = append(out, merge.Patch{Component: c.Name, Rank: p.Rank(), Data: p.Data})
	}
	return out
}

// createOne creates a resource, or says that the policy could. Those of one component but the first are named in their files.
func (t aimer) createOne(part whole, named bool) (*plan.Resource, []plan.Note) {
	c, item := part.of, part.item
	n := plan.Note{Kind: plan.NewComponent, Item: c.Patches[0].Item, Component: c.Name, Name: item.Ref.String(), To: t.release.String()}
	if t.spec.Policy.NewComponents != v1alpha1.Create {
		severity, ok := t.unmatched(c.Optional())
		if n.Severity = severity; !ok {
			return nil, nil
		}
		return nil, []plan.Note{n}
	}
	file := ""
	if t.view.Folder != "" {
		if file = path.Join(t.view.Folder, c.Name+".yaml"); named {
			file = path.Join(t.view.Folder, c.Name+"-"+item.Name+".yaml")
		}
	}
	for _, i := range t.view.Base {
		if file != "" && i.Location.Path == file {
			n.Kind, n.Severity, n.Item = plan.PlaceTaken, result.Error, i
			return nil, []plan.Note{n}
		}
	}
	if wrong := t.wrongIn(c, item); len(wrong) > 0 {
		return nil, wrong
	}
	item.Location = resource.Location{Path: file}
	return &plan.Resource{
		Item: item, Cluster: t.view.Cluster, Created: true, Final: item.Root(),
		Changes: []plan.Change{{Change: merge.Change{Op: merge.Add, New: item.Root()}, Component: c.Name, Rule: plan.Creation, Impact: kinds.ImpactOf(item.Ref, nil)}},
	}, nil
}

// wrongIn is what is wrong with the data of a component that is created, as a merge into what is there already would say it: unknown directives, elements without their keys.
func (t aimer) wrongIn(c *release.Component, item *resource.Item) []plan.Note {
	identity := yamltree.NewMap().Add("apiVersion", yamltree.Str(item.APIVersion)).Add("kind", yamltree.Str(item.Kind))
	meta := yamltree.NewMap().Add("name", yamltree.Str(item.Name))
	if item.Namespace != "" {
		meta.Add("namespace", yamltree.Str(item.Namespace))
	}
	identity.Add("metadata", meta)
	var out []plan.Note
	for _, f := range merge.Merge(identity, patchesOf(c), t.schema.Of(item.Ref)).Errors {
		out = append(out, plan.Note{Kind: plan.Blamed, Severity: result.Error, Item: c.Patches[0].Item, Field: f.Path, Component: c.Name, Text: f.Message})
	}
	return out
}

// identityFirst puts what people look for first in front, and maps into block style, in a tree that the caller owns.
func identityFirst(n *yamltree.Node) *yamltree.Node {
	var front, rest []*yamltree.Node
	for _, key := range []string{"apiVersion", "kind", "metadata"} {
		if v := yamltree.Get(n, key); v != nil {
			front = append(front, v)
		}
	}
	for v := range n.Children() {
		if !slices.Contains(front, v) {
			rest = append(rest, v)
		}
	}
	n.SetChildren(append(front, rest...))
	block(n)
	return n
}

func block(n *yamltree.Node) {
	if n.First() != nil {
		n.Style = yamltree.Block
	}
	for child := range n.Children() {
		block(child)
	}
}
