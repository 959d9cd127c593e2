package schema

import (
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// readCRD adds the rules of a CustomResourceDefinition (apiextensions.k8s.io/v1, or v1beta1 with one schema for
// all versions) for one version to a table by path. It tells whether the definition is of that kind and version.
func readCRD(crd *yaml.Node, group, version, kind string) (map[string]Rule, bool) {
	spec := yamltree.Get(crd, "spec")
	if text(spec, "group") != group || text(yamltree.Get(spec, "names"), "kind") != kind {
		return nil, false
	}
	versions := yamltree.Get(spec, "versions")
	if versions == nil || versions.Kind != yaml.SequenceNode {
		return nil, false
	}
	for _, v := range versions.Content {
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

// walkSchema notes what a structural schema says of lists
// (https://kubernetes.io/docs/reference/using-api/server-side-apply/#custom-resources-and-server-side-apply).
func walkSchema(s *yaml.Node, path string, rules map[string]Rule) {
	if s == nil || s.Kind != yaml.MappingNode {
		return
	}
	if items := yamltree.Get(s, "items"); items != nil {
		if r, ok := listRule(s, items); ok {
			rules[path] = r
		}
		walkSchema(items, path+"[]", rules)
		return
	}
	properties := yamltree.Get(s, "properties")
	if properties == nil {
		return
	}
	for i := 0; i+1 < len(properties.Content); i += 2 {
		name := properties.Content[i].Value
		if path != "" {
			name = path + "." + name
		}
		if name != "status" && name != "metadata" {
			walkSchema(properties.Content[i+1], name, rules)
		}
	}
}

func listRule(s, items *yaml.Node) (Rule, bool) {
	switch text(s, "x-kubernetes-list-type") {
	case "set":
		return Rule{Strategy: Set}, true
	case "atomic":
		return Rule{Strategy: Atomic}, true
	case "map":
		keys := yamltree.Get(s, "x-kubernetes-list-map-keys")
		if keys == nil || len(keys.Content) == 0 {
			return Rule{}, false
		}
		r := Rule{Strategy: Map}
		for _, k := range keys.Content {
			fallback := text(yamltree.Lookup(items, yamltree.Fields("properties", k.Value)), "default")
			r.Keys = append(r.Keys, Key{Name: k.Value, Default: fallback})
		}
		return r, true
	}
	if key := text(s, "x-kubernetes-patch-merge-key"); key != "" {
		return Rule{Strategy: Map, Keys: []Key{{Name: key}}}, true
	}
	return Rule{}, false
}

func text(n *yaml.Node, key string) string {
	if n == nil {
		return ""
	}
	if v := yamltree.Get(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}
