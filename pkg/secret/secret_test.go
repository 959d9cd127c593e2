package secret_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMask(t *testing.T) {
	for _, tc := range []struct{ desc, resource, path, want string }{
		{"a Secret", "kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata: {a: eA==}\nstringData: {b: {c: d}}", "", "{kind: Secret, apiVersion: v1, metadata: {name: s}, data: {a: (hidden)}, stringData: {b: {c: (hidden)}}}"},
		{"its data", "kind: Secret\napiVersion: v1\ndata: {a: eA==}", "data", "{a: (hidden)}"},
		{"a value of it", "kind: Secret\napiVersion: v1\ndata: {a: eA==}", "data.a", "(hidden)"},
		{"its labels", "kind: Secret\napiVersion: v1\nmetadata: {labels: {a: b}}", "metadata.labels.a", "b"},
		{"another kind", "kind: ConfigMap\napiVersion: v1\ndata: {a: b}", "data.a", "b"},
		{"what SOPS encrypted", "kind: ConfigMap\napiVersion: v1\ndata: {a: b}\nsops: {}", "data.a", "(hidden)"},
		{"a password", "kind: X\nspec: {adminPassword: x, user: y}", "spec", "{adminPassword: (hidden), user: y}"},
		{"at its path", "kind: X\nspec: {api-token: x}", "spec.api-token", "(hidden)"},
		{"a list of tokens", "kind: X\nspec: {tokens: [a, b]}", "spec", "{tokens: [(hidden), (hidden)]}"},
		{"one of them", "kind: X\nspec: {tokens: [a, b]}", "spec.tokens[1]", "(hidden)"},
		{"a reference", "kind: X\nspec: {secret: {name: s}, secretName: s, passwordSecretRef: {name: p}}", "spec", "{secret: {name: s}, secretName: s, passwordSecretRef: {name: p}}"},
		{"a number", "kind: X\nspec: {token: 5}", "spec.token", "(hidden)"},
		{"no value", "kind: X\nspec: {token: null}", "spec.token", "null"},
		{"an environment variable", "kind: X\nspec: {env: [{name: DB_PASSWORD, value: x}, {name: HOME, value: y}]}", "spec.env", "[{name: DB_PASSWORD, value: (hidden)}, {name: HOME, value: y}]"},
		{"by its key", "kind: X\nspec: {env: [{name: DB_PASSWORD, value: x}]}", "spec.env[name=\"DB_PASSWORD\"].value", "(hidden)"},
		{"in a text of YAML", "kind: ConfigMap\ndata: {values: \"auth:\\n  password: x\\n  user: y\\n\"}", "data.values", "\"auth:\\n  password: (hidden)\\n  user: y\\n\""},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			doc, err := yamltree.Read([]byte(tc.resource))
			require.NoError(t, err)
			p := yamltree.Path{}
			if tc.path != "" {
				p, err = yamltree.ParsePath(tc.path)
				require.NoError(t, err)
			}
			root := doc.Content[0]
			before := yamltree.Clone(root)
			assert.Equal(t, tc.want, yamledit.Inline(secret.Mask(resource.NewItem(root, nil), p, yamltree.Lookup(root, p))))
			assert.True(t, yamltree.Equal(before, root), "the resource itself stays")
		})
	}
	assert.Nil(t, secret.Mask(nil, nil, nil))
}

func TestValues(t *testing.T) {
	doc, err := yamltree.Read([]byte("kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata: {a: eA==}\nstringData: {b: c}"))
	require.NoError(t, err)
	assert.Equal(t, []string{"eA==", "c"}, secret.Values(resource.NewItem(doc.Content[0], nil)))
}
