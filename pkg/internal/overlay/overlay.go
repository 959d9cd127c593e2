// Package overlay reads what the customer's overlay does to the resources of a cluster's base, and what the kustomizations of the base itself do to them.
//
// Patches are, as for kustomize: what a kustomization names under patches,
// patchesStrategicMerge or patchesJson6902, as files or inline
// (https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/); and, where no kustomization names a file, each
// resource in it that has the identity of one in base. Other resources of the overlay are the customer's own.
//
// Nothing is merged here, and nothing of an overlay is ever written: it tells which fields an overlay sets, and to what. Lists of
// custom resources count as replaced as a whole, as kustomize does where it knows no schema. Prefixes and suffixes that base gives to names count. Other transformers
// (replacements, images) are not looked at, which [Overlay.Unseen] tells.
package overlay

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"k8s.io/apimachinery/pkg/labels"
)

// Overlay is what the customer's overlay of one cluster holds.
type Overlay struct {
	Patches []*Patch
	// Own are the customer's own resources.
	Own []*resource.Item
	// Unread say which patches could not be read, and why.
	Unread []Unread
	// Unseen are the transformers that are not looked at.
	Unseen []Unseen

	rename func(name string) string // what kustomizations of base make of a name
}

// Unseen is what a kustomization has that may set fields, and that is not looked at: its replacements, images and transformers, and components outside of the cluster's folder.
type Unseen struct {
	Item *resource.Item // the kustomization
	What string
	Base bool // it is one of base
}

// Unread is a patch that could not be read.
type Unread struct {
	Item    *resource.Item // the kustomization that names it
	Message string
}

// Patch changes resources of base: a partial resource, or JSON patch operations (RFC 6902).
type Patch struct {
	// Item is the file that the patch stands in.
	Item *resource.Item
	// Data is the partial resource, as a logical tree; nil for JSON patches. Its lines are those of Item's document.
	Data *yamltree.Node

	// Base says that a kustomization of base has the patch, rather than the customer's overlay.
	Base bool

	of       *Overlay
	ops      []operation
	node     *yamltree.Node // where the patch begins
	identity resource.Ref
	target   *target // nil: the resource of its identity
}

// Where is the file and line of a node of the patch, or of the patch.
func (p *Patch) Where(n *yamltree.Node) string {
	if n == nil || n.Line() == 0 {
		n = p.node
	}
	return p.Item.Where(n)
}

// String names what the patch is for.
func (p *Patch) String() string {
	if p.target != nil {
		return "{" + strings.Join(p.target.said, ", ") + "}"
	}
	return p.identity.String()
}

// For reports whether the patch is for a resource, whatever its API version.
func (p *Patch) For(i *resource.Item) bool {
	if p.isFor(i, i.Name) {
		return true
	}
	renamed := p.of.rename(i.Name)
	return !p.Base && renamed != i.Name && p.isFor(i, renamed)
}

// isFor reports whether the patch is for a resource that goes by a name.
func (p *Patch) isFor(i *resource.Item, name string) bool {
	if p.target != nil {
		return p.target.selects(i, name)
	}
	ref := i.Ref
	ref.Name = name
	return sameResource(p.identity, ref)
}

// OtherVersion is the API version that the patch asks for where kustomize will not find the resource, since it has
// another one; "" where it does not matter.
func (p *Patch) OtherVersion(apiVersion string) string {
	if p.target == nil && p.identity.APIVersion != apiVersion {
		return p.identity.APIVersion
	}
	return ""
}

// sameResource compares identities without the version; a namespace that one of them leaves out fits.
func sameResource(a, b resource.Ref) bool {
	return a.Group() == b.Group() && a.Kind == b.Kind && a.Name == b.Name && (a.Namespace == b.Namespace || a.Namespace == "" || b.Namespace == "")
}

