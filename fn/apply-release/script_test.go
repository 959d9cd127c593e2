package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/giantswarm/apply-release/internal/testlist"
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
//	apply-release                                the program itself
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "../../testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			fleet, err := filepath.Abs("../../testdata/fleet")
			env.Setenv("FLEET", fleet)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"upgrade": upgrade},
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
