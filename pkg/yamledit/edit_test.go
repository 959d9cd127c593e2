package yamledit

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// edit is written "a/b=value" to set, "a/b" to remove; [n] is an element by its index, [+] a new one,
// [k=v] an element by a key.
func edit(t *testing.T, s string) yamltree.Edit {
	t.Helper()
	path, value, set := strings.Cut(s, ":=")
	var e yamltree.Edit
	for _, part := range strings.Split(path, "/") {
		part = strings.ReplaceAll(part, "~", "/")
		switch name, isIndex := strings.CutPrefix(part, "#"); {
		case isIndex && name == "+":
			e.Path = e.Path.Index(1 << 30)
		case isIndex && strings.Contains(name, "="):
			k, v, _ := strings.Cut(name, "=")
			e.Path = e.Path.Then(yamltree.Step{Kind: yamltree.Element, Keys: []yamltree.Key{{Name: k, Value: "str:" + v}}})
		case isIndex:
			i := 0
			for _, c := range name {
				i = i*10 + int(c-'0')
			}
			e.Path = e.Path.Index(i)
		default:
			e.Path = e.Path.Field(part)
		}
	}
	if set {
		e.Value = parse(t, value)
	}
	return e
}

func parse(t *testing.T, s string) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Read([]byte(s))
	require.NoError(t, err, s)
	return doc.Root
}

