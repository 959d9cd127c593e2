// Package report renders plans, and how clusters stand: as results of a KRM function, as text, diff, JSON, Markdown and HTML. It decides
// nothing.
package report

import (
	"fmt"
	"io"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Results renders results as YAML for the results field of a ResourceList, as the KRM functions
// specification has them, version 1: a block list, in parts.
func Results(list result.List) [][]byte {
	texts := make([][]byte, (len(list)+perChunk-1)/perChunk)
	parallel.Do(len(texts), func(i int) {
		chunk := list[i*perChunk : min((i+1)*perChunk, len(list))]
		w := yamledit.NewWriter(len(chunk) * 640) // what most results take; to grow would be a third of the time
		for _, r := range chunk {
			w.Element(func() { writeResult(w, r) })
		}
		texts[i] = w.Bytes()
	})
	return texts
}

// perChunk is how many results are written in one go, beside other chunks.
const perChunk = 1000

func writeResult(w *yamledit.Writer, r result.Result) {
	w.Text("message", escape.Text(r.Message))
	w.Text("severity", string(r.Severity))
	if r.Item != nil {
		w.Map("resourceRef", func() {
			w.Text("apiVersion", r.Item.APIVersion)
			w.Text("kind", r.Item.Kind)
			w.Text("name", r.Item.Name)
			w.Text("namespace", r.Item.Namespace)
		})
	}
	if len(r.Field) > 0 {
		w.Map("field", func() {
			w.Text("path", escape.Text(r.Field.String()))
			w.Value("currentValue", r.Old)
			w.Value("proposedValue", r.New)
		})
	}
	if r.Item != nil && r.Item.Location.Path != "" {
		w.Map("file", func() {
			w.Text("path", r.Item.Location.Path)
			if r.Item.Location.Index > 0 {
				w.Int("index", r.Item.Location.Index)
			}
		})
	}
	if len(r.Tags) > 0 {
		w.Map("tags", func() {
			var names [8]string // more than there are, so that nothing is allocated
			keys := names[:0]
			for k := range r.Tags {
				keys = append(keys, k)
			}
			slices.Sort(keys)
			for _, k := range keys {
				w.Text(k, r.Tags[k])
			}
		})
	}
}

// Plain is a value as the Go value that decoders make of it, nil for none. Numbers that are too large for Go stay text.
func Plain(n *yamltree.Node) any {
	if n == nil {
		return nil
	}
	return n.Plain()
}

// Lines writes errors and warnings, one line each, for people: kustomize shows no results.
func Lines(w io.Writer, list result.List) error {
	for _, r := range list.Problems() {
		if _, err := fmt.Fprintf(w, "%s: %s\n", r.Severity, r); err != nil {
			return err
		}
	}
	return nil
}
