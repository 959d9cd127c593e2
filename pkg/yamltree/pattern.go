package yamltree

import (
	"fmt"
	"slices"
	"strings"
)

// Pattern is a path as people write it in a configuration: spec.pools[].name, with [] for any element of a list, or some of an element's keys.
type Pattern Path

// ParsePattern reads a path that people write, see [ParsePath]. A leading dot is taken as kubectl takes it, with or without the $ of JSONPath. That a field stands for any other is an error: a path is for all that is
// below it.
func ParsePattern(text string) (Pattern, error) {
	text = strings.TrimPrefix(text, "$")
	if strings.Contains(text, ".*") {
		return nil, fmt.Errorf("%q has .* in it; must be a path of fields, which is for all that is below it, and [] for the elements of a list", text)
	}
	p, err := ParsePath(strings.ReplaceAll(strings.TrimPrefix(text, "."), "[]", "[*]"))
	return Pattern(p), err
}

// Fits reports whether a field is the one that is written, or below it.
func (w Pattern) Fits(at Path) bool { return len(w) <= len(at) && w.over(at) }

// IsBelow reports whether what is written is below a field.
func (w Pattern) IsBelow(at Path) bool { return len(w) > len(at) && w.over(at) }

// over reports whether the steps that both have are the same.
func (w Pattern) over(at Path) bool {
	for i := range min(len(w), len(at)) {
		if !sameStep(w[i], at[i]) {
			return false
		}
	}
	return true
}

func sameStep(written, step Step) bool {
	switch {
	case written.Kind == Field && written.Name == "*" && step.Kind != Field:
		return true
	case written.Kind != step.Kind:
		return false
	case step.Kind == Element: // some of the keys, in any order
		return !slices.ContainsFunc(written.Keys, func(k Key) bool {
			return !slices.ContainsFunc(step.Keys, func(other Key) bool { return other.Name == k.Name && other.Value == k.Value })
		})
	}
	return written.Name == step.Name && written.Index == step.Index && written.Scalar == step.Scalar
}

// Leads reports whether something stands where the path leads.
func (w Pattern) Leads(n *Node) bool {
	for at, step := range w {
		if n == nil {
			return false
		}
		if n.Kind == Scalar {
			if n = Inside(n); n == nil {
				return false
			}
			n, _ = Logical(n)
		}
		if step.Kind == Field && step.Name == "*" && n.Kind == List {
			return n.First() == nil || slices.ContainsFunc(n.Elements(), func(el *Node) bool { return w[at+1:].Leads(el) })
		}
		if step.Kind == Element && n.Kind == List {
			return slices.ContainsFunc(n.Elements(), func(el *Node) bool { return IsElement(el, step) && w[at+1:].Leads(el) })
		}
		n = Child(n, step)
	}
	return n != nil
}
