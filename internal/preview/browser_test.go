package preview_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"quandary/internal/browsertest"
	"quandary/internal/diag"
	"quandary/internal/preview"
	"quandary/internal/source"
)

// A tab is a real browser's open page of a preview.
type tab struct {
	*testing.T
	ctx    context.Context
	server *preview.Server
	files  map[string]string
	heard  sync.Map // path of a page → *pageStream
}

// A pageStream is opened once the page with some address is up to date.
type pageStream struct {
	opened chan struct{}
	up     func()
}

// first is a page with everything that an update must leave alone. Its script
// adds to it, as scripts do.
const first = `<!doctype html>
<html lang="en" class="page">
<head>
<meta charset="utf-8">
<title>First</title>
<link rel="stylesheet" href="/main.css">
<script src="/early.js"></script>
<script src="/page.js" defer></script>
</head>
<body class="served">
<main>
<h1 id="top">First</h1>
<p>One paragraph.</p>
<details><summary>A</summary><p>In A</p></details>
<details><summary>B</summary><p>In B</p></details>
<noscript><p>No scripts</p></noscript>
<form><input id="search" name="q"><textarea>served</textarea></form>
<dialog><p>In the dialog</p></dialog>
<ul><li id="x">x</li><li id="y">y</li><li id="z">z</li></ul>
<div id="results"></div>
<div class="tall"></div>
<p id="end">The end.</p>
</main>
<aside id="high">Above</aside>
</body>
</html>
`

func openTab(t *testing.T) *tab {
	ctx := browsertest.New(t)
	p := &tab{T: t, ctx: ctx, server: &preview.Server{Root: "/site", Editor: "vscode://file/{file}:{line}:{column}"}}
	p.files = map[string]string{
		"index.html":       first,
		"other/index.html": body("Other"),
		"main.css":         "#high { position: fixed; top: 0; left: 0; z-index: 10 } .tall { height: 3000px } h1 { color: rgb(1, 2, 3) }",
		"early.js":         "document.documentElement.className = 'js'; document.documentElement.dataset.theme = 'dark'",
		"page.js": `document.body.classList.add('scripted')
results.append('found by a script')
window.marker = 'not reloaded'
window.changes = 0
new MutationObserver((list) => { changes += list.length }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true })
window.violations = []
addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI))`,
	}
	p.publish(nil)
	p.open()
	p.wait("window.marker")
	return p
}

// open goes to the home page and waits until it listens.
func (p *tab) open() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.server.ServeHTTP(&spy{w, p.stream(r.FormValue("page")).up}, r)
	}))
	p.Cleanup(server.Close)
	p.Cleanup(func() { _ = chromedp.Do(p.ctx, chromedp.Navigate("about:blank")) }) // ends the stream
	p.must(chromedp.Do(p.ctx, chromedp.Navigate(server.URL+"/")))
	<-p.stream("/").opened
	p.wait("shade()")
}

func (p *tab) stream(page string) *pageStream {
	opened := make(chan struct{})
	s, _ := p.heard.LoadOrStore(page, &pageStream{opened, sync.OnceFunc(func() { close(opened) })})
	return s.(*pageStream)
}

// A spy notices the first event of a stream.
type spy struct {
	http.ResponseWriter
	first func()
}

func (s *spy) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (s *spy) Write(data []byte) (int, error) {
	n, err := s.ResponseWriter.Write(data)
	if strings.HasPrefix(string(data), "event: errors") {
		s.first()
	}
	return n, err
}

func (p *tab) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// publish serves the files as they are now, with the diagnostics.
func (p *tab) publish(list diag.List, edited ...preview.Edited) {
	p.server.Publish(setOf(maps.Clone(p.files)), list, edited)
}

// edit replaces texts in a file, in pairs.
func (p *tab) edit(name string, pairs ...string) {
	p.files[name] = strings.NewReplacer(pairs...).Replace(p.files[name])
}

const prelude = `const shade = () => document.getElementById('quandary-preview')?.shadowRoot;`

// wait waits until an expression holds, in this page or in one that comes after.
func (p *tab) wait(expression string) {
	p.Helper()
	poll := chromedp.PollFunction[bool]("() => {" + prelude + " return !!(" + expression + ")}")
	_, err := chromedp.Run(p.ctx, poll)
	for err != nil && !errors.Is(err, chromedp.ErrPollingTimeout) && p.ctx.Err() == nil {
		_, err = chromedp.Run(p.ctx, poll)
	}
	if err != nil {
		p.Fatalf("wait for %s: %v\n%s", expression, err, p.eval("document.documentElement.outerHTML"))
	}
}

