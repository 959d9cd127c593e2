package yamltree

import (
	"slices"
	"strconv"
	"strings"
)

// StepKind says how a Step leads from a node to one of its children.
type StepKind int

const (
	// Field leads from a mapping to the value of the key Step.Name.
	Field StepKind = iota
	// Element leads from a sequence of mappings to the element that Step.Keys identify.
	Element
	// Value leads from a sequence of scalars to the element that equals Step.Scalar.
	Value
	// Index leads from a sequence to the element at Step.Index, 0-based.
	Index
)

// Step is one step of a Path.
type Step struct {
	Kind   StepKind
	Name   string // of a Field
	Keys   []Key  // of an Element
	Scalar string // of a Value: what Canonical returns for it
	Index  int    // of an Index
}

// Key is one field that identifies an element of an associative list.
type Key struct {
	Name string
	// Value is what Canonical returns for the field's value.
	Value string
	// Default stands in for the field where an element leaves it out, as Canonical writes it; "" where nothing does.
	Default string
}

// Path leads from a node to a node below it. The empty path is the node itself.
type Path []Step

// Fields is the path through mappings alone.
func Fields(names ...string) Path {
	p := make(Path, len(names))
	for i, name := range names {
		p[i] = Step{Kind: Field, Name: name}
	}
	return p
}

// Field returns a new path that goes one mapping key further; p is not changed.
func (p Path) Field(name string) Path { return p.Then(Step{Kind: Field, Name: name}) }

// Index returns a new path that goes to one element of a sequence; p is not changed.
func (p Path) Index(i int) Path { return p.Then(Step{Kind: Index, Index: i}) }

// Then returns a path that is p and the given steps; p is not changed.
func (p Path) Then(steps ...Step) Path {
	if len(steps) == 0 {
		return slices.Clip(p)
	}
	out := make(Path, 0, len(p)+len(steps))
	return append(append(out, p...), steps...)
}

// HasPrefix reports whether q is p or leads to a node above p.
func (p Path) HasPrefix(q Path) bool {
	if len(q) > len(p) {
		return false
	}
	for i := range q {
		if !p[i].equal(q[i]) {
			return false
		}
	}
	return true
}

// Equal reports whether both lead to the same place.
func (p Path) Equal(q Path) bool { return len(p) == len(q) && p.HasPrefix(q) }

// IsFields reports whether the path is that of [Fields].
func (p Path) IsFields(names ...string) bool {
	if len(p) != len(names) {
		return false
	}
	for i, s := range p {
		if s.Kind != Field || s.Name != names[i] {
			return false
		}
	}
	return true
}

func (s Step) equal(t Step) bool {
	return s.Kind == t.Kind && s.Name == t.Name && s.Scalar == t.Scalar && s.Index == t.Index && slices.Equal(s.Keys, t.Keys)
}

// String writes the path as Kubernetes does in its messages: fields joined by dots, elements of
// associative lists by their keys as server-side apply shows them, and keys that are no plain
// names in brackets: `spec.containers[name="app"].image`, `metadata.labels[example.io/team]`.
func (p Path) String() string {
	var b strings.Builder
	for _, s := range p {
		text := s.String()
		if b.Len() > 0 && s.Kind == Field && !strings.HasPrefix(text, "[") {
			b.WriteByte('.')
		}
		b.WriteString(text)
	}
	return b.String()
}

// Prefixes are the texts of the paths that lead to a path, from the empty one to itself, as [Path.String] writes them.
func (p Path) Prefixes() []string {
	text := p.String()
	out := make([]string, len(p)+1)
	at := 0
	for i, s := range p {
		step := s.String()
		if at > 0 && s.Kind == Field && !strings.HasPrefix(step, "[") {
			at++
		}
		at += len(step)
		out[i+1] = text[:at]
	}
	return out
}

func (s Step) String() string {
	switch s.Kind {
	case Element:
		parts := make([]string, len(s.Keys))
		for i, k := range s.Keys {
			parts[i] = k.Name + "=" + displayCanonical(k.Value)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case Value:
		return "[=" + displayCanonical(s.Scalar) + "]"
	case Index:
		return "[" + strconv.Itoa(s.Index) + "]"
	default:
		if s.Name == "" || strings.ContainsAny(s.Name, "./[]\" \t\n") {
			return "[" + s.Name + "]"
		}
		return s.Name
	}
}
