package create

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"k8s.io/apimachinery/pkg/util/validation"
)

// CheckID says what is wrong with the name of a new cluster: Cluster API makes names of Services and values of labels of it
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names).
func CheckID(id string) error {
	if problems := validation.IsDNS1035Label(id); len(problems) > 0 {
		return fmt.Errorf("%q is no name for a cluster: must be of lower-case letters, digits and -, start with a letter, end with a letter or digit, and have at most %d characters", id, validation.DNS1035LabelMaxLength)
	}
	if reserved[id] {
		return fmt.Errorf("%q is no name for a cluster: folders of that name are parts of clusters", id)
	}
	return nil
}

// reserved are names that are parts of a layout.
var reserved = map[string]bool{layout.Base: true, layout.Overlay: true, "overlays": true}

// CheckInstallation says what is wrong with the name of the installation of a new cluster, which is a folder.
func CheckInstallation(name string) error {
	if problems := validation.IsDNS1123Label(name); len(problems) > 0 {
		return fmt.Errorf("%q is no name for an installation: must be of lower-case letters, digits and -, and start and end with a letter or digit", name)
	}
	return nil
}

// checkAll says what is wrong with the resources in files.
func checkAll(files []File) []error {
	var errs []error
	seen := map[resource.Ref]string{}
	resources := 0
	for _, f := range files {
		if !isYAML(f.Path) {
			continue
		}
		docs, err := yamltree.Documents([]byte(f.Text))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: is no YAML with these values: %w", f.Path, err))
			continue
		}
		for _, doc := range docs {
			i := resource.NewItem(doc.Root)
			if i.Kind == "" && i.APIVersion == "" || isKustomization(f) {
				continue // values, and what lists files
			}
			resources++
			errs = append(errs, checkItem(f.Path, i)...)
			if other := seen[i.Ref]; other != "" {
				errs = append(errs, fmt.Errorf("%s: %s is in %s already", f.Path, i.Ref, other))
			}
			seen[i.Ref] = f.Path
		}
	}
	if resources == 0 && len(errs) == 0 {
		errs = append(errs, errors.New("the template has no resources"))
	}
	return errs
}

func checkItem(file string, i *resource.Item) []error {
	var errs []error
	fail := func(field, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s: %s %s", file, i.Ref, field, fmt.Sprintf(format, args...)))
	}
	meta := yamltree.Lookup(i.Root(), yamltree.Fields("metadata"))
	isText := func(field string, v *yamltree.Node) bool {
		if v == nil {
			return false
		}
		if v.Kind == yamltree.Scalar && yamltree.IsYAML11Bool(v) {
			fail(field, "is %s, which is a boolean for many readers of YAML; must be text: quote it in the template", v.Value)
			return false
		}
		if v.Kind != yamltree.Scalar || yamltree.TypeOf(v) != yamltree.TypeString {
			fail(field, "is %s; must be text: quote it in the template", yamltree.ATypeOf(v))
			return false
		}
		return true
	}
	name := yamltree.Get(meta, "name")
	switch {
	case i.Kind == "" || i.APIVersion == "":
		fail("apiVersion", "or kind is missing; must be a resource")
	case name == nil:
		fail("metadata.name", "is missing")
	case isText("metadata.name", name) && len(validation.IsDNS1123Subdomain(name.Value)) > 0 && !strings.HasSuffix(i.Group(), "rbac.authorization.k8s.io"):
		fail("metadata.name", "is %q; must be of lower-case letters, digits, - and ., and start and end with a letter or digit", name.Value)
	}
	if ns := yamltree.Get(meta, "namespace"); isText("metadata.namespace", ns) && len(validation.IsDNS1123Label(ns.Value)) > 0 {
		fail("metadata.namespace", "is %q; must be of lower-case letters, digits and -, and start and end with a letter or digit", ns.Value)
	}
	for _, field := range []string{"labels", "annotations"} {
		all := yamltree.Get(meta, field)
		if all == nil || all.Kind != yamltree.Map {
			continue
		}
		for v := range all.Children() {
			at := "metadata." + field + "." + v.Key
			if isText(at, v) && field == "labels" && len(validation.IsValidLabelValue(v.Value)) > 0 {
				fail(at, "is %q; must be at most %d letters, digits, -, _ and ., and start and end with a letter or digit", v.Value, validation.LabelValueMaxLength)
			}
		}
	}
	return slices.Clip(errs)
}
