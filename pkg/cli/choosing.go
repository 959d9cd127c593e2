package cli

import (
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/spf13/cobra"
)

// shard is one of several parts of the clusters, of which each is in one: 0/4 to 3/4, as the index of a Kubernetes Job counts
// (https://kubernetes.io/docs/tasks/job/indexed-parallel-processing-static/). The zero shard is all of them.
type shard struct{ index, count int }

func (s *shard) String() string {
	if s.count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.index, s.count)
}

func (s *shard) Type() string { return "index/count" }

func (s *shard) Set(text string) error {
	index, count, found := strings.Cut(text, "/")
	i, errIndex := strconv.Atoi(index)
	n, errCount := strconv.Atoi(count)
	if !found || errIndex != nil || errCount != nil || n < 1 || i < 0 || i >= n {
		return errors.New("must be such as 0/4, 1/4, 2/4 or 3/4")
	}
	s.index, s.count = i, n
	return nil
}

func (s *shard) addTo(cmd *cobra.Command) {
	cmd.Flags().Var(s, "shard", "of the clusters, those of one of several parts alone: 0/4 to 3/4")
}

// has reports whether a cluster is in the shard: by a hash of its name, so that it stays where it is when others come and go.
func (s *shard) has(cluster string) bool {
	if s.count == 0 {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(cluster))
	return int(h.Sum32()%uint32(s.count)) == s.index
}

// emptyShard says that there is nothing to do: a fleet may have less clusters than shards.
type emptyShard string

func (e emptyShard) Error() string { return string(e) }

// narrow turns the clusters of a configuration into those that are left where it excludes some, or where a shard is asked for. What is excluded must be in the checkout.
func narrow(o *options, r *checkout.Repo, config *v1alpha1.ApplyRelease) error {
	if len(config.Spec.ExcludeClusters) == 0 && o.shard.count == 0 {
		return nil
	}
	excluded := map[string]bool{}
	if len(config.Spec.ExcludeClusters) > 0 {
		patterns, err := names(r, config.Spec.ExcludeClusters)
		if err != nil {
			return err
		}
		out, err := clusterNamed(r, patterns)
		if err != nil {
			return err
		}
		for _, name := range out {
			excluded[name] = true
		}
	}
	in, err := clusterNamed(r, config.Spec.Clusters)
	if err != nil {
		return err
	}
	o.chosen = !slices.Equal(in, config.Spec.Clusters) // they were not named one by one
	config.Spec.ExcludeClusters = nil
	config.Spec.Clusters = slices.DeleteFunc(in, func(name string) bool { return excluded[name] })
	if len(config.Spec.Clusters) == 0 {
		return errors.New("exclusions leave no cluster")
	}
	all := len(config.Spec.Clusters)
	config.Spec.Clusters = slices.DeleteFunc(config.Spec.Clusters, func(name string) bool { return !o.shard.has(name) })
	if len(config.Spec.Clusters) == 0 {
		return emptyShard(fmt.Sprintf("none of %d clusters is in shard %s: nothing to do", all, &o.shard))
	}
	return nil
}
