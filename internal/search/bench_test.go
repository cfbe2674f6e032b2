package search

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
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

// BenchmarkKeys types queries over ten thousand pages, whose pieces are at hand, and
// takes the time from a key to its results, in milliseconds: the median of all
// keys, what 95 of 100 stay below, and the most.
func BenchmarkKeys(b *testing.B) {
	docs := prose(10000, 500)
	all := queries(docs, 50)
	p := openTab(b, newSite(b, docs), "search/")
	p.until(field)
	p.get(`window.type = async query => {
		const field = document.getElementById('search-field'), took = []
		for (let n = 1; n <= query.length; n++) {
			const shown = new Promise(done => new MutationObserver((_, o) => { o.disconnect(); done() }).observe(field, { attributeFilter: ['aria-expanded'] }))
			field.value = query.slice(0, n)
			const start = performance.now()
			field.dispatchEvent(new Event('input'))
			await shown
			took.push(performance.now() - start)
		}
		return took
	}, 0`)
	keys := func(query string) []float64 {
		took, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]float64](fmt.Sprintf("window.type(%q)", query), chromedp.EvalAwaitPromise))
		if err != nil {
			b.Fatal(err)
		}
		return took
	}
	var took []float64
	n := 0
	for b.Loop() {
		query := all[n%len(all)]
		keys(query) // fetches the pieces
		took = append(took, keys(query)...)
		n++
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "median-ms")
	b.ReportMetric(took[len(took)*95/100], "p95-ms")
	b.ReportMetric(took[len(took)-1], "worst-ms")
}
