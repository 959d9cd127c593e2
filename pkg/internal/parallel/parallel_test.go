package parallel_test

import (
	"sync/atomic"
	"testing"

	"github.com/giantswarm/apply-release/pkg/internal/parallel"
	"github.com/stretchr/testify/assert"
)

// Each is done once, and all are done when Do returns.
func TestDo(t *testing.T) {
	for _, n := range []int{0, 1, 2, 1000} {
		times := make([]atomic.Int32, n)
		parallel.Do(n, func(i int) { times[i].Add(1) })
		for i := range times {
			assert.EqualValues(t, 1, times[i].Load(), "%d of %d", i, n)
		}
	}
}
