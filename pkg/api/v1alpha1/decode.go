package v1alpha1

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/version"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Decode reads a functionConfig: an ApplyRelease, or a ConfigMap of the same settings as strings.
// Defaults are filled in. The error joins a [FieldError] for everything that is wrong.
func Decode(config *yamltree.Node) (*ApplyRelease, error) { return DecodeOver(config, nil) }

// RecordName is the name of the file at the root of a repository that records its policy and layouts, an ApplyRelease without a release.
const RecordName = ".apply-release.yaml"

// DecodeOver is [Decode] over a record, as a file of [RecordName] has it; nil for none. What the functionConfig says goes over it, field by field; lists as a whole.
func DecodeOver(config, record *yamltree.Node) (*ApplyRelease, error) {
	if config == nil {
		return nil, fmt.Errorf("functionConfig: is missing; must be of kind %s (%s), or a ConfigMap such as `-- release=aws/v21.0.0` makes", Kind, APIVersion)
	}
	n, err := yamltree.Logical(config)
	if err != nil {
		return nil, fmt.Errorf("functionConfig: %w", err)
	}
	if n.Kind != yamltree.Map {
		return nil, fmt.Errorf("functionConfig: is %s; must be a map", yamltree.ATypeOf(n))
	}
	a := &ApplyRelease{}
	if err := decodeRecord(record, a); err != nil {
		return nil, err
	}
	var errs []error
	switch apiVersion, kind := value(n, "apiVersion"), value(n, "kind"); {
	case apiVersion == "v1" && kind == "ConfigMap":
		if isEmpty(n, "data") {
			return nil, FieldError{"data", "is empty; must name a release, such as `-- release=aws/v21.0.0`"}
		}
		if errs = decodeFlat(yamltree.Get(n, "data"), a); isAbout(errs, "data.release") {
			a.Spec.Release.Version = version.Latest // so that it is not missing, too
		}
	case kind == Kind && apiVersion == APIVersion:
		if isEmpty(n, "spec") {
			return nil, FieldError{"spec", "is empty; must name a release, such as {release: {provider: aws, version: v21.0.0}}"}
		}
		s := &strict{}
		s.decode(n, reflect.ValueOf(a).Elem(), "")
		errs = s.errs
		a.placeRules(n)
	default:
		return nil, fmt.Errorf("functionConfig: is of kind %q, apiVersion %q; must be %s of %s, or ConfigMap of v1", kind, apiVersion, Kind, APIVersion)
	}
	a.anyCase()
	a.Default()
	if errs = oncePerField(append(errs, a.validate()...)); len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return a, nil
}

// decodeRecord reads the record of a repository. Its errors name the file.
func decodeRecord(record *yamltree.Node, a *ApplyRelease) error {
	if record == nil {
		return nil
	}
	n, err := yamltree.Logical(record)
	if err != nil {
		return fmt.Errorf("%s: %w", RecordName, err)
	}
	if apiVersion, kind := value(n, "apiVersion"), value(n, "kind"); apiVersion != APIVersion || kind != Kind {
		return fmt.Errorf("%s: is of kind %q, apiVersion %q; must be %s of %s", RecordName, kind, apiVersion, Kind, APIVersion)
	}
	s := &strict{}
	s.decode(n, reflect.ValueOf(a).Elem(), "")
	a.placeRules(n)
	of := *a
	of.Spec.Release.Version = version.Latest // a record has none
	of.anyCase()
	of.Default()
	errs := oncePerField(append(s.errs, of.validate()...))
	for i, err := range errs {
		errs[i] = fmt.Errorf("%s: %w", RecordName, err)
	}
	return errors.Join(errs...)
}

// placeRules notes the lines of the rules that a configuration has.
func (a *ApplyRelease) placeRules(n *yamltree.Node) {
	rules := yamltree.Lookup(n, yamltree.Fields("spec", "policy", "rules"))
	if rules == nil || rules.Len() != len(a.Spec.Policy.Rules) {
		return
	}
	for i, r := range rules.Elements() {
		a.Spec.Policy.Rules[i].line = r.Line()
	}
}

func isEmpty(n *yamltree.Node, field string) bool {
	v := yamltree.Get(n, field)
	return v == nil || yamltree.IsNull(v) || v.Kind == yamltree.Map && v.First() == nil
}

// oncePerField drops errors about fields that an earlier one is about: what could not be read cannot be valid.
func oncePerField(errs []error) []error {
	var out []error
	seen := map[string]bool{}
	for _, err := range errs {
		var f FieldError
		if errors.As(err, &f) && seen[f.Field] {
			continue
		}
		seen[f.Field] = true
		out = append(out, err)
	}
	return out
}

