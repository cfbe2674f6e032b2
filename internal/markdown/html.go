package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"quandary/internal/highlight"
	"quandary/internal/source"
)

// nodeRenderer draws the nodes that goldmark's own renderer would draw without
// our holes. It has no state: what it needs is in the writer.
type nodeRenderer struct{}

func (nodeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindHeading, on(heading))
	reg.Register(ast.KindParagraph, on(paragraph))
	reg.Register(ast.KindLink, on(link))
	reg.Register(ast.KindImage, on(image))
	reg.Register(ast.KindAutoLink, on(autoLink))
	reg.Register(wikiKind, on(wiki))
	reg.Register(ast.KindRawHTML, on(rawInline))
	reg.Register(ast.KindHTMLBlock, on(rawBlock))
	reg.Register(ast.KindFencedCodeBlock, on(fencedCode))
	reg.Register(ast.KindCodeBlock, on(indentedCode))
	reg.Register(ast.KindBlockquote, on(quote))
	reg.Register(extast.KindTable, on(table))
	reg.Register(extast.KindTableCell, on(tableCell))
	reg.Register(extast.KindTaskCheckBox, on(checkBox))
}

// on adapts a function over our writer to goldmark's signature.
func on[N ast.Node](draw func(w *writer, n N, entering bool) ast.WalkStatus) renderer.NodeRendererFunc {
	return func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		return draw(w.(*writer), n.(N), entering), nil
	}
}

func heading(w *writer, n *ast.Heading, entering bool) ast.WalkStatus {
	if ast.Node(n) == w.title {
		if !entering {
			return ast.WalkContinue
		}
		text := plainText(n, w.src)
		w.doc.Title = &Title{Text: text, ID: w.headingID(n, text)}
		w.noteLinks(n)
		return ast.WalkSkipChildren
	}
	level := min(n.Level+w.shift, 6)
	if !entering {
		fmt.Fprintf(w, "</h%d>\n", level)
		return ast.WalkContinue
	}
	text := plainText(n, w.src)
	h := Heading{ID: w.headingID(n, text), Text: text, Level: level, Place: w.lineSpan(n), From: -1, To: -1}
	if n.Parent().Kind() == ast.KindDocument {
		w.closeSections(level)
		h.From = len(w.doc.HTML)
		w.open = append(w.open, len(w.doc.Headings))
	}
	w.doc.Headings = append(w.doc.Headings, h)
	fmt.Fprintf(w, `<h%d id="%s">`, level, util.EscapeHTML([]byte(h.ID)))
	return ast.WalkContinue
}

// headingID returns the explicit {#id} of a heading, or one made from its text.
func (w *writer) headingID(n *ast.Heading, text string) string {
	if id, ok := n.AttributeString("id"); ok {
		if b, ok := id.([]byte); ok && len(b) > 0 {
			return w.slugs.take(string(b))
		}
	}
	return w.slugs.give(text)
}

// lineSpan is the span in the file of a block's own text.
func (w *writer) lineSpan(n ast.Node) source.Span {
	if lines := n.Lines(); lines.Len() > 0 {
		return source.Span{Start: w.base + lines.At(0).Start, End: w.base + lines.At(lines.Len()-1).Stop}
	}
	return source.Span{Start: w.base, End: w.base}
}

// plainText is the text of a node without its markup.
func plainText(n ast.Node, src []byte) string {
	var b []byte
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch c := c.(type) {
		case *ast.Text:
			b = append(b, util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(c.Segment.Value(src))))...)
			if c.SoftLineBreak() {
				b = append(b, ' ')
			}
		case *ast.String:
			b = appendUnescaped(b, c.Value)
		case *ast.AutoLink:
			b = append(b, c.Label(src)...)
		case *wikiNode:
			b = append(b, wikiText(c)...)
		}
		return ast.WalkContinue, nil
	})
	return string(bytes.TrimSpace(b))
}

// skipLinks passes over the sentences of links that are not drawn.
func (w *writer) skipLinks(n ast.Node) {
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		switch c.(type) {
		case *ast.Link, *ast.Image, *ast.AutoLink, *wikiNode:
			if entering {
				w.next++
			}
		}
		return ast.WalkContinue, nil
	})
}

// noteLinks notes the links in a heading that is drawn without them, so that
// they are checked like any other.
func (w *writer) noteLinks(n ast.Node) {
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch c := c.(type) {
		case *ast.Link:
			target, span := w.destination(c.Destination, c.Pos())
			w.addLink(Link{Form: Inline, Target: target, Span: span})
		case *wikiNode:
			w.addLink(Link{Form: Wiki, Target: c.target, Label: c.label, Span: source.Span{Start: w.base + c.start, End: w.base + c.end}})
		case *ast.Image, *ast.AutoLink:
			w.next++
		}
		return ast.WalkContinue, nil
	})
}

