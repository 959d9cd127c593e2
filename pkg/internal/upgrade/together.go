package upgrade

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// together looks at the clusters side by side: at components that match nothing in them, and whether anything matches at all. failed says that there are errors already.
//
// What matches nothing is told where it is news: not where the cluster left it out under the release that it is on, or where others of the clusters have it. What is no news is
// in one note. Clusters that are blocked do not count where others are not; where all are, nothing is warned of.
func (t *Target) together(outcomes []outcome, failed bool) []plan.Note {
	t.blockUnmatched(outcomes)
	going := outcomes
	if isBlocked := func(o outcome) bool { return o.cluster.Blocked() }; slices.ContainsFunc(outcomes, isBlocked) {
		going = slices.DeleteFunc(slices.Clone(outcomes), isBlocked)
	}
	stuck := len(going) == 0 // then why they are is all that matters
	if !stuck {
		outcomes = going
	}
	missing := map[*release.Component][]miss{}
	matched := slices.ContainsFunc(t.components, (*release.Component).OnlyRemoves)
	for _, o := range outcomes {
		matched = matched || o.matched
		for _, x := range o.missing {
			missing[x.component] = append(missing[x.component], x)
		}
	}
	var out, unsure, fresh []plan.Note
	var absent, notCreated []string
	s := &suggestions{}
	for _, c := range t.components {
		in := missing[c]
		if len(in) == 0 {
			continue
		}
		if t.around.New {
			if !c.Optional() {
				notCreated = append(notCreated, c.Name)
			}
			continue
		}
		n, isNews := t.matchesNothing(c, in, len(in) == len(outcomes), s)
		known := slices.ContainsFunc(in, func(x miss) bool { return x.known })
		switch {
		case isNews && n.Severity == result.Warning && !known:
			unsure = append(unsure, n)
		case isNews && n.Severity == result.Warning && !slices.ContainsFunc(in, func(x miss) bool { return x.had }):
			fresh = append(fresh, n)
		case isNews:
			out = append(out, n)
		case len(in) == len(outcomes) && !c.Optional() && !slices.ContainsFunc(in, func(x miss) bool { return !x.was }):
			absent = append(absent, c.Name)
		}
	}
	out = append(out, createdTwice(outcomes)...)
	out = append(out, t.asOne(plan.UnmatchedUnsure, unsure)...)
	out = append(out, t.asOne(plan.UnmatchedNew, fresh)...)
	failed = failed || slices.ContainsFunc(out, func(n plan.Note) bool { return n.Severity == result.Error })
	if !matched && len(outcomes) > 0 && !failed {
		out = append(out, plan.Note{Kind: plan.NothingMatches, Severity: result.Error, Names: clusterNames(outcomes), To: t.release.String()})
	}
	if len(notCreated) > 0 {
		out = append(out, plan.Note{Kind: plan.NotCreated, Severity: result.Warning, Names: notCreated, To: t.release.String()})
	}
	if len(absent) > 0 {
		out = append(out, plan.Note{Kind: plan.Absent, Severity: result.Info, Names: absent, To: t.release.String()})
	}
	return slices.DeleteFunc(out, func(n plan.Note) bool { return stuck && n.Severity == result.Warning })
}

// createdTwice warns of resources that are created for several clusters of an installation, which is one API server, under one name.
func createdTwice(outcomes []outcome) []plan.Note {
	type place struct {
		installation string
		ref          resource.Ref
	}
	of := map[place][]string{}
	var places []place
	for _, o := range outcomes {
		for _, r := range o.created {
			at := place{o.cluster.Installation, r.Item.Ref}
			if of[at] == nil {
				places = append(places, at)
			}
			of[at] = append(of[at], o.cluster.String())
		}
	}
	var out []plan.Note
	for _, at := range places {
		if len(of[at]) > 1 {
			out = append(out, plan.Note{Kind: plan.CreatedTwice, Severity: result.Warning, Name: at.ref.String(), Names: of[at]})
		}
	}
	return out
}

