package upgrade

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// withoutUnused leaves out templates that nothing refers to and that a rotation has replaced by their name: what earlier rotations left.
// Others that nothing refers to stay: something outside of the cluster's base may.
func (t aimer) withoutUnused(aims []*aim) (used []*aim, notes []plan.Note) {
	isTemplate := func(a *aim) bool { return kinds.IsTemplate(a.item.Ref) }
	if !slices.ContainsFunc(aims, isTemplate) {
		return aims, nil
	}
	all := sync.OnceValue(func() []reference { return references(t.view, asItStands) })
	for _, a := range aims {
		switch {
		case !isTemplate(a):
			used = append(used, a)
		case isUnused(t.view, all(), a.item):
			notes = append(notes, plan.Note{Kind: plan.Unused, Severity: result.Info, Item: a.item})
		case isOverlaysAlone(t.view, all(), a.item) && hasCopy(t.view, a.item):
			notes = append(notes, plan.Note{Kind: plan.StillUsed, Severity: result.Warning, Item: a.item})
		default:
			used = append(used, a)
		}
	}
	return used, notes
}

// UnusedTemplates are the templates of a cluster that nothing refers to and that a rotation has replaced.
func (a *Around) UnusedTemplates(cl *cluster.Cluster) []*resource.Item {
	return unusedTemplates(newView(cl, nil, a))
}

func unusedTemplates(w *view) []*resource.Item {
	var out []*resource.Item
	all := sync.OnceValue(func() []reference { return references(w, asItStands) })
	for _, i := range w.Base {
		if kinds.IsTemplate(i.Ref) && isUnused(w, all(), i) {
			out = append(out, i)
		}
	}
	return out
}

// isUnused reports whether nothing refers to a template, and something to another one of its stem, which is there.
func isUnused(w *view, all []reference, i *resource.Item) bool {
	replaced := false
	for _, x := range all {
		if x.leads(w, i) {
			return false
		}
		nowhere := slices.ContainsFunc(w.gone(), func(g gone) bool { return g.kind == x.kind && g.name == x.name })
		replaced = replaced || x.kind == i.Kind && withoutNumber(x.name) == withoutNumber(i.Name) && (x.space == "" || i.Namespace == "" || x.space == i.Namespace) && !nowhere
	}
	return replaced
}

// isOverlaysAlone reports whether the customer's overlay refers to a template, and nothing in base.
func isOverlaysAlone(w *view, all []reference, i *resource.Item) bool {
	overlay := false
	for _, x := range all {
		if x.leads(w, i) {
			if !x.overlay {
				return false
			}
			overlay = true
		}
	}
	return overlay
}

// hasCopy reports whether a rotation wrote a copy of a template, for this release or an earlier one.
func hasCopy(w *view, i *resource.Item) bool {
	return slices.ContainsFunc(w.Base, func(other *resource.Item) bool {
		return other != i && other.Kind == i.Kind && other.Name != withoutNumber(other.Name) && withoutNumber(other.Name) == withoutNumber(i.Name)
	})
}

// rotate sees to changes of what Cluster API does not let change: a warning, or a copy in its place.
func (t completer) rotate() {
	var changed []*plan.Resource
	for _, r := range t.out.Resources {
		if kinds.IsTemplate(r.Item.Ref) && changesSpec(r) {
			changed = append(changed, r)
		}
	}
	if len(changed) == 0 {
		return
	}
	all := references(t.view, func(i *resource.Item) *yamltree.Node {
		if r := t.out.Of(i); r != nil {
			return r.Final
		}
		return nil
	})
	referring := func(r *plan.Resource) []reference {
		return slices.DeleteFunc(slices.Clone(all), func(x reference) bool { return !x.leads(t.view, r.Item) })
	}
	if t.spec.Policy.ImmutableTemplates != v1alpha1.Rotate {
		for _, r := range changed {
			n := plan.Note{Kind: plan.Immutable, Severity: result.Warning, Item: r.Item, Field: yamltree.Fields("spec")}
			if t.spec.Policy.ImmutableTemplates == v1alpha1.Fail {
				n.Severity = result.Error
			}
			for _, x := range referring(r) {
				n.Names = append(n.Names, x.item.Ref.String())
			}
			t.out.Notes = append(t.out.Notes, n)
		}
		return
	}
	taken := map[string]bool{}
	for _, i := range t.view.Base {
		taken[placeOf(i, i.Name)] = true
	}
	for _, r := range changed {
		to := referring(r)
		if n, ok := t.canRotate(r, to); !ok {
			if n.Kind == plan.NoReferrer && slices.ContainsFunc(t.view.gone(), func(g gone) bool { return g.near.Ref == r.Item.Ref }) {
				continue // which is told
			}
			t.out.Notes = append(t.out.Notes, n)
			continue
		}
		if there := t.asPlanned(r); there != nil {
			t.pointTo(r, to, there)
			continue
		}
		name := t.copyName(r.Item, taken)
		if len(name) > longestName {
			t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.NoRoomForName, Severity: result.Error, Item: r.Item, Name: name})
			continue
		}
		t.rotateOne(r, to, name)
	}
}

