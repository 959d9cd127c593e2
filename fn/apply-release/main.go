// Command apply-release upgrades Kubernetes clusters that are kept in git: it merges a release's
// base and overlay into the resources of a cluster's base.
//
// It is a KRM function: a ResourceList on standard input, the same list with the clusters upgraded on
// standard output. Exit codes: 0 done, 1 an error in the input, 2 a wrong call.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/giantswarm/apply-release/pkg/function"
	"golang.org/x/term"
)

const usage = `apply-release merges a release's base and overlay into the resources of a cluster's base.

It is a KRM function and reads a ResourceList from standard input. Let one of these call it:

  kpt fn eval DIR --exec apply-release -- release=aws/v21.0.0 clusters=gauss/peu01
  kustomize build --enable-alpha-plugins --enable-exec DIR

Flags:
  -h, --help     this text
      --version  the version of the program

https://github.com/giantswarm/apply-release
`

func main() {
	if len(os.Args) == 1 {
		if term.IsTerminal(int(os.Stdin.Fd())) {
			fmt.Fprint(os.Stderr, usage)
			os.Exit(2)
		}
		os.Exit(function.Run(os.Stdin, os.Stdout, os.Stderr))
	}
	switch os.Args[1] {
	case "-h", "--help", "help":
		fmt.Print(usage)
	case "--version", "version":
		fmt.Println("apply-release", version())
	default:
		fmt.Fprintf(os.Stderr, "error: %q is no argument of apply-release\n\n%s", os.Args[1], usage)
		os.Exit(2)
	}
}

// version is what the Go toolchain recorded of the module, "(devel)" for a build from a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}
