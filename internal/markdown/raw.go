package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// What happens to the elements of raw HTML on a site that does not let everything
// through. The tags of any other are left out, and that is reported.
var (
	kept     = strings.Fields(keptTags)                                                       // without attributes
	wrappers = strings.Fields("div span p center font section article figure nobr")           // nothing without them
	silent   = strings.Fields("script style iframe noembed noframes noscript textarea title") // with their text
)

const (
	keptTags = "a b strong i em u s del ins small mark sub sup kbd code samp var abbr cite q details summary blockquote " +
		"pre ul ol li dl dt dd table thead tbody tfoot tr th td caption" + voidTags
	voidTags = " br hr wbr img " // which have no end tag
)

func (w *writer) rawBlock(n *ast.HTMLBlock) {
	run := n.Lines().Value(w.src)
	if n.HasClosure() {
		run = append(run, n.ClosureLine.Value(w.src)...)
	}
	w.rawHTML(run, n.Pos(), true)
	w.endBlock()
}

// rawHTML writes a run of HTML that begins at offset at of the source, as far
// as the site's settings let it through, and notes its text. In a block, words
// are apart where a tag is between them.
func (w *writer) rawHTML(run []byte, at int, block bool) {
	z := html.NewTokenizer(bytes.NewReader(run))
	quiet := false // we are in a silent element, which holds no tags
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := string(z.Raw())
		t := z.Token()
		switch {
		case kind == html.CommentToken || kind == html.DoctypeToken:
		case kind != html.TextToken:
			w.tag(t, at, len(raw))
		case !quiet:
			w.block = append(w.block, t.Data...)
			w.escaped([]byte(t.Data))
		case w.opts.RawHTML:
			w.WriteString(raw)
		}
		if kind != html.TextToken && (block || t.Data == "br") {
			w.block = append(w.block, ' ')
		}
		quiet = kind == html.StartTagToken && slices.Contains(silent, t.Data)
		at += len(raw)
	}
}

// tag writes one start or end tag, of so many bytes at an offset.
func (w *writer) tag(t html.Token, at, size int) {
	stays := w.opts.RawHTML || slices.Contains(kept, t.Data)
	switch {
	case stays && t.Type == html.EndTagToken:
		if !strings.Contains(voidTags, " "+t.Data+" ") {
			fmt.Fprintf(w, "</%s>", t.Data)
		}
	case t.Data == "img":
		i := w.rawLink(RawImage, attr(t, "src"), at)
		w.imageTag(i, []byte(attr(t, "alt")), []byte(attr(t, "title")))
	case stays:
		w.startTag(t, at)
	case slices.Contains(wrappers, t.Data):
		if id := w.anchor(t); id != "" {
			fmt.Fprintf(w, "<span%s></span>", id)
		}
	case !w.leftOut:
		w.leftOut = true // said once for the file
		w.diags.Warn("html/raw", w.place(at, size), "this HTML is left out of the page").
			Hint = "write it in Markdown, or let it through with `raw-html: true` under `site` on the home page"
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

// rawLink notes the link of an attribute's value in the tag at offset at, and
// returns its index. It has no sentence.
func (w *writer) rawLink(form Form, target string, at int) int {
	target = strings.TrimSpace(target)
	return w.addLink(Link{Form: form, Target: target, Span: w.find([]byte(target), at)})
}

// addressed are the attributes that hold an address, beside those of links and
// images: of a picture, or of what may be a page.
var addressed = map[string]Form{
	"src": RawImage, "srcset": RawImage, "poster": RawImage,
	"iframe src": Raw, "embed src": Raw, "href": Raw, "cite": Raw, "data": Raw,
}

// startTag writes a start tag with the attributes that the site's settings let
// through, but never one that would run.
func (w *writer) startTag(t html.Token, at int) {
	fmt.Fprintf(w, "<%s%s", t.Data, w.anchor(t))
	for _, a := range t.Attr {
		form, isAddress := addressed[t.Data+" "+a.Key]
		if !isAddress {
			form, isAddress = addressed[a.Key]
		}
		switch {
		case t.Data == "a" && a.Key == "href" && a.Val != "":
			w.hole(Attributes, w.rawLink(Raw, a.Val, at))
		case a.Key == "id" || strings.HasPrefix(a.Key, "on") || runsScript(a.Val):
		case a.Key != "title" && (!w.opts.RawHTML || t.Data == "a"):
		case isAddress:
			w.addresses(a, form, at)
		default:
			fmt.Fprintf(w, ` %s="%s"`, html.EscapeString(a.Key), html.EscapeString(a.Val))
		}
	}
	w.WriteByte('>')
}

// addresses writes an attribute that holds an address, or as a srcset several
// between commas, each with what it is for.
func (w *writer) addresses(a html.Attribute, form Form, at int) {
	between := " " + a.Key + `="`
	for choice := range strings.SplitSeq(a.Val, ", ") {
		address, use, _ := strings.Cut(strings.TrimSpace(choice), " ")
		w.WriteString(between)
		w.hole(Address, w.rawLink(form, address, at))
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
