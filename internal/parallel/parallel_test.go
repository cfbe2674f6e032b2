package parallel_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"

	"quandary/internal/parallel"
)

func TestFor(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, cores := range []int{1, 3} {
		runtime.GOMAXPROCS(cores)
		for _, n := range []int{0, 1, 2, 1000} {
			calls := make([]atomic.Int32, n)
			parallel.Each(n, func(i int) { calls[i].Add(1) })
			for i := range calls {
				if got := calls[i].Load(); got != 1 {
					t.Errorf("%d cores, %d of %d: called %d times", cores, i, n, got)
				}
			}
		}
	}
}

// TestError fails at one call. Those of other goroutines may still come.
func TestError(t *testing.T) {
	wrong := errors.New("wrong")
	var after atomic.Int32
	err := parallel.For(100_000, func(i int) error {
		if i == 10 {
			return wrong
		}
		after.Add(1)
		return nil
	})
	if !errors.Is(err, wrong) {
		t.Errorf("got %v", err)
	}
}
