package merge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"pgregory.net/rapid"
)

// TestAgreesWithKubectl merges random patches into random Deployments, StatefulSets, DaemonSets, Pods and Services,
// here and with apimachinery's strategicpatch, which is what kubectl merges with. Compared is
// what the decided differences leave: the order of keyed lists does not count, maps of nothing but nulls count as
// absent, and kubectl is spared what it loses, see forKubectl.
func TestAgreesWithKubectl(t *testing.T) {
	s := schema.New(nil, nil)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(kinds).Draw(t, "kind")
		target, patch := kind.draw(t, false), kind.draw(t, true)
		target["apiVersion"], target["kind"] = kind.apiVersion, kind.name
		before, change := toJSON(target), toJSON(patch)

		theirs, err := strategicpatch.StrategicMergePatch(before, toJSON(forKubectl(target, patch)), kind.dataStruct)
		ours := merge.Merge(fromJSON(before), []merge.Patch{{Component: "c", Data: fromJSON(change)}}, s.Of(resource.Ref{APIVersion: kind.apiVersion, Kind: kind.name}))
		if err != nil {
			if len(ours.Errors) == 0 && !strings.Contains(err.Error(), "no elements in any of the given slices") { // what it says of a list that gets empty
				t.Fatalf("apimachinery says %v, and here is no error\ntarget %s\npatch %s", err, before, change)
			}
			return
		}
		if len(ours.Errors) > 0 {
			t.Fatalf("errors: %v\ntarget %s\npatch %s\nkubectl %s", ours.Errors, before, change, theirs)
		}
		want, got := normal(theirs), normal(toJSON(toAny(ours.Final)))
		if want != got {
			t.Fatalf("target  %s\npatch   %s\nkubectl %s\nhere    %s", before, change, want, got)
		}
	})
}

// forKubectl is a patch without directives in what is new to the target: kubectl drops maps with
// $patch: replace there, and leaves other directives in the resource.
func forKubectl(target, patch any) any {
	if target == nil {
		patch, _ = withoutDirectives(patch)
		return patch
	}
	switch p := patch.(type) {
	case object:
		t, _ := target.(object)
		out := object{}
		for k, v := range p {
			if out[k] = v; !strings.HasPrefix(k, "$") {
				out[k] = forKubectl(t[k], v)
			}
			if k == "volumes" {
				out[k] = retained(out[k], t[k])
			}
		}
		return out
	case []any:
		out := make([]any, len(p))
		for i, el := range p {
			if out[i] = el; el != nil && sameKey(target, el) != nil || !isDirective(el) {
				out[i] = forKubectl(sameKey(target, el), el)
			}
		}
		return out
	}
	return patch
}

// retained adds what kubectl apply writes into its patches for elements of a list with patchStrategy retainKeys that are there.
func retained(volumes, there any) any {
	list, ok := volumes.([]any)
	if !ok {
		return volumes
	}
	out := make([]any, len(list))
	for i, el := range list {
		v, ok := el.(object)
		if out[i] = el; !ok || v["$patch"] != nil || v["$retainKeys"] != nil || sameKey(there, el) == nil {
			continue
		}
		keys, c := []any{}, object{}
		for k, x := range v {
			keys = append(keys, k)
			c[k] = x
		}
		c["$retainKeys"] = keys
		out[i] = c
	}
	return out
}

func isDirective(el any) bool {
	o, ok := el.(object)
	return ok && (o["$patch"] == "delete" || o["$patch"] == "replace")
}

func withoutDirectives(patch any) (any, bool) {
	switch p := patch.(type) {
	case object:
		out := object{}
		for k, v := range p {
			if clean, keep := withoutDirectives(v); keep && !strings.HasPrefix(k, "$") {
				out[k] = clean
			}
		}
		return out, p["$patch"] != "delete"
	case []any:
		out := []any{}
		for _, el := range p {
			if clean, keep := withoutDirectives(el); keep && !(isDirective(el) && len(el.(object)) == 1) {
				out = append(out, clean)
			}
		}
		return out, true
	}
	return patch, true
}

func sameKey(list, el any) any {
	elements, _ := list.([]any)
	for _, x := range elements {
		if keyText(x) == keyText(el) {
			return x
		}
	}
	return nil
}

