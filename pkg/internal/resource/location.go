package resource

import (
	"cmp"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// The annotations by which orchestrators say where an item comes from.
const (
	PathAnnotation          = "config.kubernetes.io/path"
	IndexAnnotation         = "config.kubernetes.io/index"
	InternalPathAnnotation  = "internal.config.kubernetes.io/path"
	InternalIndexAnnotation = "internal.config.kubernetes.io/index"
	packagePathAnnotation   = "internal.config.kubernetes.io/package-path"
	originAnnotation        = "config.kubernetes.io/origin"
	kustomizeIDAnnotation   = "kustomize.config.k8s.io/id"
)

// IsHostAnnotation reports whether an orchestrator keeps track of an item by an annotation of this name.
func IsHostAnnotation(name string) bool {
	switch name {
	case PathAnnotation, IndexAnnotation, originAnnotation, kustomizeIDAnnotation, "config.k8s.io/id":
		return true
	}
	return strings.HasPrefix(name, "internal.config.kubernetes.io/")
}

// IsFromKustomize reports whether the item was handed over by kustomize, which shows one kustomization and its bases alone.
func (i *Item) IsFromKustomize() bool { return i.HasAnnotation(kustomizeIDAnnotation) }

// Location is the file that an item comes from, and its index among the file's documents.
type Location struct {
	// Path is slash-separated and relative to wherever the orchestrator started; "" where nothing tells.
	Path  string
	Index int
	// Line is the line of the file, 1-based, on which the item's document starts; 0 where nothing tells.
	Line int
}

// LineOf is the line of the file, 1-based, on which a node of the item stands; 0 where nothing tells.
func (i *Item) LineOf(n *yamltree.Node) int {
	if i.Location.Line == 0 || n == nil || n.Line() == 0 {
		return 0
	}
	return i.Location.Line + n.Line() - 1
}

// Where is the file and line on which a node of the item stands, as far as they are known: gauss/peu01/base/app.yaml:12.
func (i *Item) Where(n *yamltree.Node) string {
	if line := i.LineOf(n); line > 0 {
		return fmt.Sprintf("%s:%d", i.Location.Path, line)
	}
	if i.Location.Path == "" {
		return i.Ref.String()
	}
	return i.Location.Path
}

// Segments are the parts of the path without leading "." and "..".
func (l Location) Segments() []string {
	if l.Path == "" {
		return nil
	}
	parts := strings.Split(path.Clean(l.Path), "/")
	for len(parts) > 0 && (parts[0] == ".." || parts[0] == "." || parts[0] == "") {
		parts = parts[1:]
	}
	return parts
}

// Locate sets the location of every item from its annotations.
//
// Under kustomize, which its id annotations give away, only the origin annotation counts: path
// annotations are absent there, or invented by an earlier function. Elsewhere the package path is
// joined with the path annotation, since kpt's render gives paths relative to the subpackage
// (https://kpt.dev/book/05-developing-functions). Package paths are absolute there; what all of them
// share is left out.
func Locate(items []*Item) {
	kustomize := false
	var packages []string
	for _, i := range items {
		kustomize = kustomize || i.HasAnnotation(kustomizeIDAnnotation)
		if p := i.Annotation(packagePathAnnotation); p != "" {
			packages = append(packages, p)
		}
	}
	root := commonFolder(packages)
	for _, i := range items {
		if kustomize {
			i.Location = i.origin()
		} else {
			i.Location = i.path(root)
		}
	}
}

// commonFolder is the deepest folder that all paths are in or are.
func commonFolder(paths []string) string {
	if len(paths) == 0 {
		return ""
	}
	common := path.Clean(paths[0])
	for _, p := range paths[1:] {
		for p = path.Clean(p); p != common && !strings.HasPrefix(p, strings.TrimSuffix(common, "/")+"/"); {
			if next := path.Dir(common); next != common && next != "." {
				common = next
				continue
			}
			return ""
		}
	}
	return common
}

func (i *Item) origin() Location {
	origin, err := yamltree.Read([]byte(i.Annotation(originAnnotation)))
	if err != nil || origin.Root == nil {
		return Location{}
	}
	at := yamltree.Get(origin.Root, "path")
	if at == nil || at.Kind != yamltree.Scalar {
		return Location{}
	}
	return Location{Path: at.Value}
}

func (i *Item) path(root string) Location {
	file := cmp.Or(i.Annotation(InternalPathAnnotation), i.Annotation(PathAnnotation))
	if file == "" {
		return Location{}
	}
	index := 0
	if text := cmp.Or(i.Annotation(InternalIndexAnnotation), i.Annotation(IndexAnnotation)); text != "" {
		index, _ = strconv.Atoi(text)
	}
	if i.Annotation(packagePathAnnotation) == "" {
		return Location{Path: path.Clean(file), Index: index}
	}
	in := strings.TrimPrefix(strings.TrimPrefix(path.Clean(i.Annotation(packagePathAnnotation)), root), "/")
	return Location{Path: path.Join(in, file), Index: index}
}
