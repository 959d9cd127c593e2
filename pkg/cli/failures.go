package cli

import (
	"errors"
	"io"

	"github.com/giantswarm/apply-release/pkg/internal/report"
	"github.com/giantswarm/apply-release/pkg/internal/result"
	"github.com/spf13/cobra"
)

// counted counts what is written.
type counted struct {
	to io.Writer
	n  int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.n += n
	return n, err
}

// withFailures makes the output of a command in JSON an object also where it fails before it has written one: with what is wrong in it.
func withFailures(cmd *cobra.Command, kind string, run func(out io.Writer, args []string) error, s Streams) {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		out := &counted{to: s.Out}
		err := run(out, args)
		if f := cmd.Flags().Lookup("output"); err != nil && out.n == 0 && f != nil && f.Value.String() == "json" {
			said := result.Problems(err)
			var list reported
			if errors.As(err, &list) {
				said = list
			}
			return errors.Join(report.FailureJSON(out, kind, said), err)
		}
		return err
	}
}
