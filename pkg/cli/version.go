package cli

import (
	"fmt"
	"runtime/debug"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// What a build sets with -ldflags -X; a build of the module alone, such as go install, has it from the Go toolchain.
var buildOf, revision, date string

// newVersion tells what this program was built from.
func newVersion(s Streams) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version, its commit and date, and the Go that built it",
		Example: "  apply-release version",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			w := tabwriter.NewWriter(s.Out, 0, 4, 2, ' ', 0)
			for _, line := range buildFacts() {
				fmt.Fprintf(w, "%s\t%s\n", line[0], line[1])
			}
			return w.Flush()
		},
	}
}

// buildFacts are what the Go toolchain recorded of the program; what it did not is "unknown".
func buildFacts() [][2]string {
	facts := map[string]string{}
	golang := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		golang = info.GoVersion
		for _, x := range info.Settings {
			facts[x.Key] = x.Value
		}
	}
	known := func(key string) string {
		if v := facts[key]; v != "" {
			return v
		}
		return "unknown"
	}
	commit, built := known("vcs.revision"), known("vcs.time")
	if facts["vcs.modified"] == "true" {
		commit += ", with changes"
	}
	if revision != "" {
		commit = revision
	}
	if date != "" {
		built = date
	}
	return [][2]string{{"version", buildVersion()}, {"commit", commit}, {"date", built}, {"go", golang}}
}
