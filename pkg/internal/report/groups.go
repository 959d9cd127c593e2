package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// group is what is said alike of several resources or clusters.
type group struct{ notes []*plan.Note }

// theCluster stands in the place of a cluster's name where several are spoken of.
const theCluster = "the cluster"

// grouped puts what is said alike together, in the order of the first of each.
func grouped(notes []*plan.Note, a Audience) []group {
	var out []group
	at := map[string]int{}
	for _, n := range notes {
		key := likeness(*n, a)
		i, known := at[key]
		if !known || key == "" {
			i = len(out)
			at[key] = i
			out = append(out, group{})
		}
		out[i].notes = append(out[i].notes, n)
	}
	return out
}

// likeness is what notes that say the same share; "" for notes of the run, which stand for themselves.
func likeness(n plan.Note, a Audience) string {
	if n.Cluster == "" {
		return ""
	}
	kind := ""
	if n.Item != nil {
		kind = n.Item.Kind
	}
	n = ofSeveral(n)
	n.Item = nil
	return strings.Join([]string{string(n.Kind), string(n.Severity), kind, n.Field.String(), sentence(n.Kind)(n, a)}, "\x00")
}

// ofSeveral is a note as it is said of several clusters. The names of apps begin with that of their cluster.
func ofSeveral(n plan.Note) plan.Note {
	id := n.Cluster[strings.LastIndexByte(n.Cluster, '/')+1:]
	if n.Settle != nil {
		rule := *n.Settle
		if name, is := strings.CutPrefix(rule.Name, id+"-"); is && id != "" {
			rule.Name = "*-" + name
		} else if rule.Name == id {
			rule.Name = ""
		}
		n.Settle = &rule
	}
	n.Cluster = theCluster
	return n
}

// result is a group as one result: that of a note that stands alone, else of all with a count and the first names in its message.
func (g group) result(a Audience) result.Result {
	first := *g.notes[0]
	if len(g.notes) == 1 {
		return Words(first, a)
	}
	return ofEach(first, g.where(), g.clusters(), a)
}

// ofEach is a note that stands for all of several, of which where says how many and which.
func ofEach(first plan.Note, where string, clusters []string, a Audience) result.Result {
	if !strings.HasPrefix(where, "1 ") { // sentences speak of one
		where = "each of " + where
	}
	first = ofSeveral(first)
	if first.Clusters == nil {
		first.Clusters = clusters
	}
	r := Words(first, a)
	if field := first.Field.String(); field != "" {
		where += ": " + field
	}
	r.Message, r.Item, r.Field = escape.Text(where)+": "+r.Message, nil, nil
	return r
}

// clusters are those of the notes, each once.
func (g group) clusters() []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range g.notes {
		if !seen[n.Cluster] {
			seen[n.Cluster] = true
			out = append(out, n.Cluster)
		}
	}
	return out
}

// where says of how many resources and clusters a group is, and names the first.
func (g group) where() string {
	var items []string
	kind, clusters := "", g.clusters()
	for _, n := range g.notes {
		if n.Item != nil {
			kind = n.Item.Kind
			name := n.Item.Name
			if kind == "" { // such as values
				kind, name = "file", n.Item.Location.Path
			}
			items = append(items, name)
		}
	}
	return where(clusters, items, kind)
}

// where says how many resources of a kind, or clusters, there are, and names the first.
func where(clusters, items []string, kind string) string {
	const shown = 3
	switch {
	case len(clusters) == 1 && len(items) > 0:
		return fmt.Sprintf("%s in %s (%s)", result.Count(len(items), kind), clusters[0], some(items, shown))
	case len(items) > 0 && kind != "Cluster":
		return fmt.Sprintf("%s in %s (%s)", result.Count(len(items), kind), result.Count(len(clusters), "cluster"), some(clusters, shown))
	}
	return fmt.Sprintf("%s (%s)", result.Count(len(clusters), "cluster"), some(clusters, shown))
}