// homeless warns of the resources that the components are for and of which nothing tells the cluster: they stay as they are.
func (t *Target) homeless(items []*resource.Item) []plan.Note {
	if len(items) == 0 {
		return nil
	}
	n := plan.Note{Kind: plan.Homeless, Severity: result.Warning}
	said := map[*resource.Item]bool{}
	for _, c := range t.components {
		found, _, _ := aimer{Target: t}.find(c, &cluster.Cluster{Base: items})
		for _, x := range found {
			if !said[x.item] && x.source.Rule != match.File { // the name of a file tells little outside of a cluster's folder
				said[x.item] = true
				n.Item, n.Component = x.item, c.Name
				n.Names = append(n.Names, x.item.Ref.String())
			}
		}
	}
	switch len(n.Names) {
	case 0:
		return nil
	case 1:
		return []plan.Note{n}
	}
	n.Item, n.Component = nil, ""
	return []plan.Note{n}
}

// blockUnmatched blocks the clusters that a whole upgrade has nothing for, where it has something for others: that is no upgrade of them.
func (t *Target) blockUnmatched(outcomes []outcome) {
	matched := func(o outcome) bool { return o.matched }
	if t.isPartial() || !slices.ContainsFunc(outcomes, matched) || slices.ContainsFunc(t.components, (*release.Component).OnlyRemoves) {
		return
	}
	for _, o := range outcomes {
		if !o.matched && !o.cluster.Blocked() {
			n := plan.Note{Kind: plan.NothingMatches, Severity: result.Error, Cluster: o.cluster.String(), Names: []string{o.cluster.String()}, To: t.release.String()}
			o.cluster.Notes = append(o.cluster.Notes, n)
		}
	}
}

func clusterNames(outcomes []outcome) []string {
	var out []string
	for _, o := range outcomes {
		out = append(out, o.cluster.String())
	}
	return out
}

// matchesNothing is what there is to say of a component that matches nothing in some clusters, or in all; false where that is no news.
func (t *Target) matchesNothing(c *release.Component, in []miss, all bool, s *suggestions) (plan.Note, bool) {
	n := plan.Note{Kind: plan.Unmatched, Item: c.Patches[0].Item, Component: c.Name, To: t.release.String()}
	isNew, severity, speaks := false, result.Severity(""), false
	severity, speaks = t.unmatched(c.Optional())
	for _, x := range in {
		n.Clusters = append(n.Clusters, x.cluster.String())
		isNew = isNew || !x.was
	}
	named := all && slices.Contains(t.spec.Components.Include, c.Name)
	switch {
	case named:
		n.Kind, n.Severity = plan.NamedUnmatched, result.Error
	case !speaks || severity != result.Error && !(all && isNew):
		return n, false
	default:
		n.Severity = severity
	}
	for _, x := range in {
		if n.Names == nil {
			n.Names, n.Near = s.nearest(c.Name, x.cluster), x.cluster.String()
		}
	}
	return n, true
}

// fewAlone is how many components that match nothing are told one by one.
const fewAlone = 3

// asOne puts many notes of components that match nothing into one of a kind.
func (t *Target) asOne(kind plan.Kind, notes []plan.Note) []plan.Note {
	if len(notes) <= fewAlone {
		return notes
	}
	one := plan.Note{Kind: kind, Severity: result.Warning, To: t.release.String(), Clusters: notes[0].Clusters}
	for _, n := range notes {
		one.Names = append(one.Names, n.Component)
	}
	return []plan.Note{one}
}

// maxSuggestions is how many components a plan suggests something for: looking takes time, and nobody reads more.
const maxSuggestions = 500

type suggestions struct{ made int }

// nearest are the resources of a cluster that a component which matches nothing may have meant.
func (s *suggestions) nearest(component string, cl *cluster.Cluster) []string {
	if s.made++; s.made > maxSuggestions {
		return nil
	}
	return match.Nearest(component, cl)
}
