package merge

import (
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

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

// mergeSet appends the scalars that the list does not have yet.
func (m listMerger) mergeSet(dst, patch *yamltree.Node, p yamltree.Path) {
	for el := range patch.Children() {
		step := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(el)}
		if yamltree.ElementIndex(dst, step) < 0 {
			m.touch(p.Then(step))
			dst.Append(yamltree.StripComments(yamltree.Clone(el)))
		}
	}
}

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
