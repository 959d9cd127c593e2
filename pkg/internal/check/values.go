package check

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// values looks at the values of a partial resource: of another type than in the release before, no version where one was, a record of another release, an image for another Kubernetes.
func (c *checker) values(p *release.Patch, before map[string]*yamltree.Node) {
	kubernetes := strings.TrimPrefix(match.KubernetesVersion(c.release), "v")
	c.kindsOfValues(p, before)
	for _, f := range fieldsOf(p.Data) {
		n := plan.Note{Severity: result.Warning, Item: p.Item, Field: f.path, Where: p.Item.Where(f.node), Component: p.Component, Says: f.node}
		was := before[f.path.String()]
		switch {
		case f.path[max(len(f.path)-1, 0):].String() == yamltree.Fields(cluster.ReleaseKey).String():
			if v, err := version.Parse(f.node.Value); err == nil && !v.Equal(c.release.Version) {
				n.Kind, n.Severity = plan.RecordOfOther, result.Error
				c.note(n)
			}
		case was != nil && was.Kind == f.node.Kind && typeOf(was) != typeOf(f.node):
			n.Kind, n.Has = plan.OtherType, was
			c.note(n)
		case was != nil && isVersionField(f.path) && isVersion(was) && !isVersion(f.node):
			n.Kind, n.Has = plan.NoVersion, was
			c.note(n)
		case kubernetes != "" && kinds.ImageVersion(f.node.Value) != "" && kinds.ImageVersion(f.node.Value) != kubernetes:
			n.Kind, n.Text, n.Name = plan.ImageAtOdds, kinds.ImageVersion(f.node.Value), kubernetes
			c.note(n)
		}
	}
}

// kindsOfValues looks for maps, lists and scalars where the release before has another of them, each once.
func (c *checker) kindsOfValues(p *release.Patch, before map[string]*yamltree.Node) {
	told := map[string]bool{}
	for _, f := range fieldsOf(p.Data) {
		for n := 1; n <= len(f.path); n++ {
			at := f.path[:n]
			was, is := before[at.String()], yamltree.Lookup(p.Data, at)
			if was == nil || is == nil || was.Kind == is.Kind || yamltree.IsNull(was) || yamltree.IsNull(is) {
				continue
			}
			if !told[at.String()] {
				told[at.String()] = true
				c.note(plan.Note{Kind: plan.OtherType, Severity: result.Error, Item: p.Item, Field: at, Where: p.Item.Where(is), Component: p.Component, Has: was, Says: is})
			}
			break
		}
	}
}

// before are the values that the release before sets in a component, by path, and the maps that they are in.
func (c *checker) before(component string) map[string]*yamltree.Node {
	out := map[string]*yamltree.Node{}
	if c.previous == nil || c.previous.Component(component) == nil {
		return out
	}
	for _, p := range c.previous.Component(component).Patches {
		for _, f := range fieldsOf(p.Data) {
			for n := 1; n <= len(f.path); n++ {
				out[f.path[:n].String()] = yamltree.Lookup(p.Data, f.path[:n])
			}
		}
	}
	return out
}

// typeOf is the type of a value; nulls are of the type of anything.
func typeOf(n *yamltree.Node) string {
	if n.Kind == yamltree.Scalar {
		return yamltree.TypeOf(n)
	}
	return yamltree.ATypeOf(n)
}

func isVersionField(p yamltree.Path) bool {
	last := strings.ToLower(p[max(len(p)-1, 0):].String())
	return strings.HasSuffix(last, "version") || last == "tag"
}

func isVersion(n *yamltree.Node) bool {
	_, err := version.Parse(n.Value)
	return n.Kind == yamltree.Scalar && err == nil
}

