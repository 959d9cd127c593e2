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
// inside the string, whose comments and layout stay. Where the API takes strings alone (data of a ConfigMap, labels, annotations), other
// values become strings: maps and lists as YAML, scalars as they are written. A map or list for a string that holds something else is an error, but where
// the old release set that string.
//
// Where the old release set a string too, and the API takes more than strings there, a warning says that the type stays.
//
// A value with a variable in it (${cluster_release}), which a later step fills in, is not overwritten by one without. It stays, with a warning.
//
// # Where it differs from kubectl and kustomize
//
//   - New elements of a keyed list are appended and the others keep their order; kubectl puts the
//     patch's elements first, in the patch's order, unless $setElementOrder says otherwise.
//   - kubeadm's extraArgs are known by name, as the rules of Cluster API have them; one that stands twice is an error in a patch,
//     and a warning in a resource where both are the same.
//   - patchStrategy: retainKeys (volumes, the strategy of a Deployment) holds without a $retainKeys directive, which kubectl apply
//     writes into its patches: what changes such a map leaves the keys in it that patches name, and no other.
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
// the caller, who is told whether the resource's value is the old release's: where keyed lists and sets have another order, where a
// key has its default or leaves it out, and where strings write the same YAML, it is.
//
// Elements of keyed lists and of sets take the new release's order where they have the old one's, or the new one's already. A value whose type
// changes between the releases is replaced where it is the old release's, and put to the caller where it is not.
//
// # Three ways, where it differs from kubectl apply
//
//   - What somebody changed stays where the new release does not set it any more; kubectl removes it.
//   - New elements of a list come behind those that somebody added, unless the new release has an element of the list behind them; kubectl
//     puts them in front.
//   - An order that somebody changed stays; kubectl puts the elements in the new one.
//   - retainKeys counts where something in the map changes; kubectl also removes keys of a map in which nothing does.
//   - An element that stands twice is an error where it is touched, and equal scalars keep their places.
//
// # Errors
//
// A type conflict, an element without its merge key, a key that stands twice where the merge touches
// it, keys that are maps or lists, and a change of the resource's identity are errors, each with its path. So are two
// components that set one field to different values, whatever the resource has, and whichever of the two is merged.
package merge

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Patch is a partial resource and the component that it comes from.
type Patch struct {
	Component string
	// Rank says which patch of a component goes over which: a field is set by the patch of the highest rank.
	// Patches of one rank must agree.
	Rank int
	Data *yamltree.Node
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
	Old, New *yamltree.Node
	// Before is where a new element of a list goes, see [yamltree.Edit].
	Before int
	// Patch is the index of the last patch that had a hand in it, or [Removal].
	Patch int
	// Inside are the changes of the YAML in a string, where that is what changes; their paths lead through it. Of a keyed list whose order changes, they are those of its elements, and one of the
	// order.
	Inside []Change

	// OldNames and NewNames are what the elements of a keyed list are known by, where the change is one of their order; nil for others.
	OldNames, NewNames *yamltree.Node

	step *yamltree.Step // of one of several elements that stand for the same: what they are known by, where Path has their index
}

// LetGo makes the values copies of their own, which do not keep the trees that they were found in, nor the comments around them there.
func (c *Change) LetGo() {
	c.Old, c.New = valueOf(c.Old), valueOf(c.New)
	for i := range c.Inside {
		c.Inside[i].LetGo()
	}
}

// Same reports whether another change says the same, in the same words: values are compared with their styles and comments.
func (c Change) Same(d Change) bool {
	sameStep := c.step == d.step || c.step != nil && d.step != nil && (yamltree.Path{*c.step}).Equal(yamltree.Path{*d.step})
	return sameStep && c.Op == d.Op && c.Before == d.Before && c.Patch == d.Patch && c.Path.Equal(d.Path) &&
		yamltree.Same(c.Old, d.Old) && yamltree.Same(c.New, d.New) && yamltree.Same(c.OldNames, d.OldNames) && yamltree.Same(c.NewNames, d.NewNames) &&
		slices.EqualFunc(c.Inside, d.Inside, Change.Same)
}

// Parts are the change as people are told of it: those of the YAML in a string, or of a list's elements and order, each place once, where that is what changes, else the change itself.
func (c Change) Parts() []Change {
	if len(c.Inside) == 0 {
		return []Change{c}
	}
	var out []Change
	for _, part := range c.Inside {
		at := slices.IndexFunc(out, func(o Change) bool { return o.Path.Equal(part.Path) })
		if at < 0 {
			out = append(out, part)
			continue
		}
		old := out[at].Old
		out[at] = part
		out[at].Old = old
		switch {
		case old == nil:
			out[at].Op = Add
		case part.New != nil:
			out[at].Op = Update
		}
	}
	return slices.DeleteFunc(out, func(o Change) bool {
		return o.Old == o.New || o.Old != nil && o.New != nil && yamltree.Equal(o.Old, o.New)
	})
}

// named is the path of a change by what elements are known by.
func (c Change) named() yamltree.Path {
	if c.step == nil {
		return c.Path
	}
	return c.Path[:len(c.Path)-1].Then(*c.step)
}

// Finding is a warning or an error about a field.
type Finding struct {
	Path    yamltree.Path
	Message string
	Patch   int
}

// Merged is the outcome of a merge. Where there are errors, nothing else may be used.
type Merged struct {
	Changes []Change
	Final   *yamltree.Node // the whole resource afterwards
	Removed bool           // a patch removes the resource
	Kept    []Kept         // in a merge of three ways
	// Proposals are the changes that [Sides].Decide was asked about.
	Proposals []Proposal
	Warnings  []Finding
	Errors    []Finding
}

