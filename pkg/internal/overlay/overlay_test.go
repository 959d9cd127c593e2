package overlay_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/overlay"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, text string) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Read([]byte(text))
	require.NoError(t, err)
	return doc.Root
}

// TestPatchesOfAKustomization asks what an overlay with one patch makes of a field of a MachinePool.
func TestPatchesOfAKustomization(t *testing.T) {
	base := `{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: p, namespace: n, labels: {a: b}},
		spec: {replicas: 2, taints: [{key: a}, {key: b}], template: {spec: {version: v1, zones: [x]}}}}`
	for _, tc := range []struct {
		desc, patches, field string
		want                 string // in flow style; "-" for not set, "" for removed
	}{
		{"partial resource", `[{patch: "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: p}, spec: {replicas: 9}}"}]`, "spec.replicas", "9"},
		{"in a string of YAML", `[{target: {kind: MachinePool}, patch: "{spec: {text: \"a: {b: 9}\"}}"}]`, "spec.text.a.b", "9"},
		{"not in a string of YAML", `[{target: {kind: MachinePool}, patch: "{spec: {text: \"a: {b: 9}\"}}"}]`, "spec.text.a.c", ""},
		{"in place of a string of YAML", `[{target: {kind: MachinePool}, patch: "{spec: {text: word}}"}]`, "spec.text.a.b", "word"},
		{"for another resource", `[{patch: "{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachinePool, metadata: {name: q}, spec: {replicas: 9}}"}]`, "spec.replicas", "-"},
		{"a target outdoes the name", `[{target: {kind: MachinePool, name: "p|q"}, patch: "{kind: MachinePool, metadata: {name: any}, spec: {replicas: 9}}"}]`, "spec.replicas", "9"},
		{"expressions fit as a whole", `[{target: {name: machine}, patch: "{kind: MachinePool, metadata: {name: any}, spec: {replicas: 9}}"}]`, "spec.replicas", "-"},
		{"by label", `[{target: {labelSelector: "a=b"}, patch: "{kind: X, metadata: {name: any}, spec: {replicas: 9}}"}]`, "spec.replicas", "9"},
		{"by another label", `[{target: {labelSelector: "a=c"}, patch: "{kind: X, metadata: {name: any}, spec: {replicas: 9}}"}]`, "spec.replicas", "-"},
		{"null above", `[{target: {kind: MachinePool}, patch: "{spec: {template: null}}"}]`, "spec.template.spec.version", ""},
		{"delete above", `[{target: {kind: MachinePool}, patch: "{spec: {template: {$patch: delete}}}"}]`, "spec.template.spec.version", ""},
		{"replace above", `[{target: {kind: MachinePool}, patch: "{spec: {template: {$patch: replace, x: y}}}"}]`, "spec.template.spec.version", ""},
		{"a list of a custom resource is replaced", `[{target: {kind: MachinePool}, patch: "{spec: {taints: [{key: c}]}}"}]`, `spec.taints[key="a"].effect`, "[{key: c}]"},
		{"below the field", `[{target: {kind: MachinePool}, patch: "{spec: {template: {spec: {x: y}}}}"}]`, "spec.template", "-"},
		{"operation", `[{target: {kind: MachinePool}, patch: "[{op: replace, path: /spec/replicas, value: 9}]"}]`, "spec.replicas", "9"},
		{"operation above, with a value for the field", `[{target: {kind: MachinePool}, patch: "[{op: replace, path: /spec/template/spec, value: {version: v2}}]"}]`, "spec.template.spec.version", "v2"},
		{"operation above, without one", `[{target: {kind: MachinePool}, patch: "[{op: replace, path: /spec/template/spec, value: {x: v2}}]"}]`, "spec.template.spec.version", ""},
		{"removed", `[{target: {kind: MachinePool}, patch: "[{op: remove, path: /spec/replicas}]"}]`, "spec.replicas", ""},
		{"copied", `[{target: {kind: MachinePool}, patch: "[{op: copy, from: /spec/replicas, path: /spec/most}]"}]`, "spec.most", "2"},
		{"copied from", `[{target: {kind: MachinePool}, patch: "[{op: copy, from: /spec/replicas, path: /spec/most}]"}]`, "spec.replicas", "-"},
		{"moved away", `[{target: {kind: MachinePool}, patch: "[{op: move, from: /spec/replicas, path: /spec/most}]"}]`, "spec.replicas", ""},
		{"tests change nothing", `[{target: {kind: MachinePool}, patch: "[{op: test, path: /spec/replicas, value: 9}]"}]`, "spec.replicas", "-"},
		{"an element by its index", `[{target: {kind: MachinePool}, patch: "[{op: replace, path: /spec/taints/1/key, value: c}]"}]`, `spec.taints[key="b"].key`, "c"},
		{"another element", `[{target: {kind: MachinePool}, patch: "[{op: replace, path: /spec/taints/1/key, value: c}]"}]`, `spec.taints[key="a"].key`, "-"},
		{"escaped", `[{target: {kind: MachinePool}, patch: "[{op: add, path: /metadata/labels/a~1b, value: c}]"}]`, `metadata.labels[a/b]`, "c"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			item := resource.NewItem(parse(t, base))
			k := resource.NewItem(parse(t, "{resources: [../base], patches: "+tc.patches+"}"))
			k.Location.Path = "gauss/peu01/overlay/kustomization.yaml"
			o := overlay.Read(&cluster.Cluster{Base: []*resource.Item{item}, Kustomize: []*resource.Item{k}})
			require.Empty(t, o.Unread)
			require.Len(t, o.Patches, 1)
			field, err := yamltree.ParsePath(tc.field)
			require.NoError(t, err)
			got := "-"
			for _, p := range o.Patches {
				if !p.For(item) {
					continue
				}
				if s, ok := p.Sets(item, item.Root(), field); ok && s.Value == nil {
					got = ""
				} else if ok {
					got = yamledit.Inline(s.Value)
				}
			}
			assert.Equal(t, tc.want, got)
		})
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	k := resource.NewItem(parse(t, `{patches: [{path: missing.yaml}, {patch: "a: b: c"}, {patch: "[{op: replace, path: /a}]"}, {target: {kind: A}, patch: "[1]"},
 {target: {kind: "A(", labelSelector: "a in"}, patch: "{kind: A, spec: {}}"}]}`))
	k.Location.Path = "gauss/peu01/overlay/kustomization.yaml"
	o := overlay.Read(&cluster.Cluster{Kustomize: []*resource.Item{k}})
	var got []string
	for _, u := range o.Unread {
		got = append(got, u.Message)
	}
	assert.Equal(t, []string{
		"names the patch gauss/peu01/overlay/missing.yaml, which is not among the input; what it hides is not known",
		"has an inline patch that is no YAML: line 1, column 5: has a second colon on a line; must be in quotes, or the key on a line of its own",
		"has JSON patch operations without a target",
		"line 1: element 0 is no JSON patch operation; must have op and path",
		"has a patch whose target cannot be read: kind: error parsing regexp: missing closing ): `^(?:A()$`",
		"has a patch whose target cannot be read: labelSelector: unable to parse requirement: found '' expected: '('",
	}, got)
}
