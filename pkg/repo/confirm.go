package repo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// confirm reads an edited file once more with another reader, yaml.v3, which kubectl, kustomize and kpt read with. The edits were checked with our own: where
// the two see the same, what is written is what was planned, and what will be applied.
func confirm(src []byte) error {
	ours, err := yamltree.Documents(src)
	if err != nil {
		return err
	}
	theirs, err := documentsOfV3(src)
	if err != nil {
		return fmt.Errorf("the edited text cannot be read by yaml.v3, with which kubectl and kustomize read: %s; must be plainer YAML", err)
	}
	for i, doc := range ours {
		if i < len(theirs) && isSame(doc, theirs[i]) {
			continue
		}
		return fmt.Errorf("line %d: the edited document is read otherwise by yaml.v3, with which kubectl and kustomize read; must be plainer YAML", doc.Line)
	}
	if len(theirs) > len(ours) {
		return errors.New("the edited text has more documents for yaml.v3, with which kubectl and kustomize read; must be plainer YAML")
	}
	return nil
}

func isSame(a, b *yaml.Node) bool {
	x, errX := yamltree.Logical(a)
	y, errY := yamltree.Logical(b)
	return errX == nil && errY == nil && yamltree.Equal(x, y)
}

// version12 is a directive that yaml.v3 refuses, although it reads what people write for that version.
var version12 = regexp.MustCompile(`(?m)^(\xEF\xBB\xBF)?%YAML[ \t]+1\.2\b`)

func documentsOfV3(src []byte) ([]*yaml.Node, error) {
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
