package match

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// KubernetesVersion is the version of Kubernetes that a release brings: what it says of itself, else what it sets on control planes, else on workers; "" for none.
func KubernetesVersion(r *release.Release) string {
	if v := r.KubernetesVersion(); v != "" {
		return v
	}
	plane := func(component string) bool { return strings.HasSuffix(kindOf(component), "controlplane") }
	workers := func(component string) bool { return len(KindsOf(component)) > 0 }
	for _, look := range []struct {
		fits func(component string) bool
		at   yamltree.Path
	}{{plane, yamltree.Fields("spec", "version")}, {workers, yamltree.Fields("spec", "template", "spec", "version")}} {
		for _, c := range r.Components {
			for _, p := range c.Patches {
				if v := yamltree.Lookup(p.Data, look.at); look.fits(c.Name) && v != nil && v.Kind == yamltree.Scalar && v.Value != "" {
					return v.Value
				}
			}
		}
	}
	return ""
}
