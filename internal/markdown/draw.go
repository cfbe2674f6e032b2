package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	gold "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// plain are goldmark's own functions, for what is drawn as it draws it.
type plain map[ast.NodeKind]renderer.NodeRendererFunc

// Register notes one of them.
func (p plain) Register(kind ast.NodeKind, f renderer.NodeRendererFunc) { p[kind] = f }

var plainly = func() plain {
	p := plain{}
	for _, r := range []renderer.NodeRenderer{
		gold.NewRenderer(), extension.NewStrikethroughHTMLRenderer(), extension.NewTableHTMLRenderer(),
		extension.NewFootnoteHTMLRenderer(extension.WithFootnoteBacklinkHTML("↩&#xFE0E;")),
	} {
		r.RegisterFuncs(p)
	}
	return p
}()

// children draws what is in a node.
func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		w.draw(c)
	}
}

// plainly draws a node, and what is in it unless that is done.
func (w *writer) plainly(n ast.Node) {
	draw := plainly[n.Kind()]
	if draw == nil {
		return // it only says something about others
	}
	if status, _ := draw(w, w.src, n, true); status == ast.WalkContinue {
		w.children(n)
	}
	draw(w, w.src, n, false)
}

func (w *writer) draw(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		w.heading(n)
	case *ast.Paragraph:
		w.paragraph(n)
	case *ast.TextBlock:
		w.plainly(n)
		w.endBlock()
	case *ast.Blockquote:
		w.quote(n)
	case *ast.CodeBlock:
		w.code(n, "")
	case *ast.FencedCodeBlock:
		w.code(n, string(n.Language(w.src)))
	case *ast.HTMLBlock:
		w.rawBlock(n)
	case *extast.Table: // in a region that scrolls by itself where it is too wide
		w.WriteString(`<div class="table" role="group" tabindex="0" aria-label="`)
		w.word("table")
		w.WriteString(`">`)
		w.plainly(n)
		w.WriteString("</div>\n")
	case *extast.TableCell:
		w.cell(n)
	case *ast.Text:
		w.text(n)
		w.slip(n)
	case *ast.String, *ast.CodeSpan:
		w.text(n)
	case *ast.Link:
		w.link(w.linkTo(Inline, n.Destination, n.Pos()), n.Title, func(int) { w.children(n) })
	case *ast.Image:
		w.image(n)
	case *ast.AutoLink:
		w.autoLink(n)
	case *wikiNode:
		w.wiki(n)
	case *ast.RawHTML:
		w.rawHTML(n.Segments.Value(w.src), n.Pos(), false)
	case *extast.TaskCheckBox:
		w.checkBox(n)
	default:
		w.plainly(n)
	}
}

func (w *writer) heading(n *ast.Heading) {
	w.endSection()
	from, holes := w.Len(), len(w.doc.Holes)
	w.children(n)
	h := Heading{Text: string(bytes.TrimSpace(w.block)), Level: min(n.Level+w.shift, 6), From: -1}
	explicit, _ := n.AttributeString("id")
	id, _ := explicit.([]byte)
	h.ID = w.slugs.take(cmp.Or(string(id), Slug(h.Text)))
	w.endBlock()
	inside := string(w.Bytes()[from:])
	w.Truncate(from)
	if ast.Node(n) == w.title {
		w.doc.Holes = w.doc.Holes[:holes]
		w.doc.Title = &h
		return
	}
	if n.Parent().Kind() == ast.KindDocument {
		h.From = from
	}
	w.doc.Headings = append(w.doc.Headings, h)
	fmt.Fprintf(w, `<h%d id="%s">`, h.Level, util.EscapeHTML([]byte(h.ID)))
	for i := range w.doc.Holes[holes:] {
		w.doc.Holes[holes+i].Offset += w.Len() - from
	}
	fmt.Fprintf(w, "%s</h%d>\n", inside, h.Level)
}

// paragraph draws a paragraph, but for one that holds only an embedded page,
// which may bring blocks of its own.
func (w *writer) paragraph(n *ast.Paragraph) {
	if only, isWiki := n.FirstChild().(*wikiNode); isWiki && only.link.Form == Embed && only.NextSibling() == nil {
		w.children(n)
		w.WriteByte('\n') // it belongs to what is before, not to a heading after it
	} else {
		w.plainly(n)
	}
	if strings.Count(w.doc.Lead, " ") < 2 { // a label, or a picture's name
		w.doc.Lead = strings.Join(strings.Fields(string(w.block)), " ")
	}
	w.endBlock()
}

