// Package v1alpha1 is the configuration of apply-release, version fn.giantswarm.io/v1alpha1: the
// kind ApplyRelease, and the same settings as flat strings in a ConfigMap, as
// `kpt fn eval -- key=value` passes them.
//
// [Decode] is strict: unknown fields, wrong types and values out of range are errors, and all of
// them are reported together.
package v1alpha1

//go:generate go run ./internal/schemagen

import (
	"slices"
	"strings"
)

// The kind's coordinates.
const (
	Group      = "fn.giantswarm.io"
	Version    = "v1alpha1"
	APIVersion = Group + "/" + Version
	Kind       = "ApplyRelease"
)

// ApplyRelease says which release goes into which clusters, and how.
type ApplyRelease struct {
	// APIVersion is fn.giantswarm.io/v1alpha1.
	APIVersion string `json:"apiVersion" jsonschema:"enum=fn.giantswarm.io/v1alpha1"`
	// Kind is ApplyRelease.
	Kind string `json:"kind" jsonschema:"enum=ApplyRelease"`
	// Metadata is that of any Kubernetes resource; kustomize asks for a name.
	Metadata map[string]any   `json:"metadata,omitempty"`
	Spec     ApplyReleaseSpec `json:"spec"`
}

// ApplyReleaseSpec are the settings of an upgrade.
type ApplyReleaseSpec struct {
	// Release is the release that the clusters are to get.
	Release ReleaseSelector `json:"release"`
	// From is the release that the clusters are on now, such as v20.3.1. Default: what the label or annotation
	// release.giantswarm.io/version says, on each resource, else on the cluster's Cluster.
	From string `json:"from,omitempty"`
	// Clusters are the clusters to upgrade, as installation/cluster; globs such as gauss/* are
	// allowed, and an installation alone, for all of its clusters. Default: every cluster in the input.
	Clusters []string `json:"clusters,omitempty"`
	// ExcludeClusters are clusters to leave alone, even where Clusters names them; as there, globs and installations are allowed.
	ExcludeClusters []string `json:"excludeClusters,omitempty"`
	// Components are the components of the release to apply. Default: all.
	Components ComponentSelector `json:"components,omitzero"`
	// Policy says what to do where the upgrade is in doubt.
	Policy Policy `json:"policy,omitzero"`
	// Stamp adds the label release.giantswarm.io/version where there is neither it nor the annotation: to the Cluster, and where components are included by name, to the resources that
	// change. Those that have it get the new version anyway. Default: true for the commands, false for the function.
	Stamp bool `json:"stamp,omitempty"`
	// MergeKeys name list-merge keys of resources that neither Kubernetes, Cluster API nor a
	// CustomResourceDefinition among the items describes.
	MergeKeys []MergeKey `json:"mergeKeys,omitempty"`
	// Layout says where releases and clusters are in the repository.
	Layout Layout `json:"layout,omitzero"`
}

// ReleaseSelector chooses one release.
type ReleaseSelector struct {
	// Provider is the first segment of the release's path, such as aws. It may be left out where
	// only one provider has the version.
	Provider string `json:"provider,omitempty"`
	// Version is exact (v21.0.0), or a range of semantic versions ("~21.0", ">=21 <22"), or
	// "latest". The highest match counts; pre-releases only where the range names one.
	Version string `json:"version"`
}

// ComponentSelector chooses components by name; globs are allowed.
type ComponentSelector struct {
	// Include are the components to apply. One that is named here and matches nothing is an error.
	Include []string `json:"include,omitempty"`
	// Exclude are the components to leave alone, even where Include names them.
	Exclude []string `json:"exclude,omitempty"`
}