func TestBytesEditsInPlace(t *testing.T) {
	for _, tc := range []struct{ desc, in, edits, want string }{
		{"a plain scalar, its comment and blank lines stay", "# top\nspec:\n\n  version: 1.2.3   # keep in step\n\n  name: x\n", "spec/version:=1.3.0", "# top\nspec:\n\n  version: 1.3.0   # keep in step\n\n  name: x\n"},
		{"behind text at the end without a line break", "a: 1\nd:\n  v: | # c\n    x\n    y", "d/w:=2", "a: 1\nd:\n  v: |- # c\n    x\n    y\n  w: 2"},
		{"behind the comment of an empty flow map", "a: { # c\n  }\nb: 1\n", "a/x:=1|a/y:={z: 2}", "a: { # c\n    x: 1,\n    y: {z: 2}\n  }\nb: 1\n"},
		{"behind the comment of an empty flow list", "a: [\n  # c\n]\n", "a/#0:=1", "a: [\n  # c\n  1\n]\n"},
		{"the indentation that a header says stays", "k: |2 # c\n  a: 1\n  b: 2\n", `k:="a: 1\nb: 3\n"`, "k: |2 # c\n  a: 1\n  b: 3\n"},
		{"what a header says of the end stays", "k: |+\n  a: 1\nl: 1\n", `k:="a: 2\n"`, "k: |+\n  a: 2\nl: 1\n"},
		{"and goes where the text ends otherwise", "k: |2-\n  a\nl: 1\n", `k:="b\n"`, "k: |\n  b\nl: 1\n"},
		{"or begins with a space", "k: |\n  a\nl: 1\n", `k:=" b\n"`, "k: |2\n   b\nl: 1\n"},
		{"an element behind text at the end without a line break", "l:\n- 1\n- |\n  x", "l/#+:=2", "l:\n- 1\n- |-\n  x\n- 2"},
		{"a comment right behind a bracket", "a: []# c\n", "a:=1", "a: 1 # c\n"},
		{"a comment right behind quotes", "a: 'x'# c\n", "a:=z", "a: 'z'# c\n"},
		{"a comment right behind a bracket, and text that ends in a quote", "a: []#", "a|b:=0\"", "b: 0\" #"},
		{"a comment right behind the last bracket", "{a: 1}# c", "a|b:=2", "b: 2 # c"},
		{"behind an empty text at the end", " a: |", "b:=2", " a: |-\n b: 2"},
		{"double quotes stay", "v: \"1.2\" # c\n", "v:='1.3'", "v: \"1.3\" # c\n"},
		{"single quotes stay", "v: 'it''s'\n", "v:=that's", "v: 'that''s'\n"},
		{"a plain string that would read as a number gets the patch's quotes", "v: 1.2.3\n", "v:='1.10'", "v: '1.10'\n"},
		{"or double ones where the patch has none that help", "v: 1.2.3\n", "v:=!!str 12", "v: \"12\"\n"},
		{"a string becomes a boolean", "v: \"false\"\n", "v:=true", "v: true\n"},
		{"a number keeps its text", "v: 1\n", "v:=0x10", "v: 0x10\n"},
		{"yes stays a word that needs quotes", "v: off-ish\n", "v:='yes'", "v: 'yes'\n"},
		{"commas need quotes in flow style alone", "a: x\nb: [x]\n", "a:=p,q|b/#0:=p,q", "a: p,q\nb: [\"p,q\"]\n"},
		{"a flow map", "a: {b: 1, c: [x, y]} # c\n", "a/b:=2", "a: {b: 2, c: [x, y]} # c\n"},
		{"a flow list element", "a: [ \"x\", y ]\n", "a/#0:=z", "a: [ \"z\", y ]\n"},
		{"an empty value", "a:\nb: 1\n", "a:=x", "a: x\nb: 1\n"},
		{"an empty value with a comment", "a: # c\nb: 1\n", "a:=x", "a: x # c\nb: 1\n"},
		{"an empty element", "a:\n-\n- b\n", "a/#0:=x", "a:\n- x\n- b\n"},
		{"a map under an empty value", "a: # c\nb: 1\n", "a:={x: 1}", "a: # c\n  x: 1\nb: 1\n"},
		{"a block map under an empty value", "a: # c\nb:\n    c: 1\n", "a:=x: 1\ny: 2", "a: # c\n    x: 1\n    y: 2\nb:\n    c: 1\n"},
		{"a map becomes a scalar", "a: # c\n  x: 1\n  y: 2\nb: 1\n", "a:=z", "a: z # c\nb: 1\n"},
		{"a key is added at the end of its map", "a:\n  x: 1 # c\n  # about nothing\nb: 1\n", "a/y:='2'", "a:\n  x: 1 # c\n  y: '2'\n  # about nothing\nb: 1\n"},
		{"keys are added to two maps that end together", "a:\n  b:\n    c: 1\nz: 1\n", "a/b/d:=2|a/e:=3", "a:\n  b:\n    c: 1\n    d: 2\n  e: 3\nz: 1\n"},
		{"at the end without a line break", "a:\n  x: 1", "a/y:=2", "a:\n  x: 1\n  y: 2"},
		{"with CRLF", "a:\r\n  x: 1\r\nb: 2\r\n", "a/y:=2|b:=3", "a:\r\n  x: 1\r\n  y: 2\r\nb: 3\r\n"},
		{"with a byte order mark", "\xef\xbb\xbfa: 1\nb: ü # ü\n", "b:=2|a:=ö", "\xef\xbb\xbfa: ö\nb: 2 # ü\n"},
		{"with two byte order marks", "\xef\xbb\xbf\xef\xbb\xbfa: 1\nb: ü # ü\n", "b:=2|a:=ö", "\xef\xbb\xbf\xef\xbb\xbfa: ö\nb: 2 # ü\n"},
		{"keys take the quoting of the others", "'a': '1'\n'b': '2'\n", "c~d:='3'", "'a': '1'\n'b': '2'\n'c/d': '3'\n"},
		{"into a flow map", "a: {x: 1}\n", "a/y:=2", "a: {x: 1, y: 2}\n"},
		{"into an empty flow map in block context", "a: {}\nb: 1\n", "a/y:=2", "a:\n  y: 2\nb: 1\n"},
		{"a nested block into a flow map", "a: {x: 1}\n", "a/y:=b:\n  - c", "a: {x: 1, y: {b: [c]}}\n"},
		{"a key is removed with its line", "a: 1 # x\n# about b\nb: 2 # y\nc: 3\n", "b", "a: 1 # x\nc: 3\n"},
		{"a comment apart from a removed key stays", "a: 1\n# about more\n\nb: 2\nc:\n  # about d\n  d: 1\n  e: 1\n", "b|c/d", "a: 1\n# about more\n\nc:\n  e: 1\n"},
		{"a comment on top of a document stays", "# about all\na: 1\nb: 2\n", "a", "# about all\nb: 2\n"},
		{"the last key leaves {}", "a:\n  x: 1\nb: 1\n", "a/x", "a: {}\nb: 1\n"},
		{"the first key of an element", "a:\n- name: x\n  v: 1\n- b\n", "a/#0/name", "a:\n- v: 1\n- b\n"},
		{"the first key of an element, with a comment behind it", "a:\n- x: 1 # one\n  # about v\n  v: 1 # stays\n- b\n", "a/#0/x", "a:\n-\n  # about v\n  v: 1 # stays\n- b\n"},
		{"the first keys of an element, and its last", "a:\n- x: 1 # one\n  y:\n    z: 1\n  v: 1 # stays\n  w: 1\n- b\n", "a/#0/x|a/#0/y|a/#0/w", "a:\n- v: 1 # stays\n- b\n"},
		{"the last line without a line break", "a: 1\nb: 2", "b", "a: 1"},
		{"from flow: first, middle, last", "a: {x: 1, y: 2, z: 3}\nb: {x: 1, y: 2, z: 3}\nc: {x: 1, y: 2, z: 3}\n", "a/x|b/y|c/z", "a: {y: 2, z: 3}\nb: {x: 1, z: 3}\nc: {x: 1, y: 2}\n"},
		{"the last goes and another comes, in flow", "a: {b: 1, c: 2}\n", "a/c|a/d:=3", "a: {b: 1, d: 3}\n"},
		{"in flow on lines of their own", "a: {\n  b: 1, # one\n  c: 2 # two\n}\n", "a/c|a/d:=3", "a: {\n  b: 1, # one\n  d: 3\n}\n"},
		{"the comma goes with the last line", "a: {\n  b: 1, # one\n  c: 2 # two\n}\n", "a/c", "a: {\n  b: 1 # one\n}\n"},
		{"a line in the middle", "a: [\n  x, # one\n  y, # two\n  z # three\n]\n", "a/#1", "a: [\n  x, # one\n  z # three\n]\n"},
		{"behind a comment in flow", "a: {\n  b: 1 # one\n}\n", "a/c:=2", "a: {\n  b: 1, # one\n  c: 2\n}\n"},
		{"a comma at the end", "a: {b: 1,}\nc: [\n  x,\n]\n", "a/d:=2|c/#+:=z", "a: {b: 1, d: 2}\nc: [\n  x,\n  z,\n]\n"},
		{"a word that YAML 1.1 knows over a quoted string", "s: 'off' # c\n\nz:   1\n", "s:=on", "s: on # c\n\nz:   1\n"},
		{"a colon needs quotes in flow", "a: {k: old}\n", "a/k:='b:'", "a: {k: 'b:'}\n"},
		{"a quoted date stays a string", "d: x\n", "d:='2021-01-01'", "d: '2021-01-01'\n"},
		{"a date stays plain", "d: 2021-01-01\n", "d:=2021-01-02", "d: 2021-01-02\n"},
		{"text with an indentation indicator", "a: |2\n    x: 1\n   # c\nb: 1\n", "a:=\"  x: 2\\n # c\\n\"", "a: |2\n    x: 2\n   # c\nb: 1\n"},
		{"folded text that cannot be folded", "a: >\n  x\nb: 1\n", "a:=\"x\\ny\\n\"", "a: |\n  x\n  y\nb: 1\n"},
		{"a list keeps the lines of elements that stay", "a:\n- x # 1\n# about y\n- y # 2\n- z # 3\n", "a:=[w, y, q, z, r]", "a:\n- w\n# about y\n- y # 2\n- q\n- z # 3\n- r\n"},
		{"two from the end of a flow list", "a: [1, 2, 3]\n", "a/#1|a/#2", "a: [1]\n"},
		{"an element is removed", "a:\n  - 1 # x\n  # about 2\n  - 2\n  - 3\n", "a/#1", "a:\n  - 1 # x\n  - 3\n"},
		{"an element is appended", "a:\n  - x: 1\n    y: 2\nb: 1\n", "a/#+:=x: 2", "a:\n  - x: 1\n    y: 2\n  - x: 2\nb: 1\n"},
		{"an element by its key", "a:\n- id: p\n  v: 1\n- v: 2\n  id: q # why\n", "a/#id=q/v:=3", "a:\n- id: p\n  v: 1\n- v: 3\n  id: q # why\n"},
		{"behind a comment that follows its dash", "a:\n- # about x\n\n  # more\n  x: 1\n  y: 2\n", "a/#0/x:=2|a/#0/z:=3", "a:\n- # about x\n\n  # more\n  x: 2\n  y: 2\n  z: 3\n"},
		{"such an element is removed", "a:\n- # about x\n  x: 1\n- y\n", "a/#0", "a:\n- y\n"},
		{"a list is replaced", "a: # c\n- x\n- y\nb: 1\n", "a:=- z", "a: # c\n- z\nb: 1\n"},
		{"a literal keeps its header", "a: |+\n   x\n   y\n\n\nb: 1\n", "a:=\"q\\nr\\n\"", "a: |\n   q\n   r\nb: 1\n"},
		{"a literal with a comment in its header", "a: |- # c\n  x\nb: 1\n", "a:=\"q\\nr\"", "a: |- # c\n  q\n  r\nb: 1\n"},
		{"a literal becomes one line of block text", "a: |\n  x\nb: 1\n", "a:=z", "a: |-\n  z\nb: 1\n"},
		{"a literal becomes a number", "a: | # c\n  x\nb: 1\n", "a:=1", "a: 1 # c\nb: 1\n"},
		{"a plain scalar becomes a literal", "a: x # c\nb: 1\n", "a:=|\n  q\n  r", "a: |- # c\n  q\n  r\nb: 1\n"},
		{"a plain scalar over several lines", "a: x\n  y\n\n  z # c\nb: 1\n", "a:=q", "a: q # c\nb: 1\n"},
		{"a double-quoted one over several lines", "a: \"x\\\n  y\"\nb: 1\n", "a:=q r", "a: \"q r\"\nb: 1\n"},
		{"a value on the line below its key", "a:\n  x\nb: 1\n", "a:=y", "a:\n  y\nb: 1\n"},
		{"JSON", "{\n  \"a\": {\n    \"b\": \"x\"\n  },\n  \"c\": [1]\n}\n", "a/b:=y|a/d:=z|c/#+:=2|e:=f: [g]", "{\n  \"a\": {\n    \"b\": \"y\",\n    \"d\": \"z\"\n  },\n  \"c\": [1, 2],\n  \"e\": {\"f\": [\"g\"]}\n}\n"},
		{"a map from JSON in block style", "a:\n  x: 1\n", "b:={\"c\": {\"d\": \"e\", \"f\": \"1\"}}", "a:\n  x: 1\nb:\n  c:\n    d: e\n    f: \"1\"\n"},
		{"document markers", "--- # head\na: 1\n...\n", "a:=2|b:=3", "--- # head\na: 2\nb: 3\n...\n"},
		{"a tag goes with its value", "a: !!str 12 # c\n", "a:='13'", "a: '13' # c\n"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			var edits []yamltree.Edit
			for _, e := range strings.Split(tc.edits, "|") {
				if strings.HasPrefix(e, "\n") { // a literal in the value, not a separator
					edits[len(edits)-1] = edit(t, strings.TrimSuffix(tc.edits, ""))
					continue
				}
				if strings.HasSuffix(e, ":=") {
					e += "''"
				}
				edits = append(edits, edit(t, e))
			}
			got, rewritten, err := Bytes([]byte(tc.in), parse(t, tc.in), edits)
			require.NoError(t, err)
			assert.Equal(t, tc.want, string(got))
			assert.Empty(t, rewritten, "printed anew")
		})
	}
}