// kubernetes looks at the step that Kubernetes takes from the release before.
func (c *checker) kubernetes() {
	if c.previous == nil {
		return
	}
	was, is := match.KubernetesVersion(c.previous), match.KubernetesVersion(c.release)
	if was != "" && is == "" {
		c.note(plan.Note{Kind: plan.KubernetesUnset, Severity: result.Error, Name: was})
	}
	c.versionless()
	old, errOld := version.Parse(was)
	next, errNext := version.Parse(is)
	if errOld == nil && errNext == nil && (next.Major() != old.Major() || next.Minor() > old.Minor()+1) {
		c.note(plan.Note{Kind: plan.KubernetesJumps, Severity: result.Warning, Name: old.String(), Text: next.String()})
		return
	}
	if errNext != nil {
		return
	}
	if from := c.jumpFrom(next); from != nil {
		c.note(plan.Note{Kind: plan.ReachJumps, Severity: result.Warning, From: from.String(), Name: strings.TrimPrefix(match.KubernetesVersion(from), "v"), Text: strings.TrimPrefix(is, "v")})
	}
}

// jumpFrom is the lowest release that is out from which this one says that it can be reached, and whose Kubernetes is more than a minor version below; nil for none.
func (c *checker) jumpFrom(next version.Version) *release.Release {
	if c.release.UpgradeFrom.IsZero() {
		return nil
	}
	for _, r := range c.catalog.Releases { // in order
		if r.Provider != c.release.Provider || r.Version.Compare(c.release.Version) >= 0 || !release.IsOut(r.State) || !c.release.ReachableFrom(r.Version) {
			continue
		}
		if own, err := version.Parse(match.KubernetesVersion(r)); err == nil && (own.Major() != next.Major() || own.Minor()+1 < next.Minor()) {
			return r
		}
	}
	return nil
}

// versionless looks for components that set a version of Kubernetes in the release before, and are there without one: what they are for would lose it.
func (c *checker) versionless() {
	if c.release.Component("kubernetes") != nil { // which sets it everywhere
		return
	}
	for _, x := range c.release.Components {
		old := c.previous.Component(x.Name)
		if old == nil || match.KubernetesOf(old) == "" || match.KubernetesOf(x) != "" || removes(x) {
			continue
		}
		c.note(plan.Note{Kind: plan.KubernetesUnset, Severity: result.Error, Component: x.Name, Name: match.KubernetesOf(old)})
	}
}

// removes reports whether a component removes what it is for.
func removes(c *release.Component) bool {
	return slices.ContainsFunc(c.Patches, func(p *release.Patch) bool {
		d := yamltree.Get(p.Data, "$patch")
		return d != nil && d.Value == "delete"
	})
}

// workers looks for workers that get a newer Kubernetes than the control planes of the release.
func (c *checker) workers() {
	plane, err := version.Parse(match.KubernetesVersion(c.release)) // of control planes, where there are some
	if err != nil {
		return
	}
	for _, x := range c.release.Components {
		for _, kind := range match.KindsOf(x.Name) {
			ref := resource.Ref{APIVersion: kinds.Group + "/v1beta1", Kind: kind}
			if !kinds.IsWorkers(ref) {
				continue
			}
			at := yamltree.Fields(kinds.VersionField(ref)...)
			for _, p := range x.Patches {
				n := yamltree.Lookup(p.Data, at)
				if n == nil || n.Kind != yamltree.Scalar {
					continue
				}
				if v, err := version.Parse(n.Value); err == nil && v.Compare(plane) > 0 {
					c.note(plan.Note{Kind: plan.WorkersAhead, Severity: result.Error, Item: p.Item, Field: at, Where: p.Item.Where(n), Component: x.Name, Text: v.String(), Name: plane.String()})
				}
			}
		}
	}
}

// gone looks for components that the release before has, and that are none of a rename.
func (c *checker) gone() {
	if c.previous == nil {
		return
	}
	renamed := map[string]bool{}
	for _, n := range c.notes {
		if n.Kind == plan.Renamed {
			renamed[n.Name] = true
		}
	}
	var names []string
	for _, old := range c.previous.Components {
		if c.release.Component(old.Name) == nil && !renamed[old.Name] && !old.OnlyRemoves() {
			names = append(names, old.Name)
		}
	}
	if len(names) > 0 {
		c.note(plan.Note{Kind: plan.ComponentsGone, Severity: result.Info, Names: names})
	}
}
