package merge

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

func (m listMerger) replaceList(dst, patch *yamltree.Node, p yamltree.Path, pattern string) {
	next := patch.Bare()
	next.SetChildren(m.cleanList(patch, p, pattern))
	if yamltree.Equal(dst, next) || m.variables.staysVariable(dst, next, p, pattern) {
		return
	}
	if !replacesList(patch) {
		m.warnOfLoss(dst, patch, p, pattern, m.schema.Rule(pattern))
	}
	m.touch(p)
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

// warnOfLoss says which elements a list that is replaced has and the patch has not.
func (m listMerger) warnOfLoss(dst, patch *yamltree.Node, p yamltree.Path, pattern string, rule schema.Rule) {
	var lost []string
	scalars := map[string]bool{}
	for next := range patch.Children() {
		if next.Kind == yamltree.Scalar {
			scalars[yamltree.Canonical(next)] = true
		}
	}
	shown := m.shown(p, dst).Elements() // as a whole: what stands in front of an element may tell that it is a secret
	for at, el := range dst.Elements() {
		kept := el.Kind == yamltree.Scalar && scalars[yamltree.Canonical(el)] || el.Kind != yamltree.Scalar && has(patch.Elements(), el)
		if !kept {
			lost = append(lost, describe(shown[at]))
		}
	}
	if len(lost) == 0 {
		return
	}
	why := "no merge key is known for it"
	if rule.Strategy == schema.Atomic {
		why = "its type says that it is atomic"
	}
	const few = 3
	list := strings.Join(lost[:min(few, len(lost))], ", ")
	if len(lost) > few {
		list += fmt.Sprintf(" and %d more", len(lost)-few)
	}
	advice := ""
	if !allScalars(dst) {
		advice = fmt.Sprintf("; to merge it, name its keys in spec.mergeKeys (path: %s)", join(m.sides.within, pattern))
	}
	m.warnf(p, "the list is replaced as a whole, since %s; lost or changed: %s%s", why, list, advice)
}