func TestBytesKeepsChangesWithinTheirAnchor(t *testing.T) {
	for _, tc := range []struct{ desc, in, edits, want string }{
		{"an alias keeps the old value", "a: &x\n  v: 1 # c\nb: *x # d\n", "a/v:=2", "a: &x\n  v: 2 # c\nb: # d\n  v: 1\n"},
		{"a change behind an alias stays there", "a: &x {v: 1}\nb: *x\n", "b/v:=2", "a: &x {v: 1}\nb: {v: 2}\n"},
		{"the same change on both sides keeps the alias", "a: &x v1 # c\nb: *x\n", "a:=v2|b:=v2", "a: &x v2 # c\nb: *x\n"},
		{"a merge key is overridden", "a: &x\n  v: 1\n  w: 1\nb:\n  <<: *x # c\n  z: 1\n", "a/v:=2", "a: &x\n  v: 2\n  w: 1\nb:\n  <<: *x # c\n  z: 1\n  v: 1\n"},
		{"a merged value is overridden", "a: &x\n  v: 1\nb:\n  <<: *x\n", "b/v:=2", "a: &x\n  v: 1\nb:\n  <<: *x\n  v: 2\n"},
		{"a merged value changes with its anchor", "a: &x\n  v: 1\nb:\n  <<: *x\n", "a/v:=2|b/v:=2", "a: &x\n  v: 2\nb:\n  <<: *x\n"},
		{"a key added to the anchor is not merged", "a: &x\n  v: 1\nb:\n  <<: *x\n  z: 1\n", "a/w:=2", "a: &x\n  v: 1\n  w: 2\nb:\n  z: 1\n  v: 1\n"},
		{"a merged key is removed", "a: &x\n  v: 1\n  w: 1\nb:\n  <<: *x\n", "b/v", "a: &x\n  v: 1\n  w: 1\nb:\n  w: 1\n"},
		{"the anchor itself goes", "a: &x\n  v: 1\nb: *x\n", "a", "b:\n  v: 1\n"},
		{"inside a merged map", "a: &x\n  m:\n    v: 1\n    w: 1\nb:\n  <<: *x\n", "b/m/v:=2", "a: &x\n  m:\n    v: 1\n    w: 1\nb:\n  <<: *x\n  m:\n    v: 2\n    w: 1\n"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			var edits []yamltree.Edit
			for _, e := range strings.Split(tc.edits, "|") {
				edits = append(edits, edit(t, e))
			}
			got, rewritten, err := Bytes([]byte(tc.in), parse(t, tc.in), edits)
			require.NoError(t, err)
			assert.Equal(t, tc.want, string(got))
			assert.Empty(t, rewritten)
		})
	}
}

