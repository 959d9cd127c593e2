package plan

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// referrer is a place that refers to another resource by its name.
type referrer struct {
	item    *resource.Item
	at      yamltree.Path // of the name
	kind    string
	name    string
	overlay bool // in the customer's overlay, which is never written
}

// references are the references among the resources of a cluster, its overlay included: maps with a kind and a name.
func (m *maker) references(cl *cluster.Cluster) []referrer {
	var out []referrer
	add := func(i *resource.Item, root *yamltree.Node, overlay bool) {
		walkReferences(yamltree.Get(root, "spec"), yamltree.Fields("spec"), func(at yamltree.Path, kind, name string) {
			out = append(out, referrer{i, at, kind, name, overlay})
		})
	}
	for _, i := range cl.Base {
		if !clusterapi.IsGroup(i.Group()) {
			continue
		}
		if r := m.byItem[i]; r != nil && r.Final != nil {
			add(i, r.Final, false)
		} else if root, err := yamltree.Logical(i.Node); err == nil {
			add(i, root, false)
		}
	}
	for _, i := range m.overlay(cl).Own {
		if root, err := yamltree.Logical(i.Node); err == nil {
			add(i, root, true)
		}
	}
	for _, p := range m.overlay(cl).Patches {
		if p.Data != nil {
			add(p.Item, p.Data, true)
		}
	}
	return out
}

func walkReferences(n *yamltree.Node, at yamltree.Path, found func(at yamltree.Path, kind, name string)) {
	switch {
	case n == nil:
	case n.Kind == yamltree.List:
		for i, el := range n.Elements() {
			walkReferences(el, at.Index(i), found)
		}
	case n.Kind == yamltree.Map:
		kind, name := yamltree.Get(n, "kind"), yamltree.Get(n, "name")
		if kind != nil && name != nil && kind.Kind == yamltree.Scalar && name.Kind == yamltree.Scalar {
			found(at.Field("name"), kind.Value, name.Value)
		}
		for v := range n.Children() {
			walkReferences(v, at.Field(v.Key), found)
		}
	}
}

// leaveUnused takes templates out of the plan that nothing refers to and that a rotation has replaced by their name: what earlier rotations left.
// Others that nothing refers to stay: something outside of the cluster's base may.
func (m *maker) leaveUnused() {
	for _, cl := range m.Clusters {
		var references []referrer
		for _, i := range cl.Base {
			if m.byItem[i] == nil || !clusterapi.IsTemplate(i.Ref) {
				continue
			}
			if references == nil {
				references = m.references(cl)
			}
			to := func(fits func(referrer) bool) bool {
				return slices.ContainsFunc(references, func(x referrer) bool { return x.kind == i.Kind && fits(x) })
			}
			inBase := to(func(x referrer) bool { return x.name == i.Name && !x.overlay })
			inOverlay := to(func(x referrer) bool { return x.name == i.Name && x.overlay })
			replaced := to(func(x referrer) bool { return stem(x.name) == stem(i.Name) })
			switch {
			case inBase:
			case inOverlay && m.hasCopy(i, cl):
				delete(m.byItem, i)
				if !m.drift {
					m.Results.Warnf(i, nil, "has a copy of a newer release, and the customer's overlay refers to this one still; is left as it is, must not be referred to")
				}
			case !inOverlay && replaced:
				delete(m.byItem, i)
				m.notef(UnusedNote, i, nil, "nothing in %s refers to it; is left as it is, and can be removed once no machine is of it", cl)
			}
		}
	}
}

// hasCopy tells whether a rotation wrote a copy of a template, for this release or an earlier one.
func (m *maker) hasCopy(i *resource.Item, cl *cluster.Cluster) bool {
	return slices.ContainsFunc(cl.Base, func(other *resource.Item) bool {
		return other != i && other.Kind == i.Kind && other.Name != stem(other.Name) && stem(other.Name) == stem(i.Name)
	})
}