// isAbout reports whether one of some errors is about a field.
func isAbout(errs []error, field string) bool {
	return slices.ContainsFunc(errs, func(err error) bool {
		var f FieldError
		return errors.As(err, &f) && f.Field == field
	})
}

func value(n *yamltree.Node, key string) string {
	if v := yamltree.Get(n, key); v != nil && v.Kind == yamltree.Scalar {
		return v.Value
	}
	return ""
}

// flatKey is a key of the ConfigMap form, and what it sets.
type flatKey struct {
	key string
	set func(*ApplyRelease, string)
}

// flat are all keys of the ConfigMap form.
var flat = append([]flatKey{
	{"release", func(a *ApplyRelease, v string) {
		provider, number, found := strings.Cut(v, "/")
		if !found {
			provider, number = "", v
		}
		a.Spec.Release.Version = number
		if provider != "" {
			a.Spec.Release.Provider = provider
		}
	}},
	{"provider", func(a *ApplyRelease, v string) { a.Spec.Release.Provider = v }},
	{"clusters", func(a *ApplyRelease, v string) { a.Spec.Clusters = commaList(v) }},
	{"excludeClusters", func(a *ApplyRelease, v string) { a.Spec.ExcludeClusters = commaList(v) }},
	{"include", func(a *ApplyRelease, v string) { a.Spec.Components.Include = commaList(v) }},
	{"exclude", func(a *ApplyRelease, v string) { a.Spec.Components.Exclude = commaList(v) }},
	{"from", func(a *ApplyRelease, v string) { a.Spec.From = v }},
	{"stamp", func(a *ApplyRelease, v string) { a.Spec.Stamp = v == "true" }},
}, flatSettings()...)

func flatSettings() []flatKey {
	var out []flatKey
	for _, x := range settings {
		out = append(out, flatKey{x.Field, func(a *ApplyRelease, v string) { *x.of(&a.Spec.Policy) = Reaction(v) }})
	}
	return out
}