func TestBytesKeepsTheHeaderOfALastBlockScalar(t *testing.T) {
	src := []byte("v: | # text\n  a: 1\n  b:  2")
	value := yamltree.Str("a: 5\nb:  2")
	value.Style = yamltree.Literal
	out, rewritten, err := Bytes(src, parse(t, string(src)), []yamltree.Edit{{Path: yamltree.Path{}.Field("v"), Value: value}})
	require.NoError(t, err)
	assert.Empty(t, rewritten)
	assert.Equal(t, "v: | # text\n  a: 5\n  b:  2", string(out))
}

// Comments stay, whatever becomes of the value that they stand beside, behind or in front of.
func TestBytesKeepsComments(t *testing.T) {
	const text = "|\n  a: 1\n  b: 2\n"
	for _, tc := range []struct{ desc, in, edit, want string }{
		{"of the entry behind one that cannot be spliced", "spec:\n  ? version\n  name: app # q\n", "spec/version:=x", "spec:\n  version: x\n  name: app # q\n"},
		{"deeper than the key, at the end", "d:\n  v: null\n    # g\n", "d/v:=" + text, "d:\n  v: |\n    a: 1\n    b: 2\n  # g\n"},
		{"on the line of an empty key, and deeper", "d:\n  v: # c\n    # g\n", "d/v:=" + text, "d:\n  v: | # c\n    a: 1\n    b: 2\n  # g\n"},
		{"deeper than the key, in front of another", "d:\n  v: null\n    # g\n  o: x # q\n", "d/v:=" + text, "d:\n  v: |\n    a: 1\n    b: 2\n  # g\n  o: x # q\n"},
		{"deeper than the keys, behind a new one", "d:\n  o: x\n    # g\n", "d/v:=" + text, "d:\n  o: x\n  v: |\n    a: 1\n    b: 2\n  # g\n"},
		{"behind text that was a word", "github: x\n  # c\n", "github:=" + text, "github: |\n  a: 1\n  b: 2\n# c\n"},
		{"around a scalar below its key", "a: # k\n  # above\n  b # c\nz: 1\n", "a:={a: 1, b: 2}", "a: # k\n  # above\n  a: 1\n  b: 2 # c\nz: 1\n"},
		{"beside a word in quotes below its key", "b:\n  \"x\" # d\n", "b:=[q]", "b:\n- q # d\n"},
		{"beside the header of a block scalar", "b: >- # h\n  x\nc: 1\n", "b:={q: 1}", "b: # h\n  q: 1\nc: 1\n"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			e := edit(t, tc.edit)
			got, _, err := Bytes([]byte(tc.in), parse(t, tc.in), []yamltree.Edit{e})
			require.NoError(t, err)
			assert.Equal(t, tc.want, string(got))
		})
	}
}

