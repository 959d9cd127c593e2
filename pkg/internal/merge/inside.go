package merge

import (
	"errors"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// stringMerger merges into strings, and makes strings of what is no string.
type stringMerger struct{ *merger }

// holdsMap reports whether a string holds one YAML map and nothing else.
func holdsMap(n *yamltree.Node) bool { return mapInside(n) != nil }

// mapInside is the logical tree of the map that a string holds as YAML, nil for none.
func mapInside(n *yamltree.Node) *yamltree.Node {
	inside := yamltree.Inside(n)
	if inside == nil || inside.Kind != yamltree.Map {
		return nil
	}
	logical, err := yamltree.Logical(inside)
	if err != nil {
		panic("merge: Inside lets through what has no logical tree: " + err.Error())
	}
	return logical
}

// mergeInside merges a map into the YAML inside a string, whose text changes only where values do. A nil map
// only drops what the new release does not set any more.
func (m stringMerger) mergeInside(old, v *yamltree.Node, at yamltree.Path) {
	root := yamltree.Inside(old)
	inside, err := yamltree.Logical(root)
	if err != nil {
		panic("merge: Inside lets through what has no logical tree: " + err.Error())
	}
	var patches []Patch
	s := m.sides.insideOf(at)
	if v != nil {
		patches = []Patch{{Component: m.patches[m.current].Component, Data: v}}
		s.dropped = true
		if m.replaced(at) { // by an earlier patch: what was there is compared as a whole
			s = &sides{}
		}
	}
	s.within = strings.TrimPrefix(m.sides.within+"."+patternOf(at), ".")
	inner := mergeAll(inside, patches, m.schema.Inside(patternOf(at)), s).Merged
	m.takeOver(inner, at)
	if len(inner.Errors) > 0 || len(inner.Changes) == 0 {
		return
	}
	out, rewritten, err := yamledit.Bytes([]byte(old.Value), root, Edits(inner.Changes))
	if err != nil {
		m.errorf(at, "the YAML inside the string: %v", err)
		return
	}
	for _, p := range rewritten {
		m.warnf(at.Then(p...), "could not be edited in place and is printed anew; comments and layout there may differ")
	}
	if m.inside == nil {
		m.inside = map[string][]Change{}
	}
	for _, change := range inner.Changes {
		for _, c := range change.Parts() {
			if c.Path = at.Then(c.Path...); c.Patch != Removal {
				c.Patch = m.current
			}
			m.inside[at.String()] = append(m.inside[at.String()], c)
		}
	}
	m.touches = append(m.touches, touch{path: at, patch: m.current})
	old.Value = string(out)
}

// takeOver reports what a merge inside a string found.
func (m stringMerger) takeOver(inner *Merged, at yamltree.Path) {
	for _, f := range inner.Errors {
		m.errorf(at.Then(f.Path...), "%s", f.Message)
	}
	for _, f := range inner.Warnings {
		m.warnf(at.Then(f.Path...), "%s", f.Message)
	}
	for _, p := range inner.Proposals {
		p.Path = at.Then(p.Path...)
		m.Proposals = append(m.Proposals, p)
	}
	for _, k := range inner.Kept {
		k.Path = at.Then(k.Path...)
		m.Kept = append(m.Kept, k)
	}
	if inner.Removed {
		m.errorf(at, "$patch: delete cannot remove a string; must be null")
	}
}

// asText is a value as it is set where the API takes strings alone: a scalar of another type as it is written, a map or list as YAML, behind the comments that a
// string holds where it holds nothing else. A map for a string that holds one stays a map, which is merged inside; a list that the string holds
// already stays that string. Where the string holds something else, which the old release did not set, the map or list stays, see [stringMerger.holdsOther].
func (m stringMerger) asText(old, v *yamltree.Node, at yamltree.Path, pattern string) *yamltree.Node {
	if yamltree.IsNull(v) || v.Kind == yamltree.Map && directive(v) == "delete" || removesList(v) {
		return v
	}
	if v.Kind == yamltree.Scalar {
		if v.Tag() == "!!str" && !yamltree.IsYAML11Bool(v) {
			return v
		}
		text := yamltree.Str(v.Value)
		text.Style = yamltree.DoubleQuoted
		return text
	}
	comments, has := "", (*yamltree.Node)(nil)
	if old != nil && !yamltree.IsNull(old) {
		if old.Kind != yamltree.Scalar {
			return v
		}
		var ok bool
		switch has, ok = structureOf(old); {
		case ok && (has == nil || has.Kind == v.Kind):
			comments = old.Value
		case m.variables.isFromOldRelease(old, at, pattern):
			has = nil
		default:
			return v
		}
	}
	switch {
	case has != nil && v.Kind == yamltree.Map:
		return v
	case has != nil && yamltree.Equal(has, v):
		return old
	case has != nil:
		comments = ""
	case strings.TrimSpace(comments) == "":
		comments = ""
	case !strings.HasSuffix(comments, "\n"):
		comments += "\n"
	}
	text := yamltree.Str(comments + string(yamledit.Print(m.withoutDirectives(v, at))))
	text.Style = yamltree.Literal
	return text
}

// holdsOther reports whether what is to be set where the API takes strings alone is a map or list that cannot be merged into the string there.
func (m stringMerger) holdsOther(old, v *yamltree.Node) bool {
	removes := yamltree.IsNull(v) || v.Kind == yamltree.Map && directive(v) == "delete" || removesList(v)
	return !removes && v.Kind != yamltree.Scalar && old != nil && old.Kind == yamltree.Scalar && !yamltree.IsNull(old) && !(v.Kind == yamltree.Map && holdsMap(old))
}

// structureOf is the map or list that a string holds, nil where it holds comments alone; ok is false for other text.
func structureOf(n *yamltree.Node) (inside *yamltree.Node, ok bool) {
	if inside = yamltree.Inside(n); inside != nil {
		inside, _ = yamltree.Logical(inside)
		return inside, true
	}
	doc, err := yamltree.ReadOne([]byte(n.Value))
	return nil, errors.Is(err, io.EOF) || err == nil && yamltree.IsNull(doc.Root) && doc.Root.Value == ""
}

// withoutDirectives is a value that nothing is known of, as it is set where nothing was.
func (m stringMerger) withoutDirectives(v *yamltree.Node, at yamltree.Path) *yamltree.Node {
	inner := newMerger(nil, nil, &schema.Type{}, &sides{})
	out := inner.maps.clean(v, nil, "", true)
	m.takeOver(inner.Merged, at)
	return out
}
