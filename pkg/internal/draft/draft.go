// Package draft makes the next release out of one that there is: what changes in its resources. It is pure.
//
// Names, annotations and records that say the old version say the new one, versions that are asked for are set where the release has them, and the state is draft, so that nobody gets it before it is out. The date is that of the draft.
// Everything else stays.
package draft

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/cluster"
	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/match"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/release"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Kubernetes is the component whose version stands wherever a release sets that of Kubernetes.
const Kubernetes = "kubernetes"

// Next is the release to make.
type Next struct {
	Old *release.Release
	New version.Version
	// Set are the versions of components that differ from those of the old release.
	Set map[string]string
	// Today is the day, such as 2026-11-29, that takes the place of the old release's date.
	Today string
	// UpgradeFrom is from where it can be reached, where that is otherwise than of the old release; zero where it is not.
	UpgradeFrom version.Reach
	// Indexed says that an index tells the state of the release; else its resources do.
	Indexed bool
}

// Edits are what changes in the resources of the old release. Components that it has not, or whose version it does not say in one place, are an error, all of them together.
func (n Next) Edits(items []*resource.Item) (map[*resource.Item][]yamltree.Edit, error) {
	out := map[*resource.Item][]yamltree.Edit{}
	stated := n.Indexed
	says := slices.ContainsFunc(items, func(i *resource.Item) bool { return i.HasAnnotation(release.UpgradeFromAnnotation) }) // from where it can be reached, rather than the index
	for _, i := range items {
		root, err := yamltree.Logical(i.Root())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", i.Location.Path, err)
		}
		out[i] = append(n.names(i), n.records(root, nil)...)
		if i.Kind == "Release" && i.Has("spec", "date") {
			out[i] = append(out[i], edit(n.Today+"T00:00:00Z", "spec", "date"))
		}
		isPart := i.Kind == "ConfigMap" || i.Kind == "Release"
		annotations := yamltree.NewMap()
		switch {
		case i.Kind == "Release" && i.Has("spec", "state"):
			out[i] = append(out[i], edit(release.Draft, "spec", "state"))
		case i.HasAnnotation(release.StateAnnotation), !stated && isPart:
			annotations.Add(release.StateAnnotation, yamltree.Str(release.Draft))
		}
		if i.HasAnnotation(release.UpgradeFromAnnotation) || !says && !n.Indexed && isPart {
			if says = true; !n.UpgradeFrom.IsZero() {
				annotations.Add(release.UpgradeFromAnnotation, yamltree.Str(n.UpgradeFrom.Written()))
			}
		}
		out[i] = append(out[i], annotated(root, annotations)...)
		stated = stated || isPart
	}
	return out, n.versions(out)
}

func edit(text string, at ...string) yamltree.Edit {
	return yamltree.Edit{Path: yamltree.Fields(at...), Value: yamltree.Str(text)}
}

// annotated sets annotations.
func annotated(root, annotations *yamltree.Node) []yamltree.Edit {
	if at := yamltree.Fields("metadata", "annotations"); annotations.Len() > 0 && yamltree.Lookup(root, at) == nil {
		return []yamltree.Edit{{Path: at, Value: annotations}}
	}
	var out []yamltree.Edit
	for v := range annotations.Children() {
		out = append(out, edit(v.Value, "metadata", "annotations", v.Key))
	}
	return out
}

// names are the new names: of a ConfigMap, which has the version with dashes at its end, of a Release, and in the annotation.
func (n Next) names(i *resource.Item) []yamltree.Edit {
	var out []yamltree.Edit
	dashed := func(v version.Version) string {
		return "-" + strings.ReplaceAll(strings.TrimPrefix(v.String(), "v"), ".", "-")
	}
	plain := func(v version.Version) string { return strings.TrimPrefix(v.String(), "v") }
	name := i.Name
	stem, overlay := strings.CutSuffix(name, "-overlay")
	switch {
	case strings.HasSuffix(stem, dashed(n.Old.Version)):
		name = strings.TrimSuffix(stem, dashed(n.Old.Version)) + dashed(n.New)
		if overlay {
			name += "-overlay"
		}
	case i.Kind == "Release" && strings.HasSuffix(name, plain(n.Old.Version)):
		name = strings.TrimSuffix(name, plain(n.Old.Version)) + plain(n.New)
	}
	if name != i.Name {
		out = append(out, edit(name, "metadata", "name"))
	}
	if old := i.Annotation(release.ReleaseAnnotation); old != "" {
		if provider, _, found := strings.Cut(old, "/"); found {
			out = append(out, edit(provider+"/"+n.New.String(), "metadata", "annotations", release.ReleaseAnnotation))
		}
	}
	return out
}

