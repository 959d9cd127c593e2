package match

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// KubernetesVersion is the version of Kubernetes that a release brings: what an index or its Release custom resource says, else what it sets on control planes, else on workers; "" for none.
func KubernetesVersion(r *release.Release) string {
	if r.Kubernetes != "" {
		return r.Kubernetes
	}
	if c := r.Component("kubernetes"); c != nil {
		for _, p := range c.Patches {
			if p.Version != "" {
				return p.Version
			}
		}
	}
	for _, fits := range []func(string) bool{isControlPlane, isWorkers} {
		for _, c := range r.Components {
			if v := KubernetesOf(c); v != "" && fits(c.Name) {
				return v
			}
		}
	}
	return ""
}

// KubernetesOf is the version of Kubernetes that a component sets on control planes, or on workers; "" for none.
func KubernetesOf(c *release.Component) string {
	switch {
	case isControlPlane(c.Name):
		return set(c, yamltree.Fields("spec", "version"))
	case isWorkers(c.Name):
		return set(c, yamltree.Fields("spec", "template", "spec", "version"))
	}
	return ""
}

func isControlPlane(component string) bool {
	return strings.HasSuffix(KindName(component), "controlplane")
}

func isWorkers(component string) bool { return len(KindsOf(component)) > 0 }

// set is the text that a component sets a field to: the overlay of a release goes over its base.
func set(c *release.Component, at yamltree.Path) (text string) {
	rank := 0
	for _, p := range c.Patches {
		if v := yamltree.Lookup(p.Data, at); v != nil && v.Kind == yamltree.Scalar && v.Value != "" && (text == "" || p.Rank() >= rank) {
			text, rank = v.Value, p.Rank()
		}
	}
	return text
}
