// Package parallel does things side by side, as many at once as there are processors.
package parallel

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Do calls do for 0 to n-1, side by side, and returns when all are done. A single one is done by the caller itself: a goroutine would begin with a small stack, which grows
// again for each (a fifth of the time of a function over 10,000 clusters of one resource each).
func Do(n int, do func(int)) {
	if n == 1 {
		do(0)
		return
	}
	var wait sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				do(int(i))
			}
		})
	}
	wait.Wait()
}
