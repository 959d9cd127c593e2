package merge

import (
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// variableKeeper sees to values with a variable in them, which a later step fills in.
type variableKeeper struct{ *merger }

// variable is a place in a text that a later step fills in, as Flux (https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution)
// and clusterctl write it: ${cluster_release}, ${kubernetes_version:=v1.34.7}. $${x} is the text ${x}.
var variable = regexp.MustCompile(`\$?\$\{[A-Za-z_][A-Za-z0-9_]*[^{}]*\}`)

// variables are those in the texts of a value.
func variables(n *yamltree.Node) []string {
	var out []string
	if n.Kind == yamltree.Scalar && strings.Contains(n.Value, "${") && yamltree.TypeOf(n) == yamltree.TypeString {
		for _, v := range variable.FindAllString(n.Value, -1) {
			if v[1] != '$' && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	for child := range n.Children() {
		out = append(out, variables(child)...)
	}
	return out
}

// staysVariable reports whether a value stays since a later step fills it in, and says so: it has a variable, what comes in its place has none, and it
// is not what the old release put there.
func (m variableKeeper) staysVariable(old, v *yamltree.Node, at yamltree.Path, pattern string) bool {
	found := variables(old)
	if len(found) == 0 || len(variables(v)) > 0 || m.isFromOldRelease(old, at, pattern) {
		return false
	}
	m.warnf(at, "holds the variable %s and stays as it is; the release sets %s, which is for the variable to say", m.told(found[0], at, old), shown(m.shown(at, v)))
	return true
}

// removesVariable says that a field goes which a later step was to fill in, and that the old release did not set so.
func (m variableKeeper) removesVariable(old *yamltree.Node, at yamltree.Path, pattern string) {
	if found := variables(old); len(found) > 0 && !m.isFromOldRelease(old, at, pattern) {
		m.warnf(at, "held the variable %s and is removed, as the release says; nothing fills it in any more", m.told(found[0], at, old))
	}
}

// told is a variable of a value as it is told of: without its default, where the value must not be shown.
func (m variableKeeper) told(v string, at yamltree.Path, value *yamltree.Node) string {
	if m.shown(at, value) == value {
		return v
	}
	return variableName.FindString(v) + "}"
}

var variableName = regexp.MustCompile(`^\$\{[A-Za-z_][A-Za-z0-9_]*`)

// isFromOldRelease reports whether the old release set a value so.
func (m variableKeeper) isFromOldRelease(n *yamltree.Node, at yamltree.Path, pattern string) bool {
	return m.sides.old != nil && same(yamltree.Lookup(m.sides.old, at), n, m.schema, pattern)
}

// shown is a value in a message.
func shown(v *yamltree.Node) string {
	if v.Kind == yamltree.Scalar && yamltree.TypeOf(v) != yamltree.TypeString {
		return v.Value
	}
	return describe(v)
}
