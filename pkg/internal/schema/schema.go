// Package schema knows how the lists of a kind merge: by keys, as a set, or not at all.
//
// What it knows comes, in this order, from the configuration (spec.mergeKeys), from
// CustomResourceDefinitions of the input, from an embedded table of Cluster API and its providers by
// apiVersion, and from one of the built-in Kubernetes kinds. The tables are generated from
// CustomResourceDefinitions and Go types; nothing parses a schema at run time unless the input brings one.
package schema

//go:generate go run ./internal/tablegen

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/giantswarm/apply-release/pkg/internal/kinds"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Strategy is how a list or map takes a patch.
type Strategy int

// The strategies.
const (
	Unknown Strategy = iota // nothing is known: maps merge, lists are replaced
	Atomic                  // the list is replaced as a whole
	Map                     // elements are told apart by Keys
	Set                     // scalars; the patch adds what is missing
	Replace                 // the map is replaced as a whole
)

// Key is one field that identifies an element.
type Key struct {
	Name string
	// Default stands in for a missing field, "" where nothing does.
	Default string
}

// Shape is what is known of the type of a value.
type Shape int

// The shapes.
const (
	AnyShape Shape = iota // nothing is known
	ListShape
	MapShape
)

// Rule says how the value at one path merges.
type Rule struct {
	Strategy Strategy
	Keys     []Key
	// Shape is the type that the API takes there.
	Shape Shape
	// Retain says that a patch names all that is to be in the map, or in the element of the list, that it changes
	// (patchStrategy: retainKeys).
	Retain bool
	// Unique says that the API refuses an element of a list that stands twice as it is.
	Unique bool
	// Strings says that all values of the map are strings.
	Strings bool
	// Version says that the scalar is a version that is read with and without a leading v.
	Version bool
}

// Type is what is known of one kind: rules by path. Paths are fields joined by dots, with [] behind a
// list on the way: spec.containers[].ports.
type Type struct {
	sources []map[string]Rule
	// own is how many of the sources are about the API version that the resource has in the end; the others are of one before it.
	own int
}

// Rule returns the rule for a path; the zero Rule where nothing is known.
func (t *Type) Rule(path string) Rule {
	if r, found := lookup(t.sources, path); found {
		return r
	}
	if strings.HasSuffix(path, "metadata.labels") || strings.HasSuffix(path, "metadata.annotations") { // in templates, too
		return Rule{Shape: MapShape, Strings: true}
	}
	return Rule{}
}

// Inside is what is known of the YAML in the string at a path: the merge keys that the user configured, with paths that go on behind it.
func (t *Type) Inside(path string) *Type {
	if len(t.sources) == 0 {
		return t
	}
	var own map[string]Rule
	for at, r := range t.sources[0] {
		if rest, below := strings.CutPrefix(at, path+"."); below {
			if own == nil {
				own = map[string]Rule{}
			}
			own[rest] = r
		}
	}
	if own == nil {
		return &Type{}
	}
	return &Type{sources: []map[string]Rule{own}}
}

// Shape is the type that the API version of the resource takes at a path.
func (t *Type) Shape(path string) Shape {
	r, _ := lookup(t.sources[:t.own], path)
	return r.Shape
}

func lookup(sources []map[string]Rule, path string) (Rule, bool) {
	for _, s := range sources {
		if r, ok := s[path]; ok {
			return r, true
		}
	}
	return Rule{}, false
}

// MergeKey is one list-merge key that the user configured.
type MergeKey struct {
	Group, Kind, Path string
	Keys              []string
}

// Schema finds the type of a resource. It may be used by several at once.
type Schema struct {
	configured []MergeKey
	crds       []*yamltree.Node

	mutex sync.Mutex
	types map[string]*Type // by API version and kind; of a step, by both API versions
}

// New returns a schema with the user's own merge keys in front, then CustomResourceDefinitions as
// logical trees.
func New(configured []MergeKey, crds []*yamltree.Node) *Schema {
	return &Schema{configured: configured, crds: crds, types: map[string]*Type{}}
}

