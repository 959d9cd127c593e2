// Package report renders plans, and how clusters stand: as results of a KRM function, as text, diff, JSON, Markdown and HTML. It decides
// nothing.
package report

import (
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Results renders results as YAML for the results field of a ResourceList, as the KRM functions
// specification has them, version 1: a block list, in parts, each of which is valid until the next one is asked for.
func Results(list result.List) iter.Seq[[]byte] {
	var parts []part
	for some := range slices.Chunk(list, 8*perPart) {
		parts = append(parts, func() result.List { return some })
	}
	return write(parts)
}

// ResultsOf renders the findings of a plan as [Results] does. Only those of some clusters are held at once: for 10,000 clusters they take seven times the memory of the plan.
func ResultsOf(p *plan.Plan, a Audience) iter.Seq[[]byte] { return write(partsOf(p, a)) }

// write writes parts in their order, some of them side by side.
func write(parts []part) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		writers := make([]yamledit.Writer, min(len(parts), 4*runtime.GOMAXPROCS(0)))
		for some := range slices.Chunk(parts, max(len(writers), 1)) {
			parallel.Do(len(some), func(i int) {
				w := &writers[i]
				w.Reset()
				for _, r := range some[i]() {
					w.Element(func() { writeResult(w, r) })
				}
			})
			for i := range some {
				if text := writers[i].Bytes(); len(text) > 0 && !yield(text) {
					return
				}
			}
		}
	}
}

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
			for _, t := range r.Tags {
				w.Text(t.Name, t.Value)
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
