package policy

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// KeepAnnotation on a resource lists fields that stay as they are: spec.replicas,spec.template.spec.version.
const KeepAnnotation = "fn.giantswarm.io/keep"

// Keep are the fields that the keep annotation of a resource names; entries that are no paths are left out.
func Keep(i *resource.Item) []yamltree.Pattern {
	var out []yamltree.Pattern
	for _, text := range split(i.Annotation(KeepAnnotation)) {
		if w, err := yamltree.ParsePattern(text); err == nil {
			out = append(out, w)
		}
	}
	if len(out) > 0 { // what says so stays as well
		out = append(out, yamltree.Pattern(yamltree.Fields("metadata", "annotations", KeepAnnotation)))
	}
	return out
}

// keeps reports whether the annotation keeps a field.
func (s Subject) keeps(at yamltree.Path) bool {
	return slices.ContainsFunc(s.Keep, func(w yamltree.Pattern) bool { return w.Fits(at) })
}

// KeepsBelow reports whether the annotation keeps something below a field.
func (s Subject) KeepsBelow(at yamltree.Path) bool {
	return slices.ContainsFunc(s.Keep, func(w yamltree.Pattern) bool { return w.IsBelow(at) })
}

// below looks for what is to be kept in something that is replaced or removed as a whole.
func (p *Policy) below(s Subject, q merge.Proposal) (plan.Note, bool) {
	if q.Old.Kind == yamltree.Scalar && yamltree.TypeOf(q.Old) != yamltree.TypeString {
		return plan.Note{}, false
	}
	for _, x := range leaves(q.Old, nil) {
		at := q.Path.Then(x.at...)
		if now := yamltree.Lookup(q.New, x.at); now != nil && yamltree.Equal(now, x.value) {
			continue
		}
		by := p.keeper(s, q, x, at)
		if own, _ := p.Of(s.Item, q.Path); by != "" && own != v1alpha1.Keep {
			return plan.Note{Kind: plan.KeptBelow, Severity: result.Error, Field: q.Path, At: at, By: by, Has: x.value}, true
		}
	}
	return plan.Note{}, false
}

// keeper is who wants something at a path kept that is in what a change replaces or removes, "" where nobody does: the annotation, or what a rule says.
func (p *Policy) keeper(s Subject, q merge.Proposal, x leaf, at yamltree.Path) string {
	setting, by := p.Of(s.Item, at)
	local := s.Known && isOther(x.value, yamltree.Lookup(q.Was, x.at))
	switch {
	case slices.ContainsFunc(s.Keep, func(w yamltree.Pattern) bool { return w.IsBelow(q.Path) && (w.Fits(at) || w.IsBelow(at)) }):
		return KeepAnnotation
	case local && p.inside(s.Item, at) != "":
		return string(p.inside(s.Item, at))
	case len(x.at) == 0: // the field itself, which is decided about as any other
	case by != nil && local && setting != v1alpha1.Overwrite:
		return string(setting)
	}
	return ""
}

// added leaves out of what is added the fields that the annotation keeps as they are, not set, and those that somebody removed and a
// rule keeps so; a rule that says Fail is an error. Where nothing is left to add, the change is left out.
func (p *Policy) added(s Subject, q merge.Proposal) Decision {
	var d Decision
	if q.New == nil || q.New.Kind != yamltree.Map {
		return d
	}
	all := leaves(q.New, nil)
	isElement := q.Path[len(q.Path)-1].Kind == yamltree.Element // which is new as a whole: nothing of it was changed by hand, and it may be nothing without what is kept in others
	for _, x := range all {
		at := q.Path.Then(x.at...)
		setting, by := p.Of(s.Item, at)
		n := plan.Note{Kind: plan.Kept, Severity: result.Info, Field: at, Was: yamltree.Lookup(q.Was, x.at), Says: x.value}
		removed := by != nil && s.Known && n.Was != nil
		switch {
		case s.keeps(at) && !isElement:
			n.By = KeepAnnotation
		case removed && setting == v1alpha1.Keep:
			n.Name, n.Text = named(by)
		case removed && setting == v1alpha1.Fail:
			n.Kind, n.Severity, n.Settle = plan.LocalRefused, result.Error, Settling(s.Item, at, v1alpha1.Keep)
			d.Notes = append(d.Notes, n)
			continue
		default:
			continue
		}
		d.Notes, d.Without = append(d.Notes, n), append(d.Without, x.at)
	}
	if len(d.Without) > 0 && len(d.Without) == len(all) {
		d.Leave = true
	}
	return d
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

func isOther(a, b *yamltree.Node) bool { return b == nil || !yamltree.Equal(a, b) }

// Check warns of entries of the keep annotation that keep nothing: that are no path, or lead to no field that the resource, or
// the release, has.
func Check(i *resource.Item, has *yamltree.Node, says func() *yamltree.Node) []plan.Note {
	var out []plan.Note
	for _, text := range split(i.Annotation(KeepAnnotation)) {
		n := plan.Note{Kind: plan.KeepsNothing, Severity: result.Warning, Item: i, Field: yamltree.Fields("metadata", "annotations", KeepAnnotation), Name: text}
		w, err := yamltree.ParsePattern(text)
		switch {
		case err != nil:
			n.Text = err.Error()
		case w.Leads(has) || w.Leads(says()):
			continue
		}
		out = append(out, n)
	}
	return out
}

// Pinned says why no upgrade changes a field of a resource, whatever the release: the annotation by which something else scales it, or the keep annotation; "" where
// nothing does.
func Pinned(i *resource.Item, at yamltree.Path) string {
	if by := kinds.ScaledBy(i, at); by != "" {
		return by
	}
	if (Subject{Keep: Keep(i)}).keeps(at) {
		return KeepAnnotation
	}
	return ""
}

// split splits the keep annotation; commas in brackets belong to a path.
func split(text string) []string {
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
	if from < len(text) { // behind a bracket that is not closed
		out = append(out, strings.TrimSpace(text[from:]))
	}
	return out
}
