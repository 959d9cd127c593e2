// Package status tells how clusters stand: on which release, what they could go to, what was changed by hand, what is out of step.
//
// It is pure, and decides nothing of its own: what was changed by hand is what a plan for the release that a resource is on would
// change back, what goes with the next release is what a plan for that one removes.
package status

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/overlay"
	"github.com/giantswarm/apply-release/pkg/parallel"
	"github.com/giantswarm/apply-release/pkg/plan"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/version"
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
	// Newest is the newest release that the cluster can go to in one step, "" where there is none.
	Newest string
	// Local are the fields that are not as the release says, and that the policy does not keep.
	Local []Field
	// Apart are the resources that say they are on another release than their cluster.
	Apart []Apart
	Notes []Note
	// Problems say why something is not known.
	Problems []string
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
	Kind    NoteKind
	Item    *resource.Item
	Path    yamltree.Path
	Message string
}

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	// Pinned is a field that the release sets and the newest one does not.
	Pinned NoteKind = "pinned by the release"
	// Overridden is a field of the release that the customer's overlay sets.
	Overridden NoteKind = "pinned by the overlay"
	// Overlaid is a component of the newest release that the customer has in the overlay.
	Overlaid NoteKind = "in the overlay already"
	// Orphaned is a resource whose component the newest release has no more.
	Orphaned NoteKind = "orphaned by the newest release"
	// Kept is a local change that the policy, or an annotation, keeps.
	Kept NoteKind = "kept"
)

// Of tells how the clusters stand that a configuration selects, by name; next says whether the newest release that each can go to is
// looked into. Of the configuration, clusters, components and policy count; its release does not, but for the provider. The results are what
// is wrong with releases.
func Of(config *v1alpha1.ApplyRelease, in plan.Input, next bool) ([]*Row, result.List) {
	s, found := newReader(config, in)
	clusters, err := layout.ParseCluster(config.Spec.Layout.Cluster)
	if err != nil {
		panic("status: the configuration was not validated: " + err.Error())
	}
	selected, err := selects(config.Spec.Clusters, cluster.Group(in.Items, s.catalog, clusters))
	if err != nil {
		found.Errorf(nil, nil, "%v", err)
	}
	out := make([]*Row, len(selected))
	parallel.Do(len(selected), func(at int) { out[at] = s.row(selected[at], next) })
	return out, slices.DeleteFunc(found, func(r result.Result) bool { return r.Severity != result.Error })
}

// Find returns what the release that a resource is on says of it, and that release; nil where it says nothing, or is not known.
// A provider goes over what the cluster tells.
func Find(config *v1alpha1.ApplyRelease, in plan.Input, cl *cluster.Cluster, i *resource.Item, provider string) (*plan.Resource, *release.Release) {
	s, _ := newReader(config, in)
	s.forced = provider
	text := config.Spec.From
	if text == "" {
		text = cluster.ReleaseOf(i)
	}
	if text == "" {
		text = cl.Release()
	}
	v, err := version.Parse(text)
	if err != nil {
		return nil, nil
	}
	on, why := s.provider(cl, v)
	rel := s.catalog.Find(on, v)
	if why != "" || rel == nil {
		return nil, nil
	}
	for _, r := range s.planFor(cl, rel, true).Resources {
		if r.Item == i {
			return r, rel
		}
	}
	return nil, rel
}

func newReader(config *v1alpha1.ApplyRelease, in plan.Input) (*reader, result.List) {
	releases, err := layout.ParseRelease(config.Spec.Layout.Release)
	if err != nil {
		panic("status: the configuration was not validated: " + err.Error())
	}
	catalog, found := release.Read(in.Items, releases, in.Indexes...)
	return &reader{config: config, in: in, catalog: catalog}, found
}

// selects are the clusters that patterns are for, all where there are none, in their order.
func selects(patterns []string, all []*cluster.Cluster) ([]*cluster.Cluster, error) {
	if len(patterns) == 0 {
		return all, nil
	}
	var fit []*cluster.Cluster
	for _, p := range patterns {
		found, err := cluster.Select(all, p)
		if err != nil {
			return nil, err
		}
		fit = append(fit, found...)
	}
	return slices.DeleteFunc(all, func(cl *cluster.Cluster) bool { return !slices.Contains(fit, cl) }), nil
}

type reader struct {
	config  *v1alpha1.ApplyRelease
	in      plan.Input
	catalog *release.Catalog
	forced  string // a provider that goes over what clusters tell
}

