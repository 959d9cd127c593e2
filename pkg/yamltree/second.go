package yamltree

import (
	"bytes"
	"errors"
	"io"
	"regexp"

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
