package build_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
	"quandary/internal/build"
	"quandary/internal/preview"
)

// host serves a finished site as a host would, and counts what is asked for.
type host struct {
	*httptest.Server
	lacks string // what the addresses end in that nothing is served at
	mu    sync.Mutex
	asked []string
}

func serveSite(t *testing.T, res *build.Result) *host {
	t.Helper()
	site := &preview.Server{Plain: true}
	site.Publish(res.Set, nil, nil)
	h := &host{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		h.asked = append(h.asked, r.URL.Path)
		h.mu.Unlock()
		if h.lacks != "" && strings.HasSuffix(r.URL.Path, h.lacks) {
			http.NotFound(w, r)
			return
		}
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(h.Close)
	return h
}

// requests returns what was asked for since the last call.
func (h *host) requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	asked := h.asked
	h.asked = nil
	return asked
}

// tab is one page of the browser.
type tab struct {
	*testing.T
	ctx  context.Context
	host *host
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func (p *tab) open(path string) {
	p.Helper()
	p.do(chromedp.Navigate(p.host.URL + path))
}

func (p *tab) text(expression string) string {
	p.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return text
}

// until waits for an expression to hold in the page.
func (p *tab) until(expression string) {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool]("!!("+expression+")")); err != nil {
		p.Fatalf("never %s: %v", expression, err)
	}
}

// TestFromFolder opens a site from a folder on the disk, where addresses do not
// stand for the pages in them.
func TestFromFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range bytesOf(openFolder(t, playbook, build.Options{}).build(t)) {
		write(t, dir, name, text)
	}
	p := &tab{T: t, ctx: browsertest.New(t)}
	p.do(chromedp.Navigate("file://" + filepath.ToSlash(dir) + "/index.html"))
	for _, step := range []struct{ press, at string }{
		{".go", "/decide/"},
		{"[data-answer=none]", "/decide/impact.none/"},
		{"[data-answer=new]", "/decide/impact.none/team.new/"},
		{".go", "/quadrants/step-back/"},
		{".top a[data-search]", "/search/"},
		{".without a", "/index/"},
	} {
		next := p.text(`(() => { const a = document.querySelector(` + strconv.Quote(step.press) + `)
			a.addEventListener('click', e => e.preventDefault()); a.click(); return a.href })()`)
		p.do(chromedp.Navigate(next))
		if at := p.text("document.querySelector('h1') && location.pathname"); !strings.HasSuffix(at, step.at+"index.html") {
			t.Errorf("%s leads to %s, want %s", step.press, at, step.at)
		}
	}
}

// shown is what a reader is shown of a state: its address, the title and the
// text, without the buttons that need scripts.
const shown = `(() => { const main = document.getElementById('Main').cloneNode(true);
	main.querySelectorAll('button').forEach(b => b.remove());
	return location.pathname + '\n' + document.title + '\n' + main.textContent })()`

// TestDecisionWithAndWithoutScripts walks every state of both decisions twice,
// by its links: once without scripts, a page for each, and once with scripts,
// which load nothing after the first answer. What is shown has to be the same.
func TestDecisionWithAndWithoutScripts(t *testing.T) {
	ctx := browsertest.New(t)
	p := &tab{t, ctx, serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	for _, start := range []string{"/decide/", "/friction/"} {
		pages, leaves := p.walkPages(start)
		if len(pages) < 6 || leaves < 4 {
			t.Fatalf("%s: %d states and %d results", start, len(pages), leaves)
		}
		p.walkScript(start, pages)
	}
}

// walkPages follows every answer without scripts and returns what is shown, by
// the answers given.
func (p *tab) walkPages(start string) (pages map[string]string, leaves int) {
	p.scripts(false)
	defer p.scripts(true)
	pages = map[string]string{}
	todo := []string{""}
	for len(todo) > 0 {
		given := todo[0]
		todo = todo[1:]
		p.open(start + given)
		pages[given] = p.text(shown)
		answers := strings.Fields(p.text(`[...document.querySelectorAll('.answers > li > a[data-answer]')].map(a => new URL(a.href).pathname).join(' ')`))
		for _, a := range answers {
			todo = append(todo, strings.TrimPrefix(a, start))
		}
		if len(answers) == 0 {
			leaves++
		}
	}
	return pages, leaves
}

func (p *tab) scripts(on bool) {
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
		return err
	}))
}

