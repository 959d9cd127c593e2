package guard

import (
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/api/v1alpha1"
	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/policy"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Annotations looks for annotations on the resources of a cluster that are nearly those of this program: what they ask for does not happen.
func Annotations(cl *cluster.Cluster) []plan.Note {
	known := []string{policy.KeepAnnotation, HoldAnnotation, ReasonAnnotation}
	var out []plan.Note
	for n, list := range [][]*resource.Item{cl.Base, cl.Overlay} {
		isBase := n == 0
		for _, i := range list {
			out = append(out, nearly(i, known)...)
			switch {
			case i.HasAnnotation(ReasonAnnotation) && !i.HasAnnotation(HoldAnnotation):
				out = append(out, plan.Note{Kind: plan.HoldWithoutDay, Severity: result.Warning, Item: i, Field: annotation(ReasonAnnotation)})
			case isBase && i.HasAnnotation(HoldAnnotation) && !cluster.StandsForCluster(i):
				out = append(out, plan.Note{Kind: plan.HoldMisplaced, Severity: result.Warning, Item: i, Field: annotation(HoldAnnotation)})
			}
		}
	}
	return out
}

// ofRelease looks for annotations on the parts of a release that are nearly those of this program.
func ofRelease(r *release.Release) []plan.Note {
	var out []plan.Note
	seen := map[*resource.Item]bool{}
	for _, c := range r.Components {
		for _, p := range c.Patches {
			if p.Item == nil || seen[p.Item] {
				continue
			}
			seen[p.Item] = true
			out = append(out, nearly(p.Item, release.Annotations)...)
		}
	}
	return out
}

// nearly warns of the annotations of an item that are nearly one of those that are known.
func nearly(i *resource.Item, known []string) []plan.Note {
	var out []plan.Note
	for _, name := range i.AnnotationsOf(release.AnnotationPrefix) {
		if near := nearest.Meant(name, known, release.AnnotationPrefix); near != "" {
			out = append(out, plan.Note{Kind: plan.AnnotationUnknown, Severity: result.Warning, Item: i, Field: annotation(name), Name: name, By: near})
		}
	}
	return out
}

// mistypedName finds, for the name of a rule that no resource has, what it may have been meant to be: the names of apps begin with that of their cluster. "" where it is right, or nothing is near.
func mistypedName(r v1alpha1.Rule, clusters []*cluster.Cluster) string {
	if r.Name == "" || layout.IsGlob(r.Name) {
		return ""
	}
	near := ""
	for _, c := range clusters {
		for _, i := range c.Base {
			switch {
			case r.Kind != "" && r.Kind != i.Kind:
			case i.Name == r.Name:
				return ""
			case strings.HasSuffix(i.Name, "-"+r.Name):
				near = "*-" + r.Name
			}
		}
	}
	return near
}

// mistypedPath finds, for the path of a rule that leads to nothing in the resources that the rule is for, what it may have been meant to be; "" where it is right, or nothing is near.
func mistypedPath(r v1alpha1.Rule, clusters []*cluster.Cluster) string {
	pattern, err := yamltree.ParsePattern(r.Path)
	p := yamltree.Path(pattern)
	isList := len(p) > 0 && p[len(p)-1].Name == "*"
	if isList { // of what may be none
		p = p[:len(p)-1]
	}
	if err != nil || r.Path == "" || slices.ContainsFunc(p, func(s yamltree.Step) bool { return s.Kind != yamltree.Field || s.Name == "*" }) {
		return "" // elements of lists come and go
	}
	near := ""
	for _, c := range clusters {
		for _, i := range c.Base {
			if r.Kind != "" && r.Kind != i.Kind || r.Name != "" && !layout.Glob(r.Name, i.Name) {
				continue
			}
			is := false
			i.Look(func(root *yamltree.Node) {
				if root == nil {
					return
				}
				logical, err := yamltree.Logical(root)
				if err != nil {
					return
				}
				switch at := yamltree.LookupInside(logical, p); {
				case at != nil && isList && at.Kind != yamltree.List:
					near = p.String()
				case at != nil:
					is = true
				case near == "":
					near = nearPath(logical, p)
				}
			})
			if is {
				return ""
			}
		}
	}
	return near
}

// nearPath is a path whose one step that leads to nothing is mistyped, with the step that was meant.
func nearPath(root *yamltree.Node, p yamltree.Path) string {
	for n := range p {
		at := yamltree.LookupInside(root, p[:n+1])
		if at != nil {
			continue
		}
		in := yamltree.LookupInside(root, p[:n])
		if in == nil || in.Kind != yamltree.Map {
			return ""
		}
		for v := range in.Children() {
			if nearest.IsSlip(p[n].Name, v.Key) || strings.EqualFold(p[n].Name, v.Key) {
				return p[:n].Field(v.Key).Then(p[n+1:]...).String()
			}
		}
		return ""
	}
	return ""
}
