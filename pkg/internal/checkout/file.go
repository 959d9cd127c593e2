package checkout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/giantswarm/apply-release/pkg/internal/packed"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// File is one file of the checkout and the resources in it.
type File struct {
	// Path is slash-separated and relative to the root of the checkout.
	Path string
	// Unseen says why something that the file stands for is not looked at; "" where all is.
	Unseen string
	// Link says that it is a symbolic link, which is not followed.
	Link bool
	// Err says why the file does not parse; Template, that it looks as if it were not meant to.
	Err      error
	Template bool

	src       []byte
	packer    *packed.Packer // that packed src; nil where it is as it was read
	documents []*document
}

// document is the text of one YAML document, its marker included.
type document struct {
	file     *File
	from, to uint32
	item     *resource.Item // nil where the document is empty, or a scalar
}

// Text is the document, as long as its file does not change.
func (d *document) Text() []byte { return d.file.Src()[d.from:d.to:d.to] }

// Src is what the file holds; nil of one that was not read.
func (f *File) Src() []byte {
	if f.packer == nil {
		return f.src
	}
	return f.packer.Unpack(nil, f.src)
}

// What is packed at most: to read a document of a file, all of it is unpacked.
const (
	packedBytes     = 64 << 10
	packedDocuments = 8
)

// pack packs what the file holds, which its items are made of again when they are asked for.
func (f *File) pack(p *packed.Packer) {
	if f.Err != nil || len(f.src) > packedBytes || len(f.documents) > packedDocuments {
		return
	}
	for _, i := range f.Items() {
		i.Detach()
	}
	f.src, f.packer = p.Pack(f.src), p
}

// readFile reads a file below the root.
func readFile(root, path string) (*File, error) {
	src, err := ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	return parseFile(path, src), nil
}

// parseFile reads the documents in a file's content.
func parseFile(path string, src []byte) *File {
	f := &File{Path: path, src: src}
	if bytes.HasPrefix(src, []byte("version https://git-lfs.github.com/spec/")) { // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
		f.Err = fmt.Errorf("%s: is a pointer of git LFS rather than the file itself; git lfs pull brings that", path)
		return f
	}
	line, at := 0, 0 // the lines in front of an offset
	for _, span := range split(src) {
		d := &document{file: f, from: uint32(span[0]), to: uint32(span[1])}
		line, at = line+bytes.Count(src[at:span[0]], []byte("\n")), span[0]
		err := d.read()
		if errors.Is(err, yamltree.ErrSeveral) {
			err = errors.New("holds a document without a marker (---) in front")
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return unread(f, line, err)
		}
		f.documents = append(f.documents, d)
		if d.item == nil {
			continue
		}
		d.item.Location = resource.Location{Path: path, Index: len(f.documents) - 1, Line: line + 1}
		if d.item.Kind == "List" {
			f.Unseen = "holds a List, whose items are not looked at; must be documents of their own"
		}
	}
	return f
}

// read makes the item, without its tree, unless the document is empty, or a scalar: lists may be JSON patches of an overlay.
func (d *document) read() (err error) {
	yamltree.PeekOne(d.Text(), func(doc *yamltree.Doc, wrong error) {
		if err = wrong; err != nil || doc.Root == nil || doc.Root.Kind == yamltree.Scalar {
			return
		}
		d.item = resource.OfText(d, doc.Root)
		d.item.LetGo()
	})
	return err
}

// template finds what makes a file a template, such as Helm's: an action that begins a line, or a value. In quotes it is text.
var template = regexp.MustCompile(`(?m)^\s*(?:- +)?(?:[^\s"'#]+: +)?\{\{`)

// conflict is how a conflict that git could not merge starts.
var conflict = regexp.MustCompile(`(?m)^<<<<<<< `)

// unread is a file that does not parse, with the lines in front of the document that is to blame.
func unread(f *File, before int, err error) *File {
	f.documents = nil
	if at := conflict.FindIndex(f.src); at != nil {
		f.Err = fmt.Errorf("%s: is no YAML: line %d: has a conflict that git could not merge; must be resolved first", f.Path, 1+bytes.Count(f.src[:at[0]], []byte("\n")))
		return f
	}
	f.Template = template.Match(f.src)
	var syntax *yamltree.SyntaxError
	if errors.As(err, &syntax) {
		err = &yamltree.SyntaxError{Line: before + syntax.Line, Column: syntax.Column, Problem: syntax.Problem}
	}
	f.Err = fmt.Errorf("%s: is no YAML: %w", f.Path, err)
	return f
}

// IsSeen reports whether the file holds items, and all that it holds is looked at.
func (f *File) IsSeen() bool {
	return f.Err == nil && !f.Template && !f.Link && f.Unseen == "" && slices.ContainsFunc(f.documents, func(d *document) bool { return d.item != nil })
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

// split cuts a source into documents: at lines that start with ---, which YAML allows nowhere else, and behind lines that start with ... . What holds
// nothing but comments and directives belongs to the document behind it.
func split(src []byte) [][2]int {
	var out [][2]int
	from, begun := 0, false // begun: the document has its marker or some content
	for at := 0; at < len(src); {
		end := at + lineLength(src[at:])
		line := bytes.TrimRight(src[at:end], "\r\n")
		if at == 0 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		marker, ends := isMarker(line, "---"), isMarker(line, "...")
		if marker && begun {
			out = append(out, [2]int{from, at})
			from = at
		}
		text := bytes.TrimSpace(line)
		begun = begun || marker || len(text) > 0 && text[0] != '#' && text[0] != '%'
		if ends && begun && hasText(src[end:]) { // directives of the next document may follow
			out = append(out, [2]int{from, end})
			from, begun = end, false
		}
		at = end
	}
	return append(out, [2]int{from, len(src)})
}

// isMarker reports whether a line is a marker of documents.
func isMarker(line []byte, marker string) bool {
	return bytes.HasPrefix(line, []byte(marker)) && (len(line) == 3 || line[3] == ' ' || line[3] == '\t')
}

// hasText reports whether a text has anything but white space, and comments on lines of their own.
func hasText(src []byte) bool {
	for len(src) > 0 {
		line := src[:lineLength(src)]
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' && !isMarker(bytes.TrimRight(line, "\r\n"), "...") {
			return true
		}
		src = src[len(line):]
	}
	return false
}

// lineLength is how long the first line of a text is, with its break: LF, CRLF, or CR alone.
func lineLength(src []byte) int {
	i := bytes.IndexAny(src, "\r\n")
	switch {
	case i < 0:
		return len(src)
	case src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n':
		return i + 2
	}
	return i + 1
}
