package report_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kindsOfNotes are the constants of type Kind in package plan.
func kindsOfNotes(t *testing.T) []plan.Kind {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "plan", "note.go"), nil, 0)
	require.NoError(t, err)
	var out []plan.Kind
	ast.Inspect(parsed, func(n ast.Node) bool {
		if spec, is := n.(*ast.ValueSpec); is && len(spec.Values) == 1 {
			if lit, is := spec.Values[0].(*ast.BasicLit); is {
				text, err := strconv.Unquote(lit.Value)
				require.NoError(t, err)
				out = append(out, plan.Kind(text))
			}
		}
		return true
	})
	require.Greater(t, len(out), 60)
	return out
}

func TestEveryNoteHasWords(t *testing.T) {
	doc, err := yamltree.ReadOne([]byte("kind: MachinePool\nmetadata: {name: mp}"))
	require.NoError(t, err)
	item := resource.NewItem(doc.Root)
	for _, kind := range kindsOfNotes(t) {
		require.True(t, report.HasWords(kind), "plan.%s has no sentence: add one to words in words.go", kind)
		for _, a := range []report.Audience{report.People, report.Pipelines} {
			n := plan.Note{
				Kind: kind, Severity: result.Warning, Cluster: "gauss/a", Clusters: []string{"gauss/a"}, Item: item, Has: yamltree.Str("has"), Was: yamltree.Str("was"), Says: yamltree.Str("says"),
				From: "aws/v1.0.0", To: "aws/v2.0.0", Component: "mp", Name: "name", Names: []string{"one", "two"}, Text: "text", By: "by", Settle: &plan.Rule{Kind: "App", Path: yamltree.Fields("spec"), LocalChanges: "Keep"}, At: yamltree.Fields("at"),
			}
			m := report.Words(n, a).Message
			assert.NotContains(t, m, "%!", kind)
			assert.NotContains(t, m, "  ", kind)
			assert.NotRegexp(t, `^[A-JL-Z]|\.$`, m, "%s starts like a sentence behind a colon, and ends without a full stop", kind)
			if a == report.Pipelines {
				assert.NotContains(t, m, " --", "%s names a flag where there are none", kind)
			}
			switch kind {
			case plan.LocalLost, plan.LocalRefused, plan.Kept, plan.Hidden, plan.Autoscaled:
				n.Has, n.Was = nil, nil
				assert.NotRegexp(t, `""|  |(is|to|set|sets) (\.|,|$)`, report.Words(n, a).Message, kind)
			}
		}
	}
}

// fleet is a plan of n clusters, each of which gets the same change, with the same note.
func fleet(t *testing.T, n, resources int) *plan.Plan {
	t.Helper()
	p := &plan.Plan{}
	to := &release.Release{Provider: "aws", Version: version.MustParse("v2.0.0")}
	for c := range n {
		cl := &plan.Cluster{To: to, Cluster: &cluster.Cluster{Installation: "gauss", ID: fmt.Sprintf("c%03d", c)}}
		for i := range resources {
			doc, err := yamltree.ReadOne([]byte(fmt.Sprintf("apiVersion: application.giantswarm.io/v1alpha1\nkind: App\nmetadata: {name: app-%d}\nspec: {version: 1.0.0}", i)))
			require.NoError(t, err)
			r := &plan.Resource{Item: resource.NewItem(doc.Root), Cluster: cl.Cluster, Final: doc.Root}
			r.Item.Location.Path = fmt.Sprintf("gauss/%s/base/app-%d.yaml", cl.ID, i)
			r.Changes = []plan.Change{{Change: merge.Change{Path: yamltree.Fields("spec", "version"), Op: merge.Update, Old: yamltree.Str("1.0.0"), New: yamltree.Str("2.0.0")}, Component: fmt.Sprintf("app-%d", i), Rule: "app", Impact: "app only"}}
			cl.Add(r)
			cl.Base = append(cl.Base, r.Item)
			cl.Notes = append(cl.Notes, plan.Note{Kind: plan.LocalLost, Severity: result.Warning, Cluster: cl.String(), Item: r.Item, Field: yamltree.Fields("spec", "version"), Has: yamltree.Str("9"), Was: yamltree.Str("1"), Says: yamltree.Str("2"), From: "aws/v1", To: "aws/v2"})
		}
		p.Clusters = append(p.Clusters, cl)
	}
	return p
}

