package upgrade

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// record records the release on the resources that change, and on the Cluster of the cluster. A resource that a component which is left
// out is for stays on its release, and so does the Cluster where single components are what the upgrade is about.
func (t *Target) record(w *view, c *plan.Cluster, h held) {
	upgraded := false
	for _, r := range c.Resources {
		if r.Final == nil {
			continue
		}
		upgraded = true
		n := plan.Note{Severity: result.Info, Item: r.Item, From: w.Release(), To: t.release.String()}
		switch {
		case r.Removed || len(r.Changes) == 0 || r.Item == w.Resource():
			continue
		case h.items[r.Item]:
			n.Kind = plan.StaysRecorded
		case t.recordOn(r) || !t.isPartial() || w.Release() == "":
			continue
		default:
			n.Kind = plan.Unrecorded
		}
		c.Notes = append(c.Notes, n)
	}
	if own := w.Resource(); own != nil && upgraded {
		t.recordCluster(w, c, own, h)
	}
}

// recordCluster records the release on the Cluster, and sees to what is left out and has no record of its own: it would count as on
// the Cluster's release from now on.
func (t *Target) recordCluster(w *view, c *plan.Cluster, own *resource.Item, h held) {
	was := cluster.ReleaseOf(own)
	n := plan.Note{Severity: result.Info, Item: own, From: was, To: t.release.String()}
	switch {
	case t.isPartial():
		n.Kind = plan.ClusterStays
	case h.items[own]:
		n.Kind, n.Severity = plan.ClusterHeld, result.Warning
	default:
		t.recordWhole(w, c, own, h)
		return
	}
	if was != "" {
		c.Notes = append(c.Notes, n)
	}
}

func (t *Target) recordWhole(w *view, c *plan.Cluster, own *resource.Item, h held) {
	r := t.entry(w, c, own)
	if r == nil || r.Removed {
		return
	}
	t.recordOn(r)
	was := cluster.ReleaseOf(own)
	if was == "" || t.known(was) == t.release {
		return
	}
	var names []string
	for _, i := range h.unrecorded {
		if rel := w.origins.Of(i).Release; t.spec.Stamp && rel != nil {
			if r := t.entry(w, c, i); r != nil {
				label(r, strings.TrimPrefix(rel.Version.String(), "v"))
			}
			continue
		}
		names = append(names, i.Ref.String())
	}
	if len(names) > 0 {
		c.Notes = append(c.Notes, plan.Note{Kind: plan.CountsAsUpgraded, Severity: result.Warning, Item: own, Names: names, From: was, To: t.release.String()})
	}
}

// entry is the plan's entry for a resource, with what the resource is afterwards; nil where it cannot be read or merged, which is an error then.
func (t *Target) entry(w *view, c *plan.Cluster, i *resource.Item) *plan.Resource {
	if r := c.Of(i); r != nil {
		if r.Final == nil {
			return nil
		}
		return r
	}
	r := &plan.Resource{Item: i, Cluster: w.Cluster, On: w.origins.Of(i)}
	logical, err := yamltree.Logical(i.Node)
	if err != nil {
		c.Notes = append(c.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: i, Text: err.Error()})
		return nil
	}
	r.Final = yamltree.Clone(logical)
	c.Add(r)
	return r
}

// recordOn records the release on a resource: in the label and the annotation that it has, as it is written there, and with
// spec.stamp in a label where it has neither. It tells whether there is a record then.
func (t *Target) recordOn(r *plan.Resource) bool {
	number := strings.TrimPrefix(t.release.Version.String(), "v")
	found := false
	for _, field := range []string{"labels", "annotations"} {
		at := yamltree.Fields("metadata", field, cluster.ReleaseKey)
		has := yamltree.Lookup(r.Final, at)
		if has == nil || has.Kind != yamltree.Scalar {
			continue
		}
		found = true
		want := number
		if strings.HasPrefix(has.Value, "v") {
			want = "v" + number
		}
		if has.Value != want && policy.Pinned(r.Item, at) == "" {
			next := yamltree.StripComments(yamltree.Clone(has))
			next.Value = want
			r.Set(plan.Record, at, next)
		}
	}
	if !found && t.spec.Stamp {
		label(r, number)
		return true
	}
	return found
}

// label records a release, as its number is written, in a label where there is none.
func label(r *plan.Resource, number string) {
	at := yamltree.Fields("metadata", "labels")
	if labels := yamltree.Lookup(r.Final, at); labels == nil || labels.Kind != yamltree.Map {
		r.Set(plan.Record, at, yamltree.NewMap().Add(cluster.ReleaseKey, yamltree.Str(number)))
		return
	}
	r.Set(plan.Record, at.Field(cluster.ReleaseKey), yamltree.Str(number))
}
