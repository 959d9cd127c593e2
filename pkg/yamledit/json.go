package yamledit

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// isJSON reports whether a source starts as JSON does.
func isJSON(src []byte) bool {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(src, byteOrderMark), " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return false
	}
	inside := bytes.TrimLeft(trimmed[1:], " \t\r\n")
	return len(inside) > 0 && bytes.IndexByte([]byte(`"{[`), inside[0]) >= 0
}

// ErrNotJSON says that a value cannot stand in a file that is JSON.
var ErrNotJSON = errors.New("since the file is JSON")

// asJSON turns words such as yes, which only YAML 1.1 takes for booleans, into the strings that
// they are in JSON.
//
// What JSON has no word for, or what no reader of YAML reads in JSON, is an error that wraps [ErrNotJSON].
func asJSON(edits []yamltree.Edit) ([]yamltree.Edit, error) {
	out := make([]yamltree.Edit, len(edits))
	for i, e := range edits {
		e.Value = yamltree.Clone(e.Value)
		out[i] = e
		err := quoteWords(out[i].Value)
		if last := len(e.Path) - 1; last >= 0 && e.Path[last].Kind == yamltree.Field && len(doubleQuote(e.Path[last].Name)) > yamltree.MaxKey {
			err = errLongKey
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Path, err)
		}
	}
	return out, nil
}

var errLongKey = fmt.Errorf("has a key of more than %d characters; must be shorter, %w", yamltree.MaxKey, ErrNotJSON)

func quoteWords(n *yamltree.Node) error {
	if n == nil {
		return nil
	}
	if n.Kind == yamltree.Scalar && yamltree.IsYAML11Bool(n) {
		n.Style = yamltree.DoubleQuoted
	}
	if n.Kind == yamltree.Scalar && n.Tag() == "!!float" {
		switch strings.ToLower(strings.TrimLeft(n.Value, "+-")) {
		case ".inf", ".nan":
			return fmt.Errorf("is %s; must be a number that JSON can hold, %w", n.Value, ErrNotJSON)
		}
	}
	for c := range n.Children() {
		if n.Kind == yamltree.Map && len(doubleQuote(c.Key)) > yamltree.MaxKey {
			return errLongKey
		}
		if err := quoteWords(c); err != nil {
			return err
		}
	}
	return nil
}
