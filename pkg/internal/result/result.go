// Package result is what a run has to say: changes made, warnings, and errors, each with the
// resource, field and file that it speaks of.
//
// Results follow the KRM functions specification, version 1
// (https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md).
package result

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/escape"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Severity orders results: errors stop the run, warnings ask for a look, infos tell what was done.
type Severity string

// The severities of the KRM functions specification.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// NoteTag is the tag of results that are worth a look although nothing is wrong; its value says what they are about, such as
// hidden or kept.
const NoteTag = "note"

// Result is one finding.
type Result struct {
	Severity Severity
	Message  string
	// Item is the resource that the result speaks of, nil where it speaks of none; Where the file and line, where that is known better.
	Item  *resource.Item
	Where string
	// Field is the field within the item, empty where the result speaks of all of it.
	Field yamltree.Path
	// Old and New are the field's current and proposed value, nil where there is none.
	Old, New *yamltree.Node
	Tags     Tags
	// Summary marks the one result that sums up the run; Change marks those that report a change.
	Summary, Change bool
}

// Tags tell programs what a result is about. They are a list and no map since there are some for each change, and never many.
type Tags []Tag

// Tag is one of them. Names are unlike one another.
type Tag struct{ Name, Value string }

// Get is the value of a tag, "" for none.
func (t Tags) Get(name string) string {
	for _, x := range t {
		if x.Name == name {
			return x.Value
		}
	}
	return ""
}

// Map is the tags by their names, nil for none.
func (t Tags) Map() map[string]string {
	var out map[string]string
	for _, x := range t {
		if out == nil {
			out = make(map[string]string, len(t))
		}
		out[x.Name] = x.Value
	}
	return out
}

// String is the line that people read: “path: Kind ns/name: field.path: problem; must ...“.
func (r Result) String() string {
	var b strings.Builder
	if r.Item != nil {
		if r.Where != "" {
			b.WriteString(r.Where + ": ")
		} else if r.Item.Location.Path != "" {
			b.WriteString(r.Item.Location.Path + ": ")
		}
		if ref := r.Item.Ref.String(); ref != "" {
			b.WriteString(ref + ": ")
		}
	}
	if len(r.Field) > 0 {
		b.WriteString(r.Field.String() + ": ")
	}
	return escape.Text(b.String() + r.Message)
}

// List collects results.
type List []Result

// Errorf adds an error about an item, which may be nil, and a field of it, which may be empty.
func (l *List) Errorf(item *resource.Item, field yamltree.Path, format string, args ...any) {
	l.add(Error, item, field, format, args)
}

// Warnf adds a warning, see [List.Errorf].
func (l *List) Warnf(item *resource.Item, field yamltree.Path, format string, args ...any) {
	l.add(Warning, item, field, format, args)
}

// Infof adds an info, see [List.Errorf].
func (l *List) Infof(item *resource.Item, field yamltree.Path, format string, args ...any) {
	l.add(Info, item, field, format, args)
}

func (l *List) add(s Severity, item *resource.Item, field yamltree.Path, format string, args []any) {
	*l = append(*l, Result{Severity: s, Item: item, Field: field, Message: escape.Text(fmt.Sprintf(format, args...))})
}

// Failed reports whether there is an error among the results.
func (l List) Failed() bool { return l.Count(Error) > 0 }

// Count says how many results have a severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, r := range l {
		if r.Severity == s {
			n++
		}
	}
	return n
}

// Problems are the errors and warnings.
func (l List) Problems() List {
	var out List
	for _, r := range l {
		if r.Severity != Info && !r.Summary {
			out = append(out, r)
		}
	}
	return out
}

// Sort orders results for reading: the summary, then errors, warnings, infos; within a severity they
// stay in the order in which they were found.
func (l List) Sort() {
	rank := func(r Result) int {
		switch {
		case r.Summary:
			return 0
		case r.Severity == Error:
			return 1
		case r.Severity == Warning:
			return 2
		}
		return 3
	}
	slices.SortStableFunc(l, func(a, b Result) int { return rank(a) - rank(b) })
}

// SummarizeFailure adds the summary of a run with errors.
func (l *List) SummarizeFailure() {
	*l = append(*l, Result{Severity: Error, Summary: true, Message: fmt.Sprintf("nothing is changed: %s, %s", Count(l.Count(Error), "error"), Count(l.Count(Warning), "warning"))})
	l.Sort()
}

// Problems are the single errors that an error joins, each on one line.
func Problems(err error) []string {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all, raw []string
		for _, e := range joined.Unwrap() {
			all, raw = append(all, Problems(e)...), append(raw, e.Error())
		}
		if strings.Join(raw, "\n") == err.Error() { // joined, and not wrapped with words of its own
			return all
		}
	}
	if one := errors.Unwrap(err); one != nil {
		if all := Problems(one); len(all) > 1 && strings.HasSuffix(err.Error(), one.Error()) { // words in front of several
			front := escape.Text(strings.TrimSuffix(err.Error(), one.Error()))
			for n := range all {
				all[n] = front + all[n]
			}
			return all
		}
	}
	return []string{escape.Text(err.Error())}
}

// Count says how many there are of a thing: no changes, 1 change, 2 changes.
func Count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
