package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// What happens to the elements of raw HTML on a site that does not let everything
// through. The tags of any other are left out, and that is reported.
var (
	kept = elements("a b strong i em u s del ins small mark sub sup kbd code samp var abbr cite q details summary " +
		"blockquote pre ul ol li dl dt dd table thead tbody tfoot tr th td caption br hr wbr img") // without their attributes
	wrappers = elements("div span p center font section article figure nobr") // nothing without attributes
	silent   = elements("script style iframe object embed template noscript textarea title svg math form button select")
	void     = elements("br hr wbr img")
)

func elements(names string) map[string]bool {
	set := map[string]bool{}
	for _, name := range strings.Fields(names) {
		set[name] = true
	}
	return set
}

func (w *writer) rawBlock(n *ast.HTMLBlock) {
	run, start := n.Lines().Value(w.src), n.ClosureLine.Start
	if n.Lines().Len() > 0 {
		start = n.Lines().At(0).Start
	}
	if n.HasClosure() {
		run = append(run, n.ClosureLine.Value(w.src)...)
	}
	w.rawHTML(run, start, true)
	w.endBlock()
}

// rawHTML writes a run of HTML that begins at offset at of the source, as far
// as the site's settings let it through, and notes its text. In a block, words
// are apart where a tag is between them.
func (w *writer) rawHTML(run []byte, at int, block bool) {
	z := html.NewTokenizer(bytes.NewReader(run))
	inside := "" // the silent element that we are in
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := string(z.Raw())
		t := z.Token()
		begins := kind == html.StartTagToken && inside == "" && silent[t.Data]
		switch {
		case kind == html.CommentToken || kind == html.DoctypeToken:
		case kind == html.TextToken && inside == "":
			w.block = append(w.block, t.Data...)
			w.escaped([]byte(t.Data))
		case kind == html.TextToken && w.opts.RawHTML:
			w.WriteString(raw)
		case kind != html.TextToken && (inside == "" || w.opts.RawHTML):
			w.tag(t, raw, at)
		}
		if begins {
			inside = t.Data
		} else if kind == html.EndTagToken && t.Data == inside {
			inside = ""
		}
		if kind != html.TextToken && (block || t.Data == "br") {
			w.block = append(w.block, ' ')
		}
		at += len(raw)
	}
}

// tag writes one start or end tag, whose source raw begins at offset at.
func (w *writer) tag(t html.Token, raw string, at int) {
	all, ends := w.opts.RawHTML, t.Type == html.EndTagToken
	switch {
	case ends && (all || kept[t.Data]):
		if !void[t.Data] {
			fmt.Fprintf(w, "</%s>", t.Data)
		}
	case t.Data == "img":
		i := w.rawLink(RawImage, attr(t, "src"), raw, at)
		w.imageTag(i, []byte(attr(t, "alt")), []byte(attr(t, "title")))
	case all || kept[t.Data]:
		w.startTag(t, raw, at)
	case wrappers[t.Data]:
		if id := w.anchor(t); id != "" {
			fmt.Fprintf(w, "<span%s></span>", id)
		}
	default:
		if w.leftOut == 0 {
			w.leftAt = w.span(at, len(raw))
		}
		w.leftOut++
	}
}

// attr is the value of a tag's attribute, or "".
func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// anchor notes and returns the id attribute of a tag, or "".
func (w *writer) anchor(t html.Token) string {
	id := attr(t, "id")
	if t.Data == "a" {
		id = cmp.Or(id, attr(t, "name"))
	}
	if id == "" || t.Type == html.EndTagToken {
		return ""
	}
	w.doc.Anchors = append(w.doc.Anchors, id)
	return ` id="` + html.EscapeString(id) + `"`
}

// rawLink notes the link of an attribute value in the tag raw at offset at, and
// returns its index. It has no sentence.
func (w *writer) rawLink(form Form, target, raw string, at int) int {
	target = strings.TrimSpace(target)
	start := at + max(0, strings.Index(raw, target))
	if start > len(w.src) || !bytes.HasPrefix(w.src[start:], []byte(target)) { // a tag over several indented lines
		start = at + max(0, bytes.Index(w.src[at:], []byte(target)))
	}
	return w.addLink(Link{Form: form, Target: target, Span: w.span(start, len(target))})
}

// addressed are the attributes that hold an address, beside those of links and
// images: of a picture, or of what may be a page.
var addressed = map[string]Form{
	"src": RawImage, "poster": RawImage, "href": Raw, "cite": Raw, "data": Raw, "iframe src": Raw, "embed src": Raw,
}

// startTag writes a start tag with the attributes that the site's settings let
// through, but never one that would run.
func (w *writer) startTag(t html.Token, raw string, at int) {
	fmt.Fprintf(w, "<%s%s", t.Data, w.anchor(t))
	for _, a := range t.Attr {
		form, isAddress := addressed[t.Data+" "+a.Key]
		if !isAddress {
			form, isAddress = addressed[a.Key]
		}
		switch {
		case t.Data == "a" && a.Key == "href" && a.Val != "":
			w.hole(Attributes, w.rawLink(Raw, a.Val, raw, at))
		case a.Key == "id":
		case strings.HasPrefix(a.Key, "on") || runsScript(a.Val):
		case a.Key != "title" && (!w.opts.RawHTML || t.Data == "a"):
		case isAddress:
			fmt.Fprintf(w, ` %s="`, a.Key)
			w.hole(Address, w.rawLink(form, a.Val, raw, at))
			w.WriteByte('"')
		case a.Key == "srcset":
			w.pictures(a.Val, raw, at)
		default:
			fmt.Fprintf(w, ` %s="%s"`, html.EscapeString(a.Key), html.EscapeString(a.Val))
		}
	}
	w.WriteByte('>')
}

// pictures writes a srcset: addresses, each with what it is for, between commas.
func (w *writer) pictures(srcset, raw string, at int) {
	between := ` srcset="`
	for choice := range strings.SplitSeq(srcset, ", ") {
		w.WriteString(between)
		address, use, _ := strings.Cut(strings.TrimSpace(choice), " ")
		w.hole(Address, w.rawLink(RawImage, address, raw, at))
		w.WriteString(strings.TrimSuffix(" "+html.EscapeString(use), " "))
		between = ", "
	}
	w.WriteByte('"')
}

// runsScript reports whether an attribute's value is an address that runs.
func runsScript(value string) bool {
	visible := strings.Join(strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return r <= ' ' }), "")
	return strings.HasPrefix(visible, "javascript:") || strings.HasPrefix(visible, "vbscript:")
}
