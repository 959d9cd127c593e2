package yamltree

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// ErrNoParent is returned by [Apply] for an edit whose parent is not in the tree.
var ErrNoParent = errors.New("nothing stands at the path's parent")

// Edit is one change to a tree or a text: the node at Path becomes Value, or goes where Value is
// nil. A key that is not there is added at the end of its map, an element at the end of its list.
type Edit struct {
	Path  Path
	Value *yaml.Node
}

// Apply carries out edits on a logical tree that the caller owns. Values are copied, so that trees
// never share nodes. Removing what is not there is no error; an edit below something that is not there is
// [ErrNoParent], wrapped with the path.
//
// Paths speak of the tree as it came: what is removed goes last, from the end, so that no index shifts.
func Apply(root *yaml.Node, edits []Edit) error {
	for _, e := range edits {
		if e.Value != nil {
			if err := apply(root, e); err != nil {
				return fmt.Errorf("%s: %w", e.Path, err)
			}
		}
	}
	for i := len(edits) - 1; i >= 0; i-- {
		if edits[i].Value == nil {
			if err := apply(root, edits[i]); err != nil {
				return fmt.Errorf("%s: %w", edits[i].Path, err)
			}
		}
	}
	return nil
}

func apply(root *yaml.Node, e Edit) error {
	root = Document(root)
	if len(e.Path) == 0 {
		if e.Value == nil {
			return ErrNoParent
		}
		overwrite(root, e.Value)
		return nil
	}
	last := e.Path[len(e.Path)-1]
	parent := Lookup(root, e.Path[:len(e.Path)-1])
	if parent == nil || last.Kind == Field && parent.Kind != yaml.MappingNode || last.Kind != Field && parent.Kind != yaml.SequenceNode {
		return ErrNoParent
	}
	at, width := ElementIndex(parent, last), 1
	if last.Kind == Field {
		at, width = IndexOf(parent, last.Name), 2
	}
	switch {
	case e.Value == nil && at >= 0:
		parent.Content = append(parent.Content[:at:at], parent.Content[at+width:]...)
	case e.Value == nil:
	case at >= 0:
		overwrite(parent.Content[at+width-1], e.Value)
	case last.Kind == Field:
		parent.Content = append(parent.Content, Str(last.Name), Clone(e.Value))
	default:
		parent.Content = append(parent.Content, Clone(e.Value))
	}
	return nil
}

// overwrite makes dst hold the value of src and keeps the comments that stand around dst.
func overwrite(dst, src *yaml.Node) {
	c := Clone(src)
	c.HeadComment, c.LineComment, c.FootComment = dst.HeadComment, dst.LineComment, dst.FootComment
	*dst = *c
}
