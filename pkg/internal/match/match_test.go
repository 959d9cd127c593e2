package match_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// item reads a resource that stands in a file of a cluster's base.
func item(t *testing.T, file, text string) *resource.Item {
	t.Helper()
	doc, err := yamltree.Read([]byte(text))
	require.NoError(t, err)
	i := resource.NewItem(doc.Root)
	i.Location.Path = "gauss/c1/base/" + file
	return i
}

func clusterOf(t *testing.T) *cluster.Cluster {
	return &cluster.Cluster{Installation: "gauss", ID: "c1", Base: []*resource.Item{
		item(t, "pool0.yaml", "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: c1-0}, spec: {template: {spec: {version: v1.2.3}}}}"),
		item(t, "pool1.yaml", "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: c1-1}, spec: {template: {spec: {version: 1.2.3}}}}"),
		item(t, "pool2.yaml", "{apiVersion: example.io/v1, kind: MachinePool, metadata: {name: other}}"),
		item(t, "dns.yaml", "{apiVersion: application.giantswarm.io/v1alpha1, kind: App, metadata: {name: c1-coredns}, spec: {name: coredns}}"),
		item(t, "certs.yaml", "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: certs}, spec: {chart: {spec: {chart: cert-manager}}}}"),
		item(t, "oci.yaml", "{apiVersion: source.toolkit.fluxcd.io/v1, kind: OCIRepository, metadata: {name: r}, spec: {url: oci://x/charts/cilium, ref: {semver: '>=1'}}}"),
		item(t, "quota.yaml", "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}}"),
		item(t, "two.yaml", "{apiVersion: v1, kind: A, metadata: {name: a}}"),
		item(t, "two.yaml", "{apiVersion: v1, kind: B, metadata: {name: b}}"),
		item(t, "kong.yaml", "{apiVersion: application.giantswarm.io/v1alpha1, kind: App, metadata: {name: '${cluster_name}-kong'}, spec: {name: other}}"),
		item(t, "kong2.yaml", "{apiVersion: application.giantswarm.io/v1alpha1, kind: App, metadata: {name: x}, spec: {name: kong-app}}"),
		item(t, "s1.yaml", "{apiVersion: a.io/v1, kind: Same, metadata: {name: a}}"),
		item(t, "s2.yaml", "{apiVersion: b.io/v1, kind: Same, metadata: {name: b}}"),
	}}
}

// The first rule that finds something decides, and finds all that it fits.
func TestFind(t *testing.T) {
	target, err := release.ParseSelector("{kind: MachinePool, name: 'c1-*'}")
	require.NoError(t, err)
	for _, tc := range []struct {
		desc  string
		patch release.Patch
		rule  match.Rule
		want  []string
	}{
		{"a target, with globs", release.Patch{Component: "any", Target: target}, match.Target, []string{"c1-0", "c1-1"}},
		{"a kind, those of Cluster API where several groups have it", release.Patch{Component: "machine-pool"}, match.Kind, []string{"c1-0", "c1-1"}},
		{"an app by spec.name", release.Patch{Component: "coredns"}, match.App, []string{"c1-coredns"}},
		{"a chart", release.Patch{Component: "cert-manager"}, match.App, []string{"certs"}},
		{"a repository of a chart", release.Patch{Component: "cilium"}, match.App, []string{"r"}},
		{"a file that holds one resource", release.Patch{Component: "quota"}, match.File, []string{"q"}},
		{"no file that holds two", release.Patch{Component: "two"}, "", nil},
		{"an app behind a variable, with -app behind its name", release.Patch{Component: "kong"}, match.App, []string{"${cluster_name}-kong", "x"}},
		{"nothing", release.Patch{Component: "none"}, "", nil},
		{"Kubernetes, wherever a kind has its version", release.Patch{Component: "kubernetes", Only: release.Kubernetes}, match.Kind, []string{"c1-0", "c1-1"}},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			found, err := match.Find(&tc.patch, clusterOf(t))
			require.NoError(t, err)
			var got []string
			for _, m := range found {
				got = append(got, m.Item.Name)
				assert.Equal(t, tc.rule, m.Rule)
			}
			assert.Equal(t, tc.want, got)
		})
	}
	_, err = match.Find(&release.Patch{Component: "same"}, clusterOf(t))
	assert.ErrorContains(t, err, "in several API groups, a.io, b.io; must carry fn.giantswarm.io/target")
}

// What a patch sets lands where the kind keeps it.
func TestAdapt(t *testing.T) {
	c := clusterOf(t)
	version := yamltree.NewMap().Add("spec", yamltree.NewMap().Add("version", yamltree.Str("1.5.0")).Add("catalog", yamltree.Str("default")))
	older := yamltree.NewMap().Add("spec", yamltree.NewMap().Add("version", yamltree.Str("0.9.0")))
	for _, tc := range []struct {
		item  int
		patch release.Patch
		want  string
	}{
		{3, release.Patch{Component: "coredns", Data: version}, "{spec: {version: 1.5.0, catalog: default}}"},
		{4, release.Patch{Component: "cert-manager", Data: version}, "{spec: {chart: {spec: {version: 1.5.0}}}}"},
		{5, release.Patch{Component: "cilium", Data: version}, "{spec: {ref: {semver: \">=1\"}}}"}, // a range that admits it stays, and is what the release says
		{5, release.Patch{Component: "cilium", Data: older}, "{spec: {ref: {semver: 0.9.0}}}"},
		{0, release.Patch{Only: release.Kubernetes, Version: "v1.3.0"}, "{spec: {template: {spec: {version: v1.3.0}}}}"},
		{1, release.Patch{Only: release.Kubernetes, Version: "v1.3.0"}, "{spec: {template: {spec: {version: 1.3.0}}}}"},
	} {
		data, _, _ := match.Adapt(&tc.patch, match.Match{Item: c.Base[tc.item]}, c)
		assert.Equal(t, tc.want, yamledit.Inline(data), c.Base[tc.item].Name)
	}
	assert.Equal(t, "{spec: {version: 1.5.0, catalog: default}}", yamledit.Inline(version), "the release's own data stays")
}

func TestKubernetesVersion(t *testing.T) {
	data := func(text string) *yamltree.Node {
		doc, err := yamltree.Read([]byte(text))
		require.NoError(t, err)
		return doc.Root
	}
	component := func(name string, patches ...*release.Patch) *release.Component {
		return &release.Component{Name: name, Patches: patches}
	}
	plane := component("rke2controlplane", &release.Patch{Data: data("{spec: {version: v1.30.1}}")}, &release.Patch{Layer: layout.Overlay, Data: data("{spec: {version: v1.31.0}}")})
	workers := component("machinepool", &release.Patch{Data: data("{spec: {template: {spec: {version: v1.29.0}}}}")})
	said := component("kubernetes", &release.Patch{Version: "1.32.0"})
	for _, tc := range []struct {
		desc string
		r    release.Release
		want string
	}{
		{"nothing says it", release.Release{Components: []*release.Component{component("coredns", &release.Patch{Data: data("{spec: {version: 1.0.0}}")})}}, ""},
		{"workers do", release.Release{Components: []*release.Component{workers}}, "v1.29.0"},
		{"control planes go over workers, the overlay over the base", release.Release{Components: []*release.Component{workers, plane}}, "v1.31.0"},
		{"a Release says it", release.Release{Components: []*release.Component{said, plane}}, "1.32.0"},
		{"an index does", release.Release{Kubernetes: "1.33.0", Components: []*release.Component{said, plane}}, "1.33.0"},
	} {
		assert.Equal(t, tc.want, match.KubernetesVersion(&tc.r), tc.desc)
	}
}