func (w *writer) code(n ast.Node, language string) {
	text := n.Lines().Value(w.src)
	w.WriteString(`<pre tabindex="0"><code`)
	if language != "" {
		w.attribute("class", []byte("language-"+language))
	}
	w.WriteByte('>')
	w.hole(Coloured, len(w.doc.Codes))
	w.doc.Codes = append(w.doc.Codes, Code{language, string(text)})
	w.WriteString("</code></pre>\n")
	w.block = append(w.block, text...)
	w.endBlock()
}

// cell marks alignment by a class, since a strict content policy allows no style
// attributes.
func (w *writer) cell(n *extast.TableCell) {
	if n.Alignment == extast.AlignCenter || n.Alignment == extast.AlignRight {
		n.SetAttributeString("class", []byte(n.Alignment.String()))
	}
	n.Alignment = extast.AlignNone
	w.plainly(n)
	w.endBlock()
}

// text draws a node that is text, and notes that: it is what the HTML says.
func (w *writer) text(n ast.Node) {
	start := w.Len()
	w.plainly(n)
	drawn, broken := bytes.CutSuffix(w.Bytes()[start:], []byte("\n"))
	drawn = bytes.TrimSuffix(drawn, []byte("<br>"))
	drawn = bytes.TrimSuffix(bytes.TrimPrefix(drawn, []byte("<code>")), []byte("</code>"))
	if bytes.IndexByte(drawn, '&') >= 0 {
		drawn = []byte(html.UnescapeString(string(drawn)))
	}
	w.block = append(w.block, drawn...)
	if broken {
		w.block = append(w.block, ' ')
	}
}

// unescape resolves the escapes and entities of a destination or title.
func unescape(text []byte) []byte {
	return util.ResolveNumericReferences(util.ResolveEntityNames(util.UnescapePunctuations(text)))
}

// addLink notes a link and returns its index.
func (w *writer) addLink(l Link) int {
	w.doc.Links = append(w.doc.Links, l)
	return len(w.doc.Links) - 1
}

// link draws a link around its text.
func (w *writer) link(l Link, title []byte, draw func(i int)) {
	i := w.addLink(l)
	w.doc.Links[i].from = len(w.block)
	w.WriteString("<a")
	w.hole(Attributes, i)
	w.attribute("title", unescape(title))
	w.WriteByte('>')
	draw(i)
	w.doc.Links[i].to = len(w.block)
	w.WriteString("</a>")
}

// linkTo is a link to a destination. That is a part of the source, unless the
// source had to be stitched together: then it is looked for from near on.
func (w *writer) linkTo(form Form, raw []byte, near int) Link {
	at := cap(w.src) - cap(raw)
	if len(raw) == 0 || at < 0 || !bytes.HasPrefix(w.src[min(at, len(w.src)):], raw) {
		at = near
	}
	return Link{Form: form, Target: string(unescape(raw)), Span: w.find(raw, at)}
}

// image draws what its alternative text says, to take it back for the text.
func (w *writer) image(n *ast.Image) {
	end, holes, links, from := w.Len(), len(w.doc.Holes), len(w.doc.Links), len(w.block)
	w.children(n)
	w.Truncate(end)
	w.doc.Holes, w.doc.Links = w.doc.Holes[:holes], w.doc.Links[:links]
	l := w.linkTo(Image, n.Destination, n.Pos())
	l.from, l.to = from, len(w.block)
	w.WriteString("<img")
	w.hole(Attributes, w.addLink(l))
	fmt.Fprintf(w, ` alt="%s"`, util.EscapeHTML(w.block[from:]))
	w.attribute("title", unescape(n.Title))
	w.WriteByte('>')
}

func (w *writer) autoLink(n *ast.AutoLink) {
	label := n.Label(w.src)
	l := w.linkTo(Auto, label, n.Pos())
	l.Target = string(n.URL(w.src))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(l.Target), "mailto:") {
		l.Target = "mailto:" + l.Target
	}
	w.link(l, nil, func(int) {
		w.escaped(label)
		w.block = append(w.block, label...)
	})
}

func (w *writer) checkBox(n *extast.TaskCheckBox) {
	class, word := "task", "task-open"
	if n.IsChecked {
		class, word = "task done", "task-done"
	}
	fmt.Fprintf(w, `<span class="%s" role="img" aria-label="`, class)
	w.word(word)
	w.WriteString(`"></span> `)
}
