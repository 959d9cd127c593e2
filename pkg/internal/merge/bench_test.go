package merge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/schema"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"sigs.k8s.io/kustomize/kyaml/yaml"
	"sigs.k8s.io/kustomize/kyaml/yaml/merge2"
	"sigs.k8s.io/kustomize/kyaml/yaml/merge3"
)

// BenchmarkMerge merges one patch into a Deployment of ten containers, side by side with kustomize's merge and
// kubectl's; all from parsed input to a merged tree.
func BenchmarkMerge(b *testing.B) {
	target := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      containers:\n" +
		strings.Repeat("      - name: cNN\n        image: app:1\n        env: [{name: A, value: a}, {name: B, value: b}]\n        ports: [{containerPort: 80, protocol: TCP}]\n", 10)
	for i := range 10 {
		target = strings.Replace(target, "cNN", "c"+string(rune('0'+i)), 1)
	}
	patch := "spec: {replicas: 3, template: {spec: {containers: [{name: c5, image: 'app:2', env: [{name: B, value: c}]}]}}}"

	b.Run("apply-release", func(b *testing.B) {
		t, p := fromJSON([]byte(target)), fromJSON([]byte(patch))
		typ := schema.New(nil, nil).Of(resource.Ref{APIVersion: "apps/v1", Kind: "Deployment"})
		b.ReportAllocs()
		for range b.N {
			if m := merge.Merge(t, []merge.Patch{{Component: "c", Data: p}}, typ); len(m.Changes) != 3 {
				b.Fatal(m.Changes)
			}
		}
	})
	b.Run("kyaml", func(b *testing.B) {
		t, p := yaml.MustParse(target), yaml.MustParse("apiVersion: apps/v1\nkind: Deployment\n"+patch)
		b.ReportAllocs()
		for range b.N {
			if _, err := merge2.Merge(p.Copy(), t.Copy(), yaml.MergeOptions{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("apimachinery", func(b *testing.B) {
		meta, err := strategicpatch.NewPatchMetaFromStruct(appsv1.Deployment{})
		if err != nil {
			b.Fatal(err)
		}
		t, p := toJSON(toAny(fromJSON([]byte(target)))), toJSON(toAny(fromJSON([]byte(patch))))
		b.ReportAllocs()
		for range b.N {
			if _, err := strategicpatch.StrategicMergePatchUsingLookupPatchMeta(t, p, meta); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkThreeWay merges three ways, side by side with what kpt pkg update and kubectl apply use: a Deployment of ten
// containers, of which the new release changes one image, and no longer sets a variable.
func BenchmarkThreeWay(b *testing.B) {
	deployment := func(image, env string) string {
		text := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  template:\n    spec:\n      containers:\n"
		for i := range 10 {
			tag, extra := "app:1", ""
			if i == 5 {
				tag, extra = image, env
			}
			text += "      - name: c" + string(rune('0'+i)) + "\n        image: " + tag + "\n        env: [" + extra + "{name: B, value: b}]\n"
		}
		return text
	}
	old, next := deployment("app:1", "{name: A, value: a}, "), deployment("app:2", "")
	current := strings.Replace(old, "spec:\n", "spec:\n  replicas: 10\n", 1)

	b.Run("apply-release", func(b *testing.B) {
		t, was, is := fromJSON([]byte(current)), fromJSON([]byte(old)), fromJSON([]byte(next))
		typ := schema.New(nil, nil).Of(resource.Ref{APIVersion: "apps/v1", Kind: "Deployment"})
		b.ReportAllocs()
		for range b.N {
			m := merge.ThreeWay(t, []merge.Patch{{Component: "c", Data: is}}, merge.Sides{Known: true, Old: []merge.Patch{{Data: was}}, All: []merge.Patch{{Data: is}}}, typ)
			if len(m.Changes) != 2 {
				b.Fatal(m.Changes)
			}
		}
	})
	b.Run("kyaml", func(b *testing.B) {
		t, was, is := yaml.MustParse(current), yaml.MustParse(old), yaml.MustParse(next)
		b.ReportAllocs()
		for range b.N {
			if _, err := merge3.Merge(t.Copy(), was.Copy(), is.Copy()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("apimachinery", func(b *testing.B) {
		meta, err := strategicpatch.NewPatchMetaFromStruct(appsv1.Deployment{})
		if err != nil {
			b.Fatal(err)
		}
		t, was, is := toJSON(toAny(fromJSON([]byte(current)))), toJSON(toAny(fromJSON([]byte(old)))), toJSON(toAny(fromJSON([]byte(next))))
		b.ReportAllocs()
		for range b.N {
			patch, err := strategicpatch.CreateThreeWayMergePatch(was, is, t, meta, true)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := strategicpatch.StrategicMergePatchUsingLookupPatchMeta(t, patch, meta); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkManyKeys replaces the keys of a map by others: the time goes with their number, not with its square.
func BenchmarkManyKeys(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			target, patch := yamltree.NewMap(), yamltree.NewMap()
			for i := range n {
				target.Add(fmt.Sprint("k", i), yamltree.Word("1"))
				patch.Add(fmt.Sprint("k", i), yamltree.Word("null"))
				patch.Add(fmt.Sprint("n", i), yamltree.Word("2"))
			}
			root := yamltree.NewMap().Add("spec", patch)
			for range b.N {
				m := merge.Merge(yamltree.NewMap().Add("spec", yamltree.Clone(target)), []merge.Patch{{Component: "c", Data: root}}, schema.NewType(nil))
				if len(m.Changes) != 2*n {
					b.Fatal(len(m.Changes))
				}
			}
		})
	}
}
