package clusterapi_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/resource"
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
		want                    clusterapi.Impact
	}{
		{plane, "KubeadmControlPlane", "spec.version", clusterapi.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.kubeadmConfigSpec.clusterConfiguration.apiServer.extraArgs.a", clusterapi.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.machineTemplate.infrastructureRef.name", clusterapi.RollsControlPlane},
		{plane, "KubeadmControlPlane", "spec.machineTemplate.metadata.labels.a", clusterapi.NoRollout},
		{plane, "KubeadmControlPlane", "spec.replicas", clusterapi.NoRollout},
		{plane, "KubeadmControlPlane", "metadata.labels.a", clusterapi.NoRollout},
		{plane, "AWSManagedControlPlane", "spec.version", clusterapi.RollsControlPlane},
		{plane, "AWSManagedControlPlane", "spec.logging.audit", clusterapi.NoRollout},
		{core, "Cluster", "spec.topology.version", clusterapi.RollsAll},
		{core, "Cluster", "spec.clusterNetwork", clusterapi.NoRollout},
		{core, "MachinePool", "spec.template.spec.version", clusterapi.RollsWorkers},
		{core, "MachinePool", "spec.replicas", clusterapi.NoRollout},
		{core, "MachineDeployment", "spec.template.metadata.labels.a", clusterapi.NoRollout},
		{core, "MachineDeployment", "spec.template.spec.infrastructureRef.name", clusterapi.RollsWorkers},
		{infra, "AWSMachinePool", "spec.awsLaunchTemplate.ami.id", clusterapi.RollsWorkers},
		{infra, "AWSMachinePool", "spec.maxSize", clusterapi.NoRollout},
		{infra, "AWSMachineTemplate", "spec.template.spec.ami.id", clusterapi.Rejected},
		{infra, "AWSMachineTemplate", "metadata.labels.a", clusterapi.NoRollout},
		{infra, "AWSClusterTemplate", "spec.template", clusterapi.Rejected},
		{infra, "AWSCluster", "spec.region", clusterapi.NoRollout},
		{boot, "KubeadmConfig", "spec.files", clusterapi.RollsWorkers},
		{boot, "KubeadmConfigTemplate", "spec.template.spec.files", clusterapi.NoRollout},
		{apps, "App", "spec.version", clusterapi.AppOnly},
		{"v1", "ConfigMap", "data.values", clusterapi.NoRollout},
		{"helm.toolkit.fluxcd.io/v2", "HelmRelease", "spec.chart", clusterapi.AppOnly},
		{kustomize, "Kustomization", "resources", clusterapi.NoRollout},
		{"example.io/v1", "MachineTemplate", "spec.a", clusterapi.NoRollout},
	} {
		field, err := yamltree.ParsePath(tc.field)
		require.NoError(t, err)
		assert.Equal(t, tc.want, clusterapi.ImpactOf(resource.Ref{APIVersion: tc.apiVersion, Kind: tc.kind, Name: "x"}, field), "%s %s", tc.kind, tc.field)
	}
}
