package cli_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/giantswarm/apply-release/pkg/cli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary be the program, so that a test can kill it.
func TestMain(m *testing.M) {
	if args := os.Getenv("APPLY_RELEASE_DIR"); args != "" {
		os.Exit(cli.Execute([]string{"upgrade", "-C", args, "*/*", "-r", "aws/v21.0.0"}, cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	os.Exit(m.Run())
}

const (
	before = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: p}\nspec:\n  replicas: 2 # the default\n"
	after  = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: p}\nspec:\n  replicas: 3 # the default\n"
)

// checkout makes a repository of one release and this many clusters.
func checkout(t testing.TB, clusters int) string {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	dir := t.TempDir()
	write := func(path, text string) {
		file := filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	write("aws/v21.0.0/base/machinepool.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-21-0-0}\ndata: {spec: {replicas: 3}}\n")
	for i := range clusters {
		write(fmt.Sprintf("gauss/c%04d/base/machinepool.yaml", i), before)
	}
	return dir
}

// TestKilledUpgradesLeaveWholeFiles kills an upgrade of 60 clusters a hundred times at random moments: every
// file is whole, old or new, and the run after that completes.
func TestKilledUpgradesLeaveWholeFiles(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	dir := checkout(t, 60)
	files, err := filepath.Glob(filepath.Join(dir, "gauss/*/base/machinepool.yaml"))
	require.NoError(t, err)
	mixed := 0
	for range 100 {
		for _, f := range files {
			require.NoError(t, os.WriteFile(f, []byte(before), 0o644))
		}
		run := exec.Command(self)
		run.Env = append(os.Environ(), "APPLY_RELEASE_DIR="+dir)
		require.NoError(t, run.Start())
		time.Sleep(time.Duration(rand.IntN(60)) * time.Millisecond)
		_ = run.Process.Kill() // it may be done already
		_ = run.Wait()

		old, next := 0, 0
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			switch string(text) {
			case before:
				old++
			case after:
				next++
			default:
				t.Fatalf("%s is neither old nor new:\n%s", f, text)
			}
		}
		if old > 0 && next > 0 {
			mixed++
		}
		var out, stderr bytes.Buffer
		require.Zero(t, cli.Execute([]string{"upgrade", "-C", dir, "*/*", "-r", "aws/v21.0.0"}, cli.Streams{Out: &out, Err: &stderr}), stderr.String())
		for _, f := range files {
			text, err := os.ReadFile(f)
			require.NoError(t, err)
			require.Equal(t, after, string(text))
		}
		assert.NoDirExists(t, filepath.Join(dir, ".apply-release"))
	}
	t.Logf("killed between two files: %d of 100 times", mixed)
}

// BenchmarkPlan plans one cluster in a repository of 10 clusters and of 5,000: the time must not depend on it.
func BenchmarkPlan(b *testing.B) {
	for _, clusters := range []int{10, 5000} {
		b.Run(fmt.Sprintf("of %d clusters", clusters), func(b *testing.B) {
			dir := checkout(b, clusters)
			b.ResetTimer()
			for range b.N {
				var out, stderr bytes.Buffer
				if code := cli.Execute([]string{"plan", "-C", dir, "gauss/c0003", "-r", "aws/v21.0.0"}, cli.Streams{Out: &out, Err: &stderr}); code != 0 {
					b.Fatal(stderr.String())
				}
			}
		})
	}
}
