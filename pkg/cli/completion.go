package cli

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/spf13/cobra"
)

// completion makes a completion of a list of words in the checkout, where nothing may be said about what is wrong.
func (o *options) completion(words func(r *checkout.Repo, typed string) ([]string, error)) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		const noFiles = cobra.ShellCompDirectiveNoFileComp
		r, err := o.configured()
		if err != nil {
			return nil, noFiles
		}
		all, err := words(r, typed)
		if err != nil {
			return nil, noFiles
		}
		return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, typed) }), noFiles
	}
}

func clusterNames(r *checkout.Repo, typed string) ([]string, error) {
	installation, _, found := strings.Cut(typed, "/")
	if !found {
		installation = "*"
	}
	return r.ClusterNames(installation + "/*")
}

func releaseNames(r *checkout.Repo, _ string) ([]string, error) {
	found, err := r.ReleaseFolders("*")
	var all []string
	for _, rel := range found {
		all = append(all, rel.Provider+"/"+rel.Version)
	}
	return all, err
}

// componentNames offers the components of the release that is typed already, else of all. Of a list, the last one is being
// typed.
func (o *options) componentNames(r *checkout.Repo, typed string) ([]string, error) {
	found, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var all []string
	for _, rel := range found {
		if name := rel.Provider + "/" + rel.Version; o.release != "" && o.release != name && o.release != rel.Version {
			continue
		}
		files, err := r.Read(rel.Folder)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			all = append(all, before+strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}