// records are the places that record the old release, in what it sets.
func (n Next) records(node *yamltree.Node, at yamltree.Path) []yamltree.Edit {
	var out []yamltree.Edit
	switch node.Kind {
	case yamltree.Map:
		for v := range node.Children() {
			if v.Key == cluster.ReleaseKey && v.Kind == yamltree.Scalar {
				if own, err := version.Parse(v.Value); err == nil && own.Equal(n.Old.Version) {
					out = append(out, yamltree.Edit{Path: at.Field(v.Key), Value: yamltree.Str(like(v.Value, n.New.String()))})
				}
				continue
			}
			out = append(out, n.records(v, at.Field(v.Key))...)
		}
	case yamltree.List:
		for i, el := range node.Elements() {
			out = append(out, n.records(el, at.Index(i))...)
		}
	}
	return out
}

// like is a version with or without a leading v, as another one is written.
func like(old, text string) string {
	text = strings.TrimPrefix(text, "v")
	if strings.HasPrefix(old, "v") {
		return "v" + text
	}
	return text
}

// versions sets the versions that are asked for.
func (n Next) versions(out map[*resource.Item][]yamltree.Edit) error {
	var errs []error
	var names []string
	for _, c := range n.Old.Components {
		names = append(names, c.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(n.Set)) {
		want := n.Set[name]
		if _, err := version.Parse(want); err != nil {
			errs = append(errs, fmt.Errorf("--set %s=%s: %w", name, want, err))
			continue
		}
		found := 0
		for _, c := range n.Old.Components {
			if c.Name != name && name != Kubernetes {
				continue
			}
			for _, p := range c.Patches {
				for _, e := range n.versionsOf(c.Name, p, name == Kubernetes, want) {
					found++
					out[p.Item] = append(out[p.Item], e)
				}
			}
		}
		found += n.images(out, name, want)
		switch {
		case found > 0:
		case slices.Contains(names, name):
			errs = append(errs, fmt.Errorf("--set %s=%s: %s does not say a version of that component where it would be known: set it by hand", name, want, n.Old))
		default:
			errs = append(errs, fmt.Errorf("--set %s=%s: %s has no component %q%s", name, want, n.Old, name, nearest.Hint(name, names)))
		}
	}
	return errors.Join(errs...)
}

// versionsOf are the edits that set the version that a patch says: of an app, or of Kubernetes.
func (n Next) versionsOf(component string, p *release.Patch, kubernetes bool, want string) []yamltree.Edit {
	if p.Item.Kind == "Release" {
		return inRelease(p, component, kubernetes, want)
	}
	paths := []yamltree.Path{yamltree.Fields("spec", "version"), yamltree.Fields("spec", "chart", "spec", "version"), yamltree.Fields("spec", "ref", "tag")}
	if kubernetes {
		paths = nil
		for _, kind := range match.KindsOf(component) {
			if at := kinds.VersionField(resource.Ref{APIVersion: kinds.Group + "/v1beta1", Kind: kind}); at != nil {
				paths = append(paths, yamltree.Fields(at...))
			}
		}
	}
	var out []yamltree.Edit
	for _, at := range paths {
		if old := yamltree.Lookup(p.Data, at); old != nil && old.Kind == yamltree.Scalar {
			if e, ok := inConfigMap(p.Item, at, like(old.Value, want)); ok {
				out = append(out, e)
			}
		}
	}
	return out
}

// inConfigMap is the edit of a value in the data of a ConfigMap where that is nested; false for one in a string.
func inConfigMap(i *resource.Item, at yamltree.Path, text string) (yamltree.Edit, bool) {
	root, err := yamltree.Logical(i.Root())
	full := yamltree.Fields("data").Then(at...)
	if err != nil || yamltree.Lookup(root, full) == nil {
		return yamltree.Edit{}, false
	}
	return yamltree.Edit{Path: full, Value: yamltree.Str(text)}, true
}

// inRelease are the edits of the version in a Release custom resource.
func inRelease(p *release.Patch, component string, kubernetes bool, want string) []yamltree.Edit {
	if kubernetes && component != Kubernetes {
		return nil
	}
	root, err := yamltree.Logical(p.Item.Root())
	if err != nil {
		return nil
	}
	for _, list := range []string{"apps", "components"} {
		entries := yamltree.Lookup(root, yamltree.Fields("spec", list))
		if entries == nil || entries.Kind != yamltree.List {
			continue
		}
		for i, el := range entries.Elements() {
			name, old := yamltree.Get(el, "name"), yamltree.Get(el, "version")
			if name != nil && old != nil && name.Value == component {
				return []yamltree.Edit{{Path: yamltree.Fields("spec", list).Index(i).Field("version"), Value: yamltree.Str(like(old.Value, want))}}
			}
		}
	}
	return nil
}
