package function_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn"
	"github.com/GoogleContainerTools/kpt-functions-sdk/go/fn/testhelpers"
	"github.com/giantswarm/apply-release/internal/testlist"
	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/kustomize/kyaml/fn/framework"
	"sigs.k8s.io/kustomize/kyaml/kio"
	kyaml "sigs.k8s.io/kustomize/kyaml/yaml"
)

const config = `apiVersion: fn.giantswarm.io/v1alpha1
kind: ApplyRelease
metadata:
  name: upgrade
spec:
  release: {provider: aws, version: v34.0.0}
  clusters: [gauss/wk8sp]
`

func TestSDKProcessorAgainstGoldens(t *testing.T) {
	testhelpers.RunGoldenTests(t, "testdata/sdk", function.SDKProcessor{})
}

// run does what main does.
func run(t *testing.T, in []byte) string {
	t.Helper()
	var out, stderr bytes.Buffer
	require.Zero(t, function.Run(bytes.NewReader(in), &out, &stderr, function.Options{}), stderr.String())
	return out.String()
}

func TestProcessorsUpgradeToTheSameResources(t *testing.T) {
	in, err := testlist.Read("../../testdata/fleet", config, testlist.Kpt)
	require.NoError(t, err)
	want, err := fn.ParseResourceList([]byte(run(t, in)))
	require.NoError(t, err)
	before, err := fn.ParseResourceList(in)
	require.NoError(t, err)
	require.NotEqual(t, before.Items.String(), want.Items.String())

	t.Run("kyaml", func(t *testing.T) {
		var out bytes.Buffer
		rw := &kio.ByteReadWriter{Reader: bytes.NewReader(in), Writer: &out, KeepReaderAnnotations: true, PreserveSeqIndent: true}
		require.NoError(t, framework.Execute(function.Processor{}, rw))
		got, err := fn.ParseResourceList(out.Bytes())
		require.NoError(t, err)
		equalItems(t, want.Items, got.Items)
		assert.Len(t, got.Results, len(want.Results))
	})
	t.Run("kpt SDK", func(t *testing.T) {
		got, err := fn.ParseResourceList(in)
		require.NoError(t, err)
		ok, err := function.SDKProcessor{}.Process(got)
		require.NoError(t, err)
		assert.True(t, ok)
		equalItems(t, want.Items, got.Items)
		assert.Len(t, got.Results, len(want.Results))
	})
}

func equalItems(t *testing.T, want, got fn.KubeObjects) {
	t.Helper()
	require.Len(t, got, len(want))
	for i := range want {
		if want[i].GetName() != "m3k7d" || want[i].GetKind() != "KubeadmControlPlane" { // yaml.v3 adds lines to its folded text each time it prints it
			assert.Equal(t, normal(want[i]), normal(got[i]))
		}
	}
}

