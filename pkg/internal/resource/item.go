// Package resource holds the items of a run: Kubernetes resources as YAML nodes, with their identity
// and their location, and the ResourceList that carries them in and out.
//
// Items are never changed here; [Edited.Render] writes a list back with edits and results, and
// leaves all other bytes as they came.
package resource

import (
	"bytes"
	"hash/maphash"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Ref identifies a resource.
type Ref struct {
	APIVersion, Kind, Namespace, Name string
}

// Group is the API group, "" for the core group.
func (r Ref) Group() string {
	group, _, found := strings.Cut(r.APIVersion, "/")
	if !found {
		return ""
	}
	return group
}

// Version is the version within the API group.
func (r Ref) Version() string {
	_, version, found := strings.Cut(r.APIVersion, "/")
	if !found {
		return r.APIVersion
	}
	return version
}

// String is the kind and the name, with the namespace where there is one: "MachinePool my-org/peu01-mp-0".
func (r Ref) String() string {
	name := r.Name
	if r.Namespace != "" {
		name = r.Namespace + "/" + name
	}
	return strings.TrimSpace(r.Kind + " " + name)
}

// Item is one resource of the input.
//
// What it is and where it is stays with it. Its tree takes four times the memory of its text: [Item.LetGo] frees it, and who asks for it makes it anew.
type Item struct {
	Ref
	// Index is the number of the resource among the items of a ResourceList, 0-based.
	Index    int
	Location Location

	root                atomic.Pointer[yamltree.Node]
	source              source
	labels, annotations []entry
}

// Held is a text that is held somewhere: each time it is asked for, it may be made anew.
type Held interface{ Text() []byte }

// Plain is a text that is held as it is.
type Plain []byte

// Text is the text.
func (p Plain) Text() []byte { return p }

// source is the text of an item; without one it keeps its tree.
type source struct {
	held    Held
	element bool // the text is a list of which the item is the one element, rather than a document

	encrypted bool // the item is; it stands here since it takes no room beside element
}

// read makes the tree of a text, which has one: it was read before.
func (s source) read() *yamltree.Node {
	doc, err := yamltree.ReadOne(s.held.Text())
	if err != nil {
		panic("resource: a text that was read before is none: " + err.Error())
	}
	return s.of(doc)
}

// of is the item in what its text reads as.
func (s source) of(doc *yamltree.Doc) *yamltree.Node {
	if s.element {
		return doc.Root.First()
	}
	return doc.Root
}

// entry is a label or annotation.
type entry struct{ name, value string }

// RefOf is what a tree says that it is. What is missing, or no string, is left empty.
func RefOf(n *yamltree.Node) Ref { return refOf(n, field(n, "metadata")) }

func refOf(n, meta *yamltree.Node) Ref {
	return Ref{
		APIVersion: text(field(n, "apiVersion")),
		Kind:       text(field(n, "kind")),
		Namespace:  text(field(meta, "namespace")),
		Name:       text(field(meta, "name")),
	}
}

// NewItem reads the identity of a resource off its tree. What is missing, or no string, is left empty.
func NewItem(n *yamltree.Node) *Item { return newItem(n, source{}) }

// OfText is the item of a document, which is all of a text; root is what that reads as.
func OfText(text Held, root *yamltree.Node) *Item { return newItem(root, source{held: text}) }

// Detach makes what is known of the item strings of its own: they are views of the text that its tree was read from, which stays in memory else.
func (i *Item) Detach() {
	i.Ref = Ref{onceOf(i.APIVersion), onceOf(i.Kind), onceOf(i.Namespace), strings.Clone(i.Name)}
	for _, list := range [][]entry{i.labels, i.annotations} {
		for n := range list {
			list[n] = entry{onceOf(list[n].name), onceOf(list[n].value)}
		}
	}
}

// once is a text as a string of its own: mostly the same one for all items that have it.
func once(text []byte) string {
	if len(text) > longest {
		return string(text)
	}
	at := &words[maphash.Bytes(seed, text)%uint64(len(words))]
	if known := at.Load(); known != nil && *known == string(text) {
		return *known
	}
	own := string(text)
	at.Store(&own)
	return own
}

// onceOf is [once] of a string.
func onceOf(text string) string { return once(unsafe.Slice(unsafe.StringData(text), len(text))) }

// words are short strings that items had, of each place the last one. Package unique holds all of them, which takes a tenth of the time of the function.
var (
	words [1024]atomic.Pointer[string]
	seed  = maphash.MakeSeed()
)

// longest is how many bytes a string has at most that is held on to.
const longest = 128

func newItem(n *yamltree.Node, s source) *Item {
	meta := field(n, "metadata")
	i := &Item{
		Ref:         refOf(n, meta),
		source:      s,
		labels:      entries(field(meta, "labels")),
		annotations: entries(field(meta, "annotations")),
	}
	i.source.encrypted = field(n, "sops") != nil
	i.root.Store(n)
	return i
}

// Root is the resource as it stands in its document, anchors and aliases included; nil of an item that is but a name. Whoever asks gets the same tree until it is let go.
func (i *Item) Root() *yamltree.Node {
	if n := i.root.Load(); n != nil || i.source.held == nil {
		return n
	}
	n := i.source.read()
	if !i.root.CompareAndSwap(nil, n) {
		if first := i.root.Load(); first != nil { // who read it at the same time
			return first
		}
	}
	return n
}

// Look shows the tree, which is gone when see returns where the item has let go of it: nothing may keep nodes of it.
func (i *Item) Look(see func(root *yamltree.Node)) {
	if n := i.root.Load(); n != nil || i.source.held == nil {
		see(n)
		return
	}
	yamltree.PeekOne(i.source.held.Text(), func(doc *yamltree.Doc, err error) {
		if err != nil {
			panic("resource: a text that was read before is none: " + err.Error())
		}
		see(i.source.of(doc))
	})
}

// Speaks reports whether a text may stand in a scalar of the item: false is sure. It takes a hundredth of the time of reading the item.
func (i *Item) Speaks(of string) bool {
	isName := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-._/", r)
	}
	if i.source.held == nil || i.root.Load() != nil || strings.ContainsFunc(of, func(r rune) bool { return !isName(r) }) {
		return true // all else may be written in other ways: quotes doubled, lines folded at white space
	}
	text := i.source.held.Text()
	return bytes.Contains(text, []byte(of)) || bytes.IndexByte(text, '\\') >= 0
}

