// Package browsertest starts the browser that tests look at pages with.
//
// Only tests import it. It owns how Chromium is found and started, and what
// happens on a machine that has none: the test is skipped, unless
// QUANDARY_REQUIRE_BROWSER=1 says that this machine must run it.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// limit is how long one test may use its browser, so that a page that never
// becomes what the test waits for fails the test and not the whole run.
const limit = 3 * time.Minute

// names are what the browser is called on the machines people have.
var names = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"}

// New starts a browser with an empty profile and returns the context of one
// open tab, for chromedp.Run and chromedp.Do. The browser ends with the test. Without a
// browser on the machine the test is skipped, or fails when
// QUANDARY_REQUIRE_BROWSER is 1. QUANDARY_BROWSER names another executable.
func New(t testing.TB) context.Context {
	t.Helper()
	path := Path(t)
	// Tests often run as root in a container, where Chromium's own sandbox cannot start.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 800))
	ctx, stop := context.WithTimeout(context.Background(), limit)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// Path returns where the browser is, for tools that start it themselves. It
// skips the test or fails it where New would.
func Path(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("no browser in -short mode")
	}
	for _, name := range append([]string{os.Getenv("QUANDARY_BROWSER")}, names...) {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("QUANDARY_REQUIRE_BROWSER") == "1" {
		t.Fatal("no Chromium found, and QUANDARY_REQUIRE_BROWSER=1 asks for one")
	}
	t.Skip("no Chromium found: install it, or name one in QUANDARY_BROWSER, to run this test")
	return ""
}
