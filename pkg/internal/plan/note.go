package plan

import (
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Note is one thing to know about an upgrade, besides its changes: data, of which package report makes words.
type Note struct {
	Kind     Kind
	Severity result.Severity
	// Cluster is the cluster that it speaks of, as people name it; "" for the run. Clusters are several.
	Cluster  string
	Clusters []string
	// Item is the resource that it speaks of, nil for none; Field a field of it, empty for all of it.
	Item  *resource.Item
	Field yamltree.Path
	// Where is the file and line that it speaks of, where that is known better than by Item.
	Where string
	// OfItem says that the note is about the item rather than its cluster.
	OfItem bool
	// At is where the values stand, where that is not Field.
	At yamltree.Path
	// Has is what the resource has in that field, Was what the release that it is on sets there, Says what the new one sets; nil for nothing. They may be shown.
	Has, Was, Says *yamltree.Node
	// From is the release that the cluster or resource is on, To the one that it is to get.
	From, To  string
	Component string
	// Name is what else it speaks of, Names where there are several.
	Name  string
	Names []string
	// Near is the cluster that Names are of, where they are resources that may have been meant.
	Near string
	// Text is what an inner layer says of it.
	Text string
	// By says who wants it so: a rule of the policy, or an annotation.
	By string
	// Settle is the rule that would settle it, nil for none.
	Settle *Rule
}

// Rule is a rule of the policy for a field of a resource, or of all whose names a glob fits.
type Rule struct {
	Kind, Name   string // Name is "" of a resource without one
	Path         yamltree.Path
	LocalChanges string
}

// Tree is the rule as it is written into a configuration.
func (r *Rule) Tree() *yamltree.Node {
	out := yamltree.NewMap().Add("kind", yamltree.Str(r.Kind))
	if r.Name != "" {
		out.Add("name", yamltree.Str(r.Name))
	}
	return out.Add("path", yamltree.Str(r.Path.String())).Add("localChanges", yamltree.Str(r.LocalChanges))
}

// LetGo makes the values copies of their own, which do not keep the trees that they were found in.
func (n *Note) LetGo() {
	n.Has, n.Was, n.Says = yamltree.Clone(n.Has), yamltree.Clone(n.Was), yamltree.Clone(n.Says)
}

// Kind says what a note is about. Kinds of notes of severity info are in the results of the function, as the tag "note".
type Kind string

// IsOfSetUp reports whether infos of the kind say how the tool is set up, rather than what becomes of a cluster: they are alike for all clusters of a run.
func (k Kind) IsOfSetUp() bool { return k == NotRecorded }

// What is wrong with the input, or with what it asks for.
const (
	Faulty           Kind = "faulty"           // Text says what
	NoCluster        Kind = "noCluster"        // the input has none
	NoClusterLeft    Kind = "noClusterLeft"    // exclusions leave none, or none is on From
	ClusterUntold    Kind = "clusterUntold"    // a pattern, Name, names a cluster, and nothing tells of which one the items are; Text is the field
	ClusterUnknown   Kind = "clusterUnknown"   // a pattern, Name, fits none of the clusters Names; Text is the field
	ComponentUnknown Kind = "componentUnknown" // a pattern, Name, fits none of the components Names; Text is the field
	NoComponentLeft  Kind = "noComponentLeft"  // include and exclude leave none
	NothingMatches   Kind = "nothingMatches"   // no component matches a resource
	Blamed           Kind = "blamed"           // of a component, Text says what
	PrintedAnew      Kind = "printedAnew"      // a value that could not be edited in place
)

// The way from one release to another.
const (
	Deprecated      Kind = "deprecated"
	FromUnknown     Kind = "fromUnknown"     // the configuration names a release to come from that is not in the input
	OnUnreadable    Kind = "onUnreadable"    // the record of the release is no version; Text says why
	OtherProvider   Kind = "otherProvider"   // Names are the providers whose releases fit
	Downgrade       Kind = "downgrade"       // of a cluster
	Ahead           Kind = "ahead"           // of a resource that is ahead of its cluster
	Unguarded       Kind = "unguarded"       // nothing reports whether the release can be reached in one step
	Unreachable     Kind = "unreachable"     // Name is the release to go to first, Text the lowest one that it can be reached from
	PartUnreachable Kind = "partUnreachable" // the same of a resource that is on another release than its cluster
	NoPath          Kind = "noPath"          // Text says how far it gets
	There           Kind = "there"           // the cluster is on To already, or has nowhere to go from there
	OriginUnknown   Kind = "originUnknown"   // nothing tells the release that something is on, or it is not in the input; By is the policy that needs it
)

// What matches, and what does not.
const (
	Unmatched       Kind = "unmatched"       // a component matches nothing in a cluster; Names are the nearest resources
	NamedUnmatched  Kind = "namedUnmatched"  // and was named
	UnmatchedUnsure Kind = "unmatchedUnsure" // components, Names, match nothing in Clusters, of which is not known what they left out
	UnmatchedNew    Kind = "unmatchedNew"    // components, Names, are new and match nothing in Clusters
	Absent          Kind = "absent"          // components that match nothing in any of the clusters, which is no news: Names
	Homeless        Kind = "homeless"        // a component is for a resource of which nothing tells the cluster
	PartUnmatched   Kind = "partUnmatched"   // a part of it, for Name
	Overlaid        Kind = "overlaid"        // a component is in the customer's overlay
	Orphaned        Kind = "orphaned"        // a component is gone, and its resource is not
	Released        Kind = "released"        // a component was for it, and is for others now
	NewComponent    Kind = "newComponent"    // could be created, as Name
	ClusterThere    Kind = "clusterThere"    // is to be made as Name, and there already
	NotCreated      Kind = "notCreated"      // components that a new cluster has no resource of
	PlaceTaken      Kind = "placeTaken"      // where a component is to be created, something else is
	Unused          Kind = "unused"          // nothing refers to a template
	StillUsed       Kind = "stillUsed"       // the overlay refers to a template that has a newer copy
)

// What becomes of local changes.
const (
	LocalLost    Kind = "localLost"    // overwritten
	LocalRefused Kind = "localRefused" // the policy says Fail
	Kept         Kind = "kept"         // kept, by By
	KeptUnset    Kind = "keptUnset"    // kept, since the new release does not set the field any more
	KeepsNothing Kind = "keepsNothing" // an entry of the keep annotation, Name; Text says why
	RuleBlind    Kind = "ruleBlind"    // a rule that needs to know the release that the resource is on
	KeptBelow    Kind = "keptBelow"    // the release replaces or removes something, and By wants Name in it kept
	RemovesKept  Kind = "removesKept"  // the release removes a resource of which something is to be kept
	RemovesLocal Kind = "removesLocal" // or that has local changes
	Autoscaled   Kind = "replicas"     // something else scales a resource
	Lowered      Kind = "lowered"      // a version goes down in a newer release
)

// Records, templates and what comes with them.
const (
	Unrecorded        Kind = "unrecorded"        // a resource is ahead of its cluster, and does not say so
	RecordPinned      Kind = "recordPinned"      // an annotation, or a variable, keeps the record of a Cluster
	RecordUnplaced    Kind = "recordUnplaced"    // may be the record of the repository's policy
	RecordShadowed    Kind = "recordShadowed"    // another release than Name says, which goes over it
	NotRecorded       Kind = "notRecorded"       // a Cluster, which has no record of its release
	StaysRecorded     Kind = "staysRecorded"     // components that are left out are for it
	ClusterStays      Kind = "clusterStays"      // the upgrade is about single components
	ClusterHeld       Kind = "clusterHeld"       // a component that is left out is for the Cluster
	CountsAsUpgraded  Kind = "countsAsUpgraded"  // Names are left out, and have no record of their own
	Immutable         Kind = "immutable"         // a template
	CreatedTwice      Kind = "createdTwice"      // the resource Name, for each of the clusters Names
	NoRoomForName     Kind = "noRoomForName"     // the copy Name of a template has too long a one
	NoRoomForCopy     Kind = "noRoomForCopy"     // a JSON file
	TemplateGone      Kind = "templateGone"      // a reference to the template Name, which is nowhere; Text is one of its stem
	NoReferrer        Kind = "noReferrer"        // nothing in the base refers to a template
	PointedBack       Kind = "pointedBack"       // is replaced by Name, which is there already
	AnnotationUnknown Kind = "annotationUnknown" // Name, which is nearly By
	OnHold            Kind = "onHold"            // until Name, for Text
	HoldOver          Kind = "holdOver"          // was on hold until Name
	HoldWithoutDay    Kind = "holdWithoutDay"    // a reason for a hold alone
	HoldMisplaced     Kind = "holdMisplaced"     // on what does not stand for a cluster
	HoldUnreadable    Kind = "holdUnreadable"    // Name is no day
	RuleOfNoKind      Kind = "ruleOfNoKind"      // of the kind Name, which no resource has; By is one that is near
	AppVersionGone    Kind = "appVersionGone"    // the release takes the version of an app, Has, away and sets none
	RuleOfNoName      Kind = "ruleOfNoName"      // a rule is for a resource Name, and none is named so, while there are By
	RuleOfNoPath      Kind = "ruleOfNoPath"      // of the field Name, which no resource that it is for has; By is one that is near
	RuleOver          Kind = "ruleOver"          // the rule Name was meant until By, for Text
	Rotated           Kind = "rotated"           // a template stays beside its copy, Name
	TwoFolders        Kind = "twoFolders"        // Names are folders of one cluster that have a Cluster each
	SeveralClusters   Kind = "severalClusters"   // the resource stands for a cluster, and another one does, too
	RefersElsewhere   Kind = "refersElsewhere"   // outside of the cluster's base, to the template Text, which gets the copy Name
	ClassOfOthers     Kind = "classOfOthers"     // a cluster elsewhere, of the class Text, which changes
	CopyRemoved       Kind = "copyRemoved"       // of an earlier rotation
	OverlayRefers     Kind = "overlayRefers"     // the overlay refers to a template that gets a copy; Text is the template
	OverlayPatches    Kind = "overlayPatches"    // the overlay patches one
	KubernetesDown    Kind = "kubernetesDown"
	KubernetesGone    Kind = "kubernetesGone"
	KubernetesSkips   Kind = "kubernetesSkips" // over Text minor versions
	WorkersAhead      Kind = "workersAhead"    // on Text, their control plane on Name
	Invalid           Kind = "invalid"         // the API would reject it, and did not before; Text says why
	WorkersBehind     Kind = "workersBehind"   // on Text, their control plane on Name
)

// What the customer's overlay does to the plan, or, where By is base, a kustomization of the base. Name is the file and line.
const (
	PatchMoved      Kind = "patchMoved"      // it patches an element of a list by its number, which another one gets
	Hidden          Kind = "hidden"          // it sets a field that changes, to Was, or removes it
	Redundant       Kind = "redundant"       // it says what base says
	Unseen          Kind = "unseen"          // transformers of a kustomization, Text, are not looked at
	Unread          Kind = "unread"          // a patch could not be read
	Dangling        Kind = "dangling"        // it patches what base does not have
	DanglingVersion Kind = "danglingVersion" // with another API version, From, than base has, To
)

// What is wrong with a release.
const (
	OptionalUnreadable Kind = "optionalUnreadable" // the annotation is neither true nor false, but Name
	MistypedField      Kind = "mistypedField"      // no other release sets it, and the one before sets Name
	APIGone            Kind = "apiGone"            // an API version, Name, that By no longer serves; Text is what there is instead
	IdleDirective      Kind = "idleDirective"      // a directive that does nothing, or is none; Text says why
	VersionDown        Kind = "versionDown"        // from Has to Says
	StateUnknown       Kind = "stateUnknown"       // Name; Names is the one that may have been meant
	ImageOfOther       Kind = "imageOfOther"       // for Kubernetes Text, while the resource By has Name
	RecordOfOther      Kind = "recordOfOther"      // Says is another release
	OtherType          Kind = "otherType"          // Says is of another type than Has
	NoVersion          Kind = "noVersion"          // Says is none, and Has was one
	ImageAtOdds        Kind = "imageAtOdds"        // for Kubernetes Text, while the release has Name
	KubernetesJumps    Kind = "kubernetesJumps"    // from Name to Text
	ReachJumps         Kind = "reachJumps"         // it can be reached from From, with Kubernetes Name, and has Text, more than a minor version above
	KubernetesUnset    Kind = "kubernetesUnset"    // From sets Name, in the component Component, "" for in any
	ComponentsGone     Kind = "componentsGone"     // Names
	Renamed            Kind = "renamed"            // a component that is new looks like Name, which is gone
	NoEntry            Kind = "noEntry"            // an index lists other releases, and not this one
	NoPathFrom         Kind = "noPathFrom"         // Clusters, which are on From, cannot get there; Text says why
)

// How a cluster stands.
const (
	ReleaseUntold     Kind = "releaseUntold"     // nothing tells which release it is on
	ReleaseUnreadable Kind = "releaseUnreadable" // it is no version; Text says why
	ReleaseElsewhere  Kind = "releaseElsewhere"  // not in the checkout, or for nothing in the cluster
	ReleaseOfSeveral  Kind = "releaseOfSeveral"  // of one of the providers Names
	ReleaseMissing    Kind = "releaseMissing"    // not in the checkout
	PartMissing       Kind = "partMissing"       // the same of a resource
	OverlaySets       Kind = "overlaySets"       // the overlay sets a field of the release, at Name
	SetByOldAlone     Kind = "setByOldAlone"     // the next release does not set the field any more
)