// addLink notes a link with the next sentence and returns its index.
func (w *writer) addLink(l Link) int {
	if w.next < len(w.sentences) {
		s := w.sentences[w.next]
		l.Sentence, l.From, l.To = s.text, s.from, s.to
	}
	w.next++
	w.doc.Links = append(w.doc.Links, l)
	return len(w.doc.Links) - 1
}

// destination resolves the escapes of a destination and finds its span: it is
// a part of the source, unless the source had to be stitched together.
func (w *writer) destination(raw []byte, near int) (target string, span source.Span) {
	target = string(util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(raw))))
	at := cap(w.src) - cap(raw)
	if len(raw) == 0 || at < 0 || at+len(raw) > len(w.src) || !bytes.Equal(w.src[at:at+len(raw)], raw) {
		at = max(near, 0)
		if i := bytes.Index(w.src[at:], raw); len(raw) > 0 && i >= 0 {
			at += i
		}
	}
	return target, source.Span{Start: w.base + at, End: w.base + min(at+len(raw), len(w.src))}
}

// paragraph draws a paragraph, but for one that holds only an embedded page,
// which may bring blocks of its own.
func paragraph(w *writer, n *ast.Paragraph, entering bool) ast.WalkStatus {
	only, isWiki := n.FirstChild().(*wikiNode)
	switch {
	case isWiki && only.embed && only.NextSibling() == nil:
	case entering:
		w.doc.HTML = append(w.doc.HTML, "<p>"...)
	default:
		w.doc.HTML = append(w.doc.HTML, "</p>\n"...)
	}
	return ast.WalkContinue
}

func link(w *writer, n *ast.Link, entering bool) ast.WalkStatus {
	if !entering {
		w.doc.HTML = append(w.doc.HTML, "</a>"...)
		return ast.WalkContinue
	}
	target, span := w.destination(n.Destination, n.Pos())
	i := w.addLink(Link{Form: Inline, Target: target, Span: span})
	w.doc.HTML = append(w.doc.HTML, "<a"...)
	w.hole(Attributes, i, "")
	w.attribute("title", n.Title)
	w.doc.HTML = append(w.doc.HTML, '>')
	return ast.WalkContinue
}

// attribute writes an attribute, unless its value is empty.
func (w *writer) attribute(name string, value []byte) {
	if len(value) > 0 {
		fmt.Fprintf(w, ` %s="%s"`, name, util.EscapeHTML(util.ResolveEntityNames(util.UnescapePunctuations(value))))
	}
}

func image(w *writer, n *ast.Image, entering bool) ast.WalkStatus {
	if !entering {
		return ast.WalkContinue
	}
	target, span := w.destination(n.Destination, n.Pos())
	i := w.addLink(Link{Form: Image, Target: target, Span: span})
	w.imageTag(i, []byte(plainText(n, w.src)), n.Title)
	w.skipInside(n)
	return ast.WalkSkipChildren
}

// skipInside passes over the links inside a node, the node itself not counted.
func (w *writer) skipInside(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.skipLinks(c)
	}
}

// imageTag writes the tag of an image, with a hole for its address and size.
func (w *writer) imageTag(i int, alt, title []byte) {
	w.doc.HTML = append(w.doc.HTML, "<img"...)
	w.hole(Attributes, i, "")
	fmt.Fprintf(w, ` alt="%s"`, util.EscapeHTML(alt))
	w.attribute("title", title)
	w.doc.HTML = append(w.doc.HTML, '>')
}

