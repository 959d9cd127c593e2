package resource

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// jsonOnly are the escapes that JSON has and the YAML parser does not take: \/ and pairs of surrogates. An even
// number of backslashes in front is text.
var jsonOnly = regexp.MustCompile(`\\\\|\\/|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`)

// plainJSON writes these escapes out as the characters that they stand for, in a source that is JSON. All other
// bytes, and all other sources, stay.
func plainJSON(src []byte) []byte {
	start := bytes.TrimLeft(src, " \t\r\n")
	if len(start) == 0 || start[0] != '{' || !jsonOnly.Match(src) || !json.Valid(src) {
		return src
	}
	return jsonOnly.ReplaceAllFunc(src, func(escape []byte) []byte {
		switch {
		case escape[1] == '/':
			return []byte("/")
		case escape[1] == 'u':
			high, _ := strconv.ParseUint(string(escape[2:6]), 16, 16)
			low, _ := strconv.ParseUint(string(escape[8:12]), 16, 16)
			return []byte(string(utf16.DecodeRune(rune(high), rune(low))))
		}
		return escape
	})
}
