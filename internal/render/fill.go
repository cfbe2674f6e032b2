package render

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strconv"

	"quandary/internal/link"
	"quandary/internal/markdown"
	"quandary/internal/site"
)

func htmlEscape(s string) string { return html.EscapeString(s) }

// filler fills the holes of one page's HTML.
type filler struct {
	r     *Renderer
	root  string
	words *Words
	page  *site.Page
	depth int // of embeds inside embeds
	first bool

	doc     *markdown.Document // whose HTML it is
	targets []link.Target      // where its links lead
}

// content returns the page's HTML with every hole filled.
func (r *Renderer) content(p *site.Page, root string, words *Words) []byte {
	f := &filler{r: r, root: root, words: words, page: p, first: true, doc: p.Doc, targets: r.in.Graph.Targets[p.ID]}
	return p.Doc.Append(make([]byte, 0, len(p.Doc.HTML)+len(p.Doc.Holes)*48), 0, len(p.Doc.HTML), f.fill)
}

func (f *filler) fill(dst []byte, h markdown.Hole) []byte {
	if h.Part == markdown.Word {
		return append(dst, htmlEscape(f.words.SayOr(h.Key))...)
	}
	t := f.targets[h.Link]
	l := &f.doc.Links[h.Link]
	switch {
	case h.Part == markdown.Whole:
		return f.embed(dst, t)
	case h.Part == markdown.Text:
		return append(dst, htmlEscape(linkText(t, l))...)
	case h.Part == markdown.Address:
		if t.External != "" {
			return append(dst, htmlEscape(t.External)...)
		}
		if t.Broken() {
			return dst
		}
		return f.address(dst, t)
	case l.Form == markdown.Image || l.Form == markdown.RawImage:
		return f.image(dst, t)
	}
	return f.link(dst, t)
}

// linkText is what a wiki link without a label reads as.
func linkText(t link.Target, l *markdown.Link) string {
	if t.Page == nil {
		return l.Target
	}
	for _, h := range t.Page.Doc.Headings {
		if t.Fragment != "" && h.ID == t.Fragment {
			return h.Text
		}
	}
	return t.Page.Title
}

// link writes the attributes of an <a>. A link that leads nowhere has no
// address: the page can be built all the same, with --force.
func (f *filler) link(dst []byte, t link.Target) []byte {
	switch {
	case t.Broken():
		return append(dst, ` class="broken"`...)
	case t.External != "":
		dst = append(dst, ` href="`...)
		dst = append(dst, htmlEscape(t.External)...)
		return append(dst, `" rel="external"`...)
	}
	dst = append(dst, ` href="`...)
	dst = f.address(dst, t)
	return append(dst, '"')
}

// address writes the address of a target inside the site.
func (f *filler) address(dst []byte, t link.Target) []byte {
	if t.Page != f.page || f.depth > 0 || t.Fragment == "" {
		dst = append(dst, f.root...)
		if t.File != "" {
			dst = append(dst, htmlEscape(escapePath(f.r.in.Files[t.File].Path))...)
		} else {
			dst = append(dst, htmlEscape(t.Page.Path)...)
		}
	}
	if t.Fragment != "" {
		dst = append(dst, '#')
		dst = append(dst, htmlEscape(t.Fragment)...)
	}
	return dst
}

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// image writes the attributes of an <img>: its size, so that nothing moves when
// it arrives, and all but the first are loaded when they come near.
func (f *filler) image(dst []byte, t link.Target) []byte {
	switch {
	case t.External != "":
		dst = append(dst, ` src="`...)
		dst = append(dst, htmlEscape(t.External)...)
	case t.File != "":
		dst = append(dst, ` src="`...)
		dst = f.address(dst, t)
	default:
		return append(dst, ` class="broken"`...)
	}
	dst = append(dst, '"')
	if info := f.r.in.Files[t.File]; info.Width > 0 {
		dst = append(dst, ` width="`...)
		dst = strconv.AppendInt(dst, int64(info.Width), 10)
		dst = append(dst, `" height="`...)
		dst = strconv.AppendInt(dst, int64(info.Height), 10)
		dst = append(dst, '"')
	}
	if !f.first {
		dst = append(dst, ` loading="lazy"`...)
	}
	f.first = false
	return append(dst, ` decoding="async"`...)
}

// mostDepth is how deep embeds nest before they become links.
const mostDepth = 4

// embed writes the content of another page, or of one of its sections, without
// its ids: those belong to the other page.
func (f *filler) embed(dst []byte, t link.Target) []byte {
	if t.File != "" {
		dst = append(dst, "<p><img"...)
		dst = f.image(dst, t)
		return append(dst, " alt=\"\"></p>\n"...)
	}
	if t.Page == nil || f.depth >= mostDepth {
		return dst
	}
	inner := &filler{r: f.r, root: f.root, words: f.words, page: t.Page, depth: f.depth + 1, doc: t.Page.Doc, targets: f.r.in.Graph.Targets[t.Page.ID]}
	from, to := 0, len(t.Page.Doc.HTML)
	for _, h := range t.Page.Doc.Headings {
		if t.Fragment != "" && h.ID == t.Fragment && h.From >= 0 {
			from, to = h.From, h.To
		}
	}
	body := t.Page.Doc.Append(nil, from, to, inner.fill)
	dst = append(dst, `<div class="embedded">`...)
	dst = append(dst, strip(body)...)
	dst = append(dst, `<p class="embedded-from"><a href="`...)
	dst = f.address(dst, link.Target{Page: t.Page, Fragment: t.Fragment})
	dst = append(dst, `">`...)
	dst = append(dst, htmlEscape(t.Page.Title)...)
	return append(dst, "</a></p></div>\n"...)
}

var ids = regexp.MustCompile(`(<(?:h[1-6]|li|sup|span|a)\b[^>]*?) id="[^"]*"`)

// What links a note to its text, and back.
var (
	notes    = regexp.MustCompile(`<a href="#fn:[^"]*"`)
	backrefs = regexp.MustCompile(`(?:&#160;)?<a href="#fnref:[^>]*>.*?</a>`)
)

// strip removes what an excerpt cannot have.
func strip(body []byte) []byte {
	body = backrefs.ReplaceAll(ids.ReplaceAll(body, []byte("$1")), nil)
	return bytes.TrimSpace(notes.ReplaceAll(body, []byte("<a")))
}
