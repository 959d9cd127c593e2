package yamltree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"
)

// MaxDepth is how deep maps and lists may be in one another. Nothing that people write for Kubernetes comes near it, and what does costs more memory with
// each level than it has bytes.
const MaxDepth = 500

// Reader reads a stream of YAML documents, which may be JSON.
type Reader struct{ decoder *yaml.Decoder }

// NewReader reads from a text.
func NewReader(src []byte) *Reader {
	return &Reader{yaml.NewDecoder(bytes.NewReader(readable(src)))}
}

// Next is the next document; [io.EOF] at the end. A document that is nested more than [MaxDepth] deep is an error.
func (r *Reader) Next() (*yaml.Node, error) {
	var doc yaml.Node
	if err := r.decoder.Decode(&doc); err != nil {
		return nil, err
	}
	if deep := deeper(&doc, MaxDepth+1); deep != nil {
		return nil, fmt.Errorf("yaml: line %d: is nested more than %d deep", deep.Line, MaxDepth)
	}
	return &doc, nil
}

// deeper is the first node that is further down than a number of levels, nil where none is.
func deeper(n *yaml.Node, levels int) *yaml.Node {
	if levels == 0 && len(n.Content) > 0 {
		return n
	}
	for _, child := range n.Content {
		if deep := deeper(child, levels-1); deep != nil {
			return deep
		}
	}
	return nil
}

// version is a directive that the parser does not take, although it reads what people write for that version.
var version = regexp.MustCompile(`(?m)^(\xEF\xBB\xBF)?%YAML[ \t]+1\.2\b`)

// readable is a text as the parser takes it: for YAML 1.1 where it says that it is for YAML 1.2. No byte moves.
func readable(src []byte) []byte {
	if !bytes.Contains(src, []byte("%YAML")) {
		return src
	}
	return version.ReplaceAllFunc(src, func(directive []byte) []byte {
		return append(directive[:len(directive)-1:len(directive)-1], '1')
	})
}

// Read reads the first document of a text; its Content is empty where there is none.
func Read(src []byte) (*yaml.Node, error) {
	doc, err := NewReader(src).Next()
	if errors.Is(err, io.EOF) {
		return &yaml.Node{}, nil
	}
	return doc, err
}

// ReadOne reads the only document of a text: [io.EOF] says that it has none, [ErrSeveral] that it has more.
func ReadOne(src []byte) (*yaml.Node, error) {
	r := NewReader(src)
	doc, err := r.Next()
	if err != nil {
		return nil, err
	}
	switch _, err := r.Next(); {
	case err == nil:
		return nil, ErrSeveral
	case !errors.Is(err, io.EOF):
		return nil, err
	}
	return doc, nil
}

// ErrSeveral says that a text has several documents where one is asked for.
var ErrSeveral = errors.New("holds several documents")

// Documents reads all documents that have a root. On an error those in front of it are returned with it.
func Documents(src []byte) ([]*yaml.Node, error) {
	var out []*yaml.Node
	for r := NewReader(src); ; {
		doc, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return out, err
		}
		if len(doc.Content) > 0 {
			out = append(out, doc)
		}
	}
}
