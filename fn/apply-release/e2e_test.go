//go:build e2e

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// TestEndToEnd runs testdata/e2e with the real kustomize, kubectl, kpt and a real container. It needs what
// `make e2e` builds, and fails where something is missing: it never skips.
func TestEndToEnd(t *testing.T) {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	bin := filepath.Join(root, "bin")
	shims := t.TempDir()
	runtime := "docker"
	if exec.Command("docker", "info").Run() != nil { // no daemon: kustomize calls docker all the same
		runtime = "podman"
		podman, err := exec.LookPath("podman")
		require.NoError(t, err, "neither a docker daemon nor podman is there")
		shim := "#!/bin/sh\nexec " + podman + " \"$@\"\n"
		require.NoError(t, os.WriteFile(filepath.Join(shims, "docker"), []byte(shim), 0o755))
		if os.Getenv("CONTAINERS_CONF") == "" {
			require.NoError(t, os.Setenv("CONTAINERS_CONF", filepath.Join(root, "testdata/e2e/containers.conf")))
		}
	}
	path := shims + ":" + bin + ":" + os.Getenv("PATH")
	require.NoError(t, os.Setenv("PATH", path))
	for _, program := range []string{"apply-release", "kustomize", "kpt", "kubectl", "docker", "chromium"} {
		_, err := exec.LookPath(program)
		require.NoError(t, err, "%s is missing; `make e2e` builds what can be built", program)
	}
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join(root, "testdata/e2e"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for k, v := range map[string]string{
				"PATH": path, "HOME": os.Getenv("HOME"), "ROOT": root,
				"BIN": filepath.Join(bin, "apply-release"), "IMAGE": "localhost/apply-release:dev",
				"KPT_FN_RUNTIME": runtime, "CONTAINERS_CONF": os.Getenv("CONTAINERS_CONF"),
			} {
				env.Setenv(k, v)
			}
			return nil
		},
	})
}
