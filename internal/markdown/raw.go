package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"quandary/internal/source"
)

// plainTags are elements that do no harm without attributes, so that they are
// let through on every site: handbooks are full of them. true means an element
// that has no end tag.
var plainTags = map[string]bool{
	"br": true, "hr": true, "wbr": true,
	"b": false, "strong": false, "i": false, "em": false, "u": false, "s": false, "del": false, "ins": false,
	"small": false, "mark": false, "sub": false, "sup": false, "kbd": false, "code": false, "samp": false, "var": false,
	"abbr": false, "cite": false, "q": false, "details": false, "summary": false, "blockquote": false, "pre": false,
	"ul": false, "ol": false, "li": false, "dl": false, "dt": false, "dd": false,
	"table": false, "thead": false, "tbody": false, "tfoot": false, "tr": false, "th": false, "td": false, "caption": false,
}

// wrapperTags only carry attributes; without those they are nothing.
var wrapperTags = map[string]bool{"div": true, "span": true, "p": true, "center": true, "font": true, "section": true, "article": true, "figure": true, "nobr": true}

// silentTags are left out with what is inside them.
var silentTags = map[string]bool{"script": true, "style": true, "iframe": true, "object": true, "embed": true, "template": true, "noscript": true, "textarea": true, "title": true, "svg": true, "math": true, "form": true, "button": true, "select": true}

func rawInline(w *writer, n *ast.RawHTML, entering bool) ast.WalkStatus {
	if entering && n.Segments.Len() > 0 {
		var all []byte
		for i := range n.Segments.Len() {
			seg := n.Segments.At(i)
			all = append(all, seg.Value(w.src)...)
		}
		w.rawHTML(all, n.Segments.At(0).Start)
	}
	return ast.WalkSkipChildren
}

func rawBlock(w *writer, n *ast.HTMLBlock, entering bool) ast.WalkStatus {
	if !entering {
		return ast.WalkContinue
	}
	var all []byte
	start := -1
	lines := n.Lines()
	for i := range lines.Len() {
		seg := lines.At(i)
		if start < 0 {
			start = seg.Start
		}
		all = append(all, seg.Value(w.src)...)
	}
	if n.HasClosure() {
		all = append(all, n.ClosureLine.Value(w.src)...)
		if start < 0 {
			start = n.ClosureLine.Start
		}
	}
	w.rawHTML(all, max(start, 0))
	return ast.WalkContinue
}

// rawHTML writes a run of HTML that begins at offset at of the source, as far
// as the site's settings let it through.
func (w *writer) rawHTML(run []byte, at int) {
	z := html.NewTokenizer(bytes.NewReader(run))
	silent := "" // the element whose inside is being left out
	offset := 0
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		raw := z.Raw()
		here := at + offset
		offset += len(raw)
		rawCopy := string(raw)
		token := z.Token()
		switch {
		case kind == html.CommentToken || kind == html.DoctypeToken:
		case silent != "":
			if kind == html.EndTagToken && token.Data == silent {
				silent = ""
			}
		case kind == html.TextToken:
			w.doc.HTML = append(w.doc.HTML, rawCopy...)
			if strings.Contains(rawCopy, "<") { // an unfinished tag
				w.doc.HTML = append(w.doc.HTML[:len(w.doc.HTML)-len(rawCopy)], util.EscapeHTML([]byte(rawCopy))...)
			}
		case !w.opts.RawHTML && kind == html.StartTagToken && silentTags[token.Data]:
			silent = token.Data
			w.leaveOut(here, rawCopy)
		default:
			w.tag(token, rawCopy, here)
		}
	}
}

// tag writes one start or end tag.
func (w *writer) tag(t html.Token, raw string, at int) {
	_, plain := plainTags[t.Data]
	switch {
	case t.Data == "a" || t.Data == "img":
		w.linkTag(t, at)
	case w.opts.RawHTML:
		w.anyTag(t, at)
	case t.Type == html.EndTagToken && plain && !plainTags[t.Data]:
		fmt.Fprintf(w, "</%s>", t.Data)
	case t.Type != html.EndTagToken && plain:
		fmt.Fprintf(w, "<%s%s>", t.Data, w.anchor(t))
	case wrapperTags[t.Data]:
		if id := w.anchor(t); id != "" {
			fmt.Fprintf(w, "<span%s></span>", id)
		}
	default:
		w.leaveOut(at, raw)
	}
}

// anchor notes and returns the id attribute of a tag, or "".
func (w *writer) anchor(t html.Token) string {
	for _, a := range t.Attr {
		if (a.Key == "id" || a.Key == "name" && t.Data == "a") && a.Val != "" && t.Type != html.EndTagToken {
			w.doc.Anchors = append(w.doc.Anchors, a.Val)
			return ` id="` + html.EscapeString(a.Val) + `"`
		}
	}
	return ""
}