// walkScript clicks through the same states with scripts, each time from the start.
func (p *tab) walkScript(start string, pages map[string]string) {
	for _, given := range slices.Sorted(maps.Keys(pages)) {
		p.open(start)
		p.until(`document.readyState === 'complete'`)
		p.host.requests()
		at := start
		for _, part := range strings.FieldsFunc(given, func(r rune) bool { return r == '/' }) {
			_, answer, _ := strings.Cut(part, ".")
			at += part + "/"
			p.text(`document.querySelector('.answers > li > a[data-answer=` + strconv.Quote(answer) + `]').click(), ''`)
			p.until(`location.pathname === ` + strconv.Quote(at) + ` && document.activeElement === document.querySelector('h1')`)
		}
		if got := p.text(shown); got != pages[given] {
			p.Errorf("%s%s with scripts:\n%s\nwithout:\n%s", start, given, got, pages[given])
		}
		for _, path := range p.host.requests() {
			if path != start+"states.json" {
				p.Errorf("%s%s: the script asked for %s", start, given, path)
			}
		}
	}
}

// TestDecisionHistory checks what a reader expects of the browser's own buttons,
// of shared addresses, and of answers in any order.
func TestDecisionHistory(t *testing.T) {
	ctx := browsertest.New(t)
	p := &tab{t, ctx, serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	p.open("/decide/?team=new&facts=none&impact=none")
	p.until(`location.pathname === '/decide/impact.none/team.new/' && location.search === ''`)
	result := p.text(`document.querySelector('h1').textContent`)
	p.open("/decide/")
	if focused := p.text(`document.activeElement.tagName`); focused != "BODY" {
		t.Errorf("loading a page moved the focus to %s", focused)
	}
	p.text(`document.querySelector('a[data-answer=none]').click(), ''`)
	p.until(`location.pathname === '/decide/impact.none/'`)
	p.text(`document.querySelector('a[data-answer=new]').click(), ''`)
	p.until(`location.pathname === '/decide/impact.none/team.new/'`)
	if got := p.text(`document.querySelector('h1').textContent`); got != result {
		t.Errorf("clicking shows %q, the address %q", got, result)
	}
	p.text(`history.back(), ''`)
	p.until(`location.pathname === '/decide/impact.none/' && document.querySelector('a[data-answer=new]')`)
	p.text(`history.forward(), ''`)
	p.until(`location.pathname === '/decide/impact.none/team.new/' && !document.querySelector('.answers')`)
	p.do(chromedp.Reload())
	p.until(`document.readyState === 'complete' && document.querySelector('h1').textContent === ` + strconv.Quote(result))
}

// TestDecisionWithoutItsStates walks a decision whose states cannot be had in
// one file, or are too many for it: each is loaded as a page.
func TestDecisionWithoutItsStates(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	p.host.lacks = "states.json"
	p.open("/decide/?team=new&facts=none&impact=none")
	p.comesTo("/decide/impact.none/team.new/")
	p.open("/decide/impact.none/")
	p.text(`document.querySelector('a[data-answer=new]').click(), ''`)
	p.comesTo("/decide/impact.none/team.new/")
}

// comesTo waits until pages that follow each other have come to an address.
// While they change there is nothing to ask.
func (p *tab) comesTo(address string) {
	p.Helper()
	at := ""
	for range 10000 {
		at, _ = chromedp.Run(p.ctx, chromedp.Evaluate[string](`document.readyState === 'complete' ? location.pathname + location.search : ''`))
		if at == address {
			return
		}
	}
	p.Fatalf("it comes to %s, want %s", at, address)
}
