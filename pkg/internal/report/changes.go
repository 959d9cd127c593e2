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
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// alike is one change that several resources or clusters see.
type alike struct {
	rank                int
	component           string
	kind, path          string // of the first resource, and the field; "" for path where the resource comes or goes
	sign                string
	old, next           string
	clusters, resources []string
	pinned              []string // the clusters whose overlay hides it
	last                *plan.Resource
}

// What changes come first: Kubernetes, other infrastructure, apps, the rest, records of the release.
const (
	rankKubernetes = iota
	rankInfrastructure
	rankApps
	rankRest
	rankRecords
)

// alikes are the changes of a plan, those that are the same in several resources or clusters as one, Kubernetes first.
func alikes(p *plan.Plan) []alike {
	var out []alike
	at := map[string]int{}
	for _, c := range p.Clusters {
		hidden := hiddenIn(c)
		for _, r := range c.Resources {
			for _, x := range r.Told() {
				a := alikeOf(r, x)
				old, next := r.Shown(x.Change)
				key := strings.Join([]string{a.component, a.name(), a.sign, whole(old), whole(next)}, "\x00")
				if a.rank == rankRecords {
					key = ""
				}
				i, known := at[key]
				if !known {
					i = len(out)
					at[key], out = i, append(out, a)
				}
				name := c.String()
				if last := len(out[i].resources) - 1; a.rank != rankRecords || last < 0 || out[i].last != r {
					out[i].resources = append(out[i].resources, r.Item.Name)
				}
				out[i].last = r
				if !slices.Contains(out[i].clusters, name) {
					out[i].clusters = append(out[i].clusters, name)
				}
				if hidden[place{r.Item, x.Path.String()}] && !slices.Contains(out[i].pinned, name) {
					out[i].pinned = append(out[i].pinned, name)
				}
			}
			if r.Removed {
				out = append(out, alike{rank: rankRest, kind: r.Item.Kind, sign: "-", clusters: []string{c.String()}, resources: []string{r.Item.Name}})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b alike) int {
		return cmp.Or(a.rank-b.rank, strings.Compare(a.name(), b.name()), len(b.resources)-len(a.resources))
	})
	return out
}

// whole is all of a value, to tell it from others, however it is written.
func whole(n *yamltree.Node) string { return brief.Value(n, math.MaxInt) }

type place struct {
	item *resource.Item
	path string
}

// hiddenIn are the places of a cluster whose change the customer's overlay hides.
func hiddenIn(c *plan.Cluster) map[place]bool {
	out := map[place]bool{}
	for _, n := range c.Notes {
		if n.Kind == plan.Hidden {
			out[place{n.Item, n.Field.String()}] = true
		}
	}
	return out
}

func alikeOf(r *plan.Resource, x plan.Change) alike {
	a := alike{component: x.Component, kind: r.Item.Kind, path: x.Path.String(), sign: sign(x.Op)}
	old, next := r.Shown(x.Change)
	const limit = 60
	a.old, a.next = apart(old, next, limit)
	field := kinds.VersionField(r.Item.Ref)
	switch {
	case x.Component == "" || policy.IsOfRecords(x.Change):
		a.rank = rankRecords
	case r.Created:
		a.rank, a.old, a.next = rankRest, "", ""
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

// name is what changes: a component whose version it is, or a field of a kind.
func (a alike) name() string {
	if a.rank == rankApps && strings.HasSuffix(strings.ToLower(a.path), "version") {
		return a.component
	}
	return strings.TrimSuffix(a.kind+" "+a.path, " ")
}

// what says what changes: "cert-manager  3.9.4 -> 3.13.0", or a field of a kind.
func (a alike) what() string {
	switch {
	case a.rank == rankRecords:
		return "~ records of the release, and references to copies"
	case a.path == "" && a.sign == "-":
		return fmt.Sprintf("- %s is removed", a.kind)
	case a.path == "":
		return fmt.Sprintf("+ %s is created", a.kind)
	}
	name := a.name()
	switch {
	case a.old == "":
		return fmt.Sprintf("+ %s  %s", name, a.next)
	case a.next == "":
		return fmt.Sprintf("- %s  %s", name, a.old)
	}
	return fmt.Sprintf("~ %s  %s -> %s", name, a.old, a.next)
}

// where says in how many clusters, and how many of them will not see it.
func (a alike) where() string {
	text := result.Count(len(a.clusters), "cluster")
	if len(a.resources) > len(a.clusters) {
		text = result.Count(len(a.resources), "resource") + " in " + text
	}
	if len(a.pinned) > 0 {
		text += fmt.Sprintf(", %d pinned by their overlay", len(a.pinned))
	}
	return text
}
