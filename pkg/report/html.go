package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/status"
	"github.com/giantswarm/apply-release/pkg/version"
)

//go:embed status.html
var statusPage string

var statusTemplate = template.Must(template.New("status").Parse(statusPage))

// htmlRow is a row of the page. Keys are what its cells sort by, as texts.
type htmlRow struct {
	Cluster, Release, Newest, Local, Apart              string
	ReleaseKey, NewestKey, LocalKey, ApartKey, LinesKey string
	Lines                                               []htmlLine
}

type htmlLine struct{ Kind, Text string }

type htmlBar struct {
	Name  string
	Count int
	Width int // in per cent of the longest one
}

// StatusHTML writes how clusters stand as one page that needs no other file: a chart of clusters per release, and a table to sort
// and filter.
func StatusHTML(w io.Writer, rows []*status.Row) error {
	var page struct {
		Rows  []htmlRow
		Chart []htmlBar
	}
	keys := sortKeys(rows)
	for _, r := range rows {
		x := htmlRow{
			Cluster: r.Cluster.String(), Release: releaseText(r), Newest: dash(r.Newest), Local: localText(r), Apart: fmt.Sprint(len(r.Apart)),
			ReleaseKey: keys[r.Release], NewestKey: keys[r.Newest], LocalKey: numberKey(len(r.Local)), ApartKey: numberKey(len(r.Apart)),
		}
		for _, l := range statusLines(r) {
			x.Lines = append(x.Lines, htmlLine{l.kind, l.text})
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
		page.Chart = append(page.Chart, htmlBar{c.Name, c.Count, max(1, c.Count*80/most)})
	}
	return statusTemplate.Execute(w, page)
}

func numberKey(n int) string { return fmt.Sprintf("%08d", n) }

// sortKeys writes releases so that texts order as versions do.
func sortKeys(rows []*status.Row) map[string]string {
	var names []string
	for _, r := range rows {
		names = append(names, r.Release, r.Newest)
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
