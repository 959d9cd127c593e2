package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // a machine, or an image, may have none

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/guard"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/rollout"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/spf13/cobra"
)

// newRollout takes a fleet to a release, wave by wave.
func newRollout(s Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rollout",
		Short: "Take a fleet to a release, wave by wave",
		Long: `rollout takes a fleet to a release in waves: how many clusters may be on their way at a time, how long a wave soaks, when nothing goes, and which checks must have passed, is in a file of git. Progress is read off git alone: which release
each cluster is on, by which commit, and which branches are not merged. There is no state and no clock of its own: the same question has the same answer, wherever it is asked.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newRolloutNext(s))
	return cmd
}

// rolloutOptions are the flags of rollout next.
type rolloutOptions struct {
	options
	now, ref, output string
	gates            map[string]int
	makes            bool
}

func newRolloutNext(s Streams) *cobra.Command {
	o := &rolloutOptions{}
	cmd := &cobra.Command{
		Use:   "next FILE --now TIME",
		Short: "Say which clusters may go now, who waits, and why",
		Long: `next says of each cluster of a rollout whether it may go now, and else why not. What is not known does not go: a gate without a result, a cluster whose release nothing tells, one that no wave names.

With --make it makes the branches of those that may go, as upgrade --split cluster does: each the next step to the release. Merging them is yours, or your host's.`,
		Example: `  alerts=0; ./alerts.sh || alerts=$?
  apply-release rollout next rollout.yaml --now "$(date -u +%FT%TZ)" \
      --gate alerts=$alerts
  apply-release rollout next rollout.yaml --now 2026-12-01T09:30:00Z \
      --ref origin/main --make`,
		Args: cobra.ExactArgs(1),
	}
	withFailures(cmd, "RolloutStatus", func(out io.Writer, args []string) error {
		now, err := time.Parse(time.RFC3339, o.now)
		if err != nil {
			return fmt.Errorf("--now is %q; must be a time, such as 2026-12-01T09:30:00Z", o.now)
		}
		r, decisions, err := o.next(args[0], now, s)
		if err != nil {
			return err
		}
		if o.output == "json" {
			err = report.RolloutJSON(out, r.Spec, decisions)
		} else {
			err = report.Rollout(out, decisions, report.Palette{On: o.colored(s.Out)})
		}
		if err != nil || !o.makes {
			return err
		}
		return o.makeBranches(r, decisions, s)
	}, s)
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	f.StringVar(&o.now, "now", "", "the time, such as 2026-12-01T09:30:00Z")
	f.StringVar(&o.ref, "ref", "HEAD", "the branch or commit that tells how far clusters are")
	f.StringToIntVar(&o.gates, "gate", nil, "the exit code of a check: alerts=0")
	f.BoolVar(&o.makes, "make", false, "make the branches of those that may go")
	addColor(cmd, &o.color)
	addOutput(cmd, &o.output, "text", "json")
	return cmd
}

// next reads a rollout and the clusters as they are at the reference, and decides.
func (o *rolloutOptions) next(file string, now time.Time, s Streams) (*v1alpha1.Rollout, []rollout.Decision, error) {
	src, err := checkout.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	root, err := readMap(file, src)
	if err != nil {
		return nil, nil, err
	}
	spec, err := v1alpha1.DecodeRollout(root)
	if err != nil {
		return nil, nil, named(file, err)
	}
	r, err := o.configured()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "apply-release")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	if err := checkout.Snapshot(r, o.ref, dir); err != nil {
		return nil, nil, fmt.Errorf("--ref: %w", err)
	}
	at := &options{dir: dir, color: "never"}
	f, err := stand(at, nil, true, s)
	if err != nil {
		return nil, nil, err
	}
	catalog, _ := release.Read(f.in.Items, f.repo.Releases, f.in.Indexes...)
	to, err := catalog.Select(spec.Spec.Release.Provider, spec.Spec.Release.Version)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	if !release.IsOut(to.State) {
		return nil, nil, fmt.Errorf("%s: %s is in the state %q; must be out, in the state active, before clusters get it", file, to, to.State)
	}
	state := rolloutState{git: r.Git, ref: o.ref, branch: spec.Spec.Branch, to: to, catalog: catalog, around: upgrade.Survey(f.in)}
	var clusters []rollout.Cluster
	for _, cl := range cluster.Standing(cluster.Group(f.in.Items, catalog, f.repo.Clusters)) {
		v, err := version.Parse(cl.Release())
		if providers := match.Providers(catalog, cl, v); err == nil && len(providers) > 0 && !slices.Contains(providers, to.Provider) {
			continue // of another provider, and so none of the rollout
		}
		c, err := state.of(cl)
		if err != nil {
			return nil, nil, err
		}
		for _, n := range guard.Hold(cl, now.UTC().Format(time.DateOnly)) {
			if n.Severity == result.Error && !c.There {
				c.Doubt = "is on hold until " + n.Name
			}
		}
		clusters = append(clusters, c)
	}
	if err := knownGates(spec.Spec, o.gates); err != nil {
		return nil, nil, err
	}
	return spec, rollout.Next(spec.Spec, clusters, now, o.gates), nil
}

// knownGates refuses the results of gates that a rollout does not have: they would open nothing.
func knownGates(spec v1alpha1.RolloutSpec, given map[string]int) error {
	known := slices.Clone(spec.Gates)
	for _, w := range spec.Waves {
		known = append(known, w.Gates...)
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			errs = append(errs, fmt.Errorf("--gate %s: the rollout has no such gate%s", name, nearest.Hint(name, known)))
		}
	}
	return errors.Join(errs...)
}

// makeBranches makes the branches of the clusters that may go.
func (o *rolloutOptions) makeBranches(r *v1alpha1.Rollout, decisions []rollout.Decision, s Streams) error {
	var names []string
	for _, d := range decisions {
		if d.Verdict == rollout.Go {
			names = append(names, d.Cluster.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	u := &upgradeOptions{base: o.ref, split: byCluster}
	u.policy = newPolicy()
	u.dir, u.color, u.stamp.value = o.dir, "never", true
	u.to = r.Spec.Release.Provider + "/" + r.Spec.Release.Version
	u.branch, u.commit, u.skipBlocked = r.Spec.Branch, true, true
	u.today = strings.Split(o.now, "T")[0]
	err := u.run(names, Streams{In: s.In, Out: io.Discard, Err: s.Err})
	if err != nil && !errors.Is(err, errReported) {
		return fmt.Errorf("no branch is made: %w", err)
	}
	return err
}
