package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// listMerger merges lists: as a whole, as sets, or by the keys of their elements.
type listMerger struct{ *merger }

// mergeList merges a list of a patch into one of Final. alone says that the patch has no such list, only directives about it.
func (m listMerger) mergeList(dst, patch *yamltree.Node, p yamltree.Path, pattern string, d directives, field string, alone bool) {
	m.own(dst)
	m.deleteScalars(dst, d.deleteFrom[field], p)
	rule := m.schema.Rule(pattern)
	explicit := d.order[field]
	switch {
	case alone:
	case replacesList(patch):
		m.replaceList(dst, patch, p, pattern)
	case rule.Strategy == schema.Set && allScalars(dst) && allScalars(patch):
		m.mergeSet(dst, patch, p)
		m.orders = append(m.orders, order{p, rule, nil, m.current})
	case rule.Strategy == schema.Map:
		m.mergeByKey(dst, patch, p, pattern, rule)
		m.orders = append(m.orders, order{p, rule, nil, m.current})
	default:
		if i := directedElement(patch); i >= 0 {
			m.errorf(p.Index(i), "has a $patch directive, but no merge key is known for the list; must be set in spec.mergeKeys")
			return
		}
		m.replaceList(dst, patch, p, pattern)
	}
	if explicit != nil {
		m.ordering.checkOrder(patch, explicit, p, rule)
		m.orders = append(m.orders, order{p, rule, explicit, m.current})
	}
}

// replacesList reports whether a list has $patch: replace in one of its elements.
func replacesList(patch *yamltree.Node) bool {
	for el := range patch.Children() {
		if el.Kind == yamltree.Map && directive(el) == "replace" {
			return true
		}
	}
	return false
}

// directedElement is the index of the first element with $patch: delete or another directive, or -1.
func directedElement(patch *yamltree.Node) int {
	i := 0
	for el := range patch.Children() {
		if el.Kind == yamltree.Map && directive(el) != "" && !isBare(el, "merge") {
			return i
		}
		i++
	}
	return -1
}

func (m listMerger) replaceList(dst, patch *yamltree.Node, p yamltree.Path, pattern string) {
	next := patch.Bare()
	next.SetChildren(m.cleanList(patch, p, pattern))
	if yamltree.Equal(dst, next) || m.variables.staysVariable(dst, next, p, pattern) {
		return
	}
	if !replacesList(patch) {
		m.warnOfLoss(dst, patch, p, pattern, m.schema.Rule(pattern))
	}
	m.touch(Update, p)
	m.overwrite(dst, next)
}

// cleanList are the elements that a list of a patch sets where no element was.
func (m listMerger) cleanList(patch *yamltree.Node, p yamltree.Path, pattern string) []*yamltree.Node {
	rule := m.schema.Rule(pattern)
	keyed := rule.Strategy == schema.Map
	seen := map[string]bool{}
	var out []*yamltree.Node
	for i, el := range patch.Elements() {
		if el.Kind == yamltree.Map {
			what := directive(el)
			if what == "delete" && rule.Strategy != schema.Map {
				m.errorf(p.Index(i), "has a $patch directive, but no merge key is known for the list; must be set in spec.mergeKeys")
			}
			if what == "delete" && keyed { // of nothing here, and still of what it must name
				m.keysOf(el, rule, p.Index(i))
			}
			if what == "replace" && (keyed || isOne(el)) || what == "delete" || isBare(el, "merge") {
				m.maps.directives(el, p.Index(i))
				continue
			}
			if keyed {
				m.once(el, rule, p.Index(i), seen)
			}
		} else if keyed {
			m.errorf(p.Index(i), "is %s; must be a map with %s", yamltree.ATypeOf(el), keyNames(rule))
		}
		if rule.Strategy == schema.Set && el.Kind == yamltree.Scalar && has(out, el) {
			continue
		}
		out = append(out, m.maps.clean(el, p.Index(i), pattern+"[]", keyed))
	}
	return out
}

// once reports an element of a new keyed list that lacks its keys, or repeats those of another one.
func (m listMerger) once(el *yamltree.Node, rule schema.Rule, at yamltree.Path, seen map[string]bool) {
	keys, ok := m.keysOf(el, rule, at)
	if !ok {
		return
	}
	name := yamltree.Path{}.Then(yamltree.Step{Kind: yamltree.Element, Keys: keys}).String()
	if seen[name] {
		m.errorf(at, "%s stands twice in the release's list; must stand once", name)
	}
	seen[name] = true
}

func has(list []*yamltree.Node, el *yamltree.Node) bool {
	for _, x := range list {
		if yamltree.Equal(x, el) {
			return true
		}
	}
	return false
}

func allScalars(list *yamltree.Node) bool {
	for el := range list.Children() {
		if el.Kind != yamltree.Scalar {
			return false
		}
	}
	return true
}

// mergeSet appends the scalars that the list does not have yet.
func (m listMerger) mergeSet(dst, patch *yamltree.Node, p yamltree.Path) {
	for el := range patch.Children() {
		step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(el)}
		if yamltree.ElementIndex(dst, step) < 0 {
			m.touch(Add, p.Then(step))
			dst.Append(yamltree.StripComments(yamltree.Clone(el)))
		}
	}
}

// notPrimitive is what is said of a list that $deleteFromPrimitiveList cannot be about.
const notPrimitive = "$deleteFromPrimitiveList speaks of a list of maps or lists; must be about scalars"

// deleteScalars carries out $deleteFromPrimitiveList.
func (m listMerger) deleteScalars(dst, gone *yamltree.Node, p yamltree.Path) {
	if gone == nil || gone.First() == nil {
		return
	}
	if !allScalars(dst) {
		m.errorf(p, notPrimitive)
		return
	}
	for el := range gone.Children() {
		if el.Kind != yamltree.Scalar {
			continue
		}
		step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(el)}
		m.removeElements(dst, matching(dst, step), step, p)
	}
}

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

