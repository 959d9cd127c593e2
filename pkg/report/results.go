// Package report renders plans, and how clusters stand: as results of a KRM function, as text, diff, JSON, Markdown and HTML. It decides
// nothing.
package report

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/giantswarm/apply-release/pkg/escape"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Results renders results as nodes for the results field of a ResourceList, as the KRM functions
// specification has them, version 1.
func Results(list result.List) []*yaml.Node {
	out := make([]*yaml.Node, len(list))
	for i, r := range list {
		var m mapping
		m.text("message", escape.Text(r.Message))
		m.text("severity", string(r.Severity))
		if r.Item != nil {
			m.sub("resourceRef", func(m *mapping) {
				m.text("apiVersion", r.Item.APIVersion)
				m.text("kind", r.Item.Kind)
				m.text("name", r.Item.Name)
				m.text("namespace", r.Item.Namespace)
			})
		}
		if len(r.Field) > 0 {
			m.sub("field", func(m *mapping) {
				m.text("path", escape.Text(r.Field.String()))
				m.value("currentValue", r.Old)
				m.value("proposedValue", r.New)
			})
		}
		if r.Item != nil && r.Item.Location.Path != "" {
			m.sub("file", func(m *mapping) {
				m.text("path", r.Item.Location.Path)
				if index := r.Item.Location.Index; index > 0 {
					m.add("index", &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(index)})
				}
			})
		}
		if len(r.Tags) > 0 {
			m.sub("tags", func(m *mapping) {
				for _, k := range slices.Sorted(maps.Keys(r.Tags)) {
					m.text(k, r.Tags[k])
				}
			})
		}
		out[i] = m.node()
	}
	return out
}

// mapping builds a map node; empty texts and absent values are left out.
type mapping []*yaml.Node

func (m *mapping) add(key string, v *yaml.Node) { *m = append(*m, yamltree.Str(key), v) }

func (m *mapping) text(key, v string) {
	if v != "" {
		m.add(key, yamltree.Str(v))
	}
}

func (m *mapping) value(key string, v *yaml.Node) {
	if v != nil {
		m.add(key, yamltree.StripComments(yamltree.Clone(v)))
	}
}

func (m *mapping) sub(key string, fill func(*mapping)) {
	var s mapping
	fill(&s)
	m.add(key, s.node())
}

func (m *mapping) node() *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Content: *m}
}

// Plain is a value as the Go value that decoders make of it, nil for none. Numbers that are too large for Go stay text.
func Plain(n *yaml.Node) any {
	if n == nil {
		return nil
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return n.Value
	}
	return v
}

// Lines writes errors and warnings, one line each, for people: kustomize shows no results.
func Lines(w io.Writer, list result.List) error {
	for _, r := range list.Problems() {
		if _, err := fmt.Fprintf(w, "%s: %s\n", r.Severity, r); err != nil {
			return err
		}
	}
	return nil
}
