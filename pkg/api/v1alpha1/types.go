// Package v1alpha1 is the configuration of apply-release, version fn.giantswarm.io/v1alpha1: the
// kind ApplyRelease, and the same settings as flat strings in a ConfigMap, as
// `kpt fn eval -- key=value` passes them.
//
// [Decode] is strict: unknown fields, wrong types and values out of range are errors, and all of
// them are reported together.
package v1alpha1

//go:generate go run ./internal/schemagen

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
	// Clusters are the clusters to upgrade, as installation/cluster; globs such as gauss/* are
	// allowed. Default: every cluster in the input.
	Clusters []string `json:"clusters,omitempty"`
	// Components are the components of the release to apply. Default: all.
	Components ComponentSelector `json:"components,omitzero"`
	// Policy says what to do where the upgrade is in doubt.
	Policy Policy `json:"policy,omitzero"`
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
	// Unmatched is about components of the release that match nothing in a cluster. Default: Warn.
	Unmatched Reaction `json:"unmatched,omitempty" jsonschema:"enum=Warn,enum=Fail,enum=Ignore,default=Warn"`
}

// Reaction is what to do about a finding.
type Reaction string

// The reactions.
const (
	Warn   Reaction = "Warn"
	Fail   Reaction = "Fail"
	Ignore Reaction = "Ignore"
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

// Layout says where releases and clusters are in the repository.
type Layout struct {
	// Release is the path of a release's ConfigMap. Default: {provider}/{version}/{layer}/{component}.yaml.
	Release string `json:"release,omitempty" jsonschema:"default={provider}/{version}/{layer}/{component}.yaml"`
	// Cluster is the path of what belongs to a cluster. Default: {installation}/{cluster}/**.
	Cluster string `json:"cluster,omitempty" jsonschema:"default={installation}/{cluster}/**"`
}

// The defaults of the layout.
const (
	DefaultReleaseLayout = "{provider}/{version}/{layer}/{component}.yaml"
	DefaultClusterLayout = "{installation}/{cluster}/**"
)

// Default fills in the defaults of the settings that are not set.
func (a *ApplyRelease) Default() {
	if a.Spec.Policy.Unmatched == "" {
		a.Spec.Policy.Unmatched = Warn
	}
	if a.Spec.Layout.Release == "" {
		a.Spec.Layout.Release = DefaultReleaseLayout
	}
	if a.Spec.Layout.Cluster == "" {
		a.Spec.Layout.Cluster = DefaultClusterLayout
	}
}
