// Package brief shows values on one line, no longer than it takes to tell them apart.
package brief

import (
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Value is a value on one line of at most limit characters: strings in double quotes, other scalars as they are written, maps and lists in flow style. Nil is "".
func Value(n *yamltree.Node, limit int) string { return Values(limit, n)[0] }

// Values are values on one line each, which stand beside one another: where they are longer than limit characters, they are cut so that what differs between
// them is in view. Two that differ never look alike.
func Values(limit int, values ...*yamltree.Node) []string {
	texts := make([]string, len(values))
	for i, n := range values {
		texts[i] = line(n)
	}
	return cut(limit, texts)
}

func line(n *yamltree.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind != yamltree.Scalar && n.Kind != 0:
		return yamledit.Inline(n)
	case yamltree.IsNull(n):
		return "null"
	case yamltree.IsYAML11Bool(n): // without the quotes that it does not have
		return n.Value
	case yamltree.TypeOf(n) == yamltree.TypeString:
		return strconv.Quote(n.Value)
	}
	return n.Value
}

const ellipsis = "…"

// cut shortens texts. Where the first difference of two is out of view or near its end, all start in front of the last such difference.
func cut(limit int, texts []string) []string {
	if !slices.ContainsFunc(texts, func(t string) bool { return len(t) > limit }) { // nearly all
		return texts
	}
	start := 0
	for i, a := range texts {
		for _, b := range texts[:i] {
			if a == b || a == "" || b == "" {
				continue
			}
			if same := len([]rune(prefix(a, b))); same > limit/2 {
				start = max(start, same-limit/4)
			}
		}
	}
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = window([]rune(t), start, limit)
		for k := range i {
			if texts[k] != t && out[k] == out[i] { // a third one took the view elsewhere
				return texts
			}
		}
	}
	return out
}

// window is what shows of a text: limit characters from a start, dots for what is left out.
func window(text []rune, start, limit int) string {
	if len(text) <= limit {
		return string(text)
	}
	front := ""
	if start = min(start, len(text)-limit+1); start > 1 {
		text, front, limit = text[start:], ellipsis, limit-1
	}
	if len(text) > limit {
		return front + string(text[:limit-1]) + ellipsis
	}
	return front + string(text)
}

// prefix is what two texts start with alike.
func prefix(a, b string) string {
	var same strings.Builder
	other := []rune(b)
	for i, r := range []rune(a) {
		if i == len(other) || other[i] != r {
			break
		}
		same.WriteRune(r)
	}
	return same.String()
}
