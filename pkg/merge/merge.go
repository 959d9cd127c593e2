// Package merge computes what a strategic merge of patches changes in a resource.
//
// It is pure: it takes a logical tree (see package yamltree) and partial resources, changes neither,
// and returns the changes as a list of paths with old and new values. What no patch mentions is in
// no change.
//
// # Rules
//
// Maps merge by key, scalars are set, a null deletes. Lists merge by key or as sets where the
// schema says so: elements that are there are merged in place, new ones are appended, order is kept.
// Other lists are replaced, with a warning where elements get lost. In a map that is new, nulls are dropped;
// in a list that is replaced they are kept.
//
// The directives are those of Kubernetes' strategic merge patch
// (https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md):
// $patch, $retainKeys, $deleteFromPrimitiveList, $setElementOrder. Any other key that starts with $ is
// an error; none gets into a resource.
//
// A map that meets a string which holds a YAML map (data.values: | of an app's ConfigMap) is merged
// inside the string, whose comments and layout stay.
//
// # Where it differs from kubectl and kustomize
//
//   - New elements of a keyed list are appended and the others keep their order; kubectl puts the
//     patch's elements first, in the patch's order, unless $setElementOrder says otherwise.
//   - kubeadm's extraArgs are known by name and value, so that an argument can be given twice. A patch with one
//     argument of a name sets the value of the one that is there; only where there are several, the value tells them apart.
//   - With $setElementOrder, elements that it does not name stand behind new ones. In apimachinery
//     they come first once another element is deleted, since its lists share memory then.
//   - An element without its merge key, a key that stands twice where the merge touches it, and
//     $patch directives in lists without known keys are errors; kustomize lets some of them pass.
//   - $patch: replace in a map that is new sets the map; kubectl drops it. Directives in what is new
//     never get into the resource; kubectl and kustomize leave some there.
//   - - $patch: delete removes the list where it stands alone; kustomize does so beside elements, too.
//   - Merge keys are never guessed, and comments tell no schema, as they may in kustomize.
//   - Ports merge by number and protocol, TCP where it is missing on either side.
//   - What no patch mentions stays, empty nulls included, which kustomize drops.
//
// # Three ways
//
// With what the release that the resource came from sets, [ThreeWay] also removes what that release set and the new one does not: fields,
// elements of keyed lists and of sets, keys in strings of YAML, and the maps and lists that this leaves empty. Only what is
// as the old release set it goes; unlike with kubectl apply and kpt pkg update, nothing that neither release sets goes with it. What a
// patch of the new release mentions in any way, nulls and directives included, is that patch's business. Each change is put to
// the caller, who is told whether the resource's value is the old release's.
//
// # Errors
//
// A type conflict, an element without its merge key, a key that stands twice where the merge touches
// it, and a change of the resource's identity are errors, each with its path. So are two
// components that set one field to different values.
package merge

import (
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Patch is a partial resource and the component that it comes from.
type Patch struct {
	Component string
	// Rank says which patch of a component goes over which: a field is set by the patch of the highest rank.
	// Patches of one rank must agree.
	Rank int
	Data *yaml.Node
}

// Op says what a change does.
type Op string

// The operations.
const (
	Add    Op = "add"
	Update Op = "update"
	Delete Op = "delete"
)

// Change is one difference between a resource before and after the merge.
type Change struct {
	Path yamltree.Path
	Op   Op
	// Old is nil for Add, New for Delete.
	Old, New *yaml.Node
	// Patch is the index of the last patch that had a hand in it, or [Dropped].
	Patch int
	// Inside are the changes of the YAML in a string, where that is what changes; their paths lead through it.
	Inside []Change
}

// Finding is a warning or an error about a field.
type Finding struct {
	Path    yamltree.Path
	Message string
	Patch   int
}

// Merged is the outcome of a merge. Where there are errors, nothing else may be used.
type Merged struct {
	Changes  []Change
	Final    *yaml.Node // the whole resource afterwards
	Removed  bool       // a patch removes the resource
	Kept     []Kept     // in a merge of three ways
	Warnings []Finding
	Errors   []Finding
}

// Merge merges patches into a resource, one after the other. What one patch removes and a later one
// brings back stays where it is.
func Merge(target *yaml.Node, patches []Patch, t *schema.Type) *Merged {
	m := mergeAll(target, patches, t, &sides{})
	if !m.Removed {
		m.checkIdentity(target)
	}
	return m.Merged
}

// mergeAll merges into any map; that a resource keeps its identity is not its business.
func mergeAll(target *yaml.Node, patches []Patch, t *schema.Type, s *sides) *merger {
	m := &merger{Merged: &Merged{Final: yamltree.Clone(target)}, schema: t, patches: patches, sides: s, inside: map[string][]Change{}}
	if s.old != nil && !s.dropped {
		m.current = Dropped
		m.dropMap(m.Final, s.old, s.next, nil, "")
	}
	for i := range patches {
		m.current, m.touchedBefore = i, len(m.touches)
		m.root(target, m.outranked(i))
	}
	if !m.Removed {
		restoreHostAnnotations(target, m.Final)
		m.Changes = m.agree(net(target, m.Final, m.touches))
		m.Final = yamltree.Clone(target)
		if err := yamltree.Apply(m.Final, Edits(m.Changes)); err != nil {
			panic("merge: the changes do not fit their resource: " + err.Error())
		}
	}
	return m
}

// merger merges into Final and remembers which places it touched.
type merger struct {
	*Merged
	schema  *schema.Type
	patches []Patch
	sides   *sides
	current int
	touches []touch
	// inside are the changes in strings whose YAML was merged, by the path of the string: they are agreed to already.
	inside map[string][]Change
	// touchedBefore is how many of touches are those of earlier patches.
	touchedBefore int
}

type touch struct {
	path  yamltree.Path
	op    Op
	patch int
	whole bool // of a string, for changes inside that have touches of their own
}

// touch notes that a place is about to change. Where another component changed it before, or a patch of the same
// rank, the two are at odds: only adding to a map that the other one added is not.
func (m *merger) touch(op Op, p yamltree.Path) {
	if m.current == Dropped {
		m.touches = append(m.touches, touch{path: p, op: op, patch: Dropped})
		return
	}
	own := m.patches[m.current]
	for _, before := range m.touches[:m.touchedBefore] {
		if before.patch == Dropped || before.whole {
			continue
		}
		other := m.patches[before.patch]
		if other.Component == own.Component && other.Rank != own.Rank {
			continue
		}
		below := len(p) > len(before.path) && p.HasPrefix(before.path)
		if below && op == Add || !below && !before.path.HasPrefix(p) {
			continue
		}
		if other.Component == own.Component {
			m.errorf(p, "another part of the component sets it to another value; must agree, or be for other resources")
			break
		}
		m.errorf(p, "component %q of the release sets it to another value; must agree, or be for other resources", other.Component)
		break
	}
	m.touches = append(m.touches, touch{path: p, op: op, patch: m.current})
}
