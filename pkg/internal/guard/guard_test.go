package guard_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/guard"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string) version.Version {
	t.Helper()
	v, err := version.Parse(text)
	require.NoError(t, err)
	return v
}

func reach(t *testing.T, text string) version.Reach {
	t.Helper()
	r, err := version.ParseReach(text)
	require.NoError(t, err)
	return r
}

func said(notes []plan.Note) string {
	var out []string
	for _, n := range notes {
		out = append(out, strings.TrimSpace(string(n.Severity)+":"+string(n.Kind)+" "+n.Name))
	}
	return strings.Join(out, ", ")
}

// releases is a catalog of one provider, in which v2.1.0 can be reached from v2.0.0 and up, v2.0.0 from v1.5.0.
func releases(t *testing.T) *release.Catalog {
	c := &release.Catalog{}
	for text, from := range map[string]string{"v1.0.0": "", "v1.5.0": "v1.0.0", "v2.0.0": "v1.5.0", "v2.1.0": "v2.0.0", "v3.0.0": ""} {
		r := &release.Release{Provider: "aws", Version: parse(t, text)}
		if from != "" {
			r.UpgradeFrom = version.From(parse(t, from))
		}
		c.Releases = append(c.Releases, r)
	}
	return c
}

func TestPath(t *testing.T) {
	catalog := releases(t)
	for _, tc := range []struct {
		desc, on, to string
		downgrade    v1alpha1.Reaction
		want         string
	}{
		{"one step", "2.0.0", "v2.1.0", v1alpha1.Fail, ""},
		{"the same release again", "v2.1.0", "v2.1.0", v1alpha1.Fail, ""},
		{"nothing tells", "", "v2.1.0", v1alpha1.Fail, ""},
		{"over a stopover: the next one is named", "1.5.0", "v2.1.0", v1alpha1.Fail, "error:unreachable v2.0.0"},
		{"over two: the first one is named", "1.0.0", "v2.1.0", v1alpha1.Fail, "error:unreachable v1.5.0"},
		{"down", "2.1.0", "v2.0.0", v1alpha1.Fail, "error:downgrade"},
		{"down, with a warning", "2.1.0", "v2.0.0", v1alpha1.Warn, "warning:downgrade"},
		{"down, and allowed", "2.1.0", "v2.0.0", v1alpha1.Allow, ""},
		{"a major step of which nothing is known", "2.1.0", "v3.0.0", v1alpha1.Fail, "info:unguarded"},
		{"no version", "latest-and-greatest", "v2.1.0", v1alpha1.Fail, "warning:onUnreadable"},
	} {
		label := ""
		if tc.on != "" {
			label = ", labels: {release.giantswarm.io/version: " + tc.on + "}"
		}
		doc, err := yamltree.ReadOne([]byte("apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c" + label + "}"))
		require.NoError(t, err)
		cl := &cluster.Cluster{ID: "c", Base: []*resource.Item{resource.NewItem(doc.Root)}}
		to := catalog.Find("aws", parse(t, tc.to))
		known := func(text string) *release.Release {
			v, err := version.Parse(text)
			if err != nil {
				return nil
			}
			return catalog.Find("aws", v)
		}
		assert.Equal(t, tc.want, said(guard.Path(cl, cl.Origins("", known), to, catalog, v1alpha1.Policy{Downgrade: tc.downgrade})), tc.desc)
	}
}

// changed is a resource of which a plan sets one field, unless it has that value.
func changed(t *testing.T, text, field, to string) *plan.Resource {
	t.Helper()
	doc, err := yamltree.ReadOne([]byte(text))
	require.NoError(t, err)
	r := &plan.Resource{Item: resource.NewItem(doc.Root), Final: yamltree.Clone(doc.Root)}
	at, err := yamltree.ParsePath(field)
	require.NoError(t, err)
	if has := yamltree.Lookup(doc.Root, at); has == nil || has.Value != to {
		r.Set("kind", at, yamltree.Str(to))
	}
	return r
}