func commaList(s string) []string {
	var out []string
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

func decodeFlat(data *yamltree.Node, a *ApplyRelease) []error {
	if data.Kind != yamltree.Map {
		return []error{FieldError{"data", fmt.Sprintf("is %s; must be a map of strings", yamltree.ATypeOf(data))}}
	}
	var keys []string
	for _, f := range flat {
		keys = append(keys, f.key)
	}
	var errs []error
	provider := ""
	for v := range data.Children() {
		key := v.Key
		field := "data." + key
		at := slices.Index(keys, key)
		switch {
		case at < 0:
			errs = append(errs, FieldError{field, fmt.Sprintf("is unknown; must be one of %s%s", strings.Join(keys, ", "), nearest.Hint(key, keys))})
		case v.Kind != yamltree.Scalar || yamltree.TypeOf(v) != yamltree.TypeString:
			errs = append(errs, FieldError{field, notAString(v)})
		case strings.Trim(v.Value, ", ") == "":
			errs = append(errs, FieldError{field, "is empty; must have a value, or be left out"})
		case key == "stamp" && v.Value != "true" && v.Value != "false":
			errs = append(errs, FieldError{field, fmt.Sprintf("is %q; must be true or false", v.Value)})
		default:
			flat[at].set(a, v.Value)
			named := a.Spec.Release.Provider
			if provider != "" && named != provider {
				errs = append(errs, FieldError{field, fmt.Sprintf("release and provider name two providers, %q and %q; must name one", provider, named)})
			}
			provider = named
		}
	}
	return errs
}

// anyCase writes choices as they are defined, in whatever case they were given.
func (a *ApplyRelease) anyCase() {
	write := func(v *Reaction, allowed []Reaction) {
		for _, x := range allowed {
			if strings.EqualFold(string(x), string(*v)) {
				*v = x
			}
		}
	}
	for _, x := range settings {
		write(x.of(&a.Spec.Policy), x.Allowed)
	}
	for i := range a.Spec.Policy.Rules {
		write(&a.Spec.Policy.Rules[i].LocalChanges, RuleChoices())
	}
}

func (a *ApplyRelease) validate() []error {
	var errs []error
	fail := func(field, format string, args ...any) {
		errs = append(errs, FieldError{field, fmt.Sprintf(format, args...)})
	}
	if v := a.Spec.Release.Version; v == "" {
		fail("spec.release.version", "is missing; must be a version such as \"v21.0.0\", a range such as \"~21.0\", or \"latest\"")
	} else if _, err := version.ParseQuery(v); err != nil {
		fail("spec.release.version", "%v", err)
	}
	if p := a.Spec.Release.Provider; strings.Contains(p, "/") {
		fail("spec.release.provider", "%q has a slash; must be one path segment, such as \"aws\"", p)
	}
	if a.Spec.Clusters != nil && len(a.Spec.Clusters) == 0 {
		fail("spec.clusters", "is empty; must name a cluster, or be left out for every cluster in the input")
	}
	if a.Spec.Components.Include != nil && len(a.Spec.Components.Include) == 0 {
		fail("spec.components.include", "is empty; must name a component, or be left out for every component of the release")
	}
	for _, globs := range []struct {
		field string
		list  []string
	}{
		{"spec.clusters", a.Spec.Clusters},
		{"spec.excludeClusters", a.Spec.ExcludeClusters},
		{"spec.components.include", a.Spec.Components.Include},
		{"spec.components.exclude", a.Spec.Components.Exclude},
	} {
		for i, g := range globs.list {
			if err := layout.CheckGlob(g); err != nil {
				fail(fmt.Sprintf("%s[%d]", globs.field, i), "%v", err)
			}
		}
	}
	if err := a.validateFrom(); err != nil {
		fail("spec.from", "%v", err)
	}
	errs = append(errs, a.Spec.Policy.validate()...)
	for i, k := range a.Spec.MergeKeys {
		field := fmt.Sprintf("spec.mergeKeys[%d]", i)
		if k.Kind == "" {
			fail(field+".kind", "is missing; must be the kind that has the list")
		}
		if k.Path == "" || strings.HasPrefix(k.Path, ".") || strings.HasSuffix(k.Path, ".") {
			fail(field+".path", "is %q; must lead to a list, such as \"spec.parts\"", k.Path)
		}
		if len(k.Keys) == 0 || slices.Contains(k.Keys, "") {
			fail(field+".keys", "is empty or has an empty key; must name the fields that identify an element")
		}
	}
	if _, err := layout.ParseRelease(a.Spec.Layout.Release...); err != nil {
		fail("spec.layout.release", "%v", err)
	}
	if _, err := layout.ParseCluster(a.Spec.Layout.Cluster...); err != nil {
		fail("spec.layout.cluster", "%v", err)
	}
	return errs
}

func (p *Policy) validate() []error {
	var errs []error
	fail := func(field, format string, args ...any) {
		errs = append(errs, FieldError{field, fmt.Sprintf(format, args...)})
	}
	for _, x := range settings {
		if v := *x.of(p); !slices.Contains(x.Allowed, v) {
			fail("spec.policy."+x.Field, "is %q; must be %s", string(v), oneOf(x.Allowed))
		}
	}
	for i, r := range p.Rules {
		field := fmt.Sprintf("spec.policy.rules[%d]", i)
		if r.Kind == "" && r.Name == "" && r.Path == "" {
			fail(field, "names no kind, name or path; must name one, or be spec.policy.localChanges")
		}
		if _, err := time.Parse(time.DateOnly, r.Until); r.Until != "" && err != nil {
			fail(fmt.Sprintf("spec.policy.rules[%d].until", i), "is %q; must be a day, such as 2026-12-31", r.Until)
		}
		if !slices.Contains(RuleChoices(), r.LocalChanges) {
			fail(field+".localChanges", "is %q; must be %s", string(r.LocalChanges), oneOf(RuleChoices()))
		}
		if r.Name != "" && layout.CheckGlob(r.Name) != nil {
			fail(field+".name", "%v", layout.CheckGlob(r.Name))
		}
		if r.Path != "" {
			if _, err := yamltree.ParsePattern(r.Path); err != nil {
				fail(field+".path", "%v", err)
			}
		}
	}
	return errs
}

// validateFrom checks the release that the clusters are on, and takes the provider off it.
func (a *ApplyRelease) validateFrom() error {
	text := a.Spec.From
	if text == "" {
		return nil
	}
	if provider, v, found := strings.Cut(text, "/"); found {
		if own := a.Spec.Release.Provider; own != "" && own != provider {
			return fmt.Errorf("%q is of another provider than spec.release, %q; must be of the same", text, own)
		}
		a.Spec.From, a.Spec.Release.Provider = v, provider
	}
	if _, err := version.Parse(a.Spec.From); err != nil {
		return fmt.Errorf("%q is no version; must be the release that the clusters are on, such as \"v20.3.1\"", text)
	}
	return nil
}

// oneOf lists what a setting may be: Warn, Fail or Ignore.
func oneOf(words []Reaction) string {
	text := ""
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			text += " or "
		default:
			text += ", "
		}
		text += string(w)
	}
	return text
}
