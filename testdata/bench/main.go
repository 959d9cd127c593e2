// Command bench compares apply-release, process against process, with what else does the same work, side by side in one run: each case is run in turn for a number of
// rounds, and the medians are shown with their ratio and the most memory that a process had. `make bench` runs it.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"text/tabwriter"
	"time"

	"github.com/giantswarm/apply-release/testdata/bench/input"
)

func main() {
	rounds := flag.Int("rounds", 5, "how often each case is run")
	read := flag.String("read", "", "read all files of a folder, and do nothing else")
	write := flag.String("write", "", "write the input into a folder, and do nothing else")
	flag.Parse()
	switch {
	case *read != "":
		check(readAll(*read))
		return
	case *write != "":
		check(input.Write(*write))
		return
	}
	dir, err := os.MkdirTemp("", "bench")
	check(err)
	defer os.RemoveAll(dir)
	check(compare(dir, *rounds))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// readAll is the least that anything takes that works on files.
func readAll(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			_, err = os.ReadFile(path)
		}
		return err
	})
}

// process is a program that is measured.
type process struct {
	args  []string
	stdin string
}

// pipe is as large as a pipe of Linux.
var pipe [1 << 16]byte

// usage is what a process took.
type usage struct {
	wall   time.Duration
	memory int64 // bytes
}

func (p process) run() (usage, error) {
	cmd := exec.Command(p.args[0], p.args[1:]...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return usage{}, err
	}
	if p.stdin != "" {
		in, err := os.Open(p.stdin)
		if err != nil {
			return usage{}, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, out, pipe[:]) // as hosts of functions read them: all that the pipe has
	err = errors.Join(err, cmd.Wait())
	took := time.Since(start)
	if err != nil {
		return usage{}, fmt.Errorf("%v: %w: %s", p.args, err, said.Bytes()[:min(500, said.Len())])
	}
	return usage{took, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10}, nil
}

// median runs processes in turn and returns what each took.
func median(rounds int, all ...process) ([]usage, error) {
	took := make([][]usage, len(all))
	for range rounds {
		for i, p := range all {
			u, err := p.run()
			if err != nil {
				return nil, err
			}
			took[i] = append(took[i], u)
		}
	}
	out := make([]usage, len(all))
	for i, list := range took {
		slices.SortFunc(list, func(a, b usage) int { return int(a.wall - b.wall) })
		out[i].wall = list[len(list)/2].wall
		for _, u := range list {
			out[i].memory = max(out[i].memory, u.memory)
		}
	}
	return out, nil
}

// comparison is one line of the table. base is what each process takes to start, which does not count; of nothing, where that counts.
type comparison struct {
	name, rival  string
	ours, theirs process
	ourStart     *process
	theirStart   *process
	input        int64 // bytes
}

func compare(dir string, rounds int) error {
	ours, plain, own := filepath.Join(dir, "apply-release"), filepath.Join(dir, "plain"), filepath.Join(dir, "bench")
	for bin, pkg := range map[string]string{ours: "./fn/apply-release", plain: "./testdata/bench/plain", own: "./testdata/bench"} {
		if out, err := exec.Command("go", "build", "-o", bin, pkg).CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
	}
	if out, err := exec.Command(own, "-write", dir).CombinedOutput(); err != nil { // the memory of this process counts for those that it starts
		return fmt.Errorf("%w: %s", err, out)
	}
	list, all, one, single := filepath.Join(dir, "fleet.yaml"), filepath.Join(dir, "all.yaml"), filepath.Join(dir, "one.yaml"), filepath.Join(dir, "single.yaml")
	fleet, large := filepath.Join(dir, "fleet"), filepath.Join(dir, "large")
	start, cat := process{args: []string{ours, "help"}}, process{args: []string{"cat", os.DevNull}}
	planOf := func(dir string) process {
		return process{args: []string{ours, "plan", "gauss", "-r", "aws/v22.0.0", "--repo", dir}}
	}
	readOf := func(dir string) process { return process{args: []string{own, "-read", dir}} }
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "case\ttime\trival\tits time\tratio\tmemory\tits memory\tmemory / input")
	for _, c := range []comparison{
		{name: "function, 1,000 clusters of 10 pools, all change", rival: "plain kyaml function", ours: process{[]string{ours}, list}, theirs: process{[]string{plain}, list}, input: size(list)},
		{name: "function, 10,000 clusters of one pool, all change", rival: "plain kyaml function", ours: process{[]string{ours}, all}, theirs: process{[]string{plain}, all}, input: size(all)},
		{name: "function, 10,000 clusters of one pool, one changes, beyond start", rival: "cat", ours: process{[]string{ours}, one}, theirs: process{[]string{"cat"}, one}, ourStart: &start, theirStart: &cat, input: size(one)},
		{name: "function, one pool", rival: "plain kyaml function", ours: process{[]string{ours}, single}, theirs: process{[]string{plain}, single}, input: size(single)},
		{name: "plan, 1,000 clusters", rival: "reading the files", ours: planOf(fleet), theirs: readOf(fleet), input: size(fleet)},
		{name: "plan, 5,000 clusters", rival: "reading the files", ours: planOf(large), theirs: readOf(large), input: size(large)},
	} {
		if err := c.print(out, rounds); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (c comparison) print(out io.Writer, rounds int) error {
	all := []process{c.ours, c.theirs}
	if c.ourStart != nil {
		all = append(all, *c.ourStart, *c.theirStart)
	}
	took, err := median(rounds, all...)
	if err != nil {
		return err
	}
	a, b := took[0].wall, took[1].wall
	if c.ourStart != nil {
		a, b = a-took[2].wall, b-took[3].wall
	}
	const mib = 1 << 20
	share := "" // of a small input, a program's own memory is nearly all
	if c.input > mib {
		share = fmt.Sprintf("%.0f", float64(took[0].memory)/float64(c.input))
	}
	_, err = fmt.Fprintf(out, "%s\t%v\t%s\t%v\t%.2f\t%d MiB\t%d MiB\t%s\n", c.name, a.Round(100*time.Microsecond), c.rival, b.Round(100*time.Microsecond),
		float64(a)/float64(b), took[0].memory/mib, took[1].memory/mib, share)
	return err
}

// size is how many bytes a file, or the files of a folder, have.
func size(path string) int64 {
	var total int64
	check(filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		total += info.Size()
		return err
	}))
	return total
}
