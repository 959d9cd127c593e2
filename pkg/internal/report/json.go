package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// apiVersion is that of the documents.
const apiVersion = "fn.giantswarm.io/v1alpha1"

// planDocument is the shape of a plan in JSON. Fields are only ever added to a version.
type planDocument struct {
	APIVersion string            `json:"apiVersion"`        // fn.giantswarm.io/v1alpha1
	Kind       string            `json:"kind"`              // Plan
	Release    string            `json:"release,omitempty"` // where all clusters get the same one
	Clusters   []string          `json:"clusters"`
	Steps      []goalDocument    `json:"steps"` // of each of the clusters
	Files      []string          `json:"files"` // those that change
	Changes    []changeDocument  `json:"changes"`
	Blocked    []blockedDocument `json:"blocked"`         // clusters that cannot go, and are in none of the other lists
	Absent     []string          `json:"absent"`          // components that match nothing, which is no news
	Rollout    []rolloutDocument `json:"rollout"`         // by a static estimate
	Notices    []noticeDocument  `json:"notices"`         // what must be known before the upgrade
	Results    []resultDocument  `json:"results"`         // errors and warnings, then what else there is to say
	Check      []resultDocument  `json:"check,omitempty"` // of an Impact: what is wrong with the release
	Summary    string            `json:"summary"`
}

type goalDocument struct {
	Cluster string   `json:"cluster"`
	From    string   `json:"from,omitempty"` // the release that the cluster says it is on
	To      string   `json:"to"`
	Then    []string `json:"then,omitempty"` // the stops behind it, on the way to the release that was asked for
}

type resourceDocument struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	File       string `json:"file,omitempty"`
	Index      int    `json:"index"`
}

type changeDocument struct {
	Cluster   string            `json:"cluster"`
	Resource  *resourceDocument `json:"resource"`
	Component string            `json:"component"`
	Rule      string            `json:"rule"` // why the component is for the resource
	Op        string            `json:"op"`   // add, update, delete
	Path      string            `json:"path"`
	Old       any               `json:"old,omitempty"`
	New       any               `json:"new,omitempty"`
	Impact    string            `json:"impact"` // by a static estimate: rolls control plane, rolls workers, app only, ...
}

type rolloutDocument struct {
	Cluster      string   `json:"cluster"`
	From         string   `json:"from,omitempty"` // the release that the cluster says it is on
	ControlPlane []string `json:"controlPlane"`
	Workers      []string `json:"workers"`
	May          []string `json:"may"` // make machines roll, as a ClusterClass decides
	Apps         []string `json:"apps"`
	Rejected     []string `json:"rejected"` // as immutable
	Pinned       []string `json:"pinned"`   // resources whose changes the overlay hides
}

type noticeDocument struct {
	Release   string `json:"release"`
	Component string `json:"component,omitempty"` // of which it speaks
	Title     string `json:"title"`
	Text      string `json:"text"` // in Markdown
	URL       string `json:"url,omitempty"`
}

type blockedDocument struct {
	Cluster string           `json:"cluster"`
	From    string           `json:"from,omitempty"`
	Why     []resultDocument `json:"why"`
}

type resultDocument struct {
	Severity string            `json:"severity"`       // error, warning, info
	Note     string            `json:"note,omitempty"` // what an info is about that is worth a look: hidden, kept, ...
	Message  string            `json:"message"`
	Resource *resourceDocument `json:"resource,omitempty"`
	Path     string            `json:"path,omitempty"`
}