// linkTag writes <a> and <img> anew from the attributes that are safe, with a
// hole for the address, so that they are resolved like any other link.
func (w *writer) linkTag(t html.Token, at int) {
	attrs := map[string]string{}
	for _, a := range t.Attr {
		attrs[a.Key] = a.Val
	}
	switch {
	case t.Type == html.EndTagToken:
		if t.Data == "a" && w.rawLinks > 0 {
			w.rawLinks--
			w.doc.HTML = append(w.doc.HTML, "</a>"...)
		}
	case t.Data == "img":
		w.imageTag(w.rawLink(RawImage, attrs["src"], at), []byte(attrs["alt"]), []byte(attrs["title"]))
	case attrs["href"] == "":
		if id := w.anchor(t); id != "" {
			fmt.Fprintf(w, "<span%s></span>", id)
		}
	default:
		w.rawLinks++
		i := w.rawLink(Raw, attrs["href"], at)
		fmt.Fprintf(w, "<a%s", w.anchor(t))
		w.hole(Attributes, i, "")
		w.attribute("title", []byte(attrs["title"]))
		w.doc.HTML = append(w.doc.HTML, '>')
	}
}

// rawLink notes the link of an attribute value in the tag at offset at, and
// returns its index. It has no sentence.
func (w *writer) rawLink(form Form, target string, at int) int {
	target = strings.TrimSpace(target)
	start := at
	if i := bytes.Index(w.src[at:], []byte(target)); target != "" && i >= 0 {
		start += i
	}
	span := source.Span{Start: w.base + start, End: w.base + min(start+len(target), len(w.src))}
	w.doc.Links = append(w.doc.Links, Link{Form: form, Target: target, Span: span})
	return len(w.doc.Links) - 1
}

// addressed are the attributes that hold an address, beside those of links and
// images.
var addressed = map[string]bool{"src": true, "href": true, "poster": true, "data": true, "cite": true}

// framed are the elements whose addresses may be pages.
var framed = map[string]bool{"iframe": true, "object": true, "embed": true, "area": true, "link": true, "blockquote": true, "q": true, "del": true, "ins": true}

// pictures writes a srcset: addresses, each with what it is for, between commas.
func (w *writer) pictures(srcset string, at int) {
	w.doc.HTML = append(w.doc.HTML, ` srcset="`...)
	for i, choice := range strings.Split(srcset, ", ") {
		if i > 0 {
			w.doc.HTML = append(w.doc.HTML, ", "...)
		}
		address, rest, _ := strings.Cut(strings.TrimSpace(choice), " ")
		w.hole(Address, w.rawLink(RawImage, address, at), "")
		if rest != "" {
			w.doc.HTML = append(w.doc.HTML, " "+html.EscapeString(rest)...)
		}
	}
	w.doc.HTML = append(w.doc.HTML, '"')
}

// anyTag writes a tag of a site that allows raw HTML, but for what would run.
func (w *writer) anyTag(t html.Token, at int) {
	if t.Type == html.EndTagToken {
		fmt.Fprintf(w, "</%s>", t.Data)
		return
	}
	fmt.Fprintf(w, "<%s%s", t.Data, w.anchor(t))
	for _, a := range t.Attr {
		switch {
		case strings.HasPrefix(a.Key, "on") || a.Key == "id" || runsScript(a.Val):
		case addressed[a.Key]:
			fmt.Fprintf(w, ` %s="`, a.Key)
			form := RawImage
			if framed[t.Data] {
				form = Raw
			}
			w.hole(Address, w.rawLink(form, a.Val, at), "")
			w.doc.HTML = append(w.doc.HTML, '"')
		case a.Key == "srcset":
			w.pictures(a.Val, at)
		default:
			fmt.Fprintf(w, ` %s="%s"`, html.EscapeString(a.Key), html.EscapeString(a.Val))
		}
	}
	w.doc.HTML = append(w.doc.HTML, '>')
}

// runsScript reports whether an attribute's value is an address that runs.
func runsScript(value string) bool {
	scheme, _, _ := strings.Cut(strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' {
			return -1
		}
		return r
	}, value)), ":")
	return scheme == "javascript" || scheme == "vbscript"
}

// leaveOut counts a tag that is not let through and remembers the first.
func (w *writer) leaveOut(at int, raw string) {
	if w.raw == 0 {
		w.rawAt = source.Span{Start: w.base + at, End: w.base + min(at+len(raw), len(w.src))}
	}
	w.raw++
}

func rawMessage(n int) string {
	switch n {
	case 1:
		return "this HTML is left out of the page"
	case 2:
		return "this HTML is left out of the page, and so is one more tag in the file"
	}
	return fmt.Sprintf("this HTML is left out of the page, and so are %d more tags in the file", n-1)
}
