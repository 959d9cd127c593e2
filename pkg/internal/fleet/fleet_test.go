package fleet_test

import (
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
	c, err := fleet.Explain(cl, found[0], (*plan.Resource)(nil), yamltree.Fields("spec", "replicas"))
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
