package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// oldestWorkers is how many minor versions workers may be behind their control plane
// (https://kubernetes.io/releases/version-skew-policy/#kubelet).
const oldestWorkers = 3

// Kubernetes looks at the steps that Kubernetes versions take, and at how workers stand to their control plane afterwards.
func Kubernetes(c *plan.Cluster, skew v1alpha1.Reaction) []plan.Note {
	severity := severityOf(skew)
	if severity == "" {
		return nil
	}
	var out []plan.Note
	changed := false
	for _, r := range c.Resources {
		if x := versionChange(r); x != nil {
			changed = true
			out = append(out, versionStep(r, x)...)
		}
	}
	if changed {
		out = append(out, workers(c)...)
	}
	out = append(out, chartStep(c)...)
	for i := range out {
		if out[i].Severity = severity; out[i].Kind == plan.KubernetesDown {
			out[i].Names = settingKubernetes(c)
		}
	}
	return append(out, versionless(c)...)
}

// settingKubernetes are the components that change a version of Kubernetes in a cluster, and those of its release that set an image of machines, which is made for one.
func settingKubernetes(c *plan.Cluster) []string {
	var out []string
	add := func(component string) {
		if component != "" && !slices.Contains(out, component) {
			out = append(out, component)
		}
	}
	for _, r := range c.Resources {
		if x := versionChange(r); x != nil {
			add(x.Component)
		}
	}
	if c.To == nil {
		return out
	}
	for _, x := range c.To.Components { // of a template, the change may be that another one is referred to
		for _, p := range x.Patches {
			eachText(p.Data, nil, func(_ yamltree.Path, text string) {
				if kinds.ImageVersion(text) != "" {
					add(x.Name)
				}
			})
		}
	}
	return out
}

// Apps looks for apps that lose their version to a release that sets none, as one with a mistyped field: nothing says then what runs.
func Apps(c *plan.Cluster) []plan.Note {
	var out []plan.Note
	for _, r := range c.Resources {
		at := yamltree.Fields(kinds.AppVersionField(r.Item.Ref)...)
		if len(at) == 0 || r.Removed || r.Created {
			continue
		}
		for _, x := range r.Changes {
			if !at.HasPrefix(x.Path) || x.Old == nil {
				continue
			}
			was, is := yamltree.Lookup(x.Old, at[len(x.Path):]), yamltree.Lookup(r.Final, at)
			if was != nil && !yamltree.IsNull(was) && (is == nil || yamltree.IsNull(is)) {
				out = append(out, plan.Note{Kind: plan.AppVersionGone, Severity: result.Warning, Item: r.Item, Field: at, Has: was, To: c.To.String()})
			}
		}
	}
	return out
}

// versionless are the resources that lose their Kubernetes version to a release that sets none: the API takes no control plane without one, and nobody knows what workers without one run.
func versionless(c *plan.Cluster) []plan.Note {
	var out []plan.Note
	for _, r := range c.Resources {
		field := kinds.VersionField(r.Item.Ref)
		reaches := func(x plan.Change) bool { return len(x.Path) <= len(field) && x.Path.IsFields(field[:len(x.Path)]...) }
		if field == nil || r.Removed || r.Created || !slices.ContainsFunc(r.Changes, reaches) {
			continue
		}
		at := yamltree.Fields(field...)
		before, _ := yamltree.Logical(r.Item.Root())
		was := yamltree.Lookup(before, at)
		if is := yamltree.Lookup(c.Stands(r.Item), at); was == nil || yamltree.IsNull(was) || is != nil && !yamltree.IsNull(is) {
			continue
		}
		out = append(out, plan.Note{Kind: plan.KubernetesGone, Severity: result.Error, Item: r.Item, Field: at, Has: was, To: c.To.String()})
	}
	return out
}

// chartStep is the step of a cluster that is a Helm chart as a whole: its releases say it.
func chartStep(c *plan.Cluster) []plan.Note {
	chart := c.Chart()
	if chart == nil || chart.Item == nil || c.On.Release == nil || c.To == nil {
		return nil
	}
	was, is := match.KubernetesVersion(c.On.Release), match.KubernetesVersion(c.To)
	r := c.Of(chart.Item)
	if was == "" || is == "" || r == nil || len(r.Changes) == 0 {
		return nil
	}
	x := &plan.Change{}
	x.Path, x.Old, x.New = chart.Path, yamltree.Str("v"+strings.TrimPrefix(was, "v")), yamltree.Str("v"+strings.TrimPrefix(is, "v"))
	return versionStep(r, x)
}

// versionChange is the change of a resource's Kubernetes version, nil for none.
func versionChange(r *plan.Resource) *plan.Change {
	field := kinds.VersionField(r.Item.Ref)
	for i, x := range r.Changes {
		if field != nil && x.Path.IsFields(field...) {
			return &r.Changes[i]
		}
	}
	return nil
}

func versionStep(r *plan.Resource, x *plan.Change) []plan.Note {
	if x.Old == nil || x.New == nil {
		return nil
	}
	old, errOld := version.Parse(x.Old.Value)
	next, errNew := version.Parse(x.New.Value)
	n := plan.Note{Kind: plan.KubernetesDown, Item: r.Item, Component: x.Component, Field: x.Path, Has: x.Old, Says: x.New}
	switch {
	case errOld != nil || errNew != nil:
		return nil
	case next.Compare(old) < 0:
	case next.Major() == old.Major() && next.Minor() > old.Minor()+1 || next.Major() != old.Major():
		n.Kind, n.Text = plan.KubernetesSkips, fmt.Sprint(int64(next.Minor())-int64(old.Minor()))
	default:
		return nil
	}
	return []plan.Note{n}
}

// workers compares the versions of workers with that of the control plane, as they are afterwards.
func workers(c *plan.Cluster) []plan.Note {
	plane, has := version.Version{}, 0
	for _, i := range c.Base {
		if !kinds.IsControlPlane(i.Ref) {
			continue
		}
		if v, ok := kubernetes(c, i); ok {
			plane = v
			has++
		}
	}
	if has != 1 {
		return nil
	}
	var out []plan.Note
	for _, i := range c.Base {
		if !kinds.IsWorkers(i.Ref) {
			continue
		}
		v, ok := kubernetes(c, i)
		n := plan.Note{Item: i, Field: yamltree.Fields(kinds.VersionField(i.Ref)...), Text: v.String(), Name: plane.String()}
		switch {
		case !ok:
			continue
		case v.Compare(plane) > 0:
			n.Kind = plan.WorkersAhead
		case v.Major() == plane.Major() && v.Minor()+oldestWorkers < plane.Minor():
			n.Kind = plan.WorkersBehind
		default:
			continue
		}
		out = append(out, n)
	}
	return out
}

// kubernetes is the Kubernetes version that a resource has afterwards.
func kubernetes(c *plan.Cluster, i *resource.Item) (version.Version, bool) {
	field := kinds.VersionField(i.Ref)
	if field == nil {
		return version.Version{}, false
	}
	n := c.Stands(i)
	for _, name := range field {
		n = yamltree.Get(n, name)
	}
	if n == nil {
		return version.Version{}, false
	}
	v, err := version.Parse(n.Value)
	return v, err == nil
}
