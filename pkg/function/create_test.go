package function_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// createList is a list of a release, of a template of two resources, and of a functionConfig.
func createList(config, more string) string {
	return `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
` + config + `items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: machinepool-2-0-0
    annotations: {config.kubernetes.io/path: aws/v2.0.0/base/machinepool.yaml}
  data: {spec: {template: {spec: {version: v1.32.0}}}}
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: extra-2-0-0
    annotations: {config.kubernetes.io/path: aws/v2.0.0/base/extra.yaml}
  data: {apiVersion: v1, kind: ConfigMap, metadata: {name: extra}, data: {a: b}}
- apiVersion: cluster.x-k8s.io/v1beta1
  kind: Cluster
  metadata:
    name: ${CLUSTER_NAME}
    annotations: {config.kubernetes.io/path: templates/aws/cluster.yaml, config.kubernetes.io/index: "0"}
- apiVersion: cluster.x-k8s.io/v1beta1
  kind: MachinePool
  metadata:
    name: ${CLUSTER_NAME}-a
    annotations: {config.kubernetes.io/path: templates/aws/machinepool.yaml, note: mine}
  spec:
    replicas: ${REPLICAS:=3} # of the template
` + more
}

// created runs the function, and returns the items in the folder of the cluster by their files, and the results.
func created(t *testing.T, list string) (code int, files map[string]*yaml.RNode, text, stderr string) {
	t.Helper()
	var out, lines bytes.Buffer
	code = function.Run(strings.NewReader(list), &out, &lines, function.Options{})
	items, err := (&kio.ByteReader{Reader: bytes.NewReader(out.Bytes()), OmitReaderAnnotations: true}).Read()
	require.NoError(t, err, lines.String())
	files = map[string]*yaml.RNode{}
	for _, i := range items {
		if path := i.GetAnnotations()["config.kubernetes.io/path"]; strings.HasPrefix(path, "gauss/") {
			files[strings.TrimPrefix(path, "gauss/new/")] = i
		}
	}
	return code, files, out.String(), lines.String()
}

const (
	createTyped = `  apiVersion: fn.giantswarm.io/v1alpha1
  kind: CreateCluster
  metadata: {name: new}
  spec:
    cluster: gauss/new
    release: {provider: aws, version: v2.0.0}
    template: templates/aws
    values: {REPLICAS: "5"}
`
	createFlat = `  apiVersion: v1
  kind: ConfigMap
  metadata: {name: new}
  data: {create: gauss/new, release: aws/v2.0.0, template: templates/aws, REPLICAS: "5"}
`
)

// A cluster is made of the template and the release among the items, whichever form the configuration has.
func TestCreateCluster(t *testing.T) {
	var first map[string]*yaml.RNode
	for _, config := range []string{createTyped, createFlat} {
		code, files, _, stderr := created(t, createList(config, ""))
		require.Zero(t, code, stderr)
		var names []string
		for name := range files {
			names = append(names, name)
		}
		assert.ElementsMatch(t, []string{"base/cluster.yaml", "base/machinepool.yaml", "base/extra.yaml", "base/kustomization.yaml", "overlay/kustomization.yaml"}, names)
		pool := files["base/machinepool.yaml"]
		assert.Equal(t, "new-a", pool.GetName())
		assert.Equal(t, "mine", pool.GetAnnotations()["note"], "what the template has of its own stays")
		text := pool.MustString()
		assert.Contains(t, text, "replicas: 5 # of the template")
		assert.Contains(t, text, "version: v1.32.0", "the release fills in the rest")
		assert.Equal(t, "2.0.0", files["base/cluster.yaml"].GetLabels()["release.giantswarm.io/version"])
		assert.Contains(t, files["base/kustomization.yaml"].MustString(), "extra.yaml")
		if first == nil {
			first = files
		}
		for name, i := range files {
			assert.Equal(t, first[name].MustString(), i.MustString(), "both forms make the same: %s", name)
		}
	}
}

