// Package create makes the files of a new cluster: from a template of partial resources with variables, or in the shape of a cluster that there is. It is pure. What it makes, a plan then
// completes with a release, as that of any cluster.
package create

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/drone/envsubst/v2"
	"github.com/drone/envsubst/v2/parse"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
)

// File is a file of a template or of a cluster, named by its slash-separated path from their folder.
type File struct{ Path, Text string }

// Template is the files of a template. In their texts and paths stand variables as clusterctl reads them
// (https://cluster-api.sigs.k8s.io/clusterctl/commands/generate-yaml): ${VAR}, ${VAR:=default}, ${VAR:-default}, $$ for a dollar; and
// {{clusterID}}, {{machinePoolID}} and {{orgNamespace}}. A default counts wherever the variable stands. Line breaks end a variable.
type Template []File

// Variable is a variable of a template.
type Variable struct {
	Name string
	// Default is what counts where nothing is set; Has says that there is one.
	Default string
	Has     bool
	// Where is the file and line where the variable stands first.
	Where string
}

// braces are the variables that stand in double braces, and their names.
var braces = map[string]string{"clusterID": "CLUSTER_NAME", "machinePoolID": "MACHINE_POOL_ID", "orgNamespace": "ORG_NAMESPACE"}

var braced = regexp.MustCompile(`\{\{\s*(clusterID|machinePoolID|orgNamespace)\s*\}\}`)

// NameOf is the name of a variable, which may be given as it stands in double braces.
func NameOf(given string) string {
	if name := braces[given]; name != "" {
		return name
	}
	return given
}

// line is a line of a template.
type line struct {
	where, text string
	tree        *parse.Tree // nil where no variable can be in it
}

// lines reads the lines of a template, and the paths of its files, which come first. Its error joins all that is wrong.
func (t Template) lines() ([][]line, error) {
	var out [][]line
	var errs []error
	for _, f := range t {
		var own []line
		for n, text := range append([]string{f.Path}, strings.SplitAfter(f.Text, "\n")...) {
			text = dollars(text)
			l := line{where: fmt.Sprintf("%s:%d", f.Path, n), text: text}
			if n == 0 {
				l.where = f.Path
			}
			if strings.Contains(text, "$") {
				var err error
				if l.tree, err = parse.Parse(text); err != nil {
					errs = append(errs, fmt.Errorf("%s: %w; must be such as ${CLUSTER_NAME} or ${REPLICAS:=3}, and $$ for a dollar", l.where, err))
				}
			}
			own = append(own, l)
		}
		out = append(out, own)
	}
	return out, errors.Join(errs...)
}

// functions that stand for a default, as the shell has them; those that it reads in another way are refused.
var (
	defaults = map[string]bool{"=": true, ":=": true, ":-": true}
	refused  = map[string]string{":+": "an alternative", ":?": "an error"}
)

// visit calls see for each variable of a tree, with its default, nil for none. Where see says so, the variables in the default are visited, too.
func visit(n parse.Node, see func(name string, rest []parse.Node, has bool) (deeper bool)) {
	switch n := n.(type) {
	case *parse.ListNode:
		for _, one := range n.Nodes {
			visit(one, see)
		}
	case *parse.FuncNode:
		if see(n.Param, n.Args, defaults[n.Name]) {
			for _, one := range n.Args {
				visit(one, see)
			}
		}
	}
}

// Variables lists the variables of a template by name. Its error joins all that is wrong with it.
func (t Template) Variables() ([]Variable, error) {
	files, err := t.lines()
	if err != nil {
		return nil, err
	}
	all := map[string]Variable{}
	var errs []error
	for _, lines := range files {
		for _, l := range lines {
			add := func(v Variable) {
				if was, seen := all[v.Name]; seen {
					v.Where = was.Where
					if was.Has {
						v = was
					}
				}
				all[v.Name] = v
			}
			if l.tree == nil {
				continue
			}
			visit(l.tree.Root, func(name string, rest []parse.Node, has bool) bool {
				v := Variable{Name: name, Has: has, Where: l.where}
				if has {
					v.Default = source(rest)
				}
				add(v)
				return true
			})
			errs = append(errs, unsupported(l))
		}
	}
	var out []Variable
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, all[name])
	}
	return out, errors.Join(errs...)
}

// unsupported is the error about what the shell reads in another way than clusterctl does.
func unsupported(l line) error {
	var err error
	var look func(parse.Node)
	look = func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ListNode:
			for _, one := range n.Nodes {
				look(one)
			}
		case *parse.FuncNode:
			if what := refused[n.Name]; what != "" {
				err = fmt.Errorf("%s: ${%s%s…} is %s in a shell, which templates do not have; must be ${%s} or ${%s:=default}", l.where, n.Param, n.Name, what, n.Param, n.Param)
			}
		}
	}
	look(l.tree.Root)
	return err
}

