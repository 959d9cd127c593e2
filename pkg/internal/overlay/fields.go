package overlay

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Setting is a field that an overlay sets.
type Setting struct {
	Patch *Patch
	Path  yamltree.Path
	// Value is what the overlay sets; nil where it removes the field, or something above it.
	Value *yamltree.Node
	// Where is the file and line.
	Where string
}

// Sets tells what a patch does to a field of a resource; ok is false where it does nothing to it, or only to something below it
// while the field is a map.
func (p *Patch) Sets(i *resource.Item, base *yamltree.Node, field yamltree.Path) (s Setting, ok bool) {
	s = Setting{Patch: p, Path: field}
	if p.Data == nil {
		for _, op := range p.ops {
			at := pointer(base, field)
			if !op.concerns(at) {
				continue
			}
			s.Value, s.Where, ok = op.valueAt(base, at), p.Where(op.node), true
		}
		return s, ok
	}
	v, at, ok := lookup(p.Data, field, isBuiltIn(i.Group()))
	s.Value, s.Where = v, p.Where(at)
	return s, ok
}

// lookup walks a partial resource. at is the node that decides, where v is nil too.
func lookup(n *yamltree.Node, field yamltree.Path, keyed bool) (v, at *yamltree.Node, ok bool) {
	for i, step := range field {
		switch {
		case yamltree.IsNull(n):
			return nil, n, true
		case n.Kind == yamltree.List && !keyed:
			return n, n, true // the list is replaced as a whole
		case n.Kind == yamltree.Scalar && yamltree.Inside(n) == nil:
			return n, n, true
		case n.Kind == yamltree.Scalar: // a string is replaced as a whole, with the YAML in it
			if v := yamltree.LookupInside(n, field[i:]); v != nil {
				return v, v, true
			}
			return nil, n, true
		}
		what := ""
		if d := yamltree.Get(n, "$patch"); d != nil {
			what = d.Value
		}
		next := yamltree.Child(n, step)
		if what == "delete" || what == "replace" && next == nil {
			return nil, n, true
		}
		if next == nil {
			return nil, nil, false
		}
		n = next
	}
	if yamltree.IsNull(n) {
		return nil, n, true
	}
	if n.Kind == yamltree.Map && yamltree.Get(n, "$patch") == nil {
		return nil, nil, false
	}
	return n, n, true
}

// isBuiltIn reports whether an API group is one of Kubernetes itself, whose lists kustomize merges by their keys.
func isBuiltIn(group string) bool {
	return !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") && !strings.HasSuffix(group, ".x-k8s.io")
}

// Settings are all fields that a patch sets in a resource, whose identity is left out: maps field by field, lists as a whole.
func (p *Patch) Settings(base *yamltree.Node) []Setting {
	var out []Setting
	for _, op := range p.ops {
		if at := op.path(base); at != nil {
			out = append(out, Setting{p, at, op.valueAt(base, op.at), p.Where(op.node)})
		}
	}
	if p.Data != nil {
		p.settings(p.Data, nil, &out)
	}
	return out
}

func (p *Patch) settings(n *yamltree.Node, at yamltree.Path, out *[]Setting) {
	for v := range n.Children() {
		key := v.Key
		field := at.Field(key)
		switch name := field.String(); {
		case strings.HasPrefix(key, "$"), len(at) == 2 && resource.IsHostAnnotation(key), name == "apiVersion", name == "kind", name == "metadata.name", name == "metadata.namespace":
		case v.Kind == yamltree.Map:
			p.settings(v, field, out)
		case yamltree.IsNull(v):
			*out = append(*out, Setting{p, field, nil, p.Where(v)})
		default:
			*out = append(*out, Setting{p, field, v, p.Where(v)})
		}
	}
}

// Moved are the elements of lists that the patch names by their number, and whose place another one has, or none, once a resource has changed: kustomize would change that one, or fail.
func (p *Patch) Moved(before, after *yamltree.Node) []Setting {
	var out []Setting
	for _, op := range p.ops {
		at := op.path(before)
		for n, step := range at {
			if step.Kind != yamltree.Index || op.adds && n == len(at)-1 { // which goes in between
				continue
			}
			was, is := yamltree.Lookup(before, at[:n+1]), yamltree.Lookup(after, at[:n+1])
			if was != nil && (is == nil || !isSameElement(was, is)) {
				out = append(out, Setting{p, at[:n+1], was, p.Where(op.node)})
				break
			}
		}
	}
	return out
}

