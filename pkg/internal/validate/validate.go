// Package validate checks resources against CustomResourceDefinitions, as an API server does
// (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation): types, enumerations, limits, patterns, what is required, and fields that are unknown.
// It is the library of the API server that looks, and its words that are given. Rules in CEL (x-kubernetes-validations) and webhooks are not looked at.
package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	apierrors "k8s.io/kube-openapi/pkg/validation/errors"
	openapi "k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

// Definitions are CustomResourceDefinitions to check against. They may be used by several at once.
type Definitions struct {
	crds []*yamltree.Node

	mutex   sync.Mutex
	schemas map[string]*openapi.Schema // by API version and kind; nil for one that is not known, or cannot be read
}

// New takes CustomResourceDefinitions as logical trees.
func New(crds []*yamltree.Node) *Definitions {
	return &Definitions{crds: crds, schemas: map[string]*openapi.Schema{}}
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
func (d *Definitions) of(n *yamltree.Node) *openapi.Schema {
	if n == nil || len(d.crds) == 0 {
		return nil
	}
	ref := resource.RefOf(n)
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
func (d *Definitions) compile(ref resource.Ref) *openapi.Schema {
	for _, crd := range d.crds {
		node := schemaOf(crd, ref)
		if node == nil {
			continue
		}
		document, err := json.Marshal(root(structural(node)))
		if err != nil {
			return nil
		}
		s := &openapi.Schema{}
		if err := json.Unmarshal(document, s); err != nil {
			return nil
		}
		return s
	}
	return nil
}

// schemaOf is the schema of a version in a definition, nil where that is of another kind or version.
func schemaOf(crd *yamltree.Node, ref resource.Ref) *yamltree.Node {
	definition := yamltree.Get(crd, "spec")
	if text(definition, "group") != ref.Group() || text(yamltree.Get(definition, "names"), "kind") != ref.Kind {
		return nil
	}
	versions := yamltree.Get(definition, "versions")
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
		return yamltree.Lookup(definition, yamltree.Fields("validation", "openAPIV3Schema"))
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

// keywords are those of a structural schema that are taken as they are.
var keywords = []string{
	"enum", "format", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "maxItems", "minItems", "uniqueItems", "multipleOf",
	"maxProperties", "minProperties", "nullable",
}

// structural is a structural schema (https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema) in which fields that it does
// not name are errors, and those that have a default are not missed.
func structural(n *yamltree.Node) map[string]any {
	out := map[string]any{}
	for _, key := range keywords {
		if v := yamltree.Get(n, key); v != nil {
			out[key] = v.Plain()
		}
	}
	if _, err := regexp.Compile(text(n, "pattern")); err == nil && text(n, "pattern") != "" {
		out["pattern"] = text(n, "pattern")
	}
	if required := missed(n); len(required) > 0 {
		out["required"] = required
	}
	intOrString := text(n, "x-kubernetes-int-or-string") == "true"
	if t := text(n, "type"); t != "" && !intOrString {
		out["type"] = t
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

// missed are the fields that a schema requires, and that the API server does not add by itself.
func missed(n *yamltree.Node) []string {
	required := yamltree.Get(n, "required")
	if required == nil || required.Kind != yamltree.List {
		return nil
	}
	var out []string
	for name := range required.Children() {
		if yamltree.Lookup(n, yamltree.Fields("properties", name.Value, "default")) == nil {
			out = append(out, name.Value)
		}
	}
	return out
}

// problems are what is wrong with a resource, in the order of their paths.
func (d *Definitions) problems(n *yamltree.Node, schema *openapi.Schema) []Problem {
	if schema == nil {
		return nil
	}
	var out []Problem
	for _, err := range validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(n.Plain()).Errors {
		if p := problem(err, n); !slices.ContainsFunc(out, func(x Problem) bool { return x.Message == p.Message && x.Path.Equal(p.Path) }) {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Problem) int {
		return strings.Compare(a.Path.String()+" "+a.Message, b.Path.String()+" "+b.Message)
	})
	return out
}

// problem is an error of the library, with the field that it names in front apart.
func problem(err error, n *yamltree.Node) Problem {
	var of *apierrors.Validation
	if !errors.As(err, &of) { // such as "spec.zone" must validate one and only one schema
		if quoted, e := strconv.QuotedPrefix(err.Error()); e == nil {
			name, _ := strconv.Unquote(quoted)
			return Problem{pathOf(name, n), strings.TrimSpace(strings.TrimPrefix(err.Error(), quoted))}
		}
		if m := wrongFormat.FindStringSubmatch(err.Error()); m != nil {
			return Problem{pathOf(m[2], n), m[1]}
		}
		return Problem{Message: err.Error()}
	}
	if of.Code() == apierrors.UnallowedPropertyCode {
		if key, is := of.Value.(string); is {
			return Problem{pathOf(of.Name, n).Field(key), "is a field that its kind does not have"}
		}
	}
	words := strings.TrimPrefix(strings.TrimPrefix(of.Error(), of.Name+" "), "in "+of.In+" ")
	if kind, is := of.Value.(string); is && of.Code() == apierrors.InvalidTypeCode {
		words = strings.TrimSuffix(words, fmt.Sprintf(": %q", kind))
		if slices.Contains(types, kind) {
			words += ", and is of type " + kind
		} else { // the value itself, which may be a secret
			words = strings.Replace(words, "of type", "of format", 1)
		}
	}
	return Problem{pathOf(of.Name, n), words}
}

// types are those of OpenAPI (https://spec.openapis.org/oas/v3.0.3#data-types).
var types = []string{"string", "integer", "number", "boolean", "array", "object", "null"}

// wrongFormat is what the library says of a number that is too large.
var wrongFormat = regexp.MustCompile(`^Checked value (must be of type \S+ with format \S+) in (.*)$`)

// pathOf is the path that the library writes as spec.zones[1].name. Names with dots of their own are found in the tree, in which the last name may be missing.
func pathOf(written string, n *yamltree.Node) yamltree.Path {
	var out yamltree.Path
	for written = strings.TrimPrefix(written, "."); written != ""; written = strings.TrimPrefix(written, ".") {
		if index, rest, is := indexAt(written); is {
			out, written = out.Index(index), rest
			n = yamltree.Lookup(n, yamltree.Path{}.Index(index))
			continue
		}
		name := written
		var below *yamltree.Node
		if n != nil && n.Kind == yamltree.Map {
			for v := range n.Children() {
				if rest, is := strings.CutPrefix(written, v.Key); is && (rest == "" || rest[0] == '.' || rest[0] == '[') && (below == nil || len(v.Key) > len(name)) {
					name, below = v.Key, v
				}
			}
		}
		out, written, n = out.Field(name), written[len(name):], below
	}
	return out
}

// indexAt is the index that a written begins with, such as [1], and what comes behind.
func indexAt(written string) (int, string, bool) {
	inside, rest, found := strings.Cut(strings.TrimPrefix(written, "["), "]")
	index, err := strconv.Atoi(inside)
	return index, rest, found && written[0] == '[' && err == nil
}
