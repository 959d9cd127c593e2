package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
)

// newPath shows the releases on the way to another one.
func newPath(s Streams) *cobra.Command {
	o := &options{}
	var output string
	cmd := &cobra.Command{
		Use:   "path CLUSTER... --to RELEASE",
		Short: "Show the releases on the way to another one, step by step",
		Long: `path shows the shortest chain of releases by which a cluster gets to another one, why each stop is needed, and what each step
changes on the result of the one before. Stops are neither deprecated nor of unknown origin. A cluster for which there is no path is trouble, and so is one that
cannot take the first step as things stand: one on hold, or with changes by hand that the policy refuses.

Output: text for people; json, whose shape is stable, with every change.`,
		Example: `  apply-release path gauss/peu01 --to aws/latest
  apply-release path --all --to v34.1.0 -o json`,
		ValidArgsFunction: o.completion(clusterNames),
	}
	withFailures(cmd, "Paths", func(out io.Writer, clusters []string) error {
		if o.to == "" {
			return errors.New("--to is missing; must be such as aws/v34.0.0, or latest")
		}
		if len(clusters) == 0 && !o.all {
			return errors.New("no cluster is named; must be such as gauss/peu01, or --all")
		}
		f, err := stand(o, clusters, true, s)
		if err != nil {
			return err
		}
		f.config.Spec.Release.Provider, f.config.Spec.Release.Version = splitRelease(o.to)
		ways, found := fleet.Paths(f.config, f.in)
		if err := sayProblems(found, s); err != nil {
			return err
		}
		if output == "json" {
			err = report.PathsJSON(out, ways)
		} else {
			err = report.Paths(out, ways, report.Palette{On: o.colored(s.Out)})
		}
		return errors.Join(err, pathless(ways))
	}, s)
	o.addStanding(cmd)
	cmd.Flags().StringVar(&o.to, "to", "", "the release to get to: aws/v34.0.0, v34.0.0, a range, or latest")
	cmd.Flags().BoolVarP(&o.all, "all", "A", false, "all clusters")
	completes(cmd, "to", o.completion(releaseNames))
	addOutput(cmd, &output, "text", "json")
	return cmd
}

// pathless is an error where a cluster has no path, or cannot take the first step of it; which ones, the output says.
func pathless(ways []*fleet.Way) error {
	none, blocked := 0, 0
	for _, w := range ways {
		switch {
		case w.Problem != nil || w.Doubt != nil:
			none++
		case w.Blocked():
			blocked++
		}
	}
	var errs []error
	if none > 0 {
		errs = append(errs, fmt.Errorf("there is no path for %d of %s", none, result.Count(len(ways), "cluster")))
	}
	if blocked > 0 {
		errs = append(errs, fmt.Errorf("%d of %s cannot take the first step", blocked, result.Count(len(ways), "cluster")))
	}
	return errors.Join(errs...)
}
