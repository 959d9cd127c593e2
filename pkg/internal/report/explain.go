package report

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
)

// Explain writes where the value of a field comes from: a line for each place, with * at the one that wins.
func Explain(w io.Writer, c *fleet.Chain) error {
	if _, err := fmt.Fprintf(w, "%s\n", escape.Text(fmt.Sprintf("%s: %s: %s", c.Item.Location.Path, c.Item.Ref, c.Field))); err != nil {
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	wins := false
	for _, l := range c.Links {
		mark, value := " ", short(l.Value, 80)
		switch {
		case l.Silent:
			value = "-"
		case l.Value == nil:
			value = "removed"
		}
		if l.Wins {
			mark, wins = "*", true
		}
		source := string(l.Source)
		if l.Source == fleet.ReleaseBase || l.Source == fleet.ReleaseOverlay {
			source += " " + c.Release
		}
		fmt.Fprintf(t, "%s %s\t%s\t%s\n", mark, escape.Text(source), value, escape.Text(l.Where))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	text := ""
	if !wins {
		text = "nothing sets it in the cluster\n"
	}
	if c.Kept != "" {
		text += escape.Text("upgrades leave it alone: "+keeps(c)) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// keeps says why upgrades leave a field alone.
func keeps(c *fleet.Chain) string {
	switch c.Kept {
	case "":
		return ""
	case policy.KeepAnnotation:
		return "the annotation " + c.Kept + " keeps it"
	}
	return "the annotation " + c.Kept + " says that something else scales it"
}

// chainDocument is the shape of an explanation in JSON. Fields are only ever added to a version.
type chainDocument struct {
	APIVersion string            `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string            `json:"kind"`       // Explanation
	Resource   *resourceDocument `json:"resource"`
	Path       string            `json:"path"`
	Release    string            `json:"release,omitempty"`
	Sources    []linkDocument    `json:"sources"` // those that say something, the later over the earlier
	Kept       string            `json:"kept,omitempty"`
}

type linkDocument struct {
	Source    string `json:"source"` // release base, release overlay, cluster base, customer overlay
	Component string `json:"component,omitempty"`
	Where     string `json:"where"` // file:line
	Value     any    `json:"value"` // null where the source removes the field
	Wins      bool   `json:"wins"`
}

// ExplainJSON writes the same as one document.
func ExplainJSON(w io.Writer, c *fleet.Chain) error {
	d := chainDocument{
		APIVersion: apiVersion, Kind: "Explanation", Resource: itemDocument(c.Item), Path: c.Field.String(), Release: c.Release,
		Sources: []linkDocument{}, Kept: keeps(c),
	}
	for _, l := range c.Links {
		if !l.Silent {
			d.Sources = append(d.Sources, linkDocument{string(l.Source), l.Component, l.Where, Plain(l.Value), l.Wins})
		}
	}
	return writeJSON(w, d)
}
