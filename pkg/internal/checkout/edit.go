package checkout

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamledit"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

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
		x.Path, x.Old = f.Path, f.Src()
		x.New, x.Rewritten, x.Err = f.edit(x.Old, e)
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

// edit carries edits out on the text of the file.
func (f *File) edit(src []byte, e edits) (out []byte, rewritten []yamltree.Path, err error) {
	kept, removed, copies, at := 0, 0, 0, uint32(0)
	for _, d := range f.documents {
		text := src[d.from:d.to]
		o, concerned := e[d.item]
		switch {
		case d.item == nil || !concerned:
		case o.Removed:
			out = append(out, src[at:d.from]...)
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
			out = append(append(out, src[at:d.from]...), edited...)
			if int(d.to) < len(src) && !bytes.HasSuffix(edited, []byte("\n")) { // a document printed anew
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
				out = append(append(append(out, src[at:d.from]...), edited...), inFrontOf(text)...)
			} else {
				out = append(append(out, src[at:d.to]...), behind(text, edited)...)
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
	out = append(out, src[at:]...)
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

// inFrontOf is a document behind another one: with its marker, or one of its own.
func inFrontOf(text []byte) []byte {
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
