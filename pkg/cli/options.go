package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// options are the flags that plan and upgrade share.
type options struct {
	target
	dir, from, config, crds, color    string
	include, exclude, excludeClusters []string
	on                                string
	all                               bool
	shard                             shard
	today                             string // the day, where it is not that of the clock
	chosen                            bool   // the clusters were not named one by one
	stamp                             choice
	details, skipBlocked              bool
	listsBlocked                      bool               // the output does, so that errors need not
	readsNews                         bool               // the output has the notes of releases
	showsBytes                        bool               // the output is what others write
	policy                            map[string]*string // by field of spec.policy
}

func (o *options) addTo(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	o.target.addTo(cmd)
	f.StringVar(&o.config, "config", "", "a file with an ApplyRelease; flags and arguments outdo it")
	f.StringSliceVar(&o.include, "include", nil, "components to apply; globs (default all)")
	f.StringSliceVar(&o.exclude, "exclude", nil, "components to leave alone; globs")
	f.StringSliceVar(&o.excludeClusters, "exclude-cluster", nil, "clusters to leave alone; globs, and installations")
	f.StringVar(&o.on, "on", "", "only clusters that are on this release")
	f.BoolVarP(&o.all, "all", "A", false, "all clusters")
	o.shard.addTo(cmd)
	f.StringVar(&o.from, "from", "", "the release that the clusters are on (default: what their resources say)")
	o.stamp.value = true
	f.Var(&o.stamp, "stamp", "record the release in a label where there is none yet: on the Cluster, on single resources where the upgrade is of single components")
	f.Lookup("stamp").NoOptDefVal = "true"
	o.policy = newPolicy()
	for _, x := range v1alpha1.Settings() {
		f.StringVar(o.policy[x.Field], x.Flag, "", fmt.Sprintf("about %s: %s (default %s)", x.About, strings.Join(words(x.Allowed), ", "), x.Allowed[0]))
	}
	f.StringVar(&o.crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	f.BoolVar(&o.details, "details", false, "tell of each cluster and resource what is alike in several")
	addColor(cmd, &o.color)
	completes(cmd, "release", o.completion(releaseNames))
	completes(cmd, "to", o.completion(releaseNames))
	completes(cmd, "include", o.completion(o.componentNames))
	completes(cmd, "exclude", o.completion(o.componentNames))
	completes(cmd, "from", o.completion(releaseNames))
	completes(cmd, "on", o.completion(releaseNames))
	completes(cmd, "exclude-cluster", o.completion(clusterNames))
	for _, x := range v1alpha1.Settings() {
		completes(cmd, x.Flag, cobra.FixedCompletions(words(x.Allowed), cobra.ShellCompDirectiveNoFileComp))
	}
}

// words are choices as texts.
func words(choices []v1alpha1.Reaction) []string {
	var out []string
	for _, c := range choices {
		out = append(out, string(c))
	}
	return out
}

// colored reports whether to colour what goes to a stream (https://no-color.org).
func (o *options) colored(w any) bool {
	if o.color != "auto" {
		return o.color == "always"
	}
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// recordName is the file that records the policy of a repository, for all commands.
const recordName = v1alpha1.RecordName

// record is the path of the file that records the policy: in the folder of the checkout, or above it, up to the top of its git
// repository; "" where there is none. One that git has and the working tree has not is an error: what it says is not known.
func (o *options) record() (string, error) {
	dir, err := filepath.Abs(o.dir)
	if err != nil {
		return "", nil
	}
	var lacking []string
	for at := dir; ; at = filepath.Dir(at) {
		file := filepath.Join(at, recordName)
		if _, err := os.Lstat(file); err == nil { // whatever it is: what is no regular file is an error when it is read
			return file, nil
		}
		lacking = append(lacking, file)
		if like := strings.TrimSuffix(file, ".yaml") + ".yml"; isThere(like) {
			return "", fmt.Errorf("%s: records nothing by this name; must be %s", like, recordName)
		}
		if isThere(filepath.Join(at, ".git")) {
			return "", notInTree(at, lacking)
		}
		if filepath.Dir(at) == at {
			return "", nil
		}
	}
}

func isThere(file string) bool {
	_, err := os.Lstat(file)
	return err == nil
}

// notInTree is an error where the index of a git repository has one of some files.
func notInTree(top string, files []string) error {
	names := make([]string, len(files))
	for i, f := range files {
		if rel, err := filepath.Rel(top, f); err == nil {
			names[i] = filepath.ToSlash(rel)
		}
	}
	for _, name := range checkout.InGit(top, names) {
		return fmt.Errorf("%s: is in git and not in the working tree, so that the policy that it records is not known. Bring it back: git checkout --ignore-skip-worktree-bits HEAD -- %s; or, if it is to go, remove it with git rm", name, escape.Shell(":/"+name))
	}
	return nil
}

// written is what the configuration's file, or the record, says, as a tree that flags may change.
func (o *options) written() (*yamltree.Node, error) {
	root := yamltree.NewMap()
	file := o.config
	if file == "" {
		record, err := o.record()
		if err != nil {
			return nil, err
		}
		file = record
	}
	if file == "" {
		root.SetIn(yamltree.Str(v1alpha1.APIVersion), "apiVersion")
		root.SetIn(yamltree.Str(v1alpha1.Kind), "kind")
		return root, nil
	}
	if info, err := os.Lstat(file); err == nil && o.config == "" && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is no regular file; must be one, since it is the policy of all clusters", file)
	}
	src, err := checkout.ReadFile(file)
	if err != nil {
		return nil, notThere("config", file, "a file with an ApplyRelease", err)
	}
	if root, err = readMap(file, src); err != nil {
		return nil, err
	}
	if kind := yamltree.Get(root, "kind"); kind == nil || kind.Value != v1alpha1.Kind {
		is := "is of no kind"
		if kind != nil {
			is = fmt.Sprintf("is of kind %q", kind.Value)
		}
		return nil, fmt.Errorf("%s: %s; must be %s of %s", file, is, v1alpha1.Kind, v1alpha1.APIVersion)
	}
	return root, nil
}

// readMap reads a file that is to be one map, which is empty where the file is. Documents without content do not count.
func readMap(file string, src []byte) (*yamltree.Node, error) {
	docs, err := yamltree.Documents(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	docs = slices.DeleteFunc(docs, func(d *yamltree.Doc) bool { return d.Root == nil || yamltree.IsNull(d.Root) })
	switch {
	case len(docs) == 0:
		return yamltree.NewMap(), nil
	case len(docs) > 1:
		return nil, fmt.Errorf("%s: holds several documents; must hold one", file)
	case docs[0].Root.Kind != yamltree.Map:
		return nil, fmt.Errorf("%s: is %s; must be a map", file, yamltree.ATypeOf(docs[0].Root))
	}
	return docs[0].Root, nil
}

// configuration is the ApplyRelease that file, flags and arguments make together.
func (o *options) configuration(clusters []string) (*v1alpha1.ApplyRelease, error) {
	root, err := o.written()
	if err != nil {
		return nil, err
	}
	wanted, err := o.wanted()
	if err != nil {
		return nil, err
	}
	if wanted != "" {
		provider, v := splitRelease(wanted)
		root.SetIn(yamltree.Str(v), "spec", "release", "version")
		if provider != "" {
			root.SetIn(yamltree.Str(provider), "spec", "release", "provider")
		}
	}
	if o.from != "" {
		root.SetIn(yamltree.Str(o.from), "spec", "from")
	}
	if o.stamp.given || yamltree.Lookup(root, yamltree.Fields("spec", "stamp")) == nil {
		root.SetIn(yamltree.Word(strconv.FormatBool(o.stamp.value)), "spec", "stamp")
	}
	for field, v := range o.policy {
		if *v != "" {
			root.SetIn(yamltree.Str(*v), "spec", "policy", field)
		}
	}
	if o.all && len(clusters) > 0 {
		return nil, errors.New("--all stands beside clusters; must be one of them")
	}
	if o.all || len(clusters) == 0 && (o.on != "" || len(o.excludeClusters) > 0) {
		clusters = append(clusters, "*/*")
	}
	setList(root, clusters, "spec", "clusters")
	setList(root, o.excludeClusters, "spec", "excludeClusters")
	setList(root, o.include, "spec", "components", "include")
	setList(root, o.exclude, "spec", "components", "exclude")
	if o.on != "" {
		_, text := splitRelease(o.on)
		if _, err := version.Parse(text); err != nil {
			return nil, fmt.Errorf("--on: %v; must be a release, such as aws/v33.1.4", err)
		}
	}
	if wanted == "" && o.config == "" && yamltree.Lookup(root, yamltree.Fields("spec", "release", "version")) == nil {
		for _, c := range clusters {
			if _, v := splitRelease(c); strings.Contains(c, "/") && isVersion(v) {
				return nil, fmt.Errorf("no release is named, and %q looks like one. Give it as --release %s", c, c)
			}
		}
		return nil, errors.New("no release is named. Name it: --release aws/v21.0.0, --to aws/v21.0.0 for the next step to it, or --newest")
	}
	config, err := v1alpha1.Decode(root)
	if err != nil {
		return nil, o.asGiven(err, clusters)
	}
	if len(config.Spec.Clusters) == 0 {
		return nil, errors.New("no cluster is named; must be such as gauss/peu01, or --all")
	}
	return config, nil
}

// asGiven names the flags and arguments in errors about the fields that they set.
func (o *options) asGiven(err error, clusters []string) error {
	given := map[string]string{}
	flag := func(name, field string, is bool) {
		if is {
			given[field] = "--" + name
		}
	}
	for name, v := range map[string]string{"release": o.release, "to": o.to} {
		flag(name, "spec.release.version", v != "")
		flag(name, "spec.release.provider", strings.Contains(v, "/"))
	}
	flag("from", "spec.from", o.from != "")
	for _, x := range v1alpha1.Settings() {
		flag(x.Flag, "spec.policy."+x.Field, *o.policy[x.Field] != "")
	}
	for i := range o.include {
		flag("include", fmt.Sprintf("spec.components.include[%d]", i), true)
	}
	for i := range o.exclude {
		flag("exclude", fmt.Sprintf("spec.components.exclude[%d]", i), true)
	}
	for i, c := range clusters {
		given[fmt.Sprintf("spec.clusters[%d]", i)] = fmt.Sprintf("the cluster %q", c)
	}
	var field v1alpha1.FieldError
	if all, joined := err.(interface{ Unwrap() []error }); joined {
		errs := slices.Clone(all.Unwrap())
		for i, one := range errs {
			if errors.As(one, &field) && given[field.Field] != "" {
				errs[i] = fmt.Errorf("%s: %s", given[field.Field], field.Problem)
				continue
			}
			errs[i] = inFile(o, one)
		}
		return errors.Join(errs...)
	}
	return inFile(o, err)
}

// inFile names the file of an error about a configuration, where there is one.
func inFile(o *options, err error) error {
	if file := configFile(o); file != "" {
		return named(file, err)
	}
	return err
}

// configFile is the file that the configuration comes from, as people name it; "" where there is none.
func configFile(o *options) string {
	if o.config != "" {
		return o.config
	}
	if record, err := o.record(); record == "" || err != nil {
		return ""
	}
	return recordName
}

// named names the file of each error.
func named(file string, err error) error {
	if all, joined := err.(interface{ Unwrap() []error }); joined {
		errs := slices.Clone(all.Unwrap())
		for i, one := range errs {
			errs[i] = fmt.Errorf("%s: %w", file, one)
		}
		return errors.Join(errs...)
	}
	return errors.New(file + ": " + strings.TrimPrefix(err.Error(), "functionConfig: "))
}

// standing is the configuration of commands that look at clusters as they stand: all clusters where none are named, and no release.
func (o *options) standing(clusters []string) (*v1alpha1.ApplyRelease, error) {
	root, err := o.written()
	if err != nil {
		return nil, err
	}
	root.SetIn(yamltree.Str(version.Latest), "spec", "release", "version") // not of interest, and must be there
	if len(clusters) == 0 {
		clusters = []string{"*/*"}
	}
	setList(root, clusters, "spec", "clusters")
	config, err := v1alpha1.Decode(root)
	if err != nil {
		return nil, inFile(o, err)
	}
	return config, nil
}

// setList puts a list of strings into a tree; an empty one changes nothing.
func setList(root *yamltree.Node, values []string, at ...string) {
	if len(values) == 0 {
		return
	}
	seq := yamltree.NewList()
	for _, v := range values {
		seq.Append(yamltree.Str(v))
	}
	root.SetIn(seq, at...)
}

// isPath reports whether a cluster is named by the way to its folder, as shells complete it.
func isPath(name string) bool {
	first, _, _ := strings.Cut(filepath.ToSlash(name), "/")
	return first == "." || first == ".." || filepath.IsAbs(name)
}
