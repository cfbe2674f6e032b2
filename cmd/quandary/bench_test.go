package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
)

// BenchmarkSave saves a page under a running preview and takes the time until a
// browser has painted the change, in milliseconds: the median of all edits, and what
// 95 of 100 stay below. About 10 ms of it wait for quiet, and up to 16 for a frame.
func BenchmarkSave(b *testing.B) {
	for _, n := range []int{1000, 10000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			for i := range n {
				name := filepath.Join(dir, fmt.Sprintf("topic-%d", i/20), fmt.Sprintf("page-%d.md", i%20))
				text := fmt.Sprintf("# Page %d\n\n%s\n\nSee [another](../topic-%d/page-0.md).\n", i, strings.Repeat("Words about it. ", 200), i*7%n/20)
				if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o644)); err != nil {
					b.Fatal(err)
				}
			}
			p := &previewed{B: b, file: filepath.Join(dir, "topic-0", "page-1.md")}
			p.open(dir, "topic-0/page-1/")
			var took []float64
			for b.Loop() {
				took = append(took, p.save(len(took)))
			}
			slices.Sort(took)
			b.ReportMetric(took[len(took)/2], "median-ms")
			b.ReportMetric(took[len(took)*95/100], "p95-ms")
		})
	}
}

// previewed is a page of a site that `quandary serve` shows to a browser.
type previewed struct {
	*testing.B
	file string // the page's
	tab  context.Context
}

// open starts the preview and shows a page.
func (p *previewed) open(dir, page string) {
	p.tab = browsertest.New(p)
	serve := exec.Command("quandary", "serve", "--port", "0", dir)
	serve.Stderr = os.Stderr
	out, err := serve.StdoutPipe()
	if err := errors.Join(err, serve.Start()); err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { _ = errors.Join(serve.Process.Signal(syscall.SIGTERM), serve.Wait()) })
	lines := bufio.NewScanner(out)
	lines.Scan()
	address := lines.Text()
	lines.Scan() // it is built
	go func() {
		for lines.Scan() { // or it would wait for a reader
		}
	}()
	if err := chromedp.Do(p.tab, chromedp.Navigate(address+page)); err != nil {
		p.Fatal(err)
	}
	p.seen("Page 1")
}

// save edits the page and returns how long it took to be seen, in milliseconds.
func (p *previewed) save(edit int) float64 {
	mark := fmt.Sprintf("Edit %d.", edit)
	text, err := os.ReadFile(p.file)
	if err != nil {
		p.Fatal(err)
	}
	text = append([]byte("# "+mark), text[strings.IndexByte(string(text), '\n'):]...)
	done := make(chan float64)
	go func() { done <- p.seen(mark) }()
	time.Sleep(150 * time.Millisecond) // the script waits in the page by then, and the last change is settled
	saved := time.Now()
	if err := os.WriteFile(p.file, text, 0o644); err != nil {
		p.Fatal(err)
	}
	return <-done - float64(saved.UnixMicro())/1000
}

// seen waits until the page's heading has a text, and returns when it was painted, in
// milliseconds since 1970.
func (p *previewed) seen(heading string) float64 {
	at, err := chromedp.Run(p.tab, chromedp.Evaluate[float64](fmt.Sprintf(`new Promise((seen) => {
		const look = () => document.querySelector('h1')?.textContent === %q
			? requestAnimationFrame(() => seen(performance.timeOrigin + performance.now()))
			: requestAnimationFrame(look)
		look()
	})`, heading), chromedp.EvalAwaitPromise))
	if err != nil {
		p.Error(err)
	}
	return at
}
