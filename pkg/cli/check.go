package cli

import (
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/check"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/validate"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/spf13/cobra"
)

// newReleasesCheck looks at a release before it ships.
func newReleasesCheck(o *options, s Streams, code *int) *cobra.Command {
	var output, crds string
	cmd := &cobra.Command{
		Use:   "check RELEASE",
		Short: "Say what is wrong with a release, before it ships",
		Long: `check compares a release with the other releases of its provider, and says what is wrong with it, with file and line: names that disagree, fields that
look mistyped, versions that go down, directives that do nothing, components that look renamed, API versions that are served no more, no entry in an
index, what CustomResourceDefinitions in --crds do not allow, no path from the releases that the clusters of the checkout are on. It exits with 1 where there are errors.

Output: text for people; json, whose shape is stable.`,
		Example:           "  apply-release releases check aws/v34.6.0\n  apply-release releases check aws/v34.6.0 -o json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.completion(releaseNames),
	}
	withFailures(cmd, "Check", func(out io.Writer, args []string) error {
		r, err := o.configured()
		if err != nil {
			return err
		}
		rel, notes, err := checkRelease(r, args[0], crds)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(notes, func(n plan.Note) bool { return n.Severity == result.Error }) {
			*code = exitDifferences
		}
		return report.Check(out, rel, notes, output == "json")
	}, s)
	cmd.Flags().StringVar(&crds, "crds", "", "a folder of CustomResourceDefinitions, which say what fields and values there are")
	addOutput(cmd, &output, "text", "json")
	return cmd
}

// checkRelease checks a release of the checkout, with definitions from a folder, "" for none. What is wrong with other releases does not count.
func checkRelease(r *checkout.Repo, name, crds string) (*release.Release, []plan.Note, error) {
	provider, v := splitRelease(name)
	if _, err := releaseFolders(r, selectorOf(provider, v)); err != nil {
		return nil, nil, err
	}
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, nil, err
	}
	var folders []string
	providers := map[string]bool{}
	for _, f := range all {
		folders = append(folders, f.Folder)
		providers[f.Provider] = true
	}
	files, err := r.Read(folders...)
	if err != nil {
		return nil, nil, err
	}
	indexes, err := readIndexes(r, providers)
	if err != nil {
		return nil, nil, err
	}
	catalog, found := release.Read(checkout.Items(files), r.Releases, indexes...)
	rel, err := catalog.Select(provider, v)
	if err != nil {
		return nil, nil, err
	}
	var notes []plan.Note
	unseen := newUnseen(r, files)
	for _, f := range files {
		of, is := r.Releases.FolderIn(strings.Split(f.Path, "/"))
		if !is || !version.MustParse(of.Get("version")).Equal(rel.Version) || catalog.Provider(of.Get("provider")) != rel.Provider {
			continue
		}
		if f.Err != nil {
			notes = append(notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: f.Err.Error()})
		} else if why := unseen.ofRelease(f); why != "" {
			notes = append(notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: f.Path + ": " + why})
		}
	}
	for _, x := range found {
		of, located := release.Path(r.Releases, x.Item)
		same := located && of.Version.Equal(rel.Version) && catalog.Provider(of.Provider) == rel.Provider
		if x.Severity != result.Info && (same || x.Item != nil && catalog.ReleaseOf(x.Item) == rel) {
			notes = append(notes, plan.Note{Kind: plan.Faulty, Severity: x.Severity, Item: x.Item, Field: x.Field, Text: x.Message})
		}
	}
	var definitions *validate.Definitions
	if crds != "" {
		list, err := checkout.Definitions(crds)
		if err != nil {
			return nil, nil, notThere("crds", crds, "a folder of CustomResourceDefinitions", err)
		}
		definitions = validate.New(list)
	}
	inUse, err := inUse(r, catalog, rel)
	return rel, append(notes, check.Release(rel, catalog, inUse, definitions)...), err
}

// inUse are the releases of the same provider that clusters of the checkout are on, in order.
func inUse(r *checkout.Repo, catalog *release.Catalog, rel *release.Release) ([]check.InUse, error) {
	folders, err := r.ClusterFolders("*/*")
	if err != nil {
		return nil, err
	}
	files, err := r.Read(folders...)
	if err != nil {
		return nil, err
	}
	var out []check.InUse
	for _, cl := range cluster.Standing(cluster.Group(checkout.Items(files), catalog, r.Clusters)) {
		v, err := version.Parse(cl.Release())
		if err != nil || !slices.Contains(match.Providers(catalog, cl, v), rel.Provider) {
			continue
		}
		at := slices.IndexFunc(out, func(x check.InUse) bool { return x.Version.Equal(v) })
		if at < 0 {
			at, out = len(out), append(out, check.InUse{Version: v})
		}
		out[at].Clusters = append(out[at].Clusters, cl.String())
	}
	slices.SortFunc(out, func(a, b check.InUse) int { return a.Version.Compare(b.Version) })
	return out, nil
}
