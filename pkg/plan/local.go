package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/merge"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// KeepAnnotation on a resource lists fields that stay as they are: spec.replicas,spec.template.spec.version.
const KeepAnnotation = "fn.giantswarm.io/keep"

// accept settles whether a change is made, and says what there is to say about that.
func (m *maker) accept(r *Resource, p merge.Proposal) bool {
	switch {
	case p.Path.String() == "spec.replicas" && clusterapi.ScaledBy(r.Item) != "":
		m.notef(ReplicasNote, r.Item, p.Path, "stays %s, for the annotation %s says that something else scales it; the release says %s", Said(p.Old), clusterapi.ScaledBy(r.Item), Said(p.New))
		return false
	case isRecord(p.Path) && Pinned(r.Item, p.Path) == "":
		return p.Patch != merge.Dropped && !m.drift
	case p.Old == nil && holdsRecords(p.New, p.Path):
		return !m.drift
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
	three := fmt.Sprintf("%s; release %s %s, %s %s", here(p.Old), r.From, sets("set", p.Was), m.Release, sets("sets", p.New))
	if m.drift || r.From == m.Release {
		three = fmt.Sprintf("%s; release %s %s", here(p.Old), m.Release, sets("sets", p.New))
	}
	switch setting {
	case v1alpha1.Keep:
		m.notef(KeptNote, r.Item, p.Path, "%s: the local change is kept", three)
		return false
	case v1alpha1.Fail:
		m.Results.Errorf(r.Item, p.Path, "%s: a local change; must be settled by a rule in spec.policy.rules, such as %s (or Overwrite)", three, rule(r, p.Path))
		return true
	}
	if !m.drift {
		m.Results.Warnf(r.Item, p.Path, "%s: the local change is overwritten", three)
	}
	return true
}

// pinned tells whether the keep annotation decides about a change, and how. A change of something above a field that is
// to be kept, by the annotation or by a rule, would take the field with it, and is an error.
func (m *maker) pinned(r *Resource, p merge.Proposal) (done, verdict bool) {
	for _, keep := range kept(r.Item) {
		if keep.fits(p.Path) {
			m.notef(KeptNote, r.Item, p.Path, "%s, and is kept for the annotation %s; the release %s", here(p.Old), KeepAnnotation, sets("sets", p.New))
			return true, false
		}
	}
	if p.Old == nil || p.Old.Kind == yaml.ScalarNode || m.drift {
		return false, false
	}
	for _, x := range leaves(p.Old, nil) {
		at := p.Path.Then(x.at...)
		if now := lookup(p.New, x.at); now != nil && yamltree.Equal(now, x.value) {
			continue
		}
		why := ""
		setting, byRule := m.policy(r, at)
		local := r.From != nil && isOther(x.value, lookup(p.Was, x.at))
		switch {
		case slices.ContainsFunc(kept(r.Item), func(w pattern) bool { return w.isBelow(p.Path) && (w.fits(at) || w.isBelow(at)) }):
			why = "the annotation " + KeepAnnotation + " keeps"
		case local && m.ruleBelow(r, at) != "":
			why = "a rule says " + string(m.ruleBelow(r, at)) + " of what is in"
		case byRule && setting == v1alpha1.Keep && local:
			why = "a rule keeps"
		case byRule && setting == v1alpha1.Fail && local:
			why = "a rule says Fail for"
		}
		if own, _ := m.policy(r, p.Path); why != "" && own != v1alpha1.Keep {
			m.Results.Errorf(r.Item, p.Path, "the release replaces or removes all of it, and %s %s, which is %s here; must be one of them, or of a list whose keys spec.mergeKeys names", why, at, Said(x.value))
			return true, true
		}
	}
	return false, false
}

// ruleBelow is what a rule says of something inside of a list, Keep or Fail, where the list can be replaced as a whole alone; "" where
// none does.
func (m *maker) ruleBelow(r *Resource, at yamltree.Path) v1alpha1.Reaction {
	for _, x := range m.spec.Policy.Rules {
		w, err := parsePattern(x.Path)
		if err == nil && x.LocalChanges != v1alpha1.Overwrite && w.isBelow(at) && (x.Kind == "" || x.Kind == r.Item.Kind) && (x.Name == "" || layout.Glob(x.Name, r.Item.Name)) {
			return x.LocalChanges
		}
	}
	return ""
}

// leaf is a value at the end of a path.
type leaf struct {
	at    yamltree.Path
	value *yaml.Node
}

// leaves are the values in a map, lists as a whole.
func leaves(n *yaml.Node, at yamltree.Path) []leaf {
	if n.Kind != yaml.MappingNode {
		return []leaf{{at, n}}
	}
	var out []leaf
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, leaves(n.Content[i+1], at.Field(n.Content[i].Value))...)
	}
	return out
}

func lookup(n *yaml.Node, at yamltree.Path) *yaml.Node {
	if n == nil {
		return nil
	}
	return yamltree.Lookup(n, at)
}

func isOther(a, b *yaml.Node) bool { return b == nil || !yamltree.Equal(a, b) }

// holdsPinned tells whether the keep annotation keeps something below a field.
func holdsPinned(i *resource.Item, at yamltree.Path) bool {
	return slices.ContainsFunc(kept(i), func(w pattern) bool { return w.isBelow(at) })
}

