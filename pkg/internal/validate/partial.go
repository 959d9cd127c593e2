package validate

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	openapi "k8s.io/kube-openapi/pkg/validation/spec"
)

// Partial are the problems of a partial resource, as a logical tree without nulls and directives, whatever it is merged into: types, values and fields that no version of the kind allows. What is required may be in the
// other part. The kind may be written in any case; there are none where no definition of it is known. Which of several groups is meant is not known, and so what one of them allows is right.
func (d *Definitions) Partial(kind string, n *yamltree.Node) []Problem {
	var best []Problem
	known := false
	for _, crd := range d.crds {
		definition := yamltree.Get(crd, "spec")
		own := text(yamltree.Get(definition, "names"), "kind")
		versions := yamltree.Get(definition, "versions")
		if !strings.EqualFold(own, kind) || versions == nil || versions.Kind != yamltree.List {
			continue
		}
		for v := range versions.Children() {
			ref := resource.Ref{APIVersion: text(definition, "group") + "/" + text(v, "name"), Kind: own}
			if said := text(n, "apiVersion"); said != "" && said != ref.APIVersion {
				continue
			}
			schema := d.partialOf(crd, ref)
			if schema == nil {
				return nil
			}
			if found := d.problems(n, schema); !known || len(found) < len(best) {
				known, best = true, found
			}
		}
	}
	return best
}

// Knows reports whether there is a definition of a kind, which may be written in any case.
func (d *Definitions) Knows(kind string) bool {
	return slices.ContainsFunc(d.crds, func(crd *yamltree.Node) bool {
		return strings.EqualFold(text(yamltree.Lookup(crd, yamltree.Fields("spec", "names")), "kind"), kind)
	})
}

// partialOf is the schema of a version of a definition that requires nothing; nil where it cannot be read.
func (d *Definitions) partialOf(crd *yamltree.Node, ref resource.Ref) *openapi.Schema {
	name := "partial " + ref.APIVersion + " " + ref.Kind
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if s, seen := d.schemas[name]; seen {
		return s
	}
	var out *openapi.Schema
	if node := schemaOf(crd, ref); node != nil {
		if document, err := json.Marshal(unrequired(root(structural(node)))); err == nil {
			s := &openapi.Schema{}
			if json.Unmarshal(document, s) == nil {
				out = s
			}
		}
	}
	d.schemas[name] = out
	return out
}

// wanting are the keywords of a schema that a part of a value may break where the whole does not.
var wanting = []string{"required", "minProperties", "minItems", "allOf", "anyOf", "oneOf", "not"}

// unrequired takes what only a whole value can fulfil out of a schema.
func unrequired(schema map[string]any) map[string]any {
	for key, v := range schema {
		below, is := v.(map[string]any)
		switch {
		case slices.Contains(wanting, key):
			delete(schema, key)
		case key == "properties" && is:
			for _, p := range below {
				if of, is := p.(map[string]any); is {
					unrequired(of)
				}
			}
		case is:
			unrequired(below)
		}
	}
	return schema
}
