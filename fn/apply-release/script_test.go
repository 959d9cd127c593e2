package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/internal/testlist"
	"github.com/giantswarm/apply-release/pkg/cli"
	"github.com/giantswarm/apply-release/pkg/function"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("u", false, "update what testdata/script expects")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"apply-release": main})
}

// TestScripts runs testdata/script: one behaviour of the function a file. A newcomer copies one,
// and runs go test ./fn/... -u to fill in what is expected.
//
//	upgrade [-kustomize|-origins|-render] DIR [CONFIG]   the function over all files of a folder; stdout is the diff
//	                                             of its items, results.yaml what it reports, list.yaml and
//	                                             out.yaml its input and output
//	parity DIR CONFIG [CLUSTER...]               the directory mode makes the same resources of the folder as the upgrade before
//	apply-release                                the program itself
func TestScripts(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir()) // of checkouts without git
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			fleet, err := filepath.Abs("../../testdata/fleet")
			env.Setenv("FLEET", fleet)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"upgrade": upgrade, "parity": parity},
	})
}

// parity upgrades a copy of a folder in directory mode, and compares every resource in it with what the function
// made of it just before, in out.yaml.
func parity(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs("parity")
	ts.Check(os.RemoveAll(dir))
	ts.Check(os.CopyFS(dir, os.DirFS(ts.MkAbs(args[0]))))
	clusters := args[2:]
	if len(clusters) == 0 {
		clusters = []string{"*/*"}
	}
	call := append([]string{"upgrade", "--stamp=" + strconv.FormatBool(strings.Contains(ts.ReadFile(args[1]), "stamp: true")), "-C", dir, "--config", ts.MkAbs(args[1])}, clusters...)
	var out, stderr bytes.Buffer
	if code := cli.Execute(call, cli.Streams{Out: &out, Err: &stderr}); code != 0 {
		ts.Fatalf("exit code %d:\n%s", code, stderr.Bytes())
	}
	after, err := testlist.Read(dir, "", testlist.Kpt)
	ts.Check(err)
	list, _ := testlist.Split([]byte(ts.ReadFile("out.yaml")))
	ts.Check(testlist.SameItems(list, after))
}

// TestCommands runs testdata/cli: one behaviour of the commands a file.
func TestCommands(t *testing.T) {
	state := t.TempDir() // of checkouts without git
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/cli",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for k, v := range map[string]string{"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.com", "GIT_CONFIG_GLOBAL": "/dev/null", "XDG_STATE_HOME": state} {
				env.Setenv(k, v)
			}
			fleet, err := filepath.Abs("../../testdata/fleet")
			env.Setenv("FLEET", fleet)
			return err
		},
	})
}

func upgrade(ts *testscript.TestScript, neg bool, args []string) {
	host, flagged := map[string]testlist.Host{"-kustomize": testlist.Kustomize, "-origins": testlist.Origins, "-render": testlist.Render}[args[0]]
	if flagged {
		args = args[1:]
	}
	config := ""
	if len(args) > 1 {
		config = ts.ReadFile(args[1])
	}
	in, err := testlist.Read(ts.MkAbs(args[0]), config, host)
	ts.Check(err)
	var out, stderr bytes.Buffer
	code := function.Run(bytes.NewReader(in), &out, &stderr, function.Options{})
	list, results := testlist.Split(out.Bytes())
	for name, text := range map[string][]byte{"list.yaml": in, "out.yaml": out.Bytes(), "results.yaml": results} {
		ts.Check(os.WriteFile(ts.MkAbs(name), text, 0o644))
	}
	changes, err := testlist.Diff(in, list)
	ts.Check(err)
	_, err = ts.Stdout().Write([]byte(changes))
	ts.Check(err)
	_, err = ts.Stderr().Write(stderr.Bytes())
	ts.Check(err)
	switch {
	case neg && code == 0:
		ts.Fatalf("unexpected success:\n%s", stderr.Bytes())
	case neg && !bytes.Equal(in, list):
		ts.Fatalf("a run that failed changed the items")
	case !neg && code != 0:
		ts.Fatalf("exit code %d:\n%s", code, stderr.Bytes())
	}
	var again bytes.Buffer
	function.Run(bytes.NewReader(list), &again, &bytes.Buffer{}, function.Options{})
	if second, _ := testlist.Split(again.Bytes()); !neg && !bytes.Equal(list, second) {
		ts.Fatalf("the second run changes something")
	}
}
