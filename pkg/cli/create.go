package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/create"
	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/secret"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
)

// createOptions are the flags of create.
type createOptions struct {
	options
	writing
	template, like, values, output string
	set                            map[string]string
	lists, dryRun                  bool
}

// newCreate makes a new cluster.
func newCreate(s Streams) *cobra.Command {
	o := &createOptions{}
	cmd := &cobra.Command{
		Use:   "create CLUSTER {--template DIR|--like CLUSTER}",
		Short: "Make a new cluster from a template or another cluster",
		Long: `create makes a cluster from a folder of partial resources with variables, as clusterctl writes them, and lets the base and the overlay of the release fill them in, as an upgrade does.
It writes base, with a kustomization, and overlay, which builds on it: all of that, or nothing, and never over what is there.

With --like it takes the shape of a cluster that there is: its base, with the names changed wherever they stand. The overlay is the customer's, and starts empty.`,
		Example: `  apply-release create gauss/peu02 -r aws/v34.0.0 --template templates/aws \
      --set ORGANIZATION=acme
  apply-release create gauss/peu02 --like gauss/peu01 \
      --branch add-peu02 --commit --pr-body body.md
  apply-release create --template templates/aws --list-variables`,
		Args: func(cmd *cobra.Command, args []string) error {
			if o.lists && len(args) == 0 {
				return nil
			}
			return cobra.ExactArgs(1)(cmd, args)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if (o.template == "") == (o.like == "") {
				return errors.New("give one of --template, a folder of partial resources, and --like, a cluster")
			}
			if o.lists {
				return o.listVariables(s.Out)
			}
			if o.output != "text" && (o.branch != "" || o.commit || o.prBody != "") {
				return fmt.Errorf("-o %s writes nothing; --branch, --commit and --pr-body must be left out", o.output)
			}
			if o.output == "generator" {
				return o.generator(args[0], s.Out)
			}
			return o.run(args[0], s)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.dir, "repo", "C", ".", "a folder in the checkout")
	f.StringVarP(&o.release, "release", "r", "", "the release: aws/v21.0.0, a range such as \"aws/~21.0\", or latest (with --like: that of the cluster)")
	f.StringVar(&o.config, "config", "", "a file with an ApplyRelease, whose policy counts")
	o.addFleetWide(cmd)
	o.all = false
	f.StringVar(&o.template, "template", "", "a folder of partial resources")
	f.StringVar(&o.like, "like", "", "a cluster whose shape the new one gets")
	f.StringToStringVar(&o.set, "set", nil, "values of variables: ORGANIZATION=acme")
	f.StringVar(&o.values, "values", "", "a file with values of variables, a map in YAML; --set outdoes it")
	f.BoolVar(&o.lists, "list-variables", false, "list the variables of the template and their defaults, and make nothing")
	o.writing.addTo(cmd)
	f.BoolVar(&o.dryRun, "dry-run", false, "write nothing")
	o.output = "text"
	addOneOf(cmd, &o.output, "output", "o", "text; yaml for the resources of the cluster, or generator for a CreateCluster that makes it, and nothing is written", "text", "yaml", "generator")
	completes(cmd, "release", o.completion(releaseNames))
	completes(cmd, "like", o.completion(clusterNames))
	return cmd
}

// listVariables lists the variables of a template.
func (o *createOptions) listVariables(w io.Writer) error {
	if o.template == "" {
		return errors.New("--list-variables needs --template")
	}
	t, err := readTemplate(o.template)
	if err != nil {
		return err
	}
	variables, err := t.Variables()
	if err != nil {
		return err
	}
	tab := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(tab, "VARIABLE\tDEFAULT\tFIRST IN")
	for _, v := range variables {
		text := "(must be set)"
		for _, b := range create.BuiltIn {
			if b.Name == v.Name {
				text = "(" + b.Where + ")"
			}
		}
		if v.Has {
			text = secret.Text(v.Name, v.Default)
		}
		fmt.Fprintf(tab, "%s\t%s\t%s\n", escape.Text(v.Name), escape.Text(text), escape.Text(v.Where))
	}
	return tab.Flush()
}

func readTemplate(dir string) (create.Template, error) {
	texts, err := checkout.ReadTexts(dir)
	if err != nil {
		return nil, fmt.Errorf("--template: %w", err)
	}
	return filesOf(texts), nil
}

func filesOf(texts []checkout.Text) []create.File {
	var out []create.File
	for _, t := range texts {
		out = append(out, create.File{Path: t.Path, Text: string(t.Src)})
	}
	return out
}

// valuesOf are the values of variables, of the file and of flags.
func (o *createOptions) valuesOf() (map[string]string, error) {
	out := map[string]string{}
	if o.values != "" {
		src, err := checkout.ReadFile(o.values)
		if err != nil {
			return nil, fmt.Errorf("--values: %w", err)
		}
		variables, err := readMap("--values "+o.values, src)
		if err != nil {
			return nil, err
		}
		var errs []error
		for v := range variables.Children() {
			if _, twice := out[v.Key]; twice {
				errs = append(errs, fmt.Errorf("--values %s: %s stands twice; must stand once", o.values, v.Key))
			}
			if v.Kind != yamltree.Scalar {
				errs = append(errs, fmt.Errorf("--values %s: %s is %s; must be one value", o.values, v.Key, yamltree.ATypeOf(v)))
			}
			out[v.Key] = v.Value
		}
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
	}
	for name, v := range o.set {
		out[name] = v
	}
	return out, nil
}

func (o *createOptions) run(name string, s Streams) error {
	o.dryRun = o.dryRun || o.output == "yaml"
	unlock, err := o.begin(s)
	if err != nil {
		return err
	}
	defer unlock()
	c, r, err := o.prepare(name)
	if err != nil {
		return err
	}
	if err := report.Problems(s.Err, c.Plan, report.People, true, false); err != nil {
		return err
	}
	if c.Plan.Failed() {
		return errors.New("nothing is made")
	}
	if o.output == "yaml" {
		return writeYAML(s.Out, c)
	}
	if o.dryRun {
		err := report.NewCluster(s.Out, c, report.Palette{On: o.colored(s.Out)})
		fmt.Fprintln(s.Err, "Nothing is written: this was a dry run")
		return err
	}
	return o.write(r, c, report.Palette{On: o.colored(s.Out)}, s)
}

// begin keeps other runs out of the checkout, and undoes what one of them has left half done; where nothing is to be written, that is an error.
func (o *createOptions) begin(s Streams) (unlock func(), err error) {
	r, err := o.configured()
	if err != nil {
		return nil, err
	}
	if o.dryRun {
		if r.Journal.Interrupted() {
			return nil, errInterrupted
		}
		return func() {}, nil
	}
	if unlock, err = r.Journal.Lock(); err != nil {
		return nil, err
	}
	if err := undo(r, s); err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// writeYAML writes the resources of the cluster's base.
func writeYAML(w io.Writer, c *report.Creation) error {
	var out []string
	for _, f := range c.Files {
		parsed := checkout.ParseFile(f.Path, f.New)
		if slices.ContainsFunc(parsed.Items(), func(i *resource.Item) bool { return i.Kind != "" && i.Kind != "Kustomization" }) && !strings.Contains(f.Path, "/overlay/") {
			out = append(out, strings.TrimPrefix(string(f.New), "---\n"))
		}
	}
	_, err := io.WriteString(w, strings.Join(out, "---\n"))
	return err
}

// write writes the cluster into the checkout.
func (o *createOptions) write(r *checkout.Repo, c *report.Creation, palette report.Palette, s Streams) error {
	if err := o.check(r, c.Files, o.config); err != nil {
		return err
	}
	if name, err := r.Name(o.prBody); o.prBody != "" && err == nil && strings.HasPrefix(name, folderOf(c.Files)+"/") {
		return fmt.Errorf("--pr-body %s: would be a part of the new cluster; must be another file", o.prBody)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	body := &body{file: o.prBody}
	w := checkout.Writing{Branch: o.branch, Undo: body.undo, Also: func() error {
		if err := body.write(func(out io.Writer) error { return report.NewClusterMarkdown(out, c) }); err != nil {
			return err
		}
		if err := report.NewCluster(s.Out, c, palette); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
		return nil
	}}
	if o.commit {
		w.Message = report.NewClusterMessage(c)
	}
	err := r.Journal.WriteCluster(ctx, folderOf(c.Files), c.Files, w)
	if err != nil && !errors.Is(err, checkout.ErrHalf) && !errors.Is(err, checkout.ErrLeft) {
		return fmt.Errorf("nothing is made: %w", err)
	}
	if err == nil {
		fmt.Fprintln(s.Err, escape.Text(o.done(r, c)))
	}
	return err
}

// done says what happened, and what is next.
func (o *createOptions) done(r *checkout.Repo, c *report.Creation) string {
	text := fmt.Sprintf("Wrote %s.", result.Count(len(c.Files), "file"))
	switch {
	case o.branch != "" && o.commit:
		text += fmt.Sprintf(" Branch %s, commit %s. %s", o.branch, r.Git.Head(), pushing(r, "-u ", []string{o.branch}))
	case o.commit:
		text += fmt.Sprintf(" Commit %s. %s", r.Git.Head(), pushingHead(r))
	default:
		text += fmt.Sprintf(" Next: kustomize build %s", escape.Shell(folderOf(c.Files)+"/overlay"))
	}
	if o.prBody != "" {
		text += ". The text of the pull request is in " + o.prBody
	}
	return text
}

// folderOf is the folder of a new cluster.
func folderOf(files []plan.File) string {
	dir, _, _ := strings.Cut(files[0].Path, "/base/")
	return dir
}

// forNew is the configuration of a plan for a new cluster: what the release adds is created, and the release recorded.
func forNew(config *v1alpha1.ApplyRelease) {
	config.Spec.Policy.NewComponents, config.Spec.Stamp = v1alpha1.Create, true
}
