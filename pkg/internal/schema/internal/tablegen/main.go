// Command tablegen writes the tables of list-merge keys that package schema embeds: builtin.txt from
// the patchStrategy and patchMergeKey tags of the Go types in k8s.io/api, which are what kubectl merges by,
// and clusterapi.txt from merge-keys-facts.yaml and merge-keys-facts-more.yaml, which list what the CustomResourceDefinitions of
// Cluster API and its providers say.
//
// Run it in pkg/schema; with an argument, it writes to that folder.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	certificatesv1 "k8s.io/api/certificates/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

//go:embed merge-keys-facts.yaml
var facts []byte

//go:embed merge-keys-facts-more.yaml
var moreFacts []byte

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	clusterAPI, err := clusterAPITable()
	if err != nil {
		log.Fatal(err)
	}
	for name, table := range map[string]table{"builtin.txt": builtinTable(), "clusterapi.txt": clusterAPI} {
		if err := os.WriteFile(filepath.Join(dir, name), table.text(), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// table maps "apiVersion Kind" to rules by path.
type table map[string]map[string]string

func (t table) add(apiVersion, kind, path, rule string) {
	head := apiVersion + " " + kind
	if t[head] == nil {
		t[head] = map[string]string{}
	}
	t[head][path] = rule
}

func (t table) text() []byte {
	var b bytes.Buffer
	b.WriteString("# Written by pkg/schema/internal/tablegen; run go generate ./pkg/schema to renew.\n")
	for _, head := range sorted(t) {
		fmt.Fprintln(&b, head)
		for _, path := range sorted(t[head]) {
			fmt.Fprintf(&b, "\t%s %s\n", path, t[head][path])
		}
	}
	return b.Bytes()
}

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func builtinTable() table {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionv1.AddToScheme, appsv1.AddToScheme, autoscalingv1.AddToScheme, autoscalingv2.AddToScheme,
		batchv1.AddToScheme, certificatesv1.AddToScheme, corev1.AddToScheme, discoveryv1.AddToScheme,
		networkingv1.AddToScheme, policyv1.AddToScheme, rbacv1.AddToScheme, schedulingv1.AddToScheme, storagev1.AddToScheme,
	} {
		if err := add(s); err != nil {
			log.Fatal(err)
		}
	}
	t := table{}
	for gvk, typ := range s.AllKnownTypes() {
		if _, object := typ.FieldByName("ObjectMeta"); !object {
			continue
		}
		w := walker{table: t, apiVersion: gvk.GroupVersion().String(), kind: gvk.Kind}
		w.walk(typ, "", nil)
	}
	return t
}

type walker struct {
	table
	apiVersion, kind string
}

// walk follows the fields of a type by their json names and writes down what the tags say of merging.
func (w walker) walk(t reflect.Type, path string, open []reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for _, o := range open {
		if o == t {
			return // a recursive type
		}
	}
	open = append(open, t)
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || name == "status" || !f.IsExported() {
			continue
		}
		if name == "" {
			if f.Anonymous || strings.Contains(options, "inline") {
				w.walk(f.Type, path, open)
			}
			continue
		}
		if path == "" && (name == "metadata" || name == "apiVersion" || name == "kind") {
			continue // metadata has the same rules in every kind
		}
		at := strings.TrimPrefix(path+"."+name, ".")
		if rule := ruleOf(name, f); rule != "" {
			w.add(w.apiVersion, w.kind, at, rule)
		}
		if f.Type.Kind() == reflect.Slice {
			w.walk(f.Type.Elem(), at+"[]", open)
			continue
		}
		w.walk(f.Type, at, open)
	}
}

// decided are lists and maps of the built-in types of which more is known than their patchMergeKey says: the keys that server-side apply
// merges by.
var decided = map[string]string{
	"topologySpreadConstraints": "map topologyKey,whenUnsatisfiable",
	"claims":                    "map name", // of resources
}

// ruleOf is what the tags and the type of one field say; "" where they say nothing. Ports merge by protocol as well,
// as server-side apply has it, since one port may stand there for TCP and for UDP.
func ruleOf(name string, f reflect.StructField) string {
	strategy, key := f.Tag.Get("patchStrategy"), f.Tag.Get("patchMergeKey")
	isList := f.Type.Kind() == reflect.Slice
	retain := ""
	if strings.Contains(strategy, "retainKeys") {
		retain = " retain"
	}
	switch {
	case strings.Contains(strategy, "replace"):
		return "replace"
	case isList && decided[name] != "":
		return decided[name]
	case f.Type.Kind() == reflect.Map && isText(f.Type.Elem()):
		return "strings"
	case !isList && retain != "":
		return "object" + retain
	case !isList || !strings.Contains(strategy, "merge"):
		return ""
	case key == "":
		return "set"
	}
	if _, hasProtocol := f.Type.Elem().FieldByName("Protocol"); hasProtocol && strings.HasSuffix(strings.ToLower(key), "port") {
		key += ",protocol=TCP"
	}
	return "map " + key + retain
}