// templates sees to changes of what Cluster API does not let change: a warning, or a copy in its place.
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
		if m.spec.Policy.ImmutableTemplates != v1alpha1.Rotate {
			for _, r := range changed {
				m.Results.Warnf(r.Item, yamltree.Fields("spec"), "is immutable: Cluster API rejects the change; must be a template of a new name, which policy.immutableTemplates Rotate writes")
			}
			continue
		}
		references := m.references(cl)
		taken := map[string]bool{}
		for _, i := range cl.Base {
			taken[i.Kind+" "+i.Name] = true
		}
		for _, r := range changed {
			m.rotate(r, cl, references, taken)
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

// rotate puts the changes into a copy of a template and points the references to it.
func (m *maker) rotate(r *Resource, cl *cluster.Cluster, references []referrer, taken map[string]bool) {
	if strings.EqualFold(path.Ext(r.Item.Location.Path), ".json") {
		m.Results.Errorf(r.Item, nil, "is in a JSON file, which has no room for its copy; must be in a .yaml file")
		return
	}
	if !slices.ContainsFunc(references, func(x referrer) bool { return x.kind == r.Item.Kind && x.name == r.Item.Name }) {
		m.Results.Errorf(r.Item, nil, "is to change, which takes a copy, and nothing in the base of %s refers to it: what refers to it lies elsewhere, and cannot be pointed to the copy; must be pointed to a copy by hand, carry the annotation fn.giantswarm.io/keep: spec, or policy.immutableTemplates be Warn", cl)
		return
	}
	name := m.rotated(r.Item, taken)
	r.Copy = name
	r.set(rotation, yamltree.Fields("metadata", "name"), yamltree.Str(name))
	for i := range r.Changes { // what makes machines roll is the reference
		r.Changes[i].Impact = clusterapi.NoRollout
	}
	m.notef(RotatedNote, r.Item, nil, "stays as it is beside its copy %q, for the machines that are of it; can be removed once none is", name)
	for _, x := range references {
		if x.kind != r.Item.Kind || x.name != r.Item.Name {
			continue
		}
		if x.overlay {
			m.Results.Warnf(x.item, x.at, "the customer's overlay refers to %s, which gets a copy %q; must refer to the copy to get what is new", r.Item.Ref, name)
			continue
		}
		m.repoint(x, name, cl)
	}
	for _, p := range m.overlay(cl).Patches {
		if p.For(r.Item) {
			m.Results.Warnf(p.Item, nil, "patches %s, which gets a copy %q: the copy is without the patch; must be for the copy", r.Item.Ref, name)
		}
	}
}

// repoint makes a reference lead to another name.
func (m *maker) repoint(x referrer, name string, cl *cluster.Cluster) {
	by := m.final(x.item, cl)
	if by == nil {
		return
	}
	by.set(reference, x.at, yamltree.Str(name))
	if !m.staysRecorded(by) { // what is left out stays on its release
		m.stampOne(by)
	}
}

// suffix is a release at the end of a template's name, as a rotation writes it, with a letter where that name was taken.
var suffix = regexp.MustCompile(`-v?[0-9]+[-.][0-9]+[-.][0-9]+(?:-[a-z]+[0-9a-z-]*)?$`)

// stem is a template's name without the release that a rotation put at its end.
func stem(name string) string { return suffix.ReplaceAllString(name, "") }

// copyName is the name of a template with the release at its end, in the place of the one that it has there.
func (m *maker) copyName(i *resource.Item) string {
	return stem(i.Name) + "-" + strings.NewReplacer(".", "-", "+", "-").Replace(strings.TrimPrefix(m.Release.Version.String(), "v"))
}

// rotated is the name for a copy, with a letter behind it where that is taken. It takes the name.
func (m *maker) rotated(i *resource.Item, taken map[string]bool) string {
	name := m.copyName(i)
	free := name
	for letter := 'b'; taken[i.Kind+" "+free]; letter++ {
		free = name + "-" + string(letter)
		if letter == 'z' {
			name, letter = free, 'a'
		}
	}
	taken[i.Kind+" "+free] = true
	return free
}
