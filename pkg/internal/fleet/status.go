// Package fleet tells how clusters stand: on which release, what they could go to, what was changed by hand, what is out of step, and where a value comes from.
//
// It is pure, and decides nothing of its own: what was changed by hand is what an upgrade to the release that a resource is on would
// change back, what goes with the next release is what an upgrade to that one removes.
package fleet

import (
	"slices"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Row is how one cluster stands.
type Row struct {
	Cluster *cluster.Cluster
	// Release is the release that the cluster is on as far as it is known: aws/v34.0.0, or what is written where no such release
	// is in the checkout; "" where nothing tells.
	Release string
	// State is what the publisher says of that release.
	State string
	// Next is the newest release that the cluster can go to in one step, Newest the newest that there is; "" where there is none.
	Next, Newest string
	// Local are the fields that are not as the release says, and that the policy does not keep.
	Local []Field
	// Apart are the resources that say they are on another release than their cluster.
	Apart []Apart
	Notes []Note
	// Problems say why something is not known.
	Problems []plan.Note
}

// letGo frees the trees of the cluster, of which the row keeps values of its own.
func (r *Row) letGo() {
	for i := range r.Local {
		f := &r.Local[i]
		f.Has, f.Says = yamltree.Clone(f.Has), yamltree.Clone(f.Says)
	}
	for i := range r.Notes {
		r.Notes[i].Note.LetGo()
	}
	for i := range r.Problems {
		r.Problems[i].LetGo()
	}
	r.Cluster.LetGo()
}

// IsHeld reports whether the cluster is not to be upgraded for now.
func (r *Row) IsHeld() bool {
	return slices.ContainsFunc(r.Notes, func(n Note) bool { return n.About == Held })
}

// Field is a field that differs from what a release says.
type Field struct {
	Item *resource.Item
	Path yamltree.Path
	// Has is nil where the resource has no such field, Says where the release removes it.
	Has, Says *yamltree.Node
	Release   string
	Component string
}

// Apart is a resource on another release than its cluster.
type Apart struct {
	Item    *resource.Item
	Release string // as it is written there
}

// Note is what else there is to know of a cluster.
type Note struct {
	About NoteKind
	plan.Note
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	// Pinned is a field that the release sets and the next one does not.
	Pinned NoteKind = "set by this release alone"
	// Held is a cluster that may not be upgraded yet, WasHeld one that may again.
	Held    NoteKind = "on hold"
	WasHeld NoteKind = "hold is over"
	// Overridden is a field of the release that the customer's overlay sets.
	Overridden NoteKind = "pinned by the overlay"
	// Patched is one that a kustomization of the base itself patches.
	Patched NoteKind = "patched in the base"
	// Overlaid is a component of the next release that the customer has in the overlay.
	Overlaid NoteKind = "in the overlay already"
	// Orphaned is a resource whose component the next release has no more.
	Orphaned NoteKind = "orphaned by the next release"
	// Kept is a local change that the policy, or an annotation, keeps.
	Kept NoteKind = "kept"
)

// Status tells how the clusters stand that a configuration selects, by name; next says whether the next release that each can go to is
// looked into. Of the configuration, clusters, components and policy count; its release does not, but for the provider. The results are what
// is wrong with releases.
func Status(config *v1alpha1.ApplyRelease, in upgrade.Input, next bool) ([]*Row, result.List) {
	s, found := newReader(config, in)
	clusters, err := layout.ParseCluster(config.Spec.Layout.Cluster...)
	if err != nil {
		panic("fleet: the configuration was not validated: " + err.Error())
	}
	selected, err := selects(config.Spec.Clusters, cluster.Group(in.Items, s.catalog, clusters))
	if err != nil {
		found.Errorf(nil, nil, "%v", err)
	}
	if in.Standing {
		selected = slices.DeleteFunc(selected, func(cl *cluster.Cluster) bool { return !cl.Stands() })
	}
	out := make([]*Row, len(selected))
	parallel.Do(len(selected), func(at int) {
		out[at] = s.row(selected[at], next)
		out[at].letGo()
	})
	return out, s.blame(found, selected)
}

// blame are the errors about releases: of those that no cluster is on they are warnings.
func (s *reader) blame(found result.List, clusters []*cluster.Cluster) result.List {
	layouts, err := layout.ParseRelease(s.config.Spec.Layout.Release...)
	if err != nil {
		panic("fleet: the configuration was not validated: " + err.Error())
	}
	on := map[string]bool{}
	for _, cl := range clusters {
		for _, text := range append(cl.Releases(), cl.Release()) {
			if v, err := version.Parse(text); err == nil {
				on[v.String()] = true
			}
		}
	}
	var out result.List
	for _, r := range found {
		if r.Severity != result.Error {
			continue
		}
		if at, located := layouts.Match(locationOf(r.Item)); located && !on[at.Version.String()] {
			r.Severity = result.Warning
		}
		out = append(out, r)
	}
	return out
}

func locationOf(i *resource.Item) []string {
	if i == nil {
		return nil
	}
	return i.Location.Segments()
}

func newReader(config *v1alpha1.ApplyRelease, in upgrade.Input) (*reader, result.List) {
	releases, err := layout.ParseRelease(config.Spec.Layout.Release...)
	if err != nil {
		panic("fleet: the configuration was not validated: " + err.Error())
	}
	catalog, found := release.Read(in.Items, releases, in.Indexes...)
	return &reader{config: config, around: upgrade.Survey(in), catalog: catalog, upgrades: map[*release.Release]*upgrade.Target{}, steps: map[*release.Release]*upgrade.Target{}}, found
}

// selects are the clusters that patterns are for, all where there are none, in their order.
func selects(patterns []string, all []*cluster.Cluster) ([]*cluster.Cluster, error) {
	if len(patterns) == 0 {
		return cluster.Standing(all), nil
	}
	selector, fits := cluster.NewSelector(all), map[*cluster.Cluster]bool{}
	for _, p := range patterns {
		found, err := selector.Select(p)
		if err != nil {
			return nil, err
		}
		for _, cl := range found {
			fits[cl] = true
		}
	}
	return slices.DeleteFunc(all, func(cl *cluster.Cluster) bool { return !fits[cl] }), nil
}

type reader struct {
	config  *v1alpha1.ApplyRelease
	around  *upgrade.Around
	catalog *release.Catalog
	forced  string // a provider that goes over what clusters tell

	mutex    sync.Mutex
	upgrades map[*release.Release]*upgrade.Target // which tell what differs
	steps    map[*release.Release]*upgrade.Target // as they would be made
}

// row tells how one cluster stands; next says whether the next release is looked into.
func (s *reader) row(cl *cluster.Cluster, next bool) *Row {
	r := &Row{Cluster: cl, Release: s.config.Spec.From}
	if r.Release == "" {
		r.Release = cl.Release()
	}
	doubt := func(n plan.Note) { r.Problems = append(r.Problems, n) }
	if cl.Second != nil {
		doubt(plan.Note{Kind: plan.SeveralClusters, Item: cl.Second, Cluster: cl.String()})
	}
	r.Problems = append(r.Problems, s.around.Dangling(cl)...)
	v, err := version.Parse(r.Release)
	switch {
	case r.Release == "":
		doubt(plan.Note{Kind: plan.ReleaseUntold})
		return r
	case err != nil:
		doubt(plan.Note{Kind: plan.ReleaseUnreadable, Text: err.Error()})
		return r
	}
	provider, why := s.provider(cl, v)
	if why != nil {
		doubt(*why)
		return r
	}
	s.apart(r, v)
	if rel := s.catalog.Find(provider, v); rel != nil {
		r.Release, r.State = rel.String(), rel.State
	} else {
		doubt(plan.Note{Kind: plan.ReleaseMissing, From: provider + "/" + v.String()})
	}
	s.unknown(r, provider)
	for _, on := range s.on(cl, provider, v) {
		s.differences(r, on)
	}
	if newest := s.catalog.Last(provider, v); newest != nil {
		r.Newest = newest.String()
	}
	if to := s.catalog.Newest(provider, v); to != nil {
		r.Next = to.String()
		if next {
			s.next(r, to)
		}
	}
	return r
}

// apart lists what is on another release than the cluster.
func (s *reader) apart(r *Row, v version.Version) {
	unused := s.around.UnusedTemplates(r.Cluster)
	for _, i := range r.Cluster.Base {
		text := r.Cluster.ReleaseOf(i)
		if slices.Contains(unused, i) {
			continue // what a rotation left
		}
		if own, err := version.Parse(text); text != "" && (err != nil || !own.Equal(v)) {
			r.Apart = append(r.Apart, Apart{i, text})
		}
	}
}

// unknown adds the releases that single resources are on and that are not in the checkout: what is changed in those is not known.
func (s *reader) unknown(r *Row, provider string) {
	if s.config.Spec.From != "" {
		return
	}
	for _, a := range r.Apart {
		v, err := version.Parse(a.Release)
		if err == nil && s.catalog.Find(provider, v) != nil {
			continue
		}
		r.Problems = append(r.Problems, plan.Note{Kind: plan.PartMissing, Item: a.Item, From: a.Release})
	}
}

// on are the releases that resources of a cluster are on, as far as they are in the checkout.
func (s *reader) on(cl *cluster.Cluster, provider string, v version.Version) []*release.Release {
	var out []*release.Release
	add := func(v version.Version) {
		if rel := s.catalog.Find(provider, v); rel != nil && !slices.Contains(out, rel) {
			out = append(out, rel)
		}
	}
	add(v)
	if s.config.Spec.From == "" {
		for _, text := range cl.Releases() {
			if own, err := version.Parse(text); err == nil {
				add(own)
			}
		}
	}
	return out
}

// differences adds what the resources on a release have otherwise than it says.
func (s *reader) differences(r *Row, rel *release.Release) {
	c := s.to(rel).Differences(r.Cluster)
	for _, n := range c.Notes {
		switch {
		case n.Kind == plan.Kept:
			r.Notes = append(r.Notes, Note{Kept, n})
		case n.Severity == result.Error && (n.Kind == plan.Faulty || n.Kind == plan.Blamed):
			r.Problems = append(r.Problems, n)
		}
	}
	theirs := overlay.Read(r.Cluster)
	for _, x := range c.Resources {
		for _, ch := range x.Told() {
			old, next := x.Shown(ch.Change)
			r.Local = append(r.Local, Field{x.Item, ch.Path, old, next, rel.String(), ch.Component})
		}
		s.overridden(r, x, theirs)
	}
}

// overridden adds the fields of the release that the customer's overlay sets.
func (s *reader) overridden(r *Row, x *plan.Resource, o *overlay.Overlay) {
	var says *yamltree.Node
	final := x.Final
	if final == nil { // it could not be merged
		final, _ = yamltree.Logical(x.Item.Root())
	}
	for _, p := range o.Patches {
		if final == nil || !p.For(x.Item) {
			continue
		}
		if says == nil {
			says = x.Says()
		}
		for _, set := range p.Settings(final) {
			if v := yamltree.Lookup(says, set.Path); v != nil {
				about := Overridden
				if p.Base {
					about = Patched
				}
				r.Notes = append(r.Notes, Note{about, plan.Note{Kind: plan.OverlaySets, Item: x.Item, Field: set.Path, Has: secret.Mask(x.Item, set.Path, set.Value), Says: secret.Mask(x.Item, set.Path, v), Name: set.Where, By: plan.PatchedBy(p.Base)}})
			}
		}
	}
}

// next adds what the next release means for it.
func (s *reader) next(r *Row, newest *release.Release) {
	c := s.to(newest).Plan(r.Cluster)
	for _, x := range c.Resources {
		for _, ch := range x.Told() {
			if ch.Patch == merge.Removal {
				old, _ := x.Shown(ch.Change)
				r.Notes = append(r.Notes, Note{Pinned, plan.Note{Kind: plan.SetByOldAlone, Item: x.Item, Field: ch.Path, Has: old, From: x.On.Release.String(), To: newest.String()}})
			}
		}
	}
	for _, n := range c.Notes {
		switch n.Kind {
		case plan.Overlaid:
			r.Notes = append(r.Notes, Note{Overlaid, n})
		case plan.Orphaned, plan.Released:
			r.Notes = append(r.Notes, Note{Orphaned, n})
		case plan.OnHold, plan.HoldUnreadable:
			r.Notes = append(r.Notes, Note{Held, n})
		case plan.HoldOver:
			r.Notes = append(r.Notes, Note{WasHeld, n})
		}
	}
}
