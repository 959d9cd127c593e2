package escape_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain ü 😀 a\u200db":      "plain ü 😀 a\u200db",
		"a\nerror: b\r\tc":        `a\nerror: b\r\tc`,
		"\x1b[31mred\x07\x9b\x7f": `\u001b[31mred\u0007\x9b\u007f`,
		"\u202eabc\u2066\u200f":   `\u202eabc\u2066\u200f`,
		"a\u2028b\u0085c":         `a\u2028b\u0085c`,
		"\xff":                    `\xff`,
	} {
		assert.Equal(t, want, escape.Text(in), "%q", in)
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"- [ ] done":             `\- \[ \] done`,
		"# Heading\n## another":  `\# Heading\\n\#\# another`,
		"1. first":               `1\. first`,
		"@team `code` <b> &lt;":  "@\u200bteam \\`code\\` &lt;b&gt; &amp;lt;",
		"a | b":                  `a \| b`,
		"![x](y) ~~z~~ *b* _i_":  `\!\[x\](y) \~\~z\~\~ \*b\* \_i\_`,
		"===":                    `\===`,
		"closes #1":              `closes \#1`,
		"plain 1.2.3 - and more": "plain 1.2.3 - and more",
	} {
		assert.Equal(t, want, escape.Markdown(in), "%q", in)
	}
}

func TestCode(t *testing.T) {
	assert.Equal(t, "", escape.Code(""))
	assert.Equal(t, "`a\\|b`", escape.Code("a|b"))
	assert.Equal(t, "``` ``x` ```", escape.Code("``x`"))
	assert.NotContains(t, escape.Code("a\n\n# b"), "\n")
}

func TestHTML(t *testing.T) {
	assert.Equal(t, `&lt;/summary&gt;@&#8203;all\n`, escape.HTML("</summary>@all\n"))
}

// FuzzText looks at what must never come out.
func FuzzText(f *testing.F) {
	f.Add("a\nb")
	f.Fuzz(func(t *testing.T, s string) {
		for _, out := range []string{escape.Text(s), escape.Markdown(s), escape.Code(s), escape.HTML(s)} {
			if strings.ContainsAny(out, "\n\r\x1b\x07\u202e\u2028") {
				t.Fatalf("%q becomes %q", s, out)
			}
		}
		if escape.Text(escape.Text(s)) != escape.Text(s) {
			t.Fatalf("%q is escaped twice", s)
		}
	})
}

func TestJSON(t *testing.T) {
	for _, in := range []string{"x\u202ey", "\u2066\ufeff\u2028", "\U000e0041", "\u0085\x7f", "plain ü 😀", "a\nb\x1b"} {
		text, err := json.Marshal(map[string]string{in: in})
		require.NoError(t, err)
		shown := escape.JSON(string(text))
		assert.Equal(t, shown, escape.Text(shown), "nothing is left to escape")
		var out map[string]string
		require.NoError(t, json.Unmarshal([]byte(shown), &out))
		assert.Equal(t, map[string]string{in: in}, out)
	}
}

func TestMarkdownBlock(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"- See [a](https://x) and `<b>` *now*", "- See [a](https://x) and `<b>` *now*"},
		{"</details><script>", "&lt;/details>&lt;script>"},
		{"thanks @octocat, not `@here`", "thanks @\u200boctocat, not `@here`"},
		{"a `b @c", "a \\`b @\u200bc"},
		{"![x](y)", `\![x](y)`},
		{"# Title", `\# Title`},
		{"---", `\---`},
		{"```yaml\na: <b>\n```\nc", "```\na: <b>\n```\nc"},
		{"  ~~~\nopen", "  ```\nopen\n```"},
		{"x\u202ey", `x\u202ey`},
	} {
		assert.Equal(t, tc.want, escape.MarkdownBlock(strings.Split(tc.in, "\n")), tc.in)
	}
}
