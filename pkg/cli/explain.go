package cli

import (
	"errors"
	"fmt"
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
		Use:   "explain CLUSTER KIND/NAME FIELD",
		Short: "Tell where the value of a field comes from",
		Long: `explain lists what the release's base and overlay, the cluster's base and the customer's overlay say of a field, each with
file and line, and marks with * what wins. The release is the one that the resource is on, or that --release names.`,
		Example: `  apply-release explain gauss/peu01 MachinePool/peu01-mp-0 spec.replicas
  apply-release explain gauss/peu01 kubeadmcontrolplane/peu01 'metadata.labels[app.kubernetes.io/version]' --release aws/v22.0.0`,
		Args: cobra.ExactArgs(3),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return o.completion(clusterNames)(cmd, args, typed)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return fmt.Errorf("-o is %q; must be text or json", output)
			}
			field, err := yamltree.ParsePath(args[2])
			if err != nil {
				return err
			}
			c, err := o.explain(args[0], args[1], field, s)
			if err != nil {
				return err
			}
			if output == "json" {
				return report.ExplainJSON(s.Out, c)
			}
			return report.Explain(s.Out, c)
		},
	}
	o.addStanding(cmd)
	cmd.Flags().StringVarP(&o.release, "release", "r", "", "a release (default: the one that the resource is on)")
	if err := cmd.RegisterFlagCompletionFunc("release", o.completion(releaseNames)); err != nil {
		panic("cli: " + err.Error())
	}
	addOutput(cmd, &output, "text", "json")
	return cmd
}

// explain makes the chain of one field.
func (o *options) explain(name, what string, field yamltree.Path, s Streams) (*fleet.Chain, error) {
	f, err := o.stand([]string{name}, o.release != "", s)
	if err != nil {
		return nil, err
	}
	catalog, found := release.Read(f.in.Items, f.repo.Releases, f.in.Indexes...)
	if err := o.sayProblems(found, s); err != nil {
		return nil, err
	}
	forced := ""
	if o.release != "" {
		provider, v, named := strings.Cut(o.release, "/")
		if !named {
			provider, v = "", o.release
		}
		rel, err := catalog.Select(provider, v)
		if err != nil {
			return nil, err
		}
		forced, f.config.Spec.From = rel.Provider, rel.Version.String()
	}
	clusters := cluster.Group(f.in.Items, catalog, f.repo.Clusters)
	if len(clusters) != 1 {
		return nil, fmt.Errorf("%q is %d clusters; must be one", name, len(clusters))
	}
	i, err := oneItem(clusters[0], what)
	if err != nil {
		return nil, err
	}
	r, rel := fleet.Find(f.config, f.in, clusters[0], i, forced)
	c, err := fleet.Explain(clusters[0], i, r, field)
	if c != nil && rel != nil {
		c.Release = rel.String()
	}
	return c, err
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
