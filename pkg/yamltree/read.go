package yamltree

import (
	"errors"
	"io"

	"go.yaml.in/yaml/v3"
)

// MaxDepth is how deep maps and lists may be in one another. Nothing that people write for Kubernetes comes near it, and what does costs more memory with
// each level than it has bytes.
const MaxDepth = 500

// Reader reads a stream of YAML documents, which may be JSON, as trees of yaml.v3.
type Reader struct {
	docs []*Doc
	err  error
	converter
}

// NewReader reads from a text, which must not be changed while the trees are used.
func NewReader(src []byte) *Reader {
	r := &Reader{converter: converter{src: src, line: 1, column: 1}}
	r.docs, r.oddBreaks, r.err = parse(src)
	return r
}

// Next is the next document; [io.EOF] at the end. A document that is nested more than [MaxDepth] deep is an error.
func (r *Reader) Next() (*yaml.Node, error) {
	if len(r.docs) == 0 {
		if r.err != nil {
			return nil, r.err
		}
		return nil, io.EOF
	}
	doc := r.docs[0]
	r.docs = r.docs[1:]
	return r.document(doc), nil
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