// isText reports whether values of a type are strings in YAML.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

type factsFile struct {
	Resources []struct {
		Kind     string
		Group    string
		Versions []string
		Map      []struct {
			Path string
			Keys []string
		}
		Set, Atomic, Unmarked []struct {
			Path     string
			Required []string
		}
	}
}

func clusterAPITable() (table, error) {
	t := table{}
	for _, text := range [][]byte{facts, moreFacts} {
		var f factsFile
		if err := yaml.Unmarshal(text, &f); err != nil {
			return nil, err
		}
		for _, r := range f.Resources {
			for _, v := range r.Versions {
				apiVersion := r.Group + "/" + v
				for _, m := range r.Map {
					t.add(apiVersion, r.Kind, m.Path, "map "+strings.Join(keysOf(r.Kind, m.Path, m.Keys), ","))
				}
				for _, m := range r.Set {
					t.add(apiVersion, r.Kind, m.Path, "set")
				}
				for _, m := range r.Atomic {
					rule := "atomic"
					if keys := naturalKeys(r.Group, m.Path, nil); keys != "" {
						rule = "map " + keys
					}
					t.add(apiVersion, r.Kind, m.Path, rule)
				}
				for _, m := range r.Unmarked {
					if keys := naturalKeys(r.Group, m.Path, m.Required); keys != "" {
						t.add(apiVersion, r.Kind, m.Path, "map "+keys)
					}
				}
			}
		}
	}
	addArguments(t)
	for head, paths := range t {
		for path := range paths {
			if strings.HasPrefix(path, "status.") {
				delete(paths, path)
			}
		}
		if len(paths) == 0 {
			delete(t, head)
		}
	}
	return t, nil
}

// kubeadmKeys are the lists of the kubeadm kinds whose elements have a name of their own, by the last field of their path: the webhooks of
// Cluster API refuse a path that stands twice, and kubeadm, cloud-init and Kubernetes take the last of the others alone. Their
// definitions call some of them atomic, since server-side apply is not how they are written.
var kubeadmKeys = map[string]string{
	"files": "path", "users": "name", "extraVolumes": "name", "extraEnvs": "name", "taints": "key,effect",
}

// otherKeys are lists of other kinds that no definition marks, and whose elements must have a key that the webhooks or the cloud keep unique.
var otherKeys = map[string]string{
	"files": "path", "users": "name", "taints": "key,effect",
	"frontendIPs": "name", "subnets": "name", "securityRules": "name", "ingressRule": "name", "rateLimits": "name",
	"additionalAPIServerLBPorts": "name", "dataDisks": "nameSuffix", "userAssignedIdentities": "providerID",
	"mapUsers": "userarn", "mapRoles": "rolearn", "addons": "name", "overrides": "instanceType",
	"secondaryCidrBlocks": "ipv4CidrBlock", "filters": "name",
	"patches": "name", "variables": "name", "resources": "kind,name", "apps": "name", "components": "name",
}

// naturalKeys are the keys of a list that its definition does not mark as keyed; "" for none.
func naturalKeys(group, path string, required []string) string {
	last := path[strings.LastIndex(path, ".")+1:]
	if strings.HasPrefix(group, "bootstrap.") || strings.HasPrefix(group, "controlplane.") {
		if keys := kubeadmKeys[last]; keys != "" {
			return keys
		}
	}
	keys := otherKeys[last]
	if group == "cluster.x-k8s.io" && (path == "spec.patches" || path == "spec.variables") { // of a ClusterClass
		return keys
	}
	for _, k := range strings.Split(keys, ",") {
		if !slices.Contains(required, k) {
			return ""
		}
	}
	return keys
}

// addArguments notes that the arguments of kubeadm's components are maps of strings in the versions before v1beta2, in which they are lists.
func addArguments(t table) {
	for head, paths := range t {
		apiVersion, kind, _ := strings.Cut(head, " ")
		group, v, _ := strings.Cut(apiVersion, "/")
		if v != "v1beta2" || group != "bootstrap.cluster.x-k8s.io" && group != "controlplane.cluster.x-k8s.io" {
			continue
		}
		for path := range paths {
			if strings.HasSuffix(path, "xtraArgs") {
				for _, older := range []string{"v1alpha3", "v1alpha4", "v1beta1"} {
					t.add(group+"/"+older, kind, path, "strings")
				}
			}
		}
	}
}

// keysOf are the merge keys of a list, with what the CustomResourceDefinitions say of defaults and of
// arguments: kubeadm's extraArgs are known by name and value there, and a validation rule beside that keeps the name alone unique.
func keysOf(kind, path string, keys []string) []string {
	if len(keys) == 2 && keys[0] == "name" && keys[1] == "value" {
		return []string{"name unique"}
	}
	if kind == "App" && path == "spec.extraConfigs" {
		return []string{"kind=configMap", "name", "namespace"}
	}
	return keys
}
