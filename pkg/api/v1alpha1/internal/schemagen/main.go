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

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/invopop/jsonschema"
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	r := jsonschema.Reflector{DoNotReference: true, FieldNameTag: "json"}
	if err := r.AddGoComments("github.com/giantswarm/apply-release/pkg/api/v1alpha1", "."); err != nil {
		log.Fatal(err)
	}
	s := r.Reflect(&v1alpha1.ApplyRelease{})
	s.ID = "https://github.com/giantswarm/apply-release/raw/main/pkg/api/v1alpha1/applyrelease.schema.json"
	s.Title = v1alpha1.Kind
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "applyrelease.schema.json"), append(out, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}