// eval returns the value of an expression, printed.
func (p *tab) eval(expression string) string {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[any]("(() => {"+prelude+" return ("+expression+")})()"))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return fmt.Sprint(v)
}

func (p *tab) want(values map[string]string) {
	p.Helper()
	for expression, want := range values {
		if got := p.eval(expression); got != want {
			p.Errorf("%s = %q, want %q", expression, got, want)
		}
	}
}

// TestUpdateInPlace changes the page under a reader in the middle of things.
func TestUpdateInPlace(t *testing.T) {
	p := openTab(t)
	p.must(chromedp.Do(p.ctx, chromedp.SendKeys("#search", "half ty"), chromedp.SendKeys("textarea", " and typed")))
	p.eval(`(document.querySelectorAll('details')[1].open = true, document.querySelector('dialog').show(), search.focus(), search.setSelectionRange(2, 4), scrollTo(0, 500), window.y = document.getElementById('y'), 0)`)
	kept := map[string]string{
		"window.marker": "not reloaded", "search.value": "half ty", "document.querySelector('textarea').value": " and typedserved",
		"document.activeElement.id": "search", "search.selectionStart + '-' + search.selectionEnd": "2-4",
		"[...document.querySelectorAll('details')].map((d) => d.open).join()":         "false,true",
		"document.querySelector('dialog').open":                                       "true",
		"results.textContent":                                                         "found by a script",
		"window.y === document.getElementById('y')":                                   "true",
		"document.querySelectorAll('#quandary-preview').length":                       "1",
		"document.documentElement.className + document.documentElement.dataset.theme": "jsdark",
		"violations.join()":                                                           "",
	}
	p.want(kept)
	p.want(map[string]string{"scrollY": "500", "document.body.className": "served scripted"})

	// What is below the view changes: all stays where it is.
	p.edit("index.html", "The end.", "The <em>new</em> end.", "First", "Second",
		`<li id="x">x</li><li id="y">y</li><li id="z">z</li>`, `<li id="z">z</li><li id="w">w</li><li id="y">y!</li>`,
		`<div class="tall">`, `<div class="tall" data-new="1">`, "No scripts", "Still none")
	p.publish(nil)
	p.wait("document.title === 'Second'")
	p.want(kept)
	p.want(map[string]string{
		"scrollY": "500", "document.body.className": "served scripted", "end.innerHTML": "The <em>new</em> end.",
		"document.querySelector('ul').textContent":         "zwy!",
		"document.querySelector('.tall').dataset.new":      "1",
		"document.querySelector('h1').textContent":         "Second",
		"document.querySelector('noscript').textContent":   "<p>Still none</p>",
		"document.querySelectorAll('noscript > p').length": "0",
	})

	// What is above it and around it comes and goes.
	p.edit("index.html", "<p>One paragraph.</p>", "<p>One paragraph.</p>\n<details><summary>New</summary></details>\n<p>Two.</p>", "<p>In A</p>", "<p>In A, changed</p>",
		`class="served"`, `class="served" data-theme="new"`, `lang="en"`, `lang="fr"`, `<div id="results"></div>`, `<p>Before.</p><div id="results"></div><p>After.</p>`, "Second", "Third")
	p.publish(nil)
	p.wait("document.title === 'Third'")
	kept["[...document.querySelectorAll('details')].map((d) => d.open).join()"] = "false,false,true"
	p.want(kept)
	p.want(map[string]string{
		"document.querySelectorAll('details')[1].textContent":                                    "AIn A, changed",
		"document.body.dataset.theme":                                                            "new",
		"document.documentElement.lang":                                                          "fr",
		"results.previousSibling.textContent + results.nextSibling.textContent":                  "Before.After.",
		"document.querySelector('main').lastElementChild.id + document.body.lastElementChild.id": "endquandary-preview",
		"[...document.querySelectorAll('main > p')].map((p) => p.textContent).join()":            "One paragraph.,Two.,Before.,After.,The new end.",
		"document.querySelectorAll('script[src^=\"/-/\"]').length":                               "1",
		"document.querySelector('main').getBoundingClientRect().top < -400 && scrollY > 400":     "true",
	})

	// All of it goes back.
	p.files["index.html"] = first
	p.publish(nil)
	p.wait("document.title === 'First'")
	kept["[...document.querySelectorAll('details')].map((d) => d.open).join()"] = "false,true"
	p.want(kept)
	p.want(map[string]string{"document.querySelector('ul').textContent": "xyz", "end.innerHTML": "The end."})

	// What folds out stays open under another summary.
	p.edit("index.html", "<summary>B</summary>", "<summary>Beyond</summary>", "<title>First", "<title>Fourth")
	p.publish(nil)
	p.wait("document.title === 'Fourth'")
	p.want(kept)
}

