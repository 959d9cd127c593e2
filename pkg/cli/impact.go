package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
)

// newReleasesImpact tells what a release would do to every cluster.
func newReleasesImpact(o *options, s Streams, code *int) *cobra.Command {
	var output, ref string
	p := &options{}
	cmd := &cobra.Command{
		Use:   "impact RELEASE",
		Short: "Say what a release would do to every cluster",
		Long: `impact checks a release, as check does, and plans the upgrade of every cluster of its provider to it: what changes and in how many clusters, what rolls, which local changes
would be lost, what overlays pin, which clusters are blocked and why. It writes nothing, and exits with 1 where the check has errors.

Output: text for people; json, whose shape is stable; markdown, for a comment on a pull request; html, one page.`,
		Example: `  apply-release releases impact aws/v34.6.0
  apply-release releases impact aws/v34.6.0 --clusters-from origin/main`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.completion(releaseNames),
	}
	withFailures(cmd, "Impact", func(out io.Writer, args []string) error {
		p.dir, p.release = o.dir, args[0]
		u, err := p.impact(ref, s)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(u.Checked, func(n plan.Note) bool { return n.Severity == result.Error }) {
			*code = exitDifferences
		}
		return renderers[output](out, u, report.Palette{On: p.colored(s.Out)})
	}, s)
	p.addFleetWide(cmd)
	cmd.Flags().StringVar(&ref, "clusters-from", "", "take the clusters from this git commit or branch, and the releases from the checkout")
	addOutput(cmd, &output, "text", "json", "markdown", "html")
	return cmd
}

// addFleetWide adds the flags of what looks at all clusters; settings are those of the checkout.
func (o *options) addFleetWide(cmd *cobra.Command) {
	o.all, o.stamp.value, o.policy = true, true, newPolicy()
	f := cmd.Flags()
	f.StringVar(&o.crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	f.BoolVar(&o.details, "details", false, "tell of each cluster and resource what is alike in several")
	addColor(cmd, &o.color)
}

// impact checks the release, and plans the upgrade of all clusters of its provider to it.
func (o *options) impact(ref string, s Streams) (*report.Upgrade, error) {
	r, err := o.configured()
	if err != nil {
		return nil, err
	}
	if ref != "" {
		dir, err := os.MkdirTemp("", "apply-release")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(dir)
		if err := checkout.Snapshot(r, ref, dir); err != nil {
			return nil, fmt.Errorf("--clusters-from: %w", err)
		}
		o.dir = dir
		if r, err = o.configured(); err != nil {
			return nil, err
		}
	}
	_, checked, err := checkRelease(r, o.release, o.crds)
	if err != nil {
		return nil, err
	}
	w, err := o.load(nil, false, s)
	if err != nil {
		return nil, err
	}
	defer w.close()
	others := func(c *plan.Cluster) bool {
		return slices.ContainsFunc(c.Notes, func(n plan.Note) bool { return n.Kind == plan.OtherProvider && n.Severity == result.Error })
	}
	w.plan.Clusters = slices.DeleteFunc(w.plan.Clusters, others)
	w.blocked = slices.DeleteFunc(w.blocked, others)
	if err := report.Problems(s.Err, w.plan, report.People, o.details, true); err != nil {
		return nil, err
	}
	u := &report.Upgrade{Plan: w.going, Files: w.edited, Blocked: w.blocked, Details: o.details, Impact: true, Checked: checked}
	if w.going.Failed() {
		return nil, errReported
	}
	if len(u.Clusters)+len(u.Blocked) == 0 {
		return nil, errors.New("no cluster of the checkout is of the provider of " + o.release)
	}
	return u, nil
}