// tellOfClasses tells of the clusters elsewhere whose machines roll, too, since a class changes that they are of.
func tellOfClasses(t completer) {
	for _, r := range t.out.Resources {
		if r.Item.Kind != kinds.Class || !slices.ContainsFunc(r.Changes, func(c plan.Change) bool { return c.Impact != kinds.NoRollout }) {
			continue
		}
		for _, x := range t.view.elsewhere(r.Item) {
			t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.ClassOfOthers, Severity: result.Warning, Item: x.item, Field: x.at, Text: r.Item.Ref.String()})
		}
	}
}

// longestName is how many characters a name may have (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names).
const longestName = 253

// asPlanned is a template of the same stem that has the spec already which a template is to get: a copy of an earlier rotation, on the way back. nil for none.
func (t completer) asPlanned(r *plan.Resource) *resource.Item {
	spec := yamltree.Get(r.Final, "spec")
	for _, i := range t.view.Base {
		if i == r.Item || i.Kind != r.Item.Kind || i.Group() != r.Item.Group() || i.Namespace != r.Item.Namespace || t.withoutRelease(i.Name) != t.withoutRelease(r.Item.Name) || t.out.Of(i) != nil {
			continue
		}
		if root, err := yamltree.Logical(i.Root()); err == nil && yamltree.Equal(yamltree.Get(root, "spec"), spec) {
			return i
		}
	}
	return nil
}

// pointTo points the references to a template to another one, which has what the template was to get; it stays as it is.
func (t completer) pointTo(r *plan.Resource, to []reference, there *resource.Item) {
	t.out.Drop(r)
	t.out.Notes = slices.DeleteFunc(t.out.Notes, func(n plan.Note) bool { return n.Kind == plan.Unused && n.Item == there })
	t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.PointedBack, Severity: result.Info, Item: r.Item, Name: there.Name})
	t.refer(to, r.Item, there.Name)
	if as, notes := t.compareOne(t.view, &aim{item: there, on: t.view.origins.Of(there), now: r.Sources}, t.held); len(as.Changes) > 0 && !changesSpec(as) { // labels
		t.out.Add(as)
		t.out.Notes = append(t.out.Notes, notes...)
	}
}

func changesSpec(r *plan.Resource) bool {
	for _, c := range r.Changes {
		if kinds.IsImmutable(r.Item.Ref, c.Path) {
			return true
		}
	}
	return false
}

// canRotate says what speaks against a copy of a template in its place.
func (t completer) canRotate(r *plan.Resource, to []reference) (plan.Note, bool) {
	n := plan.Note{Severity: result.Error, Item: r.Item}
	switch {
	case strings.EqualFold(path.Ext(r.Item.Location.Path), ".json"):
		n.Kind = plan.NoRoomForCopy
	case len(to) == 0:
		n.Kind = plan.NoReferrer
	default:
		return n, true
	}
	return n, false
}

// rotateOne puts the changes into a copy of a template and points the references to it.
func (t completer) rotateOne(r *plan.Resource, to []reference, name string) {
	r.Copy = name
	r.Set(plan.Rotation, yamltree.Fields("metadata", "name"), yamltree.Str(name))
	for i := range r.Changes { // what makes machines roll is the reference
		r.Changes[i].Impact = kinds.NoRollout
	}
	note := func(n plan.Note) {
		n.Name = name
		t.out.Notes = append(t.out.Notes, n)
	}
	note(plan.Note{Kind: plan.Rotated, Severity: result.Info, Item: r.Item})
	for _, x := range t.view.elsewhere(r.Item) {
		note(plan.Note{Kind: plan.RefersElsewhere, Severity: result.Warning, Item: x.item, Field: x.at, Text: r.Item.Ref.String()})
	}
	t.refer(to, r.Item, name)
	for _, p := range t.view.overlay().Patches {
		if p.For(r.Item) && !p.For(resource.NewItem(r.Final)) {
			note(plan.Note{Kind: plan.OverlayPatches, Severity: result.Warning, Item: p.Item, Text: r.Item.Ref.String()})
		}
	}
}

// refer points references to a template to another name; those of the overlay are the customer's, and are told.
func (t completer) refer(to []reference, template *resource.Item, name string) {
	for _, x := range to {
		if x.overlay {
			t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.OverlayRefers, Severity: result.Warning, Item: x.item, Field: x.at, Text: template.Ref.String(), Name: name, By: plan.PatchedBy(x.base)})
			continue
		}
		if by := t.entry(x.item); by != nil {
			by.Set(plan.Reference, x.at, yamltree.Str(name))
			if !t.isHeld(t.view, t.held, by.Item) { // what is left out stays on its release
				t.recordOn(by, t.spec.Stamp && t.isPartial())
			}
		}
	}
}