// isSameElement reports whether two elements of a list stand for the same, however they may have changed: they have the same name, or the like, or else a field alike.
func isSameElement(a, b *yamltree.Node) bool {
	if a.Kind != yamltree.Map || b.Kind != yamltree.Map || a.First() == nil {
		return yamltree.Equal(a, b)
	}
	for _, key := range []string{"name", "path", "key", "id"} {
		if x := yamltree.Get(a, key); x != nil {
			return yamltree.Equal(x, yamltree.Get(b, key))
		}
	}
	for x := range a.Children() {
		if yamltree.Equal(x, yamltree.Get(b, x.Key)) {
			return true
		}
	}
	return false
}

// operation is one of a JSON patch.
type operation struct {
	at    []string       // the parts of its pointer
	value *yamltree.Node // nil for what it removes, or takes from elsewhere
	from  []string       // of a move or copy: where the value comes from
	node  *yamltree.Node
	adds  bool // it adds an element to a list, where at leads to one
}

// readOperations reads a list of JSON patch operations (https://datatracker.ietf.org/doc/html/rfc6902); tests change nothing and
// are left out.
func readOperations(list *yamltree.Node) ([]operation, error) {
	var out []operation
	for i, n := range list.Elements() {
		op, at, from := yamltree.Get(n, "op"), yamltree.Get(n, "path"), yamltree.Get(n, "from")
		if op == nil || at == nil {
			return nil, fmt.Errorf("line %d: element %d is no JSON patch operation; must have op and path", n.Line(), i)
		}
		o := operation{at: split(at.Value), value: yamltree.Get(n, "value"), node: n, adds: op.Value != "replace" && op.Value != "remove"}
		if from != nil && (op.Value == "move" || op.Value == "copy") {
			o.value, o.from = nil, split(from.Value)
		}
		if from != nil && op.Value == "move" {
			out = append(out, operation{at: o.from, node: n})
		}
		if op.Value != "test" {
			out = append(out, o)
		}
	}
	return out, nil
}

// split parses a JSON pointer (https://datatracker.ietf.org/doc/html/rfc6901).
func split(text string) []string {
	parts := strings.Split(strings.TrimPrefix(text, "/"), "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(p, "~1", "/"), "~0", "~")
	}
	return parts
}

// valueAt is what the operation makes of a field that it concerns; nil where the field is not there any more.
func (o operation) valueAt(base *yamltree.Node, field []string) *yamltree.Node {
	v := o.value
	if o.from != nil {
		v = follow(base, o.from)
	}
	return follow(v, field[len(o.at):])
}

// follow is what the parts of a JSON pointer lead to, nil for nothing.
func follow(n *yamltree.Node, parts []string) *yamltree.Node {
	for _, part := range parts {
		if n == nil {
			return nil
		}
		step := yamltree.Step{Kind: yamltree.Field, Name: part}
		if n.Kind == yamltree.List {
			index, err := strconv.Atoi(part)
			if err != nil {
				return nil
			}
			step = yamltree.Step{Kind: yamltree.Index, Index: index}
		}
		n = yamltree.Child(n, step)
	}
	return n
}

// concerns reports whether the operation changes a field, or something above it.
func (o operation) concerns(field []string) bool {
	if len(o.at) > len(field) {
		return false
	}
	for i := range o.at {
		if o.at[i] != field[i] {
			return false
		}
	}
	return true
}

// path is where the operation leads in a resource, nil for the end of a list.
func (o operation) path(base *yamltree.Node) yamltree.Path {
	p, n := yamltree.Path{}, base
	for _, part := range o.at {
		step := yamltree.Step{Kind: yamltree.Field, Name: part}
		if n != nil && n.Kind == yamltree.List {
			index, err := strconv.Atoi(part)
			if err != nil {
				return nil
			}
			step = yamltree.Step{Kind: yamltree.Index, Index: index}
		}
		p = p.Then(step)
		if n != nil {
			n = yamltree.Child(n, step)
		}
	}
	return p
}

// pointer is a field's path as the parts of a JSON pointer into a resource.
func pointer(base *yamltree.Node, field yamltree.Path) []string {
	out := make([]string, len(field))
	n := base
	for i, step := range field {
		out[i] = step.Name
		if step.Kind != yamltree.Field {
			out[i] = "-"
			if n != nil {
				if at := yamltree.ElementIndex(n, step); at >= 0 {
					out[i] = strconv.Itoa(at)
				}
			}
		}
		if n != nil {
			n = yamltree.Child(n, step)
		}
	}
	return out
}
