package fleet_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// items are resources, each behind the path of its file.
func items(t *testing.T, files ...string) []*resource.Item {
	t.Helper()
	var out []*resource.Item
	for _, f := range files {
		path, text, _ := strings.Cut(f, " ")
		doc, err := yamltree.ReadOne([]byte(text))
		require.NoError(t, err, f)
		i := resource.NewItem(doc.Root)
		i.Location.Path = path
		out = append(out, i)
	}
	return out
}

func config(t *testing.T, spec string) *v1alpha1.ApplyRelease {
	t.Helper()
	doc, err := yamltree.ReadOne([]byte("{apiVersion: fn.giantswarm.io/v1alpha1, kind: ApplyRelease, spec: {release: {version: latest}" + spec + "}}"))
	require.NoError(t, err)
	c, err := v1alpha1.Decode(doc.Root)
	require.NoError(t, err)
	return c
}

const (
	cap1  = "{apiVersion: v1, kind: ConfigMap, metadata: {name: machinepool-1-0-0}, data: {spec: {replicas: 2, old: x}}}"
	cap2  = "{apiVersion: v1, kind: ConfigMap, metadata: {name: machinepool-2-0-0, annotations: {fn.giantswarm.io/upgrade-from: v1.0.0}}, data: {spec: {replicas: 3}}}"
	owner = "{apiVersion: cluster.x-k8s.io/v1beta1, kind: Cluster, metadata: {name: c, labels: {release.giantswarm.io/version: RELEASE}}}"
	pool  = "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: mp}, spec: {replicas: REPLICAS, old: x}}"
)

func repository(t *testing.T, release, replicas string) upgrade.Input {
	return upgrade.Input{Items: items(t, "aws/v1.0.0/base/machinepool.yaml "+cap1, "aws/v2.0.0/base/machinepool.yaml "+cap2,
		"gauss/c/base/cluster.yaml "+strings.ReplaceAll(owner, "RELEASE", release), "gauss/c/base/mp.yaml "+strings.ReplaceAll(pool, "REPLICAS", replicas))}
}

func TestStatus(t *testing.T) {
	for _, tc := range []struct {
		desc, release, replicas, spec string
		want                          string
	}{
		{"as the release says", "1.0.0", "2", "", "on aws/v1.0.0, newest aws/v2.0.0, local [], notes [set by this release alone spec.old], problems []"},
		{"changed by hand", "1.0.0", "9", "", "on aws/v1.0.0, newest aws/v2.0.0, local [spec.replicas 9/2], notes [set by this release alone spec.old], problems []"},
		{"changed by hand, and kept", "1.0.0", "9", ", policy: {localChanges: Keep}", "on aws/v1.0.0, newest aws/v2.0.0, local [], notes [kept spec.replicas set by this release alone spec.old], problems []"},
		{"what would fail an upgrade is a difference", "1.0.0", "9", ", policy: {localChanges: Fail}", "on aws/v1.0.0, newest aws/v2.0.0, local [spec.replicas 9/2], notes [set by this release alone spec.old], problems []"},
		{"the release is not there", "1.5.0", "2", "", "on 1.5.0, newest aws/v2.0.0, local [], notes [], problems [releaseMissing]"},
		{"nothing tells", "''", "2", "", "on , newest , local [], notes [], problems [releaseUntold]"},
	} {
		rows, found := fleet.Status(config(t, tc.spec), repository(t, tc.release, tc.replicas), true)
		require.Empty(t, found, tc.desc)
		require.Len(t, rows, 1, tc.desc)
		r := rows[0]
		var local, notes, problems []string
		for _, f := range r.Local {
			local = append(local, f.Path.String()+" "+yamledit.Inline(f.Has)+"/"+yamledit.Inline(f.Says))
		}
		for _, n := range r.Notes {
			notes = append(notes, string(n.About)+" "+n.Field.String())
		}
		for _, n := range r.Problems {
			problems = append(problems, string(n.Kind))
		}
		got := "on " + r.Release + ", newest " + r.Newest + ", local [" + strings.Join(local, " ") + "], notes [" + strings.Join(notes, " ") + "], problems [" + strings.Join(problems, " ") + "]"
		assert.Equal(t, tc.want, got, tc.desc)
	}
}

func TestExplainSaysWhatWins(t *testing.T) {
	base := items(t, "gauss/c/base/mp.yaml "+strings.ReplaceAll(pool, "REPLICAS", "2"))
	patch := items(t, "gauss/c/overlay/mp.yaml {apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: mp}, spec: {replicas: 7}}",
		"gauss/c/overlay/kustomization.yaml {kind: Kustomization, resources: [../base], patches: [{path: mp.yaml}]}")
	cl := &cluster.Cluster{Installation: "gauss", ID: "c", Base: base, Overlay: patch[:1], Kustomize: patch[1:]}
	found, err := fleet.Named(cl, "machinepool/mp")
	require.NoError(t, err)
	require.Len(t, found, 1)
	c, err := fleet.NewExplainer(config(t, ""), upgrade.Input{Items: slices.Concat(base, patch)}, cl, "", "").Explain(found[0], yamltree.Fields("spec", "replicas"))
	require.NoError(t, err)
	var got []string
	for _, l := range c.Links {
		text := string(l.Source)
		if !l.Silent {
			text += " " + yamledit.Inline(l.Value)
		}
		if l.Wins {
			text += " wins"
		}
		got = append(got, text)
	}
	assert.Equal(t, []string{"release base", "release overlay", "cluster base 2", "customer overlay 7 wins"}, got)
	_, err = fleet.Named(cl, "machinepool")
	assert.ErrorContains(t, err, "must be KIND/NAME")
}

