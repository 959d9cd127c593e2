// Command schemagen writes applyrelease.schema.json, the JSON schema of the kind ApplyRelease, from
// the Go types and their comments.
//
// Run it in pkg/api/v1alpha1; with an argument, it writes to that folder.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"reflect"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/invopop/jsonschema"
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	r := jsonschema.Reflector{DoNotReference: true, FieldNameTag: "json", Mapper: templates}
	if err := r.AddGoComments("github.com/giantswarm/apply-release/pkg/api/v1alpha1", "."); err != nil {
		log.Fatal(err)
	}
	s := r.Reflect(&v1alpha1.ApplyRelease{})
	s.ID = "https://github.com/giantswarm/apply-release/raw/main/pkg/api/v1alpha1/applyrelease.schema.json"
	s.Title = v1alpha1.Kind
	policy := property(property(s, "spec"), "policy")
	for _, x := range v1alpha1.Settings() {
		choices(property(policy, x.Field), x.Allowed)
		property(policy, x.Field).Default = string(x.Allowed[0])
	}
	choices(property(property(policy, "rules").Items, "localChanges"), v1alpha1.RuleChoices())
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "applyrelease.schema.json"), append(out, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}

// templates is the schema of templates of paths: a string, or a list of strings.
func templates(t reflect.Type) *jsonschema.Schema {
	if t != reflect.TypeFor[v1alpha1.Templates]() {
		return nil
	}
	text := &jsonschema.Schema{Type: "string"}
	return &jsonschema.Schema{OneOf: []*jsonschema.Schema{text, {Type: "array", Items: text}}}
}

// property is the schema of a property, which there must be.
func property(s *jsonschema.Schema, name string) *jsonschema.Schema {
	p, found := s.Properties.Get(name)
	if !found {
		log.Fatalf("the schema has no property %s", name)
	}
	return p
}

func choices(s *jsonschema.Schema, allowed []v1alpha1.Reaction) {
	for _, v := range allowed {
		s.Enum = append(s.Enum, string(v))
	}
}