func TestBytesKeepsTheTypeOfJSONScalars(t *testing.T) {
	in := `{"a": "x", "b": 1}`
	got, rewritten, err := Bytes([]byte(in), parse(t, in), []yamltree.Edit{edit(t, "a:='34'"), edit(t, "b:=08"), edit(t, "0:='0'")})
	require.NoError(t, err)
	assert.Equal(t, `{"a": "34", "b": 8.0, "0": "0"}`, string(got))
	assert.Empty(t, rewritten)
}

func TestBytesEditsExplicitKeysInPlace(t *testing.T) {
	in := "a:\n  ? x\n  : 1\n  # kept\n  ? [y]\n  :\n    - 2 # two\nb: 1 # c\n"
	got, rewritten, err := Bytes([]byte(in), parse(t, in), []yamltree.Edit{edit(t, "a/x"), edit(t, "b:=2")})
	require.NoError(t, err)
	assert.Equal(t, "a:\n  # kept\n  ? [y]\n  :\n    - 2 # two\nb: 2 # c\n", string(got))
	assert.Empty(t, rewritten)
}

func TestBytesPrintsAnewWhatItCannotSplice(t *testing.T) {
	in := "a: [x: 1, 2] # a\nb: 1 # b\n"
	got, rewritten, err := Bytes([]byte(in), parse(t, in), []yamltree.Edit{edit(t, "a/#0/y:=2")})
	require.NoError(t, err)
	assert.Equal(t, "a: [{x: 1, y: 2}, 2] # a\nb: 1 # b\n", string(got))
	assert.NotEmpty(t, rewritten)
}

