package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
)

// upgradeOptions are the flags of upgrade alone.
type upgradeOptions struct {
	options
	writing
	base, split string
	dryRun      bool
	keepsOnce   bool // --local-changes keep is given, and no record has it
}

// newUpgrade writes an upgrade into the checkout.
func newUpgrade(s Streams) *cobra.Command {
	o := &upgradeOptions{}
	cmd := &cobra.Command{
		Use:   "upgrade CLUSTER... {--release|--to} RELEASE|--newest",
		Short: "Write an upgrade into the checkout",
		Long: `upgrade writes what plan shows, into the files of the clusters' base: the lines that hold a changed value change, and
no other. All files are written, or none, with branch and commit; a run that is interrupted is undone by the next one.

With --base or --split, branches of one commit each are made without the files of the checkout, which stay as they are; git hooks do not run.
A branch that an earlier run made, and that nobody has committed to since, is made anew.`,
		Example: `  apply-release upgrade gauss/peu01 --release aws/v21.0.0
  apply-release upgrade 'gauss/*' --release aws/v21.0.0 \
      --branch upgrade-gauss --commit --pr-body body.md
  apply-release upgrade --all --newest --split cluster --base main \
      --branch upgrade --commit --pr-body body.md`,
		ValidArgsFunction: o.completion(clusterNames),
		RunE: func(_ *cobra.Command, clusters []string) error {
			if config, err := o.written(); err == nil && strings.EqualFold(*o.policy["localChanges"], string(v1alpha1.Keep)) {
				n := yamltree.Lookup(config, yamltree.Fields("spec", "policy", "localChanges"))
				o.keepsOnce = n == nil || !strings.EqualFold(n.Value, string(v1alpha1.Keep))
			}
			return o.run(clusters, s)
		},
	}
	o.options.addTo(cmd)
	o.writing.addTo(cmd)
	cmd.Flags().Lookup("branch").Usage += "; with --split, {name} in it is the cluster or installation"
	cmd.Flags().Lookup("pr-body").Usage += "; with --split as with --branch"
	cmd.Flags().StringVar(&o.base, "base", "", "the branch or commit that branches start from (default: what is checked out)")
	addOneOf(cmd, &o.split, "split", "", "a branch, commit and body for each cluster or installation", byCluster, byInstallation)
	cmd.Flags().BoolVar(&o.skipBlocked, "skip-blocked", false, "upgrade the others where clusters cannot go")
	cmd.Flags().BoolVar(&o.dryRun, "dry-run", false, "write nothing, as plan does")
	return cmd
}

func (o *upgradeOptions) run(clusters []string, s Streams) error {
	if err := o.checkFlags(); err != nil {
		return err
	}
	o.readsNews = o.prBody != ""
	o.listsBlocked = o.dryRun
	u, w, err := o.upgrade(clusters, !o.dryRun, s)
	if w != nil {
		defer w.close()
	}
	if err != nil && u != nil && len(u.Clusters) > 0 && !u.Failed() {
		return errors.New("nothing is upgraded, since clusters are blocked. To upgrade the others: --skip-blocked")
	}
	if err != nil {
		return err
	}
	if len(w.blocked) > 0 && len(u.Clusters) == 0 {
		return errors.New("nothing is upgraded, since all clusters are blocked")
	}
	if o.dryRun {
		if err := report.Text(s.Out, u, report.Palette{On: o.colored(s.Out)}); err != nil {
			return err
		}
		fmt.Fprintln(s.Err, "Nothing is written: this was a dry run")
		return nil
	}
	if o.apart(w.repo) {
		return o.runBranches(u, w, report.Palette{On: o.colored(s.Out)}, s)
	}
	if err := errors.Join(o.check(w.repo, u.Files, o.config), o.checkInputs(w, u.Files)); err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	body := &body{file: o.prBody}
	writing := checkout.Writing{Undo: body.undo, Also: func() error {
		if err := body.write(func(out io.Writer) error { return report.Markdown(out, u) }); err != nil {
			return err
		}
		if err := report.Text(s.Out, u, report.Palette{On: o.colored(s.Out)}); err != nil { // before the commit, since a run that nobody hears of has failed
			return fmt.Errorf("standard output: %w", err)
		}
		return nil
	}}
	if len(u.Files) > 0 {
		writing.Branch = o.branch
	}
	if o.commit {
		writing.Message = report.CommitMessage(u.Plan)
	}
	err = w.repo.Journal.Write(ctx, u.Files, writing)
	if err != nil && !errors.Is(err, checkout.ErrHalf) && !errors.Is(err, checkout.ErrLeft) {
		return fmt.Errorf("nothing is upgraded: %w", err)
	}
	if err == nil {
		say(s.Err, o.done(w.repo, u))
	}
	return err
}

