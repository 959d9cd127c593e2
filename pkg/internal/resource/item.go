// Package resource holds the items of a run: Kubernetes resources as YAML nodes, with their identity
// and their location, and the ResourceList that carries them in and out.
//
// Items are never changed here; [List.Render] writes a list back with edits and results, and
// leaves all other bytes as they came.
package resource

import (
	"strings"

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
type Item struct {
	Ref
	// Node is the resource as it stands in its document, anchors and aliases included.
	Node *yamltree.Node
	// Index is the number of the resource among the items of a ResourceList, 0-based.
	Index    int
	Location Location

	labels, annotations *yamltree.Node // nil for none; logical maps
}

// NewItem reads the identity of a resource off its node. What is missing, or no string, is left empty.
func NewItem(n *yamltree.Node) *Item {
	meta := field(n, "metadata")
	return &Item{
		Ref: Ref{
			APIVersion: text(field(n, "apiVersion")),
			Kind:       text(field(n, "kind")),
			Namespace:  text(field(meta, "namespace")),
			Name:       text(field(meta, "name")),
		},
		Node:        n,
		labels:      logicalMap(field(meta, "labels")),
		annotations: logicalMap(field(meta, "annotations")),
	}
}

// Label returns a label's value, "" where the item has none of that name.
func (i *Item) Label(name string) string { return text(yamltree.Get(i.labels, name)) }

// Labels are all labels of the item.
func (i *Item) Labels() map[string]string {
	out := map[string]string{}
	if i.labels != nil {
		for v := range i.labels.Children() {
			out[v.Key] = text(v)
		}
	}
	return out
}

// Annotation returns an annotation's value, "" where the item has none of that name.
func (i *Item) Annotation(name string) string { return text(yamltree.Get(i.annotations, name)) }

// HasAnnotation reports whether the item has an annotation of that name.
func (i *Item) HasAnnotation(name string) bool {
	return yamltree.Get(i.annotations, name) != nil
}

// Text returns the scalar at a path of fields, "" where there is none.
func (i *Item) Text(fields ...string) string {
	n := i.Node
	for _, f := range fields {
		n = field(n, f)
	}
	return text(n)
}

// Has reports whether the item has a value at a path of fields, a null included.
func (i *Item) Has(fields ...string) bool {
	n := i.Node
	for _, f := range fields {
		n = field(n, f)
	}
	return n != nil
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

// logicalMap is a map without aliases and merge keys, nil where it is no map.
func logicalMap(n *yamltree.Node) *yamltree.Node {
	if n == nil {
		return nil
	}
	logical, err := yamltree.Logical(n)
	if err != nil || logical.Kind != yamltree.Map {
		return nil
	}
	return logical
}
