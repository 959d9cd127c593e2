package function_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/giantswarm/apply-release/pkg/function"
)

func BenchmarkZ(b *testing.B) {
	for _, f := range []string{"all", "one", "single"} {
		in, _ := os.ReadFile("/tmp/b/" + f + ".yaml")
		b.Run(f, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if code := function.Run(bytes.NewReader(in), &bytes.Buffer{}, &bytes.Buffer{}, function.Options{}); code != 0 {
					b.Fatal(code)
				}
			}
		})
	}
}
