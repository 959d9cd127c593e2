// Package policy decides what becomes of a change that a release asks for: whether it is made, and what there is to say about that.
//
// It is pure. Three things have a say, in this order:
//
//   - an autoscaler: spec.replicas of what something else scales stays.
//   - the annotation fn.giantswarm.io/keep on the resource: the fields that it names stay, whatever the release says, known or not.
//   - the policy of the configuration: the first rule that fits a field that was changed by hand, else policy.localChanges.
//
// The record of the release is nobody's local change; it is set as the upgrade says. Where a release replaces or removes a map or list as a whole, what is to be
// kept in it would go with it: that is an error.
package policy

import (
	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Policy is what a configuration says of local changes.
type Policy struct {
	otherwise v1alpha1.Reaction
	rules     []rule
}

// rule is a rule with its path read; an empty path fits every field.
type rule struct {
	v1alpha1.Rule
	path yamltree.Pattern
}

// New reads a policy, which must have been validated.
func New(p v1alpha1.Policy) *Policy {
	out := &Policy{otherwise: p.LocalChanges}
	for _, x := range p.Rules {
		r := rule{Rule: x}
		if x.Path != "" {
			var err error
			if r.path, err = yamltree.ParsePattern(x.Path); err != nil {
				panic("policy: the configuration was not validated: " + err.Error())
			}
		}
		out.rules = append(out.rules, r)
	}
	return out
}

// Subject is the resource that a change is of, as far as a decision depends on it.
type Subject struct {
	Item *resource.Item
	// Known is whether the release that the resource is on is known.
	Known bool
	// Held says that the record of the release stays, whatever the release's data say.
	Held bool
	// Keep are the fields that the keep annotation names.
	Keep []yamltree.Pattern
}

// Decision is what becomes of a change, and what there is to say about it.
type Decision struct {
	merge.Verdict
	// Notes have kind, severity, field and values; the values may be secret.
	Notes []plan.Note
}

// Decide decides about a change of a resource.
func (p *Policy) Decide(s Subject, q merge.Proposal) Decision {
	by := kinds.ScaledBy(s.Item, q.Path)
	switch {
	case by != "":
		return leave(plan.Note{Kind: plan.Autoscaled, Field: q.Path, Has: q.Old, Says: q.New, By: by})
	case IsRecord(q.Path) && Pinned(s.Item, q.Path) == "":
		return Decision{Verdict: merge.Verdict{Leave: q.Patch == merge.Removal || isOwnRecord(q.Path) && s.Held}}
	case q.Old == nil && holdsRecords(q.New, q.Path):
		return Decision{Verdict: merge.Verdict{Leave: q.Path[0].Name == "metadata" && s.Held}}
	}
	if s.keeps(q.Path) {
		return leave(plan.Note{Kind: plan.Kept, Field: q.Path, Has: q.Old, Says: q.New, By: KeepAnnotation})
	}
	d := Decision{}
	if q.Old == nil {
		d = p.added(s, q)
	} else if n, conflicts := p.below(s, q); conflicts && !q.Order {
		return Decision{Notes: []plan.Note{n}}
	}
	if d.Leave {
		return d
	}
	own := p.local(s, q)
	return Decision{Verdict: merge.Verdict{Leave: own.Leave, Without: d.Without}, Notes: append(d.Notes, own.Notes...)}
}

func leave(n plan.Note) Decision {
	n.Severity = result.Info
	return Decision{Verdict: merge.Verdict{Leave: true}, Notes: []plan.Note{n}}
}

// local settles a field as such, by a rule or by what the policy says of all others.
func (p *Policy) local(s Subject, q merge.Proposal) Decision {
	if q.Path.Equal(yamltree.Fields("apiVersion")) {
		return Decision{}
	}
	setting, by := p.Of(s.Item, q.Path)
	if !s.Known {
		if by != nil && setting != v1alpha1.Overwrite {
			return Decision{Notes: []plan.Note{{Kind: plan.RuleBlind, Severity: result.Error, Field: q.Path, By: string(setting)}}}
		}
		return Decision{}
	}
	if !q.Local {
		return Decision{}
	}
	n := plan.Note{Kind: plan.LocalLost, Severity: result.Warning, Field: q.Path, Has: q.Old, Was: q.Was, Says: q.New}
	switch setting {
	case v1alpha1.Keep:
		n.Kind, n.Severity = plan.Kept, result.Info
		n.Name, n.Text = named(by)
	case v1alpha1.Fail:
		n.Kind, n.Severity, n.Settle = plan.LocalRefused, result.Error, Settling(s.Item, q.Path, v1alpha1.Keep)
	}
	return Decision{Verdict: merge.Verdict{Leave: setting == v1alpha1.Keep}, Notes: []plan.Note{n}}
}

// Of is what the policy says of local changes of a field, and the rule that says it; nil for none.
func (p *Policy) Of(i *resource.Item, at yamltree.Path) (setting v1alpha1.Reaction, by *v1alpha1.Rule) {
	for _, r := range p.rules {
		if r.concerns(i) && r.path.Fits(at) {
			return r.LocalChanges, &r.Rule
		}
	}
	return p.otherwise, nil
}

// named is what a rule is for, and its reason; nothing for none.
func named(r *v1alpha1.Rule) (name, reason string) {
	if r == nil {
		return "", ""
	}
	return r.String(), r.Reason
}

// Otherwise is what the policy says of fields that no rule is for.
func (p *Policy) Otherwise() v1alpha1.Reaction { return p.otherwise }

// inside is what a rule says of something inside of a list, Keep or Fail, where the list can be replaced as a whole alone; "" where
// none does.
func (p *Policy) inside(i *resource.Item, at yamltree.Path) v1alpha1.Reaction {
	for _, r := range p.rules {
		if r.LocalChanges != v1alpha1.Overwrite && r.concerns(i) && r.path.IsBelow(at) {
			return r.LocalChanges
		}
	}
	return ""
}

// concerns reports whether a rule is for a resource, whatever the field.
func (r rule) concerns(i *resource.Item) bool {
	return (r.Kind == "" || r.Kind == i.Kind) && (r.Name == "" || layout.Glob(r.Name, i.Name))
}

// Settling is the rule that settles a field.
func Settling(i *resource.Item, at yamltree.Path, setting v1alpha1.Reaction) *plan.Rule {
	return &plan.Rule{Kind: i.Kind, Name: i.Name, Path: at, LocalChanges: string(setting)}
}

// isOwnRecord reports whether a path is that of the record of the resource itself.
func isOwnRecord(p yamltree.Path) bool {
	return len(p) == 3 && p[0].Name == "metadata" && IsRecord(p)
}

// IsRecord reports whether a path is that of the label or annotation which records a release, on a resource or in a template of others.
func IsRecord(p yamltree.Path) bool {
	return len(p) > 0 && p[len(p)-1].Kind == yamltree.Field && p[len(p)-1].Name == cluster.ReleaseKey
}

// holdsRecords reports whether a value is nothing but such labels and annotations, and the maps that they are in.
func holdsRecords(n *yamltree.Node, at yamltree.Path) bool {
	if n.Kind != yamltree.Map || n.First() == nil {
		return IsRecord(at)
	}
	for v := range n.Children() {
		if !holdsRecords(v, at.Field(v.Key)) {
			return false
		}
	}
	return true
}

// IsOfRecords reports whether a change is of records alone.
func IsOfRecords(c merge.Change) bool {
	return IsRecord(c.Path) || c.Old == nil && holdsRecords(c.New, c.Path)
}
