package upgrade

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// completer completes the plan of one cluster with what no component asks for: records of the release, copies of templates, new resources, kustomizations.
type completer struct {
	*Target
	view *view
	out  *plan.Cluster
	held held
}

// record records the release where it is recorded already, on the resources that change and on the Cluster. Where there is no record yet, stamp adds one: on the Cluster after a whole
// upgrade, on what changes after one of single components. A resource that a component which is left
// out is for stays on its release, and so does the Cluster where single components are what the upgrade is about.
func (t completer) record() {
	upgraded := false
	own := t.view.Resource()
	adds := t.spec.Stamp && (t.isPartial() || own != nil && t.held.items[own])
	for _, r := range t.out.Resources {
		if r.Final == nil {
			continue
		}
		upgraded = true
		n := plan.Note{Severity: result.Info, Item: r.Item, From: t.view.Release(), To: t.release.String()}
		switch {
		case r.Removed || len(r.Changes) == 0 || r.Item == own:
			continue
		case t.held.items[r.Item]:
			n.Kind = plan.StaysRecorded
		case t.recordOn(r, adds) || !t.isPartial() || t.view.Release() == "":
			continue
		default:
			n.Kind = plan.Unrecorded
		}
		t.out.Notes = append(t.out.Notes, n)
	}
	if own != nil && upgraded {
		t.recordCluster(own)
	}
	if chart := t.view.Chart(); chart != nil && chart.Item != nil {
		t.recordChart(chart)
	}
	if own == nil && upgraded && t.view.Release() == "" && !t.isPartial() {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.NotRecorded, Severity: result.Info, To: t.release.String()})
	}
}

// recordCluster records the release on the Cluster, and sees to what is left out and has no record of its own: it would count as on
// the Cluster's release from now on.
func (t completer) recordCluster(own *resource.Item) {
	was := cluster.ReleaseOf(own)
	n := plan.Note{Severity: result.Info, Item: own, From: was, To: t.release.String()}
	switch {
	case t.isPartial():
		if n.Kind = plan.ClusterStays; was == "" {
			recordFrom(t, own)
		}
	case t.held.items[own]:
		n.Kind, n.Severity = plan.ClusterHeld, result.Warning
	default:
		t.recordWhole(own)
		return
	}
	if was != "" {
		t.out.Notes = append(t.out.Notes, n)
	}
}

// recordFrom records on a Cluster without a record the release that it is said to be on, and stays on: else nothing would tell it any more, while parts of it have records.
func recordFrom(t completer, own *resource.Item) {
	from, err := version.Parse(t.spec.From)
	if err != nil || !t.spec.Stamp {
		return
	}
	if r := t.entry(own); r != nil && !r.Removed {
		label(r, strings.TrimPrefix(from.String(), "v"))
	}
}

func (t completer) recordWhole(own *resource.Item) {
	r := t.entry(own)
	if r == nil || r.Removed {
		return
	}
	if !t.recordOn(r, t.spec.Stamp) {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.NotRecorded, Severity: result.Info, Item: own, To: t.release.String()})
	}
	was := cluster.ReleaseOf(own)
	if was != "" && t.known(was) == t.release {
		return
	}
	if at := cluster.ReleaseOf(r.Item); at != "" && recordOf(r.Final) == at {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.RecordPinned, Severity: result.Warning, Item: own, From: was, To: t.release.String()})
		return
	}
	var names []string
	for _, i := range t.held.unrecorded {
		if rel := t.view.origins.Of(i).Release; t.spec.Stamp && rel != nil {
			if r := t.entry(i); r != nil {
				label(r, strings.TrimPrefix(rel.Version.String(), "v"))
			}
			continue
		}
		names = append(names, i.Ref.String())
	}
	if len(names) > 0 {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.CountsAsUpgraded, Severity: result.Warning, Item: own, Names: names, From: was, To: t.release.String(), By: stampOf(t.spec.Stamp)})
	}
}

