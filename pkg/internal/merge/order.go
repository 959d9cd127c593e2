package merge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// ordering puts lists in order, once all that comes and goes has.
type ordering struct{ *merger }

// checkOrder reports what is wrong with an order, and elements of a patch's list that it leaves out, or has in another
// order.
func (m ordering) checkOrder(patch, order *yamltree.Node, p yamltree.Path, rule schema.Rule) {
	named := order.Elements()
	for i, o := range named {
		if rule.Strategy == schema.Map && (o.Kind != yamltree.Map || !hasKeys(o, rule)) {
			m.errorf(p, "$setElementOrder has an element without %s at %d; must name elements by their keys", keyNames(rule), i)
			return
		}
	}
	at := 0
	for i, el := range patch.Elements() {
		if el.Kind == yamltree.Map && directive(el) != "" && directive(el) != "merge" {
			continue
		}
		next := position(named[at:], el, rule)
		if next < 0 {
			m.errorf(p.Index(i), "is not in $setElementOrder, or not in this order; must be")
			return
		}
		at += next + 1
	}
}

// order is a wish about the order of a list that was merged: an explicit one, of $setElementOrder, or that of the new release's list.
type order struct {
	path     yamltree.Path
	rule     schema.Rule
	explicit *yamltree.Node
	patch    int
}

// putInOrder puts the lists that were merged in order, once it is settled what is in them. That elements change places is put to the caller as a change of
// the list.
func (m ordering) putInOrder(target *yamltree.Node) {
	wishes := map[string]order{}
	var names []string
	for _, o := range m.orders {
		name := o.path.String()
		before, known := wishes[name]
		if !known {
			names = append(names, name)
		}
		if !known || o.explicit != nil || before.explicit == nil {
			wishes[name] = o
		}
	}
	for _, name := range names {
		m.putListInOrder(wishes[name], target)
	}
	m.placeNew()
}

// placeNew says of new elements where in their lists they go, and lists those of one list in its order.
func (m ordering) placeNew() {
	type element struct {
		change Change
		at     int // in the list as it is
	}
	added, slots := map[string][]element{}, map[string][]int{}
	for i, c := range m.Changes {
		last := len(c.Path) - 1
		if c.Op != Add || last < 0 || c.Path[last].Kind == yamltree.Field {
			continue
		}
		list := yamltree.Lookup(m.Final, c.Path[:last])
		c.Before = m.newPlace(list, c.Path[last])
		name := c.Path[:last].String()
		added[name] = append(added[name], element{c, yamltree.ElementIndex(list, c.Path[last])})
		slots[name] = append(slots[name], i)
	}
	for name, elements := range added {
		slices.SortStableFunc(elements, func(a, b element) int { return a.at - b.at })
		for n, el := range elements {
			m.Changes[slots[name][n]] = el.change
		}
	}
}

func (m ordering) putListInOrder(o order, target *yamltree.Node) {
	list := yamltree.Lookup(m.Final, o.path)
	if list == nil || list.Kind != yamltree.List {
		return
	}
	before := yamltree.Lookup(target, o.path)
	if before == nil || before.Kind != yamltree.List {
		before = yamltree.NewList()
	}
	by, explicit := o.explicit, o.explicit != nil
	if !explicit {
		by = m.releaseOrder(o, before)
	}
	if by == nil || !explicit && keepsOrder(list, by, o.rule) {
		return
	}
	elements := list.Elements()
	sorted := m.inOrder(elements, by, o.rule, explicit)
	if slices.Equal(sorted, elements) {
		return
	}
	if !m.inTurn(sorted) && !m.proposeOrder(o, before, sorted) {
		return
	}
	list.SetChildren(sorted)
	for i, c := range m.Changes {
		if o.path.HasPrefix(c.Path) && c.New != nil {
			m.Changes[i].New = yamltree.Clone(yamltree.Lookup(m.Final, c.Path))
		}
	}
}

// proposeOrder puts a new order of elements that were there before to the caller. Where that agrees, the list changes as a whole.
func (m ordering) proposeOrder(o order, before *yamltree.Node, sorted []*yamltree.Node) bool {
	for _, c := range m.Changes {
		if o.path.HasPrefix(c.Path) {
			return true // the list is, or is in, what changes
		}
	}
	next := before.Bare()
	for _, el := range sorted {
		next.Append(yamltree.Clone(el))
	}
	p := Proposal{Change: Change{Path: o.path, Op: Update, Old: before, New: next, Patch: o.patch}, Was: yamltree.Lookup(m.sides.old, o.path), Order: true}
	p.Local = m.sides.old != nil && (p.Was == nil || p.Was.Kind != yamltree.List || !keepsOrder(before, p.Was, o.rule))
	if !m.settlement.accepts(&p) {
		return false
	}
	if was, is := elementNames(before, o.rule), elementNames(next, o.rule); was != nil && is != nil {
		for _, c := range m.Changes {
			if c.Path.HasPrefix(o.path) {
				p.Inside = append(p.Inside, c.Parts()...)
			}
		}
		p.Inside = append(p.Inside, Change{Path: o.path, Op: Update, Old: before, New: next, OldNames: was, NewNames: is, Patch: o.patch})
	}
	m.Changes = slices.DeleteFunc(m.Changes, func(c Change) bool { return c.Path.HasPrefix(o.path) })
	m.Changes = append(m.Changes, p.Change)
	return true
}

