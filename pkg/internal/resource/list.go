package resource

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

const (
	listKind  = "ResourceList"
	listGroup = "config.kubernetes.io"
)

var listVersions = []string{"v1", "v1beta1", "v1alpha1"}

// List is a ResourceList together with the bytes that it was read from.
type List struct {
	Items []*Item
	// FunctionConfig is nil where the list has none.
	FunctionConfig *yamltree.Node

	size int           // of the source
	cut  *cut          // nil where the list is read in one go
	src  []byte        // nil where it is cut
	doc  *yamltree.Doc // nil where it is cut
}

// ParseList reads a ResourceList (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md)
// in YAML or JSON. All that is wrong with it is reported together, joined with [errors.Join].
func ParseList(src []byte) (*List, error) {
	src = plainJSON(src)
	if err := checkText(src); err != nil {
		return nil, err
	}
	l := &List{size: len(src)}
	c, found, isCut := cutList(src)
	if isCut {
		l.cut, l.Items = c, found
	} else {
		doc, err := parseOne(src)
		if err != nil {
			return nil, err
		}
		l.src, l.doc = src, doc
	}
	root := l.root()
	if err := checkHeader(root); err != nil {
		return nil, err
	}
	if config := yamltree.Get(root, "functionConfig"); config != nil && !yamltree.IsNull(config) {
		l.FunctionConfig = yamltree.Resolve(config)
	}
	if isCut {
		Locate(l.Items)
		return l, nil
	}
	items := yamltree.Get(root, "items")
	if items == nil || yamltree.IsNull(items) {
		return l, nil
	}
	if items.Kind != yamltree.List {
		return nil, fmt.Errorf("standard input: line %d: items is %s; must be a list", items.Line(), yamltree.ATypeOf(items))
	}
	var errs []error
	for i, n := range items.Elements() {
		if yamltree.Resolve(n).Kind != yamltree.Map {
			errs = append(errs, fmt.Errorf("standard input: line %d: items[%d] is %s; must be a resource", n.Line(), i, yamltree.ATypeOf(n)))
			continue
		}
		item := NewItem(yamltree.Resolve(n))
		item.Index = i
		l.Items = append(l.Items, item)
	}
	Locate(l.Items)
	return l, errors.Join(errs...)
}

// Len is how many elements the list of the items has.
func (l *List) Len() int {
	if l.cut != nil {
		return len(l.cut.texts)
	}
	if items := yamltree.Get(l.root(), "items"); items != nil {
		return items.Len()
	}
	return 0
}

// root is the list itself; of one that is cut, with nothing in the place of its items.
func (l *List) root() *yamltree.Node {
	if l.cut != nil {
		return l.cut.frame.Root
	}
	return yamltree.Resolve(l.doc.Root)
}

func checkText(src []byte) error {
	if len(bytes.TrimSpace(src)) == 0 {
		return errors.New("standard input: is empty; must be a ResourceList")
	}
	if !utf8.Valid(src) {
		return errors.New("standard input: is no UTF-8; must be a ResourceList in UTF-8")
	}
	return nil
}

func parseOne(src []byte) (*yamltree.Doc, error) {
	doc, err := yamltree.ReadOne(src)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("standard input: holds no document; must be a ResourceList")
	case errors.Is(err, yamltree.ErrSeveral):
		return nil, errors.New("standard input: holds another document behind the list; must be one ResourceList and nothing else")
	case err != nil:
		return nil, fmt.Errorf("standard input: must be one ResourceList in YAML or JSON, and nothing else: %s", err.Error())
	}
	return doc, nil
}

func checkHeader(root *yamltree.Node) error {
	if root.Kind != yamltree.Map {
		return fmt.Errorf("standard input: is %s; must be a ResourceList", yamltree.ATypeOf(root))
	}
	for v := range root.Children() {
		if yamltree.Count(root, v.Key) > 1 {
			return fmt.Errorf("standard input: line %d: %s stands twice; must stand once", v.Line(), v.Key)
		}
	}
	ref := NewItem(root).Ref
	if ref.Kind != listKind {
		return fmt.Errorf("standard input: kind is %q; must be %q", ref.Kind, listKind)
	}
	for _, v := range listVersions {
		if ref.APIVersion == listGroup+"/"+v {
			return nil
		}
	}
	return fmt.Errorf("standard input: apiVersion is %q; must be %s/ and one of %s", ref.APIVersion, listGroup, strings.Join(listVersions, ", "))
}
