package yamledit

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Print is a value as YAML in block style, as a person would write it: two columns a step, dashes under their key, text of several lines
// as block scalars, characters as they are. The value is not changed. A value whose map has a map or list for a key panics.
func Print(n *yamltree.Node) []byte {
	c := natural(n, false)
	settle(c, false)
	p := layout{step: 2, compact: true}
	if c.First() != nil {
		lines, err := p.blockLines(c, 0)
		if err != nil {
			panic("yamledit: a value cannot be printed: " + err.Error())
		}
		return []byte(strings.Join(lines, "\n") + "\n")
	}
	head, lines, err := p.behind(c, -2)
	if err != nil {
		panic("yamledit: a value cannot be printed: " + err.Error())
	}
	return []byte(strings.Join(append([]string{strings.TrimPrefix(head, " ")}, lines...), "\n") + "\n")
}

// Inline is a value on one line: maps and lists in flow style, text as it is written in quotes where it needs them. Comments are left out.
func Inline(n *yamltree.Node) string {
	c := yamltree.StripComments(natural(n, true))
	settle(c, true)
	out, err := inline(c, false)
	if err != nil {
		return yamltree.ATypeOf(n)
	}
	return out
}

// natural is a copy of a value in the style in which a person would write it where it is new, whatever the style of the text that it comes from: block, or
// flow where that is around it; text of several lines as a block scalar, and no JSON.
func natural(n *yamltree.Node, flow bool) *yamltree.Node {
	c := yamltree.Clone(n)
	naturalize(c, flow)
	return c
}

func naturalize(n *yamltree.Node, flow bool) {
	if n.Kind == yamltree.Scalar {
		if !flow && isString(n) && !isMultiline(n) && strings.Contains(strings.TrimRight(n.Value, "\n"), "\n") && canWriteBlock(n.Value) {
			n.Style = yamltree.Literal
		}
		return
	}
	isJSON := isJSONKeyed(n)
	n.Style = yamltree.Block
	if flow || n.First() == nil {
		n.Style = yamltree.Flow
	}
	for c := range n.Children() {
		if isJSON && c.KeyStyle == yamltree.DoubleQuoted {
			c.SetKeyStyle(yamltree.Free)
		}
		if isJSON && c.Kind == yamltree.Scalar && c.Style == yamltree.DoubleQuoted && isPlain(c.Value, flow) {
			c.Style = yamltree.Free
		}
		naturalize(c, flow)
	}
}

// blockLines renders a block collection as lines that start in the given column, the line break at the end left out.
func (l layout) blockLines(n *yamltree.Node, column int) ([]string, error) {
	if n.Kind == yamltree.Map {
		return l.mapLines(n, column)
	}
	return l.listLines(n, column)
}

func (l layout) mapLines(n *yamltree.Node, column int) ([]string, error) {
	var out []string
	pad := strings.Repeat(" ", column)
	for v := range n.Children() {
		said := v.Comments()
		out = append(out, commentLines(said.Above, pad)...)
		name, err := inlineKey(v, false)
		if err != nil {
			return nil, err
		}
		if len(name) > yamltree.MaxKey {
			out = append(out, pad+"? "+name)
			name = ""
		}
		head, lines, err := l.behind(v, column)
		if err != nil {
			return nil, err
		}
		comment := said.Mark
		if comment == "" {
			comment = said.Behind
		}
		out = append(append(out, pad+name+":"+head+commentBehind(comment)), lines...)
		out = append(out, footLines(said.Below, pad, v.Next() == nil)...)
	}
	return out, nil
}

func (l layout) listLines(n *yamltree.Node, column int) ([]string, error) {
	var out []string
	pad := strings.Repeat(" ", column)
	for el := range n.Children() {
		said := el.Comments()
		out = append(out, commentLines(said.Above, pad)...)
		if isBlock(el) {
			lines, err := l.blockLines(el, column+2)
			if err != nil {
				return nil, err
			}
			if isTagged(el) {
				out = append(out, pad+"- "+el.Tag())
			} else {
				lines[0] = pad + "- " + lines[0][column+2:]
			}
			out = append(out, lines...)
		} else {
			head, lines, err := layout{step: 2, compact: l.compact}.behind(el, column)
			if err != nil {
				return nil, err
			}
			out = append(append(out, pad+"-"+head+commentBehind(said.Behind)), lines...)
		}
		out = append(out, footLines(said.Below, pad, el.Next() == nil)...)
	}
	return out, nil
}

// behind renders a value behind a key or dash in a column: what follows on that line, and the lines below.
func (l layout) behind(v *yamltree.Node, column int) (head string, lines []string, err error) {
	switch {
	case isBlock(v):
		if isTagged(v) {
			head = " " + v.Tag()
		}
		at := column + l.step
		if v.Kind == yamltree.List && l.compact {
			at = column
		}
		lines, err = l.blockLines(v, at)
	case isMultiline(v):
		head, lines = blockScalarLines(v, max(column, 0)+l.step, column)
		if isTagged(v) {
			head = v.Tag() + " " + head
		}
		head = " " + head
	case v.Kind == yamltree.Scalar && v.Value == "" && yamltree.IsNull(v):
	default:
		head, err = inline(v, false)
		head = " " + head
	}
	return head, lines, err
}

// isBlock reports whether a value is printed on lines of its own. Comments inside of a flow collection have no place there.
func isBlock(n *yamltree.Node) bool {
	return n.First() != nil && (!n.IsFlow() || hasComments(n))
}

func hasComments(n *yamltree.Node) bool {
	for c := range n.Children() {
		if c.Comments() != (yamltree.Comments{}) || hasComments(c) {
			return true
		}
	}
	return false
}

// isTagged reports whether a value needs its tag written out.
func isTagged(n *yamltree.Node) bool {
	if n.WrittenTag() == "" {
		return false
	}
	tag := n.Tag()
	switch {
	case !strings.HasPrefix(tag, "!!"):
		return true
	case n.Kind == yamltree.Map:
		return tag != "!!map"
	case n.Kind == yamltree.List:
		return tag != "!!seq"
	case isString(n) || tag == "!!merge":
		return false
	}
	return tag == "!!binary" || yamltree.TagOf(n.Value) != tag
}

func commentLines(comment, pad string) []string {
	if comment == "" {
		return nil
	}
	var out []string
	for _, line := range strings.Split(comment, "\n") {
		if line != "" {
			line = pad + line
		}
		out = append(out, line)
	}
	return out
}

// footLines are the lines of a comment below an entry; a blank line keeps it from belonging to the next one.
func footLines(comment, pad string, last bool) []string {
	out := commentLines(comment, pad)
	if len(out) > 0 && !last {
		out = append(out, "")
	}
	return out
}

func commentBehind(comment string) string {
	if comment == "" {
		return ""
	}
	return " " + strings.ReplaceAll(comment, "\n", " ")
}
