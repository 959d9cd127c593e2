package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

func (m *merger) errorf(p yamltree.Path, format string, args ...any) {
	m.Errors = append(m.Errors, Finding{p, fmt.Sprintf(format, args...), m.current})
}

func (m *merger) warnf(p yamltree.Path, format string, args ...any) {
	m.Warnings = append(m.Warnings, Finding{p, fmt.Sprintf(format, args...), m.current})
}

// root merges one patch into the whole resource.
func (m *merger) root(target, patch *yamltree.Node) {
	if patch.Kind != yamltree.Map {
		m.errorf(nil, "the release's data is %s; must be a partial resource", yamltree.ATypeOf(patch))
		return
	}
	if m.Removed {
		m.errorf(nil, "an earlier patch of the release removes the resource; must not be patched after that")
		return
	}
	switch directive(patch) {
	case "delete":
		if extra := fieldsBeside(patch, "apiVersion", "kind", "metadata"); len(extra) > 0 {
			m.errorf(nil, "$patch: delete at the root stands beside %s; must stand beside the resource's identity alone", strings.Join(extra, ", "))
			return
		}
		m.Removed = true
		m.warnf(nil, "the release removes the resource")
	case "replace":
		m.replaceRoot(target, patch)
	default:
		m.maps.mergeMap(m.Final, patch, nil, "")
	}
}

func fieldsBeside(patch *yamltree.Node, allowed ...string) []string {
	var out []string
	for v := range patch.Children() {
		key := v.Key
		if !strings.HasPrefix(key, "$") && !slices.Contains(allowed, key) {
			out = append(out, key)
		}
	}
	return out
}

// replaceRoot replaces all of the resource but its identity.
func (m *merger) replaceRoot(target, patch *yamltree.Node) {
	next := m.maps.clean(patch, nil, "", true)
	id := resource.RefOf(target)
	restore := func(root *yamltree.Node, value string, path ...string) {
		if value == "" {
			return
		}
		for _, name := range path[:len(path)-1] {
			if yamltree.Get(root, name) == nil {
				root.Add(name, yamltree.NewMap())
			}
			root = yamltree.Get(root, name)
		}
		last := path[len(path)-1]
		if root.Kind == yamltree.Map && yamltree.Get(root, last) == nil {
			root.Add(last, yamltree.Str(value))
		}
	}
	restore(next, id.APIVersion, "apiVersion")
	restore(next, id.Kind, "kind")
	restore(next, id.Name, "metadata", "name")
	restore(next, id.Namespace, "metadata", "namespace")
	if yamltree.Equal(m.Final, next) {
		return
	}
	m.touch(nil)
	m.Final.SetChildren(next.Elements())
	m.finder.Forget(m.Final)
}

// restoreHostAnnotations puts back the annotations by which an orchestrator keeps track of a resource, where a patch
// replaced or removed the maps that they stand in. They are none of the release's business.
func restoreHostAnnotations(target, final *yamltree.Node) {
	at := yamltree.Fields("metadata", "annotations")
	before := yamltree.Lookup(target, at)
	if before == nil || before.Kind != yamltree.Map || yamltree.Lookup(final, at) == before {
		return
	}
	for v := range before.Children() {
		name := v.Key
		if !resource.IsHostAnnotation(name) {
			continue
		}
		root := final
		for _, s := range at {
			root.Own()
			next := yamltree.Get(root, s.Name)
			if next == nil {
				next = yamltree.NewMap()
				root.Add(s.Name, next)
			}
			root = next
		}
		if root.Kind != yamltree.Map {
			return
		}
		root.Own()
		if known := yamltree.Get(root, name); known != nil {
			yamltree.Overwrite(known, v)
			continue
		}
		root.Append(yamltree.Clone(v))
	}
}

// lastTouch is the index of the last patch that touched a place, something above it, or below it.
func (m *merger) lastTouch(p yamltree.Path) int {
	patch := 0
	for _, t := range m.touches {
		if t.path.HasPrefix(p) || p.HasPrefix(t.path) {
			patch = max(t.patch, 0)
		}
	}
	return patch
}

// groupKind is a kind in its API group.
type groupKind struct{ group, kind string }

// immutableSelectors are the kinds whose spec.selector an API server does not let change.
var immutableSelectors = map[groupKind]bool{
	{"apps", "Deployment"}: true, {"apps", "StatefulSet"}: true, {"apps", "DaemonSet"}: true, {"apps", "ReplicaSet"}: true,
	{"batch", "Job"}: true,
	{"cluster.x-k8s.io", "MachineDeployment"}: true, {"cluster.x-k8s.io", "MachineSet"}: true,
}

// checkIdentity refuses changes that would make it another resource, and warns of a new API version.
func (m *merger) checkIdentity(target *yamltree.Node) {
	before, after := resource.RefOf(target), resource.RefOf(m.Final)
	if before != after {
		m.compareIdentity(before, after)
	}
	if !immutableSelectors[groupKind{before.Group(), before.Kind}] {
		return
	}
	if selector := yamltree.Fields("spec", "selector"); !yamltree.Equal(yamltree.Lookup(target, selector), yamltree.Lookup(m.Final, selector)) {
		m.current = m.lastTouch(selector)
		m.errorf(selector, "is immutable in a %s; must leave it as it is", before.Kind)
	}
}

func (m *merger) compareIdentity(before, after resource.Ref) {
	for _, f := range []struct {
		path     []string
		old, new string
	}{
		{[]string{"kind"}, before.Kind, after.Kind},
		{[]string{"apiVersion"}, before.Group(), after.Group()},
		{[]string{"metadata", "name"}, before.Name, after.Name},
		{[]string{"metadata", "namespace"}, before.Namespace, after.Namespace},
	} {
		if f.old != f.new {
			m.current = m.lastTouch(yamltree.Fields(f.path...))
			m.errorf(yamltree.Fields(f.path...), "the release would change the resource's identity from %q to %q; must leave it as it is", f.old, f.new)
		}
	}
	m.current = m.lastTouch(yamltree.Fields("apiVersion"))
	if before.Group() == after.Group() && before.Version() != after.Version() {
		m.warnf(yamltree.Fields("apiVersion"), "changes from %q to %q: fields may have other names and types there", before.APIVersion, after.APIVersion)
	}
}
