package function

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// listEdits are the outcomes of a decision as edits of the list that its items come from, which has so many elements; new items come behind them. A plan with errors has none.
func listEdits(d decision, elements int) []resource.ItemEdits {
	if d.plan.Failed() {
		return nil
	}
	var out, added []resource.ItemEdits
	inFile := map[string]int{} // new ones
	planned := d.plan.Outcomes()
	if d.made != nil {
		planned = d.made
	}
	for _, o := range planned {
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

// asItem is a new resource as an item of a list, with the annotations by which hosts find its file; before is how many new ones come
// before it there.
func asItem(o plan.Outcome, before int) *yamltree.Node {
	n := yamltree.Clone(o.Value)
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
