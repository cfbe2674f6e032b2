package render

import (
	"bytes"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/highlight"
	"quandary/internal/link"
	"quandary/internal/markdown"
)

var htmlEscape = template.HTMLEscapeString

func escapePath(p string) string { return (&url.URL{Path: p}).EscapedPath() }

// filler fills the holes of one document's HTML.
type filler struct {
	*View
	doc     *markdown.Document
	targets []link.Target // where its links lead
	depth   int           // of embeds inside embeds
	shown   bool          // a picture was: all but the first are loaded late
}

// filler fills the holes of a page's body, or of one of its fields.
func (v *View) filler(p *Page, doc *markdown.Document, depth int) *filler {
	targets := of(p, v.r.in.Graph.Targets)
	first := slices.IndexFunc(targets, func(t link.Target) bool { return len(doc.Links) > 0 && t.Link == &doc.Links[0] })
	return &filler{View: v, doc: doc, targets: targets[max(first, 0):], depth: depth}
}

func (f *filler) html(from, to int) []byte {
	return f.doc.Append(make([]byte, 0, to-from+48*len(f.doc.Holes)), from, to, f.fill)
}

// Content is the page's HTML, with every hole filled. In the printed handbook
// it has no ids of its own.
func (v *View) Content() template.HTML {
	f := v.filler(v.Page, v.Page.Source.Doc, 0)
	return template.HTML(f.oldAnchors(f.html(0, len(f.doc.HTML))))
}

func (f *filler) fill(dst []byte, h markdown.Hole) []byte {
	if h.Part == markdown.Word {
		_, kind, _ := strings.Cut(h.Key, "-") // of a callout for which there are no words
		words := content.UpperFirst(kind)
		if _, known := f.phrases[h.Key]; known {
			words = f.Say(h.Key)
		}
		return append(dst, htmlEscape(words)...)
	}
	if h.Part == markdown.Coloured {
		code := f.doc.Codes[h.Link]
		return highlight.Append(dst, code.Language, code.Text)
	}
	t, l := f.targets[h.Link], &f.doc.Links[h.Link]
	switch {
	case h.Part == markdown.Whole:
		return f.embed(dst, t)
	case h.Part == markdown.Text:
		return append(dst, htmlEscape(linkText(t, l.Target))...)
	case h.Part == markdown.Address:
		return append(dst, f.address(t)...)
	case t.Broken(): // built all the same, with --force
		return append(dst, ` class="broken"`...)
	case l.IsImage(): // which leads to no page
		return f.image(dst, t)
	}
	address := f.address(t)
	dst = append(append(append(dst, ` href="`...), address...), '"')
	if t.External != "" {
		dst = append(dst, ` rel="external"`...)
	}
	return append(dst, numbered(address)...)
}

// Headings are the contents of a page: its headings of the highest level, each
// with those of the next level below it. A page with fewer than two headings has
// none.
func (p *Page) Headings() (contents []markdown.Heading) {
	headings := p.Source.Doc.Headings
	if len(headings) < 2 {
		return nil
	}
	top := slices.MinFunc(headings, func(a, b markdown.Heading) int { return a.Level - b.Level }).Level
	for _, h := range headings {
		if last := len(contents) - 1; h.Level == top {
			contents = append(contents, h)
		} else if h.Level == top+1 && last >= 0 {
			contents[last].Under = append(contents[last].Under, h)
		}
	}
	return contents
}

// linkText is what a wiki link without a label reads as.
func linkText(t link.Target, written string) string {
	if t.Page == nil {
		return written
	}
	for _, h := range t.Page.Doc.Headings {
		if t.Fragment != "" && h.ID == t.Fragment {
			return h.Text
		}
	}
	return t.Page.Title
}

