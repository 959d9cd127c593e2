// Package upgrade makes plans: from a configuration and items it decides what an upgrade changes. It is pure.
//
// # The way of a plan
//
// [Plan] chooses the release, the clusters and the components. Then each cluster goes its own way, through stages that take what the one before returned:
//
//   - aim: which resources the components are for, with what the release that each resource is on said of them.
//   - compare: merge three ways, or two where that release is not known, while package policy decides about each change.
//   - complete: record the release on what changes, put changes of immutable templates into copies, create components that are new, and see to kustomizations.
//   - guard: look at all of it, which changes nothing (package guard).
//
// At last the clusters are looked at together: what matches nothing.
//
// # What a resource is on
//
// spec.from, else the label or annotation release.giantswarm.io/version of the resource, else that of its cluster's Cluster. A cluster
// as such, for guards and new components, is on what its Cluster says, else on what all its resources that say something agree on.
package upgrade

import (
	"slices"
	"sync"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/guard"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// Target is an upgrade to one release: what is the same for all clusters. Its methods may be called side by side.
type Target struct {
	release    *release.Release
	components []*release.Component // those that the configuration selects
	spec       v1alpha1.ApplyReleaseSpec
	policy     *policy.Policy
	catalog    *release.Catalog
	schema     *schema.Schema
	composer   *merge.Composer
	validate   *validate.Definitions
	around     *Around
}

// To is the upgrade to a release of a catalog, as the other settings of a configuration want it.
func To(r *release.Release, spec v1alpha1.ApplyReleaseSpec, catalog *release.Catalog, around *Around) *Target {
	var keys []schema.MergeKey
	for _, k := range spec.MergeKeys {
		keys = append(keys, schema.MergeKey(k))
	}
	known := around.definitions().list
	t := &Target{
		release: r, spec: spec, policy: policy.New(spec.Policy), catalog: catalog, around: around,
		schema: schema.New(keys, known), composer: &merge.Composer{}, validate: validate.New(known),
	}
	t.components = slices.DeleteFunc(slices.Clone(r.Components), func(c *release.Component) bool { return !selects(spec.Components, c.Name) })
	return t
}

// Plan plans the upgrade of one cluster. What is said of components that match nothing is left out.
func (t *Target) Plan(cl *cluster.Cluster) *plan.Cluster { return t.plan(cl).cluster }

// Differences are what the resources of a cluster that are on the release have otherwise than it says: a plan that changes it back. Others are left out,
// and so are records. What the policy keeps is in the notes.
func (t *Target) Differences(cl *cluster.Cluster) *plan.Cluster {
	cl.Read()
	s := aimer{t, t.look(cl)}
	aims, _ := s.aim()
	aims = slices.DeleteFunc(aims, func(a *aim) bool { return a.on.Release != t.release })
	aims, _ = s.withoutUnused(aims)
	s.addOthers(aims)
	s.addOld(aims)
	out := t.compare(s.view, aims, held{})
	for _, r := range out.Resources {
		r.Changes = slices.DeleteFunc(r.Changes, func(c plan.Change) bool { return policy.IsOfRecords(c.Change) })
	}
	return masked(out)
}

// view is a cluster and what is known of it from the start.
type view struct {
	*cluster.Cluster
	origins *cluster.Origins
	around  *Around

	known struct {
		overlay lazy[*overlay.Overlay]
		gone    lazy[[]gone]
		own     lazy[map[*resource.Item]bool]
	}
}

// lazy is a value that is worked out when it is first asked for.
type lazy[T any] struct {
	once  sync.Once
	value T
}

func (l *lazy[T]) get(work func() T) T {
	l.once.Do(func() { l.value = work() })
	return l.value
}

func newView(cl *cluster.Cluster, origins *cluster.Origins, around *Around) *view {
	return &view{Cluster: cl, origins: origins, around: around}
}

// overlay is what the overlay of the cluster does to its base.
func (w *view) overlay() *overlay.Overlay {
	return w.known.overlay.get(func() *overlay.Overlay { return overlay.Read(w.Cluster) })
}

// gone are the references to templates that are not there.
func (w *view) gone() []gone {
	return w.known.gone.get(func() []gone { return goneOf(w) })
}

// isOwn reports whether an item is of the cluster, or was before the steps that led here.
func (w *view) isOwn(i *resource.Item) bool {
	return w.known.own.get(func() map[*resource.Item]bool {
		out := map[*resource.Item]bool{}
		for c := w.Cluster; c != nil; c = c.Before {
			for i := range c.Items() {
				out[i] = true
			}
		}
		return out
	})[i]
}

func (t *Target) look(cl *cluster.Cluster) *view {
	return newView(cl, cl.Origins(t.spec.From, t.known), t.around)
}

// known is the release of the catalog that is written as text, nil where there is none.
func (t *Target) known(text string) *release.Release {
	v, err := version.Parse(text)
	if err != nil {
		return nil
	}
	return t.catalog.Find(t.release.Provider, v)
}

// outcome is the plan of a cluster, and what in it must be seen together with other clusters.
type outcome struct {
	cluster *plan.Cluster
	missing []miss
	matched bool // something matches, or is created
	created []*plan.Resource
}

func (t *Target) plan(cl *cluster.Cluster) outcome {
	cl.Read()
	w := t.look(cl)
	aiming := aimer{t, w}
	aims, found := aiming.aim()
	created, missing, news := aiming.create(found.missing)
	aims, unused := aiming.withoutUnused(aims)
	others := aiming.addOthers(aims)
	were, orphans := aiming.addOld(aims)
	h := hold(slices.Concat(others, were))
	orphans = notHeld(orphans, hold(others))

	c := t.compare(w, aims, h)
	c.Notes = slices.Concat(found.notes, news, unused, orphans, c.Notes)
	if !t.around.New {
		c.Notes = slices.Concat(guard.Folders(cl), dangling(w), c.Notes)
		c.Notes = slices.Concat(guard.Hold(cl, t.around.Today), t.way(w), c.Notes, t.unknownOrigins(w, c), guard.Ahead(c, w.origins, t.release, t.catalog, t.spec.Policy))
	}

	completing := completer{t, w, c, h}
	completing.record()
	if !t.around.New {
		completing.rotate()
		tellOfClasses(completing)
		completing.removeCopies()
	}
	completing.addCreated(created)
	completing.dropFromKustomizations()
	c.Sort()

	if !t.around.New {
		c.Notes = append(c.Notes, guard.Kubernetes(c, t.spec.Policy.KubernetesSkew)...)
		c.Notes = append(c.Notes, guard.Images(c)...)
		c.Notes = append(c.Notes, guard.Apps(c)...)
	}
	c.Notes = append(c.Notes, guard.Annotations(cl)...)
	c.Notes = append(c.Notes, guard.Overlay(c, w.overlay(), t.isPartial())...)
	if t.around.New {
		for _, r := range c.Resources { // nothing runs yet
			for i := range r.Changes {
				r.Changes[i].Impact = kinds.NoRollout
			}
		}
		c.Notes = append(c.Notes, guard.ValidityOfNew(c, t.validate)...)
	} else {
		c.Notes = append(c.Notes, guard.Validity(c, t.validate)...)
	}
	chart := cl.Chart()
	return outcome{masked(c), aiming.misses(missing), len(aims) > 0 || len(created) > 0 || chart != nil && chart.Item != nil && !t.isPartial(), created}
}

// masked hides what of the values in notes must not be shown, and says of which cluster they are.
func masked(c *plan.Cluster) *plan.Cluster {
	for i := range c.Notes {
		n := &c.Notes[i]
		n.Cluster = c.String()
		field := n.Field
		n.Field = secret.Path(n.Item, field)
		if n.Item == nil || n.Has == nil && n.Was == nil && n.Says == nil {
			continue
		}
		at := field
		if len(n.At) > 0 {
			at = n.At
		}
		n.Has, n.Was, n.Says = secret.Mask(n.Item, at, n.Has), secret.Mask(n.Item, at, n.Was), secret.Mask(n.Item, at, n.Says)
	}
	return c
}