// LetGo frees the tree, which whoever has it may go on using. An item without a text keeps it.
func (i *Item) LetGo() {
	if i.source.held != nil {
		i.root.Store(nil)
	}
}

// IsEncrypted reports whether SOPS encrypted the item: nothing of it can be merged, and all of it is secret (https://getsops.io/docs/).
func (i *Item) IsEncrypted() bool { return i.source.encrypted }

// IsKustomization reports whether the item is a kustomization file, or a component of one.
func (i *Item) IsKustomization() bool {
	switch path.Base(i.Location.Path) {
	case "kustomization.yaml", "kustomization.yml", "Kustomization":
		return true
	}
	return (i.Kind == "Kustomization" || i.Kind == "Component") && i.Group() == "kustomize.config.k8s.io"
}

// Label returns a label's value, "" where the item has none of that name.
func (i *Item) Label(name string) string { return valueOf(i.labels, name) }

// Labels are all labels of the item.
func (i *Item) Labels() map[string]string { return asMap(i.labels) }

// Annotations are all annotations of the item.
func (i *Item) Annotations() map[string]string { return asMap(i.annotations) }

func asMap(list []entry) map[string]string {
	out := make(map[string]string, len(list))
	for _, e := range list {
		out[e.name] = e.value
	}
	return out
}

// Annotation returns an annotation's value, "" where the item has none of that name.
func (i *Item) Annotation(name string) string { return valueOf(i.annotations, name) }

// HasAnnotation reports whether the item has an annotation of that name.
func (i *Item) HasAnnotation(name string) bool {
	return slices.ContainsFunc(i.annotations, func(e entry) bool { return e.name == name })
}

// AnnotationsOf are the names of the annotations with a prefix.
func (i *Item) AnnotationsOf(prefix string) []string {
	var out []string
	for _, e := range i.annotations {
		if strings.HasPrefix(e.name, prefix) {
			out = append(out, e.name)
		}
	}
	return out
}

func valueOf(list []entry, name string) string {
	for _, e := range list {
		if e.name == name {
			return e.value
		}
	}
	return ""
}

// Text returns the scalar at a path of fields, "" where there is none. Where the tree was let go of, the text is read each time: who asks often calls [Item.Root] first.
func (i *Item) Text(fields ...string) (out string) {
	i.Look(func(root *yamltree.Node) { out = text(below(root, fields)) })
	return out
}

// Has reports whether the item has a value at a path of fields, a null included. It reads as [Item.Text] does.
func (i *Item) Has(fields ...string) (is bool) {
	i.Look(func(root *yamltree.Node) { is = below(root, fields) != nil })
	return is
}

// below is what stands at a path of fields.
func below(n *yamltree.Node, fields []string) *yamltree.Node {
	for _, f := range fields {
		n = field(n, f)
	}
	return n
}

// field looks a key up, through aliases and merge keys.
func field(n *yamltree.Node, key string) *yamltree.Node {
	if n == nil {
		return nil
	}
	n = yamltree.Resolve(n)
	if v := yamltree.Get(n, key); v != nil {
		return yamltree.Resolve(v)
	}
	if n.Kind != yamltree.Map {
		return nil
	}
	for entry := range n.Children() {
		if !entry.IsMerge() {
			continue
		}
		sources, err := yamltree.MergeSources(entry)
		if err != nil {
			return nil
		}
		for _, s := range sources {
			if v := yamltree.Get(s, key); v != nil {
				return yamltree.Resolve(v)
			}
		}
	}
	return nil
}

func text(n *yamltree.Node) string {
	if n == nil || n.Kind != yamltree.Scalar || yamltree.IsNull(n) {
		return ""
	}
	return n.Value
}

// entries are those of a map, aliases and merge keys followed; none where it is no map.
func entries(n *yamltree.Node) []entry {
	if n == nil {
		return nil
	}
	logical, err := yamltree.Logical(n)
	if err != nil || logical.Kind != yamltree.Map || logical.First() == nil {
		return nil
	}
	out := make([]entry, 0, logical.Len())
	for v := range logical.Children() {
		if name, ok := v.Name(); ok {
			out = append(out, entry{name, text(v)})
		}
	}
	return out
}
