package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"quandary/internal/browsertest"
	"quandary/internal/preview"
	"quandary/internal/source"
)

// A live is a site that is being served, and what serve has printed.
type live struct {
	*testing.T
	opened
	server  preview.Server
	tree    *source.Tree
	printed *os.File
}

func serving(t *testing.T, pages ...string) *live {
	l := &live{T: t}
	dir := t.TempDir()
	for _, name := range pages {
		l.save(filepath.Join(dir, name), "first")
	}
	if err := l.open(dir, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	folder, err := source.Open(dir) // open has closed its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Root.Close() })
	l.folder, l.builder.Options.Keep = folder, true
	l.listen()
	l.tree = l.update(&l.server, nil, nil, nil)
	l.says("3 pages")
	return l
}

// listen has what is printed from here on written to a file.
func (l *live) listen() {
	l.Helper()
	file, err := os.CreateTemp(l.TempDir(), "")
	if err != nil {
		l.Fatal(err)
	}
	out, faults := os.Stdout, os.Stderr
	l.printed, os.Stdout, os.Stderr = file, file, file
	l.Cleanup(func() { os.Stdout, os.Stderr = out, faults; file.Close() })
}

func (l *live) save(path, text string) {
	l.Helper()
	if err := os.WriteFile(path, []byte("# "+text+"\n"), 0o644); err != nil {
		l.Fatal(err)
	}
}

// edit saves pages, of which the bell names one before the build and, if there is
// one that it does, another while the site is being built.
func (l *live) edit(text string, first, meanwhile string) {
	l.Helper()
	rings := make(chan []string, 1)
	for _, name := range []string{first, meanwhile} {
		if name != "" {
			l.save(filepath.Join(l.folder.Path, name), text)
		}
	}
	if meanwhile != "" {
		rings <- []string{meanwhile}
	}
	l.tree = l.update(&l.server, l.tree, []string{first}, rings)
}

// browse opens the site at an address in a browser.
func (l *live) browse(address string) (tab context.Context, open func()) {
	l.Helper()
	tab = browsertest.New(l)
	site := httptest.NewServer(&l.server)
	l.Cleanup(site.Close)
	l.Cleanup(func() { _ = chromedp.Do(tab, chromedp.Navigate("about:blank")) }) // ends the stream
	open = func() {
		l.Helper()
		if err := chromedp.Do(tab, chromedp.Navigate(site.URL+address)); err != nil {
			l.Fatal(err)
		}
	}
	open()
	return tab, open
}

// said returns what serve printed since the last call.
func (l *live) said() string {
	l.Helper()
	data, err := os.ReadFile(l.printed.Name())
	if err == nil {
		err = os.Truncate(l.printed.Name(), 0)
	}
	if err != nil {
		l.Fatal(err)
	}
	l.printed.Seek(0, io.SeekStart)
	return string(data)
}

// says checks what serve said, by how every line begins.
func (l *live) says(want ...string) {
	l.Helper()
	got := []string{}
	for line := range strings.Lines(l.said()) {
		_, line, _ = strings.Cut(line, "  ") // the time of day
		what, _, _ := strings.Cut(line, " in ")
		got = append(got, what)
	}
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		l.Errorf("printed, -want +got:\n%s", d)
	}
}

func (l *live) shows(address, want string) {
	l.Helper()
	r := httptest.NewRequest("GET", "http://localhost"+address, nil)
	w := httptest.NewRecorder()
	l.server.ServeHTTP(w, r)
	if _, page, _ := strings.Cut(w.Body.String(), "<title>"); !strings.HasPrefix(page, want+" ") {
		l.Errorf("%s has the title %.20q, want %q", address, page, want)
	}
}

// TestOutdatedBuildIsDropped edits a second page while the site is built for the
// first one: only the site with both edits is ever shown.
func TestOutdatedBuildIsDropped(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	l.edit("second", "a.md", "b.md")
	l.says("a.md and 1 more")
	l.shows("/a/", "second")
	l.shows("/b/", "second")

	l.edit("third", "a.md", "")
	l.says("a.md")
	l.shows("/a/", "third")
}

