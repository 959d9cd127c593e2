// Command apply-release upgrades Kubernetes clusters that are kept in git: it merges a release's
// base and overlay into the resources of a cluster's base.
//
// Called without a command it is a KRM function: a ResourceList on standard input, the same list with the
// clusters upgraded on standard output. Exit codes: 0 done, 1 an error in the input, 2 a wrong call.
package main

import (
	"os"

	"github.com/giantswarm/apply-release/pkg/cli"
)

func main() {
	os.Exit(cli.Execute(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
}
