package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

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
		f := cmd.Flags().Lookup("output")
		if err == nil || out.n > 0 || f == nil || f.Value.String() != "json" {
			return err
		}
		var nothing emptyShard
		if errors.As(err, &nothing) {
			return errors.Join(report.EmptyJSON(out, kind), err)
		}
		return errors.Join(report.FailureJSON(out, kind, saidOf(err)), err)
	}
}

// notThere says of what a flag names that it is not there, and what it must be; other errors stay.
func notThere(flag, name, want string, err error) error {
	if _, missing := os.Lstat(name); err != nil && errors.Is(missing, fs.ErrNotExist) {
		return fmt.Errorf("--%s %s: is not there; must be %s", flag, name, want)
	}
	return err
}

// saidOf are the problems that an error joins, those that are said already included.
func saidOf(err error) []string {
	if err == nil {
		return nil
	}
	if list, is := err.(reported); is {
		return list
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return result.Problems(err)
	}
	var out []string
	for _, e := range joined.Unwrap() {
		out = append(out, saidOf(e)...)
	}
	return out
}
