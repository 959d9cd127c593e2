package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/layout"
	"github.com/giantswarm/apply-release/pkg/nearest"
	"github.com/giantswarm/apply-release/pkg/plan"
	"github.com/giantswarm/apply-release/pkg/release"
	"github.com/giantswarm/apply-release/pkg/repo"
	"github.com/giantswarm/apply-release/pkg/report"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/giantswarm/apply-release/pkg/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
	"golang.org/x/term"
)

// options are the flags that plan and upgrade share.
type options struct {
	dir, release, config, unmatched, crds, color string
	include, exclude                             []string
}

func (o *options) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	f.StringVarP(&o.release, "release", "r", "", "the release: aws/v21.0.0, v21.0.0, a range such as \"aws/~21.0\", or latest")
	f.StringVar(&o.config, "config", "", "a file with an ApplyRelease; flags and arguments outdo it")
	f.StringSliceVar(&o.include, "include", nil, "components to apply; globs (default all)")
	f.StringSliceVar(&o.exclude, "exclude", nil, "components to leave alone; globs")
	f.StringVar(&o.unmatched, "unmatched", "", "what to do about components that match nothing: Warn, Fail or Ignore (default Warn)")
	f.StringVar(&o.crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	f.StringVar(&o.color, "color", "auto", "colour the output: auto, always or never")
	complete := func(name string, with cobra.CompletionFunc) {
		if err := cmd.RegisterFlagCompletionFunc(name, with); err != nil {
			panic("cli: " + err.Error())
		}
	}
	complete("release", o.completeReleases)
	complete("include", o.completeComponents)
	complete("exclude", o.completeComponents)
	complete("unmatched", cobra.FixedCompletions([]string{"Warn", "Fail", "Ignore"}, cobra.ShellCompDirectiveNoFileComp))
	complete("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp))
}

// colored tells whether to colour what goes to a stream (https://no-color.org).
func (o *options) colored(w any) (bool, error) {
	switch o.color {
	case "always":
		return true, nil
	case "never":
		return false, nil
	case "auto":
		f, ok := w.(*os.File)
		return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb", nil
	}
	return false, fmt.Errorf("--color is %q; must be auto, always or never", o.color)
}

// configuration is the ApplyRelease that file, flags and arguments make together.
func (o *options) configuration(clusters []string) (*v1alpha1.ApplyRelease, error) {
	root := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	if o.config != "" {
		src, err := os.ReadFile(o.config)
		if err != nil {
			return nil, err
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(src, &doc); err != nil {
			return nil, fmt.Errorf("%s: %w", o.config, err)
		}
		if len(doc.Content) == 1 && doc.Content[0].Kind == yaml.MappingNode {
			root = doc.Content[0]
		}
	} else {
		set(root, yamltree.Str(v1alpha1.APIVersion), "apiVersion")
		set(root, yamltree.Str(v1alpha1.Kind), "kind")
	}
	if o.release != "" {
		provider, v, found := strings.Cut(o.release, "/")
		if !found {
			provider, v = "", o.release
		}
		set(root, yamltree.Str(v), "spec", "release", "version")
		if provider != "" {
			set(root, yamltree.Str(provider), "spec", "release", "provider")
		}
	}
	if o.unmatched != "" {
		set(root, yamltree.Str(o.unmatched), "spec", "policy", "unmatched")
	}
	for _, list := range []struct {
		values []string
		at     []string
	}{
		{withInstallation(clusters), []string{"spec", "clusters"}},
		{o.include, []string{"spec", "components", "include"}},
		{o.exclude, []string{"spec", "components", "exclude"}},
	} {
		if len(list.values) > 0 {
			seq := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			for _, v := range list.values {
				seq.Content = append(seq.Content, yamltree.Str(v))
			}
			set(root, seq, list.at...)
		}
	}
	if o.release == "" && o.config == "" {
		return nil, errors.New("--release is missing; must be such as aws/v21.0.0")
	}
	config, err := v1alpha1.Decode(root)
	if err == nil && len(config.Spec.Clusters) == 0 {
		err = errors.New("no cluster is named; must be such as gauss/peu01, or '*/*' for all")
	}
	return config, err
}

// withInstallation makes patterns of names that have no installation: peu01 is */peu01. Paths stay.
func withInstallation(clusters []string) []string {
	var out []string
	for _, c := range clusters {
		if !isPath(c) {
			if c = strings.TrimSuffix(c, "/"); !strings.Contains(c, "/") {
				c = "*/" + c
			}
		}
		out = append(out, c)
	}
	return out
}

// isPath tells whether a cluster is named by the way to its folder, as shells complete it.
func isPath(name string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return first == "." || first == ".." || filepath.IsAbs(name)
}

// names turns the paths among patterns into names, and leaves off what leads further than to a cluster's folder.
func names(r *repo.Repo, patterns []string) ([]string, error) {
	var out []string
	var errs []error
	for _, p := range patterns {
		name := p
		if isPath(p) {
			var err error
			if name, err = r.Name(p); err != nil {
				errs = append(errs, err)
				continue
			}
		}
		parts := strings.Split(name, "/")
		out = append(out, strings.Join(parts[:min(len(parts), max(r.Clusters.Depth(), 2))], "/"))
	}
	return out, errors.Join(errs...)
}

// set puts a value into a tree, with the maps on the way.
func set(root, value *yaml.Node, path ...string) {
	for _, name := range path[:len(path)-1] {
		next := yamltree.Get(root, name)
		if next == nil || next.Kind != yaml.MappingNode {
			next = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
			root.Content = append(root.Content, yamltree.Str(name), next)
		}
		root = next
	}
	last := path[len(path)-1]
	if at := yamltree.IndexOf(root, last); at >= 0 {
		root.Content[at+1] = value
		return
	}
	root.Content = append(root.Content, yamltree.Str(last), value)
}

// work is everything that a command needs of the checkout.
type work struct {
	repo   *repo.Repo
	plan   *plan.Plan
	files  []*repo.File
	edited []report.File
	close  func()
}

// load reads what the configuration asks for, and nothing else, and plans. Where it is for writing, it undoes what an earlier
// write has left half done, and keeps other runs out of the checkout until close is called.
func (o *options) load(clusters []string, writes bool, s Streams) (w *work, err error) {
	config, err := o.configuration(clusters)
	if err != nil {
		return nil, err
	}
	r, err := open(o.dir, config.Spec.Layout)
	if err != nil {
		return nil, err
	}
	if config.Spec.Clusters, err = names(r, config.Spec.Clusters); err != nil {
		return nil, err
	}
	unlock := func() {}
	switch {
	case writes:
		if unlock, err = r.Lock(); err != nil {
			return nil, err
		}
		defer func() {
			if err != nil {
				unlock()
			}
		}()
		restored, left, err := r.Undo()
		if err != nil {
			return nil, err
		}
		if restored > 0 {
			fmt.Fprintf(s.Err, "an upgrade that was interrupted is undone: %s restored\n", result.Count(restored, "file"))
		}
		for _, path := range left {
			fmt.Fprintf(s.Err, "warning: %s: changed since an upgrade was interrupted; is left as it is\n", path)
		}
	case r.Interrupted():
		return nil, errors.New("an upgrade writes to the checkout, or was interrupted while it did; must end, or be undone, which the next upgrade does first")
	}
	w = &work{repo: r, close: unlock}
	defer showProgress(r, s.Err)()
	var definitions []*yaml.Node
	if o.crds != "" {
		if definitions, err = repo.Definitions(o.crds); err != nil {
			return nil, err
		}
	}
	releases, err := releaseFolders(r, config.Spec.Release)
	if err != nil {
		return nil, err
	}
	folders, err := clusterFolders(r, config.Spec.Clusters)
	if err != nil {
		return nil, err
	}
	if w.files, err = r.Read(append(folders, releases...)...); err != nil {
		return nil, err
	}
	w.plan = plan.Make(config, repo.Items(w.files), definitions...)
	w.notes()
	if !w.plan.Failed() {
		w.edited = w.edit()
	}
	return w, nil
}

// notes says what is the matter with files. What the customer's overlay holds is not this program's to judge.
func (w *work) notes() {
	for _, f := range w.files {
		where, _ := w.repo.Clusters.Match(strings.Split(f.Path, "/"))
		_, isRelease := w.repo.Releases.Match(strings.Split(f.Path, "/"))
		theirs := where.Layer == layout.Overlay && !isRelease
		switch {
		case f.Err != nil && !theirs:
			w.plan.Results.Errorf(nil, nil, "%v; must be mended, or be no .yaml file", f.Err)
		case f.Err != nil:
			w.plan.Results.Infof(nil, nil, "%v", f.Err)
		case f.Warning != "" && !theirs:
			w.plan.Results.Warnf(nil, nil, "%s: %s", f.Path, f.Warning)
		case f.Note != "":
			w.plan.Results.Infof(nil, nil, "%s: %s", f.Path, f.Note)
		}
	}
	if w.plan.Failed() {
		w.plan.Results = w.plan.Results.Problems()
		w.plan.Results.SummarizeFailure()
	}
}

func open(dir string, l v1alpha1.Layout) (*repo.Repo, error) {
	releases, err := layout.ParseRelease(l.Release)
	if err != nil {
		return nil, err
	}
	clusters, err := layout.ParseCluster(l.Cluster)
	if err != nil {
		return nil, err
	}
	return repo.Open(dir, releases, clusters)
}

// releaseFolders are the folders of the release that the configuration selects: of one, or of one for each
// provider that has it, which the plan then refuses.
func releaseFolders(r *repo.Repo, selector v1alpha1.ReleaseSelector) ([]string, error) {
	provider := selector.Provider
	if provider == "" {
		provider = "*"
	}
	found, err := r.ReleaseFolders(provider)
	if err != nil {
		return nil, err
	}
	q, err := version.ParseQuery(selector.Version)
	if err != nil {
		return nil, err
	}
	best := map[string]repo.Release{}
	for _, rel := range found {
		v := version.MustParse(rel.Version)
		known, some := best[rel.Provider]
		if q.Matches(v) && (!some || version.MustParse(known.Version).Compare(v) < 0) {
			best[rel.Provider] = rel
		}
	}
	var out []string
	for _, rel := range best {
		out = append(out, rel.Folder)
	}
	if len(out) > 0 {
		return out, nil
	}
	if len(found) == 0 { // name what there is
		if found, err = r.ReleaseFolders("*"); err != nil {
			return nil, err
		}
	}
	var known release.Catalog
	for _, rel := range found {
		known.Releases = append(known.Releases, &release.Release{Provider: rel.Provider, Version: version.MustParse(rel.Version)})
	}
	if len(known.Releases) == 0 {
		return nil, fmt.Errorf("%s: holds no release; must hold such as aws/v21.0.0/base/, or be given with --repo", r.Root)
	}
	slices.SortFunc(known.Releases, func(a, b *release.Release) int { return a.Version.Compare(b.Version) })
	_, err = known.Select(selector.Provider, selector.Version)
	return nil, err
}

// clusterFolders are the folders of the clusters that patterns select; each must select one.
func clusterFolders(r *repo.Repo, patterns []string) ([]string, error) {
	var out []string
	var errs []error
	for _, p := range patterns {
		found, err := r.ClusterFolders(p)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			all, err := r.ClusterFolders("*/*")
			if err != nil {
				return nil, err
			}
			p = strings.TrimPrefix(p, "*/")
			example := "gauss/peu01"
			if len(all) > 0 {
				example = all[0]
			}
			errs = append(errs, fmt.Errorf("%q is no cluster of the repository; must be the folder of one, such as %s%s", p, example, nearest.Hint(p, all)))
		}
		out = append(out, found...)
	}
	return out, errors.Join(errs...)
}