// row tells how one cluster stands; next says whether the newest release is looked into.
func (s *reader) row(cl *cluster.Cluster, next bool) *Row {
	r := &Row{Cluster: cl, Release: s.config.Spec.From}
	if r.Release == "" {
		r.Release = cl.Release()
	}
	v, err := version.Parse(r.Release)
	switch {
	case r.Release == "":
		r.Problems = append(r.Problems, "nothing tells which release it is on")
		return r
	case err != nil:
		r.Problems = append(r.Problems, fmt.Sprintf("is on release %v", err))
		return r
	}
	provider, why := s.provider(cl, v)
	if why != "" {
		r.Problems = append(r.Problems, why)
		return r
	}
	s.apart(r, v)
	if rel := s.catalog.Find(provider, v); rel != nil {
		r.Release, r.State = rel.String(), rel.State
	} else {
		r.Problems = append(r.Problems, fmt.Sprintf("release %s/%s is not in the checkout, so that local changes are not known", provider, v))
	}
	s.unknown(r, provider)
	for _, on := range s.on(cl, provider, v) {
		s.drift(r, on)
	}
	if newest := s.catalog.Newest(provider, v); newest != nil {
		r.Newest = newest.String()
		if next {
			s.next(r, newest)
		}
	}
	return r
}

// apart lists what is on another release than the cluster.
func (s *reader) apart(r *Row, v version.Version) {
	for _, i := range r.Cluster.Base {
		text := cluster.ReleaseOf(i)
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
		r.Problems = append(r.Problems, fmt.Sprintf("%s: %s is on release %q, which is not in the checkout, so that its local changes are not known", a.Item.Location.Path, a.Item.Ref, a.Release))
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

// planFor plans a release for one cluster.
func (s *reader) planFor(cl *cluster.Cluster, rel *release.Release, drift bool) *plan.Plan {
	config := *s.config
	config.Spec.Release = v1alpha1.ReleaseSelector{Provider: rel.Provider, Version: rel.Version.String()}
	config.Spec.Clusters = nil
	config.Spec.Policy.Rules = slices.Clone(config.Spec.Policy.Rules)
	for i := range config.Spec.Policy.Rules { // what fails an upgrade is a difference here
		lenient(&config.Spec.Policy.Rules[i].LocalChanges)
	}
	lenient(&config.Spec.Policy.LocalChanges)
	config.Spec.Policy.Unmatched = v1alpha1.Ignore
	in := plan.Input{Definitions: s.in.Definitions, Catalog: s.catalog, Drift: drift, Items: slices.Concat(cl.Base, cl.Overlay, cl.Kustomize)}
	return plan.Make(&config, in)
}

func lenient(r *v1alpha1.Reaction) {
	if *r == v1alpha1.Fail {
		*r = v1alpha1.Overwrite
	}
}

// drift adds what the resources on a release have otherwise than it says.
func (s *reader) drift(r *Row, rel *release.Release) {
	p := s.planFor(r.Cluster, rel, true)
	for _, x := range p.Results {
		switch {
		case x.Severity == result.Error && !x.Summary:
			r.Problems = append(r.Problems, x.String())
		case x.Tags[result.NoteTag] == plan.KeptNote:
			r.Notes = append(r.Notes, Note{Kept, x.Item, x.Field, x.Message})
		}
	}
	overlay := overlay.Read(r.Cluster)
	for _, x := range p.Resources {
		for _, c := range x.Told() {
			old, next := x.Shown(c.Change)
			r.Local = append(r.Local, Field{x.Item, c.Path, old, next, rel.String(), c.Component})
		}
		s.overridden(r, x, overlay)
	}
}

// overridden adds the fields of the release that the customer's overlay sets.
func (s *reader) overridden(r *Row, x *plan.Resource, o *overlay.Overlay) {
	says := x.Says()
	for _, p := range o.Patches {
		if !p.For(x.Item) {
			continue
		}
		for _, set := range p.Settings(x.Final) {
			if v := yamltree.Lookup(says, set.Path); v != nil {
				r.Notes = append(r.Notes, Note{Overridden, x.Item, set.Path, fmt.Sprintf("the overlay says %s (%s), the release %s", plan.Said(secret.Mask(x.Item, set.Path, set.Value)), set.Where, plan.Said(secret.Mask(x.Item, set.Path, v)))})
			}
		}
	}
}

// next adds what the newest release that the cluster can go to means for it.
func (s *reader) next(r *Row, newest *release.Release) {
	p := s.planFor(r.Cluster, newest, false)
	for _, x := range p.Resources {
		for _, c := range x.Told() {
			if c.Patch == merge.Dropped {
				old, _ := x.Shown(c.Change)
				r.Notes = append(r.Notes, Note{Pinned, x.Item, c.Path, fmt.Sprintf("is %s by release %s; %s does not set it any more", plan.Said(old), x.From, newest)})
			}
		}
	}
	for _, x := range p.Results {
		switch x.Tags[result.NoteTag] {
		case plan.OverlaidNote:
			r.Notes = append(r.Notes, Note{Overlaid, x.Item, x.Field, x.Message})
		case plan.OrphanedNote:
			r.Notes = append(r.Notes, Note{Orphaned, x.Item, x.Field, x.Message})
		}
	}
}