// TestEmptyRing rings while the site is built, and nothing has changed: what was
// built is shown, once.
func TestEmptyRing(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	rings := make(chan []string, 1)
	rings <- []string{"b.md"}
	l.save(filepath.Join(l.folder.Path, "a.md"), "second")
	l.tree = l.update(&l.server, l.tree, []string{"a.md"}, rings)
	l.says("a.md")
	l.shows("/a/", "second")
	l.tree = l.update(&l.server, l.tree, nil, rings)
	l.says()
}

// TestUnreadableMeanwhile breaks a page while the site is built, so that it cannot
// be read: that is said, and the page is looked at again at the next ring.
func TestUnreadableMeanwhile(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	b := filepath.Join(l.folder.Path, "b.md")
	l.save(filepath.Join(l.folder.Path, "a.md"), "second")
	l.save(b, "second")
	if err := os.Chmod(b, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(b); err == nil {
		t.Skip("this user may read everything")
	}
	rings := make(chan []string, 1)
	rings <- []string{"b.md"}
	l.tree = l.update(&l.server, l.tree, []string{"a.md"}, rings)
	if said := l.said(); !strings.Contains(said, "b.md") {
		t.Errorf("said %q", said)
	}
	if err := os.Chmod(b, 0o644); err != nil {
		t.Fatal(err)
	}
	l.tree = l.update(&l.server, l.tree, []string{}, rings)
	l.says("3 pages")
}

// TestNothingToRead takes the pages away and brings them back, as a checkout may: the
// last good ones stay meanwhile, with what is wrong, and are shown as good again.
func TestNothingToRead(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	away := t.TempDir()
	move := func(from, to string) {
		for _, name := range []string{"README.md", "a.md", "b.md"} {
			if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	move(l.folder.Path, away)
	l.tree = l.update(&l.server, l.tree, nil, nil)
	if said := l.said(); !strings.Contains(said, "there is no Markdown") {
		t.Errorf("said %q", said)
	}
	l.tree = l.update(&l.server, l.tree, nil, nil)
	l.says() // that again
	w := httptest.NewRecorder()
	l.server.ServeHTTP(w, httptest.NewRequest("GET", "http://localhost/a/", nil))
	if !strings.Contains(w.Body.String(), "<title>first") || l.told.Errors() != 1 {
		t.Errorf("shows %.200q, told %v", w.Body, l.told)
	}
	move(away, l.folder.Path)
	l.tree = l.update(&l.server, l.tree, nil, nil)
	l.says("3 pages")
	if l.told.Errors() != 0 {
		t.Errorf("still told %v", l.told)
	}
}

// TestUpdateOfAPage edits a page in a browser, where the site's own scripts add to
// what is served: afterwards they have added what they add to a fresh page.
func TestUpdateOfAPage(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	tab, open := l.browse("/a/")
	shown := func(title string) string {
		t.Helper()
		wait := chromedp.PollFunction[bool]("(title) => document.title.startsWith(title)", chromedp.WithPollingArgs(title))
		_, err := chromedp.Run(tab, wait)
		what, err2 := chromedp.Run(tab, chromedp.Evaluate[string](`[document.documentElement.className,
			...[...document.querySelectorAll('main :is(h2, h3, pre, .anchor, .copy)')].map((e) =>
				[e.localName, e.className, e.ariaLabel, e.parentNode.className, e.textContent].join(' ')),
		].join('\n')`))
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return what
	}
	for _, text := range []string{
		"One\n\n## Part\n\n```\ncode\n```\n\n## Last\n",
		"Two\n\n## Renamed\n\n```\nnew\n```\n\nText\n\n```\ncode\n```\n\n## Last\n\n### More\n",
		"Three\n\nNothing of it.\n",
		"Four\n\n### More\n",
	} {
		l.edit(text, "a.md", "")
		title, _, _ := strings.Cut(text, "\n")
		updated := shown(title)
		open()
		if d := cmp.Diff(shown(title), updated); d != "" {
			t.Errorf("%s: -a fresh page +updated:\n%s", title, d)
		}
	}
}

// TestPictureChanges draws a picture anew: the open page that shows it is loaded again.
func TestPictureChanges(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	picture := filepath.Join(l.folder.Path, "p.svg")
	draw := func(text string) {
		if err := os.WriteFile(picture, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	draw("<svg/>")
	l.save(filepath.Join(l.folder.Path, "a.md"), "with a picture\n\n![It](p.svg)")
	l.tree = l.update(&l.server, l.tree, nil, nil)
	site := httptest.NewServer(&l.server)
	t.Cleanup(site.Close)
	events, err := http.Get(site.URL + "/-/quandary/events?page=/a/")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	lines := bufio.NewScanner(events.Body)
	until := func(want string) {
		t.Helper()
		for lines.Scan() {
			if lines.Text() == want {
				return
			} else if lines.Text() == ":" { // it had nothing else to say
				break
			}
		}
		t.Fatalf("never said %q", want)
	}
	until("event: errors")
	draw("<svg><path/></svg>")
	l.tree = l.update(&l.server, l.tree, []string{"p.svg"}, nil)
	until("event: reload")
}

// TestFolderGone takes away the folder of a site that is being served.
func TestFolderGone(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	ended := make(chan error)
	go func() { ended <- l.serve(&preview.Server{}, 0, 0) }()
	for data := []byte{}; !bytes.Contains(data, []byte("3 pages in")); { // it is built, and watched since before
		data, _ = os.ReadFile(l.printed.Name())
	}
	if err := os.RemoveAll(l.folder.Path); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "moved or deleted") {
		t.Errorf("serve ends with %v", err)
	}
}

// TestToldOnce leaves a fault standing through edits above it and elsewhere: it is
// printed once, and counted as long as it stands.
func TestToldOnce(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	for _, edit := range []struct{ name, text, told, sum string }{
		{"a.md", "a\n\n[x](gone.md)", "gone.md", "1 error"},
		{"b.md", "b\n\n[x](lost.md)", "lost.md", "2 errors"},
		{"a.md", "a\n\nMore.\n\n[x](gone.md)", "", "2 errors"},
		{"a.md", "a", "", "1 error"},
		{"a.md", "a\n\n[x](gone.md)", "gone.md", "2 errors"},
	} {
		l.edit(edit.text, edit.name, "")
		printed := l.said()
		for _, fault := range []string{"gone.md", "lost.md"} {
			if told := strings.Contains(printed, strconv.Quote(fault)); told != (fault == edit.told) {
				t.Errorf("after %q in %s: that there is no %s is told: %t", edit.text, edit.name, fault, told)
			}
		}
		if !strings.HasSuffix(printed, ", "+edit.sum+"\n") {
			t.Errorf("after %q in %s: printed %q, want %q at its end", edit.text, edit.name, printed, edit.sum)
		}
	}
}

// TestSearchFollowsAnEdit leaves a search open while another page gets the word, has it
// elsewhere, loses it, and is deleted while it has it: what is found follows.
func TestSearchFollowsAnEdit(t *testing.T) {
	l := serving(t, "README.md", "a.md", "b.md")
	tab, _ := l.browse("/search/?q=zebra")
	found := `[...document.querySelectorAll('[data-result]')].map((a) => a.pathname + a.hash).join(' ') ||
		document.querySelector('[role=status]')?.textContent`
	becomes := func(want string) {
		t.Helper()
		wait := chromedp.PollFunction[bool]("(want) => ("+found+") === want", chromedp.WithPollingArgs(want))
		if _, err := chromedp.Run(tab, wait); err != nil {
			got, _ := chromedp.Run(tab, chromedp.Evaluate[string](found))
			t.Fatalf("%v: %q, want %q", err, got, want)
		}
	}
	becomes("Nothing found")
	for _, edit := range [][2]string{
		{"a\n\n## Of zebras\n\nStripes.", "/a/#of-zebras"},
		{"a\n\nAn opening that says what the page is about.\n\n## Stripes\n\nThe zebra has some.", "/a/#stripes"},
		{"a", "Nothing found"},
		{"a zebra", "/a/"},
	} {
		l.edit(edit[0], "a.md", "")
		becomes(edit[1])
	}
	if err := os.Remove(filepath.Join(l.folder.Path, "a.md")); err != nil {
		t.Fatal(err)
	}
	l.tree = l.update(&l.server, l.tree, []string{"a.md"}, nil)
	becomes("Nothing found")
}
