package fleet

import (
	"slices"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/upgrade"
)

// to is the upgrade to a release, which is to tell what differs rather than to fail.
func (s *reader) to(rel *release.Release) *upgrade.Target {
	spec := s.config.Spec
	spec.Policy.Rules = slices.Clone(spec.Policy.Rules)
	for i := range spec.Policy.Rules { // what fails an upgrade is a difference here
		lenient(&spec.Policy.Rules[i].LocalChanges)
	}
	lenient(&spec.Policy.LocalChanges)
	return s.target(s.upgrades, rel, spec)
}

// step is the upgrade to a release as it would be made.
func (s *reader) step(rel *release.Release) *upgrade.Target {
	return s.target(s.steps, rel, s.config.Spec)
}

// target is an upgrade to a release, which is made once.
func (s *reader) target(known map[*release.Release]*upgrade.Target, rel *release.Release, spec v1alpha1.ApplyReleaseSpec) *upgrade.Target {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	t := known[rel]
	if t == nil {
		t = upgrade.To(rel, spec, s.catalog, s.around)
		known[rel] = t
	}
	return t
}

func lenient(r *v1alpha1.Reaction) {
	if *r == v1alpha1.Fail {
		*r = v1alpha1.Overwrite
	}
}
