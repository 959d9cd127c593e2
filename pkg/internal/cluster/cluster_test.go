package cluster_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// items are resources, each given as "path: kind name labels"; "-" stands for no path.
func items(t *testing.T, lines ...string) []*resource.Item {
	t.Helper()
	var out []*resource.Item
	for _, line := range lines {
		f := strings.Fields(line)
		labels := ""
		if len(f) > 3 {
			labels = ", labels: {" + strings.Join(f[3:], " ") + "}"
		}
		doc, err := yamltree.ReadOne([]byte("apiVersion: cluster.x-k8s.io/v1beta1\nkind: " + f[1] + "\nmetadata: {name: " + f[2] + labels + "}"))
		require.NoError(t, err)
		i := resource.NewItem(doc.Root)
		if f[0] != "-" {
			i.Location.Path = f[0]
		}
		out = append(out, i)
	}
	return out
}

func TestGroup(t *testing.T) {
	l, err := layout.ParseCluster("{installation}/{cluster}/**")
	require.NoError(t, err)
	for _, tc := range []struct {
		desc  string
		items []string
		want  string // clusters, each with base | overlay
	}{
		{"folders of base and overlay", []string{"gauss/a/base/c.yaml Cluster a", "gauss/a/overlay/c.yaml Cluster a", "gauss/b/base/c.yaml Cluster b"}, "gauss/a: Cluster/a | Cluster/a; gauss/b: Cluster/b |"},
		{"the flat layout", []string{"gauss/a/c.yaml Cluster a", "gauss/a/overlay/c.yaml Cluster a"}, "gauss/a: Cluster/a | Cluster/a"},
		{"beside base, other files are not base", []string{"gauss/a/base/c.yaml Cluster a", "gauss/a/notes.yaml Thing x"}, "gauss/a: Cluster/a |"},
		{"steps up in front do no harm", []string{"../../gauss/a/base/c.yaml Cluster a"}, "gauss/a: Cluster/a |"},
		{"labels, where no location tells", []string{"- Cluster a", "- MachinePool m cluster.x-k8s.io/cluster-name: a"}, "a: Cluster/a MachinePool/m |"},
		{"one cluster takes what nothing tells about", []string{"- Cluster a", "- Thing x"}, "a: Cluster/a Thing/x |"},
		{"two do not", []string{"- Cluster a", "- Cluster b", "- Thing x"}, "a: Cluster/a |; b: Cluster/b |"},
		{"nothing tells at all", []string{"- Thing x", "- Thing y"}, "the whole build: Thing/x Thing/y |"},
	} {
		var got []string
		for _, c := range cluster.Group(items(t, tc.items...), &release.Catalog{}, l) {
			text := c.String() + ":"
			for _, i := range c.Base {
				text += " " + i.Kind + "/" + i.Name
			}
			text += " |"
			for _, i := range c.Overlay {
				text += " " + i.Kind + "/" + i.Name
			}
			got = append(got, text)
		}
		assert.Equal(t, tc.want, strings.Join(got, "; "), tc.desc)
	}
}

func TestSelect(t *testing.T) {
	all := []*cluster.Cluster{{Installation: "gauss", ID: "a"}, {Installation: "gauss", ID: "b"}, {Installation: "gorilla", ID: "a"}, {ID: "loose"}}
	for pattern, want := range map[string]string{
		"gauss/a": "gauss/a", "gauss/*": "gauss/a gauss/b loose", "gauss": "gauss/a gauss/b", "*/a": "gauss/a gorilla/a", "b": "gauss/b", "loose": "loose", "gauss/loose": "loose", "none": "", "gauss/none": "", `gauss/\a`: "gauss/a",
	} {
		found, err := cluster.NewSelector(all).Select(pattern)
		require.NoError(t, err)
		var names []string
		for _, c := range found {
			names = append(names, c.String())
		}
		assert.Equal(t, want, strings.Join(names, " "), pattern)
	}
	_, err := cluster.NewSelector(append(all, &cluster.Cluster{Installation: "x", ID: "gauss"})).Select("gauss")
	assert.ErrorContains(t, err, "is the installation gauss and the cluster x/gauss")
}

func TestOrigins(t *testing.T) {
	const label = "release.giantswarm.io/version: "
	v := func(text string) version.Version { x, err := version.Parse(text); require.NoError(t, err); return x }
	one, two := &release.Release{Provider: "aws", Version: v("v1.0.0")}, &release.Release{Provider: "aws", Version: v("v2.0.0")}
	find := func(text string) *release.Release {
		return map[string]*release.Release{"1.0.0": one, "v1.0.0": one, "2.0.0": two}[text]
	}
	for _, tc := range []struct {
		desc, from string
		items      []string
		want       string // of the cluster, then of each resource
	}{
		{"the Cluster speaks for those that say nothing", "", []string{"- Cluster a " + label + "1.0.0", "- MachinePool m"}, "1.0.0 1.0.0 1.0.0"},
		{"a resource for itself", "", []string{"- Cluster a " + label + "1.0.0", "- MachinePool m " + label + "2.0.0"}, "1.0.0 1.0.0 2.0.0"},
		{"from for all", "v1.0.0", []string{"- Cluster a " + label + "2.0.0", "- MachinePool m"}, "v1.0.0 v1.0.0 v1.0.0"},
		{"without a Cluster that speaks, agreement tells of the cluster, and of no other resource", "", []string{"- MachinePool m " + label + "2.0.0", "- MachinePool n"}, "2.0.0 2.0.0 -"},
		{"nothing", "", []string{"- MachinePool m " + label + "2.0.0", "- MachinePool n " + label + "1.0.0"}, "- 2.0.0 1.0.0"},
	} {
		c := &cluster.Cluster{ID: "a", Base: items(t, tc.items...)}
		o := c.Origins(tc.from, find)
		texts := []string{o.Cluster.Text}
		for _, i := range c.Base {
			texts = append(texts, o.Of(i).Text)
			assert.Equal(t, find(o.Of(i).Text), o.Of(i).Release, tc.desc)
		}
		for n, text := range texts {
			if text == "" {
				texts[n] = "-"
			}
		}
		assert.Equal(t, tc.want, strings.Join(texts, " "), tc.desc)
	}
}
