package markdown

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
	"golang.org/x/net/html"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// ParseInline reads one line or paragraph of Markdown, as a text in front matter may
// be. The spans of its links, and the places of what is wrong, count from the
// start of text. It returns nil where text holds no markup, or is more than a
// paragraph: it is to be shown as it stands then.
func ParseInline(text string, opts Options) (*Document, diag.List) {
	if !strings.ContainsAny(text, "[*_`<~\\") {
		return nil, nil
	}
	doc, diags := Parse(source.NewFile("", []byte(text)), 0, opts)
	if len(doc.HTML) == 0 && len(doc.Links) > 0 {
		return doc, diags // an embedded page alone
	}
	body, ok := bytes.CutPrefix(doc.HTML, []byte("<p>"))
	if doc.HTML = bytes.TrimSuffix(body, []byte("</p>\n")); !ok || bytes.Contains(doc.HTML, []byte("</p>")) || len(doc.HTML) == len(body) {
		return nil, nil
	}
	for i := range doc.Holes {
		doc.Holes[i].Offset -= len("<p>")
	}
	return doc, diags
}

var tagsInText = strings.NewReplacer("<code>", "", "</code>", "", "<br>", "")

// text draws a node that is text, and notes that: it is what the HTML says.
func (w *writer) text(n ast.Node) {
	start := w.Len()
	w.plainly(n)
	drawn, broken := bytes.CutSuffix(w.Bytes()[start:], []byte("\n"))
	if bytes.ContainsAny(drawn, "&<") {
		drawn = []byte(html.UnescapeString(tagsInText.Replace(string(drawn))))
	}
	w.block = append(w.block, drawn...)
	if broken {
		w.block = append(w.block, ' ')
	}
}

// unescape resolves the escapes and entities of a destination or title.
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

// link draws a link around its text.
func (w *writer) link(l Link, title []byte, draw func(i int)) {
	i := w.addLink(l)
	w.doc.Links[i].From = len(w.block)
	w.WriteString("<a")
	w.hole(Attributes, i)
	w.attribute("title", unescape(title))
	w.WriteByte('>')
	draw(i)
	w.doc.Links[i].To = len(w.block)
	w.WriteString("</a>")
}

// linkTo is a link to a destination. That is a part of the source, unless the
// source had to be stitched together: then it is looked for from near on.
func (w *writer) linkTo(form Form, raw []byte, near int) Link {
	at := cap(w.src) - cap(raw)
	if len(raw) == 0 || at < 0 || at+len(raw) > len(w.src) || !bytes.Equal(w.src[at:at+len(raw)], raw) {
		at = max(near, 0)
		if i := bytes.Index(w.src[at:], raw); i >= 0 {
			at += i
		}
	}
	return Link{Form: form, Target: string(unescape(raw)), Span: w.span(at, len(raw))}
}

// image draws what its alternative text says, to take it back for the text.
func (w *writer) image(n *ast.Image) {
	end, holes, links, from := w.Len(), len(w.doc.Holes), len(w.doc.Links), len(w.block)
	w.children(n)
	w.Truncate(end)
	w.doc.Holes, w.doc.Links = w.doc.Holes[:holes], w.doc.Links[:links]
	l := w.linkTo(Image, n.Destination, n.Pos())
	l.From, l.To = from, len(w.block)
	w.imageTag(w.addLink(l), w.block[from:], unescape(n.Title))
}

// imageTag writes the tag of an image, with a hole for its address and size.
func (w *writer) imageTag(i int, alt, title []byte) {
	w.WriteString("<img")
	w.hole(Attributes, i)
	fmt.Fprintf(w, ` alt="%s"`, util.EscapeHTML(alt))
	w.attribute("title", title)
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
