package search

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"quandary/internal/browsertest"
)

const (
	policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"

	page = `<!DOCTYPE html><html lang="en" data-root="%[1]s" data-search="%[1]sassets/search.js" data-search-label="Search"
data-search-close="Close" data-search-kind="Kind of page" data-search-all="Everything" data-search-found="Pages found: {0}"
data-search-none="Nothing found" data-search-more="Show more" data-search-failed="Not loaded"><head><meta charset="utf-8"><title>%[2]s</title>
<link rel="stylesheet" href="%[1]sassets/main.css"><script type="module" src="%[1]sassets/start.js"></script></head>
<body><a href="%[1]ssearch/" data-search>Search</a><main><h1>%[2]s</h1>%[3]s</main></body></html>`
)

// site serves a small site below /sub/, by no other means than a plain host has.
type site struct {
	*httptest.Server
	files map[string]string
	mu    sync.Mutex
	asked []string
	down  bool
	held  map[string]chan struct{} // by path below /sub/: answered once this is closed
}

func newSite(t testing.TB, docs []Document) *site {
	s := &site{files: index(docs), held: map[string]chan struct{}{}}
	s.files["assets/start.js"] = "import { search } from './search-loader.js'\nsearch()\n"
	s.files["index.html"] = fmt.Sprintf(page, "./", "Home", "")
	s.files["search/index.html"] = fmt.Sprintf(page, "../", "Search", `<div id="search"></div>`)
	for _, d := range docs {
		body := ""
		for _, p := range d.Sections {
			body += fmt.Sprintf("<h2 id=%q>%s</h2><p>%s</p>", p.ID, p.Heading, strings.ReplaceAll(p.Text, "\n", "<p>"))
		}
		s.files[d.URL+"index.html"] = fmt.Sprintf(page, strings.Repeat("../", strings.Count(d.URL, "/")), d.Title, body)
	}
	assets := http.StripPrefix("/sub/assets/", http.FileServerFS(os.DirFS("../../assets")))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/sub/")
		s.mu.Lock()
		s.asked = append(s.asked, path)
		held, down := s.held[path], s.down
		s.mu.Unlock()
		if held != nil {
			<-held
		}
		w.Header().Set("Content-Security-Policy", policy)
		if path == "" || strings.HasSuffix(path, "/") {
			path += "index.html"
		}
		s.mu.Lock()
		text, ok := s.files[path]
		s.mu.Unlock()
		switch {
		case down:
			w.WriteHeader(http.StatusServiceUnavailable)
		case ok:
			http.ServeContent(w, r, path, time.Time{}, strings.NewReader(text))
		default:
			assets.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// hold makes the host slow with the files that satisfy which, until the returned function is called.
func (s *site) hold(which func(path, data string) bool) (release func()) {
	gate := make(chan struct{})
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, data := range s.files {
		if which(path, data) {
			s.held[path] = gate
		}
	}
	return sync.OnceFunc(func() { close(gate) })
}

// tab is an open page of the browser.
type tab struct {
	testing.TB
	ctx context.Context
}

func (p tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if err := chromedp.Do(p.ctx, steps...); err != nil {
		p.Fatal(err)
	}
}

func (p tab) get(expression string) string {
	p.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		p.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (p tab) until(expression string) {
	p.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool]("!!("+expression+")")); err != nil {
		p.Fatalf("never %s: %v; status %q, list %q", expression, err, p.get("document.querySelector('[role=status]')?.textContent"), p.get(shown))
	}
}

const (
	shown = "[...document.querySelectorAll('a[data-result]')].map(a => a.getAttribute('href').split('/sub/')[1]).join(' ')"
	field = "document.getElementById('search-field')"
	first = "document.querySelector('a[data-result]')"
)

func openTab(t testing.TB, s *site, path string) tab {
	p := tab{t, browsertest.New(t)}
	p.do(chromedp.Navigate(s.URL + "/sub/" + path))
	return p
}

func TestDialogByKeyboard(t *testing.T) {
	s := newSite(t, small)
	p := openTab(t, s, "arguments/trust/")
	p.until("document.readyState === 'complete'")
	if i := slices.IndexFunc(s.asked, func(path string) bool {
		return strings.HasSuffix(path, "/search.js") || strings.HasPrefix(path, "search/")
	}); i >= 0 {
		t.Errorf("%s was loaded before anybody meant to search", s.asked[i])
	}
	p.do(chromedp.KeyEvent("/"))
	p.until(field + " === document.activeElement")
	p.do(chromedp.KeyEvent("reimb"))
	p.until(first)
	if got := p.get(shown); got != "arguments/bottom-line/#reimbursement" {
		t.Errorf("results: %s", got)
	}
	if got := p.get("document.querySelector('[role=status]').textContent"); got != "Pages found: 1" {
		t.Errorf("status: %s", got)
	}
	if got := p.get(first + ".querySelector('mark').textContent"); got != "Reimbursement" {
		t.Errorf("mark: %s", got)
	}
	p.do(chromedp.KeyEvent(kb.Escape))
	p.until("!document.querySelector('dialog').open && document.activeElement === document.body")
	p.do(chromedp.KeyEvent("/"))
	p.until("document.querySelector('dialog').open")
	if _, err := chromedp.RunResponse(p.ctx, chromedp.KeyEvent("observing\r")); err != nil {
		t.Fatal(err)
	}
	if got := p.get("document.title"); got != "Attend as an observer" {
		t.Errorf("Enter led to %s", got)
	}
}

func TestSearchPage(t *testing.T) {
	s := newSite(t, small)
	p := openTab(t, s, "search/?q=manager")
	p.until(first)
	want := `combobox "Search"
combobox "Kind of page"
listbox "Search"
option "Trust grows slowly argument All of them A team that trusts its manager asks for help."
option "Everything"
option "argument"
option "quadrant"`
	if got := p.tree("combobox", "listbox", "option"); got != want {
		t.Error(cmp.Diff(want, got))
	}
	p.do(chromedp.KeyEvent(kb.ArrowDown))
	p.until(field + ".getAttribute('aria-activedescendant') === 'search-0' && " + first + ".getAttribute('aria-selected') === 'true'")
	p.do(chromedp.Evaluate[chromedp.Void](field + ".value = ''; " + field + ".dispatchEvent(new Event('input')); 0"))
	p.until("!" + first + " && " + field + ".getAttribute('aria-expanded') === 'false' && !location.search")
	p.do(chromedp.KeyEvent("trust"))
	p.until("document.querySelectorAll('a[data-result]').length === 1 && location.search === '?q=trust'")
}

// The field keeps the focus when the rest of the results is shown, and whatever is typed has an address.
func TestShowMore(t *testing.T) {
	docs := handbook(12)
	for i := range docs {
		docs[i].Summary = "About zebras."
	}
	s := newSite(t, docs)
	p := openTab(t, s, "search/?q=zebras")
	p.until(first)
	all := "document.querySelectorAll('a[data-result]').length"
	p.until(all + " === 8")
	p.do(chromedp.Evaluate[chromedp.Void]("const more = document.querySelector('#search > button'); more.focus(); more.click(); 0"))
	p.until(all + " > 8 && document.querySelector('#search > button').hidden && " + field + " === document.activeElement")
	p.do(chromedp.Evaluate[chromedp.Void](field + ".value = '\\ud800 manager'; " + field + ".dispatchEvent(new Event('input')); 0"))
	p.until("new URLSearchParams(location.search).get('q') === '\\ufffd manager'")
}

// What was asked last is what is shown, however the answers come in.
func TestSlowNetwork(t *testing.T) {
	s := newSite(t, small)
	p := openTab(t, s, "search/")
	p.until(field)
	release := s.hold(func(path, data string) bool {
		return strings.HasSuffix(path, ".txt") && strings.Contains(data, "reimburs")
	})
	defer release()
	p.do(chromedp.KeyEvent("reimbursement"))
	p.until("performance.now() > 0")
	p.do(chromedp.Evaluate[chromedp.Void](field + ".value = ''; " + field + ".dispatchEvent(new Event('input')); 0"))
	p.do(chromedp.KeyEvent("observer"))
	p.until(first)
	release()
	p.until("performance.getEntriesByType('resource').filter(e => e.name.endsWith('.txt')).length > 1")
	p.until("(window.looks = (window.looks ?? 0) + 1) > 5") // the older answer would be shown by now
	if got := p.get(shown); !strings.HasPrefix(got, "quadrants/observe/") {
		t.Errorf("an older query's results: %s", got)
	}
}

// The index of a site that changed is opened anew when the reader comes back.
func TestFollowsTheSite(t *testing.T) {
	s := newSite(t, small)
	p := openTab(t, s, "arguments/trust/")
	p.do(chromedp.KeyEvent("/"))
	p.until(field + " === document.activeElement")
	p.do(chromedp.KeyEvent("zebra"))
	p.until("document.querySelector('[role=status]').textContent === 'Nothing found'")
	p.do(chromedp.KeyEvent(kb.Escape))
	p.until("!document.querySelector('dialog').open && document.activeElement === document.body")
	later := slices.Clone(small)
	later[1].Sections = append(slices.Clone(later[1].Sections), Section{ID: "z", Heading: "Of zebras", Text: "One."})
	s.mu.Lock()
	for path := range s.files {
		if strings.HasSuffix(path, ".txt") {
			delete(s.files, path)
		}
	}
	maps.Copy(s.files, index(later))
	s.mu.Unlock()
	p.do(chromedp.KeyEvent("k", chromedp.KeyModifiers(chromedp.ModifierCtrl))) // a protocol's "/" would land in the field
	p.until(first)
	if got := p.get(shown); got != "arguments/trust/#z" {
		t.Errorf("results after the edit: %s", got)
	}
}

func TestOffline(t *testing.T) {
	s := newSite(t, small)
	p := openTab(t, s, "search/?q=reimbursement")
	p.until(first)
	s.mu.Lock()
	s.down = true
	s.mu.Unlock()
	p.do(chromedp.KeyEvent("\b\b\b\b\b"))
	p.until(field + ".value === 'reimburs' && " + first)
	p.do(chromedp.Evaluate[chromedp.Void](field + ".value = 'unread'; " + field + ".dispatchEvent(new Event('input')); 0"))
	p.until("/Not loaded|Nothing found/.test(document.querySelector('[role=status]').textContent)")
}

// TestBackOnline asks for what is not at hand while the network is gone: that leaves no
// old answers, and is answered once it can be.
func TestBackOnline(t *testing.T) {
	docs := handbook(40)
	docs[0].Title, docs[1].Title = "Aardvarks", "Zebras"
	s := newSite(t, docs)
	p := openTab(t, s, "search/?q=aardvarks")
	p.until(first)
	network := func(down bool) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.down = down
	}
	network(true)
	p.do(chromedp.Evaluate[chromedp.Void](field + ".value = 'zebras'; " + field + ".dispatchEvent(new Event('input')); 0"))
	p.until("document.querySelector('[role=status]').textContent === 'Not loaded'")
	p.until("!" + first + " && " + field + ".getAttribute('aria-expanded') === 'false'")
	network(false)
	p.do(chromedp.Evaluate[chromedp.Void]("dispatchEvent(new Event('online')); 0"))
	p.until(first)
	if got := p.get(shown); !strings.HasPrefix(got, docs[1].URL) {
		t.Errorf("results: %s", got)
	}
}

// TestTypedAhead types before the search itself has come.
func TestTypedAhead(t *testing.T) {
	s := newSite(t, small)
	gate := make(chan struct{})
	s.held["assets/search.js"] = gate
	p := openTab(t, s, "arguments/trust/")
	p.do(chromedp.KeyEvent("/"), chromedp.KeyEvent("obs"))
	close(gate)
	p.until(field + " === document.activeElement")
	p.do(chromedp.KeyEvent("erver"))
	p.until(field + ".value === 'observer'")
	p.until(first)
	if got := p.get(shown); !strings.HasPrefix(got, "quadrants/observe/") {
		t.Errorf("results: %s", got)
	}
}

// tree prints the parts of the accessibility tree with one of the roles.
func (p tab) tree(roles ...string) string {
	var lines []string
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		full, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		for _, n := range full.Nodes {
			if role := value(n.Role); !n.Ignored && slices.Contains(roles, role) {
				lines = append(lines, fmt.Sprintf("%s %q", role, value(n.Name)))
			}
		}
		return err
	}))
	return strings.Join(lines, "\n")
}

func value(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	s := ""
	if err := json.Unmarshal(v.Value, &s); err != nil {
		return string(v.Value)
	}
	return s
}
