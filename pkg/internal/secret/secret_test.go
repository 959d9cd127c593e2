package secret_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
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
		{"a map of them", "kind: X\nspec: {credentials: {aws: x, rotate: true}}", "spec", "{credentials: {aws: (hidden), rotate: true}}"},
		{"deep in one", "kind: X\nspec: {clientSecret: {a: {b: x}}}", "spec", "{clientSecret: {a: {b: (hidden)}}}"},
		{"at a path below", "kind: X\nspec: {auth: {token: {value: x}}}", "spec.auth.token.value", "(hidden)"},
		{"a pair", "kind: X\nspec: {l: [{key: apiToken, value: x}, {name: Authorization, value: y}, {key: a, value: z}]}", "spec.l", "[{key: apiToken, value: (hidden)}, {name: Authorization, value: (hidden)}, {key: a, value: z}]"},
		{"what only looks like a reference", "kind: X\nspec: {credentials: {name: x, value: y}}", "spec", "{credentials: {name: (hidden), value: (hidden)}}"},
		{"a name and a key", "kind: X\nspec: {password: {secretKeyRef: {name: s, key: k}}}", "spec", "{password: {secretKeyRef: {name: s, key: k}}}"},
		{"a volume", "kind: X\nspec: {volumes: [{name: v, secret: {secretName: s, defaultMode: 420}}]}", "spec.volumes", "[{name: v, secret: {secretName: s, defaultMode: 420}}]"},
		{"its field", "kind: X\nspec: {volumes: [{name: v, secret: {secretName: s}}]}", "spec.volumes[name=\"v\"].secret.secretName", "s"},
		{"a password in a URL", "kind: X\nspec: {url: 'https://me:x@example.io/'}", "spec.url", "(hidden)"},
		{"a URL without", "kind: X\nspec: {url: 'https://example.io:80/a@b'}", "spec", "{url: 'https://example.io:80/a@b'}"},
		{"a flag", "kind: X\nspec: {args: [--db-password=x, --user=y]}", "spec.args", "[(hidden), --user=y]"},
		{"one in a script", "kind: X\nspec: {run: \"a\\nb --token=x\\n\"}", "spec.run", "(hidden)"},
		{"what only ends like one", "kind: X\nspec: {httpTokens: required, imagePullSecrets: [s], existingSecret: s, externalSecrets: {version: v, token: x}}", "spec", "{httpTokens: required, imagePullSecrets: [s], existingSecret: s, externalSecrets: {version: v, token: (hidden)}}"},
		{"a number", "kind: X\nspec: {token: 5}", "spec.token", "(hidden)"},
		{"no value", "kind: X\nspec: {token: null}", "spec.token", "null"},
		{"an environment variable", "kind: X\nspec: {env: [{name: DB_PASSWORD, value: x}, {name: HOME, value: y}]}", "spec.env", "[{name: DB_PASSWORD, value: (hidden)}, {name: HOME, value: y}]"},
		{"by its key", "kind: X\nspec: {env: [{name: DB_PASSWORD, value: x}]}", "spec.env[name=\"DB_PASSWORD\"].value", "(hidden)"},
		{"in a text of YAML", "kind: ConfigMap\ndata: {values: \"auth:\\n  password: x\\n  user: y\\n\"}", "data.values", "\"auth:\\n  password: (hidden)\\n  user: y\\n\""},
		{"in a text of a YAML list", "kind: ConfigMap\ndata: {values: \"- password: x\\n- user: y\\n\"}", "data.values", "\"- password: (hidden)\\n- user: y\\n\""},
		{"in a text of two documents", "kind: ConfigMap\ndata: {values: \"a: 1\\n---\\npassword: x\\n\"}", "data.values", "(hidden)"},
		{"a Secret among several documents", "kind: ConfigMap\ndata: {m: \"kind: Namespace\\n---\\napiVersion: v1\\nkind: Secret\\nstringData:\\n  ca: x\\n\"}", "data.m", "(hidden)"},
		{"in front of a marker", "kind: ConfigMap\ndata: {m: \"apiVersion: v1\\r\\nkind: Secret\\r\\ndata:\\r\\n  ca: x\\r\\n---\\r\\n\"}", "data.m", "(hidden)"},
		{"documents without one", "kind: ConfigMap\ndata: {m: \"kind: A\\n---\\nref: {kind: Secret, name: s}\\n\"}", "data.m", "\"kind: A\\n---\\nref: {kind: Secret, name: s}\\n\""},
		{"one in lines of JSON", "kind: ConfigMap\ndata: {m: '{\"kind\":\"Secret\",\"data\":{\"ca\":\"x\"}} {}'}", "data.m", "(hidden)"},
		{"one in a template", "kind: ConfigMap\ndata: {m: \"apiVersion: v1\\nkind: Secret\\nmetadata: {name: {{ .x }}}\\ndata:\\n  ca: x\\n\"}", "data.m", "(hidden)"},
		{"one in a script", "kind: X\nspec: {run: \"kubectl apply -f - <<EOF\\nkind: Secret\\nstringData:\\n  ca: x\\nEOF\\n\"}", "spec.run", "(hidden)"},
		{"what refers to one in a script", "kind: X\nspec: {run: \"kind: SecretStore\\n{{ x }}\\n\"}", "spec.run", "\"kind: SecretStore\\n{{ x }}\\n\""},
		{"a line of .netrc", "kind: X\nspec: {files: [\"machine h login u password x\\n\", \"the password is asked for\"]}", "spec.files", `[(hidden), "the password is asked for"]`},
		{"XML", "kind: X\nspec: {files: [<a><password>x</password></a>, <password/>]}", "spec.files", "[(hidden), <password/>]"},
		{"a setting", "kind: X\nspec: {run: [aws configure set aws_secret_access_key x, 'aws configure set region x']}", "spec.run", "[(hidden), 'aws configure set region x']"},
		{"in a text that is broken YAML", "kind: ConfigMap\ndata: {values: \"a: [1\\npassword: x\\n\"}", "data.values", "(hidden)"},
		{"in a template", "kind: ConfigMap\ndata: {values: \"{{ if .x }}\\npassword: x\\n{{ end }}\\n\"}", "data.values", "(hidden)"},
		{"in an INI file", "kind: ConfigMap\ndata: {a.ini: \"[x]\\naws_secret_access_key = x\\n\"}", "data", "{a.ini: (hidden)}"},
		{"in a line", "kind: ConfigMap\ndata: {a: password=x}", "data.a", "(hidden)"},
		{"what a variable or a template fills in", "kind: X\nspec: {run: \"TOKEN=$(cat /t)\\ncurl -H \\\"X-Token: $TOKEN\\\"\\npassword: {{ .p }}\\n\"}", "spec.run", "\"TOKEN=$(cat /t)\\ncurl -H \\\"X-Token: $TOKEN\\\"\\npassword: {{ .p }}\\n\""},
		{"a flag and its value", "kind: X\nspec: {args: [--token, x, -v, '2']}", "spec.args", "[--token, (hidden), -v, '2']"},
		{"a flag and its value in a command", "kind: X\nspec: {run: [kubeadm join --token abc.x --v 2, kubeadm join --v 2]}", "spec.run", "[(hidden), kubeadm join --v 2]"},
		{"a private key", "kind: X\nspec: {files: [{path: /etc/a, content: \"-----BEGIN RSA PRIVATE KEY-----\\nx\\n\"}]}", "spec.files[0].content", "(hidden)"},
		{"user and password of a command", "kind: X\nspec: {run: ['curl -u a:b https://x', 'curl -u a https://x', 'echo x | docker login --password-stdin']}", "spec.run", "[(hidden), 'curl -u a https://x', (hidden)]"},
		{"a field of settings that is named like a credential", "kind: X\nspec: {auth: {enabled: yes}, registry: {auth: eA==}}", "spec", "{auth: {enabled: yes}, registry: {auth: (hidden)}}"},
		{"one with a value", "kind: X\nspec: {auth: eA==, dbPass: x, DB_PASS: y, bypass: z, ca.key: k}", "spec", "{auth: (hidden), dbPass: (hidden), DB_PASS: (hidden), bypass: z, ca.key: (hidden)}"},
		{"keys of many names", "kind: X\nspec: {client-key-data: x, unsealKeys: [a], server.key: k, GITHUB_PAT: p, pat: p, compat: c, registryAuth: r, slack_api_url: u, serviceKey: s, publicKey: p}", "spec", "{client-key-data: (hidden), unsealKeys: [(hidden)], server.key: (hidden), GITHUB_PAT: (hidden), pat: (hidden), compat: c, registryAuth: (hidden), slack_api_url: (hidden), serviceKey: (hidden), publicKey: p}"},
		{"a text that speaks of one", "kind: X\nspec: {text: \"the password = of the user:\\n\", tag: a-token}", "spec.tag", "a-token"},
	} {
		t.Run(tc.desc, func(t *testing.T) {
			doc, err := yamltree.Read([]byte(tc.resource))
			require.NoError(t, err)
			p := yamltree.Path{}
			if tc.path != "" {
				p, err = yamltree.ParsePath(tc.path)
				require.NoError(t, err)
			}
			root := doc.Root
			before := yamltree.Clone(root)
			assert.Equal(t, tc.want, yamledit.Inline(secret.Mask(resource.NewItem(root), p, yamltree.Lookup(root, p))))
			assert.True(t, yamltree.Equal(before, root), "the resource itself stays")
		})
	}
	assert.Nil(t, secret.Mask(nil, nil, nil))
}

