package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"quandary/internal/highlight"
	"quandary/internal/source"
)

// nodeRenderer draws the nodes that goldmark's own renderer would draw without
// our holes, and lets that draw others whose text we want. It has no state: what
// it needs is in the writer.
type nodeRenderer struct {
	own map[ast.NodeKind]renderer.NodeRendererFunc // goldmark's
}

func newNodeRenderer() nodeRenderer {
	r := nodeRenderer{own: map[ast.NodeKind]renderer.NodeRendererFunc{}}
	html.NewRenderer().RegisterFuncs(r)
	return r
}

// Register notes a function of goldmark's own renderer.
func (r nodeRenderer) Register(kind ast.NodeKind, f renderer.NodeRendererFunc) { r.own[kind] = f }

func (r nodeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, on(heading))
	reg.Register(ast.KindParagraph, on(paragraph))
	reg.Register(ast.KindTextBlock, on(textBlock, r.own[ast.KindTextBlock]))
	reg.Register(ast.KindText, on(plainText, r.own[ast.KindText]))
	reg.Register(ast.KindString, on(plainString, r.own[ast.KindString]))
	reg.Register(ast.KindCodeSpan, on(codeSpan, r.own[ast.KindCodeSpan]))
	reg.Register(ast.KindLink, on(link))
	reg.Register(ast.KindImage, on(image))
	reg.Register(ast.KindAutoLink, on(autoLink))
	reg.Register(wikiKind, on(wiki))
	reg.Register(ast.KindRawHTML, on(rawInline))
	reg.Register(ast.KindHTMLBlock, on(rawBlock))
	reg.Register(ast.KindFencedCodeBlock, on(code))
	reg.Register(ast.KindCodeBlock, on(code))
	reg.Register(ast.KindBlockquote, on(quote))
	reg.Register(extast.KindTable, on(table))
	reg.Register(extast.KindTableCell, on(tableCell))
	reg.Register(extast.KindTaskCheckBox, on(checkBox))
}

// on adapts a function over our writer to goldmark's signature. It is called
// after goldmark's own function where that is given.
func on[N ast.Node](draw func(w *writer, n N, entering bool), own ...renderer.NodeRendererFunc) renderer.NodeRendererFunc {
	return func(w util.BufWriter, src []byte, n ast.Node, entering bool) (status ast.WalkStatus, err error) {
		status = ast.WalkContinue
		for _, f := range own {
			status, err = f(w, src, n, entering)
		}
		draw(w.(*writer), n.(N), entering)
		return status, err
	}
}

func heading(w *writer, n *ast.Heading, entering bool) {
	level := min(n.Level+w.shift, 6)
	if entering {
		w.endSection()
		if n.Parent().Kind() == ast.KindDocument {
			w.closeHeadings(level)
		}
		w.begin()
		return
	}
	m, text := w.end(), string(bytes.TrimSpace(w.block))
	id := w.headingID(n, text)
	if ast.Node(n) == w.title {
		w.cut(m)
		w.doc.Title = &Title{Text: text, ID: id}
		w.endBlock()
		return
	}
	h := Heading{ID: id, Text: text, Level: level, Place: w.lineSpan(n), From: -1, To: -1}
	if n.Parent().Kind() == ast.KindDocument {
		h.From = m.html
		w.open = append(w.open, len(w.doc.Headings))
	}
	w.doc.Headings = append(w.doc.Headings, h)
	w.endBlock()
	inside := string(w.Bytes()[m.html:])
	w.Truncate(m.html)
	fmt.Fprintf(w, `<h%d id="%s">`, level, util.EscapeHTML([]byte(id)))
	for i := m.holes; i < len(w.doc.Holes); i++ {
		w.doc.Holes[i].Offset += w.Len() - m.html
	}
	fmt.Fprintf(w, "%s</h%d>\n", inside, level)
}

// headingID returns the explicit {#id} of a heading, or one made from its text.
func (w *writer) headingID(n *ast.Heading, text string) string {
	if id, _ := n.AttributeString("id"); id != nil {
		if b, ok := id.([]byte); ok && len(b) > 0 {
			return w.slugs.take(string(b))
		}
	}
	return w.slugs.take(Slug(text))
}

