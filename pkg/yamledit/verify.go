package yamledit

import (
	"bytes"
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// apart tells the edits that can be made in place from those that cannot. Where all can
// and only together they cannot, all count as bad. It halves those that cannot, since each try reads the text.
func (t attempt) apart(p planned, edits []yamltree.Edit) (good, bad []yamltree.Edit) {
	if len(edits) == 1 {
		return nil, edits
	}
	for _, half := range [][]yamltree.Edit{edits[:len(edits)/2], edits[len(edits)/2:]} {
		if t.canMake(p, half) {
			good = append(good, half...)
			continue
		}
		some, others := t.apart(p, half)
		good, bad = append(good, some...), append(bad, others...)
	}
	if len(bad) == 0 {
		return nil, edits
	}
	return good, bad
}

// canMake reports whether edits, and no others, can be made in place.
func (t attempt) canMake(p planned, edits []yamltree.Edit) bool {
	logical, err := yamltree.Logical(p.root)
	if err != nil {
		return false
	}
	p.want = yamltree.Share(logical)
	if yamltree.Apply(p.want, edits) != nil {
		return false
	}
	_, err = t.spliceAndVerify(p, edits)
	return err == nil
}

// planned is the value of a text, where it stands, and what it is to be.
type planned struct {
	root, want *yamltree.Node
	slot       slot
	json       bool // the whole text is JSON
}

// spliceAndVerify makes edits in place. What it returns reads as planned.
func (t attempt) spliceAndVerify(p planned, edits []yamltree.Edit) (out []byte, err error) {
	for _, whole := range []bool{false, true} { // elements edited in place may get in one another's way
		out, err = t.spliceAll(p, edits, whole)
		if err != nil {
			continue
		}
		if !endsLine(t.src) && endsLine(out) { // the last line lacks its break still, where no block scalar needs it
			if trimmed := withoutLineBreak(out); p.verify(trimmed) == nil {
				return trimmed, nil
			}
		}
		if err = p.verify(out); err == nil {
			return out, nil
		}
	}
	return nil, err
}

func withoutLineBreak(b []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(b, []byte("\n")), []byte("\r"))
}

// verify reports whether a text reads as planned.
func (p planned) verify(out []byte) (err error) {
	yamltree.Peek(out, func(docs []*yamltree.Doc, wrong error) { err = p.compare(docs, wrong) })
	return err
}

// compare compares what a text reads as with what is planned.
func (p planned) compare(docs []*yamltree.Doc, err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	if len(docs) != 1 {
		return ErrNotVerified
	}
	got := docs[0].Root
	if p.slot.kind == slotDash { // alone in its list
		if got = got.First(); got == nil || got.Next() != nil || docs[0].Root.Kind != yamltree.List {
			return ErrNotVerified
		}
	}
	if got, err = yamltree.Logical(got); err != nil {
		return fmt.Errorf("%w: %w", ErrNotVerified, err)
	}
	if !yamltree.Identical(got, p.want) {
		return ErrNotVerified
	}
	return nil
}
