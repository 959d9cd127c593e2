package packed_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/packed"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// What is packed unpacks to itself, whatever the sample, and leaves what is around the memory that it is given alone.
func TestTextsComeBack(t *testing.T) {
	texts := rapid.Custom(func(t *rapid.T) []byte {
		part := rapid.SampledFrom([]string{"", "a", "kind: MachinePool\n", "---\n", "metadata:\n  name: ", "\x00\xff"})
		text := strings.Join(rapid.SliceOfN(part, 0, 20).Draw(t, "parts"), "")
		return []byte(strings.Repeat(text, rapid.SampledFrom([]int{1, 2, 3000}).Draw(t, "times")))
	})
	rapid.Check(t, func(t *rapid.T) {
		p := packed.New(texts.Draw(t, "sample"))
		text := texts.Draw(t, "text")
		memory := bytes.Repeat([]byte{'m'}, 100)
		assert.Equal(t, text, append([]byte{}, p.Unpack(memory[:0:80], p.Pack(text))...))
		assert.Equal(t, "mmmm", string(memory[80:84]))
		assert.NotNil(t, p.Unpack(nil, p.Pack(text)))
	})
}

func TestWhatIsLikeTheSampleIsSmall(t *testing.T) {
	text := func(name string) []byte {
		return []byte("apiVersion: cluster.x-k8s.io/v1beta1\nkind: MachinePool\nmetadata:\n  name: " + name + "\n  labels: {cluster.x-k8s.io/cluster-name: " + name + "}\nspec:\n  replicas: 3\n")
	}
	like := packed.New(text("peu01")).Pack(text("wk8sp"))
	assert.Less(t, len(like), len(text("wk8sp"))/4)
}
