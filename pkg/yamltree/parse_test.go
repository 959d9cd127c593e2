package yamltree_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestPathsAreReadAsTheyAreWritten draws paths, writes them and reads them.
func TestPathsAreReadAsTheyAreWritten(t *testing.T) {
	name := rapid.SampledFrom([]string{"spec", "a-b", "x_y", "example.io/team", "a/b", "v1.2", "12"})
	scalar := rapid.SampledFrom([]*yamltree.Node{
		yamltree.Str("app"), yamltree.Str("a b  c"), yamltree.Str(`say "hi", [x]=y`), yamltree.Str(""), yamltree.Str("12"), yamltree.Str("true"),
		yamltree.Word("80"),
		yamltree.Word("true"),
	})
	step := rapid.Custom(func(t *rapid.T) yamltree.Step {
		switch rapid.IntRange(0, 3).Draw(t, "kind") {
		case 0:
			return yamltree.Step{Kind: yamltree.Index, Index: rapid.IntRange(0, 12).Draw(t, "index")}
		case 1:
			return yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(scalar.Draw(t, "scalar"))}
		case 2:
			s := yamltree.Step{Kind: yamltree.Element}
			for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"name", "port", "value"}), 1, 3, rapid.ID).Draw(t, "keys") {
				s.Keys = append(s.Keys, yamltree.Key{Name: k, Value: yamltree.Canonical(scalar.Draw(t, k))})
			}
			return s
		}
		return yamltree.Step{Kind: yamltree.Field, Name: name.Draw(t, "name")}
	})
	rapid.Check(t, func(t *rapid.T) {
		p := yamltree.Fields(name.Draw(t, "first")).Then(rapid.SliceOfN(step, 0, 5).Draw(t, "steps")...)
		for i, text := range p.Prefixes() {
			if text != p[:i].String() {
				t.Fatalf("the first %d steps of %s are %s, not %s", i, p, p[:i], text)
			}
		}
		got, err := yamltree.ParsePath(p.String())
		if err != nil || !got.Equal(p) {
			t.Fatalf("%s is read as %s: %v", p, got, err)
		}
	})
}

func TestPathsAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		`metadata.labels.app\.kubernetes\.io/name`: "metadata.labels[app.kubernetes.io/name]",
		`metadata.labels["a.b/c"]`:                 "metadata.labels[a.b/c]",
		`spec.containers[name=app].image`:          `spec.containers[name="app"].image`,
		`spec.ports[port=80, protocol=TCP]`:        `spec.ports[port=80,protocol="TCP"]`,
	} {
		p, err := yamltree.ParsePath(text)
		require.NoError(t, err)
		assert.Equal(t, want, p.String())
	}
	for _, bad := range []string{"", ".", "spec.", ".spec", "spec..x", "spec[", "spec[0]x", `spec[name="a]`, "spec[=]x"} {
		_, err := yamltree.ParsePath(bad)
		assert.Error(t, err, bad)
	}
}

func TestStreamsAreReadUpToWhereTheyBreak(t *testing.T) {
	roots := func(src string) ([]string, error) {
		docs, err := yamltree.Documents([]byte(src))
		var out []string
		for _, d := range docs {
			out = append(out, d.Root.Value)
		}
		return out, err
	}

	got, err := roots("# a comment\n---\na\n---\nb\n")
	require.NoError(t, err)
	assert.Equal(t, []string{"a", "b"}, got)

	got, err = roots("# nothing but a comment\n")
	require.NoError(t, err)
	assert.Empty(t, got)

	got, err = roots("a\n---\n- [\n")
	require.Error(t, err)
	assert.Equal(t, []string{"a"}, got, "what stands in front of the broken document is kept")
}

