package kinds

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Impact is what a change makes happen in the cluster, as far as kind and path tell.
type Impact string

// The impacts.
const (
	NoRollout         Impact = "no rollout"
	RollsControlPlane Impact = "rolls control plane"
	RollsWorkers      Impact = "rolls workers"
	RollsAll          Impact = "rolls control plane and workers"
	AppOnly           Impact = "app only"
	Rejected          Impact = "rejected as immutable"
)

// inPlace are the fields of kinds that their controllers change without a new machine
// (https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/machine_deployments#in-place-propagation,
// https://cluster-api.sigs.k8s.io/tasks/control-plane/kubeadm-control-plane).
var inPlace = map[string][]string{
	"KubeadmControlPlane": {
		"spec.replicas", "spec.rolloutStrategy", "spec.rolloutBefore", "spec.rolloutAfter", "spec.rollout", "spec.remediationStrategy", "spec.remediation",
		"spec.machineNamingStrategy", "spec.machineNaming", "spec.machineTemplate.metadata", "spec.machineTemplate.nodeDrainTimeout",
		"spec.machineTemplate.nodeVolumeDetachTimeout", "spec.machineTemplate.nodeDeletionTimeout", "spec.machineTemplate.readinessGates",
		"spec.machineTemplate.spec.deletion", "spec.machineTemplate.spec.readinessGates",
	},
	"MachineDeployment": {
		"spec.template.metadata", "spec.template.spec.nodeDrainTimeout", "spec.template.spec.nodeVolumeDetachTimeout", "spec.template.spec.nodeDeletionTimeout",
		"spec.template.spec.minReadySeconds", "spec.template.spec.readinessGates", "spec.template.spec.deletion",
	},
	"MachinePool": {
		"spec.template.metadata", "spec.template.spec.nodeDrainTimeout", "spec.template.spec.nodeVolumeDetachTimeout", "spec.template.spec.nodeDeletionTimeout",
		"spec.template.spec.deletion",
	},
	// of the providers' machine pools: what says how many machines there are, and what they are tagged with
	"pool": {
		"spec.minSize", "spec.maxSize", "spec.scaling", "spec.replicas", "spec.additionalTags", "spec.lifecycleHooks", "spec.refreshPreferences",
		"spec.defaultCoolDown", "spec.capacityRebalance", "spec.suspendProcesses", "spec.strategy", "spec.updateConfig", "spec.providerIDList",
	},
}

// appGroups are the API groups of what installs apps.
var appGroups = map[string]bool{
	"application.giantswarm.io": true, "helm.toolkit.fluxcd.io": true, "source.toolkit.fluxcd.io": true, "kustomize.toolkit.fluxcd.io": true, "argoproj.io": true,
}

// ImpactOf estimates what a change of a field makes happen. What an app installs is an app's business, and of other kinds
// outside of Cluster API no machine depends; a change of an immutable
// field is rejected; labels and annotations of a resource never roll a machine.
func ImpactOf(r resource.Ref, field yamltree.Path) Impact {
	path := field.String()
	spec := len(field) == 0 || field[0].Name == "spec"
	switch {
	case r.Kind == "" || r.Group() == "kustomize.config.k8s.io":
		return NoRollout
	case appGroups[r.Group()]:
		return AppOnly
	case !IsGroup(r.Group()):
		return NoRollout
	case !spec:
		return NoRollout
	case IsTemplate(r):
		return Rejected
	case IsCluster(r) && strings.HasPrefix(path, "spec.topology.version"):
		return RollsAll
	case r.Kind == "KubeadmControlPlane":
		return unlessInPlace(r.Kind, path, RollsControlPlane)
	case IsControlPlane(r):
		if path == "spec.version" {
			return RollsControlPlane
		}
		return NoRollout
	case IsWorkers(r):
		if len(field) > 0 && !strings.HasPrefix(path, "spec.template") && path != "spec" {
			return NoRollout
		}
		return unlessInPlace(r.Kind, path, RollsWorkers)
	case r.Group() == infrastructureGroup && strings.HasSuffix(r.Kind, "MachinePool"):
		return unlessInPlace("pool", path, RollsWorkers)
	case r.Group() == bootstrapGroup && !strings.HasSuffix(r.Kind, "Template"): // the bootstrap of a machine pool
		return RollsWorkers
	}
	return NoRollout
}

func unlessInPlace(kind, path string, otherwise Impact) Impact {
	for _, p := range inPlace[kind] {
		if rest, found := strings.CutPrefix(path, p); found && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return NoRollout
		}
	}
	return otherwise
}