func TestWhatIsAlikeIsToldOnce(t *testing.T) {
	p := fleet(t, 40, 1)
	list := report.Attention(p, report.People, false)
	require.Len(t, list, 1)
	assert.Equal(t, `warning: each of 40 Apps in 40 clusters (gauss/c000, gauss/c001, gauss/c002 and 37 more): spec.version: was changed by hand to "9". Release aws/v1 set "1", aws/v2 sets "2". The local change is overwritten`,
		"warning: "+list[0].String())
	assert.Len(t, report.Attention(p, report.People, true), 40)
	p.Clusters[7].Notes[0].Has = yamltree.Str("8")
	assert.Len(t, report.Attention(p, report.People, false), 2, "another value is another matter")
	var text bytes.Buffer
	require.NoError(t, report.Text(&text, &report.Upgrade{Plan: p}, report.Palette{}))
	assert.Contains(t, text.String(), `~ app-0  "1.0.0" -> "2.0.0"  40 clusters`)
	assert.Less(t, strings.Count(text.String(), "\n"), 15)
}

// However many clusters there are, a plan fits a screen, and so does what is wrong.
func TestAPlanOfManyClustersFitsAScreen(t *testing.T) {
	p := fleet(t, 1000, 60)
	for n, c := range p.Clusters {
		c.On = cluster.Origin{Text: fmt.Sprintf("33.%d.0", n%20)}
		for i := range 40 {
			c.Notes = append(c.Notes,
				plan.Note{Kind: plan.Orphaned, Severity: result.Warning, Cluster: c.String(), Item: c.Base[i], Component: fmt.Sprintf("app-%d", i)},
				plan.Note{Kind: plan.Overlaid, Severity: result.Info, Cluster: c.String(), Item: c.Base[i], Component: fmt.Sprintf("app-%d", i)})
		}
	}
	blocked := fleet(t, 40, 1)
	for n, c := range blocked.Clusters {
		c.Notes = []plan.Note{{Kind: plan.Downgrade, Severity: result.Error, Cluster: c.String(), Item: c.Base[0], From: fmt.Sprintf("v36.%d.0", n%10), To: "aws/v34.0.0"}}
	}
	var out, problems bytes.Buffer
	require.NoError(t, report.Text(&out, &report.Upgrade{Plan: p, Blocked: blocked.Clusters}, report.Palette{}))
	assert.LessOrEqual(t, strings.Count(out.String(), "\n"), 60, out.String())
	assert.Contains(t, out.String(), "and 40 more changes (--details has them)")
	require.NoError(t, report.Problems(&problems, p, report.People, false, false))
	assert.Equal(t, 20, strings.Count(problems.String(), "\n"), "%.2000s", problems.String())
	assert.Contains(t, problems.String(), "warning: and 22 more warnings (--details has them)\n")
	p.Notes = []plan.Note{{Kind: plan.Faulty, Severity: result.Error, Text: "this is wrong"}}
	problems.Reset()
	require.NoError(t, report.Problems(&problems, p, report.People, false, false))
	assert.Contains(t, problems.String(), "error: this is wrong\n", "no error is left out")
}

func TestErrorsComeLastWithACount(t *testing.T) {
	p := fleet(t, 2, 1)
	p.Clusters[0].Notes = append(p.Clusters[0].Notes, plan.Note{Kind: plan.Downgrade, Severity: result.Error, Cluster: "gauss/c000", From: "v2", To: "aws/v1"})
	p.Notes = []plan.Note{{Kind: plan.Deprecated, Severity: result.Warning, To: "aws/v2"}}
	var out bytes.Buffer
	require.NoError(t, report.Problems(&out, p, report.People, false, false))
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 4)
	assert.Contains(t, lines[0], "gauss/c001/base", "the costliest warning first; those of what is blocked are left out")
	assert.Contains(t, lines[1], "deprecated")
	assert.Contains(t, lines[2], "error: gauss/c000 is on release v2")
	assert.Equal(t, "1 of 2 clusters blocked", lines[3])
}

func TestMarkdownFitsAForge(t *testing.T) {
	var out bytes.Buffer
	p := fleet(t, 60, 40)
	require.NoError(t, report.Markdown(&out, &report.Upgrade{Plan: p}))
	assert.LessOrEqual(t, out.Len(), report.MaxMarkdown)
	has := func(text string) { assert.True(t, strings.Contains(out.String(), text), text) }
	has("are left out here, since forges limit the size of this text")
	has(`| app-39 | 1\.0.0 | 2\.0.0 | 60 clusters |`)
	has("- 60 clusters: changes 2400 apps")
	assert.Equal(t, strings.Count(out.String(), "<details>"), strings.Count(out.String(), "</details>"))
}

func TestGitAppliesDiffsOfOddNames(t *testing.T) {
	dir := t.TempDir()
	git := func(stdin string, args ...string) {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s\n%s", out, stdin)
	}
	git("", "init", "-q")
	u := &report.Upgrade{Plan: &plan.Plan{}}
	for _, name := range []string{"a b.yaml", "quote\".yaml", "tab\t.yaml", "ü.yaml", "back\\slash.yaml", "new/file.yaml"} {
		u.Files = append(u.Files, plan.File{Path: name, New: []byte("v: 1\n")})
	}
	var out bytes.Buffer
	require.NoError(t, report.Diff(&out, u))
	git(out.String(), "apply", "--index", "-")
	git("", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "x")
	for i := range u.Files {
		u.Files[i].Old, u.Files[i].New = u.Files[i].New, []byte("v: 2\n")
	}
	out.Reset()
	require.NoError(t, report.Diff(&out, u))
	git(out.String(), "apply", "--index", "-")
	for i := range u.Files {
		u.Files[i].Old, u.Files[i].New = u.Files[i].New, nil
	}
	out.Reset()
	require.NoError(t, report.Diff(&out, u))
	git(out.String(), "apply", "--index", "-")
	git("", "diff", "--cached", "--exit-code", "--quiet", "--diff-filter=AM")
}

