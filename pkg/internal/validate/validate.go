// Package validate checks resources against CustomResourceDefinitions, as an API server does
// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation): types, enumerations, limits, patterns, what is required, and fields that are unknown.
// Rules in CEL (x-kubernetes-validations) and webhooks are not looked at.
package validate

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Definitions are CustomResourceDefinitions to check against. They may be used by several at once.
type Definitions struct {
	crds []*yamltree.Node

	mutex   sync.Mutex
	schemas map[string]*jsonschema.Schema // by API version and kind; nil for one that is not known, or cannot be read
}

// New takes CustomResourceDefinitions as logical trees.
func New(crds []*yamltree.Node) *Definitions {
	return &Definitions{crds: crds, schemas: map[string]*jsonschema.Schema{}}
}

// Problem is what an API server would reject.
type Problem struct {
	Path    yamltree.Path
	Message string
}

// New are the problems that a resource, as a logical tree, has and another one has not: what an upgrade from the one to the other breaks. before is nil for a resource that is new. There are none where no definition of
// its kind is known.
func (d *Definitions) New(before, after *yamltree.Node) []Problem {
	schema := d.of(after)
	if schema == nil {
		return nil
	}
	had := d.problems(before, d.of(before))
	return slices.DeleteFunc(d.problems(after, schema), func(p Problem) bool {
		return slices.ContainsFunc(had, func(x Problem) bool { return x.Message == p.Message && x.Path.Equal(p.Path) })
	})
}

// of is the schema of a resource's kind, nil for none.
func (d *Definitions) of(n *yamltree.Node) *jsonschema.Schema {
	if n == nil || len(d.crds) == 0 {
		return nil
	}
	ref := resource.NewItem(n, nil).Ref
	name := ref.APIVersion + " " + ref.Kind
	d.mutex.Lock()
	defer d.mutex.Unlock()
	s, seen := d.schemas[name]
	if !seen {
		s = d.compile(ref)
		d.schemas[name] = s
	}
	return s
}

// compile reads the schema of a kind; nil where none is known, or the library cannot read it: then nothing is said.
func (d *Definitions) compile(ref resource.Ref) *jsonschema.Schema {
	for _, crd := range d.crds {
		node := schemaOf(crd, ref)
		if node == nil {
			continue
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft4) // the nearest to what structural schemas are of
		if err := c.AddResource("crd.json", root(structural(node))); err != nil {
			return nil
		}
		s, err := c.Compile("crd.json")
		if err != nil {
			return nil
		}
		return s
	}
	return nil
}

// schemaOf is the schema of a version in a definition, nil where that is of another kind or version.
func schemaOf(crd *yamltree.Node, ref resource.Ref) *yamltree.Node {
	spec := yamltree.Get(crd, "spec")
	if text(spec, "group") != ref.Group() || text(yamltree.Get(spec, "names"), "kind") != ref.Kind {
		return nil
	}
	versions := yamltree.Get(spec, "versions")
	if versions == nil || versions.Kind != yamltree.List {
		return nil
	}
	for v := range versions.Children() {
		if text(v, "name") != ref.Version() {
			continue
		}
		if schema := yamltree.Lookup(v, yamltree.Fields("schema", "openAPIV3Schema")); schema != nil {
			return schema
		}
		return yamltree.Lookup(spec, yamltree.Fields("validation", "openAPIV3Schema"))
	}
	return nil
}

func text(n *yamltree.Node, key string) string {
	if n == nil {
		return ""
	}
	if v := yamltree.Get(n, key); v != nil && v.Kind == yamltree.Scalar {
		return v.Value
	}
	return ""
}

// root lets through what every resource has.
func root(s map[string]any) map[string]any {
	properties, _ := s["properties"].(map[string]any)
	if properties == nil {
		properties = map[string]any{}
	}
	for _, name := range []string{"apiVersion", "kind", "metadata", "status"} {
		properties[name] = map[string]any{}
	}
	s["properties"] = properties
	return s
}