func TestBytesRefusesAnEditBelowNothing(t *testing.T) {
	in := "a: 1\n"
	_, _, err := Bytes([]byte(in), parse(t, in), []yamltree.Edit{edit(t, "b/c:=1")})
	assert.ErrorIs(t, err, yamltree.ErrNoParent)
}

func TestLongKeysStandBehindAQuestionMark(t *testing.T) {
	long := strings.Repeat(`"`, yamltree.MaxKey/2+1)
	for _, tc := range []struct{ desc, in, value, want string }{
		{"in block style", "a: 1\n", "x", "a: 1\n? '" + long + long + "'\n: x\n"},
		{"with a map below", "a: 1\n", "b: 1", "a: 1\n? '" + long + long + "'\n:\n  b: 1\n"},
		{"with a list below", "a: 1\n", "- 1", "a: 1\n? '" + long + long + "'\n:\n- 1\n"},
		{"in flow style", "{a: 1}\n", "x", "{a: 1, ? '" + long + long + "': x}\n"},
	} {
		doc, err := yamltree.ReadOne([]byte(tc.in))
		require.NoError(t, err)
		out, rewritten, err := Bytes([]byte(tc.in), doc.Root, []yamltree.Edit{{Path: yamltree.Path{}.Field(long + long), Value: parse(t, tc.value)}})
		require.NoError(t, err, tc.desc)
		assert.Equal(t, tc.want, string(out), tc.desc)
		assert.Empty(t, rewritten, tc.desc)
	}
	in := `{"a": 1}`
	doc, err := yamltree.ReadOne([]byte(in))
	require.NoError(t, err)
	_, _, err = Bytes([]byte(in), doc.Root, []yamltree.Edit{{Path: yamltree.Path{}.Field(long), Value: parse(t, "1")}})
	require.ErrorIs(t, err, ErrNotJSON)
	value := yamltree.NewMap().Add(long, yamltree.Str("1"))
	_, _, err = Bytes([]byte(in), doc.Root, []yamltree.Edit{{Path: yamltree.Path{}.Field("b"), Value: value}})
	require.ErrorIs(t, err, ErrNotJSON)
}
