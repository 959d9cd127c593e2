package yamledit

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// reprint prints the maps and lists anew that hold what cannot be edited in place: the innermost ones, or else those around them.
func (t attempt) reprint(p planned, edits []yamltree.Edit) (out []byte, rewritten []yamltree.Path, err error) {
	good, bad := t.apart(p, edits)
	err = ErrNotVerified
	for deepest(bad) > 0 {
		bad = widen(bad, p.want)
		if out, err = t.spliceAndVerify(p, append(bad[:len(bad):len(bad)], good...)); err == nil {
			return out, paths(bad), nil
		}
	}
	return nil, nil, err
}

// printElement prints an element of a list anew, with the comments in it. What is around it stays.
func (t attempt) printElement(p planned) ([]byte, error) {
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
		if !slices.ContainsFunc(out, func(o yamltree.Edit) bool { return o.Path.Equal(e.Path) }) {
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