type object = map[string]any

type kindOf struct {
	apiVersion, name string
	dataStruct       any
	spec             func(*rapid.T, bool) object
}

var kinds = []kindOf{
	{"v1", "Pod", corev1.Pod{}, podSpec},
	{"v1", "Service", corev1.Service{}, serviceSpec},
	{"apps/v1", "Deployment", appsv1.Deployment{}, workloadSpec},
	{"apps/v1", "StatefulSet", appsv1.StatefulSet{}, workloadSpec},
	{"apps/v1", "DaemonSet", appsv1.DaemonSet{}, workloadSpec},
}

func (k kindOf) draw(t *rapid.T, patch bool) object {
	meta := fields(t, patch, map[string]func() any{
		"labels":          func() any { return texts(t, patch) },
		"finalizers":      func() any { return scalars(t) },
		"ownerReferences": func() any { return keyed(t, patch, "uid", nil) },
	})
	if patch && rapid.IntRange(0, 4).Draw(t, "deletes") == 0 {
		set, _ := meta["finalizers"].([]any)
		meta["$deleteFromPrimitiveList/finalizers"] = slices.DeleteFunc(scalars(t), func(s any) bool { return slices.Contains(set, s) })
	}
	o := fields(t, patch, map[string]func() any{"spec": func() any { return k.spec(t, patch) }})
	o["metadata"] = meta
	return o
}

func workloadSpec(t *rapid.T, patch bool) object {
	return fields(t, patch, map[string]func() any{
		"replicas":        func() any { return rapid.IntRange(0, 3).Draw(t, "replicas") },
		"minReadySeconds": func() any { return 1 },
		"template": func() any {
			return fields(t, patch, map[string]func() any{"spec": func() any { return podSpec(t, patch) }})
		},
	})
}

func podSpec(t *rapid.T, patch bool) object {
	container := func(el object, patch bool) {
		for k, v := range fields(t, patch, map[string]func() any{
			"image":        func() any { return word(t) },
			"command":      func() any { return scalars(t) },
			"env":          func() any { return keyed(t, patch, "name", func(el object, _ bool) { el["value"] = word(t) }) },
			"volumeMounts": func() any { return keyed(t, patch, "mountPath", func(el object, _ bool) { el["name"] = word(t) }) },
			"ports": func() any {
				return keyed(t, patch, "containerPort", func(el object, _ bool) {
					if rapid.Bool().Draw(t, "protocol") {
						el["protocol"] = "TCP"
					}
				})
			},
			"resources": func() any { return object{"limits": texts(t, patch)} },
		}) {
			el[k] = v
		}
	}
	spec := fields(t, patch, map[string]func() any{
		"containers":       func() any { return keyed(t, patch, "name", container) },
		"initContainers":   func() any { return keyed(t, patch, "name", container) },
		"imagePullSecrets": func() any { return keyed(t, patch, "name", nil) },
		"hostAliases":      func() any { return keyed(t, patch, "ip", func(el object, _ bool) { el["hostnames"] = scalars(t) }) },
		"volumes":          func() any { return keyed(t, patch, "name", volume(t)) },
		"tolerations": func() any {
			return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) any { return object{"key": word(t), "operator": "Exists"} }), 0, 2).Draw(t, "tolerations")
		},
		"nodeSelector": func() any { return texts(t, patch) },
		"hostNetwork":  func() any { return rapid.Bool().Draw(t, "hostNetwork") },
	})
	if list, ok := spec["containers"].([]any); patch && ok && len(list) > 0 && list[len(list)-1].(object)["name"] != nil && rapid.Bool().Draw(t, "order") {
		spec["$setElementOrder/containers"] = orderOf(list)
	}
	return spec
}

func volume(t *rapid.T) func(object, bool) {
	return func(el object, patch bool) {
		source := rapid.SampledFrom([]string{"emptyDir", "hostPath"}).Draw(t, "source")
		el[source] = object{"medium": word(t)}
		if source == "hostPath" {
			el[source] = object{"path": word(t)}
		}
		if patch && rapid.Bool().Draw(t, "retain") {
			el["$retainKeys"] = []any{"name", source}
		}
	}
}