// Policy says what to do where the upgrade is in doubt.
type Policy struct {
	// LocalChanges is about fields whose value in the cluster is not what the release that it is on sets: Overwrite them with a
	// warning, Keep them, or Fail. Keep and Fail need to know the release that the cluster is on. Default: Overwrite.
	LocalChanges Reaction `json:"localChanges,omitempty"`
	// Rules settle local changes of some fields; the first one that matches wins over LocalChanges.
	Rules []Rule `json:"rules,omitempty"`
	// Unmatched is about components of the release that match nothing in a cluster. Default: Warn.
	Unmatched Reaction `json:"unmatched,omitempty"`
	// Downgrade is about a release that is older than the one that the cluster is on. Default: Fail.
	Downgrade Reaction `json:"downgrade,omitempty"`
	// KubernetesSkew is about steps of more than one minor version of Kubernetes, steps down, and workers that are newer than
	// their control plane. A release that takes the version away and sets none is an error, but with Ignore. Default: Warn.
	KubernetesSkew Reaction `json:"kubernetesSkew,omitempty"`
	// NewComponents is about components that the release adds, that match nothing, and whose data is a complete
	// resource: Report them, or Create them in the cluster's base. Default: Report.
	NewComponents Reaction `json:"newComponents,omitempty"`
	// ImmutableTemplates is about templates whose spec Cluster API does not let change: Rotate, which writes a copy with the release in its name, points the
	// references to it, and removes copies to which nothing has referred since the last upgrade; Warn, or Fail. Where nothing in the base refers to a template, Rotate
	// is an error. Default: Rotate.
	ImmutableTemplates Reaction `json:"immutableTemplates,omitempty"`
}

// Rule settles what becomes of local changes of a field. What is left out fits everything; kind, name or path must be there.
type Rule struct {
	// Kind is the kind of the resource.
	Kind string `json:"kind,omitempty"`
	// Name is the name of the resource; globs are allowed.
	Name string `json:"name,omitempty"`
	// Path is the field, with all that is below it: spec.replicas, or for all elements of a list spec.files[].content.
	Path string `json:"path,omitempty"`
	// LocalChanges is what to do.
	LocalChanges Reaction `json:"localChanges"`
	// Until is the last day for which the rule was meant, such as 2026-12-31. It counts behind that day, too, with a warning.
	Until string `json:"until,omitempty"`
	// Reason says why there is the rule.
	Reason string `json:"reason,omitempty"`

	line int
}

// Line is the line, from 1, at which the rule stands in what it was decoded from; 0 where that is not known.
func (r Rule) Line() int { return r.line }

// String is what the rule is for, as it is written: "App *-coredns spec.version".
func (r Rule) String() string {
	return strings.Join(slices.DeleteFunc([]string{r.Kind, r.Name, r.Path}, func(s string) bool { return s == "" }), " ")
}

// Reaction is what to do about a finding.
type Reaction string

// The reactions; each setting takes some of them.
const (
	Warn      Reaction = "Warn"
	Fail      Reaction = "Fail"
	Ignore    Reaction = "Ignore"
	Allow     Reaction = "Allow"
	Overwrite Reaction = "Overwrite"
	Keep      Reaction = "Keep"
	Report    Reaction = "Report"
	Create    Reaction = "Create"
	Rotate    Reaction = "Rotate"
)

// MergeKey says by which keys the elements of a list are told apart.
type MergeKey struct {
	// Group is the API group of the kind; empty for the core group.
	Group string `json:"group,omitempty"`
	// Kind is the kind that has the list.
	Kind string `json:"kind"`
	// Path leads to the list: spec.parts; lists on the way are written with [], as in spec.parts[].screws.
	Path string `json:"path"`
	// Keys are the fields that identify an element; several are one compound key.
	Keys []string `json:"keys"`
}

// Layout says where releases and clusters are in the repository. Each is a template, or a list of several.
type Layout struct {
	// Release are the paths of a release's ConfigMap. Default: {provider}/{version}/{layer}/{component}.yaml and {provider}/archived/{version}/{layer}/{component}.yaml.
	Release Templates `json:"release,omitempty"`
	// Cluster are the paths of what belongs to a cluster. Default: {installation}/{cluster}/**.
	Cluster Templates `json:"cluster,omitempty"`
}

// Templates are templates of paths; one may be written as a string.
type Templates []string

// The defaults of the layout.
var (
	DefaultReleaseLayout = Templates{"{provider}/{version}/{layer}/{component}.yaml", "{provider}/archived/{version}/{layer}/{component}.yaml"}
	DefaultClusterLayout = Templates{"{installation}/{cluster}/**"}
)

// Default fills in the defaults of the settings that are not set.
func (a *ApplyRelease) Default() {
	for _, x := range settings {
		if v := x.of(&a.Spec.Policy); *v == "" {
			*v = x.Allowed[0]
		}
	}
	if len(a.Spec.Layout.Release) == 0 {
		a.Spec.Layout.Release = DefaultReleaseLayout
	}
	if len(a.Spec.Layout.Cluster) == 0 {
		a.Spec.Layout.Cluster = DefaultClusterLayout
	}
}
