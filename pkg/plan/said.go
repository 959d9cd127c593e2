package plan

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// here says what a field is in the cluster.
func here(n *yaml.Node) string {
	if n == nil {
		return "is not set here"
	}
	return "is " + Said(n) + " here"
}

// changedHere says what a field that differs from what the release set is in the cluster.
func changedHere(n *yaml.Node) string {
	if n == nil {
		return "was removed by hand"
	}
	return here(n)
}

// sets says what a release does to a field; verb is "set" or "sets".
func sets(verb string, n *yaml.Node) string {
	switch {
	case n != nil:
		return verb + " " + Said(n)
	case verb == "set":
		return "did not set it"
	}
	return "has it removed"
}

// Said shows a value in a message: scalars as they are, strings in quotes, maps and lists in flow style, cut where they are long; "nothing"
// for nil.
func Said(n *yaml.Node) string {
	switch {
	case n == nil:
		return "nothing"
	case n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n"):
		return strings.TrimPrefix(value(" ", n), " ")
	}
	const limit = 80
	if n.Kind == yaml.ScalarNode {
		if text := []rune(n.Value); len(text) > limit {
			return fmt.Sprintf("%q", string(text[:limit])) + "…"
		}
		return fmt.Sprintf("%q", n.Value)
	}
	text := []rune(yamledit.Inline(n))
	if len(text) > limit {
		return string(text[:limit-1]) + "…"
	}
	return string(text)
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