// keywords are those of a structural schema that JSON schema has, and means the same by.
var keywords = []string{
	"enum", "format", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf",
	"maxProperties", "minProperties", "required",
}

// structural is a structural schema (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema) as a JSON schema, in which fields that it does
// not name are errors.
func structural(n *yamltree.Node) map[string]any {
	out := map[string]any{}
	for _, key := range keywords {
		if v := yamltree.Get(n, key); v != nil {
			out[key] = value(v)
		}
	}
	intOrString := text(n, "x-kubernetes-int-or-string") == "true"
	if t := text(n, "type"); t != "" && !intOrString {
		out["type"] = t
		if text(n, "nullable") == "true" {
			out["type"] = []any{t, "null"}
		}
	}
	if intOrString {
		out["type"] = []any{"integer", "string"}
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if v := yamltree.Get(n, key); v != nil && v.Kind == yamltree.List && !intOrString {
			var list []any
			for el := range v.Children() {
				list = append(list, partial(el))
			}
			out[key] = list
		}
	}
	if v := yamltree.Get(n, "not"); v != nil {
		out["not"] = partial(v)
	}
	if v := yamltree.Get(n, "items"); v != nil {
		out["items"] = structural(v)
	}
	open := text(n, "x-kubernetes-preserve-unknown-fields") == "true" || text(n, "x-kubernetes-embedded-resource") == "true"
	properties := map[string]any{}
	if v := yamltree.Get(n, "properties"); v != nil && v.Kind == yamltree.Map {
		for p := range v.Children() {
			properties[p.Key] = structural(p)
		}
		out["properties"] = properties
	}
	switch more := yamltree.Get(n, "additionalProperties"); {
	case more != nil && more.Kind == yamltree.Map:
		out["additionalProperties"] = structural(more)
	case len(properties) > 0 && !open && more == nil:
		out["additionalProperties"] = false
	}
	return out
}

// partial is a schema in allOf, anyOf, oneOf and not, which says nothing of fields that it does not name.
func partial(n *yamltree.Node) map[string]any {
	out := structural(n)
	var relax func(m map[string]any)
	relax = func(m map[string]any) {
		if m["additionalProperties"] == false {
			delete(m, "additionalProperties")
		}
		for _, v := range m {
			if below, is := v.(map[string]any); is {
				relax(below)
			}
		}
	}
	relax(out)
	return out
}

// problems are what is wrong with a resource, in the order of their paths.
func (d *Definitions) problems(n *yamltree.Node, schema *jsonschema.Schema) []Problem {
	if schema == nil {
		return nil
	}
	err := schema.Validate(value(n))
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return nil
	}
	var out []Problem
	collect(invalid, n, &out)
	slices.SortStableFunc(out, func(a, b Problem) int { return strings.Compare(a.Path.String(), b.Path.String()) })
	return out
}

var english = message.NewPrinter(language.English)

// collect adds the innermost errors, which say what is wrong where.
func collect(e *jsonschema.ValidationError, n *yamltree.Node, out *[]Problem) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			collect(c, n, out)
		}
		return
	}
	p := Problem{Path: pathOf(e.InstanceLocation, n), Message: e.ErrorKind.LocalizedString(english)}
	if !slices.ContainsFunc(*out, func(x Problem) bool { return x.Message == p.Message && x.Path.Equal(p.Path) }) {
		*out = append(*out, p)
	}
}

// pathOf is the path of a location in a tree.
func pathOf(location []string, n *yamltree.Node) yamltree.Path {
	var out yamltree.Path
	for _, name := range location {
		index := -1
		if n != nil && n.Kind == yamltree.List {
			_, _ = fmt.Sscan(name, &index)
		}
		if index >= 0 {
			out = out.Index(index)
			n = yamltree.Lookup(n, yamltree.Path{}.Index(index))
			continue
		}
		out = out.Field(name)
		if n != nil {
			n = yamltree.Get(n, name)
		}
	}
	return out
}

// value is a logical tree as the library takes it.
func value(n *yamltree.Node) any { return n.Plain() }
