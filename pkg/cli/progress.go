package cli

import (
	"io"
	"os"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// enough is how many files, or clusters, make work long enough to show how far it is.
const enough = 200

// showProgress shows the progress of a checkout's long work where it is a terminal that it is written to. done ends
// that and leaves nothing of it on the terminal.
func showProgress(r *checkout.Repo, w io.Writer) (done func()) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return func() {}
	}
	bars := mpb.New(mpb.WithOutput(w), mpb.WithWidth(60))
	r.Progress = func(work string, total int, things string) func() {
		if total < enough {
			return func() {}
		}
		bar := bars.AddBar(int64(total), mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Name(work+" "), decor.CountersNoUnit("%d of %d "+things)))
		return bar.Increment
	}
	return bars.Shutdown
}
