package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/spf13/cobra"
)

// newReleases lists the releases of the checkout, and compares two.
func newReleases(s Streams) *cobra.Command {
	o := &options{}
	cmd := &cobra.Command{
		Use:     "releases",
		Short:   "List the releases of the checkout",
		Example: "  apply-release releases\n  apply-release releases diff aws/v33.1.4 aws/v34.0.0",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			r, err := o.defaultRepo()
			if err != nil {
				return err
			}
			catalog, err := o.catalog(r, s, "*", "")
			if err != nil {
				return err
			}
			if len(catalog.Releases) == 0 {
				return noRelease(r)
			}
			w := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, "RELEASE\tCOMPONENTS")
			for _, rel := range catalog.Releases {
				fmt.Fprintf(w, "%s\t%d\n", rel, len(rel.Components))
			}
			return w.Flush()
		},
	}
	cmd.PersistentFlags().StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	cmd.AddCommand(newReleasesDiff(o, s))
	return cmd
}

func newReleasesDiff(o *options, s Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "diff FROM TO",
		Short:   "Show the components that two releases add, remove, raise or lower",
		Example: "  apply-release releases diff aws/v33.1.4 aws/v34.0.0",
		Args:    cobra.ExactArgs(2),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return o.completion(releaseNames)(cmd, args, typed)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			r, err := o.defaultRepo()
			if err != nil {
				return err
			}
			var both [2]*release.Release
			for i, name := range args {
				provider, v, found := strings.Cut(name, "/")
				if !found {
					provider, v = "", name
				}
				catalog, err := o.catalog(r, s, provider, v)
				if err != nil {
					return err
				}
				if both[i], err = catalog.Select(provider, v); err != nil {
					return err
				}
			}
			return report.ReleasesDiff(s.Out, both[0], both[1])
		},
	}
}

// defaultRepo is the checkout in the default layout, for commands that take no configuration.
func (o *options) defaultRepo() (*checkout.Repo, error) {
	return open(o.dir, v1alpha1.Layout{Release: v1alpha1.DefaultReleaseLayout, Cluster: v1alpha1.DefaultClusterLayout})
}

// catalog reads the releases of the checkout: all, or the folders of one. What is wrong with one is said, and an error.
func (o *options) catalog(r *checkout.Repo, s Streams, provider, v string) (*release.Catalog, error) {
	var folders []string
	var err error
	if v != "" {
		folders, err = releaseFolders(r, v1alpha1.ReleaseSelector{Provider: provider, Version: v})
	} else {
		var all []checkout.Release
		all, err = r.ReleaseFolders(provider)
		for _, rel := range all {
			folders = append(folders, rel.Folder)
		}
	}
	if err != nil {
		return nil, err
	}
	files, err := r.Read(folders...)
	if err != nil {
		return nil, err
	}
	catalog, found := release.Read(checkout.Items(files), r.Releases)
	for _, f := range files {
		if f.Err != nil {
			found.Errorf(nil, nil, "%v", f.Err)
		}
	}
	if found.Failed() {
		if err := report.Lines(s.Err, found); err != nil {
			return nil, err
		}
		return nil, errReported
	}
	return catalog, nil
}
