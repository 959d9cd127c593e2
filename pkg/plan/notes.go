package plan

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/escape"
	"github.com/giantswarm/apply-release/pkg/parallel"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// The kinds of notes, the values of [result.NoteTag].
const (
	HiddenNote     = "hidden"     // the customer's overlay hides a change
	RedundantNote  = "redundant"  // the customer's overlay says what base says
	UnreadNote     = "unread"     // a patch of the overlay could not be read
	OverlaidNote   = "overlaid"   // a component is in the customer's overlay
	OrphanedNote   = "orphaned"   // a component is gone, and its resource is not
	KeptNote       = "kept"       // a local change is kept
	ReplicasNote   = "replicas"   // something else scales a resource
	LoweredNote    = "lowered"    // a version goes down in a newer release
	RotatedNote    = "rotated"    // a template stays beside its copy
	UnusedNote     = "unused"     // nothing refers to a template
	UnrecordedNote = "unrecorded" // a resource is ahead of its cluster, and does not say so
	UnguardedNote  = "unguarded"  // nothing tells whether the release can be reached in one step
	RolloutNote    = "rollout"    // what is likely to roll
)

// notef notes something about a resource that is no change; kind says what it is about.
func (m *maker) notef(kind string, i *resource.Item, field yamltree.Path, format string, args ...any) {
	m.notes = append(m.notes, result.Result{
		Severity: result.Info, Item: i, Field: field, Message: escape.Text(fmt.Sprintf(format, args...)), Tags: map[string]string{result.NoteTag: kind},
	})
}

// say turns the changes into results, with the notes behind them.
func (m *maker) say() {
	told := make([][]result.Result, len(m.Resources))
	parallel.Do(len(m.Resources), func(i int) {
		for _, c := range m.Resources[i].Told() {
			told[i] = append(told[i], m.changed(m.Resources[i], c))
		}
	})
	for i, r := range m.Resources {
		m.Results = append(m.Results, told[i]...)
		if len(r.Changes) == 0 && !r.Removed && !r.left && len(r.patches) > 0 {
			x := r.patches[len(r.patches)-1]
			m.Results.Infof(r.Item, nil, "has what component %q says already (chosen by %s)", x.patch.Component, x.rule)
		}
	}
	m.Results = append(m.Results, m.notes...)
	m.notes = nil
}

// reacts reports a finding as a setting says: Fail, Warn, or not at all.
func (m *maker) reacts(setting v1alpha1.Reaction, i *resource.Item, field yamltree.Path, format string, args ...any) {
	switch setting {
	case v1alpha1.Fail:
		m.Results.Errorf(i, field, format, args...)
	case v1alpha1.Warn:
		m.Results.Warnf(i, field, format, args...)
	}
}
