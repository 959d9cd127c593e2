// Command mangen writes the man pages of apply-release into a folder, one for each command.
package main

import (
	"log"
	"os"

	"github.com/giantswarm/apply-release/pkg/cli"
	"github.com/spf13/cobra/doc"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: mangen DIR")
	}
	if err := os.MkdirAll(os.Args[1], 0o755); err != nil {
		log.Fatal(err)
	}
	root := cli.Root()
	root.DisableAutoGenTag = true // pages of the same source are the same
	header := &doc.GenManHeader{Section: "1", Source: "apply-release", Manual: "apply-release"}
	if err := doc.GenManTree(root, header, os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
