package build_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// press presses keys, one after the other.
func (p *tab) press(keys string) {
	p.Helper()
	p.do(chromedp.KeyEvent(keys))
}

// stop is where the focus is; a stop that a reader does not see says so.
const stop = `(() => { const e = document.activeElement, box = e.getBoundingClientRect(), drawn = getComputedStyle(e)
	const seen = e === document.body || e.localName === 'h1' || box.width > 10 && box.height > 10 && box.top >= 0 && box.bottom <= innerHeight + 1 &&
		(drawn.outlineStyle !== 'none' || drawn.boxShadow !== 'none' || e.matches('.skip')) && drawn.clipPath === 'none'
	return (seen ? '' : 'unseen: ') + (e.ariaLabel || e.textContent).trim() })()`

// stops are what Tab should come to on a page: what a reader can see and use in
// these parts, in the order of the text.
const stops = `[...document.querySelectorAll('.skip, .top a, .top button, .kicker a, .answers > li > a, .answers > li > details > summary')]
	.filter(e => e.checkVisibility()).map(e => (e.ariaLabel || e.textContent).trim()).join('\n')`

// TestKeyboardWalk answers every question with Tab and Enter alone.
func TestKeyboardWalk(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	for _, scripts := range []bool{true, false} {
		p.scripts(scripts)
		p.open("/decide/")
		want := strings.Split(p.text(stops), "\n")
		if len(want) < 10 || strings.Contains(strings.Join(want, "\n"), "Dark") != scripts {
			t.Fatalf("scripts %v: the stops are %q", scripts, want)
		}
		for _, stopped := range want {
			p.press("\t")
			if got := p.text(stop); got != stopped {
				t.Fatalf("scripts %v: Tab comes to %q, want %q", scripts, got, stopped)
			}
		}
		p.press("\r") // I am not sure
		if got := p.text(`String(document.querySelector('details').open)`); got != "true" {
			t.Errorf("scripts %v: Enter does not open what is still possible", scripts)
		}
		p.press("\t") // to the first page that is possible
		if got := p.text(`document.activeElement.closest('.possible > li')?.dataset.name ?? ''`); got == "" {
			t.Errorf("scripts %v: what is still possible cannot be reached", scripts)
		}
		p.open("/decide/")
		p.press("\t\r") // the skip link
		p.press("\t\t\t")
		p.enter(scripts, "/decide/impact.none/")
		for n := 0; p.text(`String(!!document.querySelector('[data-result]'))`) == "false"; n++ {
			if n > 3 {
				t.Fatalf("scripts %v: no result after %d answers", scripts, n)
			}
			if !scripts { // a page load begins at the top again
				p.press("\t\r")
			}
			p.tabTo("data-answer")
			p.enter(scripts, p.text("document.activeElement.pathname"))
		}
		p.tabTo("change") // the answers given, on a result
		p.enter(scripts, p.text("document.activeElement.pathname"))
	}
}

// tabTo presses Tab until it comes to a link whose markup or address says so.
func (p *tab) tabTo(mark string) {
	p.Helper()
	for range 40 {
		p.press("\t")
		if strings.HasPrefix(p.text(stop), "unseen") {
			p.Errorf("%s", p.text(stop))
		}
		if strings.Contains(p.text("document.activeElement.cloneNode(false).outerHTML ?? ''"), mark) {
			return
		}
	}
	p.Fatalf("Tab never comes to %s", mark)
}

// enter follows the link that has the focus. With scripts the new heading has
// it then; without, nothing has.
func (p *tab) enter(scripts bool, path string) {
	p.Helper()
	if scripts {
		p.press("\r")
		p.until(`location.pathname === ` + strconv.Quote(path) + ` && document.activeElement === document.querySelector('h1')`)
		return
	}
	if _, err := chromedp.RunResponse(p.ctx, chromedp.KeyEvent("\r")); err != nil {
		p.Fatal(err)
	}
	if got := p.text("location.pathname + ' ' + document.activeElement.localName"); got != path+" body" {
		p.Errorf("Enter leads to %s, want %s", got, path)
	}
}

// TestKeyboardDialog opens and closes what lies over a page.
func TestKeyboardDialog(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	p.open("/about/")
	p.tabTo("/index/")
	for range 2 { // the second time it is there already
		p.press("/")
		p.until(`document.querySelector('dialog[open] input') === document.activeElement`)
		p.press("/x")
		p.until(`document.activeElement.value.endsWith('/x')`)
		p.press("\x1b")
		p.until(`!document.querySelector('dialog[open]') && document.activeElement.pathname === '/index/'`)
		p.text(`document.querySelector('dialog input').value = ''`)
	}
	p.open("/quadrants/observe/")
	p.text(`[...document.querySelectorAll('.prose a')].find(a => a.pathname.endsWith('/') && a.pathname !== location.pathname).dataset.peeked = ''`)
	p.tabTo("data-peeked")
	p.until(`document.querySelector('.peek:popover-open') && document.activeElement.getAttribute('aria-describedby') === 'peek'`)
	p.press("\x1b")
	p.until(`!document.querySelector('.peek:popover-open, [aria-describedby=peek]') && 'peeked' in document.activeElement.dataset`)
}

// TestKeyboardTheme switches to dark, and finds it dark on the next pages.
func TestKeyboardTheme(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	const look = `[document.documentElement.dataset.theme ?? 'system', document.querySelector('.theme').ariaPressed, getComputedStyle(document.documentElement).colorScheme].join()`
	p.do(media("screen", "light", "none"))
	for _, step := range []struct{ at, want string }{{"/", "dark,true,dark"}, {"/about/", "system,false,light dark"}} {
		p.open(step.at)
		p.tabTo(`class="theme"`)
		p.press("\r")
		for _, next := range []string{step.at, "/decide/", "/decide/impact.none/"} {
			if got := p.text(look); got != step.want {
				t.Errorf("%s after %s: %s, want %s", next, step.at, got, step.want)
			}
			p.open(next)
		}
	}
}
