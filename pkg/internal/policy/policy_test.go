package policy_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func node(t *testing.T, text string) *yamltree.Node {
	t.Helper()
	if text == "" {
		return nil
	}
	doc, err := yamltree.ReadOne([]byte(text))
	require.NoError(t, err, text)
	return doc.Root
}

// decision is what becomes of a change, in short: "make" or "leave", what it is made without, and the kinds of notes with their severity.
func decision(d policy.Decision) string {
	out := "make"
	if d.Leave {
		out = "leave"
	}
	for _, p := range d.Without {
		out += " without " + p.String()
	}
	for _, n := range d.Notes {
		out += " " + string(n.Severity) + ":" + string(n.Kind)
		if n.By != "" {
			out += "(" + n.By + ")"
		}
	}
	return out
}

func TestDecide(t *testing.T) {
	rules := func(settings ...v1alpha1.Rule) v1alpha1.Policy {
		return v1alpha1.Policy{LocalChanges: v1alpha1.Overwrite, Rules: settings}
	}
	keepReplicas := v1alpha1.Rule{Kind: "MachinePool", Path: "spec.replicas", LocalChanges: v1alpha1.Keep}
	for _, tc := range []struct {
		desc           string
		annotations    string // of the resource
		policy         v1alpha1.Policy
		unknown, held  bool // the release that the resource is on is not known; its record stays
		path           string
		old, was, next string // values; "" for none
		want           string
	}{
		{desc: "what nobody changed is made", path: "spec.replicas", old: "2", was: "2", next: "3", policy: rules(keepReplicas), want: "make"},
		{desc: "a local change is overwritten, with a warning", path: "spec.replicas", old: "9", was: "2", next: "3", policy: rules(), want: "make warning:localLost"},
		{desc: "what the old release did not set is a local change", path: "spec.replicas", old: "9", next: "3", policy: rules(), want: "make warning:localLost"},
		{desc: "what was removed by hand comes back", path: "spec.replicas", was: "2", next: "3", policy: rules(), want: "make warning:localLost"},
		{desc: "Keep keeps", path: "spec.replicas", old: "9", was: "2", next: "3", policy: v1alpha1.Policy{LocalChanges: v1alpha1.Keep}, want: "leave info:kept"},
		{desc: "Fail fails", path: "spec.replicas", old: "9", was: "2", next: "3", policy: v1alpha1.Policy{LocalChanges: v1alpha1.Fail}, want: "make error:localRefused"},
		{desc: "a rule wins over the rest", path: "spec.replicas", old: "9", was: "2", next: "3", policy: rules(keepReplicas), want: "leave info:kept"},
		{
			desc: "the first rule that fits wins", path: "spec.replicas", old: "9", was: "2", next: "3", want: "make warning:localLost",
			policy: rules(v1alpha1.Rule{Name: "m*", LocalChanges: v1alpha1.Overwrite}, keepReplicas),
		},
		{desc: "a rule of another kind does not count", path: "spec.replicas", old: "9", was: "2", next: "3", want: "make warning:localLost", policy: rules(v1alpha1.Rule{Kind: "Cluster", LocalChanges: v1alpha1.Keep})},
		{desc: "without the old release nothing is known to be local", path: "spec.replicas", old: "9", next: "3", unknown: true, policy: rules(), want: "make"},
		{desc: "a rule that would have to know is an error then", path: "spec.replicas", old: "9", next: "3", unknown: true, policy: rules(keepReplicas), want: "make error:ruleBlind(Keep)"},
		{desc: "the annotation keeps, known or not", annotations: "{fn.giantswarm.io/keep: spec.replicas}", path: "spec.replicas", old: "2", was: "2", next: "3", policy: rules(), want: "leave info:kept(fn.giantswarm.io/keep)"},
		{desc: "an autoscaler keeps", annotations: "{cluster.x-k8s.io/replicas-managed-by: karpenter}", path: "spec.replicas", old: "2", was: "2", next: "3", policy: rules(), want: "leave info:replicas(cluster.x-k8s.io/replicas-managed-by)"},
		{desc: "what is kept inside of what is replaced is an error", annotations: "{fn.giantswarm.io/keep: spec.a.b}", path: "spec.a", old: "{b: 1, c: 2}", was: "{b: 1, c: 2}", policy: rules(), want: "make error:keptBelow(fn.giantswarm.io/keep)"},
		{
			desc: "what a rule keeps inside as well", path: "spec.a", old: "{b: 9, c: 2}", was: "{b: 1, c: 2}", want: "make error:keptBelow(Keep)",
			policy: rules(v1alpha1.Rule{Path: "spec.a.b", LocalChanges: v1alpha1.Keep}),
		},
		{desc: "not where nobody changed it", path: "spec.a", old: "{b: 1, c: 2}", was: "{b: 1, c: 2}", policy: rules(v1alpha1.Rule{Path: "spec.a.b", LocalChanges: v1alpha1.Keep}), want: "make"},
		{desc: "what is kept unset is left out of what is added", annotations: "{fn.giantswarm.io/keep: spec.a.b}", path: "spec.a", next: "{b: 1, c: 2}", policy: rules(), want: "make without b info:kept(fn.giantswarm.io/keep)"},
		{desc: "where that is all, nothing is added", annotations: "{fn.giantswarm.io/keep: spec.a.b}", path: "spec.a", next: "{b: 1}", policy: rules(), want: "leave without b info:kept(fn.giantswarm.io/keep)"},
		{desc: "a record is nobody's local change", path: "metadata.labels[release.giantswarm.io/version]", old: "9.9.9", was: "1.0.0", next: "2.0.0", policy: v1alpha1.Policy{LocalChanges: v1alpha1.Keep}, want: "make"},
		{desc: "it stays where the resource is held", held: true, path: "metadata.labels[release.giantswarm.io/version]", old: "1.0.0", was: "1.0.0", next: "2.0.0", policy: rules(), want: "leave"},
		{desc: "also where labels are new", held: true, path: "metadata.labels", next: "{release.giantswarm.io/version: 2.0.0}", policy: rules(), want: "leave"},
		{desc: "a new API version is made", path: "apiVersion", old: "a/v1", was: "a/v0", next: "a/v2", policy: v1alpha1.Policy{LocalChanges: v1alpha1.Fail}, want: "make"},
	} {
		annotations := tc.annotations
		if annotations == "" {
			annotations = "{}"
		}
		item := resource.NewItem(node(t, "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: mp, annotations: "+annotations+"}"))
		path, err := yamltree.ParsePath(tc.path)
		require.NoError(t, err)
		q := merge.Proposal{Change: merge.Change{Path: path, Op: merge.Update, Old: node(t, tc.old), New: node(t, tc.next)}, Was: node(t, tc.was)}
		q.Local = !tc.unknown && tc.old != tc.was
		s := policy.Subject{Item: item, Known: !tc.unknown, Held: tc.held, Keep: policy.Keep(item)}
		assert.Equal(t, tc.want, decision(policy.New(tc.policy).Decide(s, q)), tc.desc)
	}
}

