package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"quandary/internal/source"
)

// taskParser reads the box of a task, after which there is a blank: "[x](address)"
// is a link.
type taskParser struct{ parser.InlineParser }

func (p taskParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if line, _ := block.PeekLine(); len(line) > 3 && !util.IsSpace(line[3]) {
		return nil
	}
	return p.InlineParser.Parse(parent, block, pc)
}

// wikiNode is [[target|label]] or ![[target|label]].
type wikiNode struct {
	ast.BaseInline
	link Link // with its span in the source
}

var wikiKind = ast.NewNodeKind("WikiLink")

func (n *wikiNode) Kind() ast.NodeKind { return wikiKind }

func (n *wikiNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// wikiLink matches a target, "\|" or "|" and a label, where no "(" follows:
// [[1]](address) is a link that reads "[1]".
var wikiLink = regexp.MustCompile(`^(!?\[\[[ \t]*([^\[\]|]*?)[ \t]*(?:\\?\|([^\[\]]*))?\]\])(?:[^(]|$)`)

// longest is how far the end of a link is looked for.
const longest = 1000

// wikiParser reads wiki links. They stand on one line and nest in nothing.
type wikiParser struct{}

func (wikiParser) Trigger() []byte { return []byte{'[', '!'} }

func (wikiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("[[")) && !bytes.HasPrefix(line, []byte("![[")) {
		return nil
	}
	m := wikiLink.FindSubmatchIndex(line[:min(len(line), longest)])
	if m == nil || len(bytes.Trim(line[m[4]:m[3]], " |]")) == 0 {
		return nil
	}
	n := &wikiNode{link: Link{Form: Wiki, Target: string(line[m[4]:m[5]])}}
	if line[0] == '!' {
		n.link.Form = Embed
	}
	if m[6] >= 0 {
		n.link.Label = string(bytes.TrimSpace(line[m[6]:m[7]]))
	}
	at := segment.Start - segment.Padding
	n.link.Span = source.Span{Start: at + m[4], End: at + m[5]}
	block.Advance(m[3])
	return n
}

// wiki draws a wiki link, whose text is known when its target is.
func (w *writer) wiki(n *wikiNode) {
	l := n.link
	page, heading, _ := strings.Cut(l.Target, "#")
	text := cmp.Or(l.Label, page[strings.LastIndexByte(page, '/')+1:], heading)
	l.Span = w.span(l.Span.Start, l.Span.End-l.Span.Start)
	if l.Form == Embed {
		l.from, l.to = len(w.block), len(w.block)+len(text)
		w.hole(Whole, w.addLink(l))
		w.block = append(w.block, text...)
		return
	}
	w.link(l, nil, func(i int) {
		if l.Label == "" {
			w.hole(Text, i)
		}
		w.escaped([]byte(l.Label))
		w.block = append(w.block, text...)
	})
}

// calloutTransformer recognises a quote whose first line is "[!NOTE]", with or
// without a title after it, as a callout. It takes that line out of the text.
type calloutTransformer struct{}

var calloutLine = regexp.MustCompile(`^\s*\[!([A-Za-z][A-Za-z-]*)\][+-]?[ \t]*(.*?)\s*$`)

func (calloutTransformer) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	quote, ok := p.Parent().(*ast.Blockquote)
	if !ok || p.PreviousSibling() != nil {
		return
	}
	lines := p.Lines()
	first := lines.At(0)
	m := calloutLine.FindSubmatch(first.Value(reader.Source()))
	if m == nil {
		return
	}
	quote.SetAttributeString("callout", m)
	lines.SetSliced(1, lines.Len())
	if lines.Len() == 0 {
		quote.RemoveChild(quote, p)
	}
}

func (w *writer) quote(n *ast.Blockquote) {
	line, _ := n.AttributeString("callout")
	m, isCallout := line.([][]byte)
	if !isCallout {
		w.plainly(n)
		return
	}
	kind, title := bytes.ToLower(m[1]), m[2]
	fmt.Fprintf(w, `<div class="callout callout-%s" role="note"><p class="callout-title">`, kind)
	if len(title) == 0 {
		w.word("callout-" + string(kind))
	}
	w.escaped(title)
	w.WriteString("</p>\n")
	w.children(n)
	w.WriteString("</div>\n")
}

// Limits past which goldmark takes time that grows with the square of a text.
const (
	maxInLine = 200   // columns of a table, or quotes and lists in one another
	maxSigns  = 5_000 // of emphasis and links between two blank lines, past as many bytes
)

