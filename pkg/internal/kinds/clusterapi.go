// Package kinds is what the project knows of Cluster API and its providers: where their kinds keep a Kubernetes version, which
// of them are immutable, who scales them, and what changes of them make machines roll.
//
// It follows Cluster API's book (https://cluster-api.sigs.k8s.io) and looks at kinds, names and paths alone: what it says of a
// rollout is an estimate, since controllers decide.
package kinds

import (
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Cluster is the kind that stands for a whole cluster.
const Cluster = "Cluster"

// The API groups of Cluster API.
const (
	Group               = "cluster.x-k8s.io"
	infrastructureGroup = "infrastructure.cluster.x-k8s.io"
	controlPlaneGroup   = "controlplane.cluster.x-k8s.io"
	bootstrapGroup      = "bootstrap.cluster.x-k8s.io"
)

// IsGroup reports whether an API group is one of Cluster API's or its providers'.
func IsGroup(group string) bool { return group == Group || strings.HasSuffix(group, "."+Group) }

// IsCluster reports whether a resource is the Cluster that the others of a cluster belong to.
func IsCluster(r resource.Ref) bool { return r.Kind == Cluster && IsGroup(r.Group()) }

// versionFields are where kinds keep a Kubernetes version
// (https://cluster-api.sigs.k8s.io/tasks/upgrading-clusters).
var versionFields = map[string][]string{
	"KubeadmControlPlane":      {"spec", "version"},
	"AWSManagedControlPlane":   {"spec", "version"},
	"AzureManagedControlPlane": {"spec", "version"},
	"GCPManagedControlPlane":   {"spec", "version"},
	"MachinePool":              {"spec", "template", "spec", "version"},
	"MachineDeployment":        {"spec", "template", "spec", "version"},
	Cluster:                    {"spec", "topology", "version"},
}

// Versioned are the kinds that are known to keep a Kubernetes version.
func Versioned() []string { return slices.Sorted(maps.Keys(versionFields)) }

// AppVersionField is the field with the version of an app, nil for other kinds
// (https://docs.giantswarm.io/reference/platform-api/crd/apps.application.giantswarm.io/, https://fluxcd.io/flux/components/helm/helmreleases/).
func AppVersionField(r resource.Ref) []string {
	switch r.Group() + "/" + r.Kind {
	case "application.giantswarm.io/App":
		return []string{"spec", "version"}
	case "helm.toolkit.fluxcd.io/HelmRelease":
		return []string{"spec", "chart", "spec", "version"}
	}
	return nil
}

// VersionField is where a resource of a kind keeps its Kubernetes version, nil where it keeps none.
func VersionField(r resource.Ref) []string {
	if !IsGroup(r.Group()) {
		return nil
	}
	if at := versionFields[r.Kind]; at != nil {
		return at
	}
	if IsControlPlane(r) {
		return []string{"spec", "version"}
	}
	return nil
}

// IsControlPlane reports whether a resource is a control plane, of kubeadm or managed by a cloud.
func IsControlPlane(r resource.Ref) bool {
	return strings.HasSuffix(r.Kind, "ControlPlane") && IsGroup(r.Group())
}

// IsWorkers reports whether a resource is a set of worker machines.
func IsWorkers(r resource.Ref) bool {
	return r.Group() == Group && (r.Kind == "MachinePool" || r.Kind == "MachineDeployment")
}

// IsImmutable reports whether Cluster API rejects changes of a field in place: the spec of infrastructure machine templates and of other
// templates of infrastructure and control planes
// (https://cluster-api.sigs.k8s.io/tasks/updating-machine-templates).
func IsImmutable(r resource.Ref, field yamltree.Path) bool {
	return IsTemplate(r) && (len(field) == 0 || field[0].Name == "spec")
}

// IsTemplate reports whether the spec of a kind is immutable, see [IsImmutable].
func IsTemplate(r resource.Ref) bool {
	return strings.HasSuffix(r.Kind, "Template") && (r.Group() == infrastructureGroup || r.Group() == controlPlaneGroup)
}

// The annotations that say that something else scales a set of machines
// (https://cluster-api.sigs.k8s.io/reference/api/labels-and-annotations).
const (
	minSizeAnnotation   = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size"
	maxSizeAnnotation   = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size"
	managedByAnnotation = "cluster.x-k8s.io/replicas-managed-by"
)

// ScaledBy names the annotation that takes a number of replicas, at a path in a resource, out of git's hands, "" where there is none: of a set of workers, or of one in the topology of a Cluster.
func ScaledBy(i *resource.Item, at yamltree.Path) string {
	switch {
	case IsWorkers(i.Ref) && at.IsFields("spec", "replicas"):
		return scaledBy(func(name string) (string, bool) { return i.Annotation(name), i.HasAnnotation(name) })
	case IsCluster(i.Ref) && len(at) == 6 && at[:3].IsFields("spec", "topology", "workers") && at[5].Name == "replicas":
		root, err := yamltree.Logical(i.Root())
		if err != nil {
			return ""
		}
		annotations := yamltree.Lookup(root, at[:5].Field("metadata").Field("annotations"))
		return scaledBy(func(name string) (string, bool) {
			if v := yamltree.Get(annotations, name); v != nil {
				return v.Value, true
			}
			return "", false
		})
	}
	return ""
}

func scaledBy(annotation func(name string) (value string, has bool)) string {
	if v, is := annotation(managedByAnnotation); is && v != "false" {
		return managedByAnnotation
	}
	for _, name := range []string{minSizeAnnotation, maxSizeAnnotation} {
		if _, is := annotation(name); is {
			return name
		}
	}
	return ""
}
