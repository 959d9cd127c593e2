package yamltree

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxNodes bounds what aliases may expand to in one logical tree: a few lines of nested aliases
// can otherwise stand for more nodes than memory holds.
const maxNodes = 1_000_000

// Logical returns a copy of the tree in which every alias is replaced by what it stands for and
// every merge key (`<<`) by the keys that it brings, behind the explicit ones. Positions, styles
// and comments of the nodes are kept; anchors are dropped.
//
// An alias inside its own anchor, a merge key whose value is no map, and aliases that expand to more than a
// million nodes are errors.
func Logical(n *yaml.Node) (*yaml.Node, error) {
	e := expander{open: map[*yaml.Node]bool{}}
	return e.expand(n)
}

// LogicalOf does what [Logical] does and tells for each node of the tree, aliases included, which node of
// the copy stands for it.
func LogicalOf(n *yaml.Node) (*yaml.Node, map[*yaml.Node]*yaml.Node, error) {
	e := expander{open: map[*yaml.Node]bool{}, of: map[*yaml.Node]*yaml.Node{}}
	c, err := e.expand(n)
	return c, e.of, err
}

type expander struct {
	nodes int
	open  map[*yaml.Node]bool // the anchored nodes that are being expanded now
	of    map[*yaml.Node]*yaml.Node
	depth int // how many aliases lead to the node that is expanded now
}

func (e *expander) expand(n *yaml.Node) (*yaml.Node, error) {
	c, err := e.copyOf(n)
	if e.of != nil && e.depth == 0 {
		e.of[n] = c
	}
	return c, err
}

func (e *expander) copyOf(n *yaml.Node) (*yaml.Node, error) {
	if e.depth > 0 {
		e.nodes++
	}
	if e.nodes > maxNodes {
		return nil, fmt.Errorf("line %d: aliases expand to more than %d nodes", n.Line, maxNodes)
	}
	if n.Kind == yaml.AliasNode {
		e.depth++
		defer func() { e.depth-- }()
		return e.expand(n.Alias)
	}
	if n.Anchor != "" {
		if e.open[n] {
			return nil, fmt.Errorf("line %d: the anchor %q contains an alias to itself", n.Line, n.Anchor)
		}
		e.open[n] = true
		defer delete(e.open, n)
	}
	c := *n
	c.Anchor = ""
	c.Content = nil
	if n.Kind != yaml.MappingNode {
		for _, child := range n.Content {
			x, err := e.expand(child)
			if err != nil {
				return nil, err
			}
			c.Content = append(c.Content, x)
		}
		return &c, nil
	}
	return e.expandMap(n, &c)
}

func (e *expander) expandMap(n, c *yaml.Node) (*yaml.Node, error) {
	var merges []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		if IsMergeKey(n.Content[i]) {
			merges = append(merges, n.Content[i+1])
			continue
		}
		key, err := e.expand(n.Content[i])
		if err != nil {
			return nil, err
		}
		value, err := e.expand(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		c.Content = append(c.Content, key, value)
	}
	for _, merge := range merges {
		sources, err := MergeSources(merge)
		if err != nil {
			return nil, err
		}
		for _, source := range sources {
			e.depth++
			from, err := e.expand(source)
			e.depth--
			if err != nil {
				return nil, err
			}
			for i := 0; i+1 < len(from.Content); i += 2 {
				if Get(c, from.Content[i].Value) == nil {
					c.Content = append(c.Content, from.Content[i], from.Content[i+1])
				}
			}
		}
	}
	return c, nil
}

// MergeSources are the mappings that the value of a merge key names, the strongest first.
func MergeSources(value *yaml.Node) ([]*yaml.Node, error) {
	value = Resolve(value)
	named := []*yaml.Node{value}
	if value.Kind == yaml.SequenceNode {
		named = value.Content
	}
	sources := make([]*yaml.Node, len(named))
	for i, s := range named {
		sources[i] = Resolve(s)
		if sources[i].Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: the merge key << names %s; must be a map or a list of maps", s.Line, ATypeOf(s))
		}
	}
	return sources, nil
}

// IsLogical tells whether a tree says all that it means: it has no aliases and no merge keys.
func IsLogical(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return false
	}
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 && IsMergeKey(child) || !IsLogical(child) {
			return false
		}
	}
	return true
}

// HasAliases tells whether the tree holds an alias, merge keys with one included.
func HasAliases(n *yaml.Node) bool {
	if n.Kind == yaml.AliasNode {
		return true
	}
	for _, child := range n.Content {
		if HasAliases(child) {
			return true
		}
	}
	return false
}