func autoLink(w *writer, n *ast.AutoLink, entering bool) ast.WalkStatus {
	if !entering {
		return ast.WalkContinue
	}
	target := string(n.URL(w.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	label := n.Label(w.src)
	_, span := w.destination(label, n.Pos())
	i := w.addLink(Link{Form: Auto, Target: target, Span: span})
	w.doc.HTML = append(w.doc.HTML, "<a"...)
	w.hole(Attributes, i, "")
	fmt.Fprintf(w, ">%s</a>", util.EscapeHTML(label))
	return ast.WalkContinue
}

func wiki(w *writer, n *wikiNode, entering bool) ast.WalkStatus {
	if !entering {
		return ast.WalkContinue
	}
	l := Link{Form: Wiki, Target: n.target, Label: n.label, Span: source.Span{Start: w.base + n.start, End: w.base + n.end}}
	if n.embed {
		l.Form = Embed
		w.hole(Whole, w.addLink(l), "")
		return ast.WalkContinue
	}
	i := w.addLink(l)
	w.doc.HTML = append(w.doc.HTML, "<a"...)
	w.hole(Attributes, i, "")
	w.doc.HTML = append(w.doc.HTML, '>')
	if n.label == "" {
		w.hole(Text, i, "")
	} else {
		w.doc.HTML = append(w.doc.HTML, util.EscapeHTML([]byte(n.label))...)
	}
	w.doc.HTML = append(w.doc.HTML, "</a>"...)
	return ast.WalkContinue
}

func fencedCode(w *writer, n *ast.FencedCodeBlock, entering bool) ast.WalkStatus {
	if entering {
		w.code(string(n.Language(w.src)), n)
	}
	return ast.WalkContinue
}

func indentedCode(w *writer, n *ast.CodeBlock, entering bool) ast.WalkStatus {
	if entering {
		w.code("", n)
	}
	return ast.WalkContinue
}

func (w *writer) code(language string, n ast.Node) {
	var code []byte
	lines := n.Lines()
	for i := range lines.Len() {
		seg := lines.At(i)
		code = append(code, seg.Value(w.src)...)
	}
	w.doc.HTML = append(w.doc.HTML, `<pre tabindex="0"><code`...)
	if language != "" {
		fmt.Fprintf(w, ` class="language-%s"`, util.EscapeHTML([]byte(language)))
	}
	w.doc.HTML = append(w.doc.HTML, '>')
	w.doc.HTML = highlight.Append(w.doc.HTML, language, code)
	w.doc.HTML = append(w.doc.HTML, "</code></pre>\n"...)
}

func quote(w *writer, n *ast.Blockquote, entering bool) ast.WalkStatus {
	name, _ := n.Attribute(calloutKind)
	kind, isCallout := name.(string)
	switch {
	case !isCallout && entering:
		w.doc.HTML = append(w.doc.HTML, "<blockquote>\n"...)
	case !isCallout:
		w.doc.HTML = append(w.doc.HTML, "</blockquote>\n"...)
	case entering:
		title, _ := n.Attribute(calloutName)
		fmt.Fprintf(w, `<div class="callout callout-%s" role="note"><p class="callout-title">`, kind)
		if text, _ := title.(string); text != "" {
			w.doc.HTML = append(w.doc.HTML, util.EscapeHTML([]byte(text))...)
		} else {
			w.hole(Word, -1, "callout-"+kind)
		}
		w.doc.HTML = append(w.doc.HTML, "</p>\n"...)
	default:
		w.doc.HTML = append(w.doc.HTML, "</div>\n"...)
	}
	return ast.WalkContinue
}

// table puts a table in a region that scrolls by itself where it is too wide.
func table(w *writer, _ *extast.Table, entering bool) ast.WalkStatus {
	if entering {
		w.doc.HTML = append(w.doc.HTML, `<div class="table" role="group" tabindex="0" aria-label="`...)
		w.hole(Word, -1, "table")
		w.doc.HTML = append(w.doc.HTML, "\"><table>\n"...)
	} else {
		w.doc.HTML = append(w.doc.HTML, "</table></div>\n"...)
	}
	return ast.WalkContinue
}

// tableCell marks alignment by a class, since a strict content policy allows
// no style attributes.
func tableCell(w *writer, n *extast.TableCell, entering bool) ast.WalkStatus {
	tag := "td"
	if n.Parent().Kind() == extast.KindTableHeader {
		tag = "th"
	}
	switch {
	case !entering:
		fmt.Fprintf(w, "</%s>\n", tag)
	case n.Alignment == extast.AlignNone || n.Alignment == extast.AlignLeft:
		fmt.Fprintf(w, "<%s>", tag)
	default:
		fmt.Fprintf(w, `<%s class="%s">`, tag, n.Alignment)
	}
	return ast.WalkContinue
}

func checkBox(w *writer, n *extast.TaskCheckBox, entering bool) ast.WalkStatus {
	if entering && n.IsChecked {
		w.doc.HTML = append(w.doc.HTML, `<span class="task done" role="img" aria-label="`...)
		w.hole(Word, -1, "task-done")
		w.doc.HTML = append(w.doc.HTML, `"></span> `...)
	} else if entering {
		w.doc.HTML = append(w.doc.HTML, `<span class="task" role="img" aria-label="`...)
		w.hole(Word, -1, "task-open")
		w.doc.HTML = append(w.doc.HTML, `"></span> `...)
	}
	return ast.WalkContinue
}
