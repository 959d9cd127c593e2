package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/merge"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// HasWords reports whether there is a sentence for a kind of note.
func HasWords(kind plan.Kind) bool { return sentence(kind) != nil }

// sentence is what is said of a kind of note.
func sentence(kind plan.Kind) func(n plan.Note, a Audience) string {
	for _, list := range []map[plan.Kind]func(plan.Note, Audience) string{words, localWords, templateWords, kubernetesWords, overlayWords, checkWords} {
		if of := list[kind]; of != nil {
			return of
		}
	}
	return nil
}

// Words are a note as a result.
func Words(n plan.Note, a Audience) result.Result {
	text := sentence(n.Kind)(n, a)
	if n.Item == nil && n.Cluster != "" && n.Cluster != theCluster && !strings.Contains(text, n.Cluster) { // nothing else says where
		text = n.Cluster + ": " + text
	}
	r := result.Result{Severity: n.Severity, Item: n.Item, Where: n.Where, Field: n.Field, Message: escape.Text(text)}
	if tag := tagOf(n); tag != "" {
		r.Tags = result.Tags{{Name: result.NoteTag, Value: string(tag)}}
	}
	return r
}

// tagOf is the tag of a note that is worth a look although nothing is wrong, or that programs look for; "" for others.
func tagOf(n plan.Note) plan.Kind {
	switch n.Kind {
	case plan.Orphaned, plan.Released:
		return plan.Orphaned
	case plan.Unrecorded, plan.NotRecorded, plan.StaysRecorded, plan.ClusterStays:
		return plan.Unrecorded
	case plan.Faulty, plan.Blamed:
		return ""
	}
	if n.Severity == result.Info {
		return n.Kind
	}
	return ""
}

// changed is a change as a result.
func changed(r *plan.Resource, c plan.Change, to *release.Release) result.Result {
	message := ""
	old, next := r.Shown(c.Change)
	text := shape(old, next)
	switch {
	case c.OldNames != nil:
		was, is := r.Brief(c.Change)
		text = values(was, is)
		message = "changes its order from " + text[0] + " to " + text[1]
	case r.Created:
		message = "is created in " + r.Item.Location.Path
	case c.Op == merge.Add:
		message = "is added: " + text[1]
	case c.Op == merge.Delete:
		message = "is removed, was " + text[0]
	default:
		message = "changes from " + text[0] + " to " + text[1]
	}
	why := " (component " + strconv.Quote(c.Component) + ", chosen by " + string(c.Rule) + ")"
	switch {
	case c.Rule == plan.Record:
		why = " (the release that the resource is on)"
	case c.Rule == plan.Creation && !r.Created:
		why = " (so that the build has the files that there are)"
	case c.Rule == plan.Rotation:
		why = " (a copy, since what it is a copy of is immutable)"
	case c.Rule == plan.Reference:
		why = " (the template's copy)"
	case c.Patch == merge.Removal:
		why = fmt.Sprintf(" (release %s set it, %s does not; component %q, chosen by %s)", r.On.Release, to, c.Component, c.Rule)
	}
	if r.Copy != "" {
		why += fmt.Sprintf(", in the copy %q", r.Copy)
	}
	tags := make(result.Tags, 0, 6)
	tags = append(tags, result.Tag{Name: "cluster", Value: r.Cluster.String()})
	if c.Component != "" {
		tags = append(tags, result.Tag{Name: "component", Value: c.Component})
	}
	tags = append(
		tags, result.Tag{Name: "impact", Value: string(c.Impact)}, result.Tag{Name: "op", Value: string(c.Op)},
		result.Tag{Name: "release", Value: to.String()}, result.Tag{Name: "rule", Value: string(c.Rule)},
	)
	return result.Result{Severity: result.Info, Message: message + why, Item: r.Item, Field: c.Path, Old: old, New: next, Change: true, Tags: tags}
}

// shape are the values of a change in the message that reports it, which the result has beside it: of a map or list, only that it is one.
func shape(list ...*yamltree.Node) []string {
	out := values(list...)
	for i, n := range list {
		if n != nil && n.Kind != yamltree.Scalar {
			out[i] = yamltree.ATypeOf(n)
		}
	}
	return out
}

// upToDate is what there is to say of a resource that has what the release says.
func upToDate(r *plan.Resource) string {
	last := r.Sources[len(r.Sources)-1]
	return fmt.Sprintf("has what component %q says already (chosen by %s)", last.Component, last.Rule)
}

// Estimate sums up what rolls.
func Estimate(x *plan.Rollout) string {
	var parts []string
	if len(x.Whole) > 0 {
		parts = append(parts, "rolls the control plane and all workers")
	}
	if len(x.ControlPlane) > 0 {
		parts = append(parts, "rolls the control plane")
	}
	if n := len(x.Workers); n > 0 {
		parts = append(parts, "rolls "+result.Count(n, "set")+" of workers ("+some(x.Workers, 5)+")")
	}
	if len(x.May) > 0 {
		parts = append(parts, "may roll machines ("+some(x.May, 5)+")")
	}
	if n := len(x.Apps); n > 0 {
		parts = append(parts, "changes "+result.Count(n, "app"))
	}
	if n := len(x.Rejected); n > 0 {
		parts = append(parts, result.Count(n, "change")+" rejected as immutable ("+some(x.Rejected, 5)+")")
	}
	if len(parts) == 0 {
		parts = []string{"rolls nothing"}
	}
	text := strings.Join(parts, ", ")
	if n := len(x.Pinned); n > 0 {
		text += fmt.Sprintf(" (the overlay pins what changes in %s)", some(x.Pinned, 5))
	}
	return text
}
