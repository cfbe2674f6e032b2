package markdown

import (
	"bytes"
	"cmp"
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

// longestWiki is how far the end of a wiki link is looked for.
const longestWiki = 1000

// wikiParser reads wiki links. They stand on one line and nest in nothing.
type wikiParser struct{}

func (wikiParser) Trigger() []byte { return []byte{'[', '!'} }

func (wikiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	form, open := Wiki, len("[[")
	if line[0] == '!' {
		form, open = Embed, len("![[")
	}
	if !bytes.HasPrefix(line[open-2:], []byte("[[")) {
		return nil
	}
	inside, rest, closed := bytes.Cut(line[open:min(len(line), longestWiki)], []byte("]]"))
	if !closed || bytes.HasPrefix(rest, []byte("(")) || // [[1]](address) is a link that reads "[1]"
		len(bytes.TrimSpace(inside)) == 0 || bytes.ContainsAny(inside, "[]") {
		return nil
	}
	target, label, _ := bytes.Cut(inside, []byte("|"))
	target = bytes.TrimSuffix(target, []byte(`\`)) // "\|" keeps a table's cells apart
	trimmed := bytes.TrimSpace(target)
	start := segment.Start - segment.Padding + open + bytes.Index(target, trimmed)
	block.Advance(open + len(inside) + len("]]"))
	return &wikiNode{link: Link{
		Form: form, Target: string(trimmed), Label: string(bytes.TrimSpace(label)),
		Span: source.Span{Start: start, End: start + len(trimmed)},
	}}
}

// wiki draws a wiki link, whose text is known when its target is.
func (w *writer) wiki(n *wikiNode) {
	l := n.link
	page, heading, _ := strings.Cut(l.Target, "#")
	text := cmp.Or(l.Label, page[strings.LastIndexByte(page, '/')+1:], heading)
	l.Span = w.span(l.Span.Start, l.Span.End-l.Span.Start)
	l.From, l.To = len(w.block), len(w.block)+len(text)
	w.block = append(w.block, text...)
	i := w.addLink(l)
	if l.Form == Embed {
		w.hole(Whole, i)
		return
	}
	w.WriteString("<a")
	w.hole(Attributes, i)
	w.WriteByte('>')
	if l.Label == "" {
		w.hole(Text, i)
	}
	w.escaped([]byte(l.Label))
	w.WriteString("</a>")
}
