package yamltree

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// manifests are the resources of a real cluster, many times over: about 1 MB.
func manifests(b *testing.B) []byte {
	var text strings.Builder
	files, err := filepath.Glob("../../testdata/fleet/gauss/wk8sp/base/*.yaml")
	if err != nil || len(files) == 0 {
		b.Fatal("no manifests", err)
	}
	for text.Len() < 1<<20 {
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				b.Fatal(err)
			}
			text.WriteString("---\n" + strings.TrimPrefix(string(src), "---\n"))
		}
	}
	return []byte(text.String())
}

// BenchmarkRead reads the same text with each reader.
func BenchmarkRead(b *testing.B) {
	src := manifests(b)
	b.Run("yamltree", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := Parse(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("yaml.v3", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			dec := yaml.NewDecoder(strings.NewReader(string(src)))
			for {
				var n yaml.Node
				if dec.Decode(&n) != nil {
					break
				}
			}
		}
	})
}
