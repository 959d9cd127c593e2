package release

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// partialResources reads the partial resources in a ConfigMap's data: one for all keys that are
// top-level fields, and one for each key that holds a whole one.
func partialResources(i *resource.Item) ([]*yaml.Node, []error) {
	var errs []error
	root, err := yamltree.Logical(i.Node)
	if err != nil {
		return nil, []error{err}
	}
	for _, key := range []string{"binaryData"} {
		if yamltree.Get(root, key) != nil {
			errs = append(errs, fmt.Errorf("%s: holds data that is no resource; must be in data", key))
		}
	}
	data := yamltree.Get(root, "data")
	if data == nil || yamltree.IsNull(data) {
		return nil, errs
	}
	if data.Kind != yaml.MappingNode {
		return nil, append(errs, fmt.Errorf("data: is %s; must be a map", yamltree.ATypeOf(data)))
	}
	texts := allTexts(data) && yamltree.Get(data, "kind") == nil && yamltree.Get(data, "apiVersion") == nil
	fields := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: data.Line, Column: data.Column}
	var out []*yaml.Node
	for k := 0; k+1 < len(data.Content); k += 2 {
		key, v := data.Content[k], data.Content[k+1]
		whole := isFile(key.Value) || key.Value == "values" && len(data.Content) == 2
		text := v.Kind == yaml.ScalarNode && yamltree.TypeOf(v) == yamltree.TypeString
		switch {
		case whole && text:
			r, err := parseResource(v.Value)
			if err != nil {
				errs = append(errs, fmt.Errorf("data[%s]: %w", key.Value, err))
				continue
			}
			if r != nil {
				yamltree.ShiftInto(r, v)
				out = append(out, r)
			}
		case whole && v.Kind == yaml.MappingNode:
			out = append(out, v)
		case whole:
			errs = append(errs, fmt.Errorf("data[%s]: is %s; must be a partial resource", key.Value, yamltree.ATypeOf(v)))
		case text:
			field := structured(v)
			if texts && field.Kind == yaml.ScalarNode && key.Value != "$patch" {
				errs = append(errs, fmt.Errorf("data[%s]: holds text; must hold a map or a list, or be a resource in a key that ends in .yaml", key.Value))
				continue
			}
			fields.Content = append(fields.Content, key, field)
		default:
			fields.Content = append(fields.Content, key, v)
		}
	}
	if len(fields.Content) > 0 {
		out = append([]*yaml.Node{fields}, out...)
	}
	for _, r := range out {
		yamltree.StripComments(r)
		errs = append(errs, oddNodes(r, nil)...)
		errs = append(errs, duplicates(r, nil)...)
		errs = append(errs, hostAnnotations(r)...)
	}
	return out, errs
}

// allTexts tells whether all of data are strings, as in a ConfigMap that an API server takes. There, text that
// holds no structure is no field, unless an apiVersion or a kind beside it says that all of it is one resource.
func allTexts(data *yaml.Node) bool {
	for k := 1; k < len(data.Content); k += 2 {
		if v := data.Content[k]; v.Kind != yaml.ScalarNode || yamltree.TypeOf(v) != yamltree.TypeString {
			return false
		}
	}
	return true
}

// hostAnnotations are the annotations of a patch that orchestrators keep for themselves.
func hostAnnotations(r *yaml.Node) []error {
	var errs []error
	at := yamltree.Fields("metadata", "annotations")
	annotations := yamltree.Lookup(r, at)
	if annotations == nil || annotations.Kind != yaml.MappingNode {
		return nil
	}
	for k := 0; k+1 < len(annotations.Content); k += 2 {
		if name := annotations.Content[k].Value; resource.IsHostAnnotation(name) {
			errs = append(errs, fmt.Errorf("data: %s: is the orchestrator's own; must not be in a release", at.Field(name)))
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
func structured(v *yaml.Node) *yaml.Node {
	r, err := parseOne(v.Value)
	if err != nil || r == nil || r.Kind != yaml.MappingNode && r.Kind != yaml.SequenceNode {
		return v
	}
	yamltree.ShiftInto(r, v)
	return r
}

func parseResource(text string) (*yaml.Node, error) {
	r, err := parseOne(text)
	switch {
	case err != nil:
		return nil, err
	case r != nil && r.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("holds %s; must be a partial resource", yamltree.ATypeOf(r))
	}
	return r, nil
}

// parseOne parses one document; nil where there is nothing in it.
func parseOne(text string) (*yaml.Node, error) {
	doc, err := yamltree.ReadOne([]byte(text))
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case errors.Is(err, yamltree.ErrSeveral):
		return nil, fmt.Errorf("%w; must be one", err)
	case err != nil:
		return nil, fmt.Errorf("holds no YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	logical, err := yamltree.Logical(doc.Content[0])
	if err != nil || yamltree.IsNull(logical) {
		return nil, err
	}
	return logical, nil
}

// oddNodes are what no API server reads: keys that are maps or lists, and values that are not what their tag says.
func oddNodes(n *yaml.Node, p yamltree.Path) []error {
	var errs []error
	if problem := yamltree.TagProblem(n); problem != "" {
		errs = append(errs, fmt.Errorf("data: %s: %s", p, problem))
	}
	for i, child := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			errs = append(errs, oddNodes(child, p.Index(i))...)
		case i%2 == 1:
			errs = append(errs, oddNodes(child, p.Field(n.Content[i-1].Value))...)
		case child.Kind != yaml.ScalarNode || yamltree.IsNull(child):
			errs = append(errs, fmt.Errorf("data: %s: has %s for a key; must be a string", p, yamltree.ATypeOf(child)))
		}
	}
	return errs
}

// duplicates are the keys that stand twice in one map of a patch: no reader could tell which one is meant.
func duplicates(n *yaml.Node, p yamltree.Path) []error {
	var errs []error
	if n.Kind == yaml.SequenceNode {
		for i, el := range n.Content {
			errs = append(errs, duplicates(el, p.Index(i))...)
		}
		return errs
	}
	seen := map[string]bool{}
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		key := n.Content[i].Value
		at := p.Field(key)
		if seen[key] {
			errs = append(errs, fmt.Errorf("data: %s: stands twice; must stand once", at))
		}
		seen[key] = true
		errs = append(errs, duplicates(n.Content[i+1], at)...)
	}
	return errs
}
