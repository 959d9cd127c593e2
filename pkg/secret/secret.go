// Package secret hides the values of secrets where something is shown; what is written is none of its business.
//
// Hidden are the data and stringData of a Secret, all of what is encrypted with SOPS, and, in any resource and in YAML inside of strings, scalars, and lists of
// scalars, in fields that are named like a credential (password, apiToken, clientSecret) and in environment variables of such a name. Names that refer to a
// secret (secretName, passwordSecretRef) are none.
package secret

import (
	"strings"

	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// Hidden is shown for a value that is hidden.
const Hidden = "(hidden)"

// Mask is what may be shown of a value of a resource, at the path at which it stands there: the value itself, where nothing of it is hidden. Neither nil is
// a problem.
func Mask(i *resource.Item, at yamltree.Path, n *yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	isSecret := i != nil && i.Kind == "Secret" && i.Group() == ""
	switch {
	case i != nil && i.Has("sops"), isSecret && len(at) > 0 && isData(at[0].Name), len(at) > 0 && at[0].Name == "stringData", credential(at) && isFlat(n):
		return mask(n, true)
	case len(at) == 0 && n.Kind == yaml.MappingNode:
		return maskRoot(n, isSecret)
	}
	return mask(n, false)
}

func isData(name string) bool { return name == "data" || name == "stringData" }

func maskRoot(n *yaml.Node, isSecret bool) *yaml.Node {
	out := *n
	out.Content = nil
	for k := 0; k+1 < len(n.Content); k += 2 {
		key, v := n.Content[k], n.Content[k+1]
		hide := isSecret && isData(key.Value) || key.Value == "stringData" || isCredential(key.Value) && isFlat(v)
		out.Content = append(out.Content, key, mask(v, hide))
	}
	return &out
}

// mask hides what must be hidden in a value; all scalars where hide says so.
func mask(n *yaml.Node, hide bool) *yaml.Node {
	switch {
	case n == nil || yamltree.IsNull(n):
		return n
	case n.Kind == yaml.ScalarNode && hide:
		return yamltree.Str(Hidden)
	case n.Kind == yaml.ScalarNode:
		return maskText(n)
	case n.Kind == yaml.AliasNode:
		return mask(n.Alias, hide)
	}
	var content []*yaml.Node
	changed := false
	named := n.Kind == yaml.MappingNode && names(yamltree.Get(n, "name"))
	for k, child := range n.Content {
		inner := hide
		if n.Kind == yaml.MappingNode {
			if k%2 == 0 {
				content = append(content, child)
				continue
			}
			key := n.Content[k-1].Value
			inner = hide || isCredential(key) && isFlat(child) || named && key == "value"
		}
		shown := mask(child, inner)
		changed = changed || shown != child
		content = append(content, shown)
	}
	if !changed {
		return n
	}
	out := *n
	out.Content = content
	return &out
}

// maskText hides what must be hidden in the YAML inside of a string.
func maskText(n *yaml.Node) *yaml.Node {
	if yamltree.TypeOf(n) != yamltree.TypeString || !strings.Contains(n.Value, ":") {
		return n
	}
	doc, err := yamltree.ReadOne([]byte(n.Value))
	if err != nil || doc.Content[0].Kind == yaml.ScalarNode {
		return n
	}
	inside, err := yamltree.Logical(doc.Content[0])
	if err != nil {
		return n
	}
	shown := mask(inside, false)
	if shown == inside {
		return n
	}
	out := *n
	out.Value = string(yamledit.Print(shown))
	return &out
}

// Values are the texts of a resource that are hidden.
func Values(i *resource.Item) []string {
	root, err := yamltree.Logical(i.Node)
	if err != nil {
		return nil
	}
	var out []string
	collect(root, Mask(i, nil, root), &out)
	return out
}

func collect(n, shown *yaml.Node, out *[]string) {
	if n == shown {
		return
	}
	if n.Kind == yaml.ScalarNode {
		*out = append(*out, n.Value)
		return
	}
	for k := range n.Content {
		collect(n.Content[k], shown.Content[k], out)
	}
}

// isFlat tells whether a value is a scalar or a list of scalars: maps below the name of a credential refer to one more often than they hold it.
func isFlat(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind == yaml.SequenceNode {
		for _, el := range n.Content {
			if el.Kind != yaml.ScalarNode {
				return false
			}
		}
		return true
	}
	return n.Kind == yaml.ScalarNode
}

// credential tells whether a path leads to a field, or an element of a list in one, that is named like a credential, or to the value of an environment variable that is.
func credential(at yamltree.Path) bool {
	for len(at) > 0 && at[len(at)-1].Kind != yamltree.Field {
		at = at[:len(at)-1]
	}
	if len(at) == 0 {
		return false
	}
	last := at[len(at)-1].Name
	if last == "value" && len(at) > 1 {
		for _, k := range at[len(at)-2].Keys {
			if _, name, found := strings.Cut(k.Value, ":"); found && k.Name == "name" && isCredential(name) {
				return true
			}
		}
	}
	return isCredential(last)
}

func names(n *yaml.Node) bool { return n != nil && n.Kind == yaml.ScalarNode && isCredential(n.Value) }

// endings are how the names of credentials end, without dashes, underscores and dots, in lower case.
var endings = []string{
	"password", "passwords", "passwd", "passphrase", "secret", "secrets", "token", "tokens", "apikey", "apikeys", "accesskey", "secretkey", "secretaccesskey",
	"privatekey", "encryptionkey", "signingkey", "sharedkey", "clientkey", "credential", "credentials", "connectionstring", "kubeconfig", "authkey", "pullsecret", "tlskey",
	"certificatekey", "basicauth", "bearer", "pwd",
}

func isCredential(name string) bool {
	plain := strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(name))
	for _, e := range endings {
		if strings.HasSuffix(plain, e) {
			return true
		}
	}
	return false
}
