package resource

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
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
	FunctionConfig *yaml.Node

	src []byte
	doc *yaml.Node
}

// ParseList reads a ResourceList (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md)
// in YAML or JSON. All that is wrong with it is reported together, joined with [errors.Join].
func ParseList(src []byte) (*List, error) {
	src = plainJSON(src)
	doc, err := parseOne(src)
	if err != nil {
		return nil, err
	}
	root := yamltree.Resolve(doc.Content[0])
	if err := checkHeader(root); err != nil {
		return nil, err
	}
	l := &List{src: src, doc: doc}
	if config := yamltree.Get(root, "functionConfig"); config != nil && !yamltree.IsNull(config) {
		l.FunctionConfig = yamltree.Resolve(config)
	}
	items := yamltree.Get(root, "items")
	if items == nil || yamltree.IsNull(items) {
		return l, nil
	}
	if items.Kind != yaml.SequenceNode {
		return nil, fmt.Errorf("standard input: line %d: items is %s; must be a list", items.Line, yamltree.ATypeOf(items))
	}
	var errs []error
	for i, n := range items.Content {
		if yamltree.Resolve(n).Kind != yaml.MappingNode {
			errs = append(errs, fmt.Errorf("standard input: line %d: items[%d] is %s; must be a resource", n.Line, i, yamltree.ATypeOf(n)))
			continue
		}
		l.Items = append(l.Items, NewItem(yamltree.Resolve(n), yamltree.Fields("items").Index(i)))
	}
	Locate(l.Items)
	return l, errors.Join(errs...)
}

// End is the path of an item that would come behind the last one.
func (l *List) End() yamltree.Path {
	n := 0
	if items := yamltree.Get(yamltree.Resolve(l.doc.Content[0]), "items"); items != nil {
		n = len(items.Content)
	}
	return yamltree.Fields("items").Index(n)
}

func parseOne(src []byte) (*yaml.Node, error) {
	if len(bytes.TrimSpace(src)) == 0 {
		return nil, errors.New("standard input: is empty; must be a ResourceList")
	}
	if !utf8.Valid(src) {
		return nil, errors.New("standard input: is no UTF-8; must be a ResourceList in UTF-8")
	}
	doc, err := yamltree.ReadOne(src)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("standard input: holds no document; must be a ResourceList")
	case errors.Is(err, yamltree.ErrSeveral):
		return nil, errors.New("standard input: holds another document behind the list; must be one ResourceList and nothing else")
	case err != nil:
		return nil, fmt.Errorf("standard input: must be one ResourceList in YAML or JSON, and nothing else: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	return doc, nil
}

func checkHeader(root *yaml.Node) error {
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("standard input: is %s; must be a ResourceList", yamltree.ATypeOf(root))
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if key := root.Content[i]; yamltree.Count(root, key.Value) > 1 {
			return fmt.Errorf("standard input: line %d: %s stands twice; must stand once", key.Line, key.Value)
		}
	}
	ref := NewItem(root, nil).Ref
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