// TestBoxMoves moves what a script put a box around, which goes along.
func TestBoxMoves(t *testing.T) {
	p := openTab(t)
	p.eval(`(() => { const box = document.createElement('div'); end.before(box); box.id = 'box'; box.append(end, document.createElement('button')) })()`)
	p.edit("index.html", "<div class=\"tall\"></div>\n<p id=\"end\">The end.</p>", "<p id=\"end\">The end.</p>\n<div class=\"tall\"></div>")
	p.publish(nil)
	p.wait("document.querySelector('#end + button')?.parentNode.nextElementSibling?.className === 'tall'")
	p.want(map[string]string{"document.querySelectorAll('main button').length": "1"})
}

// TestNothingChanges publishes the same bytes, and another page's.
func TestNothingChanges(t *testing.T) {
	p := openTab(t)
	before := p.eval("changes")
	p.publish(nil)
	p.edit("other/index.html", "Other", "Another & more")
	p.publish(nil, preview.Edited{Address: "/other/", Title: "Another & more"})
	p.wait("!shade().getElementById('others').hidden")
	p.want(map[string]string{
		"changes": before, "shade().getElementById('others').textContent": "Also changed: Another & more",
		"shade().querySelector('#others a').getAttribute('href')": "/other/",
	})
}

func TestOverlay(t *testing.T) {
	p := openTab(t)
	p.eval("search.focus()")
	f := source.NewFile("content/a.md", []byte("one\nsee [b](<b>.md) there\n"))
	var list diag.List
	d := list.Add("link/broken", f.Place(12, 18), `there is no page "<b>.md"`)
	d.Hint = "did you mean this?"
	d.Related = []diag.Note{{Place: f.Place(0, 3), Message: "it was here"}}
	list.Warn("a/b", source.Place{}, "be careful")
	p.files["index.html"] = body("never shown")
	p.publish(list)
	p.wait("!shade().getElementById('errors').hidden")
	p.wait("shade().querySelector('#errors').innerText.includes('Hint')") // once it is laid out, which waits for a frame
	p.want(map[string]string{
		"document.title":                                                                  "First",
		"document.elementFromPoint(9, 9).id":                                              "quandary-preview",
		"document.activeElement.id":                                                       "search",
		"shade().querySelector('h2 span').textContent":                                    "1 error over the last good page",
		"shade().querySelector('article a').textContent":                                  "content/a.md:2:9",
		"shade().querySelector('article a').href":                                         "vscode://file/site/content/a.md:2:9",
		"shade().querySelector('article pre').textContent":                                "2 | see [b](<b>.md) there",
		"shade().querySelector('article mark').textContent":                               "<b>.md",
		"shade().querySelectorAll('article pre')[1].textContent":                          "1 | one",
		"shade().querySelector('#errors').innerText.includes('Hint: did you mean this?')": "true",
		"shade().querySelector('#errors').innerText.includes('Note: it was here')":        "true",
		"getComputedStyle(shade().getElementById('errors')).position":                     "fixed",
		"shade().querySelector('#beside summary').textContent":                            "1 warning",
		"shade().querySelector('#beside').open":                                           "false",
		"violations.join()":                                                               "",
	})
	p.must(chromedp.Do(p.ctx, chromedp.KeyEvent("\x1b")))
	p.wait("shade().getElementById('errors').hidden")
	p.want(map[string]string{"shade().querySelector('#beside summary').textContent": "1 error, 1 warning"})

	// It lies over a dialog as well, whose Escape leaves it there.
	p.eval("document.querySelector('dialog').showModal()")
	list.Add("a/c", source.Place{}, "another")
	p.publish(list)
	p.wait("!shade().getElementById('errors').hidden && document.elementFromPoint(9, 9).localName")
	p.must(chromedp.Do(p.ctx, chromedp.KeyEvent("\x1b")))
	p.wait("!document.querySelector('dialog').open && !shade().getElementById('errors').hidden")
	p.must(chromedp.Do(p.ctx, chromedp.KeyEvent("\x1b")))
	p.wait("shade().getElementById('errors').hidden")

	p.files["index.html"] = strings.ReplaceAll(first, "First", "Mended")
	p.publish(nil)
	p.wait("document.title === 'Mended'")
	p.want(map[string]string{
		"shade().getElementById('errors').hidden": "true", "shade().getElementById('beside').hidden": "true",
		"window.marker": "not reloaded",
	})
}

