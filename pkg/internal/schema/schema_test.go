package schema

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRulesComeFromTheirSources(t *testing.T) {
	s := New([]MergeKey{
		{Group: "example.io", Kind: "Thing", Path: "spec.parts", Keys: []string{"name", "side"}},
		{Kind: "Pod", Path: "spec.containers", Keys: []string{"image"}},
	}, []*yamltree.Node{crd(t)})
	for _, tc := range []struct {
		desc, apiVersion, kind, path string
		want                         Rule
	}{
		{"configuration", "example.io/v1", "Thing", "spec.parts", Rule{Strategy: Map, Keys: []Key{{Name: "name"}, {Name: "side"}}}},
		{"configuration, whatever the version", "example.io/v2", "Thing", "spec.parts", Rule{Strategy: Map, Keys: []Key{{Name: "name"}, {Name: "side"}}}},
		{"configuration over built-in", "v1", "Pod", "spec.containers", Rule{Strategy: Map, Keys: []Key{{Name: "image"}}}},
		{"built-in", "apps/v1", "Deployment", "spec.template.spec.containers[].env", Rule{Strategy: Map, Keys: []Key{{Name: "name"}}}},
		{"ports by protocol too", "v1", "Service", "spec.ports", Rule{Strategy: Map, Keys: []Key{{Name: "port"}, {"protocol", "TCP"}}}},
		{"Cluster API, by apiVersion", "infrastructure.cluster.x-k8s.io/v1beta2", "AWSCluster", "spec.network.subnets", Rule{Strategy: Map, Keys: []Key{{Name: "id"}}}},
		{"arguments that repeat", "controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlane", "spec.kubeadmConfigSpec.clusterConfiguration.apiServer.extraArgs", Rule{Strategy: Map, Shape: ListShape, Keys: []Key{{Name: "name"}}, Unique: true}},
		{"said to be atomic", "controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlane", "spec.kubeadmConfigSpec.preKubeadmCommands", Rule{Strategy: Atomic}},
		{"said to be atomic, and known by path", "controlplane.cluster.x-k8s.io/v1beta2", "KubeadmControlPlane", "spec.kubeadmConfigSpec.files", Rule{Strategy: Map, Keys: []Key{{Name: "path"}}}},
		{"not marked, and known by name", "infrastructure.cluster.x-k8s.io/v1alpha4", "AzureCluster", "spec.networkSpec.subnets", Rule{Strategy: Map, Keys: []Key{{Name: "name"}}}},
		{"another provider", "infrastructure.cluster.x-k8s.io/v1beta1", "OpenStackCluster", "spec.managedSecurityGroups.allNodesSecurityGroupRules", Rule{Strategy: Map, Keys: []Key{{Name: "name"}}}},
		{"a tool", "gateway.networking.k8s.io/v1", "Gateway", "spec.listeners", Rule{Strategy: Map, Keys: []Key{{Name: "name"}}}},
		{"a map of strings", "v1", "ConfigMap", "data", Rule{Shape: MapShape, Strings: true}},
		{"keys that are retained", "v1", "Pod", "spec.volumes", Rule{Strategy: Map, Keys: []Key{{Name: "name"}}, Retain: true}},
		{"a version", "cluster.x-k8s.io/v1beta1", "MachinePool", "spec.template.spec.version", Rule{Version: true}},
		{"a definition of the input", "example.io/v1", "Widget", "spec.parts", Rule{Strategy: Map, Keys: []Key{{Name: "name"}, {Name: "side", Default: "left"}}}},
		{"nested in it", "example.io/v1", "Widget", "spec.parts[].tags", Rule{Strategy: Set}},
		{"its patch merge key", "example.io/v1", "Widget", "spec.holes", Rule{Strategy: Map, Keys: []Key{{Name: "at"}}}},
		{"said to be atomic there", "example.io/v1", "Widget", "spec.list", Rule{Strategy: Atomic}},
		{"another version of it", "example.io/v2", "Widget", "spec.parts", Rule{}},
		{"metadata of any kind", "example.io/v1", "Thing", "metadata.finalizers", Rule{Strategy: Set}},
		{"nothing known", "example.io/v1", "Thing", "spec.other", Rule{}},
		{"another group", "other.io/v1", "Thing", "spec.parts", Rule{}},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			if tc.want.Strategy == Map || tc.want.Strategy == Set || tc.want.Strategy == Atomic {
				tc.want.Shape = ListShape
			}
			assert.Equal(t, tc.want, s.Of(resource.Ref{APIVersion: tc.apiVersion, Kind: tc.kind}).Rule(tc.path))
		})
	}
}

func crd(t *testing.T) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Read([]byte(`
spec:
  group: example.io
  names: {kind: Widget}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        properties:
          spec:
            properties:
              parts:
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name, side]
                items:
                  properties:
                    side: {type: string, default: left}
                    tags: {x-kubernetes-list-type: set, items: {type: string}}
              holes: {x-kubernetes-patch-merge-key: at, items: {type: object}}
              list: {x-kubernetes-list-type: atomic, items: {type: string}}
`))
	require.NoError(t, err)
	return doc.Root
}

func TestTablesAreWhatTheGeneratorWrites(t *testing.T) {
	dir := t.TempDir()
	out, err := exec.Command("go", "run", "./internal/tablegen", dir).CombinedOutput()
	require.NoError(t, err, string(out))
	for _, name := range []string{"builtin.txt", "clusterapi.txt"} {
		want, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		got, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "go generate ./pkg/schema renews %s", name)
	}
}
