// Package yamledit changes YAML text in place: it takes a source and a list of edits and returns the
// source with the edited values changed and every other byte as it was. It knows YAML, and nothing
// of Kubernetes.
//
// # Guarantee
//
// Every line that is no part of an edit stays byte for byte: comments, blank lines, quoting,
// indentation, document markers, CRLF line ends, a byte order mark, a missing final newline. The
// result is read again, with the same reader, and must read as the tree with the edits applied; where it does not, [Bytes] returns an
// error and no text. It never guesses. Who writes files should have another reader look at them, too.
//
// # Style
//
// A changed string keeps the quoting of the one that it replaces where that can hold it. New keys go
// to the end of their map, with the file's indentation and the quoting of the keys beside them; new
// elements go to the end of their list, or where the edit says. They are in the style of what is around them: in flow style where all elements of
// their list are, or the value that they replace is; else in block style, text of several lines as block scalars. Of a list or map that is replaced by one
// much like it, only what differs changes; maps in lists are much alike where they share their first key and its value. A map or list that
// loses its last entry becomes {} or [].
//
// # Comments
//
// A comment belongs to the line that it stands on. It stays when the value beside it changes, and
// goes when the key or element on its line is removed. A comment on lines of its own right above a key or element, in its column, belongs to that
// and goes with it, but for one on top of a document. Other comments on lines of their own always stay;
// only those inside a value that is replaced as a whole go with it.
//
// # Anchors
//
// An edit inside an anchor reaches none of its aliases, and an edit behind an alias does not reach
// the anchor: the alias is written out, unless both sides come to the same value.
//
// # Limits
//
// What cannot be spliced (a pair in brackets without braces of its own that gains an entry, now and then the entry whose removal would lengthen the blank
// lines that a |+ in front of it keeps) is written anew, as little of it as possible; [Bytes] reports
// where. Comments there are kept as far as the YAML printer keeps them.
package yamledit

import (
	"errors"
	"slices"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// attempt edits a text in one way after the other, and reads what comes out.
type attempt struct{ *text }

// ErrNotVerified says that the edited text did not read as planned. Nothing of it may be used.
var ErrNotVerified = errors.New("the edited text does not read as planned")

// Bytes carries out edits on a source. root is the tree that the source parses to, with its
// positions; paths start at the root of its document. The tree is not changed.
//
// rewritten lists the places that could not be edited in place and were printed anew.
func Bytes(src []byte, root *yamltree.Node, edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, err error) {
	if len(edits) == 0 {
		return src, nil, nil
	}
	return attempt{newText(src, 0, len(src))}.edit(root, edits, slot{})
}

// Element edits one element of a block list in whole lines of its own, as [Bytes] edits a document: what is around it is not looked at. lines is where these lines stand in
// the source, root the element; paths start at it. It returns the lines.
func Element(src []byte, lines yamltree.Span, root *yamltree.Node, edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, err error) {
	t := newText(src, lines.Start, lines.End)
	return attempt{t}.edit(root, edits, slot{kind: slotDash, after: root.Mark() + 1, column: t.column(root.Mark())})
}

// edit carries out edits on the value of a text, which stands in a slot.
func (t attempt) edit(root *yamltree.Node, edits []yamltree.Edit, s slot) (out []byte, rewritten []yamltree.Path, err error) {
	json := s.kind == slotRoot && isJSON(t.src)
	if json {
		if edits, err = asJSON(edits); err != nil {
			return nil, nil, err
		}
	}
	lowered, want, err := anchorFree(root, inSurroundings(root, edits))
	if err != nil {
		return nil, nil, err
	}
	return t.climb(planned{root: root, slot: s, want: want, json: json}, lowered)
}

// climb tries one way of editing after the other, each of which keeps less of the text than the one before, until what comes out reads as planned:
// exact, what differs alone; whole, the values that the edits name; reprint, the maps and lists that these are in, as few as it takes; and at last, of an element of a list, all of it.
func (t attempt) climb(p planned, edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, err error) {
	if parts, refined := refine(p.root, edits); refined {
		if out, err := t.spliceAndVerify(p, parts); err == nil {
			return out, nil, nil
		}
	}
	out, first := t.spliceAndVerify(p, edits)
	if first == nil {
		return out, nil, nil
	}
	if out, rewritten, err = t.reprint(p, edits); err == nil {
		return out, rewritten, nil
	}
	if p.slot.kind == slotDash {
		if out, err = t.printElement(p); err == nil {
			return out, []yamltree.Path{{}}, nil
		}
	}
	return nil, nil, first
}

// inSurroundings are edits whose values have the style of what is around them: flow style in place of what has it, and among elements that all have it.
func inSurroundings(root *yamltree.Node, edits []yamltree.Edit) []yamltree.Edit {
	out := make([]yamltree.Edit, len(edits))
	finder := &yamltree.Finder{}
	for i, e := range edits {
		if e.Value != nil && !e.Styled {
			e.Value = natural(e.Value, isFlowPlace(finder, root, e.Path))
		}
		out[i] = e
	}
	return out
}

// isFlowPlace reports whether a value that comes to a place is in flow style by what stands there, or around it.
func isFlowPlace(finder *yamltree.Finder, root *yamltree.Node, p yamltree.Path) bool {
	n := root
	for _, s := range p {
		if n.IsFlow() && n.First() != nil {
			return true
		}
		next := finder.Child(n, s)
		if next == nil {
			return n.Kind == yamltree.List && n.First() != nil && !slices.ContainsFunc(n.Elements(), func(el *yamltree.Node) bool {
				return el.Kind == yamltree.Scalar || !yamltree.Resolve(el).IsFlow()
			})
		}
		n = yamltree.Resolve(next)
	}
	return n.IsFlow() && n.First() != nil
}
