// Package secret hides the values of secrets where something is shown; what is written is none of its business.
//
// Hidden are the data and stringData of a Secret, all of what is encrypted with SOPS, and, in any resource and in YAML inside of strings, all that is in and below
// fields that are named like a credential (password, apiToken, clientSecret), environment variables and other pairs of such a name, flags of a command
// (--password=x), and texts with the user and password of a URL. Shown are references to a secret (secretName, passwordSecretRef, {secret: {name: x}}), and
// booleans. Rather too much is hidden than too little: for a credential of a name that tells nothing, there is no knowing.
package secret

import (
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Hidden is shown for a value that is hidden.
const Hidden = "(hidden)"

// Mask is what may be shown of a value of a resource, at the path at which it stands there: the value itself, where nothing of it is hidden. Neither nil is
// a problem.
func Mask(i *resource.Item, at yamltree.Path, n *yamltree.Node) *yamltree.Node {
	if n == nil {
		return nil
	}
	isSecret := i != nil && i.Kind == "Secret" && i.Group() == ""
	switch {
	case i != nil && i.IsEncrypted(), isSecret && len(at) > 0 && isData(at[0].Name), len(at) > 0 && at[0].Name == "stringData":
		return hideAll(n)
	case credential(at), len(at) > 0 && n.Kind == yamltree.Scalar && leaves[at[len(at)-1].Name]:
		return mask(n, true)
	case len(at) == 0 && n.Kind == yamltree.Map:
		return maskRoot(n, isSecret)
	}
	return mask(n, false)
}

// Path is what may be shown of a path into a resource, which may be nil: elements that are told apart by a credential, or are one, are hidden.
func Path(i *resource.Item, at yamltree.Path) yamltree.Path {
	out := at
	all := i != nil && (i.IsEncrypted() || i.Kind == "Secret" && i.Group() == "" && len(at) > 0 && isData(at[0].Name))
	hide := func(n int, s yamltree.Step) {
		if &out[0] == &at[0] {
			out = slices.Clone(at)
		}
		out[n] = s
	}
	for n, s := range at {
		below := all || credential(at[:n])
		if s.Kind == yamltree.Value && below {
			s.Scalar = hiddenKey
			hide(n, s)
		}
		for k, key := range s.Keys {
			if all || below && !refers(key.Name) || isCredential(key.Name) {
				s.Keys = slices.Clone(s.Keys)
				s.Keys[k].Value = hiddenKey
				hide(n, s)
			}
		}
	}
	return out
}

// hiddenKey stands for the canonical form of a value, see [yamltree.Canonical].
var hiddenKey = yamltree.Canonical(yamltree.Str(Hidden))

func isData(name string) bool { return name == "data" || name == "stringData" }

// isSecret reports whether a map is a Secret as a whole.
func isSecret(n *yamltree.Node) bool {
	kind, version := yamltree.Get(n, "kind"), yamltree.Get(n, "apiVersion")
	return kind != nil && kind.Value == "Secret" && (version == nil || version.Value == "v1")
}

func maskRoot(n *yamltree.Node, isSecret bool) *yamltree.Node {
	return withChildren(n, func(key string, v *yamltree.Node) *yamltree.Node {
		if isSecret && isData(key) || key == "stringData" {
			return hideAll(v)
		}
		return mask(v, isCredential(key))
	})
}

// hideAll hides all scalars of a value but nulls.
func hideAll(n *yamltree.Node) *yamltree.Node {
	switch {
	case n == nil || yamltree.IsNull(n):
		return n
	case n.Kind == yamltree.Scalar:
		return yamltree.Str(Hidden)
	case n.Kind == yamltree.Alias:
		return hideAll(n.Target())
	}
	return withChildren(n, func(_ string, child *yamltree.Node) *yamltree.Node { return hideAll(child) })
}

// mask hides what must be hidden in a value; all of it but references to secrets, and booleans, where it is below the name of a credential.
func mask(n *yamltree.Node, below bool) *yamltree.Node {
	switch {
	case n == nil || yamltree.IsNull(n), below && isReference(n):
		return n
	case n.Kind == yamltree.Scalar && below && yamltree.TypeOf(n) != yamltree.TypeBoolean:
		return yamltree.Str(Hidden)
	case n.Kind == yamltree.Scalar:
		return maskText(n)
	case n.Kind == yamltree.Alias:
		return mask(n.Target(), below)
	}
	if n.Kind == yamltree.Map && !below && isSecret(n) { // such as in the annotation of what was applied last
		return maskRoot(n, true)
	}
	pair := n.Kind == yamltree.Map && (names(yamltree.Get(n, "name")) || names(yamltree.Get(n, "key")) || names(yamltree.Get(n, "path")))
	var before, last *yamltree.Node
	return withChildren(n, func(key string, child *yamltree.Node) *yamltree.Node {
		before, last = last, child
		return mask(child, below || isCredential(key) || child.Kind == yamltree.Scalar && (leaves[key] || pair && key == "value" || isFlag(before)))
	})
}

// withChildren is a map or list with each value as show has it; the node itself, where that is as it was.
func withChildren(n *yamltree.Node, show func(key string, child *yamltree.Node) *yamltree.Node) *yamltree.Node {
	var shown []*yamltree.Node
	at := 0
	for child := range n.Children() {
		s := show(child.Key, child)
		if s != child && shown == nil {
			shown = n.Elements() // most values hide nothing
		}
		if s != child {
			shown[at] = s
		}
		at++
	}
	if shown == nil {
		return n
	}
	out := n.Bare()
	out.SetComments(n.Comments())
	at = 0
	for child := range n.Children() {
		s := yamltree.Clone(shown[at])
		s.TakeKey(child)
		s.SetComments(child.Comments())
		out.Append(s)
		at++
	}
	return out
}

// referring are the fields of a reference to a secret (https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets).
var referring = map[string]bool{
	"name": true, "namespace": true, "kind": true, "apiVersion": true, "group": true, "secretName": true, "secretNamespace": true,
	"key": true, "optional": true, "defaultMode": true, "items": true,
}

// isReference reports whether a map names a secret, and says nothing else.
func isReference(n *yamltree.Node) bool {
	if n.Kind != yamltree.Map || yamltree.Get(n, "name") == nil && yamltree.Get(n, "secretName") == nil {
		return false
	}
	for v := range n.Children() {
		if !referring[v.Key] {
			return false
		}
	}
	return true
}

// refers reports whether a field below the name of a credential is one of a reference by itself.
func refers(name string) bool { return referring[name] && name != "key" && name != "items" }

var (
	inURL  = regexp.MustCompile(`://[^/\s:@]*:[^/\s@]+@`)
	asFlag = regexp.MustCompile(`(?:^|\s)--?([A-Za-z0-9_.-]+)[= ]+["']?[^\s"'${-]`)
	// inPEM is a private key (https://www.rfc-editor.org/rfc/rfc7468).
	inPEM = regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`)
	// asUser is user and password for a command, as curl -u has them.
	asUser = regexp.MustCompile(`\s(?:-u|--user) ?["']?[^\s:"'$]+:[^\s"'$]+`)
	// asElement is an element of XML with a value, asSetting what a command of many programs sets, such as aws configure set, and asLogin a line of .netrc
	// (https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html).
	asElement = regexp.MustCompile(`<([A-Za-z0-9_.-]+)>[^<\s]`)
	asSetting = regexp.MustCompile(`\bset\s+(?:-\S+\s+)*([A-Za-z0-9_.-]+)\s+["']?[^\s"'${]`)
	asLogin   = regexp.MustCompile(`(?:\bmachine\s+\S+|\bdefault|\blogin\s+\S+)\s+password\s+\S`)
	// asSecret is where a Secret stands in a text that is no YAML: a template, or a script.
	asSecret = regexp.MustCompile(`(?:^|[\s{,])["']?kind["']?\s*:\s*["']?Secret\b`)
	// asAuth is what the configuration of a registry for containerd, in TOML, has (https://github.com/containerd/containerd/blob/main/docs/cri/registry.md).
	asAuth = regexp.MustCompile(`\bauth\s*=\s*["'][^"'${]`)
	// asLine is a name with a value on its line, as in scripts, INI files and YAML that does not parse. What a variable or a template fills in is no secret.
	asLine = regexp.MustCompile(`([A-Za-z0-9_.-]+)["']?[ \t]*[:=][ \t]*["']?([^\s"'${])`)
)

// maskText hides a string that holds a password, and what must be hidden in the YAML inside of one. Of a text that is no YAML, all is hidden where a line of it gives a
// value to what is named like a credential.
func maskText(n *yamltree.Node) *yamltree.Node {
	if yamltree.TypeOf(n) != yamltree.TypeString {
		return n
	}
	shown, isYAML := maskInside(n)
	if tells(shown.Value) || !isYAML && tellsAsText(shown.Value) {
		return yamltree.Str(Hidden)
	}
	return shown
}

// tellsAsText says whether a text that is no YAML gives a value to what is named like a credential, or has a Secret in it.
func tellsAsText(s string) bool {
	return strings.ContainsAny(s, ":=") && (anyCredential(asLine, s) || asSecret.MatchString(s) || asAuth.MatchString(s)) ||
		strings.Contains(s, "<") && anyCredential(asElement, s) || strings.Contains(s, "set ") && anyCredential(asSetting, s) || strings.Contains(s, "password") && asLogin.MatchString(s)
}

// tells says whether a text holds a password in a URL or a flag.
func tells(s string) bool {
	if strings.Contains(s, "://") && inURL.MatchString(s) {
		return true
	}
	if !strings.Contains(s, "-") { // what is cheap to see comes first: every text of a fleet is asked about
		return false
	}
	flags := strings.HasPrefix(s, "-") || strings.Contains(s, " -") || strings.Contains(s, "\n-") || strings.Contains(s, "\t-")
	return flags && (strings.ContainsAny(s, "= ") && anyCredential(asFlag, s) || asUser.MatchString(s)) ||
		strings.Contains(s, "--password-stdin") || strings.Contains(s, "-----BEGIN ") && inPEM.MatchString(s)
}

// anyCredential reports whether the first group of a pattern is, anywhere in a text, named like a credential.
func anyCredential(pattern *regexp.Regexp, s string) bool {
	for _, found := range pattern.FindAllStringSubmatch(s, -1) {
		if isCredential(found[1]) {
			return true
		}
	}
	return false
}

// Text is what may be shown of a text that is given a name.
func Text(name, value string) string {
	return mask(yamltree.Str(value), isCredential(name)).Value
}

// maskInside hides what must be hidden in the map or list that a string holds as YAML. ok is false where it holds none.
func maskInside(n *yamltree.Node) (shown *yamltree.Node, ok bool) {
	inside := yamltree.Inside(n)
	if inside == nil {
		return maskDocuments(n)
	}
	inside, _ = yamltree.Logical(inside)
	if shown = mask(inside, false); shown == inside {
		return n, true
	}
	out := *n
	out.Value = string(yamledit.Print(shown))
	return &out, true
}

// maskDocuments hides a string that holds several documents of YAML, of which one has something to hide. ok is false where it holds none.
func maskDocuments(n *yamltree.Node) (shown *yamltree.Node, ok bool) {
	if !strings.Contains(n.Value, "---") {
		return n, false
	}
	docs, err := yamltree.Documents([]byte(n.Value))
	if err != nil || len(docs) == 0 {
		return n, false
	}
	for _, d := range docs {
		root, err := yamltree.Logical(d.Root)
		switch {
		case err != nil || root.Kind == yamltree.Scalar && !yamltree.IsNull(root):
			return n, false
		case mask(root, false) != root:
			return yamltree.Str(Hidden), true
		}
	}
	return n, true
}

// Values are the texts of a resource that are hidden.
func Values(i *resource.Item) []string {
	root, err := yamltree.Logical(i.Root())
	if err != nil {
		return nil
	}
	var out []string
	collect(root, Mask(i, nil, root), &out)
	return out
}

func collect(n, shown *yamltree.Node, out *[]string) {
	if n == shown {
		return
	}
	if n.Kind == yamltree.Scalar {
		if n.Value != shown.Value {
			*out = append(*out, n.Value)
		}
		return
	}
	next := shown.First()
	for v := range n.Children() {
		collect(v, next, out)
		next = next.Next()
	}
}

// credential reports whether a path leads to, or below, what is named like a credential, and to no reference to it.
func credential(at yamltree.Path) bool {
	found, last := false, ""
	for n, s := range at {
		if s.Kind == yamltree.Field {
			last = s.Name
			found = found || isCredential(last) || last == "value" && n > 0 && isPair(at[n-1])
		}
	}
	return found && !refers(last)
}

// isPair reports whether an element is known by a name, or key, that is like one of a credential.
func isPair(s yamltree.Step) bool {
	for _, k := range s.Keys {
		if _, name, found := strings.Cut(k.Value, ":"); found && (k.Name == "name" || k.Name == "key") && isCredential(name) {
			return true
		}
	}
	return false
}

// isFlag reports whether an element of a list of arguments is a flag that is named like a credential, whose value is the next one: --token.
func isFlag(n *yamltree.Node) bool {
	if n == nil || n.Key != "" || n.Kind != yamltree.Scalar || !strings.HasPrefix(n.Value, "-") || strings.ContainsAny(n.Value, "= ") {
		return false
	}
	return isCredential(n.Value)
}

func names(n *yamltree.Node) bool {
	return n != nil && n.Kind == yamltree.Scalar && isCredential(n.Value)
}
