package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/giantswarm/apply-release/pkg/repo"
	"github.com/giantswarm/apply-release/pkg/report"
	"github.com/giantswarm/apply-release/pkg/result"
	"github.com/spf13/cobra"
)

// upgradeOptions are the flags of upgrade alone.
type upgradeOptions struct {
	options
	branch, prBody     string
	commit, allowDirty bool
}

// newUpgrade writes an upgrade into the checkout.
func newUpgrade(s Streams) *cobra.Command {
	o := &upgradeOptions{}
	cmd := &cobra.Command{
		Use:   "upgrade CLUSTER... --release RELEASE",
		Short: "Write an upgrade into the checkout",
		Long: `upgrade writes what plan shows, into the files of the clusters' base: the lines that hold a changed value change, and
no other. All files are written, or none, with branch and commit; a run that is interrupted is undone by the next one.`,
		Example: `  apply-release upgrade gauss/peu01 --release aws/v21.0.0
  apply-release upgrade 'gauss/*' --release aws/v21.0.0 --branch upgrade-gauss --commit --pr-body body.md`,
		ValidArgsFunction: o.completion(clusterNames),
		RunE:              func(_ *cobra.Command, clusters []string) error { return o.run(clusters, s) },
	}
	o.addTo(cmd)
	cmd.Flags().StringVar(&o.branch, "branch", "", "make this git branch first")
	cmd.Flags().BoolVar(&o.commit, "commit", false, "commit the files that change, with a message that lists the changes")
	cmd.Flags().StringVar(&o.prBody, "pr-body", "", "write the body of a pull request to this file, in Markdown")
	cmd.Flags().BoolVar(&o.allowDirty, "allow-dirty", false, "write into files that have uncommitted changes, too")
	return cmd
}

func (o *upgradeOptions) run(clusters []string, s Streams) error {
	on, err := o.colored(s.Out)
	if err != nil {
		return err
	}
	u, w, err := o.upgrade(clusters, true, s)
	if err != nil {
		return err
	}
	defer w.close()
	if err := o.check(w.repo, u); err != nil {
		return err
	}
	changes := []repo.Change{}
	for _, f := range u.Files {
		changes = append(changes, repo.Change{Path: f.Path, Old: f.Old, New: f.New})
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	branch := o.branch
	if len(changes) == 0 {
		branch = ""
	}
	if err := w.repo.Write(ctx, changes, branch, func() error { return o.publish(w.repo, u) }); err != nil {
		return fmt.Errorf("nothing is upgraded: %w", err)
	}
	return report.Text(s.Out, u, report.Palette{On: on})
}

// publish makes what comes with the files: the body of a pull request, and the commit.
func (o *upgradeOptions) publish(r *repo.Repo, u *report.Upgrade) error {
	if o.prBody != "" {
		var body bytes.Buffer
		if err := report.Markdown(&body, u); err != nil {
			return err
		}
		if err := os.WriteFile(o.prBody, body.Bytes(), 0o644); err != nil {
			return err
		}
	}
	if !o.commit || len(u.Files) == 0 {
		return nil
	}
	return r.Commit(message(u), paths(u))
}

// check says what speaks against writing, before anything is written.
func (o *upgradeOptions) check(r *repo.Repo, u *report.Upgrade) error {
	var errs []error
	if o.branch != "" {
		errs = append(errs, r.CheckBranch(o.branch))
	}
	if o.commit && !r.IsGit() {
		errs = append(errs, errors.New("--commit needs a git repository"))
	}
	if !o.allowDirty {
		dirty, err := r.Dirty(paths(u))
		errs = append(errs, err)
		for _, path := range dirty {
			errs = append(errs, fmt.Errorf("%s: has uncommitted changes; must be committed first, or --allow-dirty be given", path))
		}
	}
	return errors.Join(errs...)
}

func paths(u *report.Upgrade) []string {
	var out []string
	for _, f := range u.Files {
		out = append(out, f.Path)
	}
	return out
}

// message is the commit message: from what to what, and every change up to a limit.
func message(u *report.Upgrade) string {
	const limit = 200
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n%s.\n\n", title(u), summaryOf(u.Results))
	lines := 0
	for _, r := range u.Results {
		if r.Severity != result.Info || r.Tags["op"] == "" {
			continue
		}
		if lines++; lines <= limit {
			fmt.Fprintf(&b, "- %s\n", r)
		}
	}
	if lines > limit {
		fmt.Fprintf(&b, "- and %d more\n", lines-limit)
	}
	return b.String()
}
