package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// input reads what a command needs of the checkout, and nothing else: the clusters that a configuration selects, the releases in folders, and those that the clusters say they are on.
func (o *options) input(r *checkout.Repo, config *v1alpha1.ApplyRelease, releases []string) (in upgrade.Input, have reading, err error) {
	if o.crds != "" {
		if in.Definitions, err = checkout.Definitions(o.crds); err != nil {
			return in, have, notThere("crds", o.crds, "a folder of CustomResourceDefinitions", err)
		}
	}
	clusters, err := clusterFolders(r, config.Spec.Clusters)
	if err != nil {
		return in, have, err
	}
	if have, err = read(r, config, clusters, releases); err != nil {
		return in, have, err
	}
	in.Items, in.Indexes, in.On, in.Reach, in.Standing = checkout.Items(have.files), have.indexes, o.on, o.reach(), o.chosen
	in.Together = o.chosen || slices.ContainsFunc(config.Spec.Clusters, layout.IsGlob)
	in.Others = func() []*resource.Item { return checkout.WithTemplates(r, have.files) }
	in.Known, err = known(r)
	if in.Today = o.today; in.Today == "" {
		in.Today = today()
	}
	return in, have, err
}

// today is the day in UTC, or that of SOURCE_DATE_EPOCH, where that is set (https://reproducible-builds.org/docs/source-date-epoch/).
func today() string {
	now := time.Now()
	if seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64); err == nil {
		now = time.Unix(seconds, 0)
	}
	return now.UTC().Format(time.DateOnly)
}

// reading is what was read of a checkout.
type reading struct {
	files    []*checkout.File
	releases []string // their folders
	indexes  []release.Index
	used     []version.Version // the releases that the configuration and the files say are in use
}

// read reads clusters, releases, and the releases that the clusters say they are on, with what is said of these.
func read(r *checkout.Repo, config *v1alpha1.ApplyRelease, clusters, releases []string) (reading, error) {
	files, err := r.Read(clusters...)
	if err != nil {
		return reading{}, err
	}
	on := said(config, checkout.Items(files))
	providers := map[string]bool{}
	known, err := r.ReleaseFolders("*")
	if err != nil {
		return reading{}, err
	}
	for _, rel := range known {
		if len(releases) == 0 || slices.Contains(releases, rel.Folder) { // without one, clusters tell the provider
			providers[rel.Provider] = true
		}
	}
	for _, rel := range known {
		own := version.MustParse(rel.Version)
		if slices.ContainsFunc(on, own.Equal) && !slices.Contains(releases, rel.Folder) { // of other providers, too: a cluster may be of one
			releases = append(releases, rel.Folder)
		}
	}
	more, err := r.Read(releases...)
	if err != nil {
		return reading{}, err
	}
	beside, err := checkout.ReadAnnotated(r, release.ReleaseAnnotation, releases, clusters)
	if err != nil {
		return reading{}, err
	}
	more = append(more, beside...)
	indexes, err := readIndexes(r, providers)
	return reading{append(files, more...), releases, indexes, append(on, said(config, checkout.Items(more))...)}, err
}

// known are the releases of the checkout.
func known(r *checkout.Repo) ([]release.ID, error) {
	folders, err := r.ReleaseFolders("*")
	var out []release.ID
	for _, f := range folders {
		out = append(out, release.ID{Provider: f.Provider, Version: f.Version})
	}
	return out, err
}

// readIndexes reads the releases.json of providers, where they have one.
func readIndexes(r *checkout.Repo, providers map[string]bool) ([]release.Index, error) {
	var out []release.Index
	for _, provider := range slices.Sorted(maps.Keys(providers)) {
		files, err := r.ReadBeside(provider, release.IndexName)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			index, err := release.ParseIndex(provider, f.Path, f.Src)
			if err != nil {
				return nil, err
			}
			out = append(out, index)
		}
	}
	return out, nil
}

