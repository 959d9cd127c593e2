package yamledit

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Print is a value as YAML in block style, as a person would write it: two columns a step, dashes under their key, text of several lines
// as block scalars, characters as they are. The value is not changed. A value whose map has a map or list for a key panics.
func Print(n *yaml.Node) []byte {
	c := natural(n, false)
	settle(c, false)
	p := layout{step: 2, compact: true}
	if c.Kind != yaml.ScalarNode && len(c.Content) > 0 {
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
func Inline(n *yaml.Node) string {
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
func natural(n *yaml.Node, flow bool) *yaml.Node {
	c := yamltree.Clone(n)
	naturalize(c, flow)
	return c
}

func naturalize(n *yaml.Node, flow bool) {
	switch {
	case n.Kind != yaml.ScalarNode:
		isJSON := isJSONKeyed(n)
		n.Style &^= yaml.FlowStyle
		if flow || len(n.Content) == 0 {
			n.Style |= yaml.FlowStyle
		}
		for i, child := range n.Content {
			if isJSON && n.Kind == yaml.MappingNode && i%2 == 0 {
				child.Style &^= yaml.DoubleQuotedStyle
			}
			if isJSON && child.Kind == yaml.ScalarNode && child.Style&yaml.DoubleQuotedStyle != 0 && isPlain(child.Value, flow) {
				child.Style &^= yaml.DoubleQuotedStyle
			}
			naturalize(child, flow)
		}
	case !flow && isString(n) && n.Style&multiline == 0 && strings.Contains(strings.TrimRight(n.Value, "\n"), "\n") && canWriteBlock(n.Value):
		n.Style = yaml.LiteralStyle
	}
}

// blockLines renders a block collection as lines that start in the given column, the line break at the end left out.
func (l layout) blockLines(n *yaml.Node, column int) ([]string, error) {
	if n.Kind == yaml.MappingNode {
		return l.mapLines(n, column)
	}
	return l.listLines(n, column)
}

func (l layout) mapLines(n *yaml.Node, column int) ([]string, error) {
	var out []string
	pad := strings.Repeat(" ", column)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, v := n.Content[i], n.Content[i+1]
		if key.Kind != yaml.ScalarNode {
			return nil, errUnknownSpan
		}
		out = append(out, commentLines(key.HeadComment, pad)...)
		name, err := inline(key, false)
		if err != nil {
			return nil, err
		}
		head, lines, err := l.behind(v, column)
		if err != nil {
			return nil, err
		}
		comment := key.LineComment
		if comment == "" {
			comment = v.LineComment
		}
		out = append(append(out, pad+name+":"+head+commentBehind(comment)), lines...)
		out = append(out, footLines(key.FootComment, pad, i+2 == len(n.Content))...)
	}
	return out, nil
}

func (l layout) listLines(n *yaml.Node, column int) ([]string, error) {
	var out []string
	pad := strings.Repeat(" ", column)
	for i, el := range n.Content {
		out = append(out, commentLines(el.HeadComment, pad)...)
		if isBlock(el) {
			lines, err := l.blockLines(el, column+2)
			if err != nil {
				return nil, err
			}
			if isTagged(el) {
				out = append(out, pad+"- "+el.Tag)
			} else {
				lines[0] = pad + "- " + lines[0][column+2:]
			}
			out = append(out, lines...)
		} else {
			head, lines, err := layout{step: 2, compact: l.compact}.behind(el, column)
			if err != nil {
				return nil, err
			}
			out = append(append(out, pad+"-"+head+commentBehind(el.LineComment)), lines...)
		}
		out = append(out, footLines(el.FootComment, pad, i+1 == len(n.Content))...)
	}
	return out, nil
}

// behind renders a value behind a key or dash in a column: what follows on that line, and the lines below.
func (l layout) behind(v *yaml.Node, column int) (head string, lines []string, err error) {
	switch {
	case isBlock(v):
		if isTagged(v) {
			head = " " + v.Tag
		}
		at := column + l.step
		if v.Kind == yaml.SequenceNode && l.compact {
			at = column
		}
		lines, err = l.blockLines(v, at)
	case v.Kind == yaml.ScalarNode && v.Style&multiline != 0:
		head, lines = blockScalarLines(v, max(column, 0)+l.step, column)
		head = " " + head
	case v.Kind == yaml.ScalarNode && v.Value == "" && yamltree.IsNull(v):
	default:
		head, err = inline(v, false)
		head = " " + head
	}
	return head, lines, err
}

// isBlock tells whether a value is printed on lines of its own. Comments inside of a flow collection have no place there.
func isBlock(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && len(n.Content) > 0 && (n.Style&yaml.FlowStyle == 0 || hasComments(n))
}

func hasComments(n *yaml.Node) bool {
	for _, child := range n.Content {
		if child.HeadComment+child.LineComment+child.FootComment != "" || hasComments(child) {
			return true
		}
	}
	return false
}

// isTagged tells whether a value needs its tag written out.
func isTagged(n *yaml.Node) bool {
	switch {
	case n.Tag == "" || n.Tag == "!":
		return false
	case !strings.HasPrefix(n.Tag, "!!"):
		return true
	case n.Kind == yaml.MappingNode:
		return n.Tag != "!!map"
	case n.Kind == yaml.SequenceNode:
		return n.Tag != "!!seq"
	case isString(n) || n.Tag == "!!merge":
		return false
	}
	return n.Tag == "!!binary" || (&yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}).ShortTag() != n.ShortTag()
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
