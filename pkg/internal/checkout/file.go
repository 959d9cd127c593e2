package checkout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// File is one file of the checkout and the resources in it.
type File struct {
	// Path is slash-separated and relative to the root of the checkout.
	Path string
	Src  []byte
	// Unseen says why something that the file stands for is not looked at; "" where all is.
	Unseen string
	// Link says that it is a symbolic link, which is not followed.
	Link bool
	// Err says why the file does not parse; Template, that it looks as if it were not meant to.
	Err      error
	Template bool

	documents []*document
}

// document is the text of one YAML document, its marker included.
type document struct {
	from, to int
	item     *resource.Item // nil where the document is empty, or a scalar
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
	f := &File{Path: path, Src: src}
	if bytes.HasPrefix(src, []byte("version https://git-lfs.github.com/spec/")) { // https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
		f.Err = fmt.Errorf("%s: is a pointer of git LFS rather than the file itself; git lfs pull brings that", path)
		return f
	}
	line, at := 0, 0 // the lines in front of an offset
	for _, span := range split(src) {
		d := &document{from: span[0], to: span[1]}
		line, at = line+bytes.Count(src[at:d.from], []byte("\n")), d.from
		var err error
		d.item, err = itemOf(src[d.from:d.to:d.to])
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

// itemOf is the item of a document, without its tree; nil where the document is empty, or a scalar: lists may be JSON patches of an overlay.
func itemOf(text []byte) (i *resource.Item, err error) {
	yamltree.PeekOne(text, func(doc *yamltree.Doc, wrong error) {
		if err = wrong; err != nil || doc.Root == nil || doc.Root.Kind == yamltree.Scalar {
			return
		}
		i = resource.OfText(text, doc.Root)
		i.LetGo()
	})
	return i, err
}

// template finds what makes a file a template, such as Helm's: an action that begins a line, or a value. In quotes it is text.
var template = regexp.MustCompile(`(?m)^\s*(?:- +)?(?:[^\s"'#]+: +)?\{\{`)

// conflict is how a conflict that git could not merge starts.
var conflict = regexp.MustCompile(`(?m)^<<<<<<< `)

// unread is a file that does not parse, with the lines in front of the document that is to blame.
func unread(f *File, before int, err error) *File {
	f.documents = nil
	if at := conflict.FindIndex(f.Src); at != nil {
		f.Err = fmt.Errorf("%s: is no YAML: line %d: has a conflict that git could not merge; must be resolved first", f.Path, 1+bytes.Count(f.Src[:at[0]], []byte("\n")))
		return f
	}
	f.Template = template.Match(f.Src)
	var syntax *yamltree.SyntaxError
	if errors.As(err, &syntax) {
		err = &yamltree.SyntaxError{Line: before + syntax.Line, Column: syntax.Column, Problem: syntax.Problem}
	}
	f.Err = fmt.Errorf("%s: is no YAML: %w", f.Path, err)
	return f
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

// Edited is what became of a file.
type Edited struct {
	plan.File
	// Rewritten lists the places that had to be printed anew, see [yamledit.Bytes].
	Rewritten []yamltree.Path
	// Err says why the file cannot be edited. Nothing else counts then.
	Err error
}

// edits are what is to happen to items.
type edits map[*resource.Item]plan.Outcome

// Edit carries outcomes out on the text of files, side by side, and returns the files that change, by their paths. It writes nothing. Texts that are wanted are confirmed: an independent reader must read
// them as planned, which takes half of the time. Where they are not wanted, files have but their paths.
func (r *Repo) Edit(files []*File, outcomes []plan.Outcome, texts bool) []Edited {
	e := edits{}
	var out []Edited
	for _, o := range outcomes {
		if e[o.Item] = o; o.Created {
			x := Edited{File: plan.File{Path: o.Item.Location.Path, New: yamledit.Print(o.Value)}}
			if _, err := os.Lstat(r.full(x.Path)); err == nil {
				x.Err = errors.New("exists already, so that no component can be created there; must be renamed, or the component be left out")
			}
			out = append(out, x)
		}
	}
	var concerned []*File
	for _, f := range files {
		if slices.ContainsFunc(f.Items(), func(i *resource.Item) bool { _, is := e[i]; return is }) {
			concerned = append(concerned, f)
		}
	}
	edited := make([]Edited, len(concerned))
	parallel.Do(len(concerned), func(i int) {
		f, x := concerned[i], Edited{}
		x.Path, x.Old = f.Path, f.Src
		x.New, x.Rewritten, x.Err = f.edit(e)
		switch {
		case x.Err == nil && x.New != nil && bytes.Equal(x.Old, x.New):
			return
		case !texts:
			x.Old, x.New = nil, nil
		case x.Err == nil && x.New != nil:
			x.Err = confirm(x.Old, x.New)
		}
		edited[i] = x
	})
	out = append(out, slices.DeleteFunc(edited, func(x Edited) bool { return x.Path == "" })...)
	slices.SortStableFunc(out, func(a, b Edited) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func (f *File) edit(e edits) (out []byte, rewritten []yamltree.Path, err error) {
	kept, removed, copies, at := 0, 0, 0, 0
	for _, d := range f.documents {
		text := f.Src[d.from:d.to]
		o, concerned := e[d.item]
		switch {
		case d.item == nil || !concerned:
		case o.Removed:
			out = append(out, f.Src[at:d.from]...)
			if kept > 0 {
				out = append(out, endMarker(text)...) // the next document may have no marker of its own
			}
			at = d.to
			removed++
			continue
		case !o.Copied:
			var edited []byte
			var printed []yamltree.Path
			d.item.Look(func(root *yamltree.Node) { edited, printed, err = yamledit.Bytes(text, root, o.Edits) })
			if err != nil {
				return nil, nil, err
			}
			rewritten = append(rewritten, printed...)
			out = append(append(out, f.Src[at:d.from]...), edited...)
			if d.to < len(f.Src) && !bytes.HasSuffix(edited, []byte("\n")) { // a document printed anew
				out = append(out, '\n')
			}
			at = d.to
		default:
			edited, printed, err := d.copied(text, o.Edits)
			if err != nil {
				return nil, nil, err
			}
			rewritten = append(rewritten, printed...)
			if endsInText(text, d.item.Root()) { // a line break behind it would be part of the text
				out = append(append(append(out, f.Src[at:d.from]...), edited...), f.inFrontOf(d)...)
			} else {
				out = append(append(out, f.Src[at:d.to]...), behind(text, edited)...)
			}
			at = d.to
			copies++
		}
		if d.item != nil {
			kept++
		}
	}
	if kept == 0 {
		return nil, nil, nil
	}
	out = append(out, f.Src[at:]...)
	if copies+removed > 0 {
		if again := parseFile(f.Path, out); again.Err != nil || len(again.Items()) != len(f.Items())+copies-removed {
			return nil, nil, errors.New("a document cannot be removed, or a copy of it be put behind it; must be documents of plain YAML, each behind a line ---")
		}
	}
	return out, rewritten, nil
}

// endMarker is the last line of a document's text, where that is the marker of its end.
func endMarker(text []byte) []byte {
	last := text[bytes.LastIndexByte(bytes.TrimRight(text, "\r\n"), '\n')+1:]
	if !isMarker(bytes.TrimRight(last, "\r\n"), "...") {
		return nil
	}
	return last
}

// copied is the text of a document with edits, which ends with a line break: where its own does not, one that would be part of a text is none there.
func (d *document) copied(text []byte, edits []yamltree.Edit) ([]byte, []yamltree.Path, error) {
	root := d.item.Root()
	if !endsInText(text, root) {
		return yamledit.Bytes(text, root, edits)
	}
	ended := append(bytes.Clone(text), '\n')
	doc, err := yamltree.Read(ended)
	if err != nil {
		return nil, nil, err
	}
	p, n := lastScalar(root, nil)
	if slices.ContainsFunc(edits, func(e yamltree.Edit) bool { return p.HasPrefix(e.Path) }) { // it changes anyway
		return yamledit.Bytes(ended, doc.Root, edits)
	}
	return yamledit.Bytes(ended, doc.Root, append(slices.Clone(edits), yamltree.Edit{Path: p, Value: n, Styled: true}))
}

// endsInText reports whether a document ends, without a line break, in a block scalar to which one would be added.
func endsInText(text []byte, root *yamltree.Node) bool {
	if bytes.HasSuffix(text, []byte("\n")) {
		return false
	}
	_, last := lastScalar(root, nil)
	return last.Style == yamltree.Literal || last.Style == yamltree.Folded
}

// lastScalar is the last scalar of a document, and the path to it.
func lastScalar(n *yamltree.Node, p yamltree.Path) (yamltree.Path, *yamltree.Node) {
	switch {
	case n.Kind == yamltree.Map && n.First() != nil:
		return lastScalar(n.Last(), p.Field(n.Last().Key))
	case n.Kind == yamltree.List && n.First() != nil:
		return lastScalar(n.Last(), p.Index(n.Len()-1))
	}
	return p, n
}

// inFrontOf is the text of a document behind another one: with its marker, or one of its own.
func (f *File) inFrontOf(d *document) []byte {
	text := f.Src[d.from:d.to]
	if hasMarker(text) {
		return text
	}
	return append([]byte("---\n"), bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))...)
}

// behind is the text that puts a document behind another one: with a marker between them, and a line break where the other
// one has none at its end.
func behind(before, doc []byte) []byte {
	newline := []byte("\n")
	if bytes.Contains(before, []byte("\r\n")) {
		newline = []byte("\r\n")
	}
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	var out []byte
	if !bytes.HasSuffix(before, []byte("\n")) {
		out = append(out, newline...)
	}
	if !hasMarker(doc) {
		out = append(append(out, "---"...), newline...)
	}
	out = append(out, doc...)
	if !bytes.HasSuffix(doc, []byte("\n")) { // another document may follow
		out = append(out, newline...)
	}
	return out
}

// hasMarker reports whether a document begins with its marker, behind comments at most.
func hasMarker(doc []byte) bool {
	for line := range bytes.Lines(doc) {
		if bytes.HasPrefix(line, []byte("---")) {
			return true
		}
		if text := bytes.TrimSpace(line); len(text) > 0 && text[0] != '#' {
			return false
		}
	}
	return false
}
