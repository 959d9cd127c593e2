package upgrade

import (
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Around is the input around a cluster: what the plan of one asks of all else. Each answer is worked out once, when it is first asked for; clusters may ask side by side.
type Around struct {
	Input
	all         func() []*resource.Item
	files       func() map[string][]*resource.Item
	referring   func() map[string][]reference
	templates   func() map[string][]*resource.Item
	definitions func() definitions
}

// definitions are CustomResourceDefinitions, and what is wrong with some.
type definitions struct {
	list  []*yamltree.Node
	notes []plan.Note
}

// Survey is the input as the plans of its clusters see it.
func Survey(in Input) *Around {
	a := &Around{Input: in}
	a.all = sync.OnceValue(a.everything)
	a.files = sync.OnceValue(a.byFile)
	a.referring = sync.OnceValue(a.references)
	a.templates = sync.OnceValue(a.ofTemplates)
	a.definitions = sync.OnceValue(a.defined)
	return a
}

// everything is all that the repository has, as far as it is known.
func (a *Around) everything() []*resource.Item {
	if a.Others == nil {
		return a.Items
	}
	return slices.Concat(a.Items, a.Others())
}

// byFile are the items by their files, encrypted ones too.
func (a *Around) byFile() map[string][]*resource.Item {
	out := map[string][]*resource.Item{}
	for _, i := range a.Items {
		out[i.Location.Path] = append(out[i.Location.Path], i)
	}
	return out
}

// ofTemplates are the templates of all of the repository, by kind and name.
func (a *Around) ofTemplates() map[string][]*resource.Item {
	out := map[string][]*resource.Item{}
	for _, i := range a.all() {
		if strings.HasSuffix(i.Kind, "Template") {
			out[i.Kind+" "+i.Name] = append(out[i.Kind+" "+i.Name], i)
		}
	}
	return out
}

// references are the references to templates, and to classes of clusters, in all of the repository, by kind and name.
func (a *Around) references() map[string][]reference {
	out := map[string][]reference{}
	for _, i := range a.all() {
		i.Look(func(root *yamltree.Node) {
			logical, err := yamltree.Logical(root)
			if err != nil {
				return
			}
			walkReferences(yamltree.Get(logical, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name, _ string) {
				if key := kind + " " + name; strings.HasSuffix(kind, "Template") {
					out[key] = append(out[key], reference{item: i, at: at, kind: kind, name: name})
				}
			})
			if at, name := kinds.ClassOf(i.Ref, logical); name != "" {
				key := kinds.Class + " " + name
				out[key] = append(out[key], reference{item: i, at: at, kind: kinds.Class, name: name})
			}
		})
	}
	return out
}

// defined are the CustomResourceDefinitions among the items, and those beside them.
func (a *Around) defined() definitions {
	var out definitions
	for _, i := range a.Items {
		if i.Kind != "CustomResourceDefinition" || i.Group() != "apiextensions.k8s.io" {
			continue
		}
		logical, err := yamltree.Logical(i.Root())
		if err != nil {
			out.notes = append(out.notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Item: i, Text: err.Error()})
			continue
		}
		out.list = append(out.list, logical)
	}
	out.list = append(out.list, a.Definitions...)
	return out
}

// inFile are the items of a file as they are now: those of the cluster, and others.
func (w *view) inFile(file string) []*resource.Item {
	out := slices.DeleteFunc(slices.Clone(w.around.files()[file]), w.isOwn)
	for i := range w.Items() {
		if i.Location.Path == file {
			out = append(out, i)
		}
	}
	return out
}

// elsewhere are the references to a template, or class, in what is neither base nor overlay of the cluster. Names count in their namespace alone.
func (w *view) elsewhere(template *resource.Item) []reference {
	var out []reference
	for _, x := range w.around.referring()[template.Kind+" "+template.Name] {
		same := x.item.Namespace == template.Namespace || x.item.Namespace == "" || template.Namespace == ""
		if same && !w.isOwn(x.item) {
			out = append(out, x)
		}
	}
	return out
}

// hasTemplate reports whether a template is anywhere in the repository but in the cluster.
func (w *view) hasTemplate(kind, name string) bool {
	return slices.ContainsFunc(w.around.templates()[kind+" "+name], func(i *resource.Item) bool { return !w.isOwn(i) })
}

// isElsewhere reports whether something elsewhere among the items has a value.
func (w *view) isElsewhere(value string) bool {
	return slices.ContainsFunc(w.around.Items, func(i *resource.Item) (is bool) {
		if i.Speaks(value) && !w.isOwn(i) {
			i.Look(func(root *yamltree.Node) { is = holds(root, func(text string) bool { return text == value }) })
		}
		return is
	})
}
