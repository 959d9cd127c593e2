// Package testlist makes ResourceLists out of folders, as orchestrators do, for tests that need Go only.
package testlist

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/giantswarm/apply-release/pkg/yamltree"
	"github.com/rogpeppe/go-internal/diff"
	"go.yaml.in/yaml/v3"
)

// Host says which orchestrator's way of telling locations a list has.
type Host int

// The hosts.
const (
	Kpt       Host = iota // path annotations
	Kustomize             // id annotations, no location
	Origins               // kustomize with originAnnotations
	Render                // kpt fn render, where the folders at the top are packages
)

// Read makes the ResourceList of all YAML and JSON files below a folder. config is the functionConfig's text, "" for none.
func Read(dir, config string, host Host) ([]byte, error) {
	items := &yaml.Node{Kind: yaml.SequenceNode}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(file)) && path.Base(file) != "Kptfile" {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		if err != nil {
			return err
		}
		docs, err := documents(file)
		for index, n := range docs {
			annotate(n, filepath.ToSlash(rel), index, host)
			items.Content = append(items.Content, n)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	list := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		str("apiVersion"), str("config.kubernetes.io/v1"),
		str("kind"), str("ResourceList"),
		str("items"), items,
	}}
	if config != "" {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(config), &doc); err != nil {
			return nil, err
		}
		list.Content = append(list.Content, str("functionConfig"), doc.Content[0])
	}
	var buf bytes.Buffer
	enc := yaml.NewEncoder(&buf)
	enc.SetIndent(2)
	enc.CompactSeqIndent()
	if err := errors.Join(enc.Encode(list), enc.Close()); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// documents reads a file with the reader that orchestrators have.
func documents(file string) ([]*yaml.Node, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	docs, err := yamltree.DocumentsOfV3(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var out []*yaml.Node
	for _, doc := range docs {
		if n := doc.Content[0]; n.Kind == yaml.MappingNode {
			n.HeadComment = doc.HeadComment
			out = append(out, n)
		}
	}
	return out, nil
}

func annotate(n *yaml.Node, file string, index int, host Host) {
	meta := child(n, "metadata")
	annotations := child(meta, "annotations")
	add := func(name, value string) {
		v := str(value)
		v.Style = yaml.SingleQuotedStyle
		annotations.Content = append(annotations.Content, str(name), v)
	}
	switch host {
	case Render:
		folder, rest, nested := strings.Cut(file, "/")
		if !nested {
			folder, rest = "", file
		}
		add("internal.config.kubernetes.io/package-path", path.Join("/home/me/fleet", folder))
		file = rest
		fallthrough
	case Kpt:
		add("config.kubernetes.io/index", strconv.Itoa(index))
		add("config.kubernetes.io/path", file)
		add("internal.config.kubernetes.io/index", strconv.Itoa(index))
		add("internal.config.kubernetes.io/path", file)
	case Origins:
		add("config.kubernetes.io/origin", "path: ../../../"+file+"\n")
		fallthrough
	case Kustomize:
		add("kustomize.config.k8s.io/id", strconv.Itoa(index))
		add("internal.config.kubernetes.io/path", "invented/by_an_earlier_function.yaml")
	}
}

func child(n *yaml.Node, key string) *yaml.Node {
	if c := get(n, key); c != nil {
		return c
	}
	c := &yaml.Node{Kind: yaml.MappingNode}
	n.Content = append(n.Content, str(key), c)
	return c
}

// get is the value of a key, through an alias; nil where there is none.
func get(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if v := n.Content[i+1]; n.Content[i].Value == key {
			for v.Kind == yaml.AliasNode {
				v = v.Alias
			}
			return v
		}
	}
	return nil
}