// Merge merges patches into a resource, one after the other. What one patch removes and a later one
// brings back stays where it is.
func Merge(target *yamltree.Node, patches []Patch, t *schema.Type) *Merged {
	return mergeResource(target, patches, t, &sides{all: patches})
}

func mergeResource(target *yamltree.Node, patches []Patch, t *schema.Type, s *sides) *Merged {
	m := mergeAll(target, patches, t, s)
	m.oddity.checkOdds()
	if !m.Removed {
		m.checkIdentity(target)
	}
	return m.Merged
}

// mergeAll merges into any map; that a resource keeps its identity, and that patches agree, is not its business.
func mergeAll(target *yamltree.Node, patches []Patch, t *schema.Type, s *sides) *merger {
	m := newMerger(yamltree.Share(target), patches, t, s)
	if s.drops != nil && !s.dropped {
		m.current = Removal
		m.drops.dropMap(m.Final, s.drops, s.next, nil, "")
	}
	for i := range patches {
		m.current = i
		m.root(target, m.precedence.effective(i))
	}
	if !m.Removed {
		restoreHostAnnotations(target, m.Final)
		m.settlement.settle(target)
	}
	return m
}

// settle makes the changes of what was touched, asks about them, and puts lists in order.
func (m settlement) settle(target *yamltree.Node) {
	found := differences(target, m.Final, m.touches)
	m.Changes = m.agree(found)
	inPlace := m.scalars == len(m.touches) && len(m.orders) == 0
	if inPlace && len(found) == len(m.touches) && len(m.Changes) == len(found) { // as of nearly all resources
		m.Final = yamltree.Share(m.Final) // what the changes make of the resource: who changes it leaves alone what changes and proposals hold of it
		return
	}
	m.Final = yamltree.Share(target)
	for _, c := range m.Changes {
		m.remember(c.Path)
	}
	for _, o := range m.orders {
		m.remember(o.path)
		m.rememberList(o.path)
	}
	if err := yamltree.Apply(m.Final, Edits(m.Changes)); err != nil {
		panic("merge: the changes do not fit their resource: " + err.Error())
	}
	m.ordering.putInOrder(target)
}

// remember notes where the elements of the lists on a path stand, before any come, go or move.
func (m settlement) remember(p yamltree.Path) {
	for depth, step := range p {
		if step.Kind != yamltree.Field {
			m.rememberList(p[:depth])
		}
	}
}

func (m settlement) rememberList(p yamltree.Path) {
	list := m.Final
	for _, s := range p {
		if list == nil {
			return
		}
		list.Own()
		list = yamltree.Child(list, s)
	}
	if list == nil || list.Kind != yamltree.List || m.remembered[list] {
		return
	}
	if m.remembered == nil {
		m.remembered, m.places = map[*yamltree.Node]bool{}, map[*yamltree.Node]int{}
	}
	m.remembered[list] = true
	list.Own()
	for i, el := range list.Elements() {
		m.places[el] = i
	}
}

func newMerger(final *yamltree.Node, patches []Patch, t *schema.Type, s *sides) *merger {
	m := &merger{Merged: &Merged{Final: final}, schema: t, patches: patches, sides: s}
	m.maps, m.lists, m.strings, m.variables, m.precedence = mapMerger{m}, listMerger{m}, stringMerger{m}, variableKeeper{m}, precedence{m}
	m.drops, m.settlement, m.ordering, m.oddity = dropper{m}, settlement{m}, ordering{m}, oddity{m}
	return m
}

// merger merges into Final and remembers which places it touched.
type merger struct {
	*Merged
	schema  *schema.Type
	patches []Patch
	sides   *sides
	current int
	finder  yamltree.Finder // of Final
	touches []touch
	scalars int // how many of the touches are of scalars that get another value in their place
	// inside are the changes in strings whose YAML was merged, by the path of the string: they are agreed to already.
	inside map[string][]Change
	orders []order                // of lists, in the order in which they were merged
	places map[*yamltree.Node]int // of the elements of lists, as the resource has them
	// remembered are the lists whose elements have places.
	remembered map[*yamltree.Node]bool

	maps       mapMerger
	lists      listMerger
	strings    stringMerger
	variables  variableKeeper
	precedence precedence
	drops      dropper
	settlement settlement
	ordering   ordering
	oddity     oddity
}

type touch struct {
	path  yamltree.Path
	patch int
	whole bool // a patch sets the place as a whole
}

// touch notes that a place is about to change.
func (m *merger) touch(p yamltree.Path) {
	m.touches = append(m.touches, touch{path: p, patch: m.current, whole: m.current != Removal})
}

// own makes a map or list of Final one that can be changed.
func (m *merger) own(n *yamltree.Node) {
	if n.Own() {
		m.finder.Forget(n)
	}
}

// get is the value of a key in a map of Final, which can be changed.
func (m *merger) get(n *yamltree.Node, key string) *yamltree.Node {
	m.own(n)
	return m.finder.Get(n, key)
}

// add adds a key to a map of Final.
func (m *merger) add(n *yamltree.Node, key string, v *yamltree.Node) {
	n.Add(key, v)
	m.finder.Added(n, v)
}

// remove removes a key from a map of Final.
func (m *merger) remove(n *yamltree.Node, key string) {
	v := m.get(n, key)
	n.Remove(v)
	m.finder.Removed(n, v)
}

// overwrite puts a copy of v in the place of a node of Final.
func (m *merger) overwrite(n, v *yamltree.Node) {
	m.finder.Forget(n)
	yamltree.Overwrite(n, v)
}
