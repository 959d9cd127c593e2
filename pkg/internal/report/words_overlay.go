package report

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// overlayWords are the sentences about what patches do to a plan, as [words] are.
var overlayWords = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.Hidden: func(n plan.Note, _ Audience) string {
		if n.Has == nil {
			return fmt.Sprintf("%s removes it (%s): nothing changes on the cluster until that line goes", patcher(n), n.Name)
		}
		return fmt.Sprintf("%s sets %s (%s): nothing changes on the cluster until that line goes", patcher(n), values(n.Has)[0], n.Name)
	},
	plan.Redundant: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s sets %s as well (%s), which is what base has", patcher(n), values(n.Has)[0], n.Name)
	},
	plan.PatchMoved: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s patches this element by its number (%s), and the upgrade puts another one there, or none: kustomize will change the wrong one, or fail. Correct the number, or patch by name", patcher(n), n.Name)
	},
	plan.Unseen: func(n plan.Note, _ Audience) string {
		text := n.Text + ": that is not looked at, and fields that it sets may not change on the cluster"
		if n.Severity == result.Warning {
			text += ". Where it names a template that gets a copy, let it name the copy, too"
		}
		return text
	},
	plan.Unread: func(n plan.Note, _ Audience) string { return n.Text },
	plan.Dangling: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s patches %s, which base does not have: kustomize will fail, or do nothing. Remove the patch, or correct its target", patcher(n), n.Name)
	},
	plan.DanglingVersion: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s patches %s with apiVersion %q, while base has %q: kustomize will not find it. Correct the apiVersion", patcher(n), n.Name, n.From, n.To)
	},
	plan.OverlaySets: func(n plan.Note, _ Audience) string {
		v := values(n.Has, n.Says)
		if n.Has == nil {
			return fmt.Sprintf("%s removes it (%s), the release says %s", patcher(n), n.Name, v[1])
		}
		return fmt.Sprintf("%s says %s (%s), the release %s", patcher(n), v[0], n.Name, v[1])
	},
}

// patcher names whose patch a note is about.
func patcher(n plan.Note) string {
	if n.By == plan.OfBase {
		return "a kustomization of the base"
	}
	return "the customer's overlay"
}
