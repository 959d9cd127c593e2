package create

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// FromTemplate are the files of the cluster from a template; the errors are those of [Template.Fill] and [Files]. inPath are variables that the path of the cluster has.
func (r Request) FromTemplate(t Template, inPath []string) ([]File, error) {
	filled, err := t.Fill(r.built(), r.Values, append(inPath, "ORGANIZATION"))
	if err != nil {
		return nil, err
	}
	return Files(filled, r.ID)
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