func str(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// Split separates the text of a ResourceList from its results, which stand last where the function wrote them.
func Split(out []byte) (list, results []byte) {
	if i := bytes.Index(out, []byte("\nresults:\n")); i >= 0 {
		return out[:i+1], out[i+1:]
	}
	return out, nil
}

// Diff is the unified diff of the items of two ResourceLists, each item by its file.
func Diff(before, after []byte) (string, error) {
	old, err := texts(before)
	if err != nil {
		return "", err
	}
	next, err := texts(after)
	if err != nil {
		return "", err
	}
	var buf bytes.Buffer
	for _, item := range slices.Concat(old, next) {
		if bytes.Equal(find(old, item.name), find(next, item.name)) {
			continue
		}
		if bytes.Contains(buf.Bytes(), []byte("diff "+item.name+" "+item.name+"\n")) {
			continue
		}
		buf.Write(diff.Diff(item.name, find(old, item.name), item.name, find(next, item.name)))
	}
	return buf.String(), nil
}

type itemText struct {
	name string
	text []byte
}

func find(all []itemText, name string) []byte {
	for _, t := range all {
		if t.name == name {
			return t.text
		}
	}
	return nil
}

// texts cuts the items out of a list: the lines from one item's start to the next one's.
func texts(list []byte) ([]itemText, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(list, &doc); err != nil {
		return nil, err
	}
	root := doc.Content[0]
	lines := bytes.SplitAfter(list, []byte("\n"))
	items := get(root, "items")
	end := len(lines)
	for i := 0; i+1 < len(root.Content); i += 2 {
		if line := root.Content[i].Line; line > items.Line {
			end = min(end, line-1)
		}
	}
	var out []itemText
	for i, n := range items.Content {
		from, to := n.Line-1, end
		if i+1 < len(items.Content) {
			to = items.Content[i+1].Line - 1
		}
		out = append(out, itemText{nameOf(n), bytes.Join(lines[from:to], nil)})
	}
	return out, nil
}

func nameOf(n *yaml.Node) string {
	annotations := child(child(n, "metadata"), "annotations")
	file := get(annotations, "internal.config.kubernetes.io/path")
	kind, name := get(n, "kind"), get(child(n, "metadata"), "name")
	var parts string
	for _, p := range []*yaml.Node{file, kind, name} {
		if p != nil {
			parts = path.Join(parts, p.Value)
		}
	}
	return parts
}

// SameItems tells an error where two lists do not hold the same resources in the same files; which of several in a file comes first does
// not count, since a function cannot say where in a file a new one goes.
func SameItems(a, b []byte) error {
	x, err := logicalItems(a)
	if err != nil {
		return err
	}
	y, err := logicalItems(b)
	if err != nil {
		return err
	}
	if len(x) != len(y) {
		return fmt.Errorf("%d items and %d items", len(x), len(y))
	}
	for i := range x {
		if !isSame(x[i], y[i]) {
			one, _ := yaml.Marshal(x[i])
			other, _ := yaml.Marshal(y[i])
			return fmt.Errorf("%s differs:\n%s", nameOf(x[i]), diff.Diff("a", one, "b", other))
		}
	}
	return nil
}

func isSame(a, b *yaml.Node) bool {
	x, errX := yamltree.Logical(yamltree.FromV3(a))
	y, errY := yamltree.Logical(yamltree.FromV3(b))
	return errX == nil && errY == nil && yamltree.Equal(x, y)
}

func logicalItems(list []byte) ([]*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(list, &doc); err != nil {
		return nil, err
	}
	items := get(doc.Content[0], "items").Content
	for _, n := range items {
		annotations := child(child(n, "metadata"), "annotations")
		var kept []*yaml.Node
		for i := 0; i+1 < len(annotations.Content); i += 2 {
			if !strings.HasSuffix(annotations.Content[i].Value, "config.kubernetes.io/index") {
				kept = append(kept, annotations.Content[i], annotations.Content[i+1])
			}
		}
		annotations.Content = kept
	}
	slices.SortStableFunc(items, func(a, b *yaml.Node) int { return strings.Compare(nameOf(a), nameOf(b)) })
	return items, nil
}
