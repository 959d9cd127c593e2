package plan

import (
	"path"
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// templates sees to changes of what Cluster API does not let change: a warning, or a copy in its place. Templates that nothing
// refers to, while others of their kind are referred to, are what earlier rotations left, and stay as they are.
func (m *maker) templates() {
	for _, cl := range m.Clusters {
		var changed []*Resource
		for _, i := range cl.Base {
			if r := m.byItem[i]; r != nil && clusterapi.IsTemplate(i.Ref) && changesSpec(r) {
				changed = append(changed, r)
			}
		}
		if len(changed) == 0 {
			continue
		}
		references := m.references(cl)
		for _, r := range changed {
			m.template(r, cl, references)
		}
	}
}

func changesSpec(r *Resource) bool {
	for _, c := range r.Changes {
		if clusterapi.IsImmutable(r.Item.Ref, c.Path) {
			return true
		}
	}
	return false
}

// referrer is a place that refers to another resource by its name.
type referrer struct {
	item *resource.Item
	at   yamltree.Path // of the name
	kind string
	name string
}

// references are the references among the resources of a cluster's base: maps with a kind and a name.
func (m *maker) references(cl *cluster.Cluster) []referrer {
	var out []referrer
	for _, i := range cl.Base {
		if !clusterapi.IsGroup(i.Group()) {
			continue
		}
		root, err := yamltree.Logical(i.Node)
		if r := m.byItem[i]; r != nil && r.Final != nil {
			root, err = r.Final, nil
		}
		if err == nil {
			walkReferences(yamltree.Get(root, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name string) {
				out = append(out, referrer{i, at, kind, name})
			})
		}
	}
	return out
}

func walkReferences(n *yaml.Node, at yamltree.Path, found func(at yamltree.Path, kind, name string)) {
	switch {
	case n == nil:
	case n.Kind == yaml.SequenceNode:
		for i, el := range n.Content {
			walkReferences(el, at.Index(i), found)
		}
	case n.Kind == yaml.MappingNode:
		kind, name := yamltree.Get(n, "kind"), yamltree.Get(n, "name")
		if kind != nil && name != nil && kind.Kind == yaml.ScalarNode && name.Kind == yaml.ScalarNode {
			found(at.Field("name"), kind.Value, name.Value)
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			walkReferences(n.Content[i+1], at.Field(n.Content[i].Value), found)
		}
	}
}

// template sees to one template whose spec is to change.
func (m *maker) template(r *Resource, cl *cluster.Cluster, references []referrer) {
	var own []referrer
	others := false
	for _, x := range references {
		if x.kind == r.Item.Kind && x.name == r.Item.Name {
			own = append(own, x)
		}
		others = others || x.kind == r.Item.Kind
	}
	switch {
	case len(own) == 0 && others:
		m.notef(UnusedNote, r.Item, nil, "nothing in %s refers to it; is left as it is, and can be removed once no machine is of it", cl)
		r.Changes, r.left, r.Final = nil, true, nil
	case m.spec.Policy.ImmutableTemplates == v1alpha1.Rotate:
		m.rotate(r, cl, own)
	default:
		m.Results.Warnf(r.Item, yamltree.Fields("spec"), "is immutable: Cluster API rejects the change; must be a template of a new name, which policy.immutableTemplates Rotate writes")
	}
}

// rotate puts the changes into a copy of a template and points the references to it.
func (m *maker) rotate(r *Resource, cl *cluster.Cluster, own []referrer) {
	name := m.rotated(r.Item.Name)
	for _, i := range cl.Base {
		if i.Kind == r.Item.Kind && i.Name == name {
			m.Results.Errorf(i, nil, "is in the way of the copy of %s for release %s; must be removed, or be what the references lead to", r.Item.Ref, m.Release)
			return
		}
	}
	if strings.EqualFold(path.Ext(r.Item.Location.Path), ".json") {
		m.Results.Errorf(r.Item, nil, "is in a JSON file, which has no room for its copy; must be in a .yaml file")
		return
	}
	r.Copy = name
	r.set(record, yamltree.Fields("metadata", "name"), yamltree.Str(name))
	for i := range r.Changes { // what makes machines roll is the reference
		r.Changes[i].Impact = clusterapi.NoRollout
	}
	m.notef(RotatedNote, r.Item, nil, "stays as it is beside its copy %q, for the machines that are of it; can be removed once none is", name)
	if len(own) == 0 {
		m.Results.Warnf(r.Item, nil, "nothing in %s refers to it, so that nothing will use its copy %q; must be referred to", cl, name)
	}
	for _, x := range own {
		by := m.resource(x.item, cl)
		if by.Final == nil {
			logical, err := yamltree.Logical(x.item.Node)
			if err != nil {
				m.Results.Errorf(x.item, nil, "%v", err)
				continue
			}
			by.Final, by.left = logical, true
		}
		before := len(by.Changes)
		by.set(reference, x.at, yamltree.Str(name))
		if before == 0 {
			m.stampOne(by)
		}
	}
	for _, p := range m.overlay(cl).Patches {
		if p.For(r.Item) {
			m.Results.Warnf(p.Item, nil, "patches %s, which gets a copy %q: the copy is without the patch; must be for the copy", r.Item.Ref, name)
		}
	}
}

// suffix is a release in the name of a template, as an earlier rotation wrote it, or as dots.
var suffix = regexp.MustCompile(`-v?[0-9]+[-.][0-9]+[-.][0-9]+(?:-[a-z]+[0-9a-z-]*)?$`)

// rotated is the name of a template with the release at its end, in the place of the one that it has there.
func (m *maker) rotated(name string) string {
	version := strings.NewReplacer(".", "-", "+", "-").Replace(strings.TrimPrefix(m.Release.Version.String(), "v"))
	return suffix.ReplaceAllString(name, "") + "-" + version
}
