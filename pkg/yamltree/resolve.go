package yamltree

import (
	"strconv"
	"strings"
	"time"
)

// Tag is the type of a value in its short form: !!map, !!seq, the tag that stands in front of it, or for scalars without one what yaml.v3 takes them for: !!str, !!int, !!float, !!bool,
// !!null, !!timestamp, !!merge. For an alias it is that of what it stands for.
func (n *Node) Tag() string {
	tag := n.WrittenTag()
	switch {
	case n.Kind == Alias:
		return n.Target().Tag()
	case tag != "" && tag != "!":
		return tag
	case n.Kind == Map:
		return "!!map"
	case n.Kind == List:
		return "!!seq"
	case n.Style != Plain || tag == "!":
		return "!!str"
	}
	return resolve(n.Value)
}

// TagOf is the type that a text has as a scalar without quotes and tag, see [Node.Tag].
func TagOf(text string) string { return resolve(text) }

// resolve is the type of a scalar without quotes and tag. It is the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema) with what yaml.v3 keeps of YAML 1.1: merge keys,
// timestamps, octals with a leading 0, binary numbers and underscores.
func resolve(s string) string {
	if s == "" {
		return "!!null"
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9', c == '+', c == '-', c == '.':
		return resolveNumber(s)
	case c == 't' || c == 'T' || c == 'f' || c == 'F' || c == 'n' || c == 'N' || c == '~' || c == '<':
		if len(s) <= len("false") {
			return words[s].or("!!str")
		}
	}
	return "!!str"
}

type word string

func (w word) or(tag string) string {
	if w == "" {
		return tag
	}
	return string(w)
}

var words = map[string]word{
	"true": "!!bool", "True": "!!bool", "TRUE": "!!bool", "false": "!!bool", "False": "!!bool", "FALSE": "!!bool",
	"~": "!!null", "null": "!!null", "Null": "!!null", "NULL": "!!null", "<<": "!!merge",
	".nan": "!!float", ".NaN": "!!float", ".NAN": "!!float", ".inf": "!!float", ".Inf": "!!float", ".INF": "!!float",
	"+.inf": "!!float", "+.Inf": "!!float", "+.INF": "!!float", "-.inf": "!!float", "-.Inf": "!!float", "-.INF": "!!float",
}

func resolveNumber(s string) string {
	if tag := words[s]; tag != "" {
		return string(tag)
	}
	if s[0] == '.' {
		if _, err := strconv.ParseFloat(s, 64); err == nil {
			return "!!float"
		}
		return "!!str"
	}
	digits := strings.TrimLeft(s, "0123456789")
	switch {
	case digits == "" && len(s) < 19 && (s[0] != '0' || len(s) == 1): // the usual case
		return "!!int"
	case len(s) > 4 && s[4] == '-' && len(s)-len(digits) == 4 && isTimestamp(s):
		return "!!timestamp"
	}
	if strings.IndexByte(s, '_') >= 0 {
		s = strings.ReplaceAll(s, "_", "")
	}
	if strings.IndexByte(s, '.') < 0 { // versions and addresses: an error takes longer than all the rest
		if _, err := strconv.ParseInt(s, 0, 64); err == nil {
			return "!!int"
		}
		if _, err := strconv.ParseUint(s, 0, 64); err == nil {
			return "!!int"
		}
	}
	if isFloat(s) {
		return "!!float"
	}
	body := strings.TrimPrefix(s, "-")
	if len(body) > 2 && body[0] == '0' && (body[1] == 'o' || body[1] == 'b') {
		base := 8
		if body[1] == 'b' {
			base = 2
		}
		_, err := strconv.ParseInt(s[:len(s)-len(body)]+body[2:], base, 64)
		if err != nil && len(body) == len(s) {
			_, err = strconv.ParseUint(body[2:], base, 64)
		}
		if err == nil {
			return "!!int"
		}
	}
	return "!!str"
}

// isFloat reports whether a text is a decimal number, in the range that a float has.
func isFloat(s string) bool {
	rest := s
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	whole := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	rest = rest[whole:]
	fraction := 0
	if strings.HasPrefix(rest, ".") {
		rest = rest[1:]
		fraction = len(rest) - len(strings.TrimLeft(rest, "0123456789"))
		rest = rest[fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if rest != "" {
		if rest[0] != 'e' && rest[0] != 'E' {
			return false
		}
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		if rest == "" || strings.Trim(rest, "0123456789") != "" {
			return false
		}
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

// timestamps are the forms that yaml.v3 reads.
var timestamps = []string{"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2"}

func isTimestamp(s string) bool {
	for _, form := range timestamps {
		if _, err := time.Parse(form, s); err == nil {
			return true
		}
	}
	return false
}