// say writes lines for people.
func say(w io.Writer, text string) {
	for _, line := range strings.Split(text, "\n") {
		fmt.Fprintln(w, escape.Text(line))
	}
}

// runBranches makes branches of an upgrade, without the working tree.
func (o *upgradeOptions) runBranches(u *report.Upgrade, w *work, palette report.Palette, s Streams) error {
	parts, err := o.parts(u)
	if err != nil {
		return err
	}
	if len(u.Files) == 0 {
		parts = nil
	}
	if err := report.Text(s.Out, u, palette); err != nil {
		return fmt.Errorf("nothing is upgraded: standard output: %w", err)
	}
	made, err := o.writeBranches(w, parts)
	if err != nil {
		return fmt.Errorf("nothing is upgraded: %w", err)
	}
	text := doneBranches(w.repo, parts, made) + steps(o, u.Plan) + o.toRecord(u.Plan)
	if len(parts) == 0 {
		text = o.done(w.repo, u)
	}
	say(s.Err, text)
	return nil
}

// done says what happened, and what is next.
func (o *upgradeOptions) done(r *checkout.Repo, u *report.Upgrade) string {
	if len(u.Files) == 0 {
		return report.AllThere(u.Plan) + ": nothing to do" + o.toRecord(u.Plan)
	}
	clusters := map[string]bool{}
	for r := range u.Resources() {
		if len(r.Changes) > 0 || r.Removed {
			clusters[r.Cluster.String()] = true
		}
	}
	text := fmt.Sprintf("Wrote %s in %s.", result.Count(len(u.Files), "file"), result.Count(len(clusters), "cluster"))
	commit := ""
	if o.commit {
		commit = r.Git.Head()
	}
	switch {
	case o.branch != "" && o.commit:
		text += fmt.Sprintf(" Branch %s, commit %s. %s", o.branch, commit, pushing(r, "-u ", []string{o.branch}))
	case o.commit:
		text += fmt.Sprintf(" Commit %s. %s", commit, pushingHead(r))
	case o.branch != "":
		text += fmt.Sprintf(" Branch %s. Next: git diff, and git commit", o.branch)
	case r.Git.IsGit():
		text += " Next: git diff"
	}
	text += steps(o, u.Plan)
	if o.prBody != "" {
		text += ". The text of the pull request is in " + o.prBody
	}
	return text + o.toRecord(u.Plan)
}

// toRecord says how what a flag kept stays kept: verify, and the next upgrade, know records alone.
func (o *upgradeOptions) toRecord(p *plan.Plan) string {
	if !o.keepsOnce {
		return ""
	}
	for n := range p.All() {
		if n.Kind == plan.Kept && n.By == "" { // an annotation keeps for good
			return "\nLocal changes are kept this time. To keep them, and for verify to know: spec: {policy: {localChanges: Keep}} in " + recordName
		}
	}
	return ""
}

// further is how many clusters have more stops on their way.
func further(p *plan.Plan) int {
	n := 0
	for _, c := range p.Clusters {
		if len(c.Rest) > 0 {
			n++
		}
	}
	return n
}

// steps says how many clusters have more stops on their way, "" where none has.
func steps(o *upgradeOptions, p *plan.Plan) string {
	n := further(p)
	if n == 0 {
		return ""
	}
	again := "run the same command again once this is merged"
	if o.branch != "" && o.base == "" && o.split == "" {
		again = "once this is merged, run the same command again, with another --branch"
	}
	return fmt.Sprintf(". %s more steps to go: %s", result.Count(n, "cluster")+has(n), again)
}

// has is the verb for a number of things.
func has(n int) string {
	if n == 1 {
		return " has"
	}
	return " have"
}
