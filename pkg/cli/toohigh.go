package cli

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// tooHigh are the folders right in the checkout with a base in which a cluster stands, while the layout has clusters deeper down.
func tooHigh(r *checkout.Repo) ([]string, error) {
	folders, err := checkout.TooHigh(r)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, folder := range folders {
		files, err := r.Read(path.Join(folder, layout.Base))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(checkout.Items(files), func(i *resource.Item) bool { return cluster.StandsForCluster(i) || cluster.ReleaseOf(i) != "" }) {
			out = append(out, folder)
		}
	}
	return out, nil
}

// isTooHigh says that a folder is no cluster for that.
func isTooHigh(r *checkout.Repo, folder string) string {
	return fmt.Sprintf("%s: has a base, and is no cluster, since these lie in %s. Move it there; or, where all clusters lie as it does, set spec.layout.cluster to \"{cluster}/**\"", folder, strings.Join(r.Clusters.Texts(), " or "))
}

// warnOfTooHigh warns of such folders, where all clusters are meant.
func warnOfTooHigh(r *checkout.Repo, list *result.List) error {
	folders, err := tooHigh(r)
	for _, folder := range folders {
		list.Warnf(nil, nil, "%s", isTooHigh(r, folder))
	}
	return err
}
