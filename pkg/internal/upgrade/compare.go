package upgrade

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// comparedAtOnce is how many resources are compared in one go, beside others.
const comparedAtOnce = 64

// compare merges what the release says into the resources that it is for.
func (t *Target) compare(w *view, aims []*aim, h held) *plan.Cluster {
	resources, notes := make([]*plan.Resource, len(aims)), make([][]plan.Note, len(aims))
	parallel.Do((len(aims)+comparedAtOnce-1)/comparedAtOnce, func(n int) {
		for at := n * comparedAtOnce; at < min((n+1)*comparedAtOnce, len(aims)); at++ {
			resources[at], notes[at] = t.compareOne(w, aims[at], h)
		}
	})
	out := &plan.Cluster{Cluster: w.Cluster, On: w.origins.Cluster, To: t.release}
	for at, r := range resources {
		out.Add(r)
		out.Notes = append(out.Notes, notes[at]...)
	}
	return out
}

// comparison is the merge of one resource.
type comparison struct {
	*Target
	*plan.Resource
	aim     *aim
	subject policy.Subject
	notes   []plan.Note
}

func (t *Target) compareOne(w *view, a *aim, h held) (*plan.Resource, []plan.Note) {
	if strings.EqualFold(path.Ext(a.item.Location.Path), ".json") {
		a = &aim{a.item, a.on, asJSON(a.now), asJSON(a.others), asJSON(a.old), asJSON(a.oldAll)}
	}
	c := &comparison{
		Target: t, aim: a, Resource: &plan.Resource{Item: a.item, Cluster: w.Cluster, On: a.on, Sources: a.now},
		subject: policy.Subject{Item: a.item, Known: a.on.Release != nil, Held: t.isHeld(w, h, a.item), Keep: policy.Keep(a.item)},
	}
	logical, err := yamltree.Logical(a.item.Root())
	if err != nil {
		c.note(plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: err.Error()})
		return c.Resource, c.notes
	}
	c.notes = append(c.notes, policy.Check(a.item, logical, c.Says)...)
	c.settle(c.merge(logical), logical)
	return c.Resource, c.notes
}

// asJSON are partial resources as a JSON file can hold them: words such as yes, which only YAML 1.1 takes for booleans, are strings there.
func asJSON(list []plan.Source) []plan.Source {
	out := slices.Clone(list)
	for i, x := range out {
		if hasWords(x.Data) {
			out[i].Data = yamltree.Clone(x.Data)
			quoteWords(out[i].Data)
		}
	}
	return out
}

func hasWords(n *yamltree.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind == yamltree.Scalar {
		return yamltree.IsYAML11Bool(n)
	}
	for c := range n.Children() {
		if hasWords(c) {
			return true
		}
	}
	return false
}

func quoteWords(n *yamltree.Node) {
	if n.Kind == yamltree.Scalar && yamltree.IsYAML11Bool(n) {
		n.Style = yamltree.DoubleQuoted
	}
	for c := range n.Children() {
		quoteWords(c)
	}
}

// isHeld reports whether the record of a resource stays, whatever the release's data say.
func (t *Target) isHeld(w *view, h held, i *resource.Item) bool {
	return h.items[i] || t.isPartial() && i == w.Resource()
}

// isPartial reports whether the upgrade is about single components.
func (t *Target) isPartial() bool { return len(t.spec.Components.Include) > 0 }

// note adds a note about the resource.
func (c *comparison) note(n plan.Note) {
	n.Item = c.Item
	n.To = c.release.String()
	if c.On.Release != nil {
		n.From = c.On.Release.String()
	}
	c.notes = append(c.notes, n)
}

func (c *comparison) merge(root *yamltree.Node) *merge.Merged {
	patches := plan.Patches(c.aim.now)
	return merge.ThreeWay(root, patches, merge.Sides{
		Known: c.subject.Known, Old: plan.Patches(c.aim.old), OldAll: plan.Patches(c.aim.oldAll), All: append(plan.Patches(c.aim.others), patches...),
		Decide:   func(p merge.Proposal) merge.Verdict { return c.policy.Decide(c.subject, p).Verdict },
		Apart:    c.subject.KeepsBelow,
		Composer: c.composer,
		Mask:     func(p yamltree.Path, n *yamltree.Node) *yamltree.Node { return secret.Mask(c.Item, p, n) },
	}, c.schema.Step(c.Item.Ref, nextAPIVersion(c.Resource)))
}

