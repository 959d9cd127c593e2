package plan

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/secret"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// accept settles whether a change is made, and says what there is to say about that.
func (m *maker) accept(r *Resource, p merge.Proposal) bool {
	shown := masked(r.Item, p)
	switch {
	case p.Path.String() == "spec.replicas" && clusterapi.ScaledBy(r.Item) != "":
		m.notef(ReplicasNote, r.Item, p.Path, "stays %s, for the annotation %s says that something else scales it; the release says %s", Said(shown.Old), clusterapi.ScaledBy(r.Item), Said(shown.New))
		return false
	case isRecord(p.Path) && Pinned(r.Item, p.Path) == "":
		return p.Patch != merge.Dropped && !m.drift && !(isOwnRecord(p.Path) && m.staysRecorded(r))
	case p.Old == nil && holdsRecords(p.New, p.Path):
		return !m.drift && !(p.Path[0].Name == "metadata" && m.staysRecorded(r))
	}
	if done, verdict := m.pinned(r, p); done {
		return verdict
	}
	if p.Path.Equal(yamltree.Fields("apiVersion")) {
		return true
	}
	setting, byRule := m.policy(r, p.Path)
	if r.From == nil {
		if byRule && setting != v1alpha1.Overwrite {
			m.Results.Errorf(r.Item, p.Path, "a rule says %s, which cannot tell local changes where the release that the resource is on is not known; spec.from must name it, and it must be among the items", setting)
		}
		return true
	}
	if !p.Local {
		return true
	}
	said := saidApart(shown.Old, shown.Was, shown.New)
	three := fmt.Sprintf("%s; release %s %s, %s %s", changedHere(said[0]), r.From, sets("set", said[1]), m.Release, sets("sets", said[2]))
	if m.drift || r.From == m.Release {
		three = fmt.Sprintf("%s; release %s %s", changedHere(said[0]), m.Release, sets("sets", said[2]))
	}
	done := "the local change is overwritten"
	if p.Old == nil {
		done = "it is set again"
	}
	switch setting {
	case v1alpha1.Keep:
		m.notef(KeptNote, r.Item, p.Path, "%s: the local change is kept", three)
		return false
	case v1alpha1.Fail:
		m.Results.Errorf(r.Item, p.Path, "%s: a local change; must be settled by a rule in spec.policy.rules, such as %s (or Overwrite)", three, rule(r, p.Path, v1alpha1.Keep))
		return true
	}
	if !m.drift {
		m.Results.Warnf(r.Item, p.Path, "%s: %s", three, done)
	}
	return true
}

// masked is a proposal with what may be shown of its values.
func masked(i *resource.Item, p merge.Proposal) merge.Proposal {
	p.Old, p.New, p.Was = secret.Mask(i, p.Path, p.Old), secret.Mask(i, p.Path, p.New), secret.Mask(i, p.Path, p.Was)
	return p
}

// policyRule is a rule of the policy with its path read; an empty path fits every field.
type policyRule struct {
	v1alpha1.Rule
	path yamltree.Pattern
}

// readRules reads the rules of a policy that was validated.
func readRules(rules []v1alpha1.Rule) []policyRule {
	var out []policyRule
	for _, x := range rules {
		r := policyRule{Rule: x}
		if x.Path != "" {
			var err error
			if r.path, err = yamltree.ParsePattern(x.Path); err != nil {
				panic("plan: the configuration was not validated: " + err.Error())
			}
		}
		out = append(out, r)
	}
	return out
}

// concerns tells whether a rule is for a resource, whatever the field.
func (r policyRule) concerns(i *resource.Item) bool {
	return (r.Kind == "" || r.Kind == i.Kind) && (r.Name == "" || layout.Glob(r.Name, i.Name))
}

// policy is what the configuration says of local changes of a field, and whether a rule says it.
func (m *maker) policy(r *Resource, at yamltree.Path) (setting v1alpha1.Reaction, byRule bool) {
	for _, x := range m.rules {
		if x.concerns(r.Item) && x.path.Fits(at) {
			return x.LocalChanges, true
		}
	}
	return m.spec.Policy.LocalChanges, false
}

// ruleBelow is what a rule says of something inside of a list, Keep or Fail, where the list can be replaced as a whole alone; "" where
// none does.
func (m *maker) ruleBelow(r *Resource, at yamltree.Path) v1alpha1.Reaction {
	for _, x := range m.rules {
		if x.LocalChanges != v1alpha1.Overwrite && x.concerns(r.Item) && x.path.IsBelow(at) {
			return x.LocalChanges
		}
	}
	return ""
}

// rule is the rule that would settle a field, as it is written into a configuration.
func rule(r *Resource, at yamltree.Path, setting v1alpha1.Reaction) string {
	return yamledit.Inline(yamltree.NewMap().
		Add("kind", yamltree.Str(r.Item.Kind)).
		Add("path", yamltree.Str(at.String())).
		Add("localChanges", yamltree.Str(string(setting))))
}

// isOwnRecord tells whether a path is that of the record of the resource itself.
func isOwnRecord(p yamltree.Path) bool {
	return len(p) == 3 && p[0].Name == "metadata" && isRecord(p)
}

// isRecord tells whether a path is that of the label or annotation which records a release, on a resource or in a template of others.
func isRecord(p yamltree.Path) bool {
	return len(p) > 0 && p[len(p)-1].Kind == yamltree.Field && p[len(p)-1].Name == cluster.ReleaseKey
}

// holdsRecords tells whether a value is nothing but such labels and annotations, and the maps that they are in.
func holdsRecords(n *yamltree.Node, at yamltree.Path) bool {
	if n.Kind != yamltree.Map || n.First() == nil {
		return isRecord(at)
	}
	for v := range n.Children() {
		if !holdsRecords(v, at.Field(v.Key)) {
			return false
		}
	}
	return true
}
