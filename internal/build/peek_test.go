package build_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

const (
	shownPeek  = `document.querySelector('.peek:popover-open')?.textContent.trim() && document.querySelector('[aria-describedby=peek]')`
	hiddenPeek = `!document.querySelector('.peek:popover-open, [aria-describedby=peek]')`
)

// TestPreviews shows what a link leads to, by mouse and by touch. By keyboard:
// TestKeyboardDialog.
func TestPreviews(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	const page = "/quadrants/observe/"
	open := func() (linkX, linkY float64) {
		p.open(page)
		p.until(`document.readyState === 'complete'`)
		return p.middle(`(window.a = [...document.querySelectorAll('.prose a')].find(a => a.pathname.endsWith('/') && a.pathname !== location.pathname), a)`)
	}
	x, y := open()
	p.mouse(x, y)
	p.until(shownPeek)
	if got := p.later(`document.querySelector('.peek').matches(':popover-open')`); got != "true" {
		t.Error("a preview goes while the mouse is on its link")
	}
	p.mouse(p.middle(`document.querySelector('.peek')`))
	if got := p.later(`document.querySelector('.peek').matches(':popover-open')`); got != "true" {
		t.Error("a preview goes although the mouse is on it")
	}
	p.press("\x1b")
	p.until(hiddenPeek)
	p.mouse(x, y)
	p.until(shownPeek)
	p.mouse(1, 1)
	p.until(hiddenPeek)

	p.do(command(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}))
	x, y = open()
	p.touch(input.DispatchTouchEventTypeTouchStart, x, y)
	p.until(shownPeek)
	p.touch(input.DispatchTouchEventTypeTouchEnd, 0, 0)
	if got := p.later(`document.querySelector('.peek').matches(':popover-open') + location.pathname`); got != "true"+page {
		t.Errorf("after a long press: %s", got)
	}
	p.touch(input.DispatchTouchEventTypeTouchStart, 1, 1)
	p.touch(input.DispatchTouchEventTypeTouchEnd, 0, 0)
	p.until(hiddenPeek)
	p.text(`addEventListener('click', e => { window.follows = !e.defaultPrevented; e.preventDefault() }), ''`)
	p.touch(input.DispatchTouchEventTypeTouchStart, x, y)
	p.touch(input.DispatchTouchEventTypeTouchEnd, 0, 0)
	p.until(`window.follows`)
}

// later evaluates an expression after more time than a preview takes to come or go.
func (p *tab) later(expression string) string {
	p.Helper()
	p.text(`window.waited = false, setTimeout(() => { window.waited = true }, 700), ''`)
	p.until(`waited`)
	return p.text(`String(` + expression + `)`)
}

// middle makes an element visible, and returns where it is.
func (p *tab) middle(element string) (x, y float64) {
	p.Helper()
	at, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]float64](`(() => { const e = `+element+`; e.scrollIntoView({ block: 'center' })
		const box = e.getClientRects()[0]; return [box.left + box.width / 2, box.top + box.height / 2] })()`))
	if err != nil {
		p.Fatal(err)
	}
	return at[0], at[1]
}

func (p *tab) mouse(x, y float64) {
	p.Helper()
	p.do(command(input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y}))
}

func (p *tab) touch(kind input.DispatchTouchEventType, x, y float64) {
	p.Helper()
	points := []*input.TouchPoint{{X: x, Y: y}}
	if kind == input.DispatchTouchEventTypeTouchEnd {
		points = []*input.TouchPoint{}
	}
	p.do(command(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}))
}

// command is one command of the browser's protocol, as a step.
func command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, c, params)
		return err
	})
}
