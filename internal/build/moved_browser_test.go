package build_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// seen says whether the reader sees the element that the address names.
const seen = `(() => { const e = document.querySelector(':target'); if (!e) return 'nothing';
	const box = e.getBoundingClientRect();
	return e.checkVisibility() && box.top >= 0 && box.top < innerHeight ? e.textContent.trim() || e.parentElement.textContent.trim() : 'out of sight' })()`

// TestOldAddressesInABrowser follows old addresses, with scripts and without.
func TestOldAddressesInABrowser(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/links.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range archive.Files { // long pages, so that arriving means scrolling
		if strings.HasSuffix(f.Name, ".md") {
			archive.Files[i].Data = append(f.Data, strings.Repeat("\nA line, and another one after it.\n", 200)...)
		}
	}
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, lay(t, archive), build.Options{}).build(t))}
	at := func(address string) string { return "location.pathname + location.hash === '" + address + "'" }

	for _, scripts := range []bool{true, false} {
		p.scripts(scripts)
		p.open("/")
		if got := p.text(`getComputedStyle(document.querySelector('.elsewhere')).display`); got != "none" {
			t.Errorf("scripts %v: a reader who did not ask sees what moved: %s", scripts, got)
		}
		for address, want := range map[string]string{
			"/#old-part":  "First part",
			"/#gone-part": "This part was withdrawn: nobody read it",
		} {
			p.open("/404") // so that the next is a page load
			p.open(address)
			if got := p.text(seen); got != want {
				t.Errorf("scripts %v: at %s one sees %q, want %q", scripts, address, got, want)
			}
		}
		p.open("/gone/")
		if got := p.text(`document.querySelector('main').textContent`); !strings.Contains(got, "nobody read it") {
			t.Errorf("scripts %v: /gone/ says %q", scripts, got)
		}
	}

	p.open("/#part-that-left") // scripts are off
	if got := p.text(seen); got != "This part has moved: Wer" {
		t.Errorf("without scripts one sees %q", got)
	}

	p.scripts(true)
	p.open("/start/#part")
	p.until(at("/guide/setup/#part"))
	p.until("document.readyState === 'complete'")
	if got := p.text(seen); got != "Part" {
		t.Errorf("after a redirect one sees %q", got)
	}
	p.open("/#part-that-left")
	p.until(at("/guide/%C3%BCber-uns/#wer"))
	p.open("/old/start.html?x=1#part")
	p.until(`location.search === '?x=1' && ` + at("/guide/setup/#part"))
}

// TestOldStatesInABrowser follows addresses that states of decisions had: when
// the questions came in another order, and when the decision stood elsewhere.
func TestOldStatesInABrowser(t *testing.T) {
	archive := starter(t)
	for i, f := range archive.Files {
		if f.Name == "content/decide.md" {
			archive.Files[i].Data = bytes.Replace(f.Data, []byte("title:"), []byte("aliases: [/ask/]\ntitle:"), 1)
		}
	}
	archive.Files = append(archive.Files, txtar.File{Name: "content/addresses.txt", Data: []byte(`
/ask/ -> /decide/
/ask/embed/ ?
/ask/notice.us/loss.no/ ?
/decide/loss.yes/notice.customers/ ?
/decide/notice.nobody/ ?
`)})
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, lay(t, archive), build.Options{}).build(t))}
	for old, now := range map[string]string{
		"/ask/embed/":                        "/decide/embed/",
		"/ask/notice.us/loss.no/":            "/decide/notice.us/loss.no/",
		"/decide/loss.yes/notice.customers/": "/decide/notice.customers/loss.yes/",
		"/decide/notice.nobody/":             "/decide/",
	} {
		p.open(old)
		p.until("location.pathname + location.search === '" + now + "'")
		if got := p.text(`document.querySelector('.changed')?.textContent ?? ''`); (got != "") != strings.HasPrefix(old, "/decide/") {
			t.Errorf("%s: the reader is told %q", old, got)
		}
	}
	p.scripts(false)
	p.open("/ask/notice.us/loss.no/")
	if got := p.text(`document.querySelector('meta[http-equiv=refresh]').content + document.querySelector('main a').pathname`); got !=
		"1; url=../../../decide/?notice=us&loss=no/decide/" {
		t.Errorf("without scripts a reader is sent to %q", got)
	}
}
