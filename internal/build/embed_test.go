package build_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// foreign are the pages of somebody else, on an origin of their own, whose
// policy lets in the site's frame and its one script and nothing more. SITE is
// the site's origin.
var foreign = map[string]string{
	"/frame": `<iframe src="SITE/decide/embed/" title="Decide" width="600" height="700"></iframe>`,
	"/element": `<script src="listen.js"></script><script src="SITE/assets/embed.js" defer></script>
		<quandary-decision src="SITE/decide/"><a href="SITE/decide/">How involved should you be?</a></quandary-decision>`,
	"/listen.js": `window.heard = []
		for (const type of ['start', 'answer', 'result']) document.addEventListener('quandary:' + type, e => heard.push(
			[type, e.target.localName, new URL(e.detail.decision).pathname, e.detail.question, e.detail.answer, e.detail.name].join(' ').trim()))`,
}

// serveForeign serves the foreign pages.
func serveForeign(t *testing.T, site string) *httptest.Server {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := strings.ReplaceAll(foreign[r.URL.Path], "SITE", site)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+site+"; frame-src "+site)
		if strings.HasSuffix(r.URL.Path, ".js") {
			w.Header().Set("Content-Type", "text/javascript")
		} else {
			text = `<!doctype html><html lang="en"><title>Welcome</title><h1>Welcome</h1>` + text
		}
		fmt.Fprint(w, text)
	}))
	t.Cleanup(s.Close)
	return s
}

// frame is the page's one iframe, wherever it stands.
const frame = `(document.querySelector('iframe') || document.querySelector('quandary-decision').shadowRoot.querySelector('iframe'))`

// inside waits for an expression to hold in the page's one iframe, and returns it.
func (p *tab) inside(expression string) string {
	p.Helper()
	nodes, err := chromedp.Run(p.ctx, chromedp.Nodes(chromedp.JSPath(frame)))
	if err != nil {
		p.Fatal(err)
	}
	text, err := chromedp.Run(p.ctx, chromedp.Poll[string]("String("+expression+" || '')", chromedp.WithPollingInFrame(nodes[0])))
	if err != nil {
		p.Fatalf("never in the frame %s: %v", expression, err)
	}
	return text
}

// framed waits until the page's one iframe is at an address of the site. It
// asks the browser, so it does without scripts.
func (p *tab) framed(path string) {
	p.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for {
			tree, err := cdp.Call(ctx, t, page.GetFrameTree, cdp.Empty{})
			if err != nil {
				return fmt.Errorf("the frame never came to %s: %w", path, err)
			}
			if f := tree.FrameTree.ChildFrames; len(f) == 1 && f[0].Frame.URL == p.host.URL+path {
				return nil
			}
		}
	}))
}

// TestEmbedFrame answers in an iframe of a page without scripts, by keyboard.
func TestEmbedFrame(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	at := serveForeign(t, p.host.URL).URL + "/frame"
	for _, scripts := range []bool{true, false} {
		p.scripts(scripts)
		p.do(chromedp.Navigate(at))
		p.framed("/decide/embed/")
		p.press("\t\r") // the first answer is the first thing to come to
		p.framed("/decide/embed/impact.direct/")
		if got := p.text("location.href"); got != at {
			t.Errorf("scripts %v: an answer leads the page around it to %s", scripts, got)
		}
	}
}