// A cluster that is there stays as it is: pipelines run again and again.
func TestCreateClusterThatIsThere(t *testing.T) {
	there := `- apiVersion: cluster.x-k8s.io/v1beta1
  kind: Cluster
  metadata:
    name: new
    annotations: {config.kubernetes.io/path: gauss/new/base/cluster.yaml}
`
	code, files, out, stderr := created(t, createList(createTyped, there))
	assert.Zero(t, code, stderr)
	assert.Len(t, files, 1)
	assert.Contains(t, out, there)
	assert.Contains(t, out, "gauss/new is there already, and stays as it is")
}

// kustomize keeps no files: a generator holds all in its configuration, and what comes out are the resources of base alone.
func TestCreateClusterWithoutFiles(t *testing.T) {
	in := `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: fn.giantswarm.io/v1alpha1
  kind: CreateCluster
  metadata: {name: new}
  spec:
    cluster: gauss/new
    release: {provider: aws, version: v2.0.0}
    resources: |
      apiVersion: cluster.x-k8s.io/v1beta1
      kind: MachinePool
      metadata:
        name: ${CLUSTER_NAME}-a
      spec:
        replicas: ${REPLICAS:=3}
    releases:
    - apiVersion: v1
      kind: ConfigMap
      metadata:
        name: machinepool-2-0-0
        annotations: {config.kubernetes.io/path: aws/v2.0.0/base/machinepool.yaml}
      data: {spec: {template: {spec: {version: v1.32.0}}}}
items: []
`
	var out, lines bytes.Buffer
	require.Zero(t, function.Run(strings.NewReader(in), &out, &lines, function.Options{}), lines.String())
	items, err := (&kio.ByteReader{Reader: &out, OmitReaderAnnotations: true}).Read()
	require.NoError(t, err)
	require.Len(t, items, 1)
	assert.Equal(t, "MachinePool", items[0].GetKind())
	assert.Contains(t, items[0].MustString(), "version: v1.32.0")
	assert.Empty(t, items[0].GetAnnotations())
}

// What is wrong is told all at once, and no item is made.
func TestCreateClusterRefuses(t *testing.T) {
	for _, tc := range []struct{ desc, config, want string }{
		{"no cluster", "  apiVersion: fn.giantswarm.io/v1alpha1\n  kind: CreateCluster\n  spec: {release: {version: v2.0.0}, releases: x, colour: red}\n", "spec.releases: is a string; must be a list of ConfigMaps|spec.colour: is unknown|spec.cluster: is missing; must be installation/cluster|spec.template: is missing"},
		{"another version of the API", "  apiVersion: fn.giantswarm.io/v2\n  kind: CreateCluster\n", "is of apiVersion \"fn.giantswarm.io/v2\"; must be fn.giantswarm.io/v1alpha1"},
		{"a setting that is none", strings.Replace(createFlat, "REPLICAS", "replicas", 1), "data.replicas: is unknown; must be create, release, provider, template, or a variable of the template, in capital letters"},
		{"a value that is no text", strings.Replace(createFlat, `REPLICAS: "5"`, "REPLICAS: 5", 1), "data.REPLICAS: 5 is an integer; must be a string: put it in quotes"},
		{"a variable that is none", strings.Replace(createTyped, "REPLICAS", "REPLICA", 1), "REPLICA: is no variable of the template|did you mean REPLICAS"},
		{"no such template", strings.Replace(createTyped, "templates/aws", "templates/gcp", 1), `spec.template: no item lies in "templates/gcp"`},
		{"no such release", strings.Replace(createTyped, "v2.0.0", "v3.0.0", 1), `release "aws/v3.0.0" is unknown`},
		{"no name", strings.Replace(createTyped, "gauss/new", "gauss/New_1", 1), `"New_1" is no name for a cluster`},
	} {
		in := createList(tc.config, "")
		var out, lines bytes.Buffer
		assert.Equal(t, 1, function.Run(strings.NewReader(in), &out, &lines, function.Options{}), tc.desc)
		for _, want := range strings.Split(tc.want, "|") {
			assert.Contains(t, lines.String(), want, tc.desc)
		}
		assert.NotContains(t, out.String(), "gauss/new/base", tc.desc)
		assert.True(t, strings.HasPrefix(out.String(), in), "%s: the list is as it came", tc.desc)
	}
}
