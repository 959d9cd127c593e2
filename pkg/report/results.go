// Package report renders plans: as results of a KRM function, and as lines for people.
package report

import (
	"fmt"
	"io"

	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// krmResult is a result as the KRM functions specification has it, version 1.
type krmResult struct {
	Message     string            `yaml:"message"`
	Severity    string            `yaml:"severity"`
	ResourceRef *resourceRef      `yaml:"resourceRef,omitempty"`
	Field       *field            `yaml:"field,omitempty"`
	File        *file             `yaml:"file,omitempty"`
	Tags        map[string]string `yaml:"tags,omitempty"`
}

type resourceRef struct {
	APIVersion string `yaml:"apiVersion,omitempty"`
	Kind       string `yaml:"kind,omitempty"`
	Name       string `yaml:"name,omitempty"`
	Namespace  string `yaml:"namespace,omitempty"`
}

type field struct {
	Path          string     `yaml:"path"`
	CurrentValue  *yaml.Node `yaml:"currentValue,omitempty"`
	ProposedValue *yaml.Node `yaml:"proposedValue,omitempty"`
}

type file struct {
	Path  string `yaml:"path"`
	Index int    `yaml:"index,omitempty"`
}

// Results renders results as nodes for the results field of a ResourceList.
func Results(list result.List) []*yaml.Node {
	out := make([]*yaml.Node, len(list))
	for i, r := range list {
		k := krmResult{Message: r.Message, Severity: string(r.Severity), Tags: r.Tags}
		if r.Item != nil {
			k.ResourceRef = &resourceRef{r.Item.APIVersion, r.Item.Kind, r.Item.Name, r.Item.Namespace}
			if l := r.Item.Location; l.Path != "" {
				k.File = &file{l.Path, l.Index}
			}
		}
		if len(r.Field) > 0 {
			k.Field = &field{r.Field.String(), plain(r.Old), plain(r.New)}
		}
		out[i] = &yaml.Node{}
		if err := out[i].Encode(k); err != nil {
			panic("report: a result cannot be encoded: " + err.Error())
		}
	}
	return out
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

func plain(n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	return yamltree.StripComments(yamltree.Clone(n))
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