func TestValues(t *testing.T) {
	doc, err := yamltree.Read([]byte("kind: Secret\napiVersion: v1\nmetadata: {name: s}\ndata: {a: eA==}\nstringData: {b: c}"))
	require.NoError(t, err)
	assert.Equal(t, []string{"eA==", "c"}, secret.Values(resource.NewItem(doc.Root)))
}

// A path shows no credential that tells an element apart; names of what is referred to are none.
func TestPath(t *testing.T) {
	el := func(key, value string) yamltree.Step {
		return yamltree.Step{Kind: yamltree.Element, Keys: []yamltree.Key{{Name: key, Value: yamltree.Canonical(yamltree.Str(value))}}}
	}
	set := yamltree.Step{Kind: yamltree.Value, Scalar: yamltree.Canonical(yamltree.Str("x1"))}
	for want, at := range map[string]yamltree.Path{
		`spec.tokens[="(hidden)"]`:             yamltree.Fields("spec", "tokens").Then(set),
		`spec.zones[="x1"]`:                    yamltree.Fields("spec", "zones").Then(set),
		`spec.creds[token="(hidden)"].v`:       yamltree.Fields("spec", "creds").Then(el("token", "x1")).Field("v"),
		`spec.secrets[name="x1"]`:              yamltree.Fields("spec", "secrets").Then(el("name", "x1")),
		`spec.passwords[id="(hidden)"].length`: yamltree.Fields("spec", "passwords").Then(el("id", "x1")).Field("length"),
	} {
		before := at.String()
		assert.Equal(t, want, secret.Path(nil, at).String())
		assert.Equal(t, before, at.String(), "the path itself stays")
	}
	of := &resource.Item{Ref: resource.Ref{APIVersion: "v1", Kind: "Secret"}}
	at := yamltree.Fields("stringData", "values", "users").Then(el("user", "x1")).Field("z")
	assert.Equal(t, `stringData.values.users[user="(hidden)"].z`, secret.Path(of, at).String())
}

// A Secret that stands in something else, such as the annotation of what was applied last, shows nothing of its data.
func TestMaskOfASecretInside(t *testing.T) {
	doc, err := yamltree.Read([]byte("metadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"aHVudGVy\"}}\n"))
	require.NoError(t, err)
	shown := secret.Mask(nil, nil, doc.Root)
	assert.NotContains(t, string(yamledit.Print(shown)), "aHVudGVy")
	doc, err = yamltree.Read([]byte("password: {apiVersion: v1, kind: Secret, value: hunter2}\n"))
	require.NoError(t, err)
	assert.NotContains(t, string(yamledit.Print(secret.Mask(nil, nil, doc.Root))), "hunter2")
}
