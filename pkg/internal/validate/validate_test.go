package validate_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.org
  names: {kind: Pool}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [replicas, size]
            properties:
              replicas: {type: integer, format: int32, minimum: 0}
              surge: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              size: {type: integer, default: 3}
              either: {type: object, oneOf: [{required: [a]}, {required: [b]}], properties: {a: {type: string}, b: {type: string}}}
              id: {type: string, format: uuid}
              mode: {type: string, enum: [Fast, Slow]}
              note: {type: string, nullable: true, maxLength: 3}
              labels: {type: object, additionalProperties: {type: string}}
              deep: {type: object, additionalProperties: {type: array, items: {type: object, required: [name], properties: {name: {type: string}}}}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              zones: {type: array, maxItems: 2, items: {type: object, properties: {name: {type: string, pattern: '^[a-z]+$'}}}}
`

func tree(t *testing.T, text string) *yamltree.Node {
	t.Helper()
	doc, err := yamltree.Read([]byte(text))
	require.NoError(t, err)
	n, err := yamltree.Logical(doc.Root)
	require.NoError(t, err)
	return n
}

const head = "apiVersion: example.org/v1\nkind: Pool\nmetadata: {name: p, labels: {a: b}}\n"

func TestNew(t *testing.T) {
	d := validate.New([]*yamltree.Node{tree(t, crd)})
	for _, tc := range []struct{ desc, spec, path, message string }{
		{"all that is right", "{replicas: 1, surge: 25%, mode: Fast, note: null, labels: {x: y}, free: {any: [1]}, zones: [{name: a}]}", "", ""},
		{"a number where both are right", "{replicas: 1, surge: 1}", "", ""},
		{"a type", "{replicas: three}", "spec.replicas", "must be of type integer, and is of type string"},
		{"a limit", "{replicas: -1}", "spec.replicas", "should be greater than or equal to 0"},
		{"a choice", "{replicas: 1, mode: Medium}", "spec.mode", "should be one of [Fast Slow]"},
		{"a length", "{replicas: 1, note: long}", "spec.note", "should be at most 3 chars long"},
		{"a field that is unknown", "{replicas: 1, replica: 2}", "spec.replica", "is a field that its kind does not have"},
		{"what is required", "{}", "spec.replicas", "is required"},
		{"a value in a map", "{replicas: 1, labels: {x: 1}}", "spec.labels.x", "must be of type string, and is of type integer"},
		{"a key with dots, and one that begins like it", "{replicas: 1, labels: {x: a, x.y/z: 1}}", "spec.labels[x.y/z]", "must be of type string, and is of type integer"},
		{"a field that is missing below a key with dots", "{replicas: 1, deep: {a.b: [{}]}}", "spec.deep[a.b][0].name", "is required"},
		{"one of two", "{replicas: 1, either: {a: x, b: y}}", "spec.either", "must validate one and only one schema (oneOf). Found 2 valid alternatives"},
		{"no null", "{replicas: null}", "spec.replicas", "must be of type integer, and is of type null"},
		{"a format", "{replicas: 1, id: hunter2}", "spec.id", "must be of format uuid"},
		{"a number that is too large", "{replicas: 3000000000}", "spec.replicas", "must be of type integer with format int32"},
		{"no map", "[]", "spec", "must be of type object, and is of type array"},
		{"a pattern in a list", "{replicas: 1, zones: [{name: a}, {name: A}]}", "spec.zones[1].name", "should match '^[a-z]+$'"},
		{"too many", "{replicas: 1, zones: [{}, {}, {}]}", "spec.zones", "should have at most 2 items"},
	} {
		found := d.New(tree(t, head+"spec: {replicas: 2}"), tree(t, head+"spec: "+tc.spec))
		if tc.path == "" {
			assert.Empty(t, found, tc.desc)
			continue
		}
		require.Len(t, found, 1, tc.desc)
		assert.Equal(t, tc.path, found[0].Path.String(), tc.desc)
		assert.Equal(t, tc.message, found[0].Message, tc.desc)
		assert.Empty(t, d.New(tree(t, head+"spec: "+tc.spec), tree(t, head+"spec: "+tc.spec)), "%s: what was so before is no news", tc.desc)
		assert.Len(t, d.New(nil, tree(t, head+"spec: "+tc.spec)), 1, "%s: of a new resource, all is", tc.desc)
	}
	for _, other := range []string{"apiVersion: example.org/v2\nkind: Pool\nspec: 1", "apiVersion: example.com/v1\nkind: Pool\nspec: 1", "apiVersion: example.org/v1\nkind: Other\nspec: 1"} {
		assert.Empty(t, d.New(nil, tree(t, other)), "of other kinds and versions nothing is known")
	}
	assert.Empty(t, validate.New(nil).New(nil, tree(t, head)))
	broken := validate.New([]*yamltree.Node{tree(t, "spec: {group: example.org, names: {kind: Pool}, versions: [{name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: {pattern: '['}}}}}]}")})
	assert.Empty(t, broken.New(nil, tree(t, head+"spec: x")), "a definition that cannot be read says nothing")
}
