package plan

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// KeepAnnotation on a resource lists fields that stay as they are: spec.replicas,spec.template.spec.version.
const KeepAnnotation = "fn.giantswarm.io/keep"

// pinned tells whether the keep annotation decides about a change, and how. A change of something above a field that is
// to be kept, by the annotation or by a rule, would take the field with it, and is an error.
func (m *maker) pinned(r *Resource, p merge.Proposal) (done, verdict bool) {
	shown := masked(r.Item, p)
	for _, keep := range kept(r.Item) {
		if keep.Fits(p.Path) {
			said := saidApart(shown.Old, shown.New)
			m.notef(KeptNote, r.Item, p.Path, "%s, and is kept for the annotation %s; the release %s", here(said[0]), KeepAnnotation, sets("sets", said[1]))
			return true, false
		}
	}
	if m.drift {
		return false, false
	}
	if p.Old == nil {
		return m.pinnedBelow(r, p)
	}
	if p.Old.Kind == yamltree.Scalar && yamltree.TypeOf(p.Old) != yamltree.TypeString {
		return false, false
	}
	for _, x := range leaves(p.Old, nil) {
		at := p.Path.Then(x.at...)
		if now := lookup(p.New, x.at); now != nil && yamltree.Equal(now, x.value) {
			continue
		}
		why := ""
		setting, byRule := m.policy(r, at)
		local := r.From != nil && isOther(x.value, lookup(p.Was, x.at))
		switch {
		case slices.ContainsFunc(kept(r.Item), func(w yamltree.Pattern) bool { return w.IsBelow(p.Path) && (w.Fits(at) || w.IsBelow(at)) }):
			why = "the annotation " + KeepAnnotation + " keeps"
		case local && m.ruleBelow(r, at) != "":
			why = "a rule says " + string(m.ruleBelow(r, at)) + " of what is in"
		case len(x.at) == 0: // the field itself, which is asked about as any other
		case byRule && setting == v1alpha1.Keep && local:
			why = "a rule keeps"
		case byRule && setting == v1alpha1.Fail && local:
			why = "a rule says Fail for"
		}
		if own, _ := m.policy(r, p.Path); why != "" && own != v1alpha1.Keep {
			m.Results.Errorf(r.Item, p.Path, "the release replaces or removes all of it, and %s %s, which is %s here; must be one of them, or of a list whose keys spec.mergeKeys names", why, at, Said(secret.Mask(r.Item, at, x.value)))
			return true, true
		}
	}
	return false, false
}

// pinnedBelow leaves out of what is added the fields that the annotation keeps as they are, not set, and those that somebody removed and a
// rule keeps so; a rule that says Fail is an error. done says that nothing is left to add, or that it is an error.
func (m *maker) pinnedBelow(r *Resource, p merge.Proposal) (done, verdict bool) {
	if p.New == nil || p.New.Kind != yamltree.Map {
		return false, false
	}
	var out []yamltree.Edit
	added := leaves(p.New, nil)
	for _, x := range added {
		at := p.Path.Then(x.at...)
		setting, byRule := m.policy(r, at)
		removed := r.From != nil && lookup(p.Was, x.at) != nil
		was, next := Said(secret.Mask(r.Item, at, lookup(p.Was, x.at))), Said(secret.Mask(r.Item, at, x.value))
		switch {
		case slices.ContainsFunc(kept(r.Item), func(w yamltree.Pattern) bool { return w.Fits(at) }):
			m.notef(KeptNote, r.Item, at, "is not set here, and is kept for the annotation %s; the release sets %s", KeepAnnotation, next)
		case byRule && removed && setting == v1alpha1.Keep:
			m.notef(KeptNote, r.Item, at, "was removed by hand; release %s set %s, %s sets %s: the local change is kept", r.From, was, m.Release, next)
		case byRule && removed && setting == v1alpha1.Fail:
			m.Results.Errorf(r.Item, at, "was removed by hand; release %s set %s, %s sets %s: a local change; must be settled by a rule in spec.policy.rules, such as %s (or Overwrite)", r.From, was, m.Release, next, rule(r, at, v1alpha1.Keep))
			continue
		default:
			continue
		}
		out = append(out, yamltree.Edit{Path: x.at})
	}
	if err := yamltree.Apply(p.New, out); err != nil {
		panic("plan: what is added does not hold what was found in it: " + err.Error())
	}
	return len(out) > 0 && len(out) == len(added), false
}

// leaf is a value at the end of a path.
type leaf struct {
	at    yamltree.Path
	value *yamltree.Node
}

// leaves are the values in a map, lists as a whole.
func leaves(n *yamltree.Node, at yamltree.Path) []leaf {
	if n.Kind != yamltree.Map {
		return []leaf{{at, n}}
	}
	var out []leaf
	for v := range n.Children() {
		out = append(out, leaves(v, at.Field(v.Key))...)
	}
	return out
}

func lookup(n *yamltree.Node, at yamltree.Path) *yamltree.Node {
	if n == nil {
		return nil
	}
	return yamltree.Lookup(n, at)
}

func isOther(a, b *yamltree.Node) bool { return b == nil || !yamltree.Equal(a, b) }

// holdsPinned tells whether the keep annotation keeps something below a field.
func holdsPinned(i *resource.Item, at yamltree.Path) bool {
	return slices.ContainsFunc(kept(i), func(w yamltree.Pattern) bool { return w.IsBelow(at) })
}

// checkKept warns of entries of the keep annotation that keep nothing: that are no path, or lead to no field that the resource, or
// the release, has.
func (m *maker) checkKept(r *Resource, root *yamltree.Node) {
	for _, text := range splitKept(r.Item.Annotation(KeepAnnotation)) {
		w, err := yamltree.ParsePattern(text)
		if err != nil {
			m.Results.Warnf(r.Item, yamltree.Fields("metadata", "annotations", KeepAnnotation), "%v; keeps nothing", err)
			continue
		}
		if !w.Leads(root) && !w.Leads(r.Says()) {
			m.Results.Warnf(r.Item, yamltree.Fields("metadata", "annotations", KeepAnnotation), "%q leads to no field of the resource or of the release; keeps nothing", text)
		}
	}
}

// Pinned says why no upgrade changes a field of a resource, whatever the release: by the keep annotation, or as something else scales
// it; "" where nothing does.
func Pinned(i *resource.Item, at yamltree.Path) string {
	if at.String() == "spec.replicas" && clusterapi.ScaledBy(i) != "" {
		return "the annotation " + clusterapi.ScaledBy(i) + " says that something else scales it"
	}
	if slices.ContainsFunc(kept(i), func(w yamltree.Pattern) bool { return w.Fits(at) }) {
		return "the annotation " + KeepAnnotation + " keeps it"
	}
	return ""
}

// kept are the fields that the keep annotation of a resource names; entries that are no paths are left out.
func kept(i *resource.Item) []yamltree.Pattern {
	var out []yamltree.Pattern
	for _, text := range splitKept(i.Annotation(KeepAnnotation)) {
		if w, err := yamltree.ParsePattern(text); err == nil {
			out = append(out, w)
		}
	}
	if len(out) > 0 { // what says so stays as well
		out = append(out, yamltree.Pattern(yamltree.Fields("metadata", "annotations", KeepAnnotation)))
	}
	return out
}

// splitKept splits the keep annotation; commas in brackets belong to a path.
func splitKept(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range text + "," {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth <= 0:
			if p := strings.TrimSpace(text[from:i]); p != "" {
				out = append(out, p)
			}
			from = i + 1
		}
	}
	return out
}
