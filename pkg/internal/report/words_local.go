package report

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/yamledit"
)

// localWords are the sentences about what was changed by hand, and what is kept of it, as [words] are.
var localWords = map[plan.Kind]func(n plan.Note, a Audience) string{
	plan.LocalLost: func(n plan.Note, _ Audience) string {
		if n.Has == nil {
			return three(n) + ". It is set again"
		}
		if n.Says == nil {
			return three(n) + ", and so it goes"
		}
		return three(n) + ". The local change is overwritten"
	},
	plan.LocalRefused: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("%s. Settle this local change with a rule in spec.policy.rules: %s (or Overwrite)", three(n), yamledit.Inline(n.Settle.Tree()))
	},
	plan.Kept: kept,
	plan.KeptUnset: func(n plan.Note, _ Audience) string {
		v := values(n.Has, n.Was)
		return fmt.Sprintf("is %s here. Release %s set %s, %s does not set it any more: the local change stays. Remove it if nothing needs it", v[0], n.From, v[1], n.To)
	},
	plan.KeepsNothing: func(n plan.Note, _ Audience) string {
		if n.Text != "" {
			return n.Text + ": this entry keeps nothing"
		}
		return fmt.Sprintf("%q is no field of the resource or of the release: this entry keeps nothing", n.Name)
	},
	plan.RuleBlind: func(n plan.Note, a Audience) string {
		return fmt.Sprintf("a rule says %s for local changes, which cannot be told without the release that the resource is on. %s", n.By, a.nameIt())
	},
	plan.KeptBelow: keptBelow,
	plan.RemovesKept: func(n plan.Note, _ Audience) string {
		return fmt.Sprintf("the release removes the resource, and its annotation %s keeps some of it. Take off the annotation, or exclude the component", n.By)
	},
	plan.RemovesLocal: func(n plan.Note, _ Audience) string {
		v := values(n.Has, n.Was)
		return fmt.Sprintf("%s. Release %s %s, and %s removes the resource with this local change. Settle it with a rule in spec.policy.rules: %s", here(v[0]), n.From, sets("set", v[1]), n.To, yamledit.Inline(n.Settle.Tree()))
	},
	plan.Autoscaled: func(n plan.Note, _ Audience) string {
		v := values(n.Has, n.Says)
		stays, says := "stays "+v[0], "says "+v[1]
		if n.Has == nil {
			stays = "stays unset"
		}
		if n.Says == nil {
			says = "no longer sets it"
		}
		return fmt.Sprintf("%s: its annotation %s says that something else scales it. The release %s", stays, n.By, says)
	},
}

func kept(n plan.Note, _ Audience) string {
	v := values(n.Has, n.Says)
	switch {
	case n.By == "":
		return three(n) + ". The local change is kept" + keptBy(n)
	case n.Has == nil:
		return fmt.Sprintf("stays unset: the annotation %s keeps it so. The release %s", n.By, sets("sets", v[1]))
	}
	return fmt.Sprintf("stays %s: the annotation %s keeps it. The release %s", v[0], n.By, sets("sets", v[1]))
}

// fewNamed is how many clusters a command that is proposed names one by one; one for more is for all that are on a release.
const fewNamed = 20

func namedInShell(clusters []string) string {
	var out []string
	for _, c := range clusters {
		out = append(out, escape.Shell(c))
	}
	return strings.Join(out, " ")
}

// keptBy says which part of the policy keeps a local change.
func keptBy(n plan.Note) string {
	if n.Name == "" {
		return ", as the policy says of all (localChanges: Keep)"
	}
	return fmt.Sprintf(", by the rule for %s%s", n.Name, because(n.Text))
}

func keptBelow(n plan.Note, _ Audience) string {
	by := fmt.Sprintf("a rule says %s for", n.By)
	settles := "change the rule"
	if n.By == policy.KeepAnnotation {
		by, settles = fmt.Sprintf("the annotation %s keeps", n.By), "take it off the annotation"
	}
	return fmt.Sprintf("the release replaces or removes it as a whole, and %s %s in it, which is %s here. Decide for one: %s, or name the list's keys in spec.mergeKeys", by, n.At, values(n.Has)[0], settles)
}