// said is what a plan changes in a cluster, and what it says of it.
func said(c *plan.Cluster) []string {
	var out []string
	for _, r := range c.Resources {
		if r.Removed {
			out = append(out, "removes "+r.Item.Ref.String())
		}
		for _, x := range r.Changes {
			next := ""
			if x.New != nil {
				next = " " + yamledit.Inline(x.New)
			}
			out = append(out, strings.TrimSuffix(r.Item.Ref.String()+" as "+r.Copy, " as ")+": "+string(x.Op)+" "+x.Path.String()+next)
		}
	}
	for _, n := range c.Notes {
		if n.Kind != plan.Unguarded && n.Kind != plan.Deprecated {
			out = append(out, string(n.Severity)+" "+string(n.Kind)+" "+n.Name)
		}
	}
	return out
}

// afterwards are the items of an input once a plan is carried out, read anew.
func afterwards(t *testing.T, in upgrade.Input, c *plan.Cluster) upgrade.Input {
	t.Helper()
	own := map[*resource.Item]bool{}
	for i := range c.Items() {
		own[i] = true
	}
	var out []*resource.Item
	read := func(i *resource.Item) {
		doc, err := yamltree.ReadOne(yamledit.Print(i.Root()))
		require.NoError(t, err)
		next := resource.NewItem(doc.Root)
		next.Location = i.Location
		out = append(out, next)
	}
	for _, i := range in.Items {
		if !own[i] {
			read(i)
		}
	}
	for i := range c.After().Items() {
		read(i)
	}
	in.Items = out
	return in
}

// What a step of a way changes is what an upgrade changes that is made then: in the first step, and where others were made before.
func TestStepsOfAWayAreUpgrades(t *testing.T) {
	component := func(version, name, data string) string {
		return "aws/v" + version + "/base/" + name + ".yaml {apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "-" + strings.ReplaceAll(version, ".", "-") +
			", annotations: {fn.giantswarm.io/upgrade-from: v" + string(version[0]-1) + ".0.0}}, data: " + data + "}"
	}
	file := func(name, apiVersion, kind, rest string) string {
		return "gauss/c/base/" + name + ".yaml {apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: " + rest + "}"
	}
	in := upgrade.Input{Items: items(
		t,
		component("1.0.0", "awsmachinetemplate", "{spec: {template: {spec: {instanceType: a}}}}"), component("1.0.0", "x", "{spec: {version: 1.0.0}}"), component("1.0.0", "y", "{spec: {version: 1.0.0}}"),
		component("2.0.0", "awsmachinetemplate", "{spec: {template: {spec: {instanceType: b}}}}"), component("2.0.0", "x", "{$patch: delete}"), component("2.0.0", "y", "{spec: {version: 2.0.0}}"),
		component("3.0.0", "awsmachinetemplate", "{spec: {template: {spec: {instanceType: c}}}}"), component("3.0.0", "y", "{$patch: delete}"),
		component("4.0.0", "awsmachinetemplate", "{spec: {template: {spec: {instanceType: d}}}}"),
		"gauss/c/base/cluster.yaml "+strings.ReplaceAll(owner, "RELEASE", "1.0.0"),
		file("machines", "infrastructure.cluster.x-k8s.io/v1beta2", "AWSMachineTemplate", "c-workers}, spec: {template: {spec: {instanceType: a}}}"),
		file("workers", "cluster.x-k8s.io/v1beta1", "MachineDeployment", "c-workers}, spec: {template: {spec: {infrastructureRef: {kind: AWSMachineTemplate, name: c-workers}}}}"),
		file("apps", "application.giantswarm.io/v1alpha1", "App", "c-x}, spec: {name: x, version: 1.0.0}"),
		file("apps", "application.giantswarm.io/v1alpha1", "App", "c-y}, spec: {name: y, version: 1.0.0}"),
		"gauss/c/base/kustomization.yaml {apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [cluster.yaml, machines.yaml, workers.yaml, apps.yaml]}",
	)}
	policy := ", policy: {immutableTemplates: Rotate}"
	to := config(t, policy)
	to.Spec.Release.Provider = "aws"
	ways, found := fleet.Paths(to, in)
	require.Empty(t, found)
	require.Len(t, ways, 1)
	require.Len(t, ways[0].Steps, 3)
	for _, s := range ways[0].Steps {
		step := config(t, policy)
		step.Spec.Release.Provider, step.Spec.Release.Version = "aws", s.Release.Version.String()
		p := upgrade.Plan(step, in)
		require.False(t, p.Failed(), "%s: %v", s.Release, said(p.Clusters[0]))
		assert.Equal(t, said(p.Clusters[0]), said(s.Plan), s.Release.String())
		in = afterwards(t, in, p.Clusters[0])
	}
	var all []string
	for _, s := range ways[0].Steps {
		all = append(all, said(s.Plan)...)
	}
	text := strings.Join(all, "\n")
	for _, part := range []string{"removes App c-x", "removes App c-y", "Kustomization", "removes AWSMachineTemplate c-workers-2-0-0"} {
		assert.Contains(t, text, part)
	}
}
