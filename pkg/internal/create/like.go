package create

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Renaming is a name that becomes another one, and in how many places it did.
type Renaming struct {
	Old, New string
	Places   int
}

// Like is the shape of a cluster, whose files are given, for another one: names are changed wherever they stand as a word of their own, in values, keys, comments and paths, such as in
// peu01-mp-0 and api.peu01.example.com. What the API server sets in a resource goes, and so does the endpoint of the old control plane. secrets are those whose values only a person can
// judge. It is an error where a file is encrypted.
func Like(files []File, names []Renaming) (out []File, secrets []string, err error) {
	var errs []error
	for _, f := range files {
		own, more, err := withoutState(f)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		secrets = append(secrets, more...)
		for _, name := range names {
			errs = append(errs, name.misplaced(own))
		}
		for n := range names {
			own.Text = names[n].in(own.Text)
			own.Path = names[n].in(own.Path)
		}
		out = append(out, own)
	}
	return out, secrets, errors.Join(errs...)
}

// lasting are fields that no cluster is called by.
var lasting = map[string]bool{"apiVersion": true, "kind": true, "namespace": true, "region": true, "catalog": true, "organization": true, "provider": true, "availabilityZone": true, "instanceType": true}

// misplaced is the error about a name that stands where it is none of the cluster, such as in a field's name, a region or a namespace: to change it there would break the new one.
func (r *Renaming) misplaced(f File) error {
	if !isYAML(f.Path) || !strings.Contains(f.Text, r.Old) {
		return nil
	}
	docs, err := yamltree.Documents([]byte(f.Text))
	if err != nil {
		return nil // which is said already
	}
	has := func(text string) bool { n := Renaming{Old: r.Old, New: r.Old + "-"}; return n.in(text) != text }
	var where []string
	var look func(n *yamltree.Node, at yamltree.Path, free bool)
	look = func(n *yamltree.Node, at yamltree.Path, free bool) {
		for v := range n.Children() {
			path := at
			if n.Kind == yamltree.Map {
				path = at.Field(v.Key)
				if !free && has(v.Key) {
					where = append(where, path.String())
				}
			}
			if v.Kind == yamltree.Scalar && lasting[v.Key] && has(v.Value) {
				where = append(where, path.String())
			}
			look(v, path, free || v.Key == "labels" || v.Key == "annotations" || v.Key == "matchLabels" || v.Key == "data" || v.Key == "stringData" || v.Key == "additionalTags" || v.Key == "tags")
		}
	}
	for _, d := range docs {
		look(d.Root, nil, false)
	}
	if len(where) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %q also stands where it is not the name of the cluster: %s; make the new cluster from a template", f.Path, r.Old, strings.Join(where[:min(len(where), 3)], ", "))
}

// in renames in a text, and counts the places.
func (r *Renaming) in(text string) string {
	if r.Old == r.New || !strings.Contains(text, r.Old) {
		return text
	}
	word := regexp.MustCompile(`(^|[^A-Za-z0-9])` + regexp.QuoteMeta(r.Old) + `($|[^A-Za-z0-9])`)
	for at := 0; ; {
		m := word.FindStringSubmatchIndex(text[at:])
		if m == nil {
			return text
		}
		from, to := at+m[3], at+m[4]
		text = text[:from] + r.New + text[to:]
		at = from + len(r.New)
		r.Places++
	}
}

// state is what the API server or a controller sets.
var state = []yamltree.Path{
	yamltree.Fields("status"),
	yamltree.Fields("metadata", "uid"), yamltree.Fields("metadata", "resourceVersion"), yamltree.Fields("metadata", "generation"),
	yamltree.Fields("metadata", "ownerReferences"), yamltree.Fields("metadata", "finalizers"), yamltree.Fields("metadata", "deletionTimestamp"),
	yamltree.Fields("metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"),
	yamltree.Fields("metadata", "creationTimestamp"), yamltree.Fields("metadata", "managedFields"), yamltree.Fields("metadata", "selfLink"),
	yamltree.Fields("spec", "controlPlaneEndpoint"), yamltree.Fields("spec", "providerID"), yamltree.Fields("spec", "providerIDList"),
}

// withoutState is a file without what the cluster itself has set in it.
func withoutState(f File) (out File, secrets []string, err error) {
	out = f
	if !isYAML(f.Path) {
		return out, nil, nil
	}
	docs, err := yamltree.Documents([]byte(f.Text))
	if err != nil {
		return out, nil, fmt.Errorf("%s: is no YAML: %w", f.Path, err)
	}
	var b strings.Builder
	at := 0
	for _, doc := range docs {
		i := resource.NewItem(doc.Root)
		if i.IsEncrypted() {
			return out, nil, fmt.Errorf("%s: is encrypted, and so for one cluster alone; must be made anew for the new one, and --like be given a cluster without it", f.Path)
		}
		if i.Kind == "Secret" && i.APIVersion == "v1" {
			secrets = append(secrets, i.Name)
		}
		var edits []yamltree.Edit
		for _, p := range state {
			if p[0].Name == "spec" && !strings.HasSuffix(i.Group(), "cluster.x-k8s.io") {
				continue
			}
			if yamltree.Lookup(doc.Root, p) != nil {
				edits = append(edits, yamltree.Edit{Path: p})
			}
		}
		text := f.Text[doc.Span.Start:doc.Span.End]
		if len(edits) > 0 {
			own, err := yamltree.ReadOne([]byte(text))
			if err != nil {
				return out, nil, fmt.Errorf("%s: %w", f.Path, err)
			}
			src, _, err := yamledit.Bytes([]byte(text), own.Root, edits)
			if err != nil {
				return out, nil, fmt.Errorf("%s: %w", f.Path, err)
			}
			text = string(src)
		}
		b.WriteString(f.Text[at:doc.Span.Start] + text)
		at = doc.Span.End
	}
	out.Text = b.String() + f.Text[at:]
	return out, secrets, nil
}
