//go:build e2e

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEndToEndFaults lets the n-th call of the system fail, or the program be killed there, for each n, in upgrades with branch and commit. Every file is whole at any time; what a failed run says is
// true; and the next run ends with the upgrade, whatever the one before left.
func TestEndToEndFaults(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	bin := filepath.Join(root, "bin", "apply-release")
	_, err = exec.LookPath("strace")
	require.NoError(t, err, "strace is missing; .ci/run installs it")
	files := map[string][2]string{} // old and new
	for _, name := range []string{"a", "b", "c"} {
		files["g/c/base/"+name+".yaml"] = [2]string{pool(name, 2), pool(name, 3)}
	}
	env := append(os.Environ(), "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com", "GIT_CONFIG_GLOBAL=/dev/null", "GOMAXPROCS=1")
	for _, call := range []string{"write", "fsync", "renameat", "unlinkat", "openat"} {
		for _, fault := range []string{"error=EIO", "signal=SIGKILL"} {
			t.Run(call+" "+fault, func(t *testing.T) {
				most, step := 8, 1
				if call == "openat" { // most of them read
					most, step = 41, 5
				}
				for n := 1; n <= most; n += step {
					dir := t.TempDir()
					write := func(file, text string) {
						require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, file)), 0o755))
						require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644))
					}
					for _, v := range []string{"1", "2"} {
						write("aws/v"+v+".0.0/base/machinepool.yaml", fmt.Sprintf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-%s-0-0}\ndata: {spec: {replicas: %d}}\n", v, 1+int(v[0]-'0')))
					}
					for file, texts := range files {
						write(file, texts[0])
					}
					run := func(program string, args ...string) (string, error) {
						cmd := exec.Command(program, args...)
						cmd.Dir, cmd.Env = dir, env
						var said bytes.Buffer
						cmd.Stdout, cmd.Stderr = &said, &said
						err := cmd.Run()
						return said.String(), err
					}
					for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"commit", "-qm", "start"}} {
						_, err := run("git", args...)
						require.NoError(t, err)
					}
					upgrade := []string{bin, "upgrade", "g/c", "-r", "aws/v2.0.0", "--branch", "up", "--commit"}
					said, failed := run("strace", append([]string{"-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", call, fault, n), "--"}, upgrade...)...)
					at := fmt.Sprintf("%s of the %d. %s: %s", fault, n, call, said)
					changed := 0
					for file, texts := range files {
						now, err := os.ReadFile(filepath.Join(dir, file))
						require.NoError(t, err, at)
						require.Contains(t, texts, string(now), "%s is whole: %s", file, at)
						if string(now) == texts[1] {
							changed++
						}
					}
					// Calls are counted by thread, so that undoing may fail as well, and saying so: then the journal is there for the next run.
					journals, err := filepath.Glob(filepath.Join(dir, ".git", "*", "journal.json"))
					require.NoError(t, err)
					if failed != nil && strings.HasPrefix(fault, "error") && len(journals) == 0 && !strings.Contains(said, "could not be undone in full") {
						assert.Contains(t, []int{0, len(files)}, changed, at)
						if changed > 0 {
							assert.NotContains(t, said, "nothing is upgraded", at)
						}
					}
					_ = os.Remove(filepath.Join(dir, ".git", "index.lock")) // of a git that was killed: a message says so
					_, _ = run("git", "reset", "-q")                        // what a killed git left in the index
					if changed == len(files) && failed == nil {
						continue
					}
					again, err := run(bin, append(upgrade[1:5], "--allow-dirty")...)
					require.NoError(t, err, "%s; then %s", at, again)
					for file, texts := range files {
						now, err := os.ReadFile(filepath.Join(dir, file))
						require.NoError(t, err, at)
						assert.Equal(t, texts[1], string(now), "%s; then %s", at, again)
					}
				}
			})
		}
	}
}

func pool(name string, replicas int) string {
	return fmt.Sprintf("# %s\napiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata: {name: %s, labels: {release.giantswarm.io/version: %d.0.0}}\nspec: {replicas: %d}\n", name, name, replicas-1, replicas)
}
