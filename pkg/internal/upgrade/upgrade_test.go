package upgrade_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// itemsOf are the resources of texts.
func itemsOf(t *testing.T, texts ...string) []*resource.Item {
	t.Helper()
	items := make([]*resource.Item, len(texts))
	for i, text := range texts {
		doc, err := yamltree.ReadOne([]byte(text))
		require.NoError(t, err)
		items[i] = resource.NewItem(doc.Root)
	}
	return items
}

// fleet are the items of the repository in testdata/fleet.
func fleet(t *testing.T) []*resource.Item {
	t.Helper()
	root := filepath.Join("..", "..", "..", "testdata", "fleet")
	var out []*resource.Item
	require.NoError(t, filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".yaml" {
			return err
		}
		src, err := os.ReadFile(file)
		require.NoError(t, err)
		docs, err := yamltree.Documents(src)
		if err != nil || strings.Contains(string(src), "sops:") {
			return nil // not for us
		}
		for _, doc := range docs {
			if doc.Root == nil || doc.Root.Kind != yamltree.Map {
				continue
			}
			i := resource.NewItem(doc.Root)
			rel, err := filepath.Rel(root, file)
			require.NoError(t, err)
			i.Location.Path = filepath.ToSlash(rel)
			out = append(out, i)
		}
		return nil
	}))
	return out
}

func config(t *testing.T, spec string) *v1alpha1.ApplyRelease {
	t.Helper()
	doc, err := yamltree.ReadOne([]byte("apiVersion: fn.giantswarm.io/v1alpha1\nkind: ApplyRelease\nspec: {" + spec + "}"))
	require.NoError(t, err)
	c, err := v1alpha1.Decode(doc.Root)
	require.NoError(t, err)
	return c
}

// said is all of a cluster's plan: what changes to what, and what there is to note.
func said(c *plan.Cluster) string {
	var b strings.Builder
	for _, r := range c.Resources {
		for _, x := range r.Changes {
			b.WriteString(r.Item.Ref.String() + " " + x.Path.String() + " " + string(x.Op))
			if x.New != nil {
				b.WriteString(" " + yamledit.Inline(x.New))
			}
			b.WriteString("\n")
		}
	}
	for _, n := range c.Notes {
		b.WriteString(string(n.Severity) + " " + string(n.Kind) + " " + n.Field.String() + "\n")
	}
	return b.String()
}

func TestEachClusterGoesItsOwnWay(t *testing.T) {
	items := fleet(t)
	together := upgrade.Plan(config(t, "release: {provider: aws, version: v34.0.0}"), upgrade.Input{Items: items})
	require.Greater(t, len(together.Clusters), 3)
	for _, c := range together.Clusters {
		alone := upgrade.Plan(config(t, "release: {provider: aws, version: v34.0.0}, clusters: ["+c.String()+"]"), upgrade.Input{Items: fleet(t)})
		require.Len(t, alone.Clusters, 1)
		assert.Equal(t, said(c), said(alone.Clusters[0]), "%s, with others and alone", c)
	}
}

// What is known of the ways of clusters before a plan is made is what the plan says of them.
func TestThePlanSaysWhatTheWaysAre(t *testing.T) {
	isOfWay := func(n plan.Note) bool { return n.Kind == plan.Unreachable || n.Kind == plan.Unguarded }
	known := 0
	for _, v := range []string{"v33.0.0", "v33.4.0", "v34.0.0", "v34.4.0", "v34.5.0"} {
		c, in := config(t, "release: {provider: aws, version: "+v+"}"), upgrade.Input{Items: fleet(t)}
		var before, after []string
		for _, n := range upgrade.Prepare(c, in).Ways() {
			if isOfWay(n) {
				before = append(before, string(n.Kind)+" "+n.Item.Location.Path+" "+n.From+" "+n.To+" "+n.Name+" "+string(n.Severity))
			}
		}
		for n := range upgrade.Plan(c, in).All() {
			if isOfWay(*n) && !n.OfItem {
				after = append(after, string(n.Kind)+" "+n.Item.Location.Path+" "+n.From+" "+n.To+" "+n.Name+" "+string(n.Severity))
			}
		}
		assert.Equal(t, after, before, v)
		known += len(before)
	}
	assert.Positive(t, known)
}

func TestNoInputIsChanged(t *testing.T) {
	items := fleet(t)
	var before []string
	for _, i := range items {
		before = append(before, yamledit.Inline(i.Root()))
	}
	upgrade.Plan(config(t, "release: {provider: aws, version: v34.0.0}, stamp: true, policy: {newComponents: Create, immutableTemplates: Rotate}"), upgrade.Input{Items: items})
	for n, i := range items {
		assert.Equal(t, before[n], yamledit.Inline(i.Root()), i.Ref.String())
	}
}

