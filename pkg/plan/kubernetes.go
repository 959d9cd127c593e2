package plan

import (
	"github.com/giantswarm/apply-release/pkg/cluster"
	"github.com/giantswarm/apply-release/pkg/clusterapi"
	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// oldestWorkers is how many minor versions workers may be behind their control plane
// (https://kubernetes.io/releases/version-skew-policy/#kubelet).
const oldestWorkers = 3

// checkKubernetes checks the steps that Kubernetes versions take, and how workers stand to their control plane afterwards.
func (m *maker) checkKubernetes() {
	for _, cl := range m.Clusters {
		changed := false
		for _, i := range cl.Base {
			if r := m.byItem[i]; r != nil && m.checkVersionStep(r) {
				changed = true
			}
		}
		if changed {
			m.checkWorkers(cl)
		}
	}
}

// checkVersionStep checks the step of one resource; it tells whether there is one.
func (m *maker) checkVersionStep(r *Resource) bool {
	field := clusterapi.VersionField(r.Item.Ref)
	for _, c := range r.Changes {
		if field == nil || !c.Path.Equal(yamltree.Fields(field...)) {
			continue
		}
		if c.Old == nil || c.New == nil {
			return true
		}
		old, errOld := version.Parse(c.Old.Value)
		next, errNew := version.Parse(c.New.Value)
		switch {
		case errOld != nil || errNew != nil:
		case next.Compare(old) < 0:
			m.reacts(m.spec.Policy.KubernetesSkew, r.Item, c.Path, "Kubernetes goes down from %s to %s; must not, for machines and API objects of the newer version stay", c.Old.Value, c.New.Value)
		case next.Major() == old.Major() && next.Minor() > old.Minor()+1 || next.Major() != old.Major():
			m.reacts(m.spec.Policy.KubernetesSkew, r.Item, c.Path, "Kubernetes goes from %s to %s, over %d minor versions; must go one at a time", c.Old.Value, c.New.Value, int64(next.Minor())-int64(old.Minor()))
		}
		return true
	}
	return false
}

// checkWorkers compares the versions of workers with that of the control plane, as they are afterwards.
func (m *maker) checkWorkers(cl *cluster.Cluster) {
	plane, has := version.Version{}, 0
	for _, i := range cl.Base {
		if v, ok := m.kubernetes(i); ok && clusterapi.IsControlPlane(i.Ref) {
			plane = v
			has++
		}
	}
	if has != 1 {
		return
	}
	for _, i := range cl.Base {
		v, ok := m.kubernetes(i)
		at := yamltree.Fields(clusterapi.VersionField(i.Ref)...)
		switch {
		case !ok || !clusterapi.IsWorkers(i.Ref):
		case v.Compare(plane) > 0:
			m.reacts(m.spec.Policy.KubernetesSkew, i, at, "the workers get Kubernetes %s while their control plane has %s; must not be newer", v, plane)
		case v.Major() == plane.Major() && v.Minor()+oldestWorkers < plane.Minor():
			m.reacts(m.spec.Policy.KubernetesSkew, i, at, "the workers stay on Kubernetes %s while their control plane gets %s; must be at most %d minor versions behind", v, plane, oldestWorkers)
		}
	}
}

// kubernetes is the Kubernetes version that a resource has afterwards.
func (m *maker) kubernetes(i *resource.Item) (version.Version, bool) {
	field := clusterapi.VersionField(i.Ref)
	if field == nil {
		return version.Version{}, false
	}
	text := i.Text(field...)
	if r := m.byItem[i]; r != nil && r.Final != nil {
		if r.Removed {
			return version.Version{}, false
		}
		if n := yamltree.Lookup(r.Final, yamltree.Fields(field...)); n != nil {
			text = n.Value
		}
	}
	v, err := version.Parse(text)
	return v, err == nil
}