func TestPatterns(t *testing.T) {
	for _, tc := range []struct {
		pattern, path string
		fits, below   bool
	}{
		{"spec.replicas", "spec.replicas", true, false},
		{".spec.replicas", "spec.replicas", true, false},
		{"spec", "spec.replicas", true, false},
		{"spec.replicas", "spec", false, true},
		{"spec.pools[].name", `spec.pools[name="a"].name`, true, false},
		{"spec.pools[].name", "spec.pools", false, true},
		{`spec.ports[port=80].name`, `spec.ports[port=80,protocol="TCP"].name`, true, false},
		{`spec.ports[port=81].name`, `spec.ports[port=80,protocol="TCP"].name`, false, false},
	} {
		w, err := yamltree.ParsePattern(tc.pattern)
		require.NoError(t, err)
		at, err := yamltree.ParsePath(tc.path)
		require.NoError(t, err)
		assert.Equal(t, tc.fits, w.Fits(at), "%s of %s", tc.pattern, tc.path)
		assert.Equal(t, tc.below, w.IsBelow(at), "%s below %s", tc.pattern, tc.path)
	}
}

func TestSetIn(t *testing.T) {
	doc, err := yamltree.Read([]byte("a: {b: 1}\nc: x\n"))
	require.NoError(t, err)
	copied := yamltree.Share(doc.Root)
	copied.SetIn(yamltree.Word("2"), "a", "b")
	copied.SetIn(yamltree.Word("3"), "c", "d", "e")
	want, err := yamltree.Read([]byte("a: {b: 2}\nc: {d: {e: 3}}\n"))
	require.NoError(t, err)
	assert.True(t, yamltree.Equal(want.Root, copied))
	before, err := yamltree.Read([]byte("a: {b: 1}\nc: x\n"))
	require.NoError(t, err)
	assert.True(t, yamltree.Equal(before.Root, doc.Root), "what it shares stays")
}

func TestInside(t *testing.T) {
	for _, tc := range []struct{ text, path, want string }{
		{"a: |\n  # top\n  b:\n    c: 1\n", "a.b.c", "1"},
		{"a: \"b: {c: [x, y]}\"\n", "a.b.c[1]", "y"},
		{"a: |\n  b: |\n    c: 1\n", "a.b.c", "1"},
		{"a: |\n  b: &x {c: 1}\n  d: *x\n", "a.d.c", "1"},
		{"a: |\n  - name: x\n    v: 1\n", `a[name="x"].v`, "1"},
		{"a: word\n", "a.b", ""},
		{"a: |\n  text: more\n  text\n", "a.text", ""},
		{"a: |\n  b: 1\n  ---\n  b: 2\n", "a.b", ""},
		{"a: |\n  {{ .x }}: 1\n", "a.b", ""},
		{"a: |\n  # nothing\n", "a.b", ""},
	} {
		doc, err := yamltree.Read([]byte(tc.text))
		require.NoError(t, err)
		p, err := yamltree.ParsePath(tc.path)
		require.NoError(t, err)
		got := yamltree.LookupInside(doc.Root, p)
		if tc.want == "" {
			assert.Nil(t, got, tc.text)
			continue
		}
		require.NotNil(t, got, tc.text)
		assert.Equal(t, tc.want, got.Value, tc.text)
		w, err := yamltree.ParsePattern(tc.path)
		require.NoError(t, err)
		assert.True(t, w.Leads(doc.Root), tc.text)
	}
	doc, err := yamltree.Read([]byte("x: 1\na: |\n  b: 2\n\n  c: 3\n"))
	require.NoError(t, err)
	assert.Equal(t, 5, yamltree.LookupInside(doc.Root, yamltree.Fields("a", "c")).Line(), "lines are those of the file")
}

// A finder that is told of what comes and goes finds what Get finds.
func TestFinderFollowsChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, f := yamltree.NewMap(), &yamltree.Finder{}
		key := rapid.SampledFrom([]string{"a", "b", "c", "<<", "on", "d1", "d2", "d3"})
		for i := range 40 {
			m.Add("k"+string(rune('A'+i)), yamltree.Word("1"))
		}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			k := key.Draw(t, "key")
			if v := f.Get(m, k); v != nil && rapid.Bool().Draw(t, "remove") {
				m.Remove(v)
				f.Removed(m, v)
			} else {
				m.Add(k, yamltree.Word("2"))
				f.Added(m, m.Last())
			}
			k = key.Draw(t, "look")
			if f.Get(m, k) != yamltree.Get(m, k) || f.Repeats(m, k) != (yamltree.Count(m, k) > 1) {
				t.Fatalf("%s: %v, not %v", k, f.Get(m, k), yamltree.Get(m, k))
			}
		}
	})
}
