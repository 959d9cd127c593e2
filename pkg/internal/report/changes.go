package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/brief"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// alike is what several resources or clusters get alike, whatever they had before.
type alike struct {
	rank                int
	component           string
	kind, path          string // of the first resource, and the field; "" for path where the resource comes or goes
	sign                string
	olds                []string // what it was, shown short, in the order of the clusters; none where it was nowhere there
	next                string   // "" where it goes
	clusters, resources []string
	pinned              []string // the clusters whose overlay hides it
	last                *plan.Resource
	seen                map[string]bool // of the old values
}

// What changes come first: Kubernetes, other infrastructure, apps, the rest, records of the release.
const (
	rankKubernetes = iota
	rankInfrastructure
	rankApps
	rankRest
	rankRecords
)

// alikes are the changes of a plan, those that come to the same in several resources or clusters as one, Kubernetes first.
func alikes(p *plan.Plan) []alike {
	var out []alike
	at := map[string]int{}
	for _, c := range p.Clusters {
		hidden := c.Hidden()
		for _, r := range c.Resources {
			for _, x := range r.Told() {
				a := alikeOf(r, x)
				_, next := r.Brief(x.Change)
				key := strings.Join([]string{a.component, a.name(), whole(next)}, "\x00")
				if a.rank == rankRecords {
					key = ""
				}
				i, known := at[key]
				if !known {
					i = len(out)
					a.next = a.becomes(r, x)
					at[key], out = i, append(out, a)
				}
				out[i].add(c, r, x, len(hidden) > 0 && hidden[plan.Place{Item: r.Item, Path: x.Path.String()}])
			}
			if r.Removed {
				a := alike{rank: rankRest, kind: r.Item.Kind, sign: "-"}
				if len(r.Sources) > 0 {
					a.component = r.Sources[0].Component
				}
				key := strings.Join([]string{a.component, a.kind, "removed"}, "\x00")
				i, known := at[key]
				if !known || a.component == "" {
					i = len(out)
					at[key], out = i, append(out, a)
				}
				out[i].clusters, out[i].resources = withLast(out[i].clusters, c.String()), append(out[i].resources, r.Item.Name)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b alike) int {
		return cmp.Or(a.rank-b.rank, strings.Compare(a.name(), b.name()), len(b.resources)-len(a.resources))
	})
	return out
}

// add adds one more change that comes to the same.
func (a *alike) add(c *plan.Cluster, r *plan.Resource, x plan.Change, pinned bool) {
	name := c.String()
	if a.rank != rankRecords || a.last != r {
		a.resources = append(a.resources, r.Item.Name)
	}
	a.last = r
	a.clusters = withLast(a.clusters, name)
	if pinned {
		a.pinned = withLast(a.pinned, name)
	}
	old, next := r.Brief(x.Change)
	if was := whole(old); old != nil && !r.Created && !a.seen[was] {
		if len(a.olds) == 0 && a.seen == nil {
			a.seen = map[string]bool{}
		}
		a.seen[was] = true
		text, _ := apart(old, next, shownValue)
		a.olds = append(a.olds, text)
		a.sign = sign(x.Op)
	}
}

// withLast adds a name that is not the last already: changes come cluster by cluster.
func withLast(names []string, name string) []string {
	if len(names) > 0 && names[len(names)-1] == name {
		return names
	}
	return append(names, name)
}

// shownValue is how many characters of a value are shown at most where changes are told together.
const shownValue = 60

// whole is all of a value, to tell it from others, however it is written.
func whole(n *yamltree.Node) string { return brief.Value(n, math.MaxInt) }

func alikeOf(r *plan.Resource, x plan.Change) alike {
	a := alike{component: x.Component, kind: r.Item.Kind, path: x.Path.String(), sign: sign(x.Op)}
	field := kinds.VersionField(r.Item.Ref)
	switch {
	case x.Rule == plan.Record && x.Impact == kinds.RollsAll:
		a.rank, a.kind, a.path = rankKubernetes, "release of the whole cluster", ""
	case x.Component == "" || policy.IsOfRecords(x.Change):
		a.rank = rankRecords
	case r.Created:
		a.rank, a.path = rankRest, ""
	case field != nil && x.Path.Equal(yamltree.Fields(field...)):
		a.rank = rankKubernetes
	case kinds.IsGroup(r.Item.Group()):
		a.rank = rankInfrastructure
	case x.Impact == kinds.AppOnly:
		a.rank = rankApps
	default:
		a.rank = rankRest
	}
	return a
}

// becomes is what it becomes, short; "" for what comes or goes.
func (a alike) becomes(r *plan.Resource, x plan.Change) string {
	if a.path == "" && a.rank != rankKubernetes {
		return ""
	}
	old, now := r.Brief(x.Change)
	_, next := apart(old, now, shownValue)
	return next
}

// name is what changes: Kubernetes, a component whose version it is, or a field of a kind.
func (a alike) name() string {
	if a.rank == rankKubernetes && a.path != "" {
		return "Kubernetes (" + a.kind + ")"
	}
	if a.rank == rankApps && strings.HasSuffix(strings.ToLower(a.path), "version") {
		return a.component
	}
	return strings.TrimSuffix(a.kind+" "+a.path, " ")
}

// subject is what goes from one version to another: Kubernetes, or, where a chart is the whole cluster, its release.
func (a alike) subject() string {
	if a.path == "" {
		return "release "
	}
	return "Kubernetes "
}

// what says what changes: "cert-manager  3.9.4 -> 3.13.0", or a field of a kind.
func (a alike) what() string {
	switch {
	case a.rank == rankRecords:
		return "~ records of the release, and references to copies"
	case a.path == "" && a.rank == rankKubernetes:
		return fmt.Sprintf("~ %s  %s -> %s", a.kind, a.was(), a.next)
	case a.path == "" && a.sign == "-":
		return fmt.Sprintf("- %s is removed", a.named())
	case a.path == "":
		return fmt.Sprintf("+ %s is created", a.named())
	}
	name, was := a.name(), a.was()
	switch {
	case was == "":
		return fmt.Sprintf("+ %s  %s", name, a.next)
	case a.next == "":
		return fmt.Sprintf("- %s  %s", name, was)
	}
	return fmt.Sprintf("~ %s  %s -> %s", name, was, a.next)
}

// named is what comes or goes, by its kind and name.
func (a alike) named() string {
	var names []string
	for _, n := range a.resources { // one that is created has several changes
		names = withLast(names, n)
	}
	return a.kind + " " + some(names, 3)
}

// was are the old values: all of them where there is room for that, else how many there are.
func (a alike) was() string {
	if text := strings.Join(a.olds, ", "); len(a.olds) < 2 || len([]rune(text)) <= shownValue {
		return text
	}
	return fmt.Sprintf("%d values", len(a.olds))
}

// few are as many of the changes as some screens have room for: of each rank those that most resources get; more says how many are left out.
func few(all []alike, screens int) (out []alike, more int) {
	for rank, room := range []int{rankKubernetes: 6, rankInfrastructure: 12, rankApps: 20, rankRest: 3, rankRecords: 1} {
		room *= screens
		var own []alike
		for _, a := range all {
			if a.rank == rank {
				own = append(own, a)
			}
		}
		if len(own) <= room {
			out = append(out, own...)
			continue
		}
		places := make([]int, len(own))
		for i := range own {
			places[i] = i
		}
		slices.SortStableFunc(places, func(a, b int) int {
			return cmp.Or(own[a].weight()-own[b].weight(), len(own[b].resources)-len(own[a].resources))
		})
		places = places[:room]
		slices.Sort(places)
		for _, i := range places {
			out = append(out, own[i])
		}
		more += len(own) - room
	}
	return out, more
}

// weight orders what is shown where there is no room for all: what comes or goes first, and labels last.
func (a alike) weight() int {
	switch {
	case strings.HasPrefix(a.path, "metadata."):
		return 2
	case a.sign == "~":
		return 1
	}
	return 0
}

// where says in which clusters, or in how many, and how many of them will not see it.
func (a alike) where() string {
	const named = 3
	text := result.Count(len(a.clusters), "cluster")
	if len(a.clusters) <= named {
		text = strings.Join(a.clusters, ", ")
	}
	if len(a.resources) > len(a.clusters) {
		text = result.Count(len(a.resources), "resource") + " in " + text
	}
	if len(a.pinned) > 0 {
		of := "their"
		if len(a.pinned) == 1 {
			of = "its"
		}
		text += fmt.Sprintf(", %d pinned by %s overlay", len(a.pinned), of)
	}
	return text
}
