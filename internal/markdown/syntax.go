package markdown

import (
	"bytes"
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"quandary/internal/source"
)

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

// longestWiki is how far the end of a wiki link is looked for.
const longestWiki = 1000

// wikiParser reads wiki links. They stand on one line and nest in nothing.
type wikiParser struct{}

func (wikiParser) Trigger() []byte { return []byte{'[', '!'} }

func (wikiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if !bytes.HasPrefix(line, []byte("[[")) && !bytes.HasPrefix(line, []byte("![[")) {
		return nil
	}
	m := wikiLink.FindSubmatchIndex(line[:min(len(line), longestWiki)])
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
		l.From, l.To = len(w.block), len(w.block)+len(text)
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

// Limits past which goldmark takes time that grows with the square of a text.
const (
	maxDepth   = 100   // of quotes and lists in one another
	maxSigns   = 5_000 // of emphasis and links between two blank lines, past as many bytes
	maxColumns = 200   // of a table
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
		if run <= maxSigns && opening <= maxDepth && bytes.Count(line, []byte("|")) <= maxColumns {
			continue // as nearly always
		}
		columns, depth := 0, 0
		for i, c := range line {
			past := false
			switch {
			case (c == '>' || c == ' ') && i < opening:
				depth++
				past = depth > 2*maxDepth
			case c == '|':
				columns++
				past = columns > maxColumns
			case run > maxSigns && bytes.IndexByte([]byte("*_~[]!<"), c) >= 0:
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
