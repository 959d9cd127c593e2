package yamltree

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
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
func TypeOf(n *Node) string {
	switch n = Resolve(n); n.Kind {
	case Map:
		return TypeMap
	case List:
		return TypeList
	}
	switch n.Tag() {
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

// ATypeOf is [TypeOf] with its article, for messages: "a map", "an integer", "null".
func ATypeOf(n *Node) string {
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
func TagProblem(n *Node) string {
	if n.Kind == Alias {
		return ""
	}
	tag := n.Tag()
	if !strings.HasPrefix(tag, "!!") {
		return fmt.Sprintf("is tagged %s, which Kubernetes does not know; must be without the tag", tag)
	}
	fits := true
	switch {
	case n.Kind == Map:
		fits = tag == "!!map"
	case n.Kind == List:
		fits = tag == "!!seq"
	case n.WrittenTag() != "":
		plain := resolve(n.Value)
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

// IsNull reports whether n is a null, written out or left empty.
func IsNull(n *Node) bool {
	switch {
	case n.Kind != Scalar:
		return false
	case n.more == nil || n.more.tag == "":
		return n.Style == Plain && isNullWord(n.Value)
	}
	return n.Tag() == "!!null"
}

func isNullWord(s string) bool {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return true
	}
	return false
}

// Canonical writes a scalar so that two scalars are equal values if and only if the texts are
// equal: 0x10 and 16 are, "16" and 16 are not. Numbers compare by value within their type,
// whatever their size; a plain yes, no, on, off, y or n equals only the same word, since readers
// of YAML 1.1 and 1.2 disagree on its type. A custom tag belongs to the value.
func Canonical(n *Node) string {
	typ, text := canonical(n)
	return typ + text
}

// canonical are the type and the value that [Canonical] writes, apart: comparing them takes no memory.
func canonical(n *Node) (typ, text string) {
	switch tag := n.Tag(); tag {
	case "!!null":
		return "null", ""
	case "!!bool":
		return "bool:", strings.ToLower(n.Value)
	case "!!int":
		return "int:", canonicalInt(n.Value)
	case "!!float":
		if f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64); err == nil {
			return "float:", strconv.FormatFloat(f, 'g', -1, 64)
		}
		return "float:", strings.ToLower(n.Value)
	case "!!str", "!!timestamp":
		if IsYAML11Bool(n) {
			return "bool11:", n.Value
		}
		return "str:", n.Value
	default:
		return tag + ":", n.Value
	}
}

func canonicalInt(value string) string {
	if value != "" && value[0] > '0' && len(value) < 19 && strings.Trim(value, "0123456789") == "" {
		return value // of nearly all
	}
	text := strings.ReplaceAll(value, "_", "")
	if i, ok := new(big.Int).SetString(strings.TrimPrefix(text, "+"), 0); ok {
		return i.String()
	}
	return value
}

// IsYAML11Bool reports whether n is a plain scalar that YAML 1.1 reads as a boolean and YAML 1.2 as
// a string (https://yaml.org/type/bool.html).
func IsYAML11Bool(n *Node) bool {
	return n.Style == Plain && n.WrittenTag() == "" && IsYAML11BoolWord(n.Value)
}

// IsYAML11BoolWord reports whether YAML 1.1 reads a text as a boolean where YAML 1.2 reads a string.
func IsYAML11BoolWord(s string) bool {
	if len(s) > len("false") {
		return false
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return false
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

// Plain is the value as decoders make it of Go's types: map[string]any, []any, string, int, uint64, float64, bool or nil. Numbers that are too large for Go, or that JSON has no word for (.inf), stay text, and
// a key that stands twice has its last value.
func (n *Node) Plain() any {
	switch n = Resolve(n); n.Kind {
	case Map:
		out := map[string]any{}
		for c := n.first; c != nil; c = c.next {
			out[c.Key] = c.Plain()
		}
		return out
	case List:
		out := []any{}
		for c := n.first; c != nil; c = c.next {
			out = append(out, c.Plain())
		}
		return out
	}
	switch text := strings.ReplaceAll(n.Value, "_", ""); n.Tag() {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if i, err := strconv.ParseInt(text, 0, 64); err == nil {
			return int(i)
		}
		if u, err := strconv.ParseUint(text, 0, 64); err == nil {
			return u
		}
	case "!!float":
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f
		}
	}
	return n.Value
}

// ReadsPlain reports whether a text reads as the string that it is without quotes, in brackets or outside of them.
func ReadsPlain(s string, flow bool) (is bool) {
	if s == "" || s[0] == ' ' || s[0] == '\t' || resolve(s) != "!!str" {
		return false
	}
	w := workspaces.Get().(*workspace)
	defer func() {
		w.clear()
		workspaces.Put(w)
		if r := recover(); r != nil {
			if _, refused := r.(*SyntaxError); !refused {
				panic(r)
			}
			is = false
		}
	}()
	p := &w.parser
	p.reset([]byte(s), s)
	return p.scalar.plain(0, flow) == s && p.pos == len(s)
}
