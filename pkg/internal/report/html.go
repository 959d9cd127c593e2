package report

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

//go:embed html
var pages embed.FS

// templates are the pages; none of them needs another file when it is shown.
var templates = template.Must(template.ParseFS(pages, "html/*.html"))

// htmlRow is a row of the page. Keys are what its cells sort by, as texts.
type htmlRow struct {
	Cluster, Release, Next, Newest, Local, Apart                 string
	ReleaseKey, NextKey, NewestKey, LocalKey, ApartKey, LinesKey string
	Lines                                                        []htmlLine
}

type htmlLine struct{ Kind, Text string }

type htmlBar struct {
	Name  string
	Count int
	Width int // in per cent of the longest one
}

// StatusHTML writes how clusters stand as one page that needs no other file: a chart of clusters per release, and a table to sort
// and filter.
func StatusHTML(w io.Writer, rows []*fleet.Row) error {
	var page struct {
		Rows  []htmlRow
		Chart []htmlBar
	}
	keys := sortKeys(rows)
	for _, r := range rows {
		x := htmlRow{
			Cluster: escape.Text(r.Cluster.String()), Release: escape.Text(releaseText(r)), Next: dash(r.Next), Newest: dash(r.Newest), Local: localText(r), Apart: fmt.Sprint(len(r.Apart)),
			ReleaseKey: keys[r.Release], NextKey: keys[r.Next], NewestKey: keys[r.Newest], LocalKey: numberKey(len(r.Local)), ApartKey: numberKey(len(r.Apart)),
		}
		for _, l := range statusLines(r, nil) {
			x.Lines = append(x.Lines, htmlLine{l.kind, escape.Text(l.text)})
		}
		x.LinesKey = numberKey(len(x.Lines))
		page.Rows = append(page.Rows, x)
	}
	most := 0
	counts := countReleases(rows)
	for _, c := range counts {
		most = max(most, c.Count)
	}
	for _, c := range counts {
		page.Chart = append(page.Chart, htmlBar{escape.Text(c.Name), c.Count, max(1, c.Count*80/most)})
	}
	return templates.ExecuteTemplate(w, "status.html", page)
}

func numberKey(n int) string { return fmt.Sprintf("%08d", n) }

// sortKeys writes releases so that texts order as versions do.
func sortKeys(rows []*fleet.Row) map[string]string {
	var names []string
	for _, r := range rows {
		names = append(names, r.Release, r.Next, r.Newest)
	}
	slices.SortFunc(names, compareReleases)
	keys := map[string]string{}
	for i, n := range slices.Compact(names) {
		keys[n] = numberKey(i)
	}
	return keys
}

func compareReleases(a, b string) int {
	providerA, textA, _ := strings.Cut(a, "/")
	providerB, textB, _ := strings.Cut(b, "/")
	x, errX := version.Parse(textA)
	y, errY := version.Parse(textB)
	if providerA != providerB || errX != nil || errY != nil {
		return strings.Compare(a, b)
	}
	return x.Compare(y)
}

// htmlPlan is what the page of a plan shows.
type htmlPlan struct {
	Title, Summary    string
	Rollouts, Blocked []string
	Problems, Notes   []htmlLine
	Together          []htmlChange // what comes to the same in several clusters
	Single            bool
	Clusters          []htmlCluster
}

type htmlCluster struct {
	Name, From, To, Count string
	Resources             []htmlResource
}

type htmlResource struct {
	File, Resource, Why string
	Rows                []htmlChange
	Notes               []htmlLine
}

type htmlChange struct{ Path, Old, New, Impact string }

// HTML writes a plan as one page that needs no other file: what to look at first, what will roll, and every change.
func HTML(w io.Writer, u *Upgrade) error {
	page := htmlPlan{Title: title(u.Plan), Summary: Summary(u.Plan)}
	if u.Impact {
		page.Title = "What " + target(u.Plan) + " would do to every cluster"
	}
	for _, r := range append(checked(u.Checked), Attention(u.Plan, People, u.Details)...) {
		page.Problems = append(page.Problems, htmlLine{string(r.Severity), r.String()})
	}
	for _, g := range grouped(blockedNotes(u), People) {
		page.Blocked = append(page.Blocked, g.result(People).String())
	}
	clusters := byCluster(u.Plan)
	page.Single = len(clusters) == 1
	for _, c := range clusters[:min(len(clusters), fewClusters)] {
		if x := c.cluster.Rollout(); x != nil {
			page.Rollouts = append(page.Rollouts, escape.Text(c.name+": "+Estimate(x)))
		}
	}
	if len(clusters) > fewClusters {
		page.Rollouts = []string{escape.Text(result.Count(len(clusters), "cluster") + ": " + rolls(clusters))}
	}
	if !page.Single {
		for _, a := range alikes(u.Plan) {
			if a.rank != rankRecords && a.path != "" || a.rank == rankKubernetes {
				page.Together = append(page.Together, htmlChange{escape.Text(a.name()), a.was(), a.next, escape.Text(a.where())})
			}
		}
	}
	notes := notesOf(u.Plan)
	for _, c := range clusters {
		cluster := htmlCluster{Name: escape.Text(c.name), From: escape.Text(c.cluster.On.Text), To: goal(c.cluster)}
		changes := 0
		for _, r := range c.resources {
			changes += r.Count()
			cluster.Resources = append(cluster.Resources, htmlOf(r, notes.take(r.Item)))
		}
		cluster.Count = fmt.Sprintf("%s in %s", result.Count(changes, "change"), result.Count(len(c.resources), "resource"))
		page.Clusters = append(page.Clusters, cluster)
	}
	for _, r := range notes.rest(true) {
		page.Notes = append(page.Notes, htmlLine{r.Tags.Get(result.NoteTag), r.String()})
	}
	return templates.ExecuteTemplate(w, "plan.html", page)
}

func htmlOf(r *plan.Resource, notes []*plan.Note) htmlResource {
	const limit = 200
	out := htmlResource{File: escape.Text(r.Item.Location.Path), Resource: escape.Text(nameOf(r)), Why: escape.Text(strings.Join(r.Reasons(), ", "))}
	switch {
	case r.Removed:
		out.Notes = append(out.Notes, htmlLine{"removed", "the resource is removed"})
	case r.Created:
		out.Notes = append(out.Notes, htmlLine{"created", "the resource is created"})
	default:
		for _, c := range r.Told() {
			old, next := r.Brief(c.Change)
			from, to := apart(old, next, limit)
			out.Rows = append(out.Rows, htmlChange{escape.Text(c.Path.String()), from, to, string(c.Impact)})
		}
	}
	for _, n := range notes {
		out.Notes = append(out.Notes, htmlLine{string(tagOf(*n)), escape.Text(strings.TrimPrefix(n.Field.String()+": "+Words(*n, People).Message, ": "))})
	}
	return out
}
