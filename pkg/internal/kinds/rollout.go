package kinds

import (
	"slices"
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
	MayRoll           Impact = "may roll machines" // what the patches of a ClusterClass make of it decides
	AppOnly           Impact = "app only"
	Rejected          Impact = "rejected as immutable"
)

// inPlace are the fields of kinds that their controllers change without a new machine
// (https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/machine_deployments#in-place-propagation,
// https://cluster-api.sigs.k8s.io/tasks/control-plane/kubeadm-control-plane).
var inPlace = map[string][]yamltree.Path{
	"KubeadmControlPlane": fieldsOf(
		"spec.replicas", "spec.rolloutStrategy", "spec.rolloutBefore", "spec.rolloutAfter", "spec.rollout", "spec.remediationStrategy", "spec.remediation",
		"spec.machineNamingStrategy", "spec.machineNaming", "spec.machineTemplate.metadata", "spec.machineTemplate.nodeDrainTimeout",
		"spec.machineTemplate.nodeVolumeDetachTimeout", "spec.machineTemplate.nodeDeletionTimeout", "spec.machineTemplate.readinessGates",
		"spec.machineTemplate.spec.deletion", "spec.machineTemplate.spec.readinessGates",
	),
	"MachineDeployment": fieldsOf(
		"spec.template.metadata", "spec.template.spec.nodeDrainTimeout", "spec.template.spec.nodeVolumeDetachTimeout", "spec.template.spec.nodeDeletionTimeout",
		"spec.template.spec.minReadySeconds", "spec.template.spec.readinessGates", "spec.template.spec.deletion",
	),
	"MachinePool": fieldsOf(
		"spec.template.metadata", "spec.template.spec.nodeDrainTimeout", "spec.template.spec.nodeVolumeDetachTimeout", "spec.template.spec.nodeDeletionTimeout",
		"spec.template.spec.deletion",
	),
	// of the providers' machine pools: what says how many machines there are, and what they are tagged with
	"pool": fieldsOf(
		"spec.minSize", "spec.maxSize", "spec.scaling", "spec.replicas", "spec.additionalTags", "spec.lifecycleHooks", "spec.refreshPreferences",
		"spec.defaultCoolDown", "spec.capacityRebalance", "spec.suspendProcesses", "spec.strategy", "spec.updateConfig", "spec.providerIDList",
	),
}

// appGroups are the API groups of what installs apps.
var appGroups = map[string]bool{
	"application.giantswarm.io": true, "helm.toolkit.fluxcd.io": true, "source.toolkit.fluxcd.io": true, "kustomize.toolkit.fluxcd.io": true, "argoproj.io": true,
}

// ImpactOf estimates what a change of a field makes happen. What an app installs is an app's business, and of other kinds
// outside of Cluster API no machine depends; a change of an immutable
// field is rejected; labels and annotations of a resource never roll a machine.
func ImpactOf(r resource.Ref, field yamltree.Path) Impact {
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
	case IsCluster(r):
		return ofTopology(field)
	case isClass(r):
		return ofClass(field)
	case r.Kind == "KubeadmControlPlane":
		return unlessInPlace(r.Kind, field, RollsControlPlane)
	case IsControlPlane(r):
		if field.IsFields("spec", "version") {
			return RollsControlPlane
		}
		return NoRollout
	case IsWorkers(r):
		if len(field) > 1 && field[1].Name != "template" {
			return NoRollout
		}
		return unlessInPlace(r.Kind, field, RollsWorkers)
	case r.Group() == infrastructureGroup && strings.HasSuffix(r.Kind, "MachinePool"):
		return unlessInPlace("pool", field, RollsWorkers)
	case r.Group() == bootstrapGroup && !strings.HasSuffix(r.Kind, "Template"): // the bootstrap of a machine pool
		return RollsWorkers
	}
	return NoRollout
}

// ofTopology is the impact of a field of a Cluster: of its topology, from which Cluster API makes the resources of a ClusterClass
// (https://cluster-api.sigs.k8s.io/tasks/experimental-features/cluster-class/operate-cluster).
func ofTopology(field yamltree.Path) Impact {
	switch {
	case len(field) < 2:
		return MayRoll
	case field[1].Name != "topology":
		return NoRollout
	case has(field, "variables"):
		return MayRoll
	case len(field) == 2, has(field[2:3], "version", "class", "classNamespace", "classRef"):
		return RollsAll
	case field[2].Name == "workers" && len(field) < 6: // sets that come or go
		return MayRoll
	case field[2].Name == "workers" && len(field) == 6 && has(field[5:], "class", "failureDomain"):
		return RollsWorkers
	}
	return NoRollout
}

// Class is the kind of what clusters are made of as their topology says.
const Class = "ClusterClass"

func isClass(r resource.Ref) bool { return r.Group() == Group && r.Kind == Class }

// ClassOf is the name of the class that a Cluster is of, and where it says so; "" for none.
func ClassOf(r resource.Ref, root *yamltree.Node) (at yamltree.Path, name string) {
	if !IsCluster(r) {
		return nil, ""
	}
	for _, at := range []yamltree.Path{yamltree.Fields("spec", "topology", "class"), yamltree.Fields("spec", "topology", "classRef", "name")} {
		if n := yamltree.Lookup(root, at); n != nil && n.Kind == yamltree.Scalar && n.Value != "" {
			return at, n.Value
		}
	}
	return nil, ""
}

// ofClass is the impact of a field of a ClusterClass on the clusters that use it
// (https://cluster-api.sigs.k8s.io/tasks/experimental-features/cluster-class/change-clusterclass).
func ofClass(field yamltree.Path) Impact {
	switch {
	case len(field) < 2, has(field[1:2], "patches", "variables"):
		return MayRoll
	case has(field, "machineHealthCheck", "healthCheck", "metadata", "namingStrategy", "naming", "deletion", "nodeDrainTimeout", "nodeVolumeDetachTimeout", "nodeDeletionTimeout"):
		return NoRollout
	case field[1].Name == "controlPlane":
		return RollsControlPlane
	case field[1].Name == "workers":
		return RollsWorkers
	}
	return NoRollout
}

// has reports whether a path leads through a field of one of some names.
func has(p yamltree.Path, names ...string) bool {
	return slices.ContainsFunc(p, func(s yamltree.Step) bool { return s.Kind == yamltree.Field && slices.Contains(names, s.Name) })
}

func unlessInPlace(kind string, field yamltree.Path, otherwise Impact) Impact {
	if slices.ContainsFunc(inPlace[kind], field.HasPrefix) {
		return NoRollout
	}
	return otherwise
}

// fieldsOf are the paths of fields, which are written with dots.
func fieldsOf(texts ...string) []yamltree.Path {
	out := make([]yamltree.Path, len(texts))
	for i, text := range texts {
		out[i] = yamltree.Fields(strings.Split(text, ".")...)
	}
	return out
}
