// Package parallel owns the one way in which work is spread over the cores.
package parallel

import (
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// For calls do for 0 to n-1, in any order, on as many goroutines as there are cores,
// and returns the first error. After one, calls may be left out.
func For(n int, do func(i int) error) error {
	var group errgroup.Group
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() (err error) {
			for i := next.Add(1); err == nil && i <= int64(n); i = next.Add(1) {
				err = do(int(i - 1))
			}
			return err
		})
	}
	return group.Wait()
}

// Each calls do for 0 to n-1, as For does.
func Each(n int, do func(i int)) {
	_ = For(n, func(i int) error { do(i); return nil })
}
