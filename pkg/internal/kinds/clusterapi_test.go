package kinds_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestImpacts(t *testing.T) {
	const (
		core, plane     = "cluster.x-k8s.io/v1beta1", "controlplane.cluster.x-k8s.io/v1beta1"
		infra, boot     = "infrastructure.cluster.x-k8s.io/v1beta2", "bootstrap.cluster.x-k8s.io/v1beta1"
		apps, kustomize = "application.giantswarm.io/v1alpha1", "kustomize.config.k8s.io/v1beta1"
	)
	for _, tc := range []struct {
		apiVersion, kind, field string
		want                    kinds.Impact
	}{
		{plane, "KubeadmControlPlane", "spec.version", kinds.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.kubeadmConfigSpec.clusterConfiguration.apiServer.extraArgs.a", kinds.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.machineTemplate.infrastructureRef.name", kinds.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.machineTemplate.metadata.labels.a", kinds.NoRollout},
		{plane, "KubeadmControlPlane", "spec.replicas", kinds.NoRollout},
		{plane, "KubeadmControlPlane", "metadata.labels.a", kinds.NoRollout},
		{plane, "AWSManagedControlPlane", "spec.version", kinds.RollsControlPlane},
		{plane, "AWSManagedControlPlane", "spec.logging.audit", kinds.NoRollout},
		{core, "Cluster", "spec.topology.version", kinds.RollsAll},
		{core, "Cluster", "spec.clusterNetwork", kinds.NoRollout},
		{core, "MachinePool", "spec.template.spec.version", kinds.RollsWorkers},
		{core, "MachinePool", "spec.replicas", kinds.NoRollout},
		{core, "MachineDeployment", "spec.template.metadata.labels.a", kinds.NoRollout},
		{core, "MachineDeployment", "spec.template.spec.infrastructureRef.name", kinds.RollsWorkers},
		{infra, "AWSMachinePool", "spec.awsLaunchTemplate.ami.id", kinds.RollsWorkers},
		{infra, "AWSMachinePool", "spec.maxSize", kinds.NoRollout},
		{infra, "AWSMachineTemplate", "spec.template.spec.ami.id", kinds.Rejected},
		{infra, "AWSMachineTemplate", "metadata.labels.a", kinds.NoRollout},
		{infra, "AWSClusterTemplate", "spec.template", kinds.Rejected},
		{infra, "AWSCluster", "spec.region", kinds.NoRollout},
		{boot, "KubeadmConfig", "spec.files", kinds.RollsWorkers},
		{boot, "KubeadmConfigTemplate", "spec.template.spec.files", kinds.NoRollout},
		{apps, "App", "spec.version", kinds.AppOnly},
		{"v1", "ConfigMap", "data.values", kinds.NoRollout},
		{"helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec.chart", kinds.AppOnly},
		{kustomize, "Kustomization", "resources", kinds.NoRollout},
		{"example.io/v1", "MachineTemplate", "spec.a", kinds.NoRollout},
	} {
		field, err := yamltree.ParsePath(tc.field)
		require.NoError(t, err)
		assert.Equal(t, tc.want, kinds.ImpactOf(resource.Ref{APIVersion: tc.apiVersion, Kind: tc.kind, Name: "x"}, field), "%s %s", tc.kind, tc.field)
	}
}