// TestEmbedElement embeds the decision with the one script.
func TestEmbedElement(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	at := serveForeign(t, p.host.URL).URL + "/element"
	p.do(media("screen", "light", "none"), window(700))
	p.do(chromedp.Navigate(at))
	if got := p.text(frame + `.title`); got != "How involved should you be?" {
		t.Errorf("the frame is called %q", got)
	}
	p.fits()
	p.follows()
	p.press("\t")
	p.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\t")) // to the third answer
	p.press("\r")
	p.inside(`document.activeElement.localName === 'h1' && location.pathname === '/decide/embed/impact.none/'`)
	p.fits()
	p.press("\t\r")
	p.inside(`document.querySelector('[data-result]') && document.activeElement.localName`)
	p.fits()
	p.until(`heard.some(h => h.startsWith('result'))`)
	question := p.text(`heard.find(h => h.includes(' team '))?.split(' ')[4] ?? ''`)
	name := p.inside(`document.querySelector('[data-result]').dataset.name`)
	want := []string{
		"start quandary-decision /decide/embed/", "answer quandary-decision /decide/embed/ impact none",
		"answer quandary-decision /decide/embed/ team " + question, "result quandary-decision /decide/embed/   " + name,
	}
	if got := strings.Split(p.text(`heard.join('\n')`), "\n"); !slices.Equal(got, want) {
		t.Errorf("heard %q, want %q", got, want)
	}
	for _, from := range []string{p.text(fetched), p.inside(fetched)} {
		for _, address := range strings.Fields(from) {
			if !strings.HasPrefix(address, p.host.URL+"/") && !strings.HasSuffix(address, "/listen.js") {
				t.Errorf("%s is fetched", address)
			}
		}
	}
	p.scripts(false)
	p.do(chromedp.Navigate(at))
	p.press("\t")
	if got := p.text(`document.activeElement.href`); got != p.host.URL+"/decide/" {
		t.Errorf("without scripts the element is %q", got)
	}
}

// fetched are the addresses of all that a page has fetched.
const fetched = `performance.getEntriesByType('resource').map(e => e.name).join(' ')`

// fits waits until the frame is as tall as what it shows.
func (p *tab) fits() {
	p.Helper()
	p.inside(`Math.abs(innerHeight - document.body.scrollHeight) < 2 && document.documentElement.scrollHeight <= innerHeight`)
}

// follows has the frame follow what the page around it does about light and dark.
func (p *tab) follows() {
	p.Helper()
	for _, step := range []struct{ does, want string }{
		{"''", "light"}, // what declares nothing is light, whatever the system is
		{"document.documentElement.style.colorScheme = 'dark'", "dark"},
		{"document.documentElement.style.colorScheme = 'light dark'", "dark"},
		{"document.documentElement.style.colorScheme = 'light'", "light"},
		{"document.documentElement.style.colorScheme = '', document.head.insertAdjacentHTML('beforeend', '<meta name=color-scheme content=dark>'), ''", "dark"},
		{"document.querySelector('quandary-decision').setAttribute('theme', 'light'), ''", "light"},
	} {
		p.do(media("screen", "dark", "none"))
		p.text(step.does)
		p.inside(`getComputedStyle(document.documentElement).colorScheme === '` + step.want + `'`)
	}
}

// TestStaleLinks follows yesterday's links to states that are gone.
func TestStaleLinks(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	for address, want := range map[string]string{
		"/decide/impact.none/team.gone/":            "/decide/impact.none/",
		"/decide/impact.direct/gone.answer/":        "/decide/impact.direct/",
		"/decide/?changed":                          "/decide/",
		"/decide/?impact=gone":                      "/decide/",
		"/decide/embed/impact.none/gone.answer/":    "/decide/embed/impact.none/",
		"/decide/impact.none/gone.answer/?x=1#part": "/decide/impact.none/",
	} {
		p.open("/about/")
		p.do(chromedp.Evaluate[chromedp.Void](`location.assign('` + address + `')`))
		p.arrives(want)
		note := p.text(`document.querySelector('main').firstElementChild.className + ': ' + document.querySelector('main').firstElementChild.textContent`)
		if !strings.HasPrefix(note, "note changed: The questions have changed") {
			t.Errorf("%s: the note is %q", address, note)
		}
		if got := p.text(`document.activeElement.localName + document.querySelectorAll('h1').length`); got != "body1" {
			t.Errorf("%s: focus and number of headings are %s", address, got)
		}
	}
}

// arrives waits until the page stands at a path of a state, the note shown.
func (p *tab) arrives(path string) {
	p.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		there := chromedp.Evaluate[bool](`location.pathname + location.search === '` + path + `' && !!document.querySelector('.changed')`)
		for ctx.Err() == nil {
			if ok, err := there(ctx, t); err == nil && ok { // it fails while pages change
				return nil
			}
		}
		return fmt.Errorf("never at %s: %w", path, ctx.Err())
	}))
}
