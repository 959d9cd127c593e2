package create

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Request is a cluster that is to be made.
type Request struct {
	Installation, ID string
	// Release is the version of its release, and Kubernetes what of Kubernetes that brings, "" where it does not say.
	Release, Kubernetes string
	// Values are those of variables, by name.
	Values map[string]string
}

// Named reads the name of a new cluster, installation/cluster.
func Named(name string) (Request, error) {
	installation, id, found := strings.Cut(name, "/")
	if !found || strings.Contains(id, "/") {
		return Request{}, fmt.Errorf("%q is no name for a cluster; must be installation/cluster, such as gauss/peu02", name)
	}
	return Request{Installation: installation, ID: id}, errors.Join(CheckInstallation(installation), CheckID(id))
}

// BuiltIn are the variables that have values for any template, and where these come from.
var BuiltIn = []Variable{
	{Name: "CLUSTER_NAME", Where: "the name of the cluster"},
	{Name: "INSTALLATION", Where: "the name of its installation"},
	{Name: "RELEASE_VERSION", Where: "the release, such as 34.5.0"},
	{Name: "KUBERNETES_VERSION", Where: "the version of Kubernetes that the release brings, such as v1.34.5, where it says one"},
	{Name: "ORG_NAMESPACE", Where: "org- and ORGANIZATION, or NAMESPACE"},
	{Name: "NAMESPACE", Where: "ORG_NAMESPACE"},
}

// built are the values of the built-in variables.
func (r Request) built() map[string]string {
	out := map[string]string{"CLUSTER_NAME": r.ID, "INSTALLATION": r.Installation, "RELEASE_VERSION": strings.TrimPrefix(r.Release, "v")}
	if r.Kubernetes != "" {
		out["KUBERNETES_VERSION"] = "v" + strings.TrimPrefix(r.Kubernetes, "v")
	}
	given := map[string]string{}
	for name, v := range r.Values {
		given[NameOf(name)] = v
	}
	switch organization := given["ORGANIZATION"]; {
	case organization != "":
		out["ORG_NAMESPACE"] = "org-" + strings.TrimPrefix(organization, "org-")
	case given["NAMESPACE"] != "":
		out["ORG_NAMESPACE"] = given["NAMESPACE"]
	}
	if ns := given["ORG_NAMESPACE"]; ns != "" {
		out["ORG_NAMESPACE"] = ns
	}
	if ns := out["ORG_NAMESPACE"]; ns != "" {
		out["NAMESPACE"] = ns
	}
	return out
}

// Places are what the parts of a layout of clusters are for the cluster: installation, cluster, and the values of variables, by their names in any case.
func (r Request) Places() map[string]string {
	out := map[string]string{}
	for name, v := range r.Values {
		out[strings.ToLower(name)] = v
	}
	out["installation"], out["cluster"] = r.Installation, r.ID
	return out
}

// InPath are the variables that a layout of clusters has beside installation and cluster, in capital letters.
func InPath(l layout.Cluster) []string {
	var out []string
	for _, name := range l.Variables() {
		if name != "installation" && name != "cluster" {
			out = append(out, strings.ToUpper(name))
		}
	}
	return out
}

// FromTemplate are the files of the cluster from a template; the errors are those of [Template.Fill] and [Files]. inPath are variables that the path of the cluster has.
func (r Request) FromTemplate(t Template, inPath []string) ([]File, error) {
	if err := r.checkValues(); err != nil {
		return nil, err
	}
	r = r.withDefaults(t)
	filled, err := t.Fill(r.built(), r.Values, append(inPath, "ORGANIZATION"))
	if err != nil {
		return nil, err
	}
	if err := r.survive(t, filled); err != nil {
		return nil, err
	}
	return Files(filled, r.ID)
}

// checkValues says which values are not for who fills a template to set.
func (r Request) checkValues() error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		switch NameOf(name) {
		case "CLUSTER_NAME", "INSTALLATION", "RELEASE_VERSION":
			errs = append(errs, fmt.Errorf("%s: follows from the cluster and its release; must not be set", name))
		}
	}
	return errors.Join(errs...)
}

// withDefaults is the request with the organization that a template has as a default, which others follow from.
func (r Request) withDefaults(t Template) Request {
	variables, err := t.Variables()
	if err != nil {
		return r // which filling says
	}
	for _, v := range variables {
		if _, set := r.Values["ORGANIZATION"]; v.Name == "ORGANIZATION" && v.Has && !set && !strings.Contains(v.Default, "$") {
			r.Values = maps.Clone(r.Values)
			if r.Values == nil {
				r.Values = map[string]string{}
			}
			r.Values["ORGANIZATION"] = v.Default
		}
	}
	return r
}

// survive says which values mean something else in YAML than they are, where they stand in the template: "x #y" without quotes is x.
func (r Request) survive(t, filled Template) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		v := r.Values[name]
		if !strings.ContainsAny(v, "#:\\\"'{}[],&*!|>%@`") {
			continue
		}
		for n, f := range t {
			if !strings.Contains(f.Text, NameOf(name)) && !strings.Contains(f.Text, name) || !isYAML(f.Path) || holds(filled[n].Text, v) {
				continue
			}
			errs = append(errs, fmt.Errorf("%s: %q means something else in YAML where it stands in %s; must be in quotes there", name, v, f.Path))
		}
	}
	return errors.Join(errs...)
}

// holds reports whether a text is a part of any value in YAML; of what is no YAML it is true, since that is said elsewhere.
func holds(text, value string) bool {
	docs, err := yamltree.Documents([]byte(text))
	if err != nil {
		return true
	}
	var in func(n *yamltree.Node) bool
	in = func(n *yamltree.Node) bool {
		if n.Kind == yamltree.Scalar && strings.Contains(n.Value, value) || strings.Contains(n.Key, value) {
			return true
		}
		for child := range n.Children() {
			if in(child) {
				return true
			}
		}
		return false
	}
	return slices.ContainsFunc(docs, func(d *yamltree.Doc) bool { return in(d.Root) })
}

// FromCluster are the files of the cluster in the shape of another one, which is called old, as [Like] makes them. Of values there may be those in inPath.
func (r Request) FromCluster(files []File, old Request, inPath []string) ([]File, []Renaming, []string, error) {
	for _, name := range slices.Sorted(maps.Keys(r.Values)) {
		if !slices.Contains(inPath, name) {
			return nil, nil, nil, fmt.Errorf("%s: is set, and no template asks for it", name)
		}
	}
	names := []Renaming{{Old: old.ID, New: r.ID}}
	if old.Installation != "" && old.Installation != r.Installation {
		names = append(names, Renaming{Old: old.Installation, New: r.Installation})
	}
	alike, secrets, err := Like(files, names)
	if err != nil {
		return nil, nil, nil, err
	}
	out, err := Files(alike, r.ID)
	return out, names, secrets, err
}
