package upgrade

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// aimer finds out what an upgrade of one cluster is for.
type aimer struct {
	*Target
	view *view
}

// aim is a resource that an upgrade is for, with what releases say of it.
type aim struct {
	item *resource.Item
	on   cluster.Origin
	// now is what the new release says, of the components that are selected; others what it says of those that are not.
	now, others []plan.Source
	// old is what the release that the resource is on says, of the components that are selected; oldAll of all.
	old, oldAll []plan.Source
}

// aimed is what else came of aiming at a cluster.
type aimed struct {
	missing []*release.Component // those that match nothing
	notes   []plan.Note
}

// aim finds the resources of a cluster that the components are for, in the order of the input.
func (t aimer) aim() ([]*aim, aimed) {
	var out aimed
	by := map[*resource.Item]*aim{}
	for _, c := range t.components {
		found, without, notes := t.find(c, t.view.Cluster)
		out.notes = append(out.notes, notes...)
		for _, x := range found {
			a := by[x.item]
			if a == nil {
				a = &aim{item: x.item, on: t.view.origins.Of(x.item)}
				by[x.item] = a
			}
			a.now = append(a.now, x.source)
		}
		switch {
		case len(c.Patches) == 0:
		case len(found) == 0 && len(notes) == 0:
			out.missing = append(out.missing, c)
		default:
			out.notes = append(out.notes, t.partsWithout(c, without)...)
		}
	}
	return inOrder(t.view.Cluster, by), out
}

func inOrder(cl *cluster.Cluster, by map[*resource.Item]*aim) []*aim {
	out := make([]*aim, 0, len(by))
	for _, i := range cl.Base {
		if a := by[i]; a != nil {
			out = append(out, a)
		}
	}
	return out
}

// hit is a resource that a patch is for.
type hit struct {
	item   *resource.Item
	source plan.Source
}

// find are the resources of a cluster that a component is for, patch by patch, and the patches that are for none. Errors are in the notes.
func (t aimer) find(c *release.Component, cl *cluster.Cluster) (found []hit, without []*release.Patch, notes []plan.Note) {
	for _, p := range c.Patches {
		matches, err := match.Find(p, cl)
		switch {
		case err != nil:
			notes = append(notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: p.Item, Text: err.Error()})
		case len(matches) == 0:
			without = append(without, p)
		}
		for _, x := range matches {
			data, warnings, infos := match.Adapt(p, x, cl)
			found = append(found, hit{x.Item, plan.Source{Patch: p, Rule: x.Rule, Data: data}})
			for _, text := range warnings {
				notes = append(notes, plan.Note{Kind: plan.Blamed, Severity: result.Warning, Item: x.Item, Component: c.Name, Text: text})
			}
			for _, text := range infos {
				notes = append(notes, plan.Note{Kind: plan.Blamed, Severity: result.Info, Item: x.Item, Component: c.Name, Text: text})
			}
		}
	}
	return found, without, notes
}

// miss is a component that matches nothing in a cluster, and is not known to be elsewhere.
type miss struct {
	component *release.Component
	cluster   *cluster.Cluster
	// known says that the release that the cluster is on is known; had, that this has the component; was, that it matched nothing under that release either.
	known, had, was bool
}

func (t aimer) misses(missing []*release.Component) []miss {
	var out []miss
	chart := t.view.Chart()
	for _, c := range missing {
		x := miss{component: c, cluster: t.view.Cluster}
		if chart != nil && chart.Item != nil { // the chart brings the apps of its release
			x.known, x.was = true, true
			out = append(out, x)
			continue
		}
		if rel := t.view.origins.Cluster.Release; rel != nil {
			x.known = true
			if old := rel.Component(c.Name); old != nil {
				x.had = true
				found, _, _ := t.find(old, t.view.Cluster)
				x.was = len(found) == 0
			}
		}
		out = append(out, x)
	}
	return out
}

