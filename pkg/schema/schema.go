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

	"github.com/giantswarm/apply-release/pkg/resource"
	"go.yaml.in/yaml/v3"
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

// Rule says how the value at one path merges.
type Rule struct {
	Strategy Strategy
	Keys     []Key
	// Repeat is a field that tells elements with the same keys apart where a list has several of
	// them, "" where a key cannot be repeated.
	Repeat string
}

// Type is what is known of one kind: rules by path. Paths are fields joined by dots, with [] behind a
// list on the way: spec.containers[].ports.
type Type struct {
	sources []map[string]Rule
}

// Rule returns the rule for a path; the zero Rule where nothing is known.
func (t *Type) Rule(path string) Rule {
	for _, s := range t.sources {
		if r, ok := s[path]; ok {
			return r
		}
	}
	return Rule{}
}

// MergeKey is one list-merge key that the user configured.
type MergeKey struct {
	Group, Kind, Path string
	Keys              []string
}

// Schema finds the type of a resource.
type Schema struct {
	configured []MergeKey
	crds       []*yaml.Node
	types      map[string]*Type
}

// New returns a schema with the user's own merge keys in front, then CustomResourceDefinitions as
// logical trees.
func New(configured []MergeKey, crds []*yaml.Node) *Schema {
	return &Schema{configured: configured, crds: crds, types: map[string]*Type{}}
}

// metadata holds for every kind (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/).
var metadata = map[string]Rule{
	"metadata.finalizers":      {Strategy: Set},
	"metadata.ownerReferences": {Strategy: Map, Keys: []Key{{Name: "uid"}}},
}

// Of returns the type of a resource. It is not safe for concurrent use.
func (s *Schema) Of(r resource.Ref) *Type {
	head := r.APIVersion + " " + r.Kind
	if t := s.types[head]; t != nil {
		return t
	}
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
	s.types[head] = t
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

// parseRule reads one of: set, atomic, replace, map key,key=default,+repeat.
func parseRule(text string) Rule {
	word, keys, _ := strings.Cut(text, " ")
	switch word {
	case "set":
		return Rule{Strategy: Set}
	case "atomic":
		return Rule{Strategy: Atomic}
	case "replace":
		return Rule{Strategy: Replace}
	}
	r := Rule{Strategy: Map}
	for _, k := range strings.Split(keys, ",") {
		if repeat, found := strings.CutPrefix(k, "+"); found {
			r.Repeat = repeat
			continue
		}
		name, fallback, _ := strings.Cut(k, "=")
		r.Keys = append(r.Keys, Key{name, fallback})
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
	r.APIVersion = apiVersion
	return &Type{sources: append(slices.Clone(s.Of(r).sources), old.sources...)}
}

// NewType is a type with these rules by path, for what is no Kubernetes resource.
func NewType(rules map[string]Rule) *Type { return &Type{sources: []map[string]Rule{rules}} }
