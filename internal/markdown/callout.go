package markdown

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// calloutTransformer recognises a quote whose first line is "[!NOTE]", with or
// without a title after it, as a callout. It takes that line out of the text.
type calloutTransformer struct{}

var (
	calloutLine = regexp.MustCompile(`^\s*\[!([A-Za-z][A-Za-z-]*)\][+-]?[ \t]*(.*?)\s*$`)
	calloutKey  = []byte("callout") // of an attribute that holds what the line matched
)

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
	quote.SetAttribute(calloutKey, m)
	if lines.Len() == 1 {
		quote.RemoveChild(quote, p)
		return
	}
	lines.SetSliced(1, lines.Len())
}

func (w *writer) quote(n *ast.Blockquote) {
	line, _ := n.Attribute(calloutKey)
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
