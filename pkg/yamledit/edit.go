// Package yamledit changes YAML text in place: it takes a source and a list of edits and returns the
// source with the edited values changed and every other byte as it was. It knows YAML, and nothing
// of Kubernetes.
//
// # Guarantee
//
// Every line that is no part of an edit stays byte for byte: comments, blank lines, quoting,
// indentation, document markers, CRLF line ends, a byte order mark, a missing final newline. The
// result is read again, with the same reader, and must read as the tree with the edits applied; where it does not, [Bytes] returns an
// error and no text. It never guesses. Who writes files has another reader look at them, too (see package repo).
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
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

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
	return newText(src, 0, len(src)).edit(root, edits, slot{})
}

// Element edits one element of a block list in whole lines of its own, as [Bytes] edits a document: what is around it is not looked at. lines is where these lines stand in
// the source, root the element; paths start at it. It returns the lines.
func Element(src []byte, lines yamltree.Span, root *yamltree.Node, edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, err error) {
	t := newText(src, lines.Start, lines.End)
	return t.edit(root, edits, slot{kind: slotDash, after: root.Mark() + 1, column: t.column(root.Mark())})
}

// edit carries out edits on the value of a text, which stands in a slot.
func (t *text) edit(root *yamltree.Node, edits []yamltree.Edit, s slot) (out []byte, rewritten []yamltree.Path, err error) {
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
	p := planned{root: root, slot: s, want: want, json: json}
	if parts, changed := finer(root, lowered); changed {
		if out, err := t.spliceAndVerify(p, parts); err == nil {
			return out, nil, nil
		}
	}
	out, err = t.spliceAndVerify(p, lowered)
	if err == nil {
		return out, nil, nil
	}
	first := err
	good, bad := t.apart(p, lowered)
	for deepest(bad) > 0 {
		bad = widen(bad, want)
		if out, err := t.spliceAndVerify(p, append(bad[:len(bad):len(bad)], good...)); err == nil {
			return out, paths(bad), nil
		}
	}
	if s.kind == slotDash {
		if out, err := t.printElement(p); err == nil {
			return out, []yamltree.Path{{}}, nil
		}
	}
	if s.kind == slotRoot && bytes.IndexByte(t.src, '#') < 0 && !json && plainKeys(want) { // no comment is lost where all of it is printed
		front, behind := t.markers()
		if out := slices.Concat(front, Print(want), behind); p.verify(out) == nil {
			return out, []yamltree.Path{{}}, nil
		}
	}
	return nil, nil, first
}

// printElement prints an element of a list anew, with the comments in it. What is around it stays.
func (t *text) printElement(p planned) ([]byte, error) {
	v := yamltree.Clone(p.want)
	v.SetComments(yamltree.Comments{})
	settle(v, false)
	lines, err := t.layoutOf(p.root).blockLines(yamltree.NewList(v), p.slot.column)
	if err != nil {
		return nil, err
	}
	behind := t.nextLine(t.end(p.root)) // and behind the comments that are in it
	for line := behind; line < len(t.src); line = t.nextLine(line) {
		width, empty := t.indent(line)
		if !empty && (t.src[line+width] != '#' || width < t.columnOf(p.root)) {
			break
		}
		if !empty {
			behind = t.nextLine(line)
		}
	}
	out := slices.Concat(t.src[t.from:t.lineStart(p.root.Mark())], []byte(strings.Join(lines, t.newline)+t.newline), t.src[behind:])
	if !endsLine(t.src) {
		out = withoutLineBreak(out)
	}
	return out, p.verify(out)
}

// markers are the line that starts a document, with the directives and blank lines in front of it, and the one that ends it; the byte order mark alone where nothing
// starts it.
func (t *text) markers() (front, behind []byte) {
	src := t.src
	front = src[:t.first]
	isMarker := func(line int, marker string) bool {
		text := src[line:t.lineEnd(line)]
		return bytes.HasPrefix(text, []byte(marker)) && (len(text) == len(marker) || isSpace(text[len(marker)]))
	}
	for line := t.first; line < len(src); line = t.nextLine(line) {
		if _, empty := t.indent(line); isMarker(line, "---") {
			front = append(slices.Clone(src[:line]), "---\n"...)
			break
		} else if !empty && src[line] != '%' {
			break
		}
	}
	if last := t.lineStart(len(bytes.TrimRight(src, "\r\n"))); isMarker(last, "...") {
		behind = src[last:]
	}
	return front, behind
}

// plainKeys tells whether no map or list is the key of a map.
func plainKeys(n *yamltree.Node) bool {
	for c := range n.Children() {
		if n.Kind == yamltree.Map && !c.HasScalarKey() || !plainKeys(c) {
			return false
		}
	}
	return true
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

// isFlowPlace tells whether a value that comes to a place is in flow style by what stands there, or around it.
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

// apart tells the edits that can be made in place from those that cannot. Where all can
// and only together they cannot, all count as bad. It halves those that cannot, since each try reads the text.
func (t *text) apart(p planned, edits []yamltree.Edit) (good, bad []yamltree.Edit) {
	if len(edits) == 1 {
		return nil, edits
	}
	for _, half := range [][]yamltree.Edit{edits[:len(edits)/2], edits[len(edits)/2:]} {
		if t.canMake(p, half) {
			good = append(good, half...)
			continue
		}
		some, others := t.apart(p, half)
		good, bad = append(good, some...), append(bad, others...)
	}
	if len(bad) == 0 {
		return nil, edits
	}
	return good, bad
}

// canMake tells whether edits, and no others, can be made in place.
func (t *text) canMake(p planned, edits []yamltree.Edit) bool {
	logical, err := yamltree.Logical(p.root)
	if err != nil {
		return false
	}
	p.want = yamltree.Share(logical)
	if yamltree.Apply(p.want, edits) != nil {
		return false
	}
	_, err = t.spliceAndVerify(p, edits)
	return err == nil
}

// isJSON tells whether a source starts as JSON does.
func isJSON(src []byte) bool {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(src, byteOrderMark), " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return false
	}
	inside := bytes.TrimLeft(trimmed[1:], " \t\r\n")
	return len(inside) > 0 && bytes.IndexByte([]byte(`"{[`), inside[0]) >= 0
}