// JSON writes a plan as one document; field order and shape are stable.
func JSON(w io.Writer, u *Upgrade) error {
	d := planDocument{APIVersion: apiVersion, Kind: "Plan", Clusters: []string{}, Steps: []goalDocument{}, Files: []string{}, Changes: []changeDocument{}, Blocked: []blockedDocument{}, Absent: []string{}, Rollout: []rolloutDocument{}, Notices: []noticeDocument{}, Results: []resultDocument{}}
	if to := u.Releases(); len(to) == 1 {
		d.Release = to[0].String()
	}
	for _, c := range u.Clusters {
		d.Clusters = append(d.Clusters, c.String())
		if c.To != nil {
			d.Steps = append(d.Steps, goalDocument{c.String(), c.On.Text, c.To.String(), names(c.Rest)})
		}
		d.Changes = append(d.Changes, changesOf(c)...)
		if x := rolloutOf(c); x != nil {
			d.Rollout = append(d.Rollout, *x)
		}
	}
	for _, x := range noticesOf(u) {
		d.Notices = append(d.Notices, noticeDocument{x.release.String(), x.component.Name, x.section.Title, strings.Join(x.section.Lines, "\n"), x.release.URL})
	}
	for _, f := range u.Files {
		d.Files = append(d.Files, f.Path)
	}
	for _, r := range Findings(u.Plan, People) {
		if !r.Summary && !r.Change {
			d.Results = append(d.Results, documentOf(r))
		}
	}
	for _, c := range u.Blocked {
		b := blockedDocument{Cluster: c.String(), From: c.On.Text}
		for _, n := range reasons(c) {
			b.Why = append(b.Why, documentOf(Words(*n, People)))
		}
		for _, n := range c.Notes {
			if n.Severity == result.Warning {
				d.Results = append(d.Results, documentOf(Words(n, People)))
			}
		}
		d.Blocked = append(d.Blocked, b)
	}
	for _, n := range u.Notes {
		if n.Kind == plan.Absent {
			d.Absent = n.Names
		}
	}
	if u.Impact {
		d.Kind = "Impact"
	}
	for _, x := range checked(u.Checked) {
		d.Check = append(d.Check, documentOf(x))
	}
	d.Summary = Summary(u.Plan)
	if len(u.Clusters) == 0 && len(u.Blocked) > 0 {
		d.Summary = "nothing is changed: " + result.Count(len(u.Blocked), "cluster") + " blocked"
	}
	return writeJSON(w, d)
}

// names are releases as people write them.
func names(list []*release.Release) []string {
	var out []string
	for _, r := range list {
		out = append(out, r.String())
	}
	return out
}

// changesOf are the changes of a cluster.
func changesOf(c *plan.Cluster) []changeDocument {
	out := []changeDocument{}
	for _, r := range c.Resources {
		for _, x := range r.Told() {
			old, next := r.Shown(x.Change)
			out = append(out, changeDocument{
				Cluster: c.String(), Resource: itemDocument(r.Item), Component: x.Component, Rule: string(x.Rule),
				Op: string(x.Op), Path: x.Path.String(), Old: Plain(old), New: Plain(next), Impact: string(x.Impact),
			})
		}
	}
	return out
}

// rolloutOf is what rolls in a cluster; nil for nothing.
func rolloutOf(c *plan.Cluster) *rolloutDocument {
	x := c.Rollout()
	if x == nil {
		return nil
	}
	return &rolloutDocument{c.String(), c.On.Text, append(listed(x.ControlPlane), x.Whole...), append(listed(x.Workers), x.Whole...), listed(x.May), listed(x.Apps), listed(x.Rejected), listed(x.Pinned)}
}

func documentOf(r result.Result) resultDocument {
	return resultDocument{Severity: string(r.Severity), Note: r.Tags.Get(result.NoteTag), Message: r.Message, Resource: resourceOf(r), Path: r.Field.String()}
}

// listed is a list that JSON shows as one where it is empty.
func listed(names []string) []string { return append([]string{}, names...) }

// writeJSON writes a document for people and machines.
func writeJSON(w io.Writer, d any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return err
	}
	_, err := io.WriteString(w, escape.JSON(b.String()))
	return err
}

func resourceOf(r result.Result) *resourceDocument {
	if r.Item == nil {
		return nil
	}
	return itemDocument(r.Item)
}

func itemDocument(i *resource.Item) *resourceDocument {
	return &resourceDocument{i.APIVersion, i.Kind, i.Namespace, i.Name, i.Location.Path, i.Location.Index}
}
