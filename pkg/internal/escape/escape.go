// Package escape keeps text from getting out of its place where it is shown: on a terminal, in a line of a log or of a commit, in Markdown. Names, keys and values
// of a repository are anybody's; none of them may start a line, a heading or a mention of its own, or turn the text around it.
package escape

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Text is a text on one line: control characters, line separators and marks that change the direction of writing
// (https://unicode.org/reports/tr9/#Directional_Formatting_Characters) are written as escapes, and what is no UTF-8 as \x and its bytes.
func Text(s string) string {
	if !needsEscape(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, width := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unsafe(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += width
	}
	return b.String()
}

// JSON is a text of JSON (https://www.rfc-editor.org/rfc/rfc8259#section-7) of the same value, in whose strings no character stands that [Text] escapes.
func JSON(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < ' ' || !unsafe(r): // what is below a space is escaped, or between the values
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func needsEscape(s string) bool {
	at := 0
	for at < len(s) && s[at] >= ' ' && s[at] < 0x7f { // most texts are nothing else
		at++
	}
	s = s[at:]
	return !utf8.ValidString(s) || strings.ContainsFunc(s, unsafe)
}

func unsafe(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff:
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return r >= 0xe0000 && r < 0xe0080 // tags, which nobody sees
}

var (
	markdown = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "#", `\#`, "~", `\~`, "!", `\!`, "$", `\$`, "@", "@\u200b")
	// starts are what begins a list, a rule or a heading at the start of a line.
	starts = regexp.MustCompile(`^(\s*)([-+=:]|[0-9]+[.)])`)
)

// Markdown is a text in a line of Markdown, as GitHub reads it (https://github.github.com/gfm/), that is nothing but text there: no markup, HTML, mention or
// reference.
func Markdown(s string) string {
	s = markdown.Replace(Text(s))
	return starts.ReplaceAllStringFunc(s, func(start string) string {
		last := len(start) - 1
		return start[:last] + `\` + start[last:]
	})
}

var (
	block  = strings.NewReplacer("&", "&amp;", "<", "&lt;", "@", "@\u200b", "![", `\![`)
	issues = regexp.MustCompile(`#\d|\bGH-\d`) // which a merge would close (https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue)
	fences = regexp.MustCompile("^\\s*(```|~~~)")
	rules  = regexp.MustCompile(`^\s*([-=_*]\s*){3,}$|^\s*#`)
)

// Plain is a text without what hosts of git take for a mention of a person or of an issue, for messages of commits.
func Plain(s string) string {
	return noIssues(strings.ReplaceAll(s, "@", "@\u200b"))
}

// noIssues breaks references to issues with a space without width.
func noIssues(s string) string {
	return issues.ReplaceAllStringFunc(s, func(ref string) string { return ref[:len(ref)-1] + "\u200b" + ref[len(ref)-1:] })
}

// MarkdownBlock are lines of Markdown that keep their lists, emphasis, links and code, and nothing that reaches beyond them: no heading, rule, HTML, picture or mention, and no block of
// code without an end.
func MarkdownBlock(lines []string) string {
	var out []string
	open := false
	for _, line := range lines {
		line = strings.ReplaceAll(Text(strings.ReplaceAll(line, "\t", "  ")), `\t`, "  ")
		switch {
		case fences.MatchString(line):
			open = !open
			line = strings.Repeat(" ", len(line)-len(strings.TrimLeft(line, " "))) + "```"
		case open:
		case rules.MatchString(line):
			line = Markdown(line)
		default:
			spans := strings.Split(line, "`")
			for n := range spans {
				if n%2 == 0 || len(spans)%2 == 0 { // outside of code
					spans[n] = noIssues(block.Replace(spans[n]))
				}
			}
			line = strings.Join(spans, "`")
			if len(spans)%2 == 0 {
				line = strings.ReplaceAll(line, "`", "\\`")
			}
		}
		out = append(out, line)
	}
	if open {
		out = append(out, "```")
	}
	return strings.Join(out, "\n")
}

// Code is a text in a span of code, also in a table, that no backtick in it ends; "" for none.
func Code(s string) string {
	if s == "" {
		return ""
	}
	s = Text(s)
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	pad := ""
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		pad = " "
	}
	return fence + pad + strings.ReplaceAll(s, "|", `\|`) + pad + fence
}

// HTML is a text in the HTML of a Markdown document, without a mention.
func HTML(s string) string {
	return strings.ReplaceAll(html.EscapeString(Text(s)), "@", "@&#8203;")
}
