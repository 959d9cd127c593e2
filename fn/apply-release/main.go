// Command apply-release upgrades Kubernetes clusters that are kept in git: it merges a release's
// base and overlay into the resources of a cluster's base.
package main

import (
	"os"

	"github.com/giantswarm/apply-release/pkg/function"
)

func main() {
	os.Exit(function.Run(os.Stdin, os.Stdout, os.Stderr))
}
