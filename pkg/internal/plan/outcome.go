package plan

import (
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// File is what becomes of a file: New is nil where it is removed, Old where it is new.
type File struct {
	// Path is slash-separated, from the checkout's folder.
	Path     string
	Old, New []byte
}

// Outcome is what becomes of one item when the plan is carried out. Of Edits, Removed, Copied and Created one is set.
type Outcome struct {
	Item    *resource.Item
	Cluster *cluster.Cluster
	// Edits change the item; where Copied is set, they make a copy of it, and the item stays.
	Edits   []yamltree.Edit
	Removed bool
	Copied  bool
	// Created says that a new item of this value comes to the place that Item names.
	Created bool
	// Value is the item, or its copy, afterwards.
	Value *yamltree.Node
}

// Outcomes are what becomes of the items that change, cluster by cluster: the one way from a plan to what is written.
func (p *Plan) Outcomes() []Outcome {
	var out []Outcome
	for _, c := range p.Clusters {
		out = append(out, c.Outcomes()...)
	}
	return out
}

// Outcomes are those of one cluster.
func (c *Cluster) Outcomes() []Outcome {
	var out []Outcome
	for _, r := range c.Resources {
		o := Outcome{Item: r.Item, Cluster: r.Cluster, Removed: r.Removed, Created: r.Created, Copied: r.Copy != "", Value: r.Final}
		if !r.Removed && !r.Created {
			o.Edits = r.Edits()
		}
		if r.Removed || r.Created || len(o.Edits) > 0 {
			out = append(out, o)
		}
	}
	return out
}
