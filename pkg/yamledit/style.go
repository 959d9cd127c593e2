package yamledit

import (
	"strings"
	"unicode/utf8"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// isQuotes reports whether a style is one in quotes.
func isQuotes(s yamltree.Style) bool { return s == yamltree.SingleQuoted || s == yamltree.DoubleQuoted }

// isMultiline reports whether a value is a block scalar.
func isMultiline(n *yamltree.Node) bool {
	return n.Style == yamltree.Literal || n.Style == yamltree.Folded
}

// InStyleOf gives a scalar the style in which it would stand in the place of another one, in block style: see restyle.
func InStyleOf(old, value *yamltree.Node) { value.Style = restyle(old, value, false).Style }

// restyle returns a copy of value as it is to stand where old stands, or stands newly where old is
// nil: a changed string keeps the quoting of the string that it replaces where it can be written so,
// else takes its own, else double quotes. Numbers, booleans and nulls are plain and keep their text.
// flow says that it stands in a flow collection. The copy has no anchors.
func restyle(old, value *yamltree.Node, flow bool) *yamltree.Node {
	c := yamltree.Clone(value)
	settle(c, flow)
	if c.Kind == yamltree.Scalar && yamltree.IsYAML11Bool(c) {
		return c // quotes would make another value of it
	}
	if old == nil || old.Kind != yamltree.Scalar || c.Kind != yamltree.Scalar || !isString(c) || !isString(old) {
		return c
	}
	if old.Value == "" && c.Style == yamltree.Literal { // nothing was written so
		return c
	}
	keep := old.Style
	if keep == yamltree.Plain && yamltree.IsYAML11Bool(old) {
		return c
	}
	if !canWrite(c, keep, flow) && keep == yamltree.Folded {
		keep = yamltree.Literal
	}
	if canWrite(c, keep, flow) {
		c.Style = keep
		if keep == yamltree.Plain {
			c.Style = yamltree.Free
		}
	}
	return c
}

// settle gives every scalar of a tree a style in which it reads back as the same value.
func settle(n *yamltree.Node, flow bool) {
	n.DropAnchor()
	flow = flow || n.IsFlow()
	if n.Kind == yamltree.Scalar && isString(n) && !canWrite(n, n.Style, flow) {
		n.Style = quotes(n, flow)
	}
	for c := range n.Children() {
		if n.Kind == yamltree.Map && c.HasScalarKey() {
			if key := c.KeyNode(); isString(key) && !canWrite(key, key.Style, flow) {
				c.SetKeyStyle(quotes(key, flow))
			}
		}
		settle(c, flow)
	}
}

// quotes are the quotes for a string that cannot be plain, or the style of a block scalar for text of several lines: double quotes where the text would be of another
// type without, or has characters that need an escape; else single ones in block style, as kubectl and kustomize print them.
func quotes(n *yamltree.Node, flow bool) yamltree.Style {
	switch {
	case strings.Contains(n.Value, "\n"):
		if canWrite(n, yamltree.Literal, flow) {
			return yamltree.Literal
		}
	case !canWrite(n, yamltree.SingleQuoted, flow), yamltree.TagOf(n.Value) != "!!str", yamltree.IsYAML11BoolWord(n.Value), isSexagesimal(n.Value):
	case !flow || strings.ContainsAny(n.Value, `"\`):
		return yamltree.SingleQuoted
	}
	return yamltree.DoubleQuoted
}

func isString(n *yamltree.Node) bool {
	if n.Kind == yamltree.Scalar && n.Style != yamltree.Plain && n.WrittenTag() == "" {
		return true
	}
	tag := n.Tag()
	return tag == "!!str" || tag == "!!timestamp"
}

// canWrite reports whether a string reads back as itself in a style.
func canWrite(n *yamltree.Node, style yamltree.Style, flow bool) bool {
	s := n.Value
	switch style {
	case yamltree.DoubleQuoted:
		return true
	case yamltree.SingleQuoted:
		return strings.IndexFunc(s, notPrintable) < 0
	case yamltree.Literal:
		return !flow && canWriteBlock(s)
	case yamltree.Folded:
		return !flow && canWriteBlock(s) && s[0] != ' ' && s[0] != '\t' && !strings.Contains(strings.TrimRight(s, "\n"), "\n")
	}
	return isPlain(s, flow) || yamltree.IsYAML11Bool(n) || n.Style == yamltree.Plain && n.Tag() == "!!timestamp"
}

// canWriteBlock reports whether a text can be a literal scalar: it has a line that is not blank, and no character that needs an escape.
func canWriteBlock(s string) bool {
	return strings.Trim(s, " \t\n") != "" && strings.IndexFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && notPrintable(r) }) < 0
}

// notPrintable reports whether a character must be escaped: it is none that YAML calls printable (https://yaml.org/spec/1.2.2/#51-character-set), breaks lines
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

// isPlainWord tells of most texts that need no quotes that they need none: those of letters, digits and what stands between them. That takes a tenth of the time of reading them.
func isPlainWord(s string, flow bool) bool {
	if s == "" || !isLetter(s[0]) || len(s) <= len("false") && (yamltree.TagOf(s) != "!!str" || yamltree.IsYAML11BoolWord(s)) {
		return false
	}
	for i := range len(s) {
		switch c := s[i]; {
		case isLetter(c), c >= '0' && c <= '9', c == '-', c == '.', c == '/', c == '_', c == '(', c == ')', c == '"', c == ';':
		case c == ' ' && i+1 < len(s) && s[i+1] != ' ' && s[i+1] != '#':
		case c == ',' && !flow:
		case c == ':' && !flow && i+1 < len(s) && s[i+1] != ' ':
		default:
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// isPlain reports whether a string can be written without quotes, in block or in flow style, and read
// back as a string by readers of YAML 1.1 and 1.2 alike.
func isPlain(s string, flow bool) bool {
	if isPlainWord(s, flow) {
		return true
	}
	if s == "=" || s == "-" || flow && strings.ContainsAny(s, ":?") || strings.IndexFunc(s, notPrintable) >= 0 || isSexagesimal(s) || yamltree.IsYAML11BoolWord(s) {
		return false // what readers of YAML 1.1 take for something else, or do not read
	}
	return yamltree.ReadsPlain(s, flow)
}

// isSexagesimal reports whether YAML 1.1 reads the text as a number of base 60, such as 1:30.
func isSexagesimal(s string) bool {
	if !strings.Contains(s, ":") {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }) < 0
}
