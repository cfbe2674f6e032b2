package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// policy is what happens to an element of raw HTML on a site that does not let
// everything through.
type policy uint8

const (
	dropped policy = iota // its tags are left out
	silent                // with what is inside it
	kept                  // without its attributes: it does no harm then
	empty                 // likewise, and it has no end tag
	wrapper               // it only carries attributes: without those it is nothing
	linking               // written anew, with a hole for its address
)

// policies are what handbooks are full of, and what must not be shown as text.
var policies = policyTable(map[policy]string{
	silent:  "script style iframe object embed template noscript textarea title svg math form button select",
	kept:    "b strong i em u s del ins small mark sub sup kbd code samp var abbr cite q details summary blockquote pre ul ol li dl dt dd table thead tbody tfoot tr th td caption",
	empty:   "br hr wbr",
	wrapper: "div span p center font section article figure nobr",
	linking: "a img",
})

func policyTable(tags map[policy]string) map[string]policy {
	table := map[string]policy{}
	for p, names := range tags {
		for _, name := range strings.Fields(names) {
			table[name] = p
		}
	}
	return table
}

func rawInline(w *writer, n *ast.RawHTML, entering bool) {
	if entering && n.Segments.Len() > 0 {
		w.rawHTML(n.Segments.Value(w.src), n.Segments.At(0).Start, false)
	}
}

func rawBlock(w *writer, n *ast.HTMLBlock, entering bool) {
	if !entering {
		return
	}
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
		token := z.Token()
		begins := kind == html.StartTagToken && inside == "" && policies[token.Data] == silent
		switch {
		case kind == html.CommentToken || kind == html.DoctypeToken:
		case kind == html.TextToken:
			w.rawText(raw, token.Data, inside != "")
		case inside == "" || w.opts.RawHTML:
			w.tag(token, raw, at)
		}
		if begins {
			inside = token.Data
		} else if kind == html.EndTagToken && token.Data == inside {
			inside = ""
		}
		if kind != html.TextToken && (block || token.Data == "br") {
			w.block = append(w.block, ' ')
		}
		at += len(raw)
	}
}

// rawText writes the text between two tags.
func (w *writer) rawText(raw, text string, silent bool) {
	if !silent {
		w.block = append(w.block, text...)
	}
	switch {
	case silent && !w.opts.RawHTML:
	case !silent && strings.Contains(raw, "<"): // an unfinished tag
		w.escaped([]byte(raw))
	default:
		w.WriteString(raw)
	}
}

// tag writes one start or end tag, whose source raw begins at offset at.
func (w *writer) tag(t html.Token, raw string, at int) {
	ends, policy := t.Type == html.EndTagToken, policies[t.Data]
	switch href := attr(t, "href"); {
	case ends && policy == linking:
		if t.Data == "a" && w.rawLinks > 0 {
			w.rawLinks--
			w.WriteString("</a>")
		}
	case t.Data == "img":
		i := w.rawLink(RawImage, attr(t, "src"), raw, at)
		w.imageTag(i, []byte(attr(t, "alt")), []byte(attr(t, "title")))
	case t.Data == "a" && href != "":
		w.rawLinks++
		fmt.Fprintf(w, "<a%s", w.anchor(t))
		w.hole(Attributes, w.rawLink(Raw, href, raw, at), "")
		w.attribute("title", []byte(attr(t, "title")))
		w.WriteByte('>')
	case t.Data == "a" || policy == wrapper && !w.opts.RawHTML:
		if id := w.anchor(t); id != "" {
			fmt.Fprintf(w, "<span%s></span>", id)
		}
	case ends && (policy == kept || w.opts.RawHTML):
		fmt.Fprintf(w, "</%s>", t.Data)
	case w.opts.RawHTML:
		w.anyTag(t, raw, at)
	case policy == kept || policy == empty && !ends:
		fmt.Fprintf(w, "<%s%s>", t.Data, w.anchor(t))
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
	at = start
	return w.addLink(Link{Form: form, Target: target, Span: w.span(at, len(target))})
}

// addressed are the attributes that hold an address, beside those of links and
// images: of a picture, or of what may be a page.
var addressed = map[string]Form{
	"src": RawImage, "poster": RawImage, "href": Raw, "cite": Raw, "data": Raw, "iframe src": Raw, "embed src": Raw,
}

// anyTag writes a start tag of a site that allows raw HTML, but for what would run.
func (w *writer) anyTag(t html.Token, raw string, at int) {
	fmt.Fprintf(w, "<%s%s", t.Data, w.anchor(t))
	for _, a := range t.Attr {
		form, isAddress := addressed[t.Data+" "+a.Key]
		if !isAddress {
			form, isAddress = addressed[a.Key]
		}
		switch {
		case strings.HasPrefix(a.Key, "on") || a.Key == "id" || runsScript(a.Val):
		case isAddress:
			fmt.Fprintf(w, ` %s="`, a.Key)
			w.hole(Address, w.rawLink(form, a.Val, raw, at), "")
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
		w.hole(Address, w.rawLink(RawImage, address, raw, at), "")
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

// leftOutMessage says how many tags were left out.
func leftOutMessage(n int) string {
	switch n {
	case 1:
		return "this HTML is left out of the page"
	case 2:
		return "this HTML is left out of the page, and so is one more tag in the file"
	}
	return fmt.Sprintf("this HTML is left out of the page, and so are %d more tags in the file", n-1)
}