func TestTheRuleThatIsProposedSettles(t *testing.T) {
	item := resource.NewItem(node(t, "apiVersion: a/v1\nkind: MachinePool\nmetadata: {name: mp}"))
	path := yamltree.Fields("spec", "replicas")
	q := merge.Proposal{Change: merge.Change{Path: path, Op: merge.Update, Old: node(t, "9"), New: node(t, "3")}, Was: node(t, "2"), Local: true}
	s := policy.Subject{Item: item, Known: true}
	strict := v1alpha1.Policy{LocalChanges: v1alpha1.Fail}
	d := policy.New(strict).Decide(s, q)
	require.Len(t, d.Notes, 1)
	config := "apiVersion: fn.giantswarm.io/v1alpha1\nkind: ApplyRelease\nspec: {release: {version: v1.0.0}, policy: {localChanges: Fail, rules: [" + yamledit.Inline(d.Notes[0].Settle.Tree()) + "]}}"
	a, err := v1alpha1.Decode(node(t, config))
	require.NoError(t, err)
	assert.Equal(t, "leave info:kept", decision(policy.New(a.Spec.Policy).Decide(s, q)))
}

func TestEntriesOfTheKeepAnnotationThatKeepNothing(t *testing.T) {
	item := resource.NewItem(node(t, "kind: A\nmetadata: {annotations: {fn.giantswarm.io/keep: 'spec.a, spec..x, spec.typo, spec.new, spec.l[k=v, spec.b'}}\nspec: {a: 1}"))
	var names []string
	for _, n := range policy.Check(item, item.Root(), func() *yamltree.Node { return node(t, "spec: {new: 1}") }) {
		assert.Equal(t, plan.KeepsNothing, n.Kind)
		names = append(names, n.Name)
	}
	assert.Equal(t, "spec..x spec.typo spec.l[k=v, spec.b", strings.Join(names, " "))
}
