package draft_test

import (
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/draft"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const old = `apiVersion: v1
kind: ConfigMap
metadata:
  name: cilium-1-0-0 # of the network
data: {spec: {version: 1.3.0}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: cluster-1-0-0-overlay
  annotations: {fn.giantswarm.io/release: aws/v1.0.0, fn.giantswarm.io/state: active}
data: {metadata: {labels: {release.giantswarm.io/version: 1.0.0, other: 1.0.0}}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: kubeadmcontrolplane-1-0-0}
data:
  spec:
    version: v1.33.1
`

// drafted is the text of the next release, made of the one above.
func drafted(t *testing.T, next draft.Next) (string, error) {
	t.Helper()
	l, err := layout.ParseRelease("{provider}/{version}/{layer}/{component}.yaml")
	require.NoError(t, err)
	var items []*resource.Item
	var texts []string
	for n, text := range strings.Split(old, "---\n") {
		doc, err := yamltree.Read([]byte(text))
		require.NoError(t, err)
		i := resource.NewItem(doc.Root)
		i.Location.Path = "aws/v1.0.0/base/" + []string{"cilium", "cluster", "kubeadmcontrolplane"}[n] + ".yaml"
		items, texts = append(items, i), append(texts, text)
	}
	c, problems := release.Read(items, l)
	require.Empty(t, problems)
	next.Old, next.New = c.Releases[0], version.MustParse("v1.1.0")
	edits, err := next.Edits(items)
	if err != nil {
		return "", err
	}
	for n, i := range items {
		out, _, err := yamledit.Bytes([]byte(texts[n]), i.Root(), edits[i])
		require.NoError(t, err)
		texts[n] = string(out)
	}
	return strings.Join(texts, "---\n"), nil
}

// Names, annotations and records of the old release become those of the new one, versions that are asked for are set as the old ones are written, and everything else stays.
func TestEdits(t *testing.T) {
	got, err := drafted(t, draft.Next{Set: map[string]string{"cilium": "v1.4.0", "kubernetes": "1.33.2"}})
	require.NoError(t, err)
	want := strings.NewReplacer("-1-0-0", "-1-1-0", "aws/v1.0.0", "aws/v1.1.0", "state: active", "state: draft", "version: 1.0.0", "version: 1.1.0", "1.3.0", "1.4.0", "v1.33.1", "v1.33.2").Replace(old)
	want = strings.Replace(want, "name: cilium-1-1-0 # of the network\n", "name: cilium-1-1-0 # of the network\n  annotations:\n    fn.giantswarm.io/state: draft\n", 1)
	assert.Equal(t, want, got)

	got, err = drafted(t, draft.Next{Indexed: true})
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(got, "draft"), "an index says it: only what says a state already is changed")
}

// What cannot be set is told all together.
func TestEditsRefuse(t *testing.T) {
	_, err := drafted(t, draft.Next{Set: map[string]string{"cillium": "1.4.0", "cilium": "new", "cluster": "1.0.0"}})
	require.Error(t, err)
	for _, want := range []string{
		`--set cillium=1.4.0: aws/v1.0.0 has no component "cillium" (did you mean cilium?)`,
		`--set cilium=new: "new" is no version`,
		`--set cluster=1.0.0: aws/v1.0.0 does not say a version of that component where it would be known`,
	} {
		assert.ErrorContains(t, err, want)
	}
}
