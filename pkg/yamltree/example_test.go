package yamltree_test

import (
	"fmt"

	"github.com/giantswarm/apply-release/pkg/yamltree"
)

// The nodes of a source know where their keys, colons and values stand.
func ExampleParse() {
	docs, err := yamltree.Parse([]byte("replicas: 2 # for now\n"))
	if err != nil {
		panic(err)
	}
	for v := range docs[0].Root.Children() {
		fmt.Println(v.Key, v.Value, v.Tag(), v.Content(), v.KeySpan(), v.Mark())
	}
	_, err = yamltree.Parse([]byte("a: 1\nb: c: 2\n"))
	fmt.Println(err)
	// Output:
	// replicas 2 !!int {10 11} {0 8} 8
	// line 2, column 5: has a second colon on a line; must be in quotes, or the key on a line of its own
}