func TestKubernetes(t *testing.T) {
	for _, tc := range []struct {
		desc                         string
		plane, planeTo, pool, poolTo string
		want                         string
	}{
		{"a minor version at once", "v1.33.1", "v1.34.0", "v1.33.1", "v1.34.0", ""},
		{"two", "v1.32.1", "v1.34.0", "v1.32.1", "v1.34.0", "warning:kubernetesSkips, warning:kubernetesSkips"},
		{"down", "v1.34.0", "v1.33.1", "v1.33.1", "v1.33.1", "warning:kubernetesDown"},
		{"workers ahead", "v1.33.1", "v1.33.1", "v1.33.1", "v1.34.0", "warning:workersAhead v1.33.1"},
		{"workers that stay behind", "v1.33.1", "v1.34.0", "v1.30.1", "v1.30.1", "warning:workersBehind v1.34.0"},
		{"nothing changes", "v1.33.1", "v1.33.1", "v1.34.0", "v1.34.0", ""},
	} {
		c := &plan.Cluster{Cluster: &cluster.Cluster{ID: "c"}}
		for _, r := range []*plan.Resource{
			changed(t, "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: KubeadmControlPlane\nmetadata: {name: c}\nspec: {version: "+tc.plane+"}", "spec.version", tc.planeTo),
			changed(t, "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: mp}\nspec: {template: {spec: {version: "+tc.pool+"}}}", "spec.template.spec.version", tc.poolTo),
		} {
			c.Base = append(c.Base, r.Item)
			c.Add(r)
		}
		assert.Equal(t, tc.want, said(guard.Kubernetes(c, v1alpha1.Warn)), tc.desc)
		assert.Empty(t, guard.Kubernetes(c, v1alpha1.Ignore), tc.desc)
	}
}

func TestTheStopoverIsTheNewestThatIsNotDeprecated(t *testing.T) {
	catalog := &release.Catalog{}
	add := func(text, from, state string) *release.Release {
		r := &release.Release{Provider: "aws", Version: parse(t, text), UpgradeFrom: reach(t, from), State: state}
		catalog.Releases = append(catalog.Releases, r)
		return r
	}
	add("v33.1.4", "v32.0.0", release.Deprecated)
	add("v33.3.0", "v32.0.0", "")
	add("v33.4.0", "v32.0.0", "")
	add("v33.5.0", "v32.0.0", release.Deprecated)
	to := add("v34.0.0", "v33.1.4", "")
	doc, err := yamltree.ReadOne([]byte("apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c, labels: {release.giantswarm.io/version: 32.4.0}}"))
	require.NoError(t, err)
	cl := &cluster.Cluster{ID: "c", Base: []*resource.Item{resource.NewItem(doc.Root)}}
	notes := guard.Path(cl, cl.Origins("", func(string) *release.Release { return nil }), to, catalog, v1alpha1.Policy{})
	assert.Equal(t, "error:unreachable v33.4.0", said(notes))
}

func TestRelease(t *testing.T) {
	catalog := releases(t)
	old := &release.Release{Provider: "aws", Version: parse(t, "v2.0.0"), State: release.Deprecated}
	assert.Equal(t, "warning:deprecated", said(guard.Release(old, "", catalog)))
	assert.Equal(t, "error:fromUnknown", said(guard.Release(catalog.Releases[0], "v9.9.9", catalog)))
	assert.Empty(t, guard.Release(catalog.Releases[0], "v1.5.0", catalog))
}

// A rule of a kind that no resource has is told of where one has a near one: it keeps nothing.
func TestRulesOfNoKind(t *testing.T) {
	clusters := []*cluster.Cluster{{ID: "a", Base: []*resource.Item{{Ref: resource.Ref{APIVersion: "apps/v1", Kind: "Deployment", Name: "d"}}}}}
	for kind, near := range map[string]string{"Deploymnt": "Deployment", "Deployment": "", "MachinePool": "", "": ""} {
		notes := guard.Rules([]v1alpha1.Rule{{Kind: kind, Path: "spec.replicas"}}, clusters, "")
		if near == "" {
			assert.Empty(t, notes, kind)
			continue
		}
		require.Len(t, notes, 1, kind)
		assert.Equal(t, plan.RuleOfNoKind, notes[0].Kind)
		assert.Equal(t, near, notes[0].By)
	}
}
