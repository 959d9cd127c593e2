package checkout

import (
	"errors"
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// confirm reads an edited file once more with another reader, yaml.v3, which kubectl, kustomize and kpt read with. The edits were checked with our own: where
// the two see the same, what is written is what was planned, and what will be applied. What they see otherwise in the file as it was is no fault of the edit, and is said so.
func confirm(before, after []byte) error {
	err := compare(after)
	if err == nil {
		return nil
	}
	if old := compare(before); old != nil {
		return fmt.Errorf("the file as it is: %w", old)
	}
	return fmt.Errorf("the edited text: %w", err)
}

// compare tells where the two readers see something else in a text.
func compare(src []byte) error {
	ours, err := yamltree.Parse(src)
	if err != nil {
		return err
	}
	theirs, err := yamltree.DocumentsOfV3(src)
	if err != nil {
		return fmt.Errorf("cannot be read by yaml.v3, with which kubectl and kustomize read: %s; must be plainer YAML", err)
	}
	for i, doc := range ours {
		if i < len(theirs) && (yamltree.IsSameAsV3(doc.Root, theirs[i]) || isSame(doc.Root, yamltree.FromV3(theirs[i]))) {
			continue
		}
		line := doc.Root.Line()
		if i < len(theirs) {
			line = differingLine(doc.Root, yamltree.FromV3(theirs[i]))
		}
		return fmt.Errorf("line %d: is read otherwise by yaml.v3, with which kubectl and kustomize read; must be plainer YAML: spaces behind colons, and quotes around what has a question mark or a colon in brackets", line)
	}
	if len(theirs) > len(ours) {
		return errors.New("has more documents for yaml.v3, with which kubectl and kustomize read; must be plainer YAML")
	}
	return nil
}

// differingLine is the line of the first value that two trees have otherwise.
func differingLine(a, b *yamltree.Node) int {
	if a.Kind == b.Kind && a.Len() == b.Len() {
		other := b.First()
		for v := range a.Children() {
			if !isSame(v, other) || a.Kind == yamltree.Map && !isSame(v.KeyNode(), other.KeyNode()) {
				return differingLine(v, other)
			}
			other = other.Next()
		}
	}
	return a.Line()
}

func isSame(a, b *yamltree.Node) bool {
	x, errX := yamltree.Logical(a)
	y, errY := yamltree.Logical(b)
	return errX == nil && errY == nil && yamltree.Identical(x, y)
}