// Read reads the overlay of a cluster.
func Read(c *cluster.Cluster) *Overlay {
	out := &Overlay{rename: func(name string) string { return name }}
	if len(c.Overlay)+len(c.Kustomize) == 0 {
		return out
	}
	r := &reader{cluster: c, overlay: out, files: map[string][]*resource.Item{}, named: map[string]bool{}}
	for _, list := range [][]*resource.Item{c.Overlay, c.Kustomize} {
		for _, i := range list {
			r.files[i.Location.Path] = append(r.files[i.Location.Path], i)
		}
	}
	for _, k := range c.Kustomize {
		if k.IsKustomization() {
			r.base = !slices.Contains(k.Location.Segments(), layout.Overlay)
			r.kustomization(k)
		}
	}
	r.base = false
	for _, i := range c.Overlay {
		switch {
		case r.named[i.Location.Path]:
		case !r.resources[i.Location.Path] && slices.ContainsFunc(c.Base, func(b *resource.Item) bool { return sameResource(i.Ref, b.Ref) }):
			r.addPartial(i, i.Root(), nil)
		default:
			r.overlay.Own = append(r.overlay.Own, i)
		}
	}
	return out
}

type reader struct {
	cluster   *cluster.Cluster
	overlay   *Overlay
	base      bool // the kustomization that is read is one of base
	files     map[string][]*resource.Item
	named     map[string]bool // files that kustomizations name as patches
	resources map[string]bool // and as resources
}

// kustomization reads the patches that a kustomization names.
func (r *reader) kustomization(k *resource.Item) {
	root, err := yamltree.Logical(k.Root())
	if err != nil {
		r.unread(k, err.Error())
		return
	}
	if r.resources == nil {
		r.resources = map[string]bool{}
	}
	dir := path.Dir(k.Location.Path)
	r.unseen(k, root, dir)
	if prefix, suffix := text(root, "namePrefix"), text(root, "nameSuffix"); r.base && prefix+suffix != "" {
		before := r.overlay.rename
		r.overlay.rename = func(name string) string { return prefix + before(name) + suffix }
	}
	for _, n := range elements(root, "resources") {
		r.resources[path.Join(dir, n.Value)] = true
	}
	for _, n := range elements(root, "patchesStrategicMerge") {
		if strings.Contains(n.Value, "\n") {
			r.inline(k, n, nil)
		} else {
			r.file(k, path.Join(dir, n.Value), nil)
		}
	}
	for _, field := range []string{"patches", "patchesJson6902"} {
		for _, n := range elements(root, field) {
			t, wrong := readTarget(yamltree.Get(n, "target"))
			for _, text := range wrong {
				r.unread(k, "has a patch whose target cannot be read: "+text)
			}
			if inline := yamltree.Get(n, "patch"); inline != nil && inline.Value != "" {
				r.inline(k, inline, t)
			} else if file := yamltree.Get(n, "path"); file != nil {
				r.file(k, path.Join(dir, file.Value), t)
			}
		}
	}
}

// unseen notes what of a kustomization is not looked at.
func (r *reader) unseen(k *resource.Item, root *yamltree.Node, dir string) {
	for _, field := range []string{"replacements", "images", "transformers"} {
		if len(elements(root, field)) > 0 {
			r.overlay.Unseen = append(r.overlay.Unseen, Unseen{k, "has " + field, r.base})
		}
	}
	for _, n := range elements(root, "components") {
		folder := path.Join(dir, n.Value)
		inside := func(i *resource.Item) bool { return path.Dir(i.Location.Path) == folder }
		if !slices.ContainsFunc(r.cluster.Kustomize, inside) {
			r.overlay.Unseen = append(r.overlay.Unseen, Unseen{k, "takes in the component " + n.Value + ", which is outside of the cluster's folder", r.base})
		}
	}
}

func text(root *yamltree.Node, field string) string {
	if n := yamltree.Get(root, field); n != nil && n.Kind == yamltree.Scalar {
		return n.Value
	}
	return ""
}

func elements(root *yamltree.Node, field string) []*yamltree.Node {
	if list := yamltree.Get(root, field); list != nil && list.Kind == yamltree.List {
		return list.Elements()
	}
	return nil
}

