package report

import (
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/brief"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Audience is who reads the words: how settings are named depends on it.
type Audience int

const (
	// Pipelines run the function: settings are fields of its configuration.
	Pipelines Audience = iota
	// People run commands: settings are flags.
	People
)

// flags are the flags of the settings of a configuration.
var flags = func() map[string]string {
	out := map[string]string{"spec.release": "--release", "spec.from": "--from", "spec.stamp": "--stamp", "spec.components.include": "--include", "spec.components.exclude": "--exclude"}
	for _, x := range v1alpha1.Settings() {
		out["spec.policy."+x.Field] = "--" + x.Flag
	}
	return out
}()

// setting names a setting.
func (a Audience) setting(field string) string {
	if f := flags[field]; f != "" && a == People {
		return f
	}
	return field
}

// set names a setting with a value.
func (a Audience) set(field, value string) string {
	if a == People && flags[field] != "" {
		if value == "true" {
			return flags[field]
		}
		return flags[field] + " " + strings.ToLower(value)
	}
	return field + ": " + value
}

// list names a setting with several values.
func (a Audience) list(field string, values []string) string {
	if a == People && flags[field] != "" {
		return flags[field] + " " + escape.Shell(strings.Join(values, ","))
	}
	return field + ": [" + strings.Join(values, ", ") + "]"
}

// field names a setting that may come from a file as well as from a flag.
func (a Audience) field(field string) string {
	if a == People {
		field, _, _ = strings.Cut(strings.TrimPrefix(field, "spec.components."), "[")
	}
	return field
}

// source is where releases and clusters come from.
func (a Audience) source() string {
	if a == People {
		return "the checkout"
	}
	return "the input"
}

// allWarnings says where all warnings are.
func (a Audience) allWarnings() string {
	if a == People {
		return "--details has them"
	}
	return "the results have them"
}

// who is the subject of a note about the release that something is on: the item in front of it, or its cluster.
func who(n plan.Note) string {
	if n.OfItem {
		return "is"
	}
	return n.Cluster + " is"
}

// nameIt asks for the release that clusters are on.
func (a Audience) nameIt() string {
	if a == People {
		return "Name it: --from v1.2.3"
	}
	return "Name it in spec.from"
}

// three are the three values of a local change.
func three(n plan.Note) string {
	v := values(n.Has, n.Was, n.Says)
	changed := "was removed by hand"
	if v[0] != "" {
		changed = "was changed by hand to " + v[0]
	}
	if n.From == n.To {
		return fmt.Sprintf("%s, and release %s %s", changed, n.To, sets("sets", v[2]))
	}
	if n.Was == nil && n.Has != nil {
		changed = here(v[0])
	}
	return fmt.Sprintf("%s. Release %s %s, %s %s", changed, n.From, sets("set", v[1]), n.To, sets("sets", v[2]))
}

// valueLimit is how many characters of a value a message shows at most.
const valueLimit = 240

// values shows values that a message compares, on one line each; "" for nil.
func values(list ...*yamltree.Node) []string { return brief.Values(valueLimit, list...) }

// here says what a field is in the cluster.
func here(text string) string {
	if text == "" {
		return "is not set here"
	}
	return "is " + text + " here"
}

// sets says what a release does to a field; verb is "set" or "sets".
func sets(verb, text string) string {
	switch {
	case text != "":
		return verb + " " + text
	case verb == "set":
		return "did not set it"
	}
	return "removes it"
}

// some names a few of several things.
func some(names []string, limit int) string {
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > limit:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:limit], ", "), len(names)-limit)
	}
	return strings.Join(names, ", ")
}

// near suggests resources that a component may be for.
func near(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (nearest: " + strings.Join(names, ", ") + ")"
}