// partsWithout says of a component, some of whose patches are for something, which are for nothing; not of those that were for nothing before.
func (t aimer) partsWithout(c *release.Component, without []*release.Patch) []plan.Note {
	var before []*release.Patch
	if rel := t.view.origins.Cluster.Release; rel != nil && rel.Component(c.Name) != nil && len(without) > 0 {
		_, before, _ = t.find(rel.Component(c.Name), t.view.Cluster)
	}
	var out []plan.Note
	for _, p := range without {
		severity, speaks := t.unmatched(p.Optional)
		was := slices.ContainsFunc(before, func(b *release.Patch) bool { return target(b) == target(p) })
		if speaks && (severity == result.Error || !was) {
			out = append(out, plan.Note{Kind: plan.PartUnmatched, Severity: severity, Item: p.Item, Component: c.Name, Name: target(p)})
		}
	}
	return out
}

// target says what a patch is for, "" where it does not say.
func target(p *release.Patch) string {
	if p.Target == nil {
		return ""
	}
	return p.Target.String()
}

// unmatched is how the policy speaks of what matches nothing; false for not at all.
func (t *Target) unmatched(optional bool) (result.Severity, bool) {
	switch {
	case optional || t.spec.Policy.Unmatched == v1alpha1.Ignore:
		return "", false
	case t.spec.Policy.Unmatched == v1alpha1.Fail:
		return result.Error, true
	}
	return result.Warning, true
}

// held are the resources that components which are left out are for: they are not on the new release then.
type held struct {
	items map[*resource.Item]bool
	// unrecorded are those that have no record of their own.
	unrecorded []*resource.Item
}

func hold(items []*resource.Item) held {
	h := held{items: map[*resource.Item]bool{}}
	for _, i := range items {
		if !h.items[i] && cluster.ReleaseOf(i) == "" {
			h.unrecorded = append(h.unrecorded, i)
		}
		h.items[i] = true
	}
	return h
}

// byItem are the aims by their resources.
func byItem(aims []*aim) map[*resource.Item]*aim {
	out := make(map[*resource.Item]*aim, len(aims))
	for _, a := range aims {
		out[a.item] = a
	}
	return out
}

// addOthers adds what the components that are left out say of the resources. It returns what these components are for.
func (t aimer) addOthers(aims []*aim) []*resource.Item {
	var out []*resource.Item
	by := byItem(aims)
	for _, c := range t.release.Components {
		if selects(t.spec.Components, c.Name) {
			continue
		}
		found, _, _ := t.find(c, t.view.Cluster)
		for _, x := range found {
			if a := by[x.item]; a != nil {
				a.others = append(a.others, x.source)
			}
			out = append(out, x.item)
		}
	}
	return out
}

// addOld adds what the releases that the resources are on say of them. It returns what components that are left out were for, and notes of the resources that
// nothing is for any more.
func (t aimer) addOld(aims []*aim) (out []*resource.Item, orphans []plan.Note) {
	by := byItem(aims)
	for _, rel := range t.view.origins.Releases {
		for _, c := range rel.Components {
			selected := selects(t.spec.Components, c.Name)
			found, _, _ := t.find(c, t.view.Cluster)
			var alone []*resource.Item
			for _, x := range found {
				a := by[x.item]
				switch {
				case t.view.origins.Of(x.item).Release != rel:
				case !selected:
					out = append(out, x.item)
					if a != nil {
						a.oldAll = append(a.oldAll, x.source)
					}
				case a != nil:
					a.old, a.oldAll = append(a.old, x.source), append(a.oldAll, x.source)
				case !kinds.IsTemplate(x.item.Ref) && !slices.Contains(alone, x.item):
					alone = append(alone, x.item)
				}
			}
			for _, i := range alone {
				orphans = append(orphans, t.orphan(c, rel, i))
			}
		}
	}
	return out, orphans
}

// orphan says that a component was for a resource that nothing of the new release is for.
func (t aimer) orphan(c *release.Component, old *release.Release, i *resource.Item) plan.Note {
	n := plan.Note{Kind: plan.Orphaned, Severity: result.Warning, Item: i, Component: c.Name, From: old.String(), To: t.release.String()}
	if t.release.Component(c.Name) != nil {
		n.Kind = plan.Released
	}
	return n
}

// notHeld leaves out the notes of resources that are held.
func notHeld(notes []plan.Note, h held) []plan.Note {
	return slices.DeleteFunc(notes, func(n plan.Note) bool { return h.items[n.Item] })
}