// TestNeverGood edits a site that has had errors from the start: edits are shown, and
// the errors stand beside them until there is a good page for them to lie over.
func TestNeverGood(t *testing.T) {
	ctx := browsertest.New(t)
	p := &tab{T: t, ctx: ctx, server: &preview.Server{}, files: map[string]string{"index.html": body("Draft")}}
	p.publish(broken())
	p.open()
	p.wait("!shade().getElementById('beside').hidden")
	p.want(map[string]string{
		"document.title": "Draft", "shade().getElementById('errors').hidden": "true",
		"shade().querySelector('#beside summary').textContent": "1 error",
		"shade().querySelectorAll('#beside article').length":   "1",
	})
	p.edit("index.html", "Draft", "Edited")
	p.publish(append(broken(), broken()...))
	p.wait("document.title === 'Edited' && shade().querySelector('#beside summary').textContent === '2 errors'")
	p.publish(nil)
	p.wait("shade().getElementById('beside').hidden")
	p.edit("index.html", "Edited", "Never shown")
	p.publish(broken())
	p.wait("!shade().getElementById('errors').hidden")
	p.want(map[string]string{"document.title": "Edited", "shade().getElementById('beside').hidden": "true"})
}

// TestStyles swaps a stylesheet that keeps its name, and one that gets another,
// and looks at every frame whether the page was ever without.
func TestStyles(t *testing.T) {
	p := openTab(t)
	p.eval(`(window.colors = new Set(), (function look() {
		colors.add(getComputedStyle(document.querySelector('h1')).color)
		requestAnimationFrame(look)
	})(), 0)`)
	color := "getComputedStyle(document.querySelector('h1')).color"
	p.edit("main.css", "rgb(1, 2, 3)", "rgb(4, 5, 6)")
	p.publish(nil)
	p.wait(color + " === 'rgb(4, 5, 6)'")
	p.wait("document.querySelectorAll('link').length === 1")

	p.files["main.2.css"] = strings.ReplaceAll(p.files["main.css"], "rgb(4, 5, 6)", "rgb(7, 8, 9)")
	p.edit("index.html", "/main.css", "/main.2.css")
	p.publish(nil)
	p.wait(color + " === 'rgb(7, 8, 9)'")
	p.wait("document.querySelectorAll('link').length === 1")
	p.want(map[string]string{"window.marker": "not reloaded", "violations.join()": ""})
	for _, c := range strings.Split(p.eval("[...colors].join(';')"), ";") {
		if !strings.Contains("rgb(1, 2, 3);rgb(4, 5, 6);rgb(7, 8, 9)", c) {
			p.Errorf("a frame was %s", c)
		}
	}
}

// TestReload changes what only a new page can show.
func TestReload(t *testing.T) {
	p := openTab(t)
	reloaded := func(name string) {
		t.Helper()
		p.publish(nil)
		p.wait("window.marker === '" + name + "'")
	}
	p.edit("page.js", "not reloaded", "another script")
	reloaded("another script")
	p.files["page.2.js"] = strings.ReplaceAll(p.files["page.js"], "another script", "another name")
	p.edit("index.html", "/page.js", "/page.2.js")
	reloaded("another name")

	// The page's script shows another page under its own address.
	p.eval(`(history.pushState(null, '', '/other/'), document.querySelector('main').replaceChildren('Other'), 0)`)
	<-p.stream("/other/").opened
	p.edit("other/index.html", "Other", "Other, new")
	p.publish(nil)
	p.wait("document.title === 'Other, new' && location.pathname === '/other/'")

	// A page that goes shows what a host would show, with where it went, to those who
	// were listening, as the panel shows; one that comes back, itself.
	var list diag.List
	list.Warn("a/b", source.Place{}, "be careful")
	p.publish(list)
	p.wait("shade() && !shade().getElementById('beside').hidden")
	page := p.files["other/index.html"]
	delete(p.files, "other/index.html")
	p.files["moved/index.html"] = page
	p.publish(nil, preview.Edited{Address: "/moved/", Title: "Moved"})
	p.wait("document.title === 'Nothing to show yet' && shade()?.getElementById('others').textContent === 'Also changed: Moved'")
	p.files["other/index.html"] = page
	p.publish(nil)
	p.wait("document.title === 'Other, new'")
}

func TestWaitingPage(t *testing.T) {
	ctx := browsertest.New(t)
	p := &tab{T: t, ctx: ctx, server: &preview.Server{}, files: map[string]string{"index.html": body("Good")}}
	p.server.Publish(nil, broken(), nil)
	p.open()
	p.wait("!shade().getElementById('errors').hidden")
	p.want(map[string]string{"document.title": "Nothing to show yet", "shade().querySelector('h2 span').textContent": "1 error"})
	p.publish(nil)
	p.wait("document.title === 'Good' && shade().getElementById('errors').hidden")
	if d := cmp.Diff("Good", p.eval("document.body.innerText.trim()")); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
