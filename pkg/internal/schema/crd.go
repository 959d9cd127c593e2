package schema

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// readCRD adds the rules of a CustomResourceDefinition (apiextensions.k8s.io/v1, or v1beta1 with one schema for
// all versions) for one version to a table by path. It reports whether the definition is of that kind and version.
func readCRD(crd *yamltree.Node, group, version, kind string) (map[string]Rule, bool) {
	spec := yamltree.Get(crd, "spec")
	if text(spec, "group") != group || text(yamltree.Get(spec, "names"), "kind") != kind {
		return nil, false
	}
	versions := yamltree.Get(spec, "versions")
	if versions == nil || versions.Kind != yamltree.List {
		return nil, false
	}
	for v := range versions.Children() {
		if text(v, "name") != version {
			continue
		}
		schema := yamltree.Lookup(v, yamltree.Fields("schema", "openAPIV3Schema"))
		if schema == nil {
			schema = yamltree.Lookup(spec, yamltree.Fields("validation", "openAPIV3Schema"))
		}
		rules := map[string]Rule{}
		walkSchema(schema, "", rules)
		return rules, true
	}
	return nil, false
}

// walkSchema notes what a structural schema says of lists and maps
// (https://kubernetes.io/docs/reference/using-api/server-side-apply/#custom-resources-and-server-side-apply).
func walkSchema(s *yamltree.Node, path string, rules map[string]Rule) {
	if s == nil || s.Kind != yamltree.Map {
		return
	}
	if items := yamltree.Get(s, "items"); items != nil {
		rules[path] = listRule(s, items)
		walkSchema(items, path+"[]", rules)
		return
	}
	values := yamltree.Get(s, "additionalProperties")
	if text(s, "type") == "object" && path != "" && text(s, "x-kubernetes-preserve-unknown-fields") != "true" {
		rules[path] = Rule{Shape: MapShape, Strings: text(values, "type") == "string"}
	}
	properties := yamltree.Get(s, "properties")
	if properties == nil || properties.Kind != yamltree.Map {
		return
	}
	for property := range properties.Children() {
		name := property.Key
		if path != "" {
			name = path + "." + name
		}
		if name != "status" && name != "metadata" {
			walkSchema(property, name, rules)
		}
	}
}

// listRule is what the schema of a list says.
func listRule(s, items *yamltree.Node) Rule {
	r := Rule{Shape: ListShape}
	switch text(s, "x-kubernetes-list-type") {
	case "set":
		r.Strategy = Set
	case "atomic":
		r.Strategy = Atomic
	case "map":
		keys := yamltree.Get(s, "x-kubernetes-list-map-keys")
		if keys == nil || keys.First() == nil {
			return r
		}
		r.Strategy = Map
		for k := range keys.Children() {
			fallback := text(yamltree.Lookup(items, yamltree.Fields("properties", k.Value)), "default")
			r.Keys = append(r.Keys, Key{Name: k.Value, Default: fallback})
		}
	default:
		if key := text(s, "x-kubernetes-patch-merge-key"); key != "" {
			r.Strategy, r.Keys = Map, []Key{{Name: key}}
		}
	}
	return r
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
