package v1alpha1

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// FieldError is one thing that is wrong with a configuration.
type FieldError struct {
	Field   string // the path of the field
	Problem string // what is wrong, and what must be
}

func (e FieldError) Error() string { return e.Field + ": " + e.Problem }

// strict decodes a logical tree into Go values by their json tags. Unlike the decoders at hand, it reports
// every problem, with the field's path and what the field must be.
type strict struct {
	errs []error
}

func (s *strict) fail(field, format string, args ...any) {
	s.errs = append(s.errs, FieldError{field, fmt.Sprintf(format, args...)})
}

func (s *strict) decode(n *yamltree.Node, v reflect.Value, field string) {
	if yamltree.IsNull(n) && v.Kind() == reflect.Map {
		return // as if it were not there
	}
	if yamltree.IsNull(n) { // in which all may be commented out: it is not to mean all that there is, or a default that nobody chose
		s.fail(field, "%s", notAString(n))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		s.decodeStruct(n, v, field)
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[Templates]() && n.Kind == yamltree.Scalar && yamltree.TypeOf(n) == yamltree.TypeString {
			v.Set(reflect.ValueOf(Templates{n.Value}))
			return
		}
		if n.Kind != yamltree.List {
			s.fail(field, "is %s; must be a list", describe(n))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, n.Len()))
		for i, child := range n.Elements() {
			el := reflect.New(v.Type().Elem()).Elem()
			s.decode(child, el, fmt.Sprintf("%s[%d]", field, i))
			v.Set(reflect.Append(v, el))
		}
	case reflect.String:
		isNumber := n.Kind == yamltree.Scalar && yamltree.TypeOf(n) == yamltree.TypeInteger && v.Type() == reflect.TypeFor[IntOrPercent]()
		if n.Kind != yamltree.Scalar || yamltree.TypeOf(n) != yamltree.TypeString && !isNumber {
			s.fail(field, "%s", notAString(n))
			return
		}
		if n.Value == "" && !strings.HasSuffix(field, ".group") && !strings.HasSuffix(field, "]") { // the core group has no name, and elements of lists are looked at later
			s.fail(field, "is empty; must have a value, or be left out")
			return
		}
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Kind != yamltree.Scalar || yamltree.TypeOf(n) != yamltree.TypeBoolean {
			s.fail(field, "is %s; must be true or false", describe(n))
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Map:
		if n.Kind != yamltree.Map {
			s.fail(field, "is %s; must be a map", describe(n))
			return
		}
		texts := reflect.TypeFor[map[string]string]()
		if v.Type() != texts { // metadata, which belongs to the orchestrators
			return
		}
		v.Set(reflect.MakeMap(texts))
		for child := range n.Children() {
			if child.Kind != yamltree.Scalar || yamltree.IsNull(child) {
				s.fail(field+"."+child.Key, "is %s; must be one value", describe(child))
				continue
			}
			v.SetMapIndex(reflect.ValueOf(child.Key), reflect.ValueOf(child.Value))
		}
	default:
		panic("v1alpha1: no rule to decode " + v.Type().String())
	}
}

func notAString(n *yamltree.Node) string {
	if n.Kind != yamltree.Scalar {
		return fmt.Sprintf("is %s; must be a string", yamltree.ATypeOf(n))
	}
	if yamltree.IsNull(n) {
		return "is empty; must have a value, or be left out"
	}
	hint := ""
	if yamltree.TypeOf(n) == yamltree.TypeFloat {
		hint = " (YAML reads a number, in which 21.10 is 21.1)"
	}
	return fmt.Sprintf("%s is %s%s; must be a string: put it in quotes", n.Value, yamltree.ATypeOf(n), hint)
}

func describe(n *yamltree.Node) string {
	if n.Kind == yamltree.Scalar && !yamltree.IsNull(n) {
		return fmt.Sprintf("%s (%q)", yamltree.ATypeOf(n), n.Value)
	}
	return yamltree.ATypeOf(n)
}

func (s *strict) decodeStruct(n *yamltree.Node, v reflect.Value, field string) {
	if n.Kind != yamltree.Map {
		s.fail(field, "is %s; must be a map", describe(n))
		return
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = i
		names = append(names, name)
	}
	seen := map[string]bool{}
	for value := range n.Children() {
		key := value.Key
		at := strings.TrimPrefix(field+"."+key, ".")
		index, known := fields[key]
		switch {
		case seen[key]:
			s.fail(at, "is set twice; must be set once")
		case !known:
			s.fail(at, "is unknown; must be one of %s%s", strings.Join(names, ", "), nearest.Hint(key, names))
		default:
			s.decode(value, v.Field(index), at)
		}
		seen[key] = true
	}
}
