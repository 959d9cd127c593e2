package report

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// checkWords are the sentences about releases, of who checks them; as [words] are.
var checkWords = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.MistypedField: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("no other release sets it, and %s sets %s, which %s does not. Is it mistyped?", n.From, n.Name, n.To)
	},
	plan.OptionalUnreadable: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is %q, and so not optional; must be \"true\" or \"false\"", n.Name)
	},
	plan.APIGone: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is %s, which %s no longer serves. Use %s", n.Name, n.By, n.Text)
	},
	plan.IdleDirective: func(n plan.Note, _ Audience) string { return n.Text },
	plan.VersionDown: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q goes down from %s in %s to %s", n.Component, n.Has.Value, n.From, n.Says.Value)
	},
	plan.StateUnknown: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s has the state %q, which is none, and so only who names its version gets it. Say active, deprecated or draft", n.To, n.Name)
	},
	plan.ImageOfOther: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is an image for Kubernetes %s, while %s has %s afterwards. Upgrade the components of both together", n.Text, n.By, n.Name)
	},
	plan.RecordOfOther: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("records release %s, while this is %s. Correct it", values(n.Says)[0], n.To)
	},
	plan.OtherType: func(n plan.Note, _ Audience) string {
		text := fmt.Sprintf("is %s, and was %s in %s. Look whether that is meant", yamltree.ATypeOf(n.Says), yamltree.ATypeOf(n.Has), n.From)
		if n.Has.Kind == yamltree.Scalar && n.Says.Kind == yamltree.Scalar && yamltree.TypeOf(n.Has) == yamltree.TypeString {
			text += ", or put it in quotes"
		}
		return text
	},
	plan.NoVersion: func(n plan.Note, _ Audience) string {
		both := values(n.Has, n.Says)
		return fmt.Sprintf("is %s, which is no version, and was %s in %s. Correct it", both[1], both[0], n.From)
	},
	plan.ImageAtOdds: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("is an image for Kubernetes %s, while the release has %s. Name the image of that version", n.Text, n.Name)
	},
	plan.ReachJumps: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("it says that it can be reached from %s, whose Kubernetes is %s, and has %s, more than a minor version above. Raise from where it can be reached (upgradeFrom)", n.From, n.Name, n.Text)
	},
	plan.KubernetesJumps: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("Kubernetes goes from %s in %s to %s, over a minor version. Machines take one at a time: have a release in between", n.Name, n.From, n.Text)
	},
	plan.KubernetesUnset: func(n plan.Note, _ Audience) string {
		if n.Component != "" {
			return fmt.Sprintf("component %q says no version of Kubernetes, and in %s it says %s: what it is for would lose it, and upgrades are refused. Add the version", n.Component, n.From, n.Name)
		}
		return fmt.Sprintf("no component says a version of Kubernetes, and in %s one says %s: clusters would lose theirs. Add the component", n.From, n.Name)
	},
	plan.ComponentsGone: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("has %s of %s no more: %s. Where clusters have resources for them, these stay, as orphaned", result.Count(len(n.Names), "component"), n.From, strings.Join(n.Names, ", "))
	},
	plan.Renamed: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("component %q is new, and %q of %s is gone. If that is a rename, clusters keep the resource of the old one, as orphaned. Say what the new one is for with %s", n.Component, n.Name, n.From, release.TargetAnnotation)
	},
	plan.NoEntry: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s is not in %s, which lists other releases: nothing says from where it can be reached. Add it there, with upgradeFrom", n.To, release.IndexName)
	},
	plan.NoPathFrom: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s on %s: %s", some(n.Clusters, 5), n.From, n.Text)
	},
}
