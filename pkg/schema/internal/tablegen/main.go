// Command tablegen writes the tables of list-merge keys that package schema embeds: builtin.txt from
// the patchStrategy and patchMergeKey tags of the Go types in k8s.io/api, which are what kubectl merges by,
// and clusterapi.txt from merge-keys-facts.yaml, which lists what the CustomResourceDefinitions of
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
		if rule := ruleOf(f); rule != "" {
			w.add(w.apiVersion, w.kind, at, rule)
		}
		if f.Type.Kind() == reflect.Slice {
			w.walk(f.Type.Elem(), at+"[]", open)
			continue
		}
		w.walk(f.Type, at, open)
	}
}

// ruleOf is what the tags of one field say; "" where they say nothing. Ports merge by protocol as well,
// as server-side apply has it, since one port may stand there for TCP and for UDP.
func ruleOf(f reflect.StructField) string {
	strategy, key := f.Tag.Get("patchStrategy"), f.Tag.Get("patchMergeKey")
	isList := f.Type.Kind() == reflect.Slice
	switch {
	case strings.Contains(strategy, "replace"):
		return "replace"
	case !isList || !strings.Contains(strategy, "merge"):
		return ""
	case key == "":
		return "set"
	}
	if _, hasProtocol := f.Type.Elem().FieldByName("Protocol"); hasProtocol && strings.HasSuffix(strings.ToLower(key), "port") {
		return "map " + key + ",protocol=TCP"
	}
	return "map " + key
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
	var f factsFile
	if err := yaml.Unmarshal(facts, &f); err != nil {
		return nil, err
	}
	t := table{}
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
				t.add(apiVersion, r.Kind, m.Path, "atomic")
			}
		}
	}
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

// keysOf are the merge keys of a list, with what the CustomResourceDefinitions say of defaults and of
// arguments: kubeadm's extraArgs are known by name and value, so that one argument can be given twice;
// a value behind a + tells elements of one name apart, and is no key.
func keysOf(kind, path string, keys []string) []string {
	if len(keys) == 2 && keys[0] == "name" && keys[1] == "value" {
		return []string{"name", "+value"}
	}
	if kind == "App" && path == "spec.extraConfigs" {
		return []string{"kind=configMap", "name", "namespace"}
	}
	return keys
}
