package create

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

const kustomization = "kustomization.yaml"

// Files are the files of a new cluster, from a template that is filled: base, with a file for each resource and a kustomization that lists them, and an overlay that builds on it, so that
// kustomize builds the overlay at once. Where the template's base, or its overlay, has a kustomization of its own, its files stay as they are. What lies in neither is of base. The error joins all
// that is wrong: two files of one name, text that is no YAML, resources whose names Kubernetes refuses.
func Files(filled []File, id string) ([]File, error) {
	var base, overlay []File
	var errs []error
	for _, f := range filled {
		if path.Clean(f.Path) != f.Path || path.IsAbs(f.Path) || strings.HasPrefix(f.Path, "../") {
			errs = append(errs, fmt.Errorf("%q: leads out of the cluster", f.Path))
			continue
		}
		if !utf8.ValidString(f.Text) {
			errs = append(errs, fmt.Errorf("%s: is no text in UTF-8", f.Path))
			continue
		}
		if rest, is := strings.CutPrefix(f.Path, layout.Overlay+"/"); is {
			overlay = append(overlay, File{rest, f.Text})
			continue
		}
		base = append(base, File{strings.TrimPrefix(f.Path, layout.Base+"/"), f.Text})
	}
	errs = append(errs, checkAll(base)...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	if !slices.ContainsFunc(base, isKustomization) {
		split, err := apart(base, id)
		if err != nil {
			return nil, err
		}
		base = append(split, listing(split, nil))
	}
	if !slices.ContainsFunc(overlay, isKustomization) {
		overlay = append(overlay, listing(overlay, []string{"../" + layout.Base}))
	}
	var out []File
	for _, part := range []struct {
		folder string
		files  []File
	}{{layout.Base, base}, {layout.Overlay, overlay}} {
		for _, f := range part.files {
			f.Path = part.folder + "/" + f.Path
			if slices.ContainsFunc(out, func(other File) bool { return other.Path == f.Path }) {
				errs = append(errs, fmt.Errorf("%s: comes twice; must be two files, or one", f.Path))
			}
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return out, errors.Join(errs...)
}

func isKustomization(f File) bool {
	return slices.Contains([]string{kustomization, "kustomization.yml", "Kustomization"}, f.Path)
}

func isYAML(file string) bool {
	switch path.Ext(file) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// listing is a kustomization of files.
func listing(files []File, first []string) File {
	list := yamltree.NewList()
	for _, name := range first {
		list.Append(yamltree.Str(name))
	}
	var names []string
	for _, f := range files {
		if isYAML(f.Path) {
			names = append(names, f.Path)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		list.Append(yamltree.Str(name))
	}
	root := yamltree.NewMap().
		Add("apiVersion", yamltree.Str("kustomize.config.k8s.io/v1beta1")).
		Add("kind", yamltree.Str("Kustomization")).
		Add("resources", list)
	return File{kustomization, string(yamledit.Print(root))}
}

// apart gives each resource a file of its own: one that holds a single resource stays, those that share one get names by their kinds and names.
func apart(files []File, id string) ([]File, error) {
	var out []File
	for _, f := range files {
		if !isYAML(f.Path) {
			out = append(out, f)
			continue
		}
		docs, err := yamltree.Documents([]byte(f.Text))
		if err != nil {
			return nil, fmt.Errorf("%s: is no YAML: %w", f.Path, err)
		}
		if len(docs) < 2 {
			out = append(out, f)
			continue
		}
		for _, doc := range docs {
			i := resource.NewItem(doc.Root)
			name := path.Join(path.Dir(f.Path), fileName(i, id))
			text := strings.TrimPrefix(strings.TrimLeft(f.Text[doc.Span.Start:doc.Span.End], "\r\n"), "---\n")
			out = append(out, File{name, strings.TrimRight(text, "\n") + "\n"})
		}
	}
	return out, nil
}

// fileName is the name of the file of a resource: its kind, and of its name what the cluster's does not say; of an app, that alone.
func fileName(i *resource.Item, id string) string {
	rest := strings.TrimPrefix(strings.TrimPrefix(i.Name, id), "-")
	kind := strings.ToLower(i.Kind)
	switch {
	case rest == "":
		return kind + ".yaml"
	case i.Kind == "App" || i.Kind == "HelmRelease":
		return rest + ".yaml"
	}
	return kind + "-" + rest + ".yaml"
}
