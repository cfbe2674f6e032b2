package build_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/ledongthuc/pdf"
	"golang.org/x/text/unicode/norm"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// In points: the margins of the paper, less half a point, and the height of
// the foot of a page.
const (
	side, top, foot = 67.5, 62, 68
	width, height   = 595, 842
)

// written is what a page says on paper, a text a line. The pictures of the
// decision say it again.
const written = `[...document.querySelectorAll('main *:not(svg *)')].filter(e => e.checkVisibility() && !e.closest('[aria-hidden]') && getComputedStyle(e).clipPath === 'none')
	.flatMap(e => [...e.childNodes]).filter(n => n.nodeType === 3 && n.data.trim()).map(n => n.data.replace(/\s+/g, ' ')).join('\n')`

// TestPaper prints pages, and looks for everything that they say inside the
// margins of the paper.
func TestPaper(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	p.do(media("print", "light", "none"))
	for address, most := range map[string]int{
		"/": 2, "/quadrants/observe/": 3, "/arguments/bottom-line/": 3, "/writers/": 5, "/decide/": 3,
		"/decide/impact.none/team.new/": 3, "/decide/overview/": 4, "/map/": 3, "/print/": 60,
	} {
		paper := p.print(address)
		if n := paper.NumPage(); n < 1 || n > most {
			t.Errorf("%s: %d pages of paper, want at most %d", address, n, most)
		}
		var all strings.Builder
		for i := 1; i <= paper.NumPage(); i++ {
			for _, text := range paper.Page(i).Content().Text {
				if text.X < side || text.X+text.W > width-side || text.Y > height-top || text.Y < 0 {
					t.Errorf("%s: %q is cut off at %.0f, %.0f of page %d", address, text.S, text.X, text.Y, i)
				}
				if text.Y > foot {
					all.WriteString(text.S)
				}
			}
		}
		for text := range strings.SplitSeq(p.text(written), "\n") {
			if !onPaper(solid(all.String()), solid(text)) {
				t.Errorf("%s: %q is not on paper", address, text)
			}
		}
	}
}

// print prints the page at an address.
func (p *tab) print(address string) *pdf.Reader {
	p.Helper()
	p.open(address)
	out, err := chromedp.Run(p.ctx, func(ctx context.Context, t *chromedp.Target) (page.PrintToPDFResult, error) {
		return cdp.Call(ctx, t, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), GenerateDocumentOutline: new(true), GenerateTaggedPDF: new(true)})
	})
	if err != nil {
		p.Fatal(err)
	}
	paper, err := pdf.NewReader(bytes.NewReader(out.Data), int64(len(out.Data)))
	if err != nil {
		p.Fatal(err)
	}
	return paper
}

// solid is text without its spaces, which paper may break lines at, and
// without ligatures.
func solid(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
}

// onPaper reports whether text is there, in one piece or on two pages.
func onPaper(all, text string) bool {
	for cut := len(text); cut > 0; cut-- {
		if strings.Contains(all, text[:cut]) {
			return strings.Contains(all, text[cut:])
		}
	}
	return false
}

// TestPaperReferences follows every link in the printed handbook: it stays in
// it, and leads to a page of paper that has the number of its chapter at the
// foot. The number is what whoever reads it on paper has to go by.
func TestPaperReferences(t *testing.T) {
	res := openFolder(t, playbook, build.Options{}).build(t)
	p := &tab{t, browsertest.New(t), serveSite(t, res)}
	paper := p.print("/print/")
	chapters, links := map[string]bool{}, 0
	for i := 1; i <= paper.NumPage(); i++ {
		annotations := paper.Page(i).V.Key("Annots")
		for j := range annotations.Len() {
			link := annotations.Index(j)
			if uri := link.Key("A").Key("URI").RawString(); strings.HasPrefix(uri, p.host.URL) {
				t.Errorf("page %d: a link leaves the handbook for %s", i, uri)
			}
			if to := link.Key("Dest").Name(); strings.HasPrefix(to, "chapter-") {
				links++
				chapters[to] = true
			}
		}
	}
	if len(chapters) != len(res.Site.Pages) || links < 3*len(chapters) {
		t.Errorf("%d links lead to %d chapters, and there are %d pages", links, len(chapters), len(res.Site.Pages))
	}
	feet := p.feet(paper)
	for chapter := range chapters {
		at := paper.Trailer().Key("Root").Key("Dests").Key(chapter).Index(0)
		number := strings.TrimPrefix(chapter, "chapter-")
		if got := feet[fmt.Sprint(at)]; !strings.HasPrefix(got, number+" ") {
			t.Errorf("a reference to chapter %s leads to a page whose foot says %q", number, got)
		}
	}
}

// feet are what stands at the left foot of every page of paper, by the page.
func (p *tab) feet(paper *pdf.Reader) map[string]string {
	feet := map[string]string{}
	for i := 1; i <= paper.NumPage(); i++ {
		var b strings.Builder
		for _, text := range paper.Page(i).Content().Text {
			if text.Y < foot && text.X < width/2 {
				b.WriteString(text.S)
			}
		}
		feet[fmt.Sprint(paper.Page(i).V)] = b.String()
	}
	return feet
}
