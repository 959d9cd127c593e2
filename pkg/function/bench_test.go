package function_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
	"go.yaml.in/yaml/v3"
)

// pools is a ResourceList of a release and this many machine pools, 800 bytes each.
func pools(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: c}
  data: {release: aws/v21.0.0}
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: machinepool-21-0-0
    annotations: {config.kubernetes.io/path: aws/v21.0.0/base/machinepool.yaml}
  data:
    spec:
      replicas: 3
      template:
        spec:
          version: v1.21.4
`)
	for i := range n {
		fmt.Fprintf(&b, `- apiVersion: cluster.x-k8s.io/v1beta1
  kind: MachinePool
  metadata:
    name: c%[1]d-mp-0
    namespace: org-%[1]d
    annotations:
      config.kubernetes.io/path: gauss/c%[1]d/base/machinepool.yaml
      machine-pool.giantswarm.io/name: pool of c%[1]d
    labels:
      cluster.x-k8s.io/cluster-name: c%[1]d
      giantswarm.io/cluster: c%[1]d
      giantswarm.io/machine-pool: c%[1]d-mp-0
  spec:
    clusterName: c%[1]d
    replicas: 2 # the default
    template:
      spec:
        bootstrap:
          configRef:
            apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
            kind: KubeadmConfig
            name: c%[1]d-mp-0
        clusterName: c%[1]d
        infrastructureRef:
          apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
          kind: AWSMachinePool
          name: c%[1]d-mp-0
        version: v1.16.8
`, i)
	}
	return b.Bytes()
}

// BenchmarkRun compares an upgrade of 10,000 machine pools with reading the same list once, which
// is the least that any function built on a YAML parser takes, and with a line scanner that knows what to replace, which is the limit.
func BenchmarkRun(b *testing.B) {
	in := pools(10_000)
	b.Run("upgrade", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for range b.N {
			if code := function.Run(bytes.NewReader(in), &bytes.Buffer{}, &bytes.Buffer{}, function.Options{}); code != 0 {
				b.Fatal(code)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for range b.N {
			var doc yaml.Node
			if err := yaml.Unmarshal(in, &doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("replace lines", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		replace := strings.NewReplacer("replicas: 2 ", "replicas: 3 ", "version: v1.16.8", "version: v1.21.4")
		for range b.N {
			if len(replace.Replace(string(in))) != len(in) {
				b.Fatal("nothing to replace")
			}
		}
	})
}
