package cli

import (
	"errors"
	"io"

	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/spf13/cobra"
)

// newStatus tells how clusters stand.
func newStatus(s Streams) *cobra.Command {
	o := &options{}
	var output string
	cmd := &cobra.Command{
		Use:   "status [CLUSTER...]",
		Short: "Tell how clusters stand: release, next release, local changes",
		Long: `status tells of all clusters, or of those that are named, on which release they are, to which they can go next
in one step, which is the newest, what was changed by hand, what is on another release than its cluster, and what the next upgrade has to look out for.

Output: text for people; json, whose shape is stable; html, one page with a table to sort and filter.`,
		Example: `  apply-release status
  apply-release status 'gauss/*' -o html > status.html`,
		ValidArgsFunction: o.completion(clusterNames),
	}
	withFailures(cmd, "Status", func(out io.Writer, clusters []string) error {
		f, err := o.standAnyway(clusters, true, s)
		if err != nil {
			return err
		}
		rows, err := f.rows(o, true, s)
		if err != nil {
			return err
		}
		f.blameRows(rows, notRead)
		f.blameRows(rows, newUnseen(f.repo, f.files).ofCluster)
		switch output {
		case "json":
			err = report.StatusJSON(out, "Status", rows, saidOf(f.broken))
		case "html":
			err = report.StatusHTML(out, rows)
		default:
			err = report.Status(out, rows, o.details, report.Palette{On: o.colored(s.Out)})
		}
		return errors.Join(err, f.broken)
	}, s)
	o.addStanding(cmd)
	cmd.Flags().BoolVar(&o.details, "details", false, "tell of each cluster what is alike in several")
	addOutput(cmd, &output, "text", "json", "html")
	return cmd
}

// newVerify reports whether clusters are as their releases say.
func newVerify(s Streams, code *int) *cobra.Command {
	o := &options{}
	var output string
	cmd := &cobra.Command{
		Use:   "verify [CLUSTER...]",
		Short: "Exit with 1 where a cluster is not as its release says",
		Long: `verify compares the base of all clusters, or of those that are named, with the releases that their resources are on. Fields that
differ are listed, and make it exit with 1, but for those that the policy keeps: rules of the recorded policy, and the annotation
fn.giantswarm.io/keep. A cluster whose release is not known is trouble.`,
		Example: `  apply-release verify
  apply-release verify gauss/peu01 -o json`,
		ValidArgsFunction: o.completion(clusterNames),
	}
	withFailures(cmd, "Verification", func(out io.Writer, clusters []string) error {
		f, err := o.standAnyway(clusters, false, s)
		if err != nil {
			return err
		}
		rows, err := f.rows(o, false, s)
		if err != nil {
			return err
		}
		f.blameRows(rows, newUnseen(f.repo, f.files).ofCluster) // what cannot be read is told
		if differ(rows) {
			*code = exitDifferences
		}
		if output == "json" {
			err = report.StatusJSON(out, "Verification", rows, saidOf(f.broken))
		} else {
			err = report.Painted(out, report.Palette{On: o.colored(s.Out)}, report.OfVerification, func(w io.Writer) error { return report.Verify(w, rows, f.broken != nil) })
		}
		if err != nil {
			return err
		}
		return errors.Join(f.broken, problems(rows))
	}, s)
	o.addStanding(cmd)
	addOutput(cmd, &output, "text", "json")
	return cmd
}