func serviceSpec(t *rapid.T, patch bool) object {
	return fields(t, patch, map[string]func() any{
		"type":        func() any { return word(t) },
		"selector":    func() any { return texts(t, patch) },
		"ports":       func() any { return keyed(t, patch, "port", func(el object, _ bool) { el["targetPort"] = 80 }) },
		"externalIPs": func() any { return scalars(t) },
	})
}

// fields draws a map with some of the fields; in a patch some are null, and the map may replace or go.
func fields(t *rapid.T, patch bool, of map[string]func() any) object {
	o := object{}
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch n := rapid.IntRange(0, 9).Draw(t, name); {
		case n < 5:
			o[name] = of[name]()
		case n == 5 && patch:
			o[name] = nil
		}
	}
	return o
}

// texts draws a map of strings; in a patch it may have nulls, or replace the map.
func texts(t *rapid.T, patch bool) object {
	o := fields(t, patch, map[string]func() any{"a": func() any { return word(t) }, "b": func() any { return word(t) }, "c": func() any { return word(t) }})
	if patch {
		switch rapid.IntRange(0, 9).Draw(t, "directive") {
		case 0:
			o["$patch"] = "replace"
		case 1:
			return object{"$patch": "delete"}
		}
	}
	return o
}

// keyed draws an associative list; in a patch some elements are deleted, and it may replace the list.
func keyed(t *rapid.T, patch bool, key string, fill func(object, bool)) []any {
	out := []any{}
	replaces := patch && rapid.IntRange(0, 9).Draw(t, "replace") == 0
	patch = patch && !replaces // kubectl leaves directives in the elements of a list that replaces another
	for _, n := range rapid.SliceOfNDistinct(rapid.IntRange(1, 4), 0, 3, rapid.ID).Draw(t, key) {
		el := object{key: fmt.Sprint("k", n)}
		if strings.HasSuffix(strings.ToLower(key), "port") {
			el[key] = n
		}
		if patch && rapid.IntRange(0, 4).Draw(t, "delete") == 0 {
			el["$patch"] = "delete"
		} else if fill != nil {
			fill(el, patch)
		}
		out = append(out, el)
	}
	if replaces {
		out = append(out, object{"$patch": "replace"})
	}
	return out
}

// orderOf names the elements that a list of a patch sets, in its order.
func orderOf(list []any) []any {
	out := []any{}
	for _, el := range list {
		if el.(object)["$patch"] == nil {
			out = append(out, object{"name": el.(object)["name"]})
		}
	}
	return out
}

func scalars(t *rapid.T) []any {
	out := []any{}
	for _, s := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"x", "y", "z", "1"}), 0, 3, rapid.ID).Draw(t, "scalars") {
		out = append(out, s)
	}
	return out
}

func word(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "p", "q", "true", "1.10"}).Draw(t, "word")
}

func toJSON(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}

func fromJSON(text []byte) *yamltree.Node {
	doc, err := yamltree.Read(text)
	if err != nil {
		panic(err)
	}
	return doc.Root
}

func toAny(n *yamltree.Node) any { return n.Plain() }

// normal is a document with keyed lists and sets sorted, and without what is empty.
func normal(text []byte) string {
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		panic(err)
	}
	v, _ = strip(v)
	return string(toJSON(v))
}

// strip drops what is empty, and the directives that kubectl leaves in lists that it replaces.
func strip(v any) (any, bool) {
	switch v := v.(type) {
	case nil:
		return nil, false
	case object:
		for k, child := range v {
			c, keep := strip(child)
			if v[k] = c; !keep || strings.HasPrefix(k, "$") {
				delete(v, k)
			}
		}
		return v, len(v) > 0
	case []any:
		for i := range v {
			v[i], _ = strip(v[i])
		}
		slices.SortStableFunc(v, func(a, b any) int { return strings.Compare(keyText(a), keyText(b)) })
		return v, len(v) > 0
	}
	return v, true
}

func keyText(v any) string {
	o, ok := v.(object)
	if !ok {
		return fmt.Sprint(v)
	}
	for _, key := range []string{"mountPath", "containerPort", "port", "uid", "ip", "name"} {
		if o[key] != nil {
			return fmt.Sprint(o[key])
		}
	}
	return string(toJSON(v))
}