// address is the address of a target, escaped; "" where it is broken.
func (f *filler) address(t link.Target) string {
	path, anchor := "", ""
	if t.Fragment != "" {
		anchor = "#" + t.Fragment
	}
	switch {
	case t.External != "" || t.Broken():
		return htmlEscape(t.External)
	case t.File != "":
		path = f.Root + escapePath(t.File)
	case f.Layout == "print":
		path, anchor = f.URL(t.Page.Path), ""
	case t.Page != f.Page.Source || f.depth > 0 || anchor == "":
		path = f.Root + t.Page.Path
	}
	return htmlEscape(path + anchor)
}

// image writes the attributes of an <img>: its size, so that nothing moves when
// it arrives, and all but the first are loaded when they come near.
func (f *filler) image(dst []byte, t link.Target) []byte {
	dst = fmt.Appendf(dst, ` src="%s"`, f.address(t))
	if size := f.r.in.Sizes[t.File]; size.X > 0 {
		dst = fmt.Appendf(dst, ` width="%d" height="%d"`, size.X, size.Y)
	}
	if f.shown {
		dst = append(dst, ` loading="lazy"`...)
	}
	f.shown = true
	return append(dst, ` decoding="async"`...)
}

// embed writes a picture, or the content of another page or of one of its
// sections, without its ids: those belong to the other page.
func (f *filler) embed(dst []byte, t link.Target) []byte {
	if t.File != "" {
		return append(f.image(append(dst, "<p><img"...), t), " alt=\"\"></p>\n"...)
	} else if t.Page == nil || f.depth >= 4 { // deeper ones are left out
		return dst
	}
	inner := f.filler(f.r.pages[t.Page.ID], t.Page.Doc, f.depth+1)
	inner.shown = true
	return fmt.Appendf(dst, `<div class="embedded">%s<p class="embedded-from"><a href="%s">%s</a></p></div>`+"\n",
		strip(inner.html(t.Page.Doc.Part(t.Fragment))), f.address(link.Target{Page: t.Page, Fragment: t.Fragment}), htmlEscape(t.Page.Title))
}

// unwanted is what an excerpt cannot have: links between a note and its text,
// and ids.
var unwanted = regexp.MustCompile(`(?:&#160;)?<a href="#fnref:[^>]*>.*?</a>|(<a) href="#fn:[^"]*"|(<(?:h[1-6]|li|sup|span|a)\b[^>]*?) id="[^"]*"`)

func strip(body []byte) []byte { return bytes.TrimSpace(unwanted.ReplaceAll(body, []byte("$1$2"))) }

// oldAnchors lets visitors of anchors that the page once had arrive: at the
// heading that took an anchor's place, or at a note at the end that says where
// it went. A note shows only to those who come for it, without a script too; a
// script goes on at once.
func (f *filler) oldAnchors(content []byte) []byte {
	if f.Layout == "print" {
		return strip(content)
	}
	for _, m := range of(f.Page, f.r.in.Graph.Moved) {
		if m.To.Page != f.Page.Source {
			content = fmt.Appendf(content, `<p class="elsewhere" id="%s">%s <a href="%s">%s</a></p>`+"\n",
				htmlEscape(m.ID), htmlEscape(f.Say("moved-part")), f.address(m.To), htmlEscape(linkText(m.To, "")))
			continue
		}
		at := 0 // the inside of the heading
		if i := bytes.Index(content, []byte(` id="`+htmlEscape(m.To.Fragment)+`"`)); i >= 0 && m.To.Fragment != "" {
			at = i + bytes.IndexByte(content[i:], '>') + 1
		}
		content = slices.Insert(content, at, fmt.Appendf(nil, `<span id="%s"></span>`, htmlEscape(m.ID))...)
	}
	for _, w := range f.r.withdrawn[f.Page.Path] {
		note := strings.TrimSuffix(f.Say("withdrawn-part")+": "+w.Reason, ": ")
		content = fmt.Appendf(content, `<p class="elsewhere" id="%s">%s</p>`+"\n", htmlEscape(w.ID), htmlEscape(note))
	}
	return content
}
