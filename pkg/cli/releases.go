package cli

import (
	"errors"
	"io"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/compare"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/spf13/cobra"
)

// newReleases lists the releases of the checkout, and compares two.
func newReleases(s Streams, code *int) *cobra.Command {
	o := &options{}
	var output string
	cmd := &cobra.Command{
		Use:   "releases",
		Short: "List the releases of the checkout",
		Long: `releases lists the releases of the checkout: state, Kubernetes, date, from where each can be reached, and how many clusters are on it.

Output: text for people; json, whose shape is stable; renovate, the format of a custom datasource.`,
		Example: "  apply-release releases\n  apply-release releases -o json\n  apply-release releases diff aws/v33.1.4 aws/v34.0.0",
		Args:    cobra.NoArgs,
	}
	withFailures(cmd, "Releases", func(out io.Writer, _ []string) error {
		r, err := o.configured()
		if err != nil {
			return err
		}
		catalog, broken := readCatalog(r, s, "*", "") // one that is broken hides no other
		if catalog == nil {
			return broken
		}
		if len(catalog.Releases) == 0 {
			return noRelease(r)
		}
		on, err := clustersOn(r, catalog)
		if err != nil {
			return err
		}
		palette := report.Palette{On: o.colored(s.Out) && output == "text"}
		render := releaseRenderers[output]
		return errors.Join(report.Painted(out, palette, report.OfReleases, func(w io.Writer) error { return render(w, catalog, on, saidOf(broken)) }), broken)
	}, s)
	addOutput(cmd, &output, "text", "json", "renovate")
	addColor(cmd, &o.color)
	cmd.PersistentFlags().StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	cmd.AddCommand(newReleasesDiff(o, s), newReleasesCheck(o, s, code), newReleasesImpact(o, s, code), newReleasesNew(o, s))
	return cmd
}

var releaseRenderers = map[string]func(w io.Writer, c *release.Catalog, on map[*release.Release]int, errs []string) error{
	"text": func(w io.Writer, c *release.Catalog, on map[*release.Release]int, _ []string) error {
		return report.Releases(w, c, on)
	},
	"json": report.ReleasesJSON,
	"renovate": func(w io.Writer, c *release.Catalog, _ map[*release.Release]int, _ []string) error {
		return report.ReleasesRenovate(w, c)
	},
}

// clustersOn counts the clusters of the checkout by the releases that they are on.
func clustersOn(r *checkout.Repo, catalog *release.Catalog) (map[*release.Release]int, error) {
	folders, err := r.ClusterFolders("*/*")
	if err != nil {
		return nil, err
	}
	files, err := r.Read(folders...)
	if err != nil {
		return nil, err
	}
	out := map[*release.Release]int{}
	for _, cl := range cluster.Group(checkout.Items(files), catalog, r.Clusters) {
		v, err := version.Parse(cl.Release())
		if err != nil {
			continue
		}
		if names := match.Providers(catalog, cl, v); len(names) == 1 {
			if rel := catalog.Find(names[0], v); rel != nil {
				out[rel]++
			}
		}
	}
	return out, nil
}

func newReleasesDiff(o *options, s Streams) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "diff FROM TO",
		Short: "Show the components that two releases add, remove, raise or lower",
		Long: `diff shows what a release sets otherwise than another one: components that are added (+) and removed (-), versions that go up (^) and down (v), fields that change (~).

Output: text for people; markdown, for the pull request of a release; json, whose shape is stable.`,
		Example: "  apply-release releases diff aws/v33.1.4 aws/v34.0.0\n  apply-release releases diff aws/v33.1.4 aws/v34.0.0 -o markdown",
		Args:    cobra.ExactArgs(2),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return o.completion(releaseNames)(cmd, args, typed)
		},
	}
	withFailures(cmd, "ReleaseDiff", func(out io.Writer, args []string) error {
		r, err := o.configured()
		if err != nil {
			return err
		}
		var both [2]*release.Release
		for i, name := range args {
			provider, v := splitRelease(name)
			catalog, err := readCatalog(r, s, provider, v)
			if err != nil {
				return err
			}
			if both[i], err = catalog.Select(provider, v); err != nil {
				return err
			}
		}
		return diffRenderers[output](out, both[0], both[1], compare.Releases(both[0], both[1]))
	}, s)
	addOutput(cmd, &output, "text", "markdown", "json")
	return cmd
}

var diffRenderers = map[string]func(w io.Writer, from, to *release.Release, components []compare.Component) error{
	"text": report.ReleasesDiff, "markdown": report.ReleasesDiffMarkdown, "json": report.ReleasesDiffJSON,
}

// configured is the checkout in the layout of its own configuration.
func (o *options) configured() (*checkout.Repo, error) {
	config, err := o.standing(nil)
	if err != nil {
		return nil, err
	}
	return open(o.dir, config.Spec.Layout)
}

// readCatalog reads the releases of the checkout: all, or the folders of one. What is wrong with one is said, and an error.
func readCatalog(r *checkout.Repo, s Streams, provider, v string) (*release.Catalog, error) {
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
	providers := map[string]bool{}
	for _, f := range folders {
		if at, ok := r.Releases.FolderVars(strings.Split(f, "/")); ok {
			providers[at.Get("provider")] = true
		}
	}
	indexes, err := readIndexes(r, providers)
	if err != nil {
		return nil, err
	}
	catalog, found := release.Read(checkout.Items(files), r.Releases, indexes...)
	unseen := newUnseen(r, files)
	for _, f := range files {
		if f.Err != nil {
			found.Errorf(nil, nil, "%v", f.Err)
		} else if why := unseen.ofRelease(f); why != "" {
			found.Errorf(nil, nil, "%s: %s", f.Path, why)
		}
	}
	if v == "" {
		if err := warnOfNewest(r, &found); err != nil {
			return nil, err
		}
	}
	return catalog, sayProblems(found, s)
}