// releaseFolders are the folders of the release that the configuration selects: of one, or of one for each
// provider that has it, which the plan then refuses. A release that lies in several folders has all of them.
func releaseFolders(r *checkout.Repo, selector v1alpha1.ReleaseSelector) ([]string, error) {
	provider := selector.Provider
	if provider == "" {
		provider = "*"
	}
	found, err := r.ReleaseFolders(provider)
	named := false // by what lies in the folders
	if err == nil && len(found) == 0 {
		found, err = foldersNaming(r, provider)
		named = len(found) > 0
	}
	if err != nil {
		return nil, err
	}
	q, err := version.ParseQuery(selector.Version)
	if err != nil {
		return nil, err
	}
	best, deprecated := map[string]checkout.Release{}, map[string]checkout.Release{} // by provider
	states := map[checkout.Release]string{}
	slices.SortFunc(found, func(a, b checkout.Release) int {
		return version.MustParse(b.Version).Compare(version.MustParse(a.Version))
	}) // the highest first
	for _, rel := range found {
		if _, some := best[rel.Provider]; some || !q.Matches(version.MustParse(rel.Version)) {
			continue
		}
		state := ""
		if !q.IsExact() {
			if state, err = stateOf(r, rel); err != nil {
				return nil, err
			}
		}
		states[rel] = state
		switch {
		case !release.IsOut(state):
		case state == release.Deprecated:
			if _, some := deprecated[rel.Provider]; !some {
				deprecated[rel.Provider] = rel
			}
		default:
			best[rel.Provider] = rel
		}
	}
	for provider, rel := range deprecated { // which is better than none
		if _, some := best[provider]; !some {
			best[provider] = rel
		}
	}
	if err := notLeftOut(r, provider, q, best); err != nil {
		return nil, err
	}
	var out []string
	for _, rel := range found {
		if b, some := best[rel.Provider]; some && version.MustParse(b.Version).Equal(version.MustParse(rel.Version)) {
			out = append(out, rel.Folder)
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	if named {
		for i, rel := range found {
			states[checkout.Release{Provider: provider, Version: rel.Version, Folder: rel.Folder}] = states[rel]
			found[i].Provider = provider
		}
	}
	return nil, unknownRelease(r, selector, found, states)
}

// unknownRelease says of a release that none is, and which of those that were found, or of all, are near.
func unknownRelease(r *checkout.Repo, selector v1alpha1.ReleaseSelector, found []checkout.Release, states map[checkout.Release]string) (err error) {
	if len(found) == 0 { // name what there is
		if found, err = r.ReleaseFolders("*"); err != nil {
			return err
		}
	}
	var known release.Catalog
	for _, rel := range found {
		known.Releases = append(known.Releases, &release.Release{Provider: rel.Provider, Version: version.MustParse(rel.Version), State: states[rel]})
	}
	if len(known.Releases) == 0 {
		return noRelease(r)
	}
	slices.SortFunc(known.Releases, func(a, b *release.Release) int { return a.Version.Compare(b.Version) })
	_, err = known.Select(selector.Provider, selector.Version)
	return err
}

// foldersNaming are the folders of the releases of a provider that is not named by the folders, but by the Release custom resources in them: aws, in capa/v34.5.0. The last few releases of each
// folder are looked at, until one names its provider.
func foldersNaming(r *checkout.Repo, provider string) ([]checkout.Release, error) {
	all, err := r.ReleaseFolders("*")
	if err != nil {
		return nil, err
	}
	names := map[string]bool{} // by folder, whether it is of the provider
	looked := map[string]int{} // by folder, at how many releases
	told := map[string]bool{}  // by folder, whether one of them names its provider
	for n := len(all) - 1; n >= 0; n-- {
		rel := all[n]
		if !told[rel.Provider] && looked[rel.Provider] < fewReleases {
			looked[rel.Provider]++
			files, err := r.Read(rel.Folder)
			if err != nil {
				return nil, err
			}
			catalog, _ := release.Read(checkout.Items(files), r.Releases)
			is := catalog.Provider(rel.Provider)
			names[rel.Provider], told[rel.Provider] = is == provider, is != rel.Provider
		}
	}
	return slices.DeleteFunc(all, func(rel checkout.Release) bool { return !names[rel.Provider] }), nil
}

// fewReleases is how many releases of a folder are looked at for the name of their provider: all of a folder that names none would take long.
const fewReleases = 5

// stateOf is the state of a release, by its own files and the index beside it; "" where nothing says it.
func stateOf(r *checkout.Repo, rel checkout.Release) (string, error) {
	files, err := r.Read(rel.Folder)
	if err != nil {
		return "", err
	}
	indexes, err := readIndexes(r, map[string]bool{rel.Provider: true})
	if err != nil {
		return "", err
	}
	catalog, _ := release.Read(checkout.Items(files), r.Releases, indexes...)
	catalog.Know([]release.ID{{Provider: rel.Provider, Version: rel.Version}}, indexes)
	return catalog.State(rel.Provider, version.MustParse(rel.Version)), nil
}

func noRelease(r *checkout.Repo) error {
	return fmt.Errorf("%s: holds no release; must hold such as aws/v21.0.0/base/, or be given with --repo", r.Root)
}

// clusterFolders are the folders of the clusters that patterns select; each must select one.
func clusterFolders(r *checkout.Repo, patterns []string) ([]string, error) {
	found, err := foldersOfEach(r, patterns)
	return slices.Concat(found...), err
}

// clusterNamed are the clusters that patterns select, as installation/cluster; each must select one.
func clusterNamed(r *checkout.Repo, patterns []string) ([]string, error) {
	found, err := foldersOfEach(r, patterns)
	var out []string
	for _, folders := range found {
		out = append(out, checkout.NamesOf(r, folders)...)
	}
	return out, err
}

func foldersOfEach(r *checkout.Repo, patterns []string) ([][]string, error) {
	found, err := checkout.FoldersOfEach(r, patterns)
	if err != nil {
		return nil, err
	}
	var errs []error
	for n, p := range patterns {
		if len(found[n]) > 0 {
			continue
		}
		all, err := r.ClusterNames("*/*")
		if err != nil {
			return nil, err
		}
		p = strings.TrimPrefix(p, "*/")
		if high, err := tooHigh(r); err == nil && slices.Contains(high, p) {
			errs = append(errs, errors.New(isTooHigh(r, p)))
			continue
		}
		example := "gauss/peu01"
		if len(all) > 0 {
			example = all[0]
		}
		errs = append(errs, fmt.Errorf("%q is no cluster of the repository; must be the folder of one, such as %s%s", p, example, nearest.Hint(p, all)))
	}
	return found, errors.Join(errs...)
}

// names turns what names clusters into patterns installation/cluster.
func names(r *checkout.Repo, patterns []string) ([]string, error) {
	var out []string
	var errs []error
	for _, p := range patterns {
		name, err := clusterName(r, p)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, name)
	}
	return out, errors.Join(errs...)
}

// clusterName is a cluster, or a glob, as installation/cluster: of a name alone, see [nameAlone], and of the way to a cluster's folder, from the
// working directory where it starts with a dot or a slash, else from the top of the checkout.
func clusterName(r *checkout.Repo, p string) (string, error) {
	name := path.Clean(filepath.ToSlash(p))
	if isPath(p) {
		var err error
		if name, err = r.Name(p); err != nil {
			return "", err
		}
		if strings.Contains(name, "/") || name == "." {
			return r.ClusterAt(name)
		}
		return nameAlone(r, name)
	}
	switch parts := strings.Split(name, "/"); {
	case len(parts) == 2 && isRelease(r, parts):
		return "", fmt.Errorf("%q is a release, and no cluster. Give it as --release %s, behind the clusters", p, name)
	case p == "" || name == "." || parts[0] == "..":
		return "", fmt.Errorf("%q is no cluster; must be such as gauss/peu01", p)
	case len(parts) == 1:
		return nameAlone(r, name)
	case len(parts) == 2:
		return name, nil
	}
	found, err := r.ClusterAt(name)
	if err != nil { // from where one is, then
		if below, errBelow := r.Name(p); errBelow == nil {
			if own, errBelow := r.ClusterAt(below); errBelow == nil {
				return own, nil
			}
		}
	}
	return found, err
}

// isRelease reports whether a name of two parts is that of a release in the checkout.
func isRelease(r *checkout.Repo, parts []string) bool {
	v, err := version.Parse(parts[1])
	if err != nil {
		return false
	}
	found, err := r.ReleaseFolders(parts[0])
	if err == nil && len(found) == 0 {
		found, err = foldersNaming(r, parts[0])
	}
	return err == nil && slices.ContainsFunc(found, func(rel checkout.Release) bool { return version.MustParse(rel.Version).Equal(v) })
}

// nameAlone is the pattern for a name of one part: the clusters of the installation of that name, or the cluster of that name in the one installation
// that has it.
func nameAlone(r *checkout.Repo, name string) (string, error) {
	of, err := r.ClusterNames(name + "/*")
	if err != nil {
		return "", err
	}
	clusters, err := r.ClusterNames("*/" + name)
	if err != nil {
		return "", err
	}
	switch {
	case len(of) > 0 && len(clusters) > 0:
		return "", fmt.Errorf("%q is an installation, and a cluster: %s; must be '%s/*' or %s", name, strings.Join(clusters, ", "), name, clusters[0])
	case len(of) > 0:
		return name + "/*", nil
	case len(clusters) > 1 && !strings.ContainsAny(name, "*?[{"):
		return "", fmt.Errorf("%q is a cluster of several installations: %s; must be one of them, or '*/%s' for all", name, strings.Join(clusters, ", "), name)
	}
	return "*/" + name, nil
}
