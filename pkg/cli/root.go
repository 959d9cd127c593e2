// Package cli is the command line of apply-release.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// The exit codes of the program.
const (
	exitDone        = 0
	exitDifferences = 1 // of plan --exit-code and verify; of the function, an error in its input
	exitTrouble     = 2
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
	err := misspelt(root, args)
	if err == nil {
		err = root.Execute()
	}
	if err != nil {
		var nothing emptyShard
		if errors.As(err, &nothing) {
			fmt.Fprintln(s.Err, nothing)
			return exitDone
		}
		if err = unsaid(err); err != nil {
			for _, line := range result.Problems(err) {
				fmt.Fprintf(s.Err, "error: %s\n", line)
			}
		}
		return exitTrouble
	}
	return code
}

// Root is the command line, for what documents it.
func Root() *cobra.Command {
	code := 0
	return newRoot(Streams{}, &code)
}

// newRoot is the command without a verb: the function. It leaves its exit code in code.
func newRoot(s Streams, code *int) *cobra.Command {
	var crds string
	root := &cobra.Command{
		Use:   "apply-release",
		Short: "Upgrade clusters that are kept in git",
		Long: `apply-release merges a release's base and overlay into the resources of a cluster's base.

With a command it works on a checkout of the repository. Without one it is a KRM function: it reads a
ResourceList from standard input and writes the same list, with the clusters upgraded, to standard output.

Exit codes: 0 done; 1 something to act on (plan --exit-code, verify, errors in releases check and impact; for the
function: an error); 2 a wrong call, an error, or clusters that cannot go.`,
		Example: `  apply-release plan gauss/peu01 --release aws/v21.0.0
  apply-release upgrade gauss/peu01 --release aws/v21.0.0
  kpt fn eval DIR --exec apply-release -- \
      release=aws/v21.0.0 clusters=gauss/peu01
  kustomize build --enable-alpha-plugins --enable-exec DIR`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			return fmt.Errorf("%q is no command; there is %s%s", args[0], strings.Join(names, ", "), nearest.Hint(args[0], names))
		},
		Version:       buildVersion(),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f, ok := s.In.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
				return errors.New("standard input is a terminal; must be a ResourceList, see --help")
			}
			options := function.Options{Today: today()}
			if crds != "" {
				var err error
				if options.Definitions, err = checkout.Definitions(crds); err != nil {
					return notThere("crds", crds, "a folder of CustomResourceDefinitions", err)
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
	if filepath.Base(os.Args[0]) == "kubectl-apply_release" { // called as a plugin
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl apply-release"}
	}
	root.AddCommand(newPlan(s, code), newUpgrade(s), newCreate(s), newRevert(s), newRollout(s), newStatus(s), newVerify(s, code), newExplain(s), newPath(s), newReleases(s, code), newVersion(s))
	root.SetHelpCommand(helpCommand(root))
	group(root)
	inOurWords(root)
	root.Flags().StringVar(&crds, "crds", "", "a folder of CustomResourceDefinitions that tell the merge keys of lists")
	return root
}

// buildVersion is what the build set, else what the Go toolchain recorded of the module, "(devel)" for a build from a checkout.
func buildVersion() string {
	if buildOf != "" {
		return buildOf
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "(unknown)"
}
