package cli

import (
	"errors"
	"io"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
)

// errReported says that what is wrong has been said already.
var errReported = errors.New("reported")

// reported is errReported with what was said.
type reported []string

func (reported) Error() string { return errReported.Error() }

// Is makes it be errReported.
func (reported) Is(target error) bool { return target == errReported }

// newPlan shows what an upgrade would change.
func newPlan(s Streams, code *int) *cobra.Command {
	o := &options{}
	var output string
	var exitCode bool
	cmd := &cobra.Command{
		Use:   "plan CLUSTER... {--release|--to} RELEASE|--newest",
		Short: "Show what an upgrade would change",
		Long: `plan shows what an upgrade would change, and writes nothing. Clusters are installation/cluster, and may be globs.

Output: text for people; diff, which git apply takes; json, whose shape is stable; markdown, the body of a pull request; html, one page.`,
		Example: `  apply-release plan gauss/peu01 --release aws/v21.0.0
  apply-release plan 'gauss/*' --release aws/latest -o markdown
  apply-release plan gauss/peu01 -r aws/v21.0.0 -o diff | git apply --check`,
		ValidArgsFunction: o.completion(clusterNames),
		RunE: func(_ *cobra.Command, clusters []string) error {
			o.listsBlocked, o.readsNews, o.showsBytes = output == "text", output == "markdown", output == "diff"
			u, w, err := o.upgrade(clusters, false, s)
			if err != nil && u == nil && output == "json" {
				return errors.Join(report.JSON(s.Out, unplanned(err)), err)
			}
			if err != nil && (u == nil || output != "json" && len(u.Clusters) == 0) {
				return err
			}
			defer w.close()
			if exitCode && len(u.Files) > 0 {
				*code = exitDifferences
			}
			return errors.Join(renderers[output](s.Out, u, report.Palette{On: o.colored(s.Out)}), err)
		},
	}
	o.addTo(cmd)
	addOutput(cmd, &output, "text", "diff", "json", "markdown", "html")
	cmd.Flags().BoolVar(&exitCode, "exit-code", false, "exit with 1 where something would change")
	return cmd
}

var renderers = map[string]func(io.Writer, *report.Upgrade, report.Palette) error{
	"text":     report.Text,
	"diff":     func(w io.Writer, u *report.Upgrade, _ report.Palette) error { return report.Diff(w, u) },
	"json":     func(w io.Writer, u *report.Upgrade, _ report.Palette) error { return report.JSON(w, u) },
	"markdown": func(w io.Writer, u *report.Upgrade, _ report.Palette) error { return report.Markdown(w, u) },
	"html":     func(w io.Writer, u *report.Upgrade, _ report.Palette) error { return report.HTML(w, u) },
}

// upgrade plans and edits in memory, and says errors and warnings. Its error is errReported where the plan has errors; clusters that are not blocked by them are in the
// upgrade all the same.
func (o *options) upgrade(clusters []string, writes bool, s Streams) (*report.Upgrade, *work, error) {
	w, err := o.load(clusters, writes, s)
	if err != nil {
		return nil, nil, err
	}
	if err := report.Problems(s.Err, w.plan, report.People, o.details, o.listsBlocked); err != nil {
		w.close()
		return nil, nil, err
	}
	u := &report.Upgrade{Plan: w.going, Files: w.edited, Blocked: w.blocked, Details: o.details, Folder: w.repo.Git.Folder()}
	if !o.showsBytes {
		if u.News, err = news(w.repo, w.going); err != nil && o.readsNews { // elsewhere they are a help
			w.close()
			return nil, nil, err
		}
	}
	if w.going.Failed() || len(w.blocked) > 0 && !o.skipBlocked {
		return u, w, errReported
	}
	return u, w, nil
}

// unsaid is what of an error has not been said yet.
func unsaid(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var rest []error
		for _, e := range joined.Unwrap() {
			rest = append(rest, unsaid(e))
		}
		return errors.Join(rest...)
	}
	if errors.Is(err, errReported) {
		return nil
	}
	return err
}

// unplanned is the plan that there is where what was asked for could not be planned: what is wrong.
func unplanned(err error) *report.Upgrade {
	p := &plan.Plan{}
	var nothing emptyShard
	if errors.As(err, &nothing) {
		return &report.Upgrade{Plan: p}
	}
	for _, text := range result.Problems(err) {
		p.Notes = append(p.Notes, plan.Note{Kind: plan.Faulty, Severity: result.Error, Text: text})
	}
	return &report.Upgrade{Plan: p}
}
