package report

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// kubernetesWords are the sentences about versions of Kubernetes, as [words] are.
var kubernetesWords = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.KubernetesDown: func(n plan.Note, a Audience) string {
		text := fmt.Sprintf("Kubernetes goes down from %s to %s, which it does not support: machines and API objects of the newer version stay", n.Has.Value, n.Says.Value)
		if n.Severity == result.Error && len(n.Names) > 0 {
			text += fmt.Sprintf(". To leave it on %s, leave out what sets it, and the images of machines: %s", n.Has.Value, a.list("spec.components.exclude", n.Names))
		}
		return text
	},
	plan.KubernetesSkips: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("Kubernetes goes from %s to %s, over %s minor versions. Upgrade one at a time", n.Has.Value, n.Says.Value, n.Text)
	},
	plan.WorkersAhead: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("the workers get Kubernetes %s while their control plane has %s. Upgrade the control plane first", n.Text, n.Name)
	},
	plan.WorkersBehind: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("the workers stay on Kubernetes %s while their control plane gets %s, which is more than 3 minor versions ahead. Upgrade the workers as well", n.Text, n.Name)
	},
	plan.AppVersionGone: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("release %s takes the version %s of this app away and sets none, so that nothing says which one runs. A field may be mistyped: apply-release releases check %s. Correct the release", n.To, n.Has.Value, escape.Shell(n.To))
	},
	plan.KubernetesGone: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("release %s takes the Kubernetes version %s away and sets none, as one that lacks a component would. Correct the release; to do it all the same: %s", n.To, n.Has.Value, a.set("spec.policy.kubernetesSkew", "Ignore"))
	},
}
