package plan

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// definitions are the CustomResourceDefinitions among the items.
func (m *maker) definitions(items []*resource.Item) []*yaml.Node {
	var out []*yaml.Node
	for _, i := range items {
		if i.Kind != "CustomResourceDefinition" || i.Group() != "apiextensions.k8s.io" {
			continue
		}
		logical, err := yamltree.Logical(i.Node)
		if err != nil {
			m.Results.Errorf(i, nil, "%v", err)
			continue
		}
		out = append(out, logical)
	}
	return out
}

// mergeAll merges the patches into every resource that has some.
func (m *maker) mergeAll(definitions []*yaml.Node) {
	var keys []schema.MergeKey
	for _, k := range m.spec.MergeKeys {
		keys = append(keys, schema.MergeKey(k))
	}
	s := schema.New(keys, definitions)
	for _, r := range m.Resources {
		m.mergeOne(r, s)
	}
}

func (m *maker) mergeOne(r *Resource, s *schema.Schema) {
	logical, err := yamltree.Logical(r.Item.Node)
	if err != nil {
		m.Results.Errorf(r.Item, nil, "%v", err)
		return
	}
	patches := make([]merge.Patch, len(r.patches))
	for i, x := range r.patches {
		patches[i] = merge.Patch{Component: x.patch.Component, Rank: x.patch.Rank(), Data: x.data}
	}
	merged := merge.Merge(logical, patches, s.Step(r.Item.Ref, nextAPIVersion(r)))
	for _, f := range merged.Errors {
		m.Results.Errorf(r.Item, f.Path, "component %q: %s", patches[f.Patch].Component, f.Message)
	}
	for _, f := range merged.Warnings {
		m.Results.Warnf(r.Item, f.Path, "component %q: %s", patches[f.Patch].Component, f.Message)
	}
	if len(merged.Errors) > 0 {
		return
	}
	r.Changes, r.Removed = merged.Changes, merged.Removed
	for _, c := range r.Changes {
		m.Results = append(m.Results, m.changed(r, c))
	}
	if len(r.Changes) == 0 && !r.Removed {
		x := r.patches[len(r.patches)-1]
		m.Results.Infof(r.Item, nil, "has what component %q says already (chosen by %s)", x.patch.Component, x.rule)
	}
}

// nextAPIVersion is the apiVersion that the last patch with one moves a resource to.
func nextAPIVersion(r *Resource) string {
	next := r.Item.APIVersion
	for _, x := range r.patches {
		if v := resource.NewItem(x.data, nil).APIVersion; v != "" {
			next = v
		}
	}
	return next
}

// changed is the result that reports a change.
func (m *maker) changed(r *Resource, c merge.Change) result.Result {
	x := r.patches[c.Patch]
	message := ""
	switch c.Op {
	case merge.Add:
		message = "is added" + value(": ", c.New)
	case merge.Delete:
		message = "is removed" + value(", was ", c.Old)
	default:
		message = "changes" + value(" from ", c.Old) + value(" to ", c.New)
	}
	return result.Result{
		Severity: result.Info,
		Message:  fmt.Sprintf("%s (component %q, chosen by %s)", message, x.patch.Component, x.rule),
		Item:     r.Item, Field: c.Path, Old: c.Old, New: c.New,
		Tags: map[string]string{
			"cluster": r.Cluster.String(), "release": m.Release.String(),
			"component": x.patch.Component, "rule": string(x.rule), "op": string(c.Op),
		},
	}
}

// value shows a scalar behind a word; of a map or list, only that it is one.
func value(word string, n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		return word + yamltree.ATypeOf(n)
	case yamltree.TypeOf(n) == yamltree.TypeString && strings.Contains(n.Value, "\n"):
		return word + "text"
	case yamltree.TypeOf(n) == yamltree.TypeString:
		return word + fmt.Sprintf("%q", n.Value)
	case yamltree.IsNull(n):
		return word + "null"
	}
	return word + n.Value
}
