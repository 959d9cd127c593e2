package nearest_test

import (
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/nearest"
	"github.com/stretchr/testify/assert"
)

func TestNames(t *testing.T) {
	known := []string{"machinepool", "awsmachinepool", "cluster", "cert-manager", "cert-exporter"}
	for wanted, want := range map[string][]string{
		"machinepol":  {"machinepool", "awsmachinepool"},
		"MACHINEPOOL": {"machinepool", "awsmachinepool"},
		"cert":        {"cert-manager", "cert-exporter"},
		"xyz":         nil,
		"cluster":     {"cluster"},
	} {
		assert.Equal(t, want, nearest.Names(wanted, known, 2), wanted)
	}
	assert.Equal(t, []string{"machinepool"}, nearest.Names("machinepool", known, 1), "the most alike")
}

func TestHint(t *testing.T) {
	assert.Equal(t, " (did you mean include?)", nearest.Hint("includ", []string{"exclude", "include"}))
	assert.Empty(t, nearest.Hint("version", []string{"include"}))
}
