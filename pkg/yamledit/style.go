package yamledit

import (
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

const (
	quoted    = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle
	multiline = yaml.LiteralStyle | yaml.FoldedStyle
)

// restyle returns a copy of value as it is to stand where old stands, or stands newly where old is
// nil: a changed string keeps the quoting of the string that it replaces where it can be written so,
// else takes its own, else double quotes. Numbers, booleans and nulls are plain and keep their text.
// flow says that it stands in a flow collection. The copy has no anchors.
func restyle(old, value *yaml.Node, flow bool) *yaml.Node {
	c := yamltree.Clone(value)
	settle(c, flow)
	if c.Kind == yaml.ScalarNode && yamltree.IsYAML11Bool(c) {
		return c // quotes would make another value of it
	}
	if old == nil || old.Kind != yaml.ScalarNode || c.Kind != yaml.ScalarNode || !isString(c) || !isString(old) {
		return c
	}
	keep := old.Style & (quoted | multiline)
	if keep == 0 && yamltree.IsYAML11Bool(old) {
		return c
	}
	if !canWrite(c, keep, flow) && keep&yaml.FoldedStyle != 0 {
		keep = yaml.LiteralStyle
	}
	if canWrite(c, keep, flow) {
		c.Style = keep
	}
	return c
}

// settle gives every scalar of a tree a style in which it reads back as the same value.
func settle(n *yaml.Node, flow bool) {
	n.Anchor = ""
	flow = flow || n.Style&yaml.FlowStyle != 0
	if n.Kind == yaml.ScalarNode && isString(n) {
		n.Style &^= yaml.TaggedStyle
		if !canWrite(n, n.Style&(quoted|multiline), flow) {
			n.Style = quotes(n, flow)
		}
	}
	for _, child := range n.Content {
		settle(child, flow)
	}
}

// quotes are the quotes for a string that cannot be plain, or the style of a block scalar for text of several lines: double quotes where the text would be of another
// type without, or has characters that need an escape; else single ones in block style, as kubectl and kustomize print them.
func quotes(n *yaml.Node, flow bool) yaml.Style {
	switch plain := (&yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}); {
	case strings.Contains(n.Value, "\n"):
		if canWrite(n, yaml.LiteralStyle, flow) {
			return yaml.LiteralStyle
		}
	case !canWrite(n, yaml.SingleQuotedStyle, flow), plain.ShortTag() != "!!str", yamltree.IsYAML11Bool(plain), isSexagesimal(n.Value):
	case !flow || strings.ContainsAny(n.Value, `"\`):
		return yaml.SingleQuotedStyle
	}
	return yaml.DoubleQuotedStyle
}

func isString(n *yaml.Node) bool {
	tag := n.ShortTag()
	return tag == "!!str" || tag == "!!timestamp"
}

// canWrite tells whether a string reads back as itself in a style; style 0 is plain.
func canWrite(n *yaml.Node, style yaml.Style, flow bool) bool {
	s := n.Value
	switch {
	case style&yaml.DoubleQuotedStyle != 0:
		return true
	case style&yaml.SingleQuotedStyle != 0:
		return strings.IndexFunc(s, notPrintable) < 0
	case style&yaml.LiteralStyle != 0:
		return !flow && canWriteBlock(s)
	case style&yaml.FoldedStyle != 0:
		return !flow && canWriteBlock(s) && s[0] != ' ' && s[0] != '\t' && !strings.Contains(strings.TrimRight(s, "\n"), "\n")
	}
	return isPlain(s, flow) || yamltree.IsYAML11Bool(n) || n.ShortTag() == "!!timestamp" && n.Style&quoted == 0
}

// canWriteBlock tells whether a text can be a literal scalar: it has a line that is not blank, and no character that needs an escape.
func canWriteBlock(s string) bool {
	return strings.Trim(s, " \t\n") != "" && strings.IndexFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && notPrintable(r) }) < 0
}

// notPrintable tells whether a character must be escaped: it is none that YAML calls printable (https://yaml.org/spec/1.2.2/#51-character-set), breaks lines
// for some readers, or changes the direction of the text around it.
func notPrintable(r rune) bool {
	switch {
	case r < ' ' || r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff, r == utf8.RuneError:
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r >= 0xd800 && r < 0xe000 || r == 0xfffe || r == 0xffff || r > 0x10ffff
}

// isPlain tells whether a string can be written without quotes, in block or in flow style, and read
// back as a string by readers of YAML 1.1 and 1.2 alike.
func isPlain(s string, flow bool) bool {
	if s == "=" || s == "-" || flow && strings.ContainsAny(s, ":?") || strings.IndexFunc(s, notPrintable) >= 0 || isSexagesimal(s) || yamltree.IsYAML11BoolWord(s) {
		return false // what readers of YAML 1.1 take for something else, or do not read
	}
	return yamltree.ReadsPlain(s, flow)
}

// isSexagesimal tells whether YAML 1.1 reads the text as a number of base 60, such as 1:30.
func isSexagesimal(s string) bool {
	if !strings.Contains(s, ":") {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }) < 0
}