// asJSON turns words such as yes, which only YAML 1.1 takes for booleans, into the strings that
// they are in JSON.
//
// What JSON has no word for is an error.
func asJSON(edits []yamltree.Edit) ([]yamltree.Edit, error) {
	out := make([]yamltree.Edit, len(edits))
	for i, e := range edits {
		e.Value = yamltree.Clone(e.Value)
		out[i] = e
		if err := quoteWords(out[i].Value); err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	return out, nil
}

func quoteWords(n *yamltree.Node) error {
	if n == nil {
		return nil
	}
	if n.Kind == yamltree.Scalar && yamltree.IsYAML11Bool(n) {
		n.Style = yamltree.DoubleQuoted
	}
	if n.Kind == yamltree.Scalar && n.Tag() == "!!float" {
		switch strings.ToLower(strings.TrimLeft(n.Value, "+-")) {
		case ".inf", ".nan":
			return fmt.Errorf("is %s; must be a number that JSON can hold, since the file is JSON", n.Value)
		}
	}
	for c := range n.Children() {
		if err := quoteWords(c); err != nil {
			return err
		}
	}
	return nil
}

// planned is the value of a text, where it stands, and what it is to be.
type planned struct {
	root, want *yamltree.Node
	slot       slot
	json       bool // the whole text is JSON
}

// spliceAndVerify makes edits in place. What it returns reads as planned.
func (t *text) spliceAndVerify(p planned, edits []yamltree.Edit) (out []byte, err error) {
	for _, whole := range []bool{false, true} { // elements edited in place may get in one another's way
		out, err = t.spliceAll(p, edits, whole)
		if err != nil {
			continue
		}
		if !endsLine(t.src) && endsLine(out) { // the last line lacks its break still, where no block scalar needs it
			if trimmed := withoutLineBreak(out); p.verify(trimmed) == nil {
				return trimmed, nil
			}
		}
		if err = p.verify(out); err == nil {
			return out, nil
		}
	}
	return nil, err
}

func withoutLineBreak(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// verify tells whether a text reads as planned.
func (p planned) verify(out []byte) error {
	docs, err := yamltree.Parse(out)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	if len(docs) != 1 {
		return ErrNotVerified
	}
	got := docs[0].Root
	if p.slot.kind == slotDash { // alone in its list
		if got = got.First(); got == nil || got.Next() != nil || docs[0].Root.Kind != yamltree.List {
			return ErrNotVerified
		}
	}
	if got, err = yamltree.Logical(got); err != nil {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	if !yamltree.Identical(got, p.want) {
		return ErrNotVerified
	}
	return nil
}

// widen turns each of the deepest edits into one that replaces its parent by what the parent is to
// be in the end.
func widen(edits []yamltree.Edit, want *yamltree.Node) []yamltree.Edit {
	depth := deepest(edits)
	var out []yamltree.Edit
	for _, e := range edits {
		if len(e.Path) == depth {
			parent := e.Path[:depth-1]
			e = yamltree.Edit{Path: parent, Value: yamltree.Clone(yamltree.Lookup(want, parent))}
			if e.Value == nil {
				continue
			}
			withoutOuterComments(e.Value, len(parent) > 0 && parent[len(parent)-1].Kind == yamltree.Field)
		}
		known := false
		for _, o := range out {
			known = known || o.Path.Equal(e.Path)
		}
		if !known {
			out = append(out, e)
		}
	}
	return out
}

// withoutOuterComments takes off the comments that stand around a value: they are outside the text that is printed anew. Those above the
// first entry, and the one on the line of the last, are inside where the value is that of a key, since its lines are replaced.
func withoutOuterComments(n *yamltree.Node, ofKey bool) {
	n.SetComments(yamltree.Comments{})
	first := n.First()
	if first == nil {
		return
	}
	if !ofKey {
		c := first.Comments()
		c.Above = ""
		first.SetComments(c)
	}
	for last := n.Last(); last != nil; last = last.Last() {
		c := last.Comments()
		c.Below = ""
		if !ofKey && last.First() == nil {
			c.Behind = ""
		}
		last.SetComments(c)
	}
}

func deepest(edits []yamltree.Edit) int {
	depth := 0
	for _, e := range edits {
		depth = max(depth, len(e.Path))
	}
	return depth
}

func paths(edits []yamltree.Edit) []yamltree.Path {
	out := make([]yamltree.Path, len(edits))
	for i, e := range edits {
		out[i] = e.Path
	}
	return out
}