// lineSpan is the span in the file of a block's own text.
func (w *writer) lineSpan(n ast.Node) source.Span {
	lines := n.Lines()
	if lines.Len() == 0 {
		return w.span(0, 0)
	}
	start := lines.At(0).Start
	return w.span(start, lines.At(lines.Len()-1).Stop-start)
}

// paragraph draws a paragraph, but for one that holds only an embedded page,
// which may bring blocks of its own.
func paragraph(w *writer, n *ast.Paragraph, entering bool) {
	only, isWiki := n.FirstChild().(*wikiNode)
	bare := isWiki && only.embed && only.NextSibling() == nil
	switch {
	case entering && !bare:
		w.WriteString("<p>")
	case !entering:
		if !bare {
			w.WriteString("</p>\n")
		}
		if w.doc.Lead == "" {
			w.doc.Lead = strings.Join(strings.Fields(string(w.block)), " ")
		}
		w.endBlock()
	}
}

func textBlock(w *writer, _ *ast.TextBlock, entering bool) {
	if !entering {
		w.endBlock()
	}
}

func plainText(w *writer, n *ast.Text, entering bool) {
	if !entering {
		return
	}
	w.block = append(w.block, unescape(n.Segment.Value(w.src))...)
	if n.SoftLineBreak() || n.HardLineBreak() {
		w.block = append(w.block, ' ')
	}
	w.slip(n)
}

func plainString(w *writer, n *ast.String, entering bool) {
	if entering {
		w.block = append(w.block, unescape(n.Value)...)
	}
}

func codeSpan(w *writer, n *ast.CodeSpan, entering bool) {
	if !entering {
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.block = append(w.block, c.(*ast.Text).Segment.Value(w.src)...)
	}
}

// unescape resolves the escapes and entities of a text or destination.
func unescape(text []byte) []byte {
	if !bytes.ContainsAny(text, `\&`) {
		return text
	}
	return util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(text)))
}

// addLink notes a link and returns its index.
func (w *writer) addLink(l Link) int {
	w.doc.Links = append(w.doc.Links, l)
	return len(w.doc.Links) - 1
}

// beginLink notes a link and opens its tag.
func (w *writer) beginLink(l Link, title []byte) int {
	w.begin()
	i := w.addLink(l)
	w.WriteString("<a")
	w.hole(Attributes, i, "")
	w.attribute("title", title)
	w.WriteByte('>')
	return i
}

// endLink closes the tag of the link that was begun last.
func (w *writer) endLink() {
	m := w.end()
	w.doc.Links[m.links].From, w.doc.Links[m.links].To = m.text, len(w.block)
	w.WriteString("</a>")
}

// destination finds the span of a destination: it is a part of the source,
// unless the source had to be stitched together.
func (w *writer) destination(raw []byte, near int) source.Span {
	at := cap(w.src) - cap(raw)
	if len(raw) == 0 || at < 0 || at+len(raw) > len(w.src) || !bytes.Equal(w.src[at:at+len(raw)], raw) {
		at = max(near, 0)
		if i := bytes.Index(w.src[at:], raw); len(raw) > 0 && i >= 0 {
			at += i
		}
	}
	return w.span(at, len(raw))
}

func link(w *writer, n *ast.Link, entering bool) {
	if !entering {
		w.endLink()
		return
	}
	target := string(unescape(n.Destination))
	w.beginLink(Link{Form: Inline, Target: target, Span: w.destination(n.Destination, n.Pos())}, unescape(n.Title))
}

// image draws what its alternative text says, to take it back for the text.
func image(w *writer, n *ast.Image, entering bool) {
	if entering {
		w.begin()
		return
	}
	m := w.end()
	w.cut(m)
	w.doc.Links = w.doc.Links[:m.links]
	target := string(unescape(n.Destination))
	i := w.addLink(Link{Form: Image, Target: target, Span: w.destination(n.Destination, n.Pos()), From: m.text, To: len(w.block)})
	w.imageTag(i, w.block[m.text:], unescape(n.Title))
}

