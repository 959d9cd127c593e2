package layout

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReleasePathsMatchFromTheirEnd(t *testing.T) {
	l, err := ParseRelease("{provider}/{version}/{layer}/{component}.yaml")
	require.NoError(t, err)
	for _, tc := range []struct{ path, want string }{
		{"aws/v21.0.0/base/machinepool.yaml", "aws v21.0.0 base machinepool"},
		{"some/package/aws/v21.0.0/overlay/aws-cluster.yml", "aws v21.0.0 overlay aws-cluster"},
		{"aws/21.0.0-rc.1/base/k8s-dns-node-cache.json", "aws v21.0.0-rc.1 base k8s-dns-node-cache"},
		{"v21.0.0/base/machinepool.yaml", " v21.0.0 base machinepool"},
		{"base/machinepool.yaml", ""},
		{"aws/v21/base/machinepool.yaml", ""},
		{"aws/v21.0.0/other/machinepool.yaml", ""},
		{"gauss/peu01/base/machinepool.yaml", ""},
		{"aws/v21.0.0/base/sub/machinepool.yaml", ""},
		{"", ""},
	} {
		t.Run(tc.path, func(t *testing.T) {
			p, ok := l.Match(strings.FieldsFunc(tc.path, func(r rune) bool { return r == '/' }))
			if tc.want == "" {
				assert.False(t, ok)
				return
			}
			assert.Equal(t, tc.want, strings.Join([]string{p.Provider, p.Version.String(), p.Layer, p.Component}, " "))
		})
	}
}

