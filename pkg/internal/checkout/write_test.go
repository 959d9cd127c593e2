//go:build !windows

package checkout_test

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/giantswarm/apply-release/pkg/internal/checkout"
	"github.com/giantswarm/apply-release/pkg/internal/layout"
	"github.com/giantswarm/apply-release/pkg/internal/plan"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// open makes a checkout without git, with one file in the base of one cluster.
func open(t *testing.T) (*checkout.Repo, string) {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "gauss/peu01/base"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte("old"), 0o640))
	releases, err := layout.ParseRelease("{provider}/{version}/{layer}/{component}.yaml")
	require.NoError(t, err)
	clusters, err := layout.ParseCluster("{installation}/{cluster}/**")
	require.NoError(t, err)
	r, err := checkout.Open(dir, releases, clusters)
	require.NoError(t, err)
	return r, dir
}

const file = "gauss/peu01/base/app.yaml"

func change(path string) []plan.File {
	return []plan.File{{Path: path, Old: []byte("old"), New: []byte("new")}}
}

func TestAWriteKeepsTheModeOfAFile(t *testing.T) {
	r, dir := open(t)
	require.NoError(t, r.Journal.Write(context.Background(), change(file), checkout.Writing{}))
	info, err := os.Stat(filepath.Join(dir, file))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	assert.Equal(t, "new", text(t, filepath.Join(dir, file)))
	assert.Len(t, entries(t, filepath.Dir(filepath.Join(dir, file))), 1)
}

func TestNothingButTheBaseOfAClusterIsWritten(t *testing.T) {
	for _, path := range []string{"../out.yaml", "/out.yaml", "gauss/peu01/overlay/app.yaml", "gauss/peu01/base/../overlay/app.yaml", "app.yaml", ".github/x.yaml", "gauss/peu01/base/overlay/app.yaml"} {
		t.Run(path, func(t *testing.T) {
			r, dir := open(t)
			err := r.Journal.Write(context.Background(), []plan.File{{Path: path, New: []byte("new")}}, checkout.Writing{})
			assert.Error(t, err)
			assert.NoFileExists(t, filepath.Join(dir, path))
		})
	}
}

// TestALinkThatComesInBetweenLeadsNowhere swaps a folder on the way to a file with a link to one outside while files are written: nothing outside changes.
func TestALinkThatComesInBetweenLeadsNowhere(t *testing.T) {
	r, dir := open(t)
	outside := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(outside, "app.yaml"), []byte("old"), 0o644))
	base, aside := filepath.Join(dir, "gauss/peu01/base"), filepath.Join(dir, "gauss/peu01/aside")
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
			}
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			_ = os.Rename(base, aside)
			_ = os.Symlink(outside, base)
			time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond)
			_ = os.Remove(base)
			_ = os.Rename(aside, base)
		}
	}()
	written := 0
	for try := 0; try < 400 || written == 0 && try < 100_000; try++ {
		if r.Journal.Write(context.Background(), change(file), checkout.Writing{}) == nil {
			written++
			_ = os.WriteFile(filepath.Join(base, "app.yaml"), []byte("old"), 0o640)
		}
		_, _ = r.Journal.Undo()
		assert.Equal(t, "old", text(t, filepath.Join(outside, "app.yaml")))
		assert.Len(t, entries(t, outside), 1)
		if t.Failed() {
			break
		}
	}
	close(stop)
	<-done
	assert.Positive(t, written, "the links were never out of the way")
}

func TestAFailureUndoesAll(t *testing.T) {
	r, dir := open(t)
	undone := false
	all := append(change(file), plan.File{Path: "gauss/peu01/base/new.yaml", New: []byte("new")})
	err := r.Journal.Write(context.Background(), all, checkout.Writing{
		Also: func() error { return errors.New("no") },
		Undo: func() error { undone = true; return nil },
	})
	assert.EqualError(t, err, "no")
	assert.True(t, undone)
	assert.Equal(t, "old", text(t, filepath.Join(dir, file)))
	assert.Len(t, entries(t, filepath.Join(dir, "gauss/peu01/base")), 1)
	assert.False(t, r.Journal.Interrupted())
}

// TestWhatCannotBeUndoneIsSaid makes a folder of a file while it is written.
func TestWhatCannotBeUndoneIsSaid(t *testing.T) {
	r, dir := open(t)
	err := r.Journal.Write(context.Background(), change(file), checkout.Writing{Also: func() error {
		require.NoError(t, os.Remove(filepath.Join(dir, file)))
		require.NoError(t, os.Mkdir(filepath.Join(dir, file), 0o755))
		return errors.New("no")
	}})
	assert.ErrorIs(t, err, checkout.ErrHalf)
	assert.True(t, r.Journal.Interrupted(), "the next run tries again")
}

func TestWhatIsNoRegularFileIsNotRead(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe.yaml")
	require.NoError(t, syscall.Mkfifo(pipe, 0o644))
	_, err := checkout.ReadFile(pipe)
	assert.ErrorContains(t, err, "is no regular file")
	require.NoError(t, os.Symlink("/dev/zero", filepath.Join(dir, "zero.yaml")))
	_, err = checkout.ReadFile(filepath.Join(dir, "zero.yaml"))
	assert.ErrorContains(t, err, "is no regular file")
	_, err = checkout.Definitions(dir)
	assert.ErrorContains(t, err, "is no regular file")
	sparse, err := os.Create(filepath.Join(t.TempDir(), "sparse.yaml"))
	require.NoError(t, err)
	require.NoError(t, sparse.Truncate(8<<30))
	require.NoError(t, sparse.Close())
	_, err = checkout.ReadFile(sparse.Name())
	assert.ErrorContains(t, err, "is larger than 64 MiB")

	r, root := open(t)
	require.NoError(t, os.MkdirAll(filepath.Join(root, "aws/v1.0.0/base"), 0o755))
	require.NoError(t, syscall.Mkfifo(filepath.Join(root, "aws/releases.json"), 0o644))
	_, err = r.ReadBeside("aws", "releases.json")
	assert.ErrorContains(t, err, "aws/releases.json: is no regular file")
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}

func entries(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	return list
}

// TestTheStateMayLieOnAnotherFileSystem writes with the journal on a file system from which nothing can be renamed into the checkout.
func TestTheStateMayLieOnAnotherFileSystem(t *testing.T) {
	r, dir := open(t)
	other, err := os.MkdirTemp("/dev/shm", "apply-release")
	if errors.Is(err, fs.ErrNotExist) && runtime.GOOS != "linux" {
		t.Skip("there is no other file system")
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(other)) })
	var a, b syscall.Stat_t
	require.NoError(t, syscall.Stat(other, &a))
	require.NoError(t, syscall.Stat(dir, &b))
	require.NotEqual(t, a.Dev, b.Dev)
	t.Setenv("XDG_STATE_HOME", other)
	failed := errors.New("no")
	err = r.Journal.Write(context.Background(), change(file), checkout.Writing{Also: func() error { return failed }})
	require.ErrorIs(t, err, failed)
	assert.Equal(t, "old", text(t, filepath.Join(dir, file)), "it is undone")
	require.NoError(t, r.Journal.Write(context.Background(), change(file), checkout.Writing{}))
	assert.Equal(t, "new", text(t, filepath.Join(dir, file)))
	assert.False(t, r.Journal.Interrupted())
	assert.Len(t, entries(t, filepath.Dir(filepath.Join(dir, file))), 1)
}