// recordChart sets the release of a cluster that is a Helm chart: that is its upgrade. It stays where single components are what the upgrade is about, and where a variable stands in its place. Other places
// that say the same release go with it.
func (t completer) recordChart(c *cluster.Chart) {
	n := plan.Note{Severity: result.Info, Item: c.Item, Field: c.Path, From: c.Release, To: t.release.String()}
	if t.isPartial() {
		n.Kind = plan.ClusterStays
		t.out.Notes = append(t.out.Notes, n)
		return
	}
	if app := t.entry(c.App); app != nil && !app.Removed {
		t.recordOn(app, false)
	}
	recordIn(t, c)
	for _, other := range t.view.Shadowed() {
		if strings.TrimPrefix(other.Release, "v") == strings.TrimPrefix(c.Release, "v") {
			recordIn(t, &other)
			continue
		}
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.RecordShadowed, Severity: result.Warning, Item: other.Item, Field: other.Path, From: other.Release, Name: c.Item.Ref.String(), To: c.Release})
	}
}

// recordIn sets the release in one place of a chart that says one.
func recordIn(t completer, c *cluster.Chart) {
	number := strings.TrimPrefix(t.release.Version.String(), "v")
	if strings.HasPrefix(c.Release, "v") {
		number = "v" + number
	}
	r := t.entry(c.Item)
	switch {
	case r == nil || r.Removed || c.Release == number:
		return
	case strings.Contains(c.Release, "${") || policy.Pinned(c.Item, c.Path) != "":
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.RecordPinned, Severity: result.Warning, Item: c.Item, Field: c.Path, From: c.Release, To: t.release.String()})
		return
	}
	patch := yamltree.NewMap()
	patch.SetIn(yamltree.Str(number), names(c.Path)...)
	m := merge.Merge(r.Final, []merge.Patch{{Data: patch}}, t.schema.Of(r.Item.Ref))
	for _, f := range m.Errors {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: c.Item, Field: f.Path, Text: f.Message})
	}
	if len(m.Errors) > 0 {
		return
	}
	r.Final = m.Final
	for _, x := range m.Changes {
		r.Add(plan.Change{Change: x, Rule: plan.Record, Impact: kinds.RollsAll})
	}
}

// names are the fields of a path.
func names(p yamltree.Path) []string {
	var out []string
	for _, step := range p {
		out = append(out, step.Name)
	}
	return out
}

// recordOf is the release that a resource says it is on.
func recordOf(n *yamltree.Node) string { return cluster.ReleaseOf(resource.NewItem(n)) }

// stampOf names the setting that is set already.
func stampOf(is bool) string {
	if is {
		return "spec.stamp"
	}
	return ""
}

// entry is the plan's entry for a resource, with what the resource is afterwards; nil where it cannot be read or merged, which is an error then.
func (t completer) entry(i *resource.Item) *plan.Resource {
	if r := t.out.Of(i); r != nil {
		if r.Final == nil {
			return nil
		}
		return r
	}
	r := &plan.Resource{Item: i, Cluster: t.view.Cluster, On: t.view.origins.Of(i)}
	logical, err := yamltree.Logical(i.Root())
	if err != nil {
		t.out.Notes = append(t.out.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: i, Text: err.Error()})
		return nil
	}
	r.Final = yamltree.Clone(logical)
	t.out.Add(r)
	return r
}

// records are where resources have their records.
var records = []yamltree.Path{yamltree.Fields("metadata", "labels", cluster.ReleaseKey), yamltree.Fields("metadata", "annotations", cluster.ReleaseKey)}

// recordOn records the release on a resource: in the label and the annotation that it has, as it is written there, and in a label where it has neither and one is to be
// added. It reports whether there is a record then.
func (t completer) recordOn(r *plan.Resource, add bool) bool {
	number := strings.TrimPrefix(t.release.Version.String(), "v")
	found := false
	for _, at := range records {
		has := yamltree.Lookup(r.Final, at)
		if has == nil || has.Kind != yamltree.Scalar {
			continue
		}
		found = true
		if strings.Contains(has.Value, "${") { // which a later step fills in
			continue
		}
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
	if !found && add {
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
