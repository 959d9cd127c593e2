package release

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"k8s.io/apimachinery/pkg/labels"
)

// Selector chooses the resources that a patch is for. Empty fields select everything; name and
// namespace may be globs.
type Selector struct {
	Group, Version, Kind, Name, Namespace string
	// Labels is a label selector as kubectl writes it
	// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors).
	Labels string
	// FromData says that the data names its resource, rather than an annotation.
	FromData bool

	anyGroup, anyVersion bool // the group, or version, was not given
	labels               labels.Selector
}

var selectorFields = []string{"group", "version", "kind", "name", "namespace", "labelSelector"}

// ParseSelector reads a selector in YAML: {kind: MachinePool, name: "*-gpu"}.
func ParseSelector(text string) (*Selector, error) {
	doc, err := yamltree.Read([]byte(text))
	if err != nil || doc.Root == nil || doc.Root.Kind != yamltree.Map {
		return nil, fmt.Errorf("%q is no selector; must be such as {kind: MachinePool, name: \"*-gpu\"}", text)
	}
	s := &Selector{anyGroup: true, anyVersion: true, labels: labels.Everything()}
	var errs []error
	m := doc.Root
	for v := range m.Children() {
		key := v.Key
		if v.Kind != yamltree.Scalar {
			errs = append(errs, fmt.Errorf("%s is %s; must be a string", key, yamltree.ATypeOf(v)))
			continue
		}
		switch key {
		case "group":
			s.Group, s.anyGroup = v.Value, false
		case "version":
			s.Version, s.anyVersion = v.Value, false
		case "kind":
			s.Kind = v.Value
		case "name":
			s.Name = v.Value
		case "namespace":
			s.Namespace = v.Value
		case "labelSelector":
			parsed, err := labels.Parse(v.Value)
			if err != nil {
				errs = append(errs, fmt.Errorf("labelSelector %q: %w", v.Value, err))
				continue
			}
			s.Labels, s.labels = v.Value, parsed
		default:
			errs = append(errs, fmt.Errorf("%s is unknown; must be one of %s%s", key, strings.Join(selectorFields, ", "), nearest.Hint(key, selectorFields)))
		}
	}
	for _, glob := range []string{s.Name, s.Namespace} {
		if glob != "" && layout.CheckGlob(glob) != nil {
			errs = append(errs, layout.CheckGlob(glob))
		}
	}
	if m.First() == nil {
		errs = append(errs, errors.New("selects everything; must name a kind, a name or a label"))
	}
	return s, errors.Join(errs...)
}

// identity is the selector for the resource that a partial resource names itself, nil where it names
// none. The API version does not select, since a patch may move a resource to a new one; neither
// does the namespace, which no patch may change.
func identity(data *yamltree.Node) *Selector {
	i := resource.NewItem(data)
	if i.Kind == "" && i.APIVersion == "" {
		return nil
	}
	return &Selector{
		Group: i.Group(), anyGroup: i.APIVersion == "", anyVersion: true,
		Kind: i.Kind, Name: i.Name, FromData: true, labels: labels.Everything(),
	}
}

// Selects reports whether a resource fits.
func (s *Selector) Selects(i *resource.Item) bool {
	fits := func(glob, name string) bool {
		return glob == "" || glob == name || !s.FromData && layout.Glob(glob, name)
	}
	return (s.anyGroup || s.Group == i.Group()) &&
		(s.anyVersion || s.Version == i.Version()) &&
		(s.Kind == "" || s.Kind == i.Kind) &&
		fits(s.Name, i.Name) && fits(s.Namespace, i.Namespace) &&
		s.labels.Matches(labels.Set(i.Labels()))
}

// String shows the fields that are set; "all resources" for no selector.
func (s *Selector) String() string {
	if s == nil {
		return "all resources"
	}
	var parts []string
	for name, v := range map[string]string{"kind": s.Kind, "name": s.Name, "namespace": s.Namespace, "labelSelector": s.Labels} {
		if v != "" {
			parts = append(parts, name+": "+v)
		}
	}
	if !s.anyGroup {
		parts = append(parts, "group: "+s.Group)
	}
	if !s.anyVersion {
		parts = append(parts, "version: "+s.Version)
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ", ") + "}"
}

// rank is 0 for a patch that is for all resources of its component, 1 for one with a target.
func (s *Selector) rank() int {
	if s == nil {
		return 0
	}
	return 1
}
