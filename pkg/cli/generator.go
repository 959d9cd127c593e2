package cli

import (
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/create"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// generator writes a functionConfig that makes a cluster without anything else: it holds the template and the release. Generators of kustomize get no items.
func (o *createOptions) generator(name string, w io.Writer) error {
	if o.template == "" {
		return errors.New("-o generator needs --template")
	}
	if _, err := create.Named(name); err != nil {
		return err
	}
	values, err := o.valuesOf()
	if err != nil {
		return err
	}
	t, err := readTemplate(o.template)
	if err != nil {
		return err
	}
	r, err := o.configured()
	if err != nil {
		return err
	}
	config, err := o.configuration([]string{name})
	if err != nil {
		return err
	}
	rel, _, err := o.releaseFor(r, config, nil)
	if err != nil {
		return err
	}
	folders, err := releaseFolders(r, selectorOf(rel.Provider, rel.Version.String()))
	if err != nil {
		return err
	}
	files, err := r.Read(folders...)
	if err != nil {
		return err
	}
	releases := yamltree.NewList()
	for _, i := range checkout.Items(files) {
		n := yamltree.Clone(i.Root())
		n.SetIn(yamltree.Str(i.Location.Path), "metadata", "annotations", resource.PathAnnotation)
		releases.Append(n)
	}
	given := yamltree.NewMap()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		given.Add(key, yamltree.Str(values[key]))
	}
	root := yamltree.NewMap().Add("apiVersion", yamltree.Str(v1alpha1.APIVersion)).Add("kind", yamltree.Str(v1alpha1.CreateKind)).
		Add("metadata", yamltree.NewMap().Add("name", yamltree.Str(strings.ReplaceAll(name, "/", "-")))).
		Add("spec", yamltree.NewMap().Add("cluster", yamltree.Str(name)).
			Add("release", yamltree.NewMap().Add("provider", yamltree.Str(rel.Provider)).Add("version", yamltree.Str(rel.Version.String()))).
			Add("values", given).Add("resources", yamltree.Str(textOf(t))).Add("releases", releases))
	_, err = w.Write(yamledit.Print(root))
	return err
}

// textOf is all of a template in one text.
func textOf(t create.Template) string {
	var parts []string
	for _, f := range t {
		parts = append(parts, strings.TrimRight(strings.TrimPrefix(f.Text, "---\n"), "\n")+"\n")
	}
	return strings.Join(parts, "---\n")
}
