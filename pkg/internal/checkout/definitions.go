package checkout

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/giantswarm/apply-release/pkg/internal/resource"
	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// Definitions reads the CustomResourceDefinitions in the YAML and JSON files below a folder, as logical
// trees. Documents that are something else are passed over; a file that cannot be read or parsed is an error, as is
// a folder without any definition.
func Definitions(dir string) ([]*yamltree.Node, error) {
	var out []*yamltree.Node
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isYAML(file) {
			return err
		}
		found, err := definitions(file)
		out = append(out, found...)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: holds no CustomResourceDefinition; must hold at least one", dir)
	}
	return out, nil
}

func isYAML(file string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

func definitions(file string) ([]*yamltree.Node, error) {
	src, err := ReadFile(file)
	if err != nil {
		return nil, err
	}
	docs, err := yamltree.Documents(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []*yamltree.Node
	for _, doc := range docs {
		root, err := yamltree.Logical(doc.Root)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if i := resource.NewItem(root); i.Kind == "CustomResourceDefinition" && i.Group() == "apiextensions.k8s.io" {
			out = append(out, root)
		}
	}
	return out, nil
}
