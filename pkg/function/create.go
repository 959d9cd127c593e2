package function

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/create"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// decision is what becomes of a list: a plan for its items, and new items behind them.
type decision struct {
	plan *plan.Plan
	made []plan.Outcome
}

// makeCluster makes a new cluster of the items: of a template and a release among them, or in the configuration. A cluster that is there stays as it is, so that a pipeline can run again.
func makeCluster(config, record *yamltree.Node, items []*resource.Item, options Options) (decision, error) {
	c, err := v1alpha1.DecodeCreate(config, record)
	if err != nil {
		return decision{}, err
	}
	request, err := create.Named(c.Spec.Cluster)
	if err != nil {
		return decision{}, err
	}
	request.Values = c.Spec.Values
	inline, template := sources(c, items)
	if len(template) == 0 {
		return decision{}, fmt.Errorf("spec.template: no item lies in %q, or has the annotation %s of that text", c.Spec.Template, v1alpha1.TemplateAnnotation)
	}
	clusters, err := layout.ParseCluster(c.Spec.Layout.Cluster...)
	if err != nil {
		return decision{}, err
	}
	folder, err := clusters.NewFolder(request.Places())
	if err != nil {
		return decision{}, err
	}
	if there := in(folder, items); there != nil {
		note := plan.Note{Kind: plan.ClusterThere, Severity: result.Info, Item: there, Name: c.Spec.Cluster}
		return decision{plan: &plan.Plan{Notes: []plan.Note{note}}}, nil
	}
	releases, err := layout.ParseRelease(c.Spec.Layout.Release...)
	if err != nil {
		return decision{}, err
	}
	all := append(slices.Clone(inline), items...)
	catalog, _ := release.Read(all, releases)
	rel, err := catalog.Select(c.Spec.Release.Provider, c.Spec.Release.Version)
	if err != nil {
		return decision{}, err
	}
	request.Release, request.Kubernetes = rel.Version.String(), match.KubernetesVersion(rel)
	files, err := request.FromTemplate(template, create.InPath(clusters))
	if err != nil {
		return decision{}, err
	}
	own := parse(folder, files)
	upgraded := c.Upgrade()
	upgraded.Spec.Release.Provider, upgraded.Spec.Release.Version = rel.Provider, rel.Version.String()
	d := decision{plan: upgrade.Plan(upgraded, upgrade.Input{Items: append(slices.Clone(own), relevant(catalog, all)...), Definitions: options.Definitions, New: true})}
	if d.plan.Failed() {
		return d, nil
	}
	d.made = outcomes(d.plan, own, hasFiles(items))
	return d, nil
}

// sources are the releases in a configuration, as items, and the template, in it and among the items.
func sources(c *v1alpha1.CreateCluster, items []*resource.Item) (releases []*resource.Item, template create.Template) {
	for _, n := range c.Spec.Releases {
		releases = append(releases, resource.NewItem(n))
	}
	resource.Locate(releases)
	const inline = "resources.yaml" // which is taken apart
	if c.Spec.Resources != "" {
		template = append(template, create.File{Path: inline, Text: c.Spec.Resources})
	}
	var parts []*resource.Item
	for _, i := range items {
		if c.Spec.Template != "" && (i.Annotation(v1alpha1.TemplateAnnotation) == c.Spec.Template || fileIn(c.Spec.Template, i) != "") {
			parts = append(parts, i)
		}
	}
	byFile := map[string]int{}
	for at, f := range template {
		byFile[f.Path] = at
	}
	for _, i := range parts {
		file := fileIn(c.Spec.Template, i)
		if file == "" {
			file = inline
		}
		text := string(yamledit.Print(withoutHosts(i.Root())))
		if at, seen := byFile[file]; seen {
			template[at].Text += "---\n" + text
			continue
		}
		byFile[file] = len(template)
		template = append(template, create.File{Path: file, Text: text})
	}
	return releases, template
}

// fileIn is the way from a folder to the file of an item; "" where it is not in the folder. The folder may lie anywhere in the package.
func fileIn(folder string, i *resource.Item) string {
	parts, of := i.Location.Segments(), strings.Split(strings.Trim(strings.TrimPrefix(folder, "./"), "/"), "/")
	for at := 0; at+len(of) < len(parts); at++ {
		if slices.Equal(parts[at:at+len(of)], of) {
			return strings.Join(parts[at+len(of):], "/")
		}
	}
	return ""
}

// withoutHosts is a resource without what hosts of functions, and templates, note in its annotations.
func withoutHosts(n *yamltree.Node) *yamltree.Node {
	n = yamltree.Clone(n)
	meta := yamltree.Get(n, "metadata")
	annotations := yamltree.Get(meta, "annotations")
	if annotations == nil || annotations.Kind != yamltree.Map {
		return n
	}
	for _, v := range annotations.Elements() {
		if resource.IsHostAnnotation(v.Key) || v.Key == v1alpha1.TemplateAnnotation {
			annotations.Remove(v)
		}
	}
	if annotations.First() == nil {
		meta.Remove(annotations)
	}
	return n
}

// in is an item in the folder of a cluster, nil for none.
func in(folder string, items []*resource.Item) *resource.Item {
	for _, i := range items {
		if fileIn(folder, i) != "" {
			return i
		}
	}
	return nil
}

// parse are the resources in the files of a new cluster.
func parse(folder string, files []create.File) []*resource.Item {
	var out []*resource.Item
	for _, f := range files {
		docs, err := yamltree.Documents([]byte(f.Text))
		if err != nil {
			continue // an overlay's file that is none of resources
		}
		for n, doc := range docs {
			i := resource.NewItem(doc.Root)
			i.Location = resource.Location{Path: folder + "/" + f.Path, Index: n}
			out = append(out, i)
		}
	}
	return out
}

// relevant are the items of releases, and definitions.
func relevant(catalog *release.Catalog, items []*resource.Item) []*resource.Item {
	return slices.DeleteFunc(slices.Clone(items), func(i *resource.Item) bool {
		return !catalog.IsRelease(i) && i.Kind != "CustomResourceDefinition"
	})
}

// hasFiles reports whether the host keeps items in files: kustomize keeps none, and would take a kustomization for a resource.
func hasFiles(items []*resource.Item) bool {
	return slices.ContainsFunc(items, func(i *resource.Item) bool {
		return i.HasAnnotation(resource.PathAnnotation) || i.HasAnnotation(resource.InternalPathAnnotation)
	})
}

// outcomes are the new items: those of base, and, where there are files, the kustomizations and the overlay.
func outcomes(p *plan.Plan, own []*resource.Item, files bool) []plan.Outcome {
	var out []plan.Outcome
	for _, c := range p.Clusters {
		for _, i := range own {
			value := i.Root()
			if r := c.Of(i); r != nil && r.After() != nil {
				value = r.After()
			}
			isBase := slices.Contains(c.Base, i)
			if !isBase && !files {
				continue
			}
			o := plan.Outcome{Item: i, Cluster: c.Cluster, Created: true, Value: value}
			if !files {
				o.Item = resource.NewItem(i.Root()) // without a file
			}
			out = append(out, o)
		}
		for _, r := range c.Resources {
			if r.Created {
				out = append(out, plan.Outcome{Item: r.Item, Cluster: c.Cluster, Created: true, Value: r.Final})
			}
		}
	}
	return out
}