// settle takes over what a merge came to, with what there is to say about it.
func (c *comparison) settle(m *merge.Merged, root *yamltree.Node) {
	for _, p := range m.Proposals {
		for _, n := range c.policy.Decide(c.subject, p).Notes {
			c.note(n)
		}
	}
	for _, f := range m.Errors {
		c.note(plan.Note{Kind: plan.Blamed, Severity: result.Error, Field: f.Path, Component: c.component(f.Patch), Text: f.Message})
	}
	for _, f := range m.Warnings {
		c.note(plan.Note{Kind: plan.Blamed, Severity: result.Warning, Field: f.Path, Component: c.component(f.Patch), Text: f.Message})
	}
	if len(m.Errors) > 0 {
		return
	}
	for _, k := range m.Kept {
		if !policy.IsRecord(k.Path) {
			c.note(plan.Note{Kind: plan.KeptUnset, Severity: result.Warning, Field: k.Path, Has: k.Has, Was: k.Was})
		}
	}
	if m.Removed {
		c.checkRemoval(root)
	}
	c.Removed, c.Final, c.Changes = m.Removed, m.Final, make([]plan.Change, 0, len(m.Changes))
	for _, x := range m.Changes {
		by := c.whose(x)
		c.Changes = append(c.Changes, plan.Change{Change: x, Component: by.Component, Rule: by.Rule, Impact: kinds.ImpactOf(c.Item.Ref, x.Path)})
		c.checkLowered(x)
	}
}

// component names who is behind a patch of the merge.
func (c *comparison) component(patch int) string {
	if patch >= 0 && patch < len(c.Sources) {
		return c.Sources[patch].Component
	}
	return c.Sources[0].Component
}

// whose is the patch that a change is due to: of the old release where the new one does not set the field any more.
func (c *comparison) whose(x merge.Change) plan.Source {
	if x.Patch != merge.Removal {
		return c.Sources[x.Patch]
	}
	for _, s := range c.aim.old {
		if yamltree.Lookup(s.Data, x.Path) != nil {
			return s
		}
	}
	return c.Sources[0]
}

// checkRemoval refuses to remove a resource of which something is to be kept, or that has local changes that the policy keeps, or fails
// for.
func (c *comparison) checkRemoval(root *yamltree.Node) {
	if len(c.subject.Keep) > 0 {
		c.note(plan.Note{Kind: plan.RemovesKept, Severity: result.Error, By: policy.KeepAnnotation})
		return
	}
	if !c.subject.Known {
		return
	}
	for _, x := range merge.Merge(root, plan.Patches(c.aim.oldAll), c.schema.Of(c.Item.Ref)).Changes {
		if setting, _ := c.policy.Of(c.Item, x.Path); setting != v1alpha1.Overwrite && !policy.IsRecord(x.Path) {
			c.note(plan.Note{Kind: plan.RemovesLocal, Severity: result.Error, Field: x.Path, Has: x.Old, Was: x.New, Settle: policy.Settling(c.Item, x.Path, v1alpha1.Overwrite)})
		}
	}
}

// checkLowered notes a version that goes down although the release is newer.
func (c *comparison) checkLowered(x merge.Change) {
	if x.Op != merge.Update || x.Old.Kind != yamltree.Scalar || x.New.Kind != yamltree.Scalar || c.subject.Known && c.On.Release.Version.Compare(c.release.Version) >= 0 {
		return
	}
	old, errOld := version.Parse(x.Old.Value)
	next, errNew := version.Parse(x.New.Value)
	if errOld != nil || errNew != nil || next.Compare(old) >= 0 || policy.IsRecord(x.Path) {
		return
	}
	if was, is := c.Shown(x); was.Value == x.Old.Value && is.Value == x.New.Value { // and not hidden
		c.note(plan.Note{Kind: plan.Lowered, Severity: result.Info, Field: x.Path, Has: x.Old, Says: x.New})
	}
}

// nextAPIVersion is the apiVersion that the last patch with one moves a resource to.
func nextAPIVersion(r *plan.Resource) string {
	next := r.Item.APIVersion
	for _, x := range r.Sources {
		if v := resource.RefOf(x.Data).APIVersion; v != "" {
			next = v
		}
	}
	return next
}

// unknownOrigins says where the merge was of two ways, since nothing tells the release that resources are on, or it is not in the input: once for each such release.
func (t *Target) unknownOrigins(w *view, c *plan.Cluster) []plan.Note {
	var out []plan.Note
	said := map[string]bool{}
	for _, r := range c.Resources {
		if r.On.Release != nil || len(r.Changes) == 0 && !r.Removed || said[r.On.Text] {
			continue
		}
		said[r.On.Text] = true
		_, unreadable := version.Parse(r.On.Text)
		if r.On.Text != "" && unreadable != nil && r.On.Text == w.origins.Cluster.Text && t.policy.Otherwise() == v1alpha1.Overwrite {
			continue // which is said already
		}
		n := plan.Note{Kind: plan.OriginUnknown, Severity: result.Warning, Item: w.Resource(), From: r.On.Text}
		if r.On.Text != w.origins.Cluster.Text { // the resource speaks for itself, or nothing does
			n.Name = r.Item.Ref.String()
		}
		if n.Name != "" && n.From != "" {
			n.Item = r.Item
		}
		if r.On.Text != "" && unreadable != nil {
			n.Text = unreadable.Error()
		}
		if p := t.policy.Otherwise(); p != v1alpha1.Overwrite {
			n.Severity, n.By = result.Error, string(p)
		}
		out = append(out, n)
	}
	return out
}