// removeCopies removes the copies of earlier rotations to which nothing has referred since the last upgrade, when the record of the cluster moves on to another release. A copy whose name stands
// anywhere in the files of the cluster, or as a value in others of the input, or to which anything in the repository refers, stays, and so does one that is alone in its file.
func (t completer) removeCopies() {
	if t.spec.Policy.ImmutableTemplates != v1alpha1.Rotate || !t.movesOn() {
		return
	}
	for _, i := range unusedTemplates(t.view) {
		if t.withoutRelease(i.Name) == i.Name || policy.Keep(i) != nil || t.out.Of(i) != nil || isReferredTo(t.out, i) || t.isNamed(i) || len(t.view.elsewhere(i)) > 0 || len(t.view.inFile(i.Location.Path)) < 2 && i.Location.Path != "" {
			continue // the first one, which no rotation wrote; or somebody needs it
		}
		t.out.Notes = slices.DeleteFunc(t.out.Notes, func(n plan.Note) bool { return n.Kind == plan.Unused && n.Item == i })
		t.out.Add(&plan.Resource{Item: i, Cluster: t.view.Cluster, On: t.view.origins.Of(i), Removed: true, Final: i.Root()})
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.CopyRemoved, Severity: result.Info, Item: i})
	}
}

// isReferredTo reports whether what is planned refers to a template.
func isReferredTo(c *plan.Cluster, i *resource.Item) bool {
	return slices.ContainsFunc(c.Resources, func(r *plan.Resource) bool {
		return slices.ContainsFunc(r.Changes, func(x plan.Change) bool { return x.Rule == plan.Reference && x.New != nil && x.New.Value == i.Name })
	})
}

// movesOn reports whether the record of the Cluster goes from one release to another: a second run does not move it again.
func (t completer) movesOn() bool {
	own := t.view.Resource()
	if own == nil || t.spec.From != "" || t.isPartial() || t.out.Of(own) == nil {
		return false
	}
	return slices.ContainsFunc(t.out.Of(own).Changes, func(c plan.Change) bool {
		return policy.IsRecord(c.Path) && c.Old != nil && c.New != nil && t.known(c.Old.Value) != t.release
	})
}

// isNamed reports whether the name of a template stands in anything of the cluster but itself and what is as it was made of, or is a value elsewhere in the input.
func (t completer) isNamed(i *resource.Item) bool {
	for other := range t.view.Items() {
		if other != i && holds(other.Root(), func(text string) bool { return strings.Contains(text, i.Name) && !strings.Contains(text, i.Name+"-") }) {
			return true
		}
	}
	return t.view.isElsewhere(i.Name)
}

// holds reports whether a scalar of a tree is such.
func holds(n *yamltree.Node, is func(string) bool) bool {
	if n.Kind == yamltree.Scalar {
		return is(n.Value)
	}
	for c := range n.Children() {
		if holds(c, is) {
			return true
		}
	}
	return false
}

// suffix is a release at the end of a template's name, as a rotation writes it, with a letter where that name was taken.
var suffix = regexp.MustCompile(`-v?([0-9]+)[-.]([0-9]+)[-.]([0-9]+)(?:-[a-z]+[0-9a-z-]*)?$`)

// withoutNumber is a template's name without what looks like a release at its end: templates that come to the same are taken for copies of one, whether a release of that number is known or not.
func withoutNumber(name string) string { return suffix.ReplaceAllString(name, "") }

// withoutRelease is a template's name without the release that a rotation put at its end. Numbers that are no release that is known are part of the name.
func (t *Target) withoutRelease(name string) string {
	at := suffix.FindStringSubmatch(name)
	if at == nil {
		return name
	}
	number := strings.Join(at[1:4], ".")
	for _, r := range slices.Concat(t.catalog.Releases, t.catalog.Others) {
		if own := strings.TrimPrefix(r.Version.String(), "v"); r.Provider == t.release.Provider && (own == number || strings.HasPrefix(own, number+"-")) {
			return strings.TrimSuffix(name, at[0])
		}
	}
	return name
}

// copyName is the name of a template with the release at its end, in the place of the one that it has there, with a letter behind it where that is taken. It
// takes the name.
func (t completer) copyName(i *resource.Item, taken map[string]bool) string {
	name := t.withoutRelease(i.Name) + "-" + strings.NewReplacer(".", "-", "+", "-").Replace(strings.TrimPrefix(t.release.Version.String(), "v"))
	free := name
	for letter := 'b'; taken[placeOf(i, free)]; letter++ {
		free = name + "-" + string(letter)
		if letter == 'z' {
			name, letter = free, 'a'
		}
	}
	taken[placeOf(i, free)] = true
	return free
}

// placeOf is what no two resources of the kind and namespace of one may share: a name.
func placeOf(i *resource.Item, name string) string { return i.Kind + " " + i.Namespace + "/" + name }
