package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"

	"quandary/internal/highlight"
)

// plain are goldmark's own functions, for what is drawn as it draws it.
type plain map[ast.NodeKind]renderer.NodeRendererFunc

// Register notes one of them.
func (p plain) Register(kind ast.NodeKind, f renderer.NodeRendererFunc) { p[kind] = f }

var plainly = func() plain {
	p := plain{}
	for _, r := range []renderer.NodeRenderer{
		html.NewRenderer(), extension.NewStrikethroughHTMLRenderer(), extension.NewTableHTMLRenderer(),
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

// within draws what is in a node between two tags.
func (w *writer) within(n ast.Node, open, end string) {
	w.WriteString(open)
	w.children(n)
	w.WriteString(end)
}

// plainly draws a node, and what is in it unless that is done.
func (w *writer) plainly(n ast.Node) {
	draw := plainly[n.Kind()]
	if draw == nil {
		w.children(n)
		return
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
	h := Heading{Text: string(bytes.TrimSpace(w.block)), Level: min(n.Level+w.shift, 6), From: -1, To: -1}
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
	if lines := n.Lines(); lines.Len() > 0 {
		start := lines.At(0).Start
		h.Place = w.span(start, lines.At(lines.Len()-1).Stop-start)
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
	} else {
		w.within(n, "<p>", "</p>\n")
	}
	if w.doc.Lead == "" {
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
	w.Write(highlight.Append(w.AvailableBuffer(), language, text))
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