// checkKept warns of entries of the keep annotation that keep nothing: that are no path, or lead to no field that the resource, or
// the release, has.
func (m *maker) checkKept(r *Resource, root *yaml.Node) {
	for _, text := range splitKept(r.Item.Annotation(KeepAnnotation)) {
		w, err := parsePattern(text)
		if err != nil {
			m.Results.Warnf(r.Item, yamltree.Fields("metadata", "annotations", KeepAnnotation), "%v; keeps nothing", err)
			continue
		}
		if !w.leads(root) && !w.leads(r.Says()) {
			m.Results.Warnf(r.Item, yamltree.Fields("metadata", "annotations", KeepAnnotation), "%q leads to no field of the resource or of the release; keeps nothing", text)
		}
	}
}

// Pinned says why no upgrade changes a field of a resource, whatever the release: by the keep annotation, or as something else scales
// it; "" where nothing does.
func Pinned(i *resource.Item, at yamltree.Path) string {
	if at.String() == "spec.replicas" && clusterapi.ScaledBy(i) != "" {
		return "the annotation " + clusterapi.ScaledBy(i) + " says that something else scales it"
	}
	if slices.ContainsFunc(kept(i), func(w pattern) bool { return w.fits(at) }) {
		return "the annotation " + KeepAnnotation + " keeps it"
	}
	return ""
}

// kept are the fields that the keep annotation of a resource names; entries that are no paths are left out.
func kept(i *resource.Item) []pattern {
	var out []pattern
	for _, text := range splitKept(i.Annotation(KeepAnnotation)) {
		if w, err := parsePattern(text); err == nil {
			out = append(out, w)
		}
	}
	if len(out) > 0 { // what says so stays as well
		out = append(out, pattern(yamltree.Fields("metadata", "annotations", KeepAnnotation)))
	}
	return out
}

// splitKept splits the keep annotation; commas in brackets belong to a path.
func splitKept(text string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range text + "," {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == ',' && depth <= 0:
			if p := strings.TrimSpace(text[from:i]); p != "" {
				out = append(out, p)
			}
			from = i + 1
		}
	}
	return out
}

// policy is what the configuration says of local changes of a field, and whether a rule says it.
func (m *maker) policy(r *Resource, at yamltree.Path) (setting v1alpha1.Reaction, byRule bool) {
	for _, x := range m.spec.Policy.Rules {
		if (x.Kind == "" || x.Kind == r.Item.Kind) && (x.Name == "" || layout.Glob(x.Name, r.Item.Name)) && (x.Path == "" || ruleFits(x.Path, at)) {
			return x.LocalChanges, true
		}
	}
	return m.spec.Policy.LocalChanges, false
}

// ruleFits tells whether the path of a rule, which the configuration was validated for, is a field or above it.
func ruleFits(text string, at yamltree.Path) bool {
	w, err := parsePattern(text)
	return err == nil && w.fits(at)
}

// rule is the rule that would keep a field, as it is written into a configuration.
func rule(r *Resource, at yamltree.Path) string {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle, Content: []*yaml.Node{
		yamltree.Str("kind"), yamltree.Str(r.Item.Kind),
		yamltree.Str("path"), yamltree.Str(at.String()),
		yamltree.Str("localChanges"), yamltree.Str(string(v1alpha1.Keep)),
	}}
	out, err := yaml.Marshal(n)
	if err != nil {
		panic("plan: a rule cannot be printed: " + err.Error())
	}
	return strings.TrimSpace(string(out))
}

// isRecord tells whether a path is that of the label or annotation which records a release, on a resource or in a template of others.
func isRecord(p yamltree.Path) bool {
	return len(p) > 0 && p[len(p)-1].Kind == yamltree.Field && p[len(p)-1].Name == cluster.ReleaseKey
}

// holdsRecords tells whether a value is nothing but such labels and annotations, and the maps that they are in.
func holdsRecords(n *yaml.Node, at yamltree.Path) bool {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		return isRecord(at)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !holdsRecords(n.Content[i+1], at.Field(n.Content[i].Value)) {
			return false
		}
	}
	return true
}

// here says what a field is in the cluster.
func here(n *yaml.Node) string {
	if n == nil {
		return "is not set here"
	}
	return "is " + Said(n) + " here"
}

// sets says what a release does to a field; verb is "set" or "sets".
func sets(verb string, n *yaml.Node) string {
	switch {
	case n != nil:
		return verb + " " + Said(n)
	case verb == "set":
		return "did not set it"
	}
	return "has it removed"
}

// Said shows a value in a message: scalars as they are, strings in quotes, maps and lists in flow style, cut where they are long; "nothing"
// for nil.
func Said(n *yaml.Node) string {
	switch {
	case n == nil:
		return "nothing"
	case n.Kind == yaml.ScalarNode && !strings.Contains(n.Value, "\n"):
		return strings.TrimPrefix(value(" ", n), " ")
	}
	const limit = 80
	if n.Kind == yaml.ScalarNode {
		if text := []rune(n.Value); len(text) > limit {
			return fmt.Sprintf("%q", string(text[:limit])) + "…"
		}
		return fmt.Sprintf("%q", n.Value)
	}
	c := yamltree.StripComments(yamltree.Clone(n))
	flow(c)
	out, err := yaml.Marshal(c)
	if err != nil {
		return yamltree.ATypeOf(n)
	}
	text := []rune(strings.Join(strings.Fields(string(out)), " "))
	if len(text) > limit {
		return string(text[:limit-1]) + "…"
	}
	return string(text)
}

// flow puts a tree that the caller owns into flow style.
func flow(n *yaml.Node) {
	n.Style &^= yaml.LiteralStyle | yaml.FoldedStyle
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	for _, child := range n.Content {
		flow(child)
	}
}
