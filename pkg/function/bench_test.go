package function_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/giantswarm/apply-release/testdata/bench/input"
	"go.yaml.in/yaml/v3"
)

// BenchmarkRun compares an upgrade of 10,000 machine pools with reading the same list once, which
// is the least that any function built on a YAML parser takes, and with a line scanner that knows what to replace, which is the limit.
func BenchmarkRun(b *testing.B) {
	in := input.ResourceList(10_000, 10_000)
	b.Run("upgrade", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for range b.N {
			if code := function.Run(bytes.NewReader(in), &bytes.Buffer{}, &bytes.Buffer{}, function.Options{}); code != 0 {
				b.Fatal(code)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for range b.N {
			var doc yaml.Node
			if err := yaml.Unmarshal(in, &doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("replace lines", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		replace := strings.NewReplacer("replicas: 2 ", "replicas: 3 ", "version: v1.21.8", "version: v1.22.4")
		for range b.N {
			if len(replace.Replace(string(in))) != len(in) {
				b.Fatal("nothing to replace")
			}
		}
	})
}