// source is how a default is written.
func source(nodes []parse.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		switch n := n.(type) {
		case *parse.TextNode:
			b.WriteString(n.Value)
		case *parse.ListNode:
			b.WriteString(source(n.Nodes))
		case *parse.FuncNode:
			b.WriteString("${" + n.Param + n.Name + source(n.Args) + "}")
		}
	}
	return b.String()
}

// Fill is the template with values in the place of its variables. Its error joins all that is wrong: variables without a value, values that no line can hold, and values of given that
// neither the template nor anything else asks for. built are values that are there for any template, others the variables that something else asks for.
func (t Template) Fill(built, given map[string]string, others []string) (Template, error) {
	variables, err := t.Variables()
	if err != nil {
		return nil, err
	}
	values := maps.Clone(built)
	if values == nil {
		values = map[string]string{}
	}
	errs := unused(variables, given, others)
	for name, v := range given {
		if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
			errs = append(errs, fmt.Errorf("%s: has a line break or another control character; must be text on one line", name))
		}
		if v == "" && !hasDefault(variables, NameOf(name)) {
			errs = append(errs, fmt.Errorf("%s: is empty; must have a value", name))
		}
		values[NameOf(name)] = v
	}
	errs = append(errs, t.missing(values, variables)...)
	if len(errs) > 0 {
		slices.SortFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(errs...)
	}
	f := filler{values, map[string]string{}, nil}
	for _, v := range variables {
		if v.Has {
			f.defaults[v.Name] = v.Default
		}
	}
	out := slices.Clone(t)
	for n, file := range t {
		if out[n].Path, err = f.fill(file.Path); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Path, err)
		}
		var b strings.Builder
		for at, text := range strings.SplitAfter(file.Text, "\n") {
			filled, err := f.fill(text)
			if err != nil {
				return nil, fmt.Errorf("%s:%d: %w", file.Path, at+1, err)
			}
			b.WriteString(filled)
		}
		out[n].Text = b.String()
	}
	return out, nil
}

// filler puts values in the place of variables.
type filler struct {
	values, defaults map[string]string
	within           []string // the variables whose defaults are being filled
}

// fill fills a line.
func (f filler) fill(text string) (string, error) {
	if text = dollars(text); strings.Contains(text, "$") {
		tree, err := parse.Parse(text)
		if err != nil {
			return "", err
		}
		values := maps.Clone(f.values)
		visit(tree.Root, func(name string, _ []parse.Node, has bool) bool {
			_, set := values[name]
			if fallback, some := f.defaults[name]; !set && !has && some { // which stands elsewhere
				if slices.Contains(f.within, name) {
					err = fmt.Errorf("the default of ${%s} leads back to itself", name)
					return false
				}
				within := filler{f.values, f.defaults, append(slices.Clone(f.within), name)}
				var failed error
				values[name], failed = within.fill(fallback)
				err = errors.Join(err, failed)
			}
			return !set
		})
		if err != nil {
			return "", err
		}
		if text, err = envsubst.Eval(text, func(name string) string { return values[name] }); err != nil {
			return "", err
		}
	}
	return text, nil
}

// dollars is a text with ${...} for what stands in double braces.
func dollars(text string) string {
	if !strings.Contains(text, "{{") {
		return text
	}
	return braced.ReplaceAllStringFunc(text, func(m string) string { return "${" + NameOf(braced.FindStringSubmatch(m)[1]) + "}" })
}

func hasDefault(variables []Variable, name string) bool {
	return slices.ContainsFunc(variables, func(v Variable) bool { return v.Name == name && v.Has })
}

// unused are errors about values that no variable asks for.
func unused(variables []Variable, given map[string]string, others []string) []error {
	names := slices.Clone(others)
	for _, v := range variables {
		names = append(names, v.Name)
	}
	var errs []error
	for name := range given {
		if !slices.Contains(names, NameOf(name)) {
			errs = append(errs, fmt.Errorf("%s: is no variable of the template, which has %s%s", name, strings.Join(names, ", "), nearest.Hint(name, names)))
		}
	}
	return errs
}

// missing are errors about variables that have no value, and need one.
func (t Template) missing(values map[string]string, variables []Variable) []error {
	byName := map[string]Variable{}
	for _, v := range variables {
		byName[v.Name] = v
	}
	files, _ := t.lines()
	var errs []error
	said := map[string]bool{}
	need := func(name string) {
		if _, set := values[name]; !set && !said[name] && !byName[name].Has {
			said[name] = true
			hint := "must be set"
			if name == "NAMESPACE" || name == "ORG_NAMESPACE" {
				hint += ", or follow from ORGANIZATION"
			}
			errs = append(errs, fmt.Errorf("%s: has no value; %s, for %s", name, hint, byName[name].Where))
		}
	}
	for _, lines := range files {
		for _, l := range lines {
			if l.tree == nil {
				continue
			}
			visit(l.tree.Root, func(name string, rest []parse.Node, has bool) bool {
				_, set := values[name]
				if !has {
					need(name)
				}
				return !set
			})
		}
	}
	return errs
}