// normal leaves out the annotations that kyaml's own reader and writer add.
func normal(o *fn.KubeObject) string {
	var out []string
	for _, line := range strings.Split(o.String(), "\n") {
		if !strings.Contains(line, "config.kubernetes.io/") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestProcessorsChangeNothingAfterAnError(t *testing.T) {
	wrong := strings.Replace(config, "v34.0.0", "v99.0.0", 1)
	in, err := testlist.Read("../../testdata/fleet", wrong, testlist.Kpt)
	require.NoError(t, err)
	before, err := fn.ParseResourceList(in)
	require.NoError(t, err)

	t.Run("kyaml", func(t *testing.T) {
		nodes, err := (&kio.ByteReader{Reader: bytes.NewReader(in)}).Read()
		require.NoError(t, err)
		list := &framework.ResourceList{Items: nodes}
		err = function.Processor{}.Process(list)
		require.ErrorIs(t, err, function.ErrNotUpgraded)
		assert.Contains(t, list.Results.Error(), "functionConfig: is missing")
		assert.Len(t, list.Items, len(nodes))
	})
	t.Run("kpt SDK", func(t *testing.T) {
		list, err := fn.ParseResourceList(in)
		require.NoError(t, err)
		ok, err := function.SDKProcessor{}.Process(list)
		require.ErrorIs(t, err, function.ErrNotUpgraded)
		assert.False(t, ok)
		assert.Contains(t, list.Results.Error(), `release "aws/v99.0.0" is unknown`)
		assert.Equal(t, before.Items.String(), list.Items.String())
	})
}

// The day and the definitions of resources count for programs that embed the upgrade as for the command.
func TestProcessorsTakeOptions(t *testing.T) {
	const list = `{apiVersion: config.kubernetes.io/v1, kind: ResourceList,
 functionConfig: {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {release: aws/v2.0.0}},
 items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: x-2-0-0, annotations: {config.kubernetes.io/path: aws/v2.0.0/base/x.yaml}}, data: {spec: {replicas: 3}}},
  {apiVersion: cluster.x-k8s.io/v1beta1, kind: Cluster, metadata: {name: c, annotations: {fn.giantswarm.io/hold-until: "2026-01-01", fn.giantswarm.io/hold-reason: feast, config.kubernetes.io/path: g/c/base/c.yaml}}},
  {apiVersion: example.io/v1, kind: X, metadata: {name: c-x, labels: {giantswarm.io/cluster: c}, annotations: {config.kubernetes.io/path: g/c/base/x.yaml}}, spec: {replicas: 1}}]}`
	for day, want := range map[string]error{"": function.ErrNotUpgraded, "2026-01-01": function.ErrNotUpgraded, "2026-01-02": nil} {
		options := function.Options{Today: day}
		nodes, err := (&kio.ByteReader{Reader: strings.NewReader(list), OmitReaderAnnotations: true}).Read()
		require.NoError(t, err)
		config, err := kyaml.Parse("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {release: aws/v2.0.0}}")
		require.NoError(t, err)
		framed := &framework.ResourceList{Items: nodes, FunctionConfig: config}
		assert.ErrorIs(t, function.Processor{Options: options}.Process(framed), want, "%s: %v", day, framed.Results)
		sdkList, err := fn.ParseResourceList([]byte(list))
		require.NoError(t, err)
		_, err = function.SDKProcessor{Options: options}.Process(sdkList)
		assert.ErrorIs(t, err, want, day)
	}
}

func TestRunTakesJSONAndEveryVersionOfTheList(t *testing.T) {
	const list = `{"apiVersion": "config.kubernetes.io/VERSION", "kind": "ResourceList",
 "functionConfig": {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"release": "v21.0.0"}},
 "items": [
  {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "machinepool-21-0-0"}, "data": {"spec": "{replicas: 3, new: [yes]}"}},
  {"apiVersion": "cluster.x-k8s.io/v1beta1", "kind": "MachinePool", "metadata": {"name": "p"}, "spec": {"replicas": 2}}
 ]}
`
	for _, version := range []string{"v1", "v1beta1", "v1alpha1"} {
		in := strings.Replace(list, "VERSION", version, 1)
		want := strings.Replace(in, `{"replicas": 2}`, `{"replicas": 3, "new": ["yes"]}`, 1)
		got := run(t, []byte(in))
		assert.True(t, strings.HasPrefix(got, strings.TrimSuffix(want, "}\n")), got)
		assert.Contains(t, got, `"results": [{"message": "v21.0.0 in the whole build: 2 changes in 1 resource, 1 warning"`)
	}
}

func TestRunKeepsEarlierResults(t *testing.T) {
	in, err := testlist.Read("../../testdata/fleet", config, testlist.Kpt)
	require.NoError(t, err)
	out := run(t, append(in, "results:\n- message: of an earlier function # kept\n  severity: info\n"...))
	_, results := testlist.Split([]byte(out))
	assert.Regexp(t, "^results:\n- message: of an earlier function # kept\n  severity: info\n- message: .aws/v34.0.0 in gauss/wk8sp: ", string(results))
}

func TestProcessorsCreateWhatIsNew(t *testing.T) {
	const list = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: fn.giantswarm.io/v1alpha1
  kind: ApplyRelease
  metadata: {name: upgrade}
  spec: {release: {version: v2.0.0}, policy: {newComponents: Create}}
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: cluster-1-0-0, annotations: {internal.config.kubernetes.io/path: aws/v1.0.0/base/cluster.yaml}}
  data: {spec: {paused: false}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: cluster-2-0-0, annotations: {internal.config.kubernetes.io/path: aws/v2.0.0/base/cluster.yaml}}
  data: {spec: {paused: false}}
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: priority-2-0-0, annotations: {internal.config.kubernetes.io/path: aws/v2.0.0/base/priority.yaml}}
  data: {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: high}, value: 1000}
- apiVersion: cluster.x-k8s.io/v1beta1
  kind: Cluster
  metadata: {name: peu01, labels: {release.giantswarm.io/version: 1.0.0}, annotations: {internal.config.kubernetes.io/path: gauss/peu01/base/cluster.yaml}}
  spec: {paused: false}
`
	want, err := fn.ParseResourceList([]byte(run(t, []byte(list))))
	require.NoError(t, err)
	require.Len(t, want.Items, 5)
	check := func(t *testing.T, created *fn.KubeObject) {
		assert.Equal(t, "PriorityClass", created.GetKind())
		assert.Equal(t, "gauss/peu01/base/priority.yaml", created.GetAnnotation("internal.config.kubernetes.io/path"))
	}
	check(t, want.Items[4])
	t.Run("kyaml", func(t *testing.T) {
		var out bytes.Buffer
		rw := &kio.ByteReadWriter{Reader: strings.NewReader(list), Writer: &out, KeepReaderAnnotations: true}
		require.NoError(t, framework.Execute(function.Processor{}, rw))
		got, err := fn.ParseResourceList(out.Bytes())
		require.NoError(t, err)
		require.Len(t, got.Items, 5)
		check(t, got.Items[4])
	})
	t.Run("kpt SDK", func(t *testing.T) {
		got, err := fn.ParseResourceList([]byte(list))
		require.NoError(t, err)
		ok, err := function.SDKProcessor{}.Process(got)
		require.NoError(t, err)
		assert.True(t, ok)
		require.Len(t, got.Items, 5)
		check(t, got.Items[4])
	})
}
