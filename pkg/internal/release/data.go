package release

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// partialResources reads the partial resources in a ConfigMap's data: one for all keys that are
// fieldsOfConfigMap are the fields that a ConfigMap with a component may have.
var fieldsOfConfigMap = []string{"apiVersion", "kind", "metadata", "data", "immutable"}

// top-level fields, and one for each key that holds a whole one.
func partialResources(i *resource.Item) ([]*yamltree.Node, []error) {
	var errs []error
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		return nil, []error{err}
	}
	for v := range root.Children() {
		if !slices.Contains(fieldsOfConfigMap, v.Key) {
			errs = append(errs, fmt.Errorf("%s: counts for nothing; what a component says must be in data", v.Key))
		}
	}
	data := yamltree.Get(root, "data")
	if data == nil || yamltree.IsNull(data) {
		return nil, errs
	}
	if data.Kind != yamltree.Map {
		return nil, append(errs, fmt.Errorf("data: is %s; must be a map", yamltree.ATypeOf(data)))
	}
	texts := allTexts(data) && yamltree.Get(data, "kind") == nil && yamltree.Get(data, "apiVersion") == nil
	fields := data.Bare()
	fields.DropTag()
	var out []*yamltree.Node
	for v := range data.Children() {
		key := v.Key
		whole := isFile(key) || key == "values" && data.Len() == 1
		text := v.Kind == yamltree.Scalar && yamltree.TypeOf(v) == yamltree.TypeString
		switch {
		case whole && text:
			r, err := parseResource(v.Value)
			if err != nil {
				errs = append(errs, fmt.Errorf("data[%s]: %w", key, err))
				continue
			}
			if r != nil {
				yamltree.ShiftInto(r, v)
				out = append(out, r)
			}
		case whole && v.Kind == yamltree.Map:
			out = append(out, yamltree.Clone(v))
		case whole:
			errs = append(errs, fmt.Errorf("data[%s]: is %s; must be a partial resource", key, yamltree.ATypeOf(v)))
		case text:
			field := structured(v)
			if texts && field.Kind == yamltree.Scalar && key != "$patch" {
				errs = append(errs, fmt.Errorf("data[%s]: holds text; must hold a map or a list, or be a resource in a key that ends in .yaml", key))
				continue
			}
			field = yamltree.Clone(field)
			field.TakeKey(v)
			fields.Append(field)
		default:
			fields.Append(yamltree.Clone(v))
		}
	}
	if fields.First() != nil {
		out = append([]*yamltree.Node{fields}, out...)
	}
	for _, r := range out {
		yamltree.StripComments(r)
		errs = append(errs, oddNodes(r, nil)...)
		errs = append(errs, duplicates(r, nil)...)
		errs = append(errs, hostAnnotations(r)...)
	}
	return out, errs
}

// allTexts reports whether all of data are strings, as in a ConfigMap that an API server takes. There, text that
// holds no structure is no field, unless an apiVersion or a kind beside it says that all of it is one resource.
func allTexts(data *yamltree.Node) bool {
	for v := range data.Children() {
		if v.Kind != yamltree.Scalar || yamltree.TypeOf(v) != yamltree.TypeString {
			return false
		}
	}
	return true
}

// hostAnnotations are the annotations of a patch that orchestrators keep for themselves.
func hostAnnotations(r *yamltree.Node) []error {
	var errs []error
	at := yamltree.Fields("metadata", "annotations")
	annotations := yamltree.Lookup(r, at)
	if annotations == nil || annotations.Kind != yamltree.Map {
		return nil
	}
	for v := range annotations.Children() {
		if resource.IsHostAnnotation(v.Key) {
			errs = append(errs, fmt.Errorf("data: %s: is the orchestrator's own; must not be in a release", at.Field(v.Key)))
		}
	}
	return errs
}

func isFile(key string) bool {
	for _, ext := range []string{".yaml", ".yml", ".json"} {
		if strings.HasSuffix(key, ext) {
			return true
		}
	}
	return false
}

// structured is the map or list that a string holds, or else the string itself.
func structured(v *yamltree.Node) *yamltree.Node {
	r, err := parseOne(v.Value)
	if err != nil || r == nil || r.Kind != yamltree.Map && r.Kind != yamltree.List {
		return v
	}
	yamltree.ShiftInto(r, v)
	return r
}

func parseResource(text string) (*yamltree.Node, error) {
	r, err := parseOne(text)
	switch {
	case err != nil:
		return nil, err
	case r != nil && r.Kind != yamltree.Map:
		return nil, fmt.Errorf("holds %s; must be a partial resource", yamltree.ATypeOf(r))
	}
	return r, nil
}

// parseOne parses one document; nil where there is nothing in it.
func parseOne(text string) (*yamltree.Node, error) {
	doc, err := yamltree.ReadOne([]byte(text))
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case errors.Is(err, yamltree.ErrSeveral):
		return nil, fmt.Errorf("%w; must be one", err)
	case err != nil:
		return nil, fmt.Errorf("holds no YAML: %s", err.Error())
	}
	logical, err := yamltree.Logical(doc.Root)
	if err != nil || yamltree.IsNull(logical) {
		return nil, err
	}
	return logical, nil
}

// oddNodes are what no API server reads: keys that are maps or lists, and values that are not what their tag says.
func oddNodes(n *yamltree.Node, p yamltree.Path) []error {
	var errs []error
	if problem := yamltree.TagProblem(n); problem != "" {
		errs = append(errs, fmt.Errorf("data: %s: %s", p, problem))
	}
	i := 0
	for child := range n.Children() {
		at := p.Index(i)
		i++
		if n.Kind == yamltree.Map {
			if at = p.Field(child.Key); !child.HasScalarKey() || yamltree.IsNull(child.KeyNode()) {
				errs = append(errs, fmt.Errorf("data: %s: has %s for a key; must be a string", p, yamltree.ATypeOf(child.KeyNode())))
			}
		}
		errs = append(errs, oddNodes(child, at)...)
	}
	return errs
}

// duplicates are the keys that stand twice in one map of a patch: no reader could tell which one is meant.
func duplicates(n *yamltree.Node, p yamltree.Path) []error {
	var errs []error
	if n.Kind == yamltree.List {
		for i, el := range n.Elements() {
			errs = append(errs, duplicates(el, p.Index(i))...)
		}
		return errs
	}
	seen := map[string]bool{}
	for v := range n.Children() {
		key := v.Key
		at := p.Field(key)
		if seen[key] {
			errs = append(errs, fmt.Errorf("data: %s: stands twice; must stand once", at))
		}
		seen[key] = true
		errs = append(errs, duplicates(v, at)...)
	}
	return errs
}
