package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
)

// newRevert takes clusters back to the release before.
func newRevert(s Streams) *cobra.Command {
	o := &upgradeOptions{}
	cmd := &cobra.Command{
		Use:   "revert CLUSTER...",
		Short: "Take a cluster back to the release before",
		Long: `revert takes clusters back to the release that they were on before, as the history of git has it, by the same merge as an upgrade with old and new swapped: what the release of today sets goes, what the one before set
comes back, and what was changed by hand since stays.

Kubernetes does not go down: where the releases differ in it, that is an error. --exclude leaves out the components that have it.`,
		Example: `  apply-release revert gauss/peu01
  apply-release revert gauss/peu01 --release aws/v33.4.0 \
      --branch revert-peu01 --commit --pr-body body.md`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: o.completion(clusterNames),
		RunE: func(_ *cobra.Command, clusters []string) error {
			before, err := o.before(clusters, s)
			if err != nil {
				return err
			}
			o.release = before
			for field, reaction := range map[string]v1alpha1.Reaction{"downgrade": v1alpha1.Allow, "localChanges": v1alpha1.Keep, "kubernetesSkew": v1alpha1.Fail} {
				*o.policy[field] = string(reaction)
			}
			if err := o.run(clusters, s); err != nil || o.dryRun {
				return err
			}
			say(s.Err, "What the upgrade removed, and what it overwrote that was changed by hand, does not come back by itself: git log -p has it")
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	f.StringVarP(&o.release, "release", "r", "", "the release to go back to (default: the one before, as git has it)")
	f.StringVar(&o.config, "config", "", "a file with an ApplyRelease; flags and arguments outdo it")
	f.StringSliceVar(&o.include, "include", nil, "components to take back; globs (default all)")
	f.StringSliceVar(&o.exclude, "exclude", nil, "components to leave alone; globs")
	o.addFleetWide(cmd)
	o.all = false
	o.writing.addTo(cmd)
	f.BoolVar(&o.dryRun, "dry-run", false, "write nothing")
	for name, with := range map[string]cobra.CompletionFunc{"release": o.completion(releaseNames), "include": o.completion(o.componentNames), "exclude": o.completion(o.componentNames)} {
		completes(cmd, name, with)
	}
	return cmd
}

// before is the release to go back to: the one that is named, which must be below those of the clusters, else the one that they were on before, which must be one.
func (o *upgradeOptions) before(clusters []string, s Streams) (string, error) {
	f, err := stand(&o.options, clusters, true, s)
	if err != nil {
		return "", err
	}
	catalog, _ := release.Read(f.in.Items, f.repo.Releases, f.in.Indexes...)
	all := cluster.Standing(cluster.Group(f.in.Items, catalog, f.repo.Clusters))
	if o.release != "" {
		return o.release, below(all, o.release)
	}
	of := map[string]string{}
	var names []string
	var errs []error
	for _, cl := range all {
		text, err := wasOn(f.repo, cl)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w. Name the release to go back to with --release", cl, err))
			continue
		}
		v := version.MustParse(text)
		if providers := match.Providers(catalog, cl, v); len(providers) == 1 {
			text = providers[0] + "/" + v.String()
		}
		if of[text] == "" {
			names = append(names, text)
		}
		of[text] = cl.String()
	}
	if len(names) > 1 {
		errs = append(errs, fmt.Errorf("%s was on %s, and %s on %s; must be reverted one by one, or to a release that --release names", of[names[0]], names[0], of[names[1]], names[1]))
	}
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "", errors.New("no cluster is named")
	}
	return names[0], nil
}

// below reports the clusters that a release is none to go back to for.
func below(clusters []*cluster.Cluster, name string) error {
	_, text := splitRelease(name)
	to, err := version.Parse(text)
	if err != nil {
		return fmt.Errorf("--release is %q; must be one release, such as aws/v33.4.0", name)
	}
	var errs []error
	for _, cl := range clusters {
		if v, err := version.Parse(cl.Release()); err == nil && v.Compare(to) < 0 {
			errs = append(errs, fmt.Errorf("%s is on %s, and so %s is no release to go back to. To go on to it: apply-release upgrade %s --release %s", cl, v, name, escape.Shell(cl.String()), escape.Shell(name)))
		}
	}
	return errors.Join(errs...)
}

// wasOn is the newest release below its own that a cluster was on in the history of git.
func wasOn(r *checkout.Repo, cl *cluster.Cluster) (string, error) {
	item, read := record(cl)
	if item == nil {
		return "", errors.New("nothing says on which release it is")
	}
	now, err := version.Parse(read(item))
	if err != nil {
		return "", err
	}
	var found string
	err = r.Git.History("HEAD", item.Location.Path, func(src []byte, _ time.Time) (more bool) {
		for _, i := range checkout.ParseFile(item.Location.Path, src).Items() {
			if i.Kind != item.Kind || i.Name != item.Name || i.Namespace != item.Namespace {
				continue
			}
			if v, err := version.Parse(read(i)); err == nil && v.Compare(now) < 0 {
				found = v.String()
				return false
			}
		}
		return true
	})
	if err == nil && found == "" {
		err = fmt.Errorf("git has no release that it was on before %s", now)
		if checkout.IsShallow(r) {
			err = fmt.Errorf("%w: the history of the clone is cut off, which git fetch --unshallow mends", err)
		}
	}
	return found, err
}

// record is the resource that says on which release a cluster is, and how to read that; nil for none.
func record(cl *cluster.Cluster) (*resource.Item, func(*resource.Item) string) {
	if own := cl.Resource(); own != nil && cluster.ReleaseOf(own) != "" {
		return own, cluster.ReleaseOf
	}
	chart := cl.Chart()
	if chart == nil || chart.Item == nil {
		return nil, nil
	}
	return chart.Item, func(i *resource.Item) string {
		root, err := yamltree.Logical(i.Root())
		if err != nil {
			return ""
		}
		v := yamltree.LookupInside(root, chart.Path)
		if v == nil {
			return ""
		}
		return strings.TrimSpace(v.Value)
	}
}