// cost orders warnings by what is lost when nobody looks at them.
var cost = map[plan.Kind]int{
	plan.RecordShadowed: 1, plan.LocalLost: 1, plan.KeptUnset: 1, plan.AppVersionGone: 1,
	plan.Immutable: 2, plan.Invalid: 2, plan.NoReferrer: 2, plan.NoRoomForCopy: 2, plan.PatchMoved: 2, plan.OverlayPatches: 2,
	plan.OtherProvider: 3, plan.Downgrade: 3, plan.Unreachable: 3, plan.Ahead: 3, plan.PartUnreachable: 3, plan.Homeless: 3,
	plan.KubernetesDown: 4, plan.KubernetesSkips: 4, plan.WorkersAhead: 4, plan.WorkersBehind: 4,
	plan.Orphaned: 5, plan.Released: 5,
}

// rest is the cost of what has none of its own.
const rest = 6

// Attention is what a person must look at: warnings, the costliest first, then errors. What is said alike of several resources or clusters is one result, but with
// details. Of a cluster that is blocked, only why it is matters.
func Attention(p *plan.Plan, a Audience, details bool) result.List {
	var warnings, errors []*plan.Note
	blocked := map[string]bool{}
	for _, c := range p.Clusters {
		if !details && c.Blocked() {
			blocked[c.String()] = true
		}
	}
	for n := range p.All() {
		switch {
		case n.Severity == result.Warning && !blocked[n.Cluster]:
			warnings = append(warnings, n)
		case n.Severity == result.Error:
			errors = append(errors, n)
		}
	}
	slices.SortStableFunc(warnings, func(x, y *plan.Note) int { return costOf(x) - costOf(y) })
	var out result.List
	for _, list := range [][]*plan.Note{warnings, errors} {
		if details {
			for _, n := range list {
				out = append(out, Words(*n, a))
			}
			continue
		}
		for _, g := range grouped(list, a) {
			out = append(out, g.result(a))
		}
	}
	return out
}

// reasons are the errors for which a cluster cannot go.
func reasons(c *plan.Cluster) []*plan.Note {
	var out []*plan.Note
	for i := range c.Notes {
		if c.Notes[i].Severity == result.Error {
			out = append(out, &c.Notes[i])
		}
	}
	return out
}

// blockedNotes are the reasons for which clusters are blocked.
func blockedNotes(u *Upgrade) []*plan.Note {
	var out []*plan.Note
	for _, c := range u.Blocked {
		out = append(out, reasons(c)...)
	}
	return out
}

func costOf(n *plan.Note) int {
	if c := cost[n.Kind]; c > 0 {
		return c
	}
	return rest
}

// fewProblems is how many lines of warnings and errors are shown to people, as far as leaving out warnings does it. Pipelines show no results in other ways, and so show all.
const fewProblems = 20

// Problems writes what a person must look at, a line each, and behind errors how many there are. listed says that the plan which is written lists why clusters are blocked:
// it is not said here then.
func Problems(w io.Writer, p *plan.Plan, a Audience, details, listed bool) error {
	going, blocked := p.Going()
	listed = listed && len(going.Clusters) > 0 && !going.Failed()
	shown := p
	if listed {
		shown = going
	}
	list := Attention(shown, a, details)
	if warnings := list.Count(result.Warning); !details && a != Pipelines && len(list) > fewProblems && warnings > 0 {
		left := max(warnings-(len(list)-fewProblems)-1, 0)
		more := result.Result{Severity: result.Warning, Message: fmt.Sprintf("and %s (%s)", result.Count(warnings-left, "more warning"), a.allWarnings())}
		list = slices.Concat(list[:left], result.List{more}, list[warnings:])
	}
	if err := Lines(w, list); err != nil {
		return err
	}
	if !p.Failed() || a == Pipelines {
		return nil
	}
	told := Attention(p, a, details)
	text := fmt.Sprintf("nothing is changed: %s, %s", result.Count(told.Count(result.Error), "error"), result.Count(told.Count(result.Warning), "warning"))
	if all := Attention(p, a, true); len(all) > len(told) {
		text += " (more with --details)"
	}
	if !going.Failed() && len(going.Clusters) > 0 {
		text = fmt.Sprintf("%d of %d clusters blocked", len(blocked), len(p.Clusters))
	}
	_, err := fmt.Fprintln(w, text)
	return err
}
