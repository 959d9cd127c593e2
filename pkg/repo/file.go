package repo

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/giantswarm/apply-release/pkg/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
	"go.yaml.in/yaml/v3"
)

// File is one file of the checkout and the resources in it.
type File struct {
	// Path is slash-separated and relative to the root of the checkout.
	Path string
	Src  []byte
	// Problem says why nothing in the file is a resource, "" where something is, or the file is plain YAML.
	Problem string

	documents []*document
}

// document is the text of one YAML document, its marker included, and what it parses to.
type document struct {
	from, to int
	root     *yaml.Node // nil where the document is empty
	item     *resource.Item
}

// readFile reads a file below the root. What does not parse, such as a Helm template, is no error: the file is
// then left alone, and says so.
func readFile(root, path string) (*File, error) {
	src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	f := &File{Path: path, Src: src}
	for _, span := range split(src) {
		d := &document{from: span[0], to: span[1]}
		var doc, more yaml.Node
		dec := yaml.NewDecoder(bytes.NewReader(src[d.from:d.to]))
		if err := dec.Decode(&doc); err == nil {
			err = dec.Decode(&more)
			if err == nil {
				return &File{Path: path, Src: src, Problem: "holds a document without a marker (---) in front"}, nil
			}
			if !errors.Is(err, io.EOF) {
				return &File{Path: path, Src: src, Problem: "is no YAML (a template?)"}, nil
			}
		} else if !errors.Is(err, io.EOF) {
			return &File{Path: path, Src: src, Problem: "is no YAML (a template?)"}, nil
		}
		f.documents = append(f.documents, d)
		if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
			continue
		}
		d.root = &doc
		d.item = resource.NewItem(doc.Content[0], nil)
		d.item.Location = resource.Location{Path: path, Index: len(f.documents) - 1}
		if d.item.Kind == "List" {
			f.Problem = "holds a List, whose items are not looked at"
		}
	}
	return f, nil
}

// Items are the resources in the file, in its order.
func (f *File) Items() []*resource.Item {
	var out []*resource.Item
	for _, d := range f.documents {
		if d.item != nil {
			out = append(out, d.item)
		}
	}
	return out
}

// split cuts a source into documents: at lines that start with ---, which YAML allows nowhere else. What holds
// nothing but comments and directives belongs to the document behind it.
func split(src []byte) [][2]int {
	var out [][2]int
	from, begun := 0, false // begun: the document has its marker or some content
	for at := 0; at < len(src); {
		end := len(src)
		if i := bytes.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := bytes.TrimRight(src[at:end], "\r\n")
		if at == 0 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		marker := bytes.HasPrefix(line, []byte("---")) && (len(line) == 3 || line[3] == ' ' || line[3] == '\t')
		if marker && begun {
			out = append(out, [2]int{from, at})
			from = at
		}
		text := bytes.TrimSpace(line)
		begun = begun || marker || len(text) > 0 && text[0] != '#' && text[0] != '%'
		at = end
	}
	return append(out, [2]int{from, len(src)})
}

// Edit returns the bytes of the file with the edits of its items made; an item that is to go goes with its document. nil
// says that nothing is left of the file.
//
// rewritten lists the places that had to be printed anew, see [yamledit.Bytes].
func (f *File) Edit(edits map[*resource.Item][]yamltree.Edit, removed map[*resource.Item]bool) (out []byte, rewritten []yamltree.Path, err error) {
	kept := 0
	at := 0
	for _, d := range f.documents {
		text := f.Src[d.from:d.to]
		switch own := edits[d.item]; {
		case d.item != nil && removed[d.item]:
			out = append(out, f.Src[at:d.from]...)
			at = d.to
			continue
		case d.item != nil && len(own) > 0:
			edited, printed, err := yamledit.Bytes(text, d.root, own)
			if err != nil {
				return nil, nil, err
			}
			rewritten = append(rewritten, printed...)
			out = append(append(out, f.Src[at:d.from]...), edited...)
			at = d.to
		}
		if d.root != nil {
			kept++
		}
	}
	if kept == 0 && len(removed) > 0 {
		return nil, nil, nil
	}
	return append(out, f.Src[at:]...), rewritten, nil
}
