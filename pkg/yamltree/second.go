package yamltree

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// version12 is a directive that yaml.v3 refuses, although it reads what people write for that version.
var version12 = regexp.MustCompile(`(?m)^(\xEF\xBB\xBF)?%YAML[ \t]+1\.2\b`)

// DocumentsOfV3 reads all documents of a text with yaml.v3, with which kubectl, kustomize and kpt read: the second reader, which has nothing in common with
// [Parse].
func DocumentsOfV3(src []byte) ([]*yaml.Node, error) {
	src = version12.ReplaceAllFunc(src, func(directive []byte) []byte {
		return append(directive[:len(directive)-1:len(directive)-1], '1')
	})
	var out []*yaml.Node
	for dec := yaml.NewDecoder(bytes.NewReader(src)); ; {
		var doc yaml.Node
		switch err := dec.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		}
		out = append(out, &doc)
	}
}

// IsSameAsV3 reports whether both readers saw the same in a text: the same values with the same keys in the same order. What has aliases counts as other, and must be compared as
// [FromV3] has it.
func IsSameAsV3(n *Node, other *yaml.Node) bool {
	switch {
	case other.Kind == yaml.DocumentNode:
		return IsSameAsV3(n, other.Content[0])
	case n.Kind == Scalar:
		return other.Kind == yaml.ScalarNode && n.Value == other.Value && n.Tag() == other.ShortTag()
	case n.Kind == Map && other.Kind == yaml.MappingNode:
		at := 0
		for c := n.first; c != nil; c = c.next {
			if at == len(other.Content) || !c.hasKeyOfV3(other.Content[at]) || !IsSameAsV3(c, other.Content[at+1]) {
				return false
			}
			at += 2
		}
		return at == len(other.Content)
	case n.Kind == List && other.Kind == yaml.SequenceNode:
		at := 0
		for c := n.first; c != nil; c = c.next {
			if at == len(other.Content) || !IsSameAsV3(c, other.Content[at]) {
				return false
			}
			at++
		}
		return at == len(other.Content)
	}
	return false
}

func (n *Node) hasKeyOfV3(key *yaml.Node) bool {
	if n.more != nil && n.more.key != nil {
		return IsSameAsV3(n.more.key, key)
	}
	if key.Kind != yaml.ScalarNode || key.Value != n.Key {
		return false
	}
	tag := "!!str"
	if n.KeyStyle == Plain {
		tag = resolve(n.Key)
	}
	return tag == key.ShortTag()
}

// FromV3 is the tree that yaml.v3 read, as nodes: values, tags, anchors and styles, without comments and positions but for lines. nil is nil.
func FromV3(n *yaml.Node) *Node {
	if n == nil {
		return nil
	}
	c := fromV3{of: map[*yaml.Node]*Node{}}
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	return c.node(n)
}

type fromV3 struct{ of map[*yaml.Node]*Node }

func (c *fromV3) node(n *yaml.Node) *Node {
	out := &Node{Value: n.Value, line: uint32(n.Line)}
	c.of[n] = out
	tag := n.ShortTag()
	switch n.Kind {
	case yaml.AliasNode:
		out.Kind = Alias
		if c.of[n.Alias] == nil { // outside of the tree
			c.node(n.Alias)
		}
		out.own().alias = c.of[n.Alias]
		return out
	case yaml.MappingNode:
		out.Kind, out.Style = Map, Block
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := c.node(n.Content[i]), c.node(n.Content[i+1])
			if key.Kind == Scalar {
				value.Key, value.KeyStyle = key.Value, key.Style
			}
			if key.Kind != Scalar || key.more != nil {
				value.own().key = key
			}
			out.Append(value)
		}
	case yaml.SequenceNode:
		out.Kind, out.Style = List, Block
		for _, el := range n.Content {
			out.Append(c.node(el))
		}
	default:
		out.Style = styleOfV3(n)
		if out.Style == Plain && strings.HasPrefix(tag, "!!") && resolve(n.Value) == tag && n.Style&yaml.TaggedStyle == 0 {
			tag = ""
		} else if out.Style == Plain && tag == "!!str" && n.Style&yaml.TaggedStyle == 0 {
			out.Style, tag = Free, ""
		}
	}
	if n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle != 0 {
		out.Style = Flow
	}
	if tag == "!!map" || tag == "!!seq" || tag == "!!str" && out.Style != Plain {
		tag = ""
	}
	if n.Anchor != "" || tag != "" {
		m := out.own()
		m.anchor, m.tag = n.Anchor, tag
	}
	return out
}

func styleOfV3(n *yaml.Node) Style {
	for style, ours := range map[yaml.Style]Style{yaml.DoubleQuotedStyle: DoubleQuoted, yaml.SingleQuotedStyle: SingleQuoted, yaml.LiteralStyle: Literal, yaml.FoldedStyle: Folded} {
		if n.Style&style != 0 {
			return ours
		}
	}
	return Plain
}
