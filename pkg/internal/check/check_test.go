package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/check"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// catalogOf reads releases of aws, which are given as data of components by version and component.
func catalogOf(t *testing.T, releases map[string]map[string]string) *release.Catalog {
	t.Helper()
	l, err := layout.ParseRelease("{provider}/{version}/{layer}/{component}.yaml")
	require.NoError(t, err)
	var items []*resource.Item
	for v, components := range releases {
		for name, data := range components {
			annotation := ""
			if data, annotation, _ = strings.Cut(data, " @"); annotation != "" {
				annotation = ", annotations: {fn.giantswarm.io/" + annotation + "}"
			}
			doc, err := yamltree.Read([]byte(fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s-%s%s}, data: %s}", name, strings.ReplaceAll(v[1:], ".", "-"), annotation, data)))
			require.NoError(t, err)
			i := resource.NewItem(doc.Root)
			i.Location.Path = "aws/" + v + "/base/" + name + ".yaml"
			items = append(items, i)
		}
	}
	c, problems := release.Read(items, l)
	require.Empty(t, problems)
	return c
}

// Each finding is told once, and a release that changes versions alone has none.
func TestRelease(t *testing.T) {
	old := map[string]string{
		"cilium":      "{spec: {version: 1.3.0, config: {ipam: kubernetes}}}",
		"machinepool": "{spec: {replicas: 3, template: {spec: {version: v1.33.1}}}}",
	}
	pool := "{spec: {replicas: 3, template: {spec: {version: v1.34.1}}}}"
	for _, tc := range []struct {
		desc   string
		next   map[string]string
		wanted []plan.Kind
	}{
		{"versions go up", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes}}}", "machinepool": pool}, nil},
		{"a field that none sets, beside a near one that is gone", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipma: kubernetes}}}", "machinepool": pool}, []plan.Kind{plan.MistypedField}},
		{"a field that is new", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes, hubble: true}}}", "machinepool": pool}, nil},
		{"a version that goes down", map[string]string{"cilium": "{spec: {version: 1.2.0, config: {ipam: kubernetes}}}", "machinepool": pool}, []plan.Kind{plan.VersionDown}},
		{"a version that is none", map[string]string{"cilium": "{spec: {version: latest, config: {ipam: kubernetes}}}", "machinepool": pool}, []plan.Kind{plan.NoVersion}},
		{"a value of another type", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: true}}}", "machinepool": pool}, []plan.Kind{plan.OtherType}},
		{"a map where a text was", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: {mode: x}}}}", "machinepool": pool}, []plan.Kind{plan.OtherType}},
		{"a text where a map was", map[string]string{"cilium": "{spec: {version: 1.4.0, config: all}}", "machinepool": pool}, []plan.Kind{plan.OtherType}},
		{"a component that goes while one like it comes", map[string]string{"cilium-app": "{spec: {version: 1.4.0, config: {ipam: kubernetes}}}", "machinepool": pool}, []plan.Kind{plan.Renamed}},
		{"workers ahead of their control plane", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes}}}", "machinepool": pool, "kubeadmcontrolplane": "{spec: {version: v1.34.0}}"}, []plan.Kind{plan.WorkersAhead}},
		{"workers behind their control plane", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes}}}", "machinepool": pool, "kubeadmcontrolplane": "{spec: {version: v1.34.2}}"}, nil},
		{"a directive that is none", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes, $pacth: replace}}}", "machinepool": pool}, []plan.Kind{plan.IdleDirective}},
		{"a state that is none", map[string]string{"cilium": "{spec: {version: 1.4.0, config: {ipam: kubernetes}}} @state: drfat", "machinepool": pool}, []plan.Kind{plan.StateUnknown}},
		{"a record of another release", map[string]string{"cilium": "{metadata: {labels: {release.giantswarm.io/version: 1.0.0}}, spec: {version: 1.4.0, config: {ipam: kubernetes}}}", "machinepool": pool}, []plan.Kind{plan.RecordOfOther}},
	} {
		c := catalogOf(t, map[string]map[string]string{"v1.0.0": old, "v2.0.0": tc.next})
		r := c.Find("aws", version.MustParse("v2.0.0"))
		require.NotNil(t, r, tc.desc)
		var got []plan.Kind
		for _, n := range check.Release(r, c, nil, nil) {
			got = append(got, n.Kind)
			assert.Equal(t, "aws/v2.0.0", n.To, tc.desc)
		}
		for _, kind := range tc.wanted {
			assert.Contains(t, got, kind, tc.desc)
		}
		assert.Len(t, got, len(tc.wanted), tc.desc)
	}
}

// A release that clusters in use cannot get to is told of, with what they are on.
func TestReleaseThatIsOutOfReach(t *testing.T) {
	c := catalogOf(t, map[string]map[string]string{
		"v1.0.0": {"cilium": "{spec: {version: 1.3.0}}"},
		"v2.0.0": {"cilium": "{spec: {version: 1.4.0}} @upgrade-from: v1.5.0"},
	})
	use := []check.InUse{{Version: version.MustParse("v1.0.0"), Clusters: []string{"gauss/a"}}}
	notes := check.Release(c.Find("aws", version.MustParse("v2.0.0")), c, use, nil)
	require.Len(t, notes, 1)
	assert.Equal(t, plan.NoPathFrom, notes[0].Kind)
	assert.Equal(t, []string{"gauss/a"}, notes[0].Clusters)
	assert.Empty(t, check.Release(c.Find("aws", version.MustParse("v2.0.0")), c, []check.InUse{{Version: version.MustParse("v2.0.0"), Clusters: []string{"gauss/a"}}}, nil))
}
