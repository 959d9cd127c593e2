package merge

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// mergeByKey merges the elements of an associative list.
func (m listMerger) mergeByKey(dst, patch *yamltree.Node, p yamltree.Path, pattern string, rule schema.Rule) {
	seen := map[string]int{}
	for i, el := range patch.Elements() {
		at := p.Index(i)
		if isBare(el, "merge") {
			continue // says what happens anyway
		}
		if el.Kind != yamltree.Map {
			m.errorf(at, "is %s; must be a map with %s", yamltree.ATypeOf(el), keyNames(rule))
			continue
		}
		keys, ok := m.keysOf(el, rule, at)
		if !ok {
			continue
		}
		step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
		if first, twice := seen[step.String()]; twice {
			m.errorf(p.Then(step), "stands twice in the release's list, at %d and %d; must stand once", first, i)
			continue
		}
		seen[step.String()] = i
		m.mergeElement(dst, el, step, p, pattern)
	}
	if rule.Unique {
		m.warnOfRepeats(dst, rule, p)
	}
}

// withDefaults is an element with the defaults of keys that it leaves out.
func withDefaults(el *yamltree.Node, step yamltree.Step) *yamltree.Node {
	out := el
	for _, k := range step.Keys {
		if _, value, _ := strings.Cut(k.Default, ":"); k.Default != "" && k.Value == k.Default && yamltree.Get(el, k.Name) == nil {
			if out == el {
				out = yamltree.Clone(el)
			}
			out.Add(k.Name, yamltree.Str(value))
		}
	}
	return out
}

// warnOfRepeats says which elements of a list stand twice as they are, which the API refuses: those of one key may differ otherwise, as arguments that are given several times.
func (m listMerger) warnOfRepeats(dst *yamltree.Node, rule schema.Rule, p yamltree.Path) {
	var seen []*yamltree.Node
	for el := range dst.Children() {
		if el.Kind != yamltree.Map {
			continue
		}
		if keys, ok := readKeys(el, rule); ok {
			step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
			at := p.Then(step)
			same := func(x *yamltree.Node) bool { return yamltree.Equal(x, el) }
			if repeats := slices.ContainsFunc(seen, same); repeats && !slices.ContainsFunc(m.Errors, func(f Finding) bool { return f.Path.Equal(at) }) {
				m.warnf(at, "stands twice in the resource, which the API refuses; must stand once")
			}
			seen = append(seen, el)
		}
	}
}

// mergeElement merges one element into the one of the same keys, or appends it. An element that is deleted goes with all its copies.
func (m listMerger) mergeElement(dst, el *yamltree.Node, step yamltree.Step, p yamltree.Path, pattern string) {
	at := p.Then(step)
	found := matching(dst, step)
	switch {
	case directive(el) == "delete":
		m.maps.directives(el, at)
		m.removeElements(dst, found, step, p)
	case len(found) > 1 && touchesElement(found, el):
		m.errorf(at, "stands %d times in the resource; must stand once, so that it is clear which one the release means", len(found))
	case len(found) > 1:
	case len(found) == 0:
		m.touch(at)
		dst.Append(m.maps.clean(el, at, pattern+"[]", true))
	default:
		m.maps.mergeMap(found[0], el, at, pattern+"[]")
	}
}

// removeElements removes the elements of one key or value from a list.
func (m listMerger) removeElements(dst *yamltree.Node, found []*yamltree.Node, step yamltree.Step, p yamltree.Path) {
	if len(found) > 0 {
		m.touch(p.Then(step))
	}
	for _, el := range found {
		dst.Remove(el)
	}
}

// keysOf reads the merge keys of a patch's element. A key that is missing and has no default is an error.
func (m listMerger) keysOf(el *yamltree.Node, rule schema.Rule, at yamltree.Path) ([]yamltree.Key, bool) {
	keys, ok := readKeys(el, rule)
	if !ok {
		m.errorf(at, "lacks the merge key %q; must have %s", rule.Keys[len(keys)].Name, keyNames(rule))
	}
	return keys, ok
}
