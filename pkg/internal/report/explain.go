package report

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
)

// Explain writes where the value of a field comes from: a line for each place, with * at the one that wins.
// Where nothing sets it, near is the field that may have been meant, "" for none.
func Explain(w io.Writer, c *fleet.Chain, near string) error {
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
		if near != "" {
			text = escape.Text(fmt.Sprintf("nothing sets it in the cluster (did you mean %s?)", near)) + "\n"
		}
	}
	if by := keeps(c); by != "" {
		text += escape.Text("upgrades leave it alone: "+by) + "\n"
	} else if by := ruled(c.Policy); by != "" {
		text += escape.Text("where it is changed by hand, an upgrade goes by "+by) + "\n"
	}
	for _, u := range c.Unseen {
		text += escape.Text("not looked at, and may set it: "+u) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// keeps says why upgrades leave a field alone.
func keeps(c *fleet.Chain) string {
	switch by := c.Policy.By; {
	case by == policy.KeepAnnotation:
		return "the annotation " + by + " keeps it (" + c.Policy.Where + ")"
	case by != "":
		return "the annotation " + by + " says that something else scales it (" + c.Policy.Where + ")"
	case !c.Policy.Keeps():
		return ""
	}
	return "changes by hand are kept by " + ruled(c.Policy)
}

// ruled names the part of the policy that counts for a field; "" where none is of its own.
func ruled(r fleet.Ruling) string {
	switch {
	case r.Rule != nil:
		text := fmt.Sprintf("the rule for %s, which says %s", r.Rule, r.Setting)
		if r.Where != "" {
			text += " (" + r.Where + ")"
		}
		if r.Rule.Reason != "" {
			text += ": " + r.Rule.Reason
		}
		if r.Rule.Until != "" {
			text += ", until " + r.Rule.Until
		}
		return text
	case r.Setting != v1alpha1.Overwrite:
		return fmt.Sprintf("the policy of all fields, localChanges: %s", r.Setting)
	}
	return ""
}

// ExplainCluster writes the resources of a cluster's base, with the components that are for each.
func ExplainCluster(w io.Writer, name string, all []fleet.Known, asJSON bool) error {
	if asJSON {
		d := knownDocument{APIVersion: apiVersion, Kind: "Explanations", Cluster: name, Resources: []knownResource{}}
		for _, k := range all {
			d.Resources = append(d.Resources, knownResourceOf(k))
		}
		return writeJSON(w, d)
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "RESOURCE\tRELEASE\tCOMPONENTS\tFILE")
	for _, k := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", escape.Text(k.Item.Kind+"/"+k.Item.Name), escape.Text(dash(k.Release)), escape.Text(dash(strings.Join(k.Components, ", "))), escape.Text(k.Item.Location.Path))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\nFor the fields of one: apply-release explain %s KIND/NAME\n", escape.Text(escape.Shell(name)))
	return err
}

// ExplainResource writes the fields of a resource that a release or the customer's overlay sets: what each says, and what runs.
func ExplainResource(w io.Writer, k fleet.Known, chains []*fleet.Chain, asJSON bool) error {
	if asJSON {
		x := knownResourceOf(k)
		for _, c := range chains {
			x.Fields = append(x.Fields, c.Field.String())
		}
		return writeJSON(w, knownDocument{APIVersion: apiVersion, Kind: "Explanations", Resources: []knownResource{x}})
	}
	if _, err := fmt.Fprintf(w, "%s\n", escape.Text(fmt.Sprintf("%s: %s", k.Item.Location.Path, k.Item.Ref))); err != nil {
		return err
	}
	if len(chains) == 0 {
		_, err := io.WriteString(w, "no release that is known and no overlay sets a field of it\n")
		return err
	}
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "FIELD\tRELEASE %s\tBASE\tOVERLAY\n", escape.Text(k.Release))
	for _, c := range chains {
		said := map[fleet.Source]string{}
		for _, l := range c.Links {
			value := short(l.Value, 40)
			switch {
			case l.Silent:
				continue
			case l.Value == nil:
				value = "removed"
			}
			if l.Wins {
				value = "*" + value
			}
			switch l.Source {
			case fleet.ReleaseOverlay:
				l.Source = fleet.ReleaseBase
			case fleet.BasePatch:
				l.Source = fleet.ClusterBase
			}
			said[l.Source] = value
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", escape.Text(c.Field.String()), dash(said[fleet.ReleaseBase]), dash(said[fleet.ClusterBase]), dash(said[fleet.CustomerOverlay]))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n* is what runs\n")
	return err
}

// knownDocument is the shape of what there is to ask about in JSON. Fields are only ever added to a version.
type knownDocument struct {
	APIVersion string          `json:"apiVersion"` // fn.giantswarm.io/v1alpha1
	Kind       string          `json:"kind"`       // Explanations
	Cluster    string          `json:"cluster,omitempty"`
	Resources  []knownResource `json:"resources"`
}

type knownResource struct {
	Resource   *resourceDocument `json:"resource"`
	Release    string            `json:"release,omitempty"`
	Components []string          `json:"components"`
	Fields     []string          `json:"fields,omitempty"` // those that a component or the overlay sets
}

func knownResourceOf(k fleet.Known) knownResource {
	return knownResource{Resource: itemDocument(k.Item), Release: k.Release, Components: listed(k.Components)}
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
	Unseen     []string          `json:"unseen,omitempty"` // of kustomizations, what is not looked at and may set it, too
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
		Sources: []linkDocument{}, Kept: keeps(c), Unseen: c.Unseen,
	}
	for _, l := range c.Links {
		if !l.Silent {
			d.Sources = append(d.Sources, linkDocument{string(l.Source), l.Component, l.Where, Plain(l.Value), l.Wins})
		}
	}
	return writeJSON(w, d)
}
