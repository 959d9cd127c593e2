// Package parallel does things side by side, as many at once as there are processors.
package parallel

import (
	"runtime"
	"sync"
)

// Do calls do for 0 to n-1, side by side, and returns when all are done.
func Do(n int, do func(int)) {
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wait.Wait()
}
