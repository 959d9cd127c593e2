package release

import (
	"regexp"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/internal/version"
)

// whereFrom is what a ConfigMap says of the place that it has in a release.
type whereFrom struct {
	provider, component, layer string
	version                    version.Version
}

// configMap takes a ConfigMap in where it belongs to a release; others are left alone.
func (r *reader) configMap(i *resource.Item) {
	var from whereFrom
	var source string // what decided, for messages
	path, located := r.layout.Match(i.Location.Segments())
	readings := readNames(i)
	switch {
	case i.HasAnnotation(ReleaseAnnotation):
		var ok bool
		if from, ok = r.annotated(i, readings); !ok {
			r.catalog.items[i] = nil
			return
		}
		source = "annotation " + ReleaseAnnotation
		if located && !path.Version.Equal(from.version) {
			r.results.Errorf(i, nil, "%s says %s, but the folder says %s; must agree", source, from.version, path.Version)
		}
	case located:
		from = whereFrom{path.Provider, path.Component, path.Layer, path.Version}
		source = "folder"
	case !usable(i.Location) && len(readings) > 0:
		from = readings[0]
	default:
		r.apart = append(r.apart, i)
		return
	}
	r.catalog.items[i] = nil
	if source != "" && len(readings) > 0 && !agrees(readings, from.version) {
		r.results.Errorf(i, nil, "the name says %s, but the %s says %s; must agree", readings[0].version, source, from.version)
		return
	}
	if source == "folder" && len(readings) > 0 && !isOf(readings, from.component) {
		r.results.Errorf(i, nil, "the name says the component %q, but the file says %q; must agree", readings[0].component, from.component)
		return
	}
	if !isName(from.component) {
		r.results.Errorf(i, nil, "the component %q is no name; must have letters, digits, dashes, dots and underscores alone, such as cert-exporter", from.component)
		return
	}
	r.catalog.items[i] = r.release(from.provider, from.version)
	r.patches(i, from)
}

// misplaced refuses what lies in the folder of a release, is named like a component of it, and is not where the layout has them: it would be left out without a word. The other parts of the release are
// read already.
func (r *reader) misplaced(i *resource.Item) {
	readings := readNames(i)
	at, in := r.layout.FolderIn(i.Location.Segments())
	if !in || len(readings) == 0 {
		return
	}
	v := version.MustParse(at.Get("version"))
	if rel := r.catalog.Find(r.catalog.Provider(at.Get("provider")), v); rel != nil && rel.Provider == r.catalog.Provider(at.Get("provider")) && agrees(readings, v) {
		r.catalog.items[i] = rel
		r.results.Errorf(i, nil, "is named like a component of release %s, in whose folder it lies, and is not where the layout has components (spec.layout.release): it would be left out. Move it, such as to %s/%s.yaml, or out of the folder",
			v, layout.Base, readings[0].component)
	}
}

var name = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)

// isName reports whether a component has a name that can be that of a file or a resource: no slash is in it, and no dots that lead anywhere
// (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names).
func isName(component string) bool {
	return len(component) <= 253 && name.MatchString(component) && !strings.Contains(component, "..")
}

// usable reports whether a location is long enough to say what an item belongs to: a file in a folder in a folder.
func usable(l resource.Location) bool { return len(l.Segments()) >= 3 }

func agrees(readings []whereFrom, v version.Version) bool {
	for _, reading := range readings {
		if reading.version.Equal(v) {
			return true
		}
	}
	return false
}

// isOf reports whether a name says a component, as far as names of resources can, or one of several parts of it that share a file.
func isOf(readings []whereFrom, component string) bool {
	component = strings.ToLower(strings.NewReplacer("_", "-", ".", "-").Replace(component))
	for _, reading := range readings {
		if reading.component == component || strings.HasPrefix(reading.component, component+"-") {
			return true
		}
	}
	return false
}

// annotated reads the annotations; what they leave out comes from the name.
func (r *reader) annotated(i *resource.Item, readings []whereFrom) (whereFrom, bool) {
	failed := false
	fail := func(format string, args ...any) {
		r.results.Errorf(i, nil, format, args...)
		failed = true
	}
	from := whereFrom{component: i.Annotation(ComponentAnnotation), layer: i.Annotation(LayerAnnotation)}
	text := i.Annotation(ReleaseAnnotation)
	provider, v, found := strings.Cut(text, "/")
	if !found {
		provider, v = "", text
	}
	from.provider = provider
	var err error
	if from.version, err = version.Parse(v); err != nil {
		fail("%s is %q; must be such as \"aws/v21.0.0\"", ReleaseAnnotation, text)
	}
	if from.component == "" && len(readings) > 0 {
		from.component = readings[0].component
	}
	if from.component == "" {
		fail("%s is missing; must name the component, since the name %q does not", ComponentAnnotation, i.Name)
	}
	if from.layer == "" {
		from.layer = layout.Base
	}
	if from.layer != layout.Base && from.layer != layout.Overlay {
		fail("%s is %q; must be base or overlay", LayerAnnotation, from.layer)
	}
	return from, !failed
}

// patches adds what the ConfigMap carries.
func (r *reader) patches(i *resource.Item, from whereFrom) {
	var target *Selector
	if i.HasAnnotation(TargetAnnotation) {
		var err error
		if target, err = ParseSelector(i.Annotation(TargetAnnotation)); err != nil {
			r.results.Errorf(i, nil, "%s: %v", TargetAnnotation, err)
			return
		}
	}
	data, errs := partialResources(i)
	for _, err := range errs {
		r.results.Errorf(i, nil, "%v", err)
	}
	if len(errs) > 0 {
		return
	}
	if len(data) == 0 {
		r.results.Warnf(i, nil, "carries no data; must hold a partial resource to have an effect")
		r.release(from.provider, from.version).component(from.component)
	}
	for _, d := range data {
		explicit := target
		if explicit == nil {
			explicit = identity(d)
		}
		r.add(from.provider, from.version, &Patch{
			Component: from.component, Layer: from.layer, Item: i, Target: explicit, Data: d,
			Optional: i.Annotation(OptionalAnnotation) == "true",
		})
	}
}
