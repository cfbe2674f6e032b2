package search

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used of all cores: on a machine that
// is shared it says more than the wall clock.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchPages are the pages to measure with: a real handbook if
// QUANDARY_CORPUS names a folder, else n made-up ones.
func benchPages(b *testing.B, n int) []Document {
	if dir := os.Getenv("QUANDARY_CORPUS"); dir != "" && n == 1000 {
		return corpus(b, dir)
	}
	return handbook(n)
}

func BenchmarkAnalyse(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs := benchPages(b, n)
			b.ReportAllocs()
			work := processorTime()
			for b.Loop() {
				analysed(docs)
			}
			b.ReportMetric(float64((processorTime()-work).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

func BenchmarkBuild(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			entries := analysed(benchPages(b, n))
			b.ReportAllocs()
			work := processorTime()
			for b.Loop() {
				Build(entries)
			}
			b.ReportMetric(float64((processorTime()-work).Microseconds())/1000/float64(b.N), "cpu-ms/op")
		})
	}
}

// BenchmarkSite is all that search adds to a build, on two cores.
func BenchmarkSite(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			docs := benchPages(b, n)
			entries := make([]*Entry, len(docs))
			for b.Loop() {
				var wg sync.WaitGroup
				for p := range 2 {
					wg.Go(func() {
						for i := p; i < len(docs); i += 2 {
							entries[i] = Analyse(docs[i])
						}
					})
				}
				wg.Wait()
				Build(entries)
			}
		})
	}
}