func TestClusterPaths(t *testing.T) {
	const plain, nested = "{installation}/{cluster}/**", "mc/{installation}/wc/{cluster}/**"
	for _, tc := range []struct{ layout, path, want string }{
		{plain, "gauss/peu01/machinepool.yaml", "gauss peu01 "},
		{plain, "gauss/peu01/deep/down/machinepool.yaml", "gauss peu01 "},
		{plain, "gauss/peu01/base/machinepool.yaml", "gauss peu01 base"},
		{plain, "gauss/peu01/overlay/sub/machinepool.yaml", "gauss peu01 overlay"},
		{plain, "fleet/gauss/peu01/base/machinepool.yaml", "gauss peu01 base"},
		{plain, "gauss/peu01/base/overlay/x.yaml", "gauss peu01 overlay"},
		{plain, "gauss/peu01/overlays/cilium.yaml", "gauss peu01 overlay"},
		{plain, "gauss/peu01/overlays/prod/cilium.yaml", "gauss peu01 overlay"},
		{plain, "overlays/c1/cluster.yaml", "overlays c1 "},
		{"overlays/{installation}/{cluster}/**", "overlays/gauss/c1/base/x.yaml", "gauss c1 base"},
		{"overlays/{installation}/{cluster}/**", "overlays/gauss/c1/x.yaml", "gauss c1 "},
		{"overlays/{installation}/{cluster}/**", "overlays/gauss/c1/overlays/x.yaml", "gauss c1 overlay"},
		{plain, "base/gauss/peu01/base/x.yaml", "gauss peu01 base"},
		{plain, "gauss/peu01/base", "gauss peu01 "}, // a file of that name
		{plain, "peu01/machinepool.yaml", "untold "},
		{plain, "peu01/base/machinepool.yaml", "untold base"},
		{plain, "overlay/machinepool.yaml", "untold overlay"},
		{plain, "machinepool.yaml", "untold "},
		{nested, "x/mc/gauss/wc/peu01/base/x.yaml", "gauss peu01 base"},
		{nested, "x/mc/gauss/wc/peu01/x.yaml", "gauss peu01 "},
		{nested, "gauss/peu01/base/x/y.yaml", "untold base"},
	} {
		t.Run(tc.path, func(t *testing.T) {
			l, err := ParseCluster(tc.layout)
			require.NoError(t, err)
			p, ok := l.Match(strings.Split(tc.path, "/"))
			got := "untold " + p.Layer
			if ok {
				got = strings.Join([]string{p.Installation, p.Cluster, p.Layer}, " ")
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestTemplatesAreChecked(t *testing.T) {
	for template, want := range map[string]string{
		"{provider}/{component}.yaml":            `has {version} 0 times; must have it once`,
		"{version}/{version}/{component}.yaml":   `has {version} 2 times; must have it once`,
		"{provder}/{version}/{component}.yaml":   `has the variable {provder} (did you mean provider?)`,
		"{version}/{component}/{}.yaml":          `has the segment "{}.yaml"; must have a name in braces, such as {provider}`,
		"/{provider}/{version}/{component}.yaml": `has the segment ""; must be a relative path of named segments`,
	} {
		_, err := ParseRelease(template)
		assert.ErrorContains(t, err, want)
	}
	_, err := ParseCluster("{installation}/{cluster}")
	assert.ErrorContains(t, err, "does not end in /**")
}

// Literals, variables without a meaning, wildcards and any number of segments; several templates, of which the longest counts first.
func TestLayoutsOfOtherRepositories(t *testing.T) {
	const management = "management-clusters/{installation}/organizations/{organization}/workload-clusters/{cluster}/**"
	for _, tc := range []struct {
		templates  []string
		path, want string
	}{
		{[]string{management}, "management-clusters/gauss/organizations/acme/workload-clusters/peu01/base/x.yaml", "gauss/peu01 base 6"},
		{[]string{management}, "management-clusters/gauss/organizations/acme/workload-clusters/peu01/x.yaml", "gauss/peu01  6"},
		{[]string{management}, "management-clusters/gauss/organizations/acme/x.yaml", ""},
		{[]string{"{installation}/{cluster}/**", management}, "management-clusters/gauss/organizations/acme/workload-clusters/peu01/base/x.yaml", "gauss/peu01 base 6"},
		{[]string{management, "{installation}/{cluster}/**"}, "gauss/peu01/base/x.yaml", "gauss/peu01 base 2"},
		{[]string{"clusters/{cluster}/**"}, "clusters/peu01/x.yaml", "peu01  2"},
		{[]string{"{installation}/**/clusters/{cluster}/**"}, "gauss/a/b/clusters/peu01/base/x.yaml", "gauss/peu01 base 5"},
		{[]string{"{installation}/**/clusters/{cluster}/**"}, "gauss/clusters/peu01/x/y.yaml", "gauss/peu01  3"},
		{[]string{"{installation}/wc-*/{cluster}/**"}, "gauss/wc-eu/peu01/base/x.yaml", "gauss/peu01 base 3"},
		{[]string{"{installation}/wc-*/{cluster}/**"}, "gauss/mc-eu/peu01/base/x.yaml", ""},
	} {
		l, err := ParseCluster(tc.templates...)
		require.NoError(t, err)
		got := ""
		if p, ok := l.Match(strings.Split(tc.path, "/")); ok {
			got = fmt.Sprintf("%s %s %d", p, p.Layer, p.Depth)
			folder, exact, ok := l.Folder(strings.Split(tc.path, "/")[:p.Depth])
			assert.True(t, ok && exact && folder.String() == p.String(), tc.path)
			below, exact, ok := l.Folder(strings.Split(tc.path, "/")[:p.Depth+1])
			assert.True(t, ok && !exact && below.String() == p.String(), tc.path)
		}
		assert.Equal(t, tc.want, got, "%s: %s", tc.templates, tc.path)
	}
	l, err := ParseRelease("releases/{provider}/{version}/{layer}/{component}.yaml", "{provider}/archived/{version}/{component}.yaml", "{provider}/**/{version}/{layer}/{component}.yaml")
	require.NoError(t, err)
	for path, want := range map[string]string{
		"releases/aws/v1.0.0/base/cilium.yaml": "aws v1.0.0 cilium",
		"aws/archived/v1.0.0/cilium.yaml":      "aws v1.0.0 cilium",
		"aws/x/y/v1.0.0/base/cilium.yaml":      "aws v1.0.0 cilium",
		"aws/x/y/v1/base/cilium.yaml":          "",
	} {
		got := ""
		if p, ok := l.Match(strings.Split(path, "/")); ok {
			got = fmt.Sprintf("%s %s %s", p.Provider, p.Version, p.Component)
		}
		assert.Equal(t, want, got, path)
	}
	_, ok := l.FolderVars(strings.Split("aws/x/y/v1.0.0", "/"))
	assert.True(t, ok)
}

// Of the readings of a path that ** leaves, the first one counts: a file of a cluster is none of a release, whatever its folders are called.
func TestTheFirstReadingCounts(t *testing.T) {
	l, err := ParseRelease("{provider}/{version}/**/{component}.yaml")
	require.NoError(t, err)
	_, ok := l.Match(strings.Split("gauss/peu01/base/9.9.9/apps/userconfig.yaml", "/"))
	assert.False(t, ok)
	p, ok := l.Match(strings.Split("aws/v1.0.0/x/base/cilium.yaml", "/"))
	assert.True(t, ok)
	assert.Equal(t, "aws v1.0.0 cilium", strings.Join([]string{p.Provider, p.Version.String(), p.Component}, " "))
}