// elementNames are what the elements of a keyed list are known by, in its order; nil for another list.
func elementNames(list *yamltree.Node, rule schema.Rule) *yamltree.Node {
	if rule.Strategy != schema.Map {
		return nil
	}
	out := yamltree.NewList()
	for el := range list.Children() {
		keys, ok := readKeys(el, rule)
		if el.Kind != yamltree.Map || !ok {
			return nil
		}
		var parts []string
		for _, k := range keys {
			_, text, _ := strings.Cut(k.Value, ":")
			parts = append(parts, text)
		}
		out.Append(yamltree.Str(strings.Join(parts, "/")))
	}
	return out
}

// releaseOrder is the new release's list, where a resource has its elements in the order of the old one's, or in the new one's already; else nil.
func (m ordering) releaseOrder(o order, before *yamltree.Node) *yamltree.Node {
	old, next := yamltree.Lookup(m.sides.old, o.path), yamltree.Lookup(m.sides.next, o.path)
	if m.sides.next == nil || next == nil || next.Kind != yamltree.List {
		return nil
	}
	if old == nil || old.Kind != yamltree.List || keepsOrder(before, old, o.rule) || keepsOrder(before, next, o.rule) {
		return next
	}
	return nil
}

// keepsOrder reports whether the elements that two lists share stand in the same order in both.
func keepsOrder(list, other *yamltree.Node, rule schema.Rule) bool {
	at := map[string]int{}
	for i, el := range other.Elements() {
		at[elementName(el, rule)] = i
	}
	last := -1
	for el := range list.Children() {
		i, found := at[elementName(el, rule)]
		if found && i < last {
			return false
		}
		if found {
			last = i
		}
	}
	return true
}

// inTurn reports whether the elements of a list that were there before stand in the order that they had.
func (m ordering) inTurn(list []*yamltree.Node) bool {
	last := -1
	for _, el := range list {
		if at, found := m.places[el]; found {
			if at < last {
				return false
			}
			last = at
		}
	}
	return true
}

// elementName tells the elements of a list apart: by their keys, or by what they are.
func elementName(el *yamltree.Node, rule schema.Rule) string {
	if el.Kind == yamltree.Scalar {
		return yamltree.Canonical(el)
	}
	if rule.Strategy == schema.Map && el.Kind == yamltree.Map {
		if keys, ok := readKeys(el, rule); ok {
			return yamltree.Step{Kind: yamltree.Element, Keys: keys}.String()
		}
	}
	return fmt.Sprintf("%p", el)
}

// newPlace is where a new element goes in a list as it was, as [yamltree.Edit] has it: in front of the next one that was there before.
func (m ordering) newPlace(list *yamltree.Node, step yamltree.Step) int {
	for el := yamltree.Child(list, step).Next(); el != nil; el = el.Next() {
		if at, found := m.places[el]; found {
			return at + 1
		}
	}
	return 0
}

// inOrder are the elements of a list in an order: those that it names come in its order, the others keep
// their place relative to those that were there before. New ones come in front of the others where the order is explicit, as with kubectl; else in front of
// the next one that the order names.
func (m ordering) inOrder(list []*yamltree.Node, by *yamltree.Node, rule schema.Rule, explicit bool) []*yamltree.Node {
	var named, others []*yamltree.Node
	placed := map[*yamltree.Node]bool{}
	for o := range by.Children() {
		for _, el := range list {
			if !placed[el] && sameElement(el, o, rule) {
				placed[el] = true
				named = append(named, el)
			}
		}
	}
	for _, el := range list {
		if !placed[el] {
			others = append(others, el)
		}
	}
	sorted := make([]*yamltree.Node, 0, len(list))
	for len(named) > 0 && len(others) > 0 {
		left, wasThere := m.places[others[0]]
		right, found := m.places[named[0]]
		for _, next := range named[1:] {
			if found || explicit {
				break
			}
			right, found = m.places[next]
		}
		if wasThere && (found && left <= right || !found && !explicit) {
			sorted, others = append(sorted, others[0]), others[1:]
		} else {
			sorted, named = append(sorted, named[0]), named[1:]
		}
	}
	return append(append(sorted, others...), named...)
}

// hasKeys reports whether a map has all keys that have no default.
func hasKeys(o *yamltree.Node, rule schema.Rule) bool {
	for _, k := range rule.Keys {
		if k.Default == "" && yamltree.Get(o, k.Name) == nil {
			return false
		}
	}
	return true
}

// position is the index of the first element that is the same one, or -1.
func position(list []*yamltree.Node, el *yamltree.Node, rule schema.Rule) int {
	for i, x := range list {
		if sameElement(x, el, rule) {
			return i
		}
	}
	return -1
}

func sameElement(a, b *yamltree.Node, rule schema.Rule) bool {
	if rule.Strategy != schema.Map || a.Kind != yamltree.Map || b.Kind != yamltree.Map {
		return yamltree.Equal(a, b)
	}
	for _, k := range rule.Keys {
		va, vb := yamltree.Get(a, k.Name), yamltree.Get(b, k.Name)
		if va == nil || vb == nil {
			if k.Default == "" {
				return false
			}
			continue
		}
		if !yamltree.Equal(va, vb) {
			return false
		}
	}
	return true
}
