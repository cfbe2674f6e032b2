package browsertest_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
)

func TestNewRunsScripts(t *testing.T) {
	ctx := browsertest.New(t)
	sum, err := chromedp.Run(ctx, chromedp.Evaluate[int]("1 + 1"))
	if err != nil {
		t.Fatal(err)
	}
	if sum != 2 {
		t.Errorf("1 + 1 = %d in the browser", sum)
	}
}
