package yamledit

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// layout is how a document is indented, as far as it shows.
type layout struct {
	step    int  // columns from a map to the map below it
	compact bool // the dashes of a sequence stand in the column of the key above
}

// layoutOf reads the layout off a tree: the first nested block map and the first block sequence
// below a key decide. Two columns and dashes under the key are the default, as kubectl prints.
func (t *text) layoutOf(root *yamltree.Node) layout {
	l := layout{step: 2, compact: true}
	var sawMap, sawSeq bool
	var walk func(n *yamltree.Node)
	walk = func(n *yamltree.Node) {
		if n.Style != yamltree.Block {
			return
		}
		column := t.columnOf(n)
		for child := range n.Children() {
			if sawMap && sawSeq {
				return
			}
			if n.Kind == yamltree.Map && child.Style == yamltree.Block {
				d := t.columnOf(child) - column
				switch {
				case child.Kind == yamltree.Map && !sawMap && d > 0 && blank(t.before(child.Content().Start)):
					l.step, sawMap = d, true
				case child.Kind == yamltree.List && !sawSeq && d >= 0:
					l.compact, sawSeq = d == 0, true
				}
			}
			walk(child)
		}
	}
	walk(root)
	return l
}

// inline renders a value on one line: a plain or quoted scalar, or a flow collection. In JSON all strings have double quotes. A comment has
// no place there.
func inline(n *yamltree.Node, asJSON bool) (string, error) {
	if hasComments(n) {
		return "", errUnknownSpan
	}
	return inlineValue(n, asJSON)
}

func inlineValue(n *yamltree.Node, asJSON bool) (string, error) {
	tag := ""
	if isTagged(n) && !asJSON {
		tag = n.Tag() + " "
	}
	if n.Kind == yamltree.Scalar {
		return tag + inlineScalar(n, asJSON), nil
	}
	open, end := "[", "]"
	if n.Kind == yamltree.Map {
		open, end = "{", "}"
	}
	var parts []string
	for c := range n.Children() {
		part, err := inlineValue(c, asJSON)
		if err != nil {
			return "", err
		}
		if n.Kind == yamltree.Map {
			key, err := inlineKey(c, asJSON)
			if err != nil {
				return "", err
			}
			if len(key) > yamltree.MaxKey {
				key = "? " + key
			}
			part = key + ": " + part
		}
		parts = append(parts, part)
	}
	return tag + open + strings.Join(parts, ", ") + end, nil
}

// inlineKey is the key of an entry. A map or list has no place there.
func inlineKey(entry *yamltree.Node, asJSON bool) (string, error) {
	if !entry.HasScalarKey() {
		return "", errUnknownSpan
	}
	return inlineValue(entry.KeyNode(), asJSON)
}

func inlineScalar(n *yamltree.Node, asJSON bool) string {
	switch {
	case yamltree.IsNull(n):
		return "null"
	case asJSON && yamltree.TypeOf(n) != yamltree.TypeString && isJSONNumber(n.Value):
		return n.Value // with all its digits
	case asJSON && yamltree.TypeOf(n) != yamltree.TypeString:
		_, text, _ := strings.Cut(yamltree.Canonical(n), ":")
		if yamltree.TypeOf(n) == yamltree.TypeFloat && !strings.ContainsAny(text, ".eE") {
			text += ".0" // 1. and 08, which are floats still
		}
		return text
	case !isString(n):
		return n.Value
	case asJSON || n.Style == yamltree.DoubleQuoted || isMultiline(n):
		return doubleQuote(n.Value)
	case n.Style == yamltree.SingleQuoted:
		return "'" + strings.ReplaceAll(n.Value, "'", "''") + "'"
	}
	return n.Value
}

func isJSONNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') && json.Valid([]byte(s))
}

// doubleQuote writes a double-quoted scalar that YAML and JSON read alike.
func doubleQuote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case notPrintable(r) && r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		case notPrintable(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// blockScalarLines renders a string as a literal or folded scalar: its header, and its lines in the given
// column; parent is the column of the key or dash. Text whose first line starts with a space or tab needs an indentation indicator.
func blockScalarLines(n *yamltree.Node, column, parent int) (header string, lines []string) {
	header = "|"
	if n.Style == yamltree.Folded {
		header = ">"
	}
	if first := strings.TrimLeft(n.Value, "\n"); strings.HasPrefix(first, " ") || strings.HasPrefix(first, "\t") {
		header += strconv.Itoa(column - max(parent, 0))
	}
	body := strings.TrimRight(n.Value, "\n")
	trailing := len(n.Value) - len(body)
	switch {
	case trailing == 0:
		header += "-"
	case trailing > 1:
		header += "+"
	}
	pad := strings.Repeat(" ", column)
	for _, line := range strings.Split(body, "\n") {
		if line != "" {
			line = pad + line
		}
		lines = append(lines, line)
	}
	for range trailing - 1 {
		lines = append(lines, "")
	}
	return header, lines
}
