package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/fleet"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/spf13/cobra"
)

// newExplain tells where a value comes from.
func newExplain(s Streams) *cobra.Command {
	o := &options{}
	var output string
	cmd := &cobra.Command{
		Use:   "explain CLUSTER [KIND/NAME [FIELD]]",
		Short: "Tell where the value of a field comes from",
		Long: `explain lists what the release's base and overlay, the cluster's base and the customer's overlay say of a field, each with
file and line, and marks with * what wins. Without a field it lists the fields of a resource that a release or the overlay sets, and
without a resource those of the cluster's base. The release is the one that the resource is on, or that --release names.`,
		Example: `  apply-release explain gauss/peu01
  apply-release explain gauss/peu01 MachinePool/peu01-mp-0
  apply-release explain gauss/peu01 MachinePool/peu01-mp-0 spec.replicas
  apply-release explain gauss/peu01 kubeadmcontrolplane/peu01 \
      'metadata.labels[app.kubernetes.io/version]' --release aws/v22.0.0`,
		Args:              cobra.RangeArgs(1, 3),
		ValidArgsFunction: o.completeExplain,
	}
	withFailures(cmd, "Explanation", func(out io.Writer, args []string) error {
		x, err := o.subject(args[0], s)
		if err != nil {
			return err
		}
		return report.Painted(out, report.Palette{On: o.colored(s.Out) && output == "text"}, report.OfChains, func(w io.Writer) error { return x.explain(w, args[1:], output == "json") })
	}, s)
	o.addStanding(cmd)
	cmd.Flags().StringVarP(&o.release, "release", "r", "", "a release (default: the one that the resource is on)")
	completes(cmd, "release", o.completion(releaseNames))
	addOutput(cmd, &output, "text", "json")
	return cmd
}

// completeExplain completes clusters, then resources, then fields.
func (o *options) completeExplain(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return o.completion(clusterNames)(cmd, args, typed)
	}
	var out []string
	x, err := o.subject(args[0], Streams{Out: io.Discard, Err: io.Discard})
	if err != nil || len(args) > 2 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	for _, i := range x.cluster.Base {
		name := i.Kind + "/" + i.Name
		switch {
		case len(args) == 1:
			out = append(out, name)
		case strings.EqualFold(name, args[1]):
			for _, p := range x.explainer.Survey(i).Fields {
				out = append(out, p.String())
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return !strings.HasPrefix(s, typed) }), cobra.ShellCompDirectiveNoFileComp
}

// subject is a cluster of which something is to be explained.
type subject struct {
	cluster   *cluster.Cluster
	explainer *fleet.Explainer
}

func (o *options) subject(name string, s Streams) (*subject, error) {
	f, err := stand(o, []string{name}, o.release != "", s)
	if err != nil {
		return nil, err
	}
	catalog, found := release.Read(f.in.Items, f.repo.Releases, f.in.Indexes...)
	if err := sayProblems(found, s); err != nil {
		return nil, err
	}
	provider := "" // of the release that is asked about
	if o.release != "" {
		rel, err := catalog.Select(splitRelease(o.release))
		if err != nil {
			return nil, err
		}
		provider, f.config.Spec.From = rel.Provider, rel.Version.String()
	}
	clusters := cluster.Group(f.in.Items, catalog, f.repo.Clusters)
	if len(clusters) != 1 {
		return nil, fmt.Errorf("%q is %d clusters. Name one", name, len(clusters))
	}
	return &subject{clusters[0], fleet.NewExplainer(f.config, f.in, clusters[0], provider, configFile(o))}, nil
}

// explain writes the resources of the cluster, the fields of one, or one field.
func (x *subject) explain(w io.Writer, args []string, asJSON bool) error {
	if len(args) == 0 {
		var all []fleet.Known
		for _, i := range x.cluster.Base {
			all = append(all, x.explainer.Survey(i))
		}
		return report.ExplainCluster(w, x.cluster.String(), all, asJSON)
	}
	i, err := oneItem(x.cluster, args[0])
	if err != nil {
		return err
	}
	known := x.explainer.Survey(i)
	fields := known.Fields
	if len(args) > 1 {
		field, err := yamltree.ParsePath(args[1])
		if err != nil {
			return err
		}
		fields = []yamltree.Path{field}
	}
	var chains []*fleet.Chain
	for _, field := range fields {
		c, err := x.explainer.Explain(i, field)
		if err != nil {
			return err
		}
		chains = append(chains, c)
	}
	switch {
	case len(args) == 1:
		return report.ExplainResource(w, known, chains, asJSON)
	case asJSON:
		return report.ExplainJSON(w, chains[0])
	}
	near := ""
	if !chains[0].IsSet() {
		near = fleet.NearestField(i, known, fields[0])
	}
	return report.Explain(w, chains[0], near)
}

// oneItem finds the one resource of a cluster's base that KIND/NAME means.
func oneItem(cl *cluster.Cluster, what string) (*resource.Item, error) {
	found, err := fleet.Named(cl, what)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		var names []string
		for _, i := range found {
			names = append(names, i.Kind+"/"+i.Namespace+"/"+i.Name)
		}
		return nil, fmt.Errorf("%q is several resources of %s: %s; must name one", what, cl, strings.Join(names, ", "))
	}
	var all []string
	for _, i := range cl.Base {
		all = append(all, i.Kind+"/"+i.Name)
	}
	for _, i := range cl.Overlay {
		if layout.Glob(strings.ToLower(what), strings.ToLower(i.Kind+"/"+i.Name)) {
			return nil, errors.New(what + " is the customer's own: it is in the overlay alone (" + i.Location.Path + ")")
		}
	}
	return nil, fmt.Errorf("%s has no %q; must be a resource of its base%s", cl, what, nearest.Hint(what, all))
}
