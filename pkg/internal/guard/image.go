package guard

import (
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/result"
)

// image is the Kubernetes in the name of an image of machines, such as flatcar-stable-4593.2.4-kube-1.34.10-tooling-1.33.1-gs.
var image = regexp.MustCompile(`\bkube(?:rnetes)?-v?(\d+\.\d+\.\d+)`)

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
			if m := image.FindStringSubmatch(x.New.Value); m != nil && !slices.Contains(versions, m[1]) {
				out = append(out, plan.Note{Kind: plan.ImageOfOther, Severity: result.Warning, Item: r.Item, Field: x.Path, Text: m[1], Name: strings.Join(versions, " and ")})
			}
		}
	}
	return out
}
