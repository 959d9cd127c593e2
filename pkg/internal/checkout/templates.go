package checkout

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
)

// WithTemplates are the resources that speak of templates, in all files of the checkout but those that were read already. What does not parse, or cannot be read, is left out: it
// is none of what is asked for.
func WithTemplates(r *Repo, read []*File) []*resource.Item {
	known := map[string]bool{}
	for _, f := range read {
		known[f.Path] = true
	}
	var out []*resource.Item
	_ = filepath.WalkDir(r.Root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && strings.HasPrefix(d.Name(), ".") && file != r.Root:
			return fs.SkipDir
		case !d.Type().IsRegular() || !isYAML(d.Name()):
			return nil
		}
		rel, err := filepath.Rel(r.Root, file)
		if name := filepath.ToSlash(rel); err == nil && !known[name] {
			if src, err := ReadFile(file); err == nil && (bytes.Contains(src, []byte("Template")) || bytes.Contains(src, []byte("topology"))) {
				out = append(out, parseFile(name, src).Items()...)
			}
		}
		return nil
	})
	return out
}
