package yamltree

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// inV3 is what yaml.v3 reads, each document as a text that shows all of its tree.
func inV3(src []byte) (out []string, err error) {
	docs, err := DocumentsOfV3(src)
	for _, doc := range docs {
		var b strings.Builder
		showV3(&b, doc.Content[0])
		out = append(out, b.String())
	}
	return out, err
}

func showV3(b *strings.Builder, n *yaml.Node) {
	if n.Anchor != "" {
		fmt.Fprintf(b, "&%s ", n.Anchor)
	}
	switch n.Kind {
	case yaml.AliasNode:
		fmt.Fprintf(b, "*%s", n.Value)
	case yaml.ScalarNode:
		fmt.Fprintf(b, "%s%s%q", n.ShortTag(), styleV3(n), n.Value)
	default:
		fmt.Fprintf(b, "%s%s(", n.ShortTag(), styleV3(n))
		for _, c := range n.Content {
			showV3(b, c)
			b.WriteByte(' ')
		}
		b.WriteByte(')')
	}
}

func styleV3(n *yaml.Node) string {
	for style, text := range map[yaml.Style]string{yaml.DoubleQuotedStyle: "\"", yaml.SingleQuotedStyle: "'", yaml.LiteralStyle: "|", yaml.FoldedStyle: ">", yaml.FlowStyle: "{"} {
		if n.Style&style != 0 {
			return text
		}
	}
	return ""
}

func show(b *strings.Builder, n *Node) {
	if n.Anchor() != "" {
		fmt.Fprintf(b, "&%s ", n.Anchor())
	}
	style := map[Style]string{DoubleQuoted: "\"", SingleQuoted: "'", Literal: "|", Folded: ">", Flow: "{", Pair: "{"}[n.Style]
	switch n.Kind {
	case Alias:
		fmt.Fprintf(b, "*%s", n.Value)
	case Scalar:
		fmt.Fprintf(b, "%s%s%q", n.Tag(), style, n.Value)
	default:
		fmt.Fprintf(b, "%s%s(", n.Tag(), style)
		for c := range n.Children() {
			if n.Kind == Map {
				show(b, c.KeyNode())
				b.WriteByte(' ')
			}
			show(b, c)
			b.WriteByte(' ')
		}
		b.WriteByte(')')
	}
}

// difference says where the two readers differ, "" where they read the same, or both refuse.
func difference(src []byte) string {
	want, errV3 := inV3(src)
	docs, err := Parse(src)
	switch {
	case err != nil && errV3 != nil:
		return ""
	case err != nil && strings.Contains(err.Error(), "an alias of a value that it is in"):
		return "" // yaml.v3 reads it as a tree without an end
	case err != nil:
		return "only yaml.v3 reads it: " + err.Error()
	case errV3 != nil:
		return "yaml.v3 does not read it: " + errV3.Error()
	case len(docs) != len(want):
		return fmt.Sprintf("has %d documents, for yaml.v3 %d", len(docs), len(want))
	}
	for i, doc := range docs {
		var b strings.Builder
		show(&b, doc.Root)
		if b.String() != want[i] {
			return fmt.Sprintf("reads otherwise:\n  ours %s\n  v3   %s", b.String(), want[i])
		}
	}
	return ""
}

// meant are the differences from yaml.v3: what a source has that is read otherwise, or refused by one of the two. What yaml.v3 does not read, and YAML 1.2 has, is read: the
// suite says what that is.
var meant = []struct {
	why, example string
	fits         *regexp.Regexp
}{
	{"names of anchors may hold any character; yaml.v3 ends them at the first that is no letter", "&a: b", regexp.MustCompile(`[&*][\w-]*[^\w\s,\[\]{}-]`)},
	{"a colon in front of a comma or bracket ends a key in brackets; yaml.v3 takes it for part of the key", "{a:, b: 1}", regexp.MustCompile(`:[,\[\]{}]`)},
	{"a question mark in brackets is text where no space is behind it; for yaml.v3 it marks a key", "[?a]", regexp.MustCompile(`\?`)},
	{"the tag ! makes a string; yaml.v3 gives it no meaning", "! 1", regexp.MustCompile(`!(\s|$|[,\[\]{}])`)},
	{"a tag ends at a space or, in brackets, at a bracket or comma", "!a, b", regexp.MustCompile(`![^\s]*[,\[\]{}<>!%]`)},
	{"a block scalar is indented by more than its key", "a:\n|\n b\n", regexp.MustCompile(`(^|[\r\n])[ \t?:-]*([&!][^\s]*\s+)*[|>]`)},
	{"directives stand in front of a document, behind the end of the one before", "\"a\"\n%TAG !e! b\n---\nc", regexp.MustCompile(`(?m)^%`)},
}

