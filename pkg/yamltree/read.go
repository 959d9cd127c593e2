package yamltree

import (
	"errors"
	"io"
)

// MaxDepth is how deep maps and lists may be in one another. Nothing that people write for Kubernetes comes near it, and what does costs more memory with
// each level than it has bytes.
const MaxDepth = 500

// ErrSeveral says that a text has several documents where one is asked for.
var ErrSeveral = errors.New("holds several documents")

// Read reads the first document of a text, with its comments; its Root is nil where there is none. Errors are those of [Parse].
func Read(src []byte) (*Doc, error) {
	docs, err := Parse(src)
	switch {
	case len(docs) > 0:
		placeComments(src, docs[0])
		return docs[0], nil
	case err != nil:
		return nil, err
	}
	return &Doc{}, nil
}

// ReadOne reads the only document of a text, with its comments: [io.EOF] says that it has none, [ErrSeveral] that it has more.
func ReadOne(src []byte) (*Doc, error) {
	w := workspaces.Get().(*workspace)
	defer workspaces.Put(w)
	defer w.clear()
	d, err := only(w.parse(src))
	if err != nil {
		return nil, err
	}
	placeComments(src, d)
	return &Doc{Root: d.Root, Span: d.Span}, nil
}

// PeekOne reads the only document of a text as [ReadOne] does, and shows it as [Peek] does; nil where there is an error.
func PeekOne(src []byte, see func(d *Doc, err error)) {
	Peek(src, func(docs []*Doc, err error) {
		d, err := only(docs, err)
		if d != nil {
			placeComments(src, d)
		}
		see(d, err)
	})
}

// only is the document of a text that has one.
func only(docs []*Doc, err error) (*Doc, error) {
	switch {
	case err != nil && len(docs) == 0:
		return nil, err
	case len(docs) == 0:
		return nil, io.EOF
	case len(docs) > 1:
		return nil, ErrSeveral
	case err != nil:
		return nil, err
	}
	return docs[0], nil
}

// Documents reads all documents, with their comments. On an error those in front of it are returned with it.
func Documents(src []byte) ([]*Doc, error) {
	docs, err := Parse(src)
	for _, d := range docs {
		placeComments(src, d)
	}
	return docs, err
}
