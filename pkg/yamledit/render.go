package yamledit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// layout is how a document is indented, as far as it shows.
type layout struct {
	step    int  // columns from a map to the map below it
	compact bool // the dashes of a sequence stand in the column of the key above
}

// layoutOf reads the layout off a tree: the first nested block map and the first block sequence
// below a key decide. Two columns and dashes under the key are the default, as kubectl prints.
func (t *text) layoutOf(n *yaml.Node) layout {
	l := layout{step: 2, compact: true}
	var sawMap, sawSeq bool
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if sawMap && sawSeq || n.Style&yaml.FlowStyle != 0 {
			return
		}
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 1 && child.Style&yaml.FlowStyle == 0 && len(child.Content) > 0 {
				d := t.blockColumn(child) - t.blockColumn(n)
				switch {
				case child.Kind == yaml.MappingNode && !sawMap && d > 0 && blank(t.before(t.start(child.Content[0]))):
					l.step, sawMap = d, true
				case child.Kind == yaml.SequenceNode && !sawSeq && d >= 0:
					l.compact, sawSeq = d == 0, true
				}
			}
			walk(child)
		}
	}
	walk(n)
	return l
}

// blockLines renders a value as lines that start in the given column, the line break at the end left out.
func (l layout) blockLines(n *yaml.Node, column int) ([]string, error) {
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(l.step)
	if l.compact {
		enc.CompactSeqIndent()
	}
	if err := enc.Encode(n); err != nil {
		return nil, fmt.Errorf("writing a value: %w", err)
	}
	lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
	pad := strings.Repeat(" ", column)
	for i, line := range lines {
		if line != "" {
			lines[i] = pad + line
		}
	}
	return lines, nil
}

// inline renders a value on one line: a plain or quoted scalar, or a flow collection.
func inline(n *yaml.Node, json bool) (string, error) {
	if n.Kind == yaml.ScalarNode && (n.Tag == "" || !isCustomTag(n.Tag)) {
		return inlineScalar(n, json), nil
	}
	c := yamltree.Clone(n)
	flatten(c, json)
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	if err := enc.Encode(c); err != nil {
		return "", fmt.Errorf("writing a value: %w", err)
	}
	out := strings.TrimSuffix(buf.String(), "\n")
	if strings.Contains(out, "\n") {
		return "", fmt.Errorf("line %d: %w", n.Line, errUnknownSpan)
	}
	return out, nil
}

func isCustomTag(tag string) bool { return !strings.HasPrefix(tag, "!!") || tag == "!!binary" }

// flatten gives a tree the styles of flow text; in JSON all strings have double quotes.
func flatten(n *yaml.Node, json bool) {
	if n.Kind == yaml.ScalarNode {
		if isString(n) && (json || n.Style&multiline != 0) {
			n.Tag, n.Style = "!!str", yaml.DoubleQuotedStyle
		} else if json && !isString(n) {
			n.Value = inlineScalar(n, true)
		}
		return
	}
	n.Style |= yaml.FlowStyle
	for _, child := range n.Content {
		flatten(child, json)
	}
}

func inlineScalar(n *yaml.Node, json bool) string {
	switch {
	case yamltree.IsNull(n):
		return "null"
	case json && isJSONNumber(n.Value):
		return n.Value // with all its digits
	case json && yamltree.TypeOf(n) != yamltree.TypeString:
		_, text, _ := strings.Cut(yamltree.Canonical(n), ":")
		return text
	case !isString(n):
		return n.Value
	case json || n.Style&(yaml.DoubleQuotedStyle|multiline) != 0:
		return doubleQuote(n.Value)
	case n.Style&yaml.SingleQuotedStyle != 0:
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
// column; parent is the column of the key or dash. Text that starts with a space needs an indentation indicator.
func blockScalarLines(n *yaml.Node, column, parent int) (header string, lines []string) {
	header = "|"
	if n.Style&yaml.FoldedStyle != 0 {
		header = ">"
	}
	if strings.HasPrefix(n.Value, " ") {
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