// Each difference that is meant is one.
func TestDifferencesFromV3(t *testing.T) {
	for _, m := range meant {
		problem := difference([]byte(m.example))
		assert.NotEmpty(t, problem, m.why)
		assert.NotContains(t, problem, "yaml.v3 does not read it", m.why)
		assert.Regexp(t, m.fits, m.example)
	}
}

func isMeant(src []byte) bool {
	text := strings.NewReplacer("\u0085", "\n", "\u2028", "\n", "\u2029", "\n").Replace(string(src))
	for _, m := range meant {
		if m.fits.MatchString(text) {
			return true
		}
	}
	return false
}

// FuzzParse reads any source: what yaml.v3 reads is the same tree, but for what is meant; values lie in their parents and do not overlap.
func FuzzParse(f *testing.F) {
	_ = filepath.WalkDir("../../testdata", func(path string, d os.DirEntry, err error) error {
		if src, err := os.ReadFile(path); err == nil && filepath.Ext(path) == ".yaml" && len(src) < 4000 {
			f.Add(src)
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 4000 {
			return
		}
		docs, err := Parse(src)
		if !utf8.Valid(src) { // UTF-16, which yaml.v3 reads
			if err == nil {
				t.Fatalf("is read, and is no UTF-8: %q", src)
			}
			return
		}
		if err == nil {
			for _, doc := range docs {
				checkSpans(t, src, doc.Root, Span{doc.Span.Start, doc.Span.End})
			}
		}
		if x := difference(src); x != "" && !strings.HasPrefix(x, "yaml.v3 does not") && !isMeant(src) {
			t.Fatalf("%s\n%q", x, src)
		}
	})
}

// checkSpans checks that a value lies in the text of what it is in, and its children one behind the other.
func checkSpans(t *testing.T, src []byte, n *Node, in Span) {
	at := n.Span()
	if at.Start > at.End || at.Start < in.Start || at.End > in.End {
		t.Fatalf("the value %q at %v is not in %v\n%q", n.Value, at, in, src)
	}
	behind := at.Start
	for c := range n.Children() {
		start := c.Span().Start
		if c.Mark() >= 0 {
			start = c.Mark()
		}
		if n.Kind == Map {
			key := c.KeySpan()
			if key.Start < behind || key.End < key.Start || c.Mark() >= 0 && (key.End > c.Mark() || src[c.Mark()] != ':') {
				t.Fatalf("the key %q at %v is not behind %d and in front of its colon at %d\n%q", c.Key, key, behind, c.Mark(), src)
			}
			start = key.End
		} else if c.Mark() >= 0 && src[c.Mark()] != '-' {
			t.Fatalf("no dash at %d\n%q", c.Mark(), src)
		}
		if start < behind {
			t.Fatalf("a value at %d starts in front of the end of the one before, %d\n%q", start, behind, src)
		}
		checkSpans(t, src, c, Span{start, at.End})
		behind = c.Span().End
	}
}

// What yaml.v3 reads, made into nodes, is what is read here.
func TestTreesOfV3(t *testing.T) {
	for _, src := range []string{"a: &x 1\nb: *x\n? c\n: [yes, \"no\", 'x', 1.5, !t y]\n<<: {d: 'e'}\nf: |\n  g\n", "{1: true, a: {}, !!str 2: !!str 3}\n", "- 2020-01-01\n- ~\n"} {
		v3, err := DocumentsOfV3([]byte(src))
		require.NoError(t, err, src)
		docs, err := Parse([]byte(src))
		require.NoError(t, err, src)
		var want, got strings.Builder
		show(&want, docs[0].Root)
		show(&got, FromV3(v3[0]))
		assert.Equal(t, want.String(), got.String())
	}
}