func (r *reader) unread(k *resource.Item, message string) {
	r.overlay.Unread = append(r.overlay.Unread, Unread{k, message})
}

// file reads the patches in a file.
func (r *reader) file(k *resource.Item, name string, t *target) {
	r.named[name] = true
	items := r.files[name]
	if len(items) == 0 && !r.base { // of base, lists of operations are not read
		r.unread(k, "names the patch "+name+", which is not among the input; what it hides is not known")
	}
	for _, i := range items {
		r.patch(k, i, i.Root(), t)
	}
}

// inline reads the patches in a string of a kustomization.
func (r *reader) inline(k *resource.Item, text *yamltree.Node, t *target) {
	docs, err := yamltree.Documents([]byte(text.Value))
	for _, doc := range docs {
		root := doc.Root
		yamltree.ShiftInto(root, text)
		r.patch(k, k, root, t)
	}
	if err != nil {
		r.unread(k, "has an inline patch that is no YAML: "+err.Error())
	}
}

// patch reads one patch: a list is JSON operations, a map a partial resource.
func (r *reader) patch(k, in *resource.Item, n *yamltree.Node, t *target) {
	if n.Kind != yamltree.List {
		r.addPartial(in, n, t)
		return
	}
	ops, err := readOperations(n)
	switch {
	case err != nil:
		r.unread(k, err.Error())
	case t == nil:
		r.unread(k, "has JSON patch operations without a target")
	default:
		r.overlay.Patches = append(r.overlay.Patches, &Patch{Item: in, Base: r.base, of: r.overlay, node: n, ops: ops, target: t})
	}
}

// addPartial adds a partial resource.
func (r *reader) addPartial(in *resource.Item, n *yamltree.Node, t *target) {
	data, err := yamltree.Logical(n)
	if err != nil {
		r.unread(in, err.Error())
		return
	}
	r.overlay.Patches = append(r.overlay.Patches, &Patch{Item: in, Base: r.base, of: r.overlay, node: data, Data: data, identity: resource.RefOf(data), target: t})
}

// target selects resources as kustomize does: by regular expressions that must fit as a whole, and labels.
type target struct {
	patterns            map[string]*regexp.Regexp
	labels, annotations labels.Selector
	said                []string
}

// readTarget reads a selector, nil for none. wrong is what in it cannot be read, and so selects all.
func readTarget(n *yamltree.Node) (t *target, wrong []string) {
	if n == nil || n.Kind != yamltree.Map || n.First() == nil {
		return nil, nil
	}
	t = &target{patterns: map[string]*regexp.Regexp{}, labels: labels.Everything(), annotations: labels.Everything()}
	for entry := range n.Children() {
		key, v := entry.Key, entry.Value
		if v == "" {
			continue
		}
		t.said = append(t.said, key+": "+v)
		if err := t.read(key, v); err != nil {
			wrong = append(wrong, key+": "+err.Error())
		}
	}
	return t, wrong
}

// read takes over one field of a selector.
func (t *target) read(key, v string) (err error) {
	var s labels.Selector
	switch key {
	case "labelSelector":
		if s, err = labels.Parse(v); err == nil {
			t.labels = s
		}
	case "annotationSelector":
		if s, err = labels.Parse(v); err == nil {
			t.annotations = s
		}
	default:
		var re *regexp.Regexp
		if re, err = regexp.Compile("^(?:" + v + ")$"); err == nil {
			t.patterns[key] = re
		}
	}
	return err
}

func (t *target) selects(i *resource.Item, name string) bool {
	for key, text := range map[string]string{"group": i.Group(), "version": i.Version(), "kind": i.Kind, "name": name, "namespace": i.Namespace} {
		if re := t.patterns[key]; re != nil && !re.MatchString(text) {
			return false
		}
	}
	return t.labels.Matches(labels.Set(i.Labels())) && t.annotations.Matches(labels.Set(i.Annotations()))
}
