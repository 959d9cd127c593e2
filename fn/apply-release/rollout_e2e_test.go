//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEndToEndRollout drives a fleet of 200 clusters to a release by `rollout next` and merged branches alone. Runs are killed at random, and merges come in any order and number: at the end every
// cluster is there, each by one commit, and the waves in order.
func TestEndToEndRollout(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	bin := filepath.Join(root, "bin", "apply-release")
	dir := t.TempDir()
	write := func(file, text string) {
		full := filepath.Join(dir, file)
		require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o755))
		require.NoError(t, os.WriteFile(full, []byte(text), 0o644))
	}
	for _, v := range []string{"1-0-0", "2-0-0"} {
		write("aws/v"+strings.ReplaceAll(v, "-", ".")+"/base/machinepool.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: machinepool-"+v+"}\ndata: {spec: {version: "+strings.ReplaceAll(v, "-", ".")+"}}\n")
	}
	const clusters = 200
	for n := range clusters {
		write(fmt.Sprintf("g%d/c%03d/base/cluster.yaml", n%4, n), fmt.Sprintf(`apiVersion: cluster.x-k8s.io/v1beta1
kind: Cluster
metadata: {name: c%03[1]d, labels: {release.giantswarm.io/version: 1.0.0}}
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: MachinePool
metadata: {name: c%03[1]d}
spec: {version: 1.0.0}
`, n))
	}
	write("../rollout.yaml", `apiVersion: fn.giantswarm.io/v1alpha1
kind: Rollout
metadata: {name: v2}
spec:
  release: {provider: aws, version: v2.0.0}
  waves:
  - {name: one, clusters: ["g0/c000", "g1/c001"], concurrency: "1", soak: 1h}
  - {name: two, clusters: [g0], concurrency: 50%, soak: 1h, gates: [ok]}
  - {name: three, clusters: ["*/*"], concurrency: 40%}
`)
	defer os.Remove(filepath.Join(dir, "../rollout.yaml"))
	now := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	git := func(args ...string) string {
		cmd := exec.Command("git", args...)
		cmd.Dir = dir
		at := now.Format(time.RFC3339)
		cmd.Env = append(os.Environ(), "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_COMMITTER_DATE="+at, "GIT_AUTHOR_DATE="+at)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%v: %s", args, out)
		return string(out)
	}
	git("init", "-q", "-b", "main")
	git("config", "user.name", "t")
	git("config", "user.email", "t@example.com")
	git("add", "-A")
	git("commit", "-qm", "start")

	r := rand.New(rand.NewPCG(1, 2))
	next := func(kill bool, more ...string) []byte {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		if kill {
			ctx, cancel = context.WithTimeout(ctx, time.Duration(50+r.IntN(1500))*time.Millisecond)
			defer cancel()
		}
		cmd := exec.CommandContext(ctx, bin, append([]string{"rollout", "next", filepath.Join(dir, "../rollout.yaml"), "--now", now.Format(time.RFC3339), "--gate", "ok=0"}, more...)...) // killed with SIGKILL
		cmd.Dir = dir
		var out, said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &said
		if err := cmd.Run(); !kill {
			require.NoError(t, err, said.String())
		}
		return out.Bytes()
	}
	type status struct {
		Done     bool
		Clusters []struct{ Cluster, Wave, Verdict string }
	}
	waveOf := map[string]string{}
	var order []string
	rounds := 0
	for ; ; rounds++ {
		require.Less(t, rounds, 60, "does not come to an end")
		if r.IntN(2) == 0 {
			next(true, "--make")
			os.Remove(filepath.Join(dir, ".git", "packed-refs.lock")) // of the git that went with it, as its message asks for
		}
		next(false, "--make")
		var s status
		require.NoError(t, json.Unmarshal(next(false, "-o", "json"), &s))
		if s.Done {
			break
		}
		way := 0
		for _, c := range s.Clusters {
			waveOf[c.Cluster] = c.Wave
			assert.NotEqual(t, "may go", c.Verdict, "%s: a branch was made for all that may go", c.Cluster)
			if c.Verdict != "on its way" {
				continue
			}
			way++
			if r.IntN(4) > 0 { // some wait for their review
				now = now.Add(time.Second)
				git("merge", "-q", "--no-ff", "--no-edit", "rollout/"+strings.ReplaceAll(c.Cluster, "/", "-"))
				order = append(order, c.Cluster)
			}
		}
		now = now.Add(time.Duration(10+r.IntN(60)) * time.Minute)
	}
	assert.Len(t, order, clusters)
	seen := map[string]bool{}
	last := "one"
	rank := map[string]int{"one": 1, "two": 2, "three": 3}
	for _, c := range order {
		assert.False(t, seen[c], "%s went twice", c)
		seen[c] = true
		assert.GreaterOrEqual(t, rank[waveOf[c]], rank[last], "%s went before its wave", c)
		last = waveOf[c]
	}
	assert.Equal(t, 2*clusters, strings.Count(git("grep", "-h", "2.0.0", "--", "g0", "g1", "g2", "g3"), "2.0.0"))
	for n := range clusters {
		file := fmt.Sprintf("g%d/c%03d/base/cluster.yaml", n%4, n)
		assert.Equal(t, "2", strings.TrimSpace(git("rev-list", "--count", "--no-merges", "HEAD", "--", file)), file)
	}
	t.Logf("%d rounds", rounds)
}
