package report

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
)

// templateWords are the sentences about templates that cannot change in place, as [words] are.
var templateWords = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.Unused: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is not referred to in %s, and stays as it is. It can be removed once no machine needs it", n.Cluster)
	},
	plan.StillUsed: say("has a copy for a newer release, and the customer's overlay still refers to this one. It stays as it is: point the overlay to the copy"),
	plan.Immutable: func(n plan.Note, a Audience) string {
		if len(n.Names) == 0 {
			return fmt.Sprintf("is immutable, and Cluster API rejects the change. Nothing in the base of %s refers to it: write and use a copy by hand, or annotate it %s: spec", n.Cluster, policy.KeepAnnotation)
		}
		return fmt.Sprintf("is immutable, and Cluster API rejects the change. To put it into a copy of the template: %s", a.set("spec.policy.immutableTemplates", "Rotate"))
	},
	plan.NoRoomForCopy: say("is immutable and needs a copy, for which its JSON file has no room. Turn it into a .yaml file"),
	plan.TemplateGone: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("refers to %s, which is not there: no machine can be made of it. Bring it back, or refer to %s, which the next upgrade makes a copy of", n.Name, n.Text)
	},
	plan.ClassOfOthers: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is of the class %s, which changes: machines of this cluster may roll, too", n.Text)
	},
	plan.CreatedTwice: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s is created for each of %s, which one API server holds: they are one resource there. Give it a name or namespace of each cluster, or leave the component out", n.Name, some(n.Names, 5))
	},
	plan.NoRoomForName: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is immutable and needs a copy, whose name would have %d characters; must have at most 253. Give it a shorter name, or write and use a copy by hand", len(n.Name))
	},
	plan.NoReferrer: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("is immutable and needs a copy, and nothing in the base of %s refers to it, so that nothing would use the copy. Write and use a copy by hand, annotate it %s: spec, or: %s", n.Cluster, policy.KeepAnnotation, a.set("spec.policy.immutableTemplates", "Warn"))
	},
	plan.PointedBack: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("stays as it is; what refers to it refers to %s, which has what the release says already", n.Name)
	},
	plan.Rotated: func(_ plan.Note, _ Audience) string {
		return "stays as it is beside its copy, for the machines that were made from it"
	},
	plan.RefersElsewhere: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("refers to %s, is no part of the base of %s, and stays as it is. Write %s there, for what the release changes to reach it", n.Text, n.Cluster, n.Name)
	},
	plan.CopyRemoved: say("is removed: nothing has referred to this copy of an earlier release since the last upgrade"),
	plan.OverlayRefers: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s refers to %s, which gets a copy %q. Point it to the copy, or it will not get what is new", patcher(n), n.Text, n.Name)
	},
	plan.OverlayPatches: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("patches %s, which gets a copy %q, and the copy will not have the patch. Patch the copy", n.Text, n.Name)
	},
}
