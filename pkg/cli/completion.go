package cli

import (
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/repo"
	"github.com/spf13/cobra"
)

const noFiles = cobra.ShellCompDirectiveNoFileComp

// checkout opens the repository for completion, where nothing may be said about what is wrong.
func (o *options) checkout() *repo.Repo {
	r, err := open(o.dir, v1alpha1.Layout{Release: v1alpha1.DefaultReleaseLayout, Cluster: v1alpha1.DefaultClusterLayout})
	if err != nil {
		return nil
	}
	return r
}

func (o *options) completeClusters(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	r := o.checkout()
	if r == nil {
		return nil, noFiles
	}
	installation, _, found := strings.Cut(typed, "/")
	if !found {
		installation = "*"
	}
	all, err := r.ClusterFolders(installation + "/*")
	if err != nil {
		return nil, noFiles
	}
	return startingWith(all, typed), noFiles
}

func (o *options) completeReleases(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	r := o.checkout()
	if r == nil {
		return nil, noFiles
	}
	found, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, noFiles
	}
	var all []string
	for _, rel := range found {
		all = append(all, rel.Provider+"/"+rel.Version)
	}
	return startingWith(all, typed), noFiles
}

// completeComponents offers the components of the release that is typed already, else of all.
func (o *options) completeComponents(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	r := o.checkout()
	if r == nil {
		return nil, noFiles
	}
	found, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, noFiles
	}
	var all []string
	for _, rel := range found {
		if name := rel.Provider + "/" + rel.Version; o.release != "" && o.release != name && o.release != rel.Version {
			continue
		}
		files, err := r.Read(rel.Folder)
		if err != nil {
			return nil, noFiles
		}
		for _, f := range files {
			all = append(all, strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path)))
		}
	}
	slices.Sort(all)
	before := typed[:strings.LastIndexByte(typed, ',')+1] // of a list, the last one is being typed
	fitting := startingWith(slices.Compact(all), typed[len(before):])
	for i := range fitting {
		fitting[i] = before + fitting[i]
	}
	return fitting, noFiles
}

func startingWith(all []string, typed string) []string {
	return slices.DeleteFunc(all, func(s string) bool { return !strings.HasPrefix(s, typed) })
}
