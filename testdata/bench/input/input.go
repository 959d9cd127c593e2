// Package input makes what the benchmarks work on.
package input

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// pool is a machine pool of about 800 bytes; its arguments are its number, its replicas and its version.
const pool = `apiVersion: cluster.x-k8s.io/v1beta1
kind: MachinePool
metadata:
  name: c%[1]d-mp-0
  namespace: org-%[1]d
  annotations:%[4]s
    machine-pool.giantswarm.io/name: pool of c%[1]d
  labels:
    cluster.x-k8s.io/cluster-name: c%[1]d
    giantswarm.io/cluster: c%[1]d
    giantswarm.io/machine-pool: c%[1]d-mp-0
spec:
  clusterName: c%[1]d
  replicas: %[2]d # the default
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
      version: %[3]s
`

// Write writes what processes are compared on: lists of machine pools, and checkouts.
func Write(dir string) error {
	for name, list := range map[string][]byte{
		"fleet.yaml": Fleet(1_000, 10), "all.yaml": ResourceList(10_000, 10_000), "one.yaml": ResourceList(10_000, 1), "single.yaml": ResourceList(1, 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), list, 0o644); err != nil {
			return err
		}
	}
	if err := writeFleet(filepath.Join(dir, "fleet"), 1_000); err != nil {
		return err
	}
	return writeFleet(filepath.Join(dir, "large"), 5_000)
}

// head begins a list with an upgrade to v22.0.0.
const head = `apiVersion: config.kubernetes.io/v1
kind: ResourceList
functionConfig:
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: c}
  data: {release: aws/v22.0.0}
items:
`

// release is what a release says of machine pools; its arguments are its number, the replicas and the version of Kubernetes.
const release = `- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: machinepool-%[1]d-0-0
    annotations: {config.kubernetes.io/path: aws/v%[1]d.0.0/base/machinepool.yaml}
  data:
    spec:
      replicas: %[2]d
      template:
        spec:
          version: %[3]s
`

var (
	was = fmt.Sprintf(release, 21, 2, "v1.21.8")
	is  = fmt.Sprintf(release, 22, 3, "v1.22.4")
)

// cluster is a Cluster on v21.0.0; its argument is its number.
const cluster = `- apiVersion: cluster.x-k8s.io/v1beta1
  kind: Cluster
  metadata:
    name: c%[1]d
    namespace: org-%[1]d
    annotations:
      config.kubernetes.io/path: gauss/c%[1]d/base/cluster.yaml
    labels:
      release.giantswarm.io/version: v21.0.0
`

// Fleet is a list of two releases and clusters on the first of them, with machine pools of 800 bytes each: all of it changes.
func Fleet(clusters, pools int) []byte {
	var b bytes.Buffer
	b.WriteString(head + is + was)
	for c := range clusters {
		fmt.Fprintf(&b, cluster, c)
		for n := range pools {
			item := asItem(c, 2, "v1.21.8", fmt.Sprintf("machinepool-%d", n))
			b.WriteString(strings.ReplaceAll(item, "-mp-0", fmt.Sprintf("-mp-%d", n)))
		}
	}
	return b.Bytes()
}

// ResourceList is a list of a release and machine pools of 800 bytes each, of which the first ones change. Each is all there is of a cluster, on a release that nothing tells: that is the least of a resource
// for the most of a plan.
func ResourceList(pools, changed int) []byte {
	var b bytes.Buffer
	b.WriteString(head + is)
	for i := range pools {
		replicas, version := 2, "v1.21.8"
		if i >= changed {
			replicas, version = 3, "v1.22.4"
		}
		b.WriteString(asItem(i, replicas, version, "machinepool"))
	}
	return b.Bytes()
}

// asItem is a machine pool of a cluster as an item of a list, from a file of that name.
func asItem(c, replicas int, version, file string) string {
	text := fmt.Sprintf(pool, c, replicas, version, fmt.Sprintf("\n    config.kubernetes.io/path: gauss/c%d/base/%s.yaml", c, file))
	return "- " + strings.TrimSuffix(strings.ReplaceAll(text, "\n", "\n  "), "  ")
}

// apps are how many apps each cluster has.
const apps = 12

// writeFleet writes a checkout of two releases and clusters on the first of them: a cluster, a pool, and apps.
func writeFleet(dir string, clusters int) error {
	files := map[string]string{}
	for n, release := range []string{"v21.0.0", "v22.0.0"} {
		base := "aws/" + release + "/base/"
		component := func(name, data string) {
			files[base+name+".yaml"] = fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: %s-%d-0-0\ndata:\n%s", name, 21+n, data)
		}
		component("cluster", "  metadata:\n    labels:\n      release.giantswarm.io/version: "+release+"\n")
		component("machinepool", fmt.Sprintf("  spec:\n    replicas: %d\n    template:\n      spec:\n        version: v1.%d.4\n", 2+n, 21+n))
		for app := range apps {
			component(fmt.Sprintf("app-%d", app), fmt.Sprintf("  spec:\n    version: 1.%d.0\n", app+n))
		}
	}
	for i := range clusters {
		base := fmt.Sprintf("gauss/c%d/base/", i)
		files[base+"cluster.yaml"] = fmt.Sprintf("apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata:\n  name: c%[1]d\n  namespace: org-%[1]d\n  labels:\n    release.giantswarm.io/version: v21.0.0\nspec:\n  paused: false\n", i)
		files[base+"machinepool.yaml"] = fmt.Sprintf(pool, i, 2, "v1.21.4", "")
		for app := range apps {
			files[fmt.Sprintf("%sapp-%d.yaml", base, app)] = fmt.Sprintf("# app-%[2]d of c%[1]d\napiVersion: application.giantswarm.io/v1alpha1\nkind: App\nmetadata:\n  name: c%[1]d-app-%[2]d\n  namespace: org-%[1]d\n  labels:\n    giantswarm.io/cluster: c%[1]d\nspec:\n  catalog: default\n  name: app-%[2]d\n  namespace: kube-system\n  kubeConfig:\n    inCluster: false\n    secret:\n      name: c%[1]d-kubeconfig\n      namespace: org-%[1]d\n  version: 1.%[2]d.0 # as the release has it\n", i, app)
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
