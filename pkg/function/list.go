package function

import (
	"fmt"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// work is what becomes of a list. What is planned for a cluster is carried out and told at once, and let go of, so that only the clusters in work are held.
type work struct {
	edited *resource.Edited
	told   report.Told
	lock   sync.Mutex
	rest   map[*plan.Cluster][]plan.Outcome // what comes and goes
}

// planned carries out the plan of a cluster. Several may be carried out side by side. One that is blocked is told alone: nothing of the list changes then.
func (w *work) planned(c *plan.Cluster) {
	w.told.Tell(c, report.Pipelines)
	if c.Blocked() {
		c.Condense()
		return
	}
	var rest []plan.Outcome
	for _, o := range c.Outcomes() {
		if o.Removed || o.Created || o.Copied {
			rest = append(rest, o)
			continue
		}
		w.edited.Edit(o.Item, o.Edits)
	}
	c.Condense()
	if rest != nil {
		w.lock.Lock()
		defer w.lock.Unlock()
		w.rest[c] = rest
	}
}

// comeAndGo are the outcomes of clusters by which items come and go.
func (w *work) comeAndGo(clusters []*plan.Cluster) []plan.Outcome {
	var out []plan.Outcome
	for _, c := range clusters {
		out = append(out, w.rest[c]...)
	}
	return out
}

// listEdits are outcomes as edits of the list that its items come from, which has so many elements; new items come behind them.
func listEdits(outcomes []plan.Outcome, elements int) []resource.ItemEdits {
	var out, added []resource.ItemEdits
	inFile := map[string]int{} // new ones
	for _, o := range outcomes {
		switch {
		case o.Removed:
			out = append(out, resource.ItemEdits{Index: o.Item.Index, Edits: []yamltree.Edit{{}}})
		case o.Created || o.Copied:
			e := yamltree.Edit{Value: asItem(o, inFile[o.Item.Location.Path]), Styled: o.Copied}
			added = append(added, resource.ItemEdits{Index: elements + len(added), Edits: []yamltree.Edit{e}})
			inFile[o.Item.Location.Path]++
		default:
			out = append(out, resource.ItemEdits{Index: o.Item.Index, Edits: o.Edits})
		}
	}
	return append(out, added...)
}

// inStyleOf gives what changes in a copy the quotes that it has in the resource that is copied, as an edit in its place would have.
func inStyleOf(old, n *yamltree.Node) {
	if old = yamltree.Resolve(old); old == nil || old.Kind != n.Kind {
		return
	}
	if n.Kind == yamltree.Scalar && n.Value != old.Value {
		yamledit.InStyleOf(old, n)
		return
	}
	other := old.First()
	for v := range n.Children() {
		was := other
		if n.Kind == yamltree.Map {
			was = yamltree.Get(old, v.Key)
		} else if other != nil {
			other = other.Next()
		}
		if was != nil {
			inStyleOf(was, v)
		}
	}
}

// asItem is a new resource as an item of a list, with the annotations by which hosts find its file; before is how many new ones come
// before it there.
func asItem(o plan.Outcome, before int) *yamltree.Node {
	n := yamltree.Clone(o.Value)
	if o.Copied {
		o.Item.Look(func(root *yamltree.Node) { inStyleOf(root, n) })
	}
	meta := yamltree.Get(n, "metadata")
	annotations := yamltree.Get(meta, "annotations")
	if annotations != nil {
		var kept []*yamltree.Node
		for v := range annotations.Children() {
			if !resource.IsHostAnnotation(v.Key) {
				kept = append(kept, v)
			}
		}
		annotations.SetChildren(kept)
	}
	file := o.Item.Location.Path
	if file == "" {
		return n
	}
	if meta == nil { // of a kustomization
		meta = yamltree.NewMap()
		n.Add("metadata", meta)
	}
	if annotations == nil {
		annotations = yamltree.NewMap()
		meta.Add("annotations", annotations)
	}
	index := o.Item.Location.Index
	if o.Copied {
		for _, i := range o.Cluster.Base {
			if i.Location.Path == file {
				index = max(index, i.Location.Index+1)
			}
		}
	}
	number := fmt.Sprint(index + before)
	annotations.
		Add(resource.IndexAnnotation, yamltree.Str(number)).
		Add(resource.PathAnnotation, yamltree.Str(file)).
		Add(resource.InternalIndexAnnotation, yamltree.Str(number)).
		Add(resource.InternalPathAnnotation, yamltree.Str(file))
	return n
}
