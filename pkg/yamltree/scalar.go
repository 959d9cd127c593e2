package yamltree

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The type names of scalars, collections and aliases as messages show them.
const (
	TypeString  = "string"
	TypeInteger = "integer"
	TypeFloat   = "float"
	TypeBoolean = "boolean"
	TypeNull    = "null"
	TypeMap     = "map"
	TypeList    = "list"
)

// TypeOf names the type of the value: map, list, string, integer, float, boolean or null.
//
// Timestamps are strings, since Kubernetes knows no other; so are the YAML 1.1 booleans yes, no,
// on and off, which YAML 1.2 and kustomize read as strings. [Canonical] still tells the plain ones
// from quoted ones.
func TypeOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return TypeMap
	case yaml.SequenceNode:
		return TypeList
	case yaml.AliasNode:
		return TypeOf(n.Alias)
	case yaml.DocumentNode:
		if len(n.Content) == 1 {
			return TypeOf(n.Content[0])
		}
		return TypeNull
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!int":
			return TypeInteger
		case "!!float":
			return TypeFloat
		case "!!bool":
			return TypeBoolean
		case "!!null":
			return TypeNull
		}
		return TypeString
	}
	return TypeNull
}

// ATypeOf is [TypeOf] with its article, for messages: "a map", "an integer", "null".
func ATypeOf(n *yaml.Node) string {
	switch t := TypeOf(n); t {
	case TypeNull:
		return t
	case TypeInteger:
		return "an " + t
	default:
		return "a " + t
	}
}

// TagProblem says what is wrong with the tag of a value, "" where nothing is: a tag of YAML's own for a value of another type, such as !!int abc,
// or one that Kubernetes, whose data are JSON's, does not know.
func TagProblem(n *yaml.Node) string {
	tag := n.ShortTag()
	if tag == "" { // an alias
		return ""
	}
	if !strings.HasPrefix(tag, "!!") {
		return fmt.Sprintf("is tagged %s, which Kubernetes does not know; must be without the tag", tag)
	}
	fits := true
	switch {
	case n.Kind == yaml.MappingNode:
		fits = tag == "!!map"
	case n.Kind == yaml.SequenceNode:
		fits = tag == "!!seq"
	case n.Kind == yaml.ScalarNode && n.Style&yaml.TaggedStyle != 0:
		plain := (&yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}).ShortTag()
		switch tag {
		case "!!str", "!!binary", "!!timestamp":
		case "!!float":
			fits = plain == tag || plain == "!!int"
		default:
			fits = plain == tag
		}
	}
	if fits {
		return ""
	}
	return fmt.Sprintf("is %q, and tagged %s, which it is not; must be without the tag, or of that type", n.Value, tag)
}

// IsNull tells whether n is a null, written out or left empty.
func IsNull(n *yaml.Node) bool {
	return n.Kind == 0 || n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// Canonical writes a scalar so that two scalars are equal values if and only if the texts are
// equal: 0x10 and 16 are, "16" and 16 are not. Numbers compare by value within their type,
// whatever their size; a plain yes, no, on, off, y or n equals only the same word, since readers
// of YAML 1.1 and 1.2 disagree on its type. A custom tag belongs to the value.
func Canonical(n *yaml.Node) string {
	switch n.ShortTag() {
	case "!!null":
		return "null"
	case "!!bool":
		return "bool:" + strings.ToLower(n.Value)
	case "!!int":
		text := strings.ReplaceAll(n.Value, "_", "")
		if i, ok := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 0); ok {
			return "int:" + i.String()
		}
		return "int:" + n.Value
	case "!!float":
		if f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64); err == nil {
			return "float:" + strconv.FormatFloat(f, 'g', -1, 64)
		}
		return "float:" + strings.ToLower(n.Value)
	case "!!str", "!!timestamp":
		if IsYAML11Bool(n) {
			return "bool11:" + n.Value
		}
		return "str:" + n.Value
	default:
		return n.Tag + ":" + n.Value
	}
}

// IsYAML11Bool tells whether n is a plain scalar that YAML 1.1 reads as a boolean and YAML 1.2 as
// a string (https://yaml.org/type/bool.html).
func IsYAML11Bool(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle|yaml.TaggedStyle) == 0 && IsYAML11BoolWord(n.Value)
}

// IsYAML11BoolWord tells whether YAML 1.1 reads a text as a boolean where YAML 1.2 reads a string.
func IsYAML11BoolWord(s string) bool {
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
}

// Str is a new scalar node that holds a string.
func Str(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// displayCanonical shows a canonical scalar to people: strings quoted, the rest plain.
func displayCanonical(c string) string {
	kind, text, found := strings.Cut(c, ":")
	if found && kind == "str" {
		return strconv.Quote(text)
	}
	if found {
		return text
	}
	return c
}
