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

// A copy shares what is not changed.
func ExampleShare() {
	doc, err := yamltree.Read([]byte("spec:\n  replicas: 2\n  paused: false\n"))
	if err != nil {
		panic(err)
	}
	copied := yamltree.Share(doc.Root)
	copied.SetIn(yamltree.Word("3"), "spec", "replicas")
	at := yamltree.Fields("spec", "replicas")
	fmt.Println(yamltree.Lookup(doc.Root, at).Value, yamltree.Lookup(copied, at).Value)
	// Output: 2 3
}

// A string that holds YAML is looked into, and lines are those of the file.
func ExampleLookupInside() {
	doc, err := yamltree.Read([]byte("data:\n  values: |\n    global:\n      release: v1\n"))
	if err != nil {
		panic(err)
	}
	p, err := yamltree.ParsePath("data.values.global.release")
	if err != nil {
		panic(err)
	}
	v := yamltree.LookupInside(doc.Root, p)
	fmt.Println(v.Value, v.Line())
	// Output: v1 4
}