// warnOfRepeats says which elements of a list stand twice although the API refuses that.
func (m listMerger) warnOfRepeats(dst *yamltree.Node, rule schema.Rule, p yamltree.Path) {
	times := map[string]int{}
	for el := range dst.Children() {
		if el.Kind != yamltree.Map {
			continue
		}
		if keys, ok := readKeys(el, rule); ok {
			step := yamltree.Step{Kind: yamltree.Element, Keys: keys}
			at := p.Then(step)
			if times[step.String()]++; times[step.String()] == 2 && !slices.ContainsFunc(m.Errors, func(f Finding) bool { return f.Path.Equal(at) }) {
				m.warnf(at, "stands twice in the resource, which the API refuses; must stand once")
			}
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
		m.touch(Add, at)
		dst.Append(m.maps.clean(el, at, pattern+"[]", true))
	default:
		m.maps.mergeMap(found[0], el, at, pattern+"[]")
	}
}

// removeElements removes the elements of one key or value from a list.
func (m listMerger) removeElements(dst *yamltree.Node, found []*yamltree.Node, step yamltree.Step, p yamltree.Path) {
	if len(found) > 0 {
		m.touch(Delete, p.Then(step))
	}
	for _, el := range found {
		dst.Remove(el)
	}
}

// touchesElement reports whether a patch would change the elements of one key; where they all have what it says, they can
// be as many as they like.
func touchesElement(found []*yamltree.Node, el *yamltree.Node) bool {
	for _, has := range found {
		for says := range el.Children() {
			if v := yamltree.Get(has, says.Key); v == nil || !yamltree.Equal(v, says) {
				return true
			}
		}
	}
	return false
}

// matching are the elements that a step leads to.
func matching(dst *yamltree.Node, step yamltree.Step) []*yamltree.Node {
	var out []*yamltree.Node
	for el := range dst.Children() {
		if yamltree.IsElement(el, step) {
			out = append(out, el)
		}
	}
	return out
}

// keysOf reads the merge keys of a patch's element. A key that is missing and has no default is an error.
func (m listMerger) keysOf(el *yamltree.Node, rule schema.Rule, at yamltree.Path) ([]yamltree.Key, bool) {
	keys, ok := readKeys(el, rule)
	if !ok {
		m.errorf(at, "lacks the merge key %q; must have %s", rule.Keys[len(keys)].Name, keyNames(rule))
	}
	return keys, ok
}

// readKeys reads the merge keys of an element, up to one that is missing and has no default: then ok is false.
func readKeys(el *yamltree.Node, rule schema.Rule) (keys []yamltree.Key, ok bool) {
	for _, k := range rule.Keys {
		fallback := ""
		if k.Default != "" {
			fallback = yamltree.Canonical(yamltree.Str(k.Default))
		}
		v := yamltree.Get(el, k.Name)
		switch {
		case fallback != "" && (v == nil || yamltree.IsNull(v)):
			keys = append(keys, yamltree.Key{Name: k.Name, Value: fallback, Default: fallback})
		case v == nil || v.Kind != yamltree.Scalar || yamltree.IsNull(v):
			return keys, false
		default:
			keys = append(keys, yamltree.Key{Name: k.Name, Value: yamltree.Canonical(v), Default: fallback})
		}
	}
	return keys, true
}

func keyNames(rule schema.Rule) string {
	var names []string
	for _, k := range rule.Keys {
		if k.Default == "" {
			names = append(names, fmt.Sprintf("%q", k.Name))
		}
	}
	return strings.Join(names, " and ")
}

// warnOfLoss says which elements a list that is replaced has and the patch has not.
func (m listMerger) warnOfLoss(dst, patch *yamltree.Node, p yamltree.Path, pattern string, rule schema.Rule) {
	var lost []string
	scalars := map[string]bool{}
	for next := range patch.Children() {
		if next.Kind == yamltree.Scalar {
			scalars[yamltree.Canonical(next)] = true
		}
	}
	for el := range dst.Children() {
		kept := el.Kind == yamltree.Scalar && scalars[yamltree.Canonical(el)] || el.Kind != yamltree.Scalar && has(patch.Elements(), el)
		if !kept {
			lost = append(lost, describe(m.shown(p, el)))
		}
	}
	if len(lost) == 0 {
		return
	}
	why := "no merge key is known for it"
	if rule.Strategy == schema.Atomic {
		why = "its type says that it is atomic"
	}
	const shown = 3
	list := strings.Join(lost[:min(shown, len(lost))], ", ")
	if len(lost) > shown {
		list += fmt.Sprintf(" and %d more", len(lost)-shown)
	}
	advice := ""
	if !allScalars(dst) {
		advice = fmt.Sprintf("; to merge it, name its keys in spec.mergeKeys (path: %s)", pattern)
	}
	m.warnf(p, "the list is replaced as a whole, since %s; lost or changed: %s%s", why, list, advice)
}

// describe shows an element of a list: a scalar, or a map by the field that is likely to name it.
func describe(el *yamltree.Node) string {
	if el.Kind == yamltree.Scalar {
		return fmt.Sprintf("%q", el.Value)
	}
	for _, name := range []string{"name", "path", "id", "key", "device", "deviceName", "type"} {
		if v := yamltree.Get(el, name); v != nil && v.Kind == yamltree.Scalar {
			return fmt.Sprintf("%s %q", name, v.Value)
		}
	}
	return yamltree.ATypeOf(el)
}