// imageTag writes the tag of an image, with a hole for its address and size.
func (w *writer) imageTag(i int, alt, title []byte) {
	w.WriteString("<img")
	w.hole(Attributes, i, "")
	fmt.Fprintf(w, ` alt="%s"`, util.EscapeHTML(alt))
	w.attribute("title", title)
	w.WriteByte('>')
}

func autoLink(w *writer, n *ast.AutoLink, entering bool) {
	if !entering {
		return
	}
	target, label := string(n.URL(w.src)), n.Label(w.src)
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	w.beginLink(Link{Form: Auto, Target: target, Span: w.destination(label, n.Pos())}, nil)
	w.escaped(label)
	w.block = append(w.block, label...)
	w.endLink()
}

func wiki(w *writer, n *wikiNode, entering bool) {
	if !entering {
		return
	}
	l := Link{Form: Wiki, Target: n.target, Label: n.label, Span: w.span(n.start, n.end-n.start)}
	text := n.text()
	if n.embed {
		l.Form, l.From, l.To = Embed, len(w.block), len(w.block)+len(text)
		w.hole(Whole, w.addLink(l), "")
		w.block = append(w.block, text...)
		return
	}
	i := w.beginLink(l, nil)
	if n.label == "" {
		w.hole(Text, i, "")
	}
	w.escaped([]byte(n.label))
	w.block = append(w.block, text...)
	w.endLink()
}

func code(w *writer, n ast.Node, entering bool) {
	if !entering {
		return
	}
	text := n.Lines().Value(w.src)
	language := ""
	w.WriteString(`<pre tabindex="0"><code`)
	if fenced, ok := n.(*ast.FencedCodeBlock); ok && fenced.Language(w.src) != nil {
		language = string(fenced.Language(w.src))
		w.attribute("class", []byte("language-"+language))
	}
	w.WriteByte('>')
	w.Write(highlight.Append(w.AvailableBuffer(), language, text))
	w.WriteString("</code></pre>\n")
	w.block = append(w.block, text...)
	w.endBlock()
}

func quote(w *writer, n *ast.Blockquote, entering bool) {
	name, _ := n.Attribute(calloutKind)
	kind, isCallout := name.(string)
	switch {
	case !isCallout && entering:
		w.WriteString("<blockquote>\n")
	case !isCallout:
		w.WriteString("</blockquote>\n")
	case entering:
		fmt.Fprintf(w, `<div class="callout callout-%s" role="note"><p class="callout-title">`, kind)
		title, _ := n.Attribute(calloutName)
		if text := title.(string); text != "" {
			w.escaped([]byte(text))
		} else {
			w.hole(Word, -1, "callout-"+kind)
		}
		w.WriteString("</p>\n")
	default:
		w.WriteString("</div>\n")
	}
}

// table puts a table in a region that scrolls by itself where it is too wide.
func table(w *writer, _ *extast.Table, entering bool) {
	if entering {
		w.WriteString(`<div class="table" role="group" tabindex="0" aria-label="`)
		w.hole(Word, -1, "table")
		w.WriteString("\"><table>\n")
	} else {
		w.WriteString("</table></div>\n")
	}
}

// tableCell marks alignment by a class, since a strict content policy allows
// no style attributes.
func tableCell(w *writer, n *extast.TableCell, entering bool) {
	tag := "td"
	if n.Parent().Kind() == extast.KindTableHeader {
		tag = "th"
	}
	switch {
	case !entering:
		fmt.Fprintf(w, "</%s>\n", tag)
		w.endBlock()
	case n.Alignment == extast.AlignNone || n.Alignment == extast.AlignLeft:
		fmt.Fprintf(w, "<%s>", tag)
	default:
		fmt.Fprintf(w, `<%s class="%s">`, tag, n.Alignment)
	}
}

func checkBox(w *writer, n *extast.TaskCheckBox, entering bool) {
	if !entering {
		return
	}
	class, word := "task", "task-open"
	if n.IsChecked {
		class, word = "task done", "task-done"
	}
	fmt.Fprintf(w, `<span class="%s" role="img" aria-label="`, class)
	w.hole(Word, -1, word)
	w.WriteString(`"></span> `)
}
