package function

import (
	"fmt"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// listEdits are the outcomes of a decision as edits of the list that its items come from; end is where a new item goes. A plan with errors has none.
func listEdits(d decision, end yamltree.Path) []yamltree.Edit {
	if d.plan.Failed() {
		return nil
	}
	var out, added []yamltree.Edit
	inFile := map[string]int{} // new ones
	planned := d.plan.Outcomes()
	if d.made != nil {
		planned = d.made
	}
	for _, o := range planned {
		switch {
		case o.Removed:
			out = append(out, yamltree.Edit{Path: o.Item.Path})
		case o.Created || o.Copied:
			added = append(added, yamltree.Edit{Value: asItem(o, inFile[o.Item.Location.Path]), Styled: o.Copied})
			inFile[o.Item.Location.Path]++
		default:
			for _, e := range o.Edits {
				out = append(out, e.In(o.Item.Path))
			}
		}
	}
	for n, e := range added {
		e.Path = slices.Clone(end)
		e.Path[len(e.Path)-1].Index += n
		out = append(out, e)
	}
	return out
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