// metadata holds for every kind (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/).
var metadata = map[string]Rule{
	"metadata.finalizers":      {Strategy: Set, Shape: ListShape},
	"metadata.ownerReferences": {Strategy: Map, Shape: ListShape, Keys: []Key{{Name: "uid"}}},
}

// Of returns the type of a resource.
func (s *Schema) Of(r resource.Ref) *Type {
	return s.known(r.APIVersion+" "+r.Kind, func() *Type { return s.read(r) })
}

// known is the type that was found before, or is found now.
func (s *Schema) known(name string, find func() *Type) *Type {
	s.mutex.Lock()
	t := s.types[name]
	s.mutex.Unlock()
	if t != nil {
		return t
	}
	t = find()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if first := s.types[name]; first != nil { // one for all, since types are compared
		return first
	}
	s.types[name] = t
	return t
}

func (s *Schema) read(r resource.Ref) *Type {
	head := r.APIVersion + " " + r.Kind
	own := map[string]Rule{}
	for _, k := range s.configured {
		if k.Group == r.Group() && k.Kind == r.Kind {
			own[k.Path] = parseRule("map " + strings.Join(k.Keys, ","))
		}
	}
	t := &Type{sources: []map[string]Rule{own}}
	for _, crd := range s.crds {
		if rules, found := readCRD(crd, r.Group(), r.Version(), r.Kind); found {
			t.sources = append(t.sources, rules)
		}
	}
	t.sources = append(t.sources, clusterAPI()[head], builtin()[head], metadata)
	if at := kinds.VersionField(r); at != nil {
		t.sources = append(t.sources, map[string]Rule{strings.Join(at, "."): {Version: true}})
	}
	t.own = len(t.sources)
	return t
}

//go:embed clusterapi.txt
var clusterAPIText string

//go:embed builtin.txt
var builtinText string

var (
	clusterAPI = sync.OnceValue(func() map[string]map[string]Rule { return parseTable(clusterAPIText) })
	builtin    = sync.OnceValue(func() map[string]map[string]Rule { return parseTable(builtinText) })
)

// parseTable reads the format that tablegen writes: a line "apiVersion Kind" for each kind, then an
// indented line "path rule" for each path.
func parseTable(text string) map[string]map[string]Rule {
	table := map[string]map[string]Rule{}
	var current map[string]Rule
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		rest, indented := strings.CutPrefix(line, "\t")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case indented:
			path, rule, _ := strings.Cut(rest, " ")
			current[path] = parseRule(rule)
		default:
			current = map[string]Rule{}
			table[line] = current
		}
	}
	return table
}

// parseRule reads one of: set, atomic, replace, object, strings, map key,key=default; and behind it retain or unique, see [Rule].
func parseRule(text string) Rule {
	words := strings.Fields(text)
	last := words[len(words)-1]
	r := Rule{Retain: last == "retain", Unique: last == "unique"}
	switch words[0] {
	case "set":
		r.Strategy, r.Shape = Set, ListShape
	case "atomic":
		r.Strategy, r.Shape = Atomic, ListShape
	case "replace":
		r.Strategy = Replace
	case "object":
		r.Shape = MapShape
	case "strings":
		r.Shape, r.Strings = MapShape, true
	case "map":
		r.Strategy, r.Shape = Map, ListShape
		for _, k := range strings.Split(words[1], ",") {
			name, fallback, _ := strings.Cut(k, "=")
			r.Keys = append(r.Keys, Key{name, fallback})
		}
	}
	return r
}

// Step returns the type of a resource that moves to another version of its API group: what is known of the
// new version, then what is known of the old one.
func (s *Schema) Step(r resource.Ref, apiVersion string) *Type {
	old := s.Of(r)
	if apiVersion == r.APIVersion {
		return old
	}
	name := r.APIVersion + " " + r.Kind + " to " + apiVersion
	return s.known(name, func() *Type {
		r.APIVersion = apiVersion
		next := s.Of(r)
		return &Type{sources: append(slices.Clone(next.sources), old.sources...), own: next.own}
	})
}

// NewType is a type with these rules by path, for what is no Kubernetes resource.
func NewType(rules map[string]Rule) *Type {
	return &Type{sources: []map[string]Rule{rules}, own: 1}
}
