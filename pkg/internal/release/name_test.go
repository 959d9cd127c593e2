package release

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNamesOfConfigMaps(t *testing.T) {
	for _, tc := range []struct{ name, component, version, layer string }{
		{"machinepool-21-0-0", "machinepool", "v21.0.0", "base"},
		{"machinepool-21-0-0-overlay", "machinepool", "v21.0.0", "overlay"},
		{"aws-ebs-csi-driver-34-10-2", "aws-ebs-csi-driver", "v34.10.2", "base"},
		{"k8s-dns-node-cache-34-0-0", "k8s-dns-node-cache", "v34.0.0", "base"},
		{"app-2-34-0-0", "app-2", "v34.0.0", "base"},
		{"cilium-34-0-0-rc-1-overlay", "cilium", "v34.0.0-rc.1", "overlay"},
		{"cilium-34-0-0-alpha.2", "cilium", "v34.0.0-alpha.2", "base"},
		{"overlay-34-0-0", "overlay", "v34.0.0", "base"},
		{"kube-root-ca.crt", "", "", ""},
		{"machinepool-21-0", "", "", ""},
		{"machinepool-21-00-1", "", "", ""},
		{"21-0-0", "", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			readings := readName(tc.name)
			if tc.component == "" {
				assert.Empty(t, readings)
				return
			}
			r := readings[0]
			assert.Equal(t, []string{tc.component, tc.version, tc.layer}, []string{r.component, r.version.String(), r.layer})
		})
	}
}