func TestChangesComeToWhatThePlanSays(t *testing.T) {
	common := &plan.Common{}
	for _, spec := range []string{"release: {provider: aws, version: v34.0.0}, stamp: true, policy: {newComponents: Create, immutableTemplates: Rotate}", "release: {provider: aws, version: v33.4.0}"} {
		c, items, changed := config(t, spec), fleet(t), 0
		clusters, err := layout.ParseCluster(c.Spec.Layout.Cluster...)
		require.NoError(t, err)
		releases, err := layout.ParseRelease(c.Spec.Layout.Release...)
		require.NoError(t, err)
		catalog, _ := release.Read(items, releases)
		target := upgrade.To(catalog.Find(c.Spec.Release.Provider, version.MustParse(c.Spec.Release.Version)), c.Spec, catalog, upgrade.Survey(upgrade.Input{Items: items}))
		for _, cl := range cluster.Group(items, catalog, clusters) {
			p := target.Plan(cl)
			for _, r := range p.Resources {
				if r.Created || r.Removed || r.Final == nil {
					continue
				}
				logical, err := yamltree.Logical(r.Item.Root())
				require.NoError(t, err)
				after := yamltree.Clone(logical)
				require.NoError(t, yamltree.Apply(after, r.Edits()))
				assert.True(t, yamltree.Equal(after, r.Final), "%s: %s", spec, r.Item.Ref)
				changed += len(r.Changes)
			}
			before := said(p)
			p.LetGo(common)
			assert.Equal(t, before, said(p), "what is let go of is not said")
		}
		assert.Greater(t, changed, 50)
	}
}

// Items that are read again whenever somebody asks are planned as those that are held.
func TestTreesMayBeLetGo(t *testing.T) {
	for _, spec := range []string{"release: {provider: aws, version: v34.0.0}, stamp: true, policy: {newComponents: Create, immutableTemplates: Rotate}", "release: {provider: aws, version: v33.4.0}"} {
		held, read := fleet(t), fleet(t)
		for n, i := range held {
			logical, err := yamltree.Logical(i.Root())
			require.NoError(t, err)
			read[n] = resource.OfText(resource.Plain(yamledit.Print(logical)), i.Root())
			read[n].Location = i.Location
			read[n].LetGo()
		}
		want, got := upgrade.Plan(config(t, spec), upgrade.Input{Items: held}), upgrade.Plan(config(t, spec), upgrade.Input{Items: read})
		require.Len(t, got.Clusters, len(want.Clusters))
		for n, c := range want.Clusters {
			assert.Equal(t, said(c), said(got.Clusters[n]), c.String())
			for m, r := range c.Resources {
				assert.True(t, yamltree.Equal(r.After(), got.Clusters[n].Resources[m].After()), r.Item.Ref.String())
			}
		}
	}
}

func TestWhatIsKeptInsideIsHidden(t *testing.T) {
	items := itemsOf(t,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: thing-1-0-0}\ndata: {spec: {config: {password: was}}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: thing-2-0-0}\ndata: {spec: {config: [a]}}",
		"apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c, labels: {release.giantswarm.io/version: 1.0.0}}",
		"apiVersion: example.io/v1\nkind: Thing\nmetadata: {name: t, annotations: {fn.giantswarm.io/keep: spec.config.password}}\nspec: {config: {password: hunter2}}",
	)
	found := false
	for n := range upgrade.Plan(config(t, "release: {version: v2.0.0}"), upgrade.Input{Items: items}).All() {
		if n.Kind == plan.KeptBelow {
			found = true
			assert.Equal(t, "(hidden)", n.Has.Value)
		}
	}
	assert.True(t, found)
}

// What a note says that a release sets is what it sets, and not what the upgrade makes of it afterwards, as of a reference to a template that is rotated.
func TestNotesTellWhatReleasesSay(t *testing.T) {
	items := itemsOf(t,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-1-0-0}\ndata: {spec: {template: {spec: {infrastructureRef: {name: foo}}}}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-2-0-0}\ndata: {spec: {template: {spec: {infrastructureRef: {name: t}}}}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: awsmachinetemplate-1-0-0}\ndata: {spec: {template: {spec: {instanceType: m1}}}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: awsmachinetemplate-2-0-0}\ndata: {spec: {template: {spec: {instanceType: m2}}}}",
		"apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c, labels: {release.giantswarm.io/version: 1.0.0}}",
		"apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: p}\nspec: {template: {spec: {infrastructureRef: {apiVersion: infrastructure.cluster.x-k8s.io/v1beta2, kind: AWSMachineTemplate, name: bar}}}}",
		"apiVersion: infrastructure.cluster.x-k8s.io/v1beta2\nkind: AWSMachineTemplate\nmetadata: {name: t}\nspec: {template: {spec: {instanceType: m1}}}",
	)
	p := upgrade.Plan(config(t, "release: {version: v2.0.0}"), upgrade.Input{Items: items})
	says := ""
	for n := range p.All() {
		if n.Kind == plan.LocalLost {
			says = n.Says.Value
		}
	}
	assert.Equal(t, "t", says)
	rotated := false
	for r := range p.Resources() {
		rotated = rotated || r.Copy == "t-2-0-0"
	}
	assert.True(t, rotated)
}

func TestSecretsAreHiddenInNotes(t *testing.T) {
	items := itemsOf(t,
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: creds-1-0-0}\ndata: {apiVersion: v1, kind: Secret, stringData: {a: was}}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: creds-2-0-0}\ndata: {apiVersion: v1, kind: Secret, stringData: {a: says}}",
		"apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: c, labels: {release.giantswarm.io/version: 1.0.0}}",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: hunter2}",
	)
	p := upgrade.Plan(config(t, "release: {version: v2.0.0}"), upgrade.Input{Items: items})
	lost := 0
	for n := range p.All() {
		require.NotEqual(t, result.Error, n.Severity, "%+v", n)
		if n.Kind == plan.LocalLost {
			lost++
			for _, v := range []*yamltree.Node{n.Has, n.Was, n.Says} {
				assert.Equal(t, "(hidden)", v.Value)
			}
		}
	}
	assert.Equal(t, 1, lost)
}
