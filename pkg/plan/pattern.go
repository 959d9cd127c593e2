package plan

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// pattern is a path as people write it: with [] for any element of a list.
type pattern yamltree.Path

// parsePattern reads a path that people write. A leading dot is taken as kubectl takes it.
func parsePattern(text string) (pattern, error) {
	p, err := yamltree.ParsePath(strings.ReplaceAll(strings.TrimPrefix(text, "."), "[]", "[*]"))
	return pattern(p), err
}

// fits tells whether a field is the one that is written, or below it.
func (w pattern) fits(at yamltree.Path) bool { return len(w) <= len(at) && w.over(at) }

// isBelow tells whether what is written is below a field.
func (w pattern) isBelow(at yamltree.Path) bool { return len(w) > len(at) && w.over(at) }

// over tells whether the steps that both have are the same.
func (w pattern) over(at yamltree.Path) bool {
	for i := range min(len(w), len(at)) {
		if !sameStep(w[i], at[i]) {
			return false
		}
	}
	return true
}

func sameStep(written, step yamltree.Step) bool {
	switch {
	case written.Kind == yamltree.Field && written.Name == "*" && step.Kind != yamltree.Field:
		return true
	case written.Kind != step.Kind:
		return false
	case step.Kind == yamltree.Element: // some of the keys, in any order
		return !slices.ContainsFunc(written.Keys, func(k yamltree.Key) bool {
			return !slices.ContainsFunc(step.Keys, func(other yamltree.Key) bool { return other.Name == k.Name && other.Value == k.Value })
		})
	}
	return written.Name == step.Name && written.Index == step.Index && written.Scalar == step.Scalar
}

// leads tells whether something stands where the path leads.
func (w pattern) leads(n *yamltree.Node) bool {
	for at, step := range w {
		if n == nil {
			return false
		}
		if n.Kind == yamltree.Scalar { // YAML in a string is looked into where it is merged
			return true
		}
		if step.Kind == yamltree.Field && step.Name == "*" && n.Kind == yamltree.List {
			return n.First() == nil || slices.ContainsFunc(n.Elements(), func(el *yamltree.Node) bool { return w[at+1:].leads(el) })
		}
		if step.Kind == yamltree.Element && n.Kind == yamltree.List {
			return slices.ContainsFunc(n.Elements(), func(el *yamltree.Node) bool { return yamltree.IsElement(el, step) && w[at+1:].leads(el) })
		}
		n = yamltree.Child(n, step)
	}
	return n != nil
}