// masked returns src with the signs that are past the limits turned into
// letters. It is for the parser alone: they are drawn as they stand.
func masked(src []byte) []byte {
	out, at, run, signs := src, 0, 0, 0
	for line := range bytes.Lines(src) {
		at, run = at+len(line), run+len(line)
		if len(bytes.TrimSpace(line)) == 0 {
			run, signs = 0, 0
		}
		opening := len(line) - len(bytes.TrimLeft(line, " \t>-+*.)0123456789"))
		if run <= maxSigns && opening <= maxInLine && bytes.Count(line, []byte("|")) <= maxInLine {
			continue // as nearly always
		}
		inLine := 0
		for i, c := range line {
			past := false
			if c == '|' || i < opening && (c == '>' || c == ' ') {
				inLine++
				past = inLine > maxInLine
			} else if run > maxSigns && bytes.IndexByte([]byte("*_~[]!<"), c) >= 0 {
				signs++
				past = signs > maxSigns
			}
			if past && &out[0] == &src[0] {
				out = bytes.Clone(src)
			}
			if past {
				out[at-len(line)+i] = 'x'
			}
		}
	}
	return out
}

// What happens to the elements of raw HTML on a site that does not let everything
// through. The tags of any other are left out, and that is reported.
var (
	void = strings.Fields("br hr wbr img") // which have no end tag
	kept = slices.Concat(void, strings.Fields("a b strong i em u s del ins small mark sub sup kbd code samp var abbr cite q "+
		"details summary blockquote pre ul ol li dl dt dd table thead tbody tfoot tr th td caption")) // without attributes
	wrappers = strings.Fields("div span p center font section article figure nobr")           // nothing without them
	silent   = strings.Fields("script style iframe noembed noframes noscript textarea title") // with their text
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
	switch stays := w.opts.RawHTML || slices.Contains(kept, t.Data); {
	case stays && t.Type == html.EndTagToken && slices.Contains(void, t.Data):
	case stays && t.Type == html.EndTagToken:
		fmt.Fprintf(w, "</%s>", t.Data)
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

// anchor notes and returns the id attribute of a tag, or "".
func (w *writer) anchor(t html.Token) string {
	for _, a := range t.Attr {
		if a.Val != "" && (a.Key == "id" || a.Key == "name" && t.Data == "a") {
			w.doc.Anchors = append(w.doc.Anchors, a.Val)
			return ` id="` + html.EscapeString(a.Val) + `"`
		}
	}
	return ""
}

// rawLink notes the link of an attribute's value in the tag at offset at, and
// returns its index. It has no sentence.
func (w *writer) rawLink(form Form, target string, at int) int {
	target = strings.TrimSpace(target)
	return w.addLink(Link{Form: form, Target: target, Span: w.find([]byte(target), at)})
}

// addressed are the attributes that hold an address: of a picture, or of what
// may be a page.
var addressed = map[string]Form{
	"src": RawImage, "srcset": RawImage, "poster": RawImage, "href": Raw, "cite": Raw, "data": Raw,
}

// startTag writes a start tag with the attributes that the site's settings let
// through, but never one that would run. An image has a text in its place.
func (w *writer) startTag(t html.Token, at int) {
	fmt.Fprintf(w, "<%s%s", t.Data, w.anchor(t))
	isOurs := t.Data == "a" || t.Data == "img" // drawn as those of Markdown
	hasAlt := slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "alt" })
	if t.Data == "img" && !hasAlt {
		t.Attr = append(t.Attr, html.Attribute{Key: "alt"})
	}
	for _, a := range t.Attr {
		form, isAddress := addressed[a.Key]
		if t.Data == "iframe" || t.Data == "embed" {
			form = Raw
		}
		switch {
		case isOurs && (a.Key == "href" || a.Key == "src") && a.Val != "":
			w.hole(Attributes, w.rawLink(form, a.Val, at))
		case a.Key == "id" || strings.HasPrefix(a.Key, "on") || runsScript(a.Val):
		case a.Key != "title" && a.Key != "alt" && (isOurs || !w.opts.RawHTML):
		case isAddress:
			w.addresses(a, form, at)
		default:
			fmt.Fprintf(w, ` %s="%s"`, html.EscapeString(a.Key), html.EscapeString(a.Val))
		}
	}
	w.WriteByte('>')
}

// choices are the addresses of a srcset, each with what it is for.
var choices = regexp.MustCompile(`([^\s,]\S*?)(?:,(?:\s|$)|\s+([^,]*)(?:,|$)|$)`)

// addresses writes an attribute that holds an address, or as a srcset several.
func (w *writer) addresses(a html.Attribute, form Form, at int) {
	all := [][]string{{1: a.Val, 2: ""}}
	if a.Key == "srcset" {
		all = choices.FindAllStringSubmatch(a.Val, -1)
	}
	w.WriteString(" " + a.Key + `="`)
	for i, c := range all {
		if i > 0 {
			w.WriteString(", ")
		}
		w.hole(Address, w.rawLink(form, c[1], at))
		w.WriteString(strings.TrimRight(" "+html.EscapeString(c[2]), " "))
	}
	w.WriteByte('"')
}

// runsScript reports whether an attribute's value is an address that runs.
func runsScript(value string) bool {
	visible := strings.Join(strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return r <= ' ' }), "")
	return strings.HasPrefix(visible, "javascript:") || strings.HasPrefix(visible, "vbscript:")
}
