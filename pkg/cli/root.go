// Package cli is the command line of apply-release.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/giantswarm/apply-release/pkg/repo"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// The exit codes of the program.
const (
	exitDone    = 0
	exitTrouble = 2 // the program was called wrongly
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Execute runs the command line with its arguments and returns the exit code.
func Execute(args []string, s Streams) int {
	code := exitDone
	root := newRoot(s, &code)
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		fmt.Fprintf(s.Err, "error: %v\n", err)
		return exitTrouble
	}
	return code
}

// newRoot is the command without a verb: the function. It leaves its exit code in code.
func newRoot(s Streams, code *int) *cobra.Command {
	var crds string
	root := &cobra.Command{
		Use:   "apply-release",
		Short: "Merge a release's base and overlay into the resources of a cluster's base",
		Long: `apply-release merges a release's base and overlay into the resources of a cluster's base.

It is a KRM function: it reads a ResourceList from standard input and writes the same list, with the
clusters upgraded, to standard output. Let kustomize, kpt or Argo CD call it.`,
		Example: `  kpt fn eval DIR --exec apply-release -- release=aws/v21.0.0 clusters=gauss/peu01
  kustomize build --enable-alpha-plugins --enable-exec DIR`,
		Args:          cobra.NoArgs,
		Version:       version(),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f, ok := s.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
				return errors.New("standard input is a terminal; must be a ResourceList, see --help")
			}
			options := function.Options{}
			if crds != "" {
				var err error
				if options.Definitions, err = repo.Definitions(crds); err != nil {
					return err
				}
			}
			*code = function.Run(s.In, s.Out, s.Err, options)
			return nil
		},
	}
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.Flags().StringVar(&crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	return root
}

// version is what the Go toolchain recorded of the module, "(devel)" for a build from a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}
