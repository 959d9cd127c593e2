package guard

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// Images looks whether machines get an image for another Kubernetes than any resource of the cluster has afterwards, as where single components are upgraded.
func Images(c *plan.Cluster) []plan.Note {
	var versions []string
	for _, i := range c.Base {
		if v, ok := kubernetes(c, i); ok && !slices.Contains(versions, strings.TrimPrefix(v.String(), "v")) {
			versions = append(versions, strings.TrimPrefix(v.String(), "v"))
		}
	}
	if len(versions) == 0 {
		return nil
	}
	var out []plan.Note
	for _, r := range c.Resources {
		for _, x := range r.Changes {
			if r.Removed || x.New == nil {
				continue
			}
			if v := kinds.ImageVersion(x.New.Value); v != "" && !slices.Contains(versions, v) {
				out = append(out, plan.Note{Kind: plan.ImageOfOther, Severity: result.Warning, Item: r.Item, Field: x.Path, Text: v, Name: strings.Join(versions, " and ")})
			}
		}
	}
	return out
}
