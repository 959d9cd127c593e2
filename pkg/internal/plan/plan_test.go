package plan_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func item(t *testing.T, text string) *resource.Item {
	t.Helper()
	doc, err := yamltree.ReadOne([]byte(text))
	require.NoError(t, err)
	return resource.NewItem(doc.Root)
}

func TestWhatIsSetIsAChangeOnceAndCarriedOut(t *testing.T) {
	i := item(t, "kind: A\nmetadata: {name: a, labels: {x: '1'}}")
	r := &plan.Resource{Item: i, Final: yamltree.Clone(i.Root())}
	r.Set(plan.Record, yamltree.Fields("metadata", "labels", "x"), yamltree.Str("2"))
	r.Set(plan.Record, yamltree.Fields("metadata", "annotations"), yamltree.NewMap().Add("y", yamltree.Str("1")))
	r.Set(plan.Record, yamltree.Fields("metadata", "annotations", "y"), yamltree.Str("2")) // in what is added already
	require.Len(t, r.Changes, 2)
	assert.Equal(t, merge.Update, r.Changes[0].Op)
	assert.Equal(t, merge.Add, r.Changes[1].Op)
	assert.Equal(t, `{y: "2"}`, yamledit.Inline(r.Changes[1].New))
	r.Remove(plan.Creation, yamltree.Fields("metadata", "name"))
	check := yamltree.Clone(i.Root())
	require.NoError(t, yamltree.Apply(check, r.Edits()))
	assert.True(t, yamltree.Equal(check, r.Final), "the changes come to what the resource is afterwards")
	assert.Equal(t, []string{"record", "creation"}, r.Reasons())
}

func TestOutcomes(t *testing.T) {
	a, b, c, same := item(t, "kind: A\nv: 1"), item(t, "kind: B\nv: 1"), item(t, "kind: C\nv: 1"), item(t, "kind: D")
	change := []plan.Change{{Change: merge.Change{Path: yamltree.Fields("v"), Op: merge.Update, Old: yamltree.Str("1"), New: yamltree.Str("2")}}}
	cl := &plan.Cluster{Cluster: &cluster.Cluster{ID: "c", Base: []*resource.Item{a, b, c, same}}}
	created := item(t, "kind: E")
	for _, r := range []*plan.Resource{
		{Item: created, Created: true, Final: created.Root(), Changes: change},
		{Item: c, Copy: "c-2", Changes: change},
		{Item: b, Removed: true},
		{Item: same},
		{Item: a, Changes: change},
	} {
		cl.Add(r)
	}
	cl.Sort()
	var got []string
	for _, o := range (&plan.Plan{Clusters: []*plan.Cluster{cl}}).Outcomes() {
		what := "edited"
		switch {
		case o.Removed:
			what = "removed"
		case o.Created:
			what = "created"
		case o.Copied:
			what = "copied"
		}
		assert.Equal(t, what == "edited" || what == "copied", len(o.Edits) > 0, "%s", what)
		got = append(got, o.Item.Kind+" "+what)
	}
	assert.Equal(t, []string{"A edited", "B removed", "C copied", "E created"}, got, "in the order of the input, new ones last; what stays has none")
}

func TestAClusterWithAnErrorIsBlocked(t *testing.T) {
	free, blocked := &plan.Cluster{Cluster: &cluster.Cluster{ID: "a"}}, &plan.Cluster{Cluster: &cluster.Cluster{ID: "b"}, Notes: []plan.Note{{Kind: plan.Downgrade, Severity: result.Error}}}
	free.Notes = []plan.Note{{Kind: plan.Immutable, Severity: result.Warning}}
	p := &plan.Plan{Clusters: []*plan.Cluster{free, blocked}, Notes: []plan.Note{{Kind: plan.Deprecated, Severity: result.Warning}}}
	assert.True(t, p.Failed())
	going, left := p.Going()
	assert.False(t, going.Failed())
	assert.Equal(t, []*plan.Cluster{free}, going.Clusters)
	assert.Equal(t, []*plan.Cluster{blocked}, left)
	n := 0
	for range p.All() {
		n++
	}
	assert.Equal(t, 3, n)
}

func TestRollout(t *testing.T) {
	pool := item(t, "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: mp}\nspec: {template: {spec: {infrastructureRef: {kind: AWSMachinePool, name: infra}}}}")
	infra := item(t, "apiVersion: infrastructure.cluster.x-k8s.io/v1beta1\nkind: AWSMachinePool\nmetadata: {name: infra}\nspec: {awsLaunchTemplate: {}}")
	c := &plan.Cluster{Cluster: &cluster.Cluster{ID: "c", Base: []*resource.Item{pool, infra}}}
	assert.Nil(t, c.Rollout(), "nothing changes")
	for _, i := range c.Base {
		r := &plan.Resource{Item: i, Cluster: c.Cluster, Final: yamltree.Clone(i.Root())}
		at := yamltree.Fields("spec", "awsLaunchTemplate", "imageLookupFormat")
		if i == pool {
			at = yamltree.Fields("spec", "template", "spec", "version")
		}
		r.Set("kind", at, yamltree.Str("x"))
		c.Add(r)
	}
	assert.Equal(t, &plan.Rollout{Workers: []string{"mp"}}, c.Rollout(), "what the pool refers to is the pool")
}

// What two resources change alike is held once, and what differs in a style or a comment alone is not taken for it.
func TestCommonChangesAreHeldOnce(t *testing.T) {
	held := func(common *plan.Common, value string) []plan.Change {
		doc, err := yamltree.ReadOne([]byte(value))
		require.NoError(t, err)
		r := &plan.Resource{Item: &resource.Item{}, Changes: []plan.Change{{Component: "a", Change: merge.Change{Path: yamltree.Fields("spec", "a"), Op: merge.Add, New: doc.Root}}}}
		c := &plan.Cluster{Cluster: &cluster.Cluster{}, Resources: []*plan.Resource{r}}
		c.LetGo(common)
		return r.Changes
	}
	common := &plan.Common{}
	first := held(common, "{b: [1, x]}")
	assert.Same(t, &first[0], &held(common, "{b: [1, x]}")[0])
	assert.Same(t, &first[0], &held(common, "\n\n{b: [1,   x]} # what is around a value is no part of it")[0])
	for _, other := range []string{"{b: [1, y]}", "{b: ['1', x]}", "{b: [1, x, z]}", "{b: [1]}", "{c: [1, x]}", "{'b': [1, x]}", "{b: !own [1, x]}", "b: [1, x]", "{b: [1, # why\n x]}", "{b: &a [1, x]}", "{b: {1: x}}"} {
		assert.NotSame(t, &first[0], &held(common, other)[0], other)
	}
}