func TestCommitMessages(t *testing.T) {
	one := fleet(t, 1, 1)
	text := report.CommitMessage(one)
	assert.True(t, strings.HasPrefix(text, "gauss/c000: app-0 1.0.0 to 2.0.0 (aws/v2.0.0)\n\n"), text)
	assert.True(t, strings.HasSuffix(text, "\n\nRelease: aws/v2.0.0\n"), text)
	steps := fleet(t, 4, 1)
	for i, c := range steps.Clusters {
		r := c.Resources[0]
		r.Item.Ref = resource.Ref{APIVersion: "controlplane.cluster.x-k8s.io/v1beta1", Kind: "KubeadmControlPlane", Name: "c"}
		r.Changes[0].Old, r.Changes[0].New = yamltree.Str("v1.32.9"), yamltree.Str("v1.33.6")
		if i > 1 {
			r.Changes[0].Old, r.Changes[0].New = yamltree.Str("v1.33.6"), yamltree.Str("v1.34.10")
		}
	}
	assert.True(t, strings.HasPrefix(report.CommitMessage(steps), "4 clusters: Kubernetes to v1.33.6 and v1.34.10 (aws/v2.0.0)\n\n"), report.CommitMessage(steps))
	apps := fleet(t, 2, 1)
	apps.Clusters[1].Resources[0].Changes[0].New = yamltree.Str("3.0.0")
	assert.True(t, strings.HasPrefix(report.CommitMessage(apps), "2 clusters: app-0 to 2.0.0 and 3.0.0 (aws/v2.0.0)\n\n"), report.CommitMessage(apps))
	many := fleet(t, 40, 60)
	text = report.CommitMessage(many)
	assert.True(t, strings.HasPrefix(text, "40 clusters: 60 apps (aws/v2.0.0)\n\n"), text)
	assert.Contains(t, text, "\nand 30 more\n")
	for _, line := range strings.Split(text, "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 72, line)
	}
	assert.Less(t, strings.Count(text, "\n"), 50, "one screen")
}

// The function's results are the findings of the plan, in their order, each once, however many clusters there are.
func TestResultsOfAFleet(t *testing.T) {
	for _, n := range []int{0, 1, 63, 64, 65, 1000} {
		p := fleet(t, n, 1)
		p.Notes = []plan.Note{{Kind: plan.Faulty, Severity: result.Warning, Text: "of the run"}}
		if n > 1 {
			p.Clusters[n-1].Notes = append(p.Clusters[n-1].Notes, plan.Note{Kind: plan.Downgrade, Severity: result.Error, Cluster: p.Clusters[n-1].String(), From: "v36.0.0", To: "aws/v2.0.0"})
		}
		for _, c := range p.Clusters {
			c.Notes = append(c.Notes, plan.Note{Kind: plan.NotRecorded, Severity: result.Info, Cluster: c.String(), To: "aws/v2.0.0"})
		}
		want := report.Findings(p, report.Pipelines)
		told := &report.Told{}
		for i := range p.Clusters {
			if i != 1 { // which is told at last
				told.Tell(p.Clusters[i], report.Pipelines)
				p.Clusters[i].Condense()
			}
		}
		text := slices.Collect(clones(told.Results(p, report.Pipelines)))
		doc, err := yamltree.ReadOne(bytes.Join(text, nil))
		require.NoError(t, err)
		var got []string
		for el := range doc.Root.Children() {
			got = append(got, yamltree.Get(el, "severity").Value+": "+yamltree.Get(el, "message").Value)
		}
		require.Len(t, got, len(want))
		assert.Equal(t, min(n, 1), strings.Count(strings.Join(got, "\n"), "could record it"), "is told once")
		for i, r := range want {
			assert.Equal(t, string(r.Severity)+": "+r.Message, got[i])
		}
		ranks := map[result.Severity]int{result.Error: 1, result.Warning: 2, result.Info: 3}
		assert.True(t, want[0].Summary)
		assert.True(t, slices.IsSortedFunc(want[1:], func(a, b result.Result) int { return ranks[a.Severity] - ranks[b.Severity] }))
	}
}

func clones(seq iter.Seq[[]byte]) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for part := range seq {
			if !yield(bytes.Clone(part)) {
				return
			}
		}
	}
}
