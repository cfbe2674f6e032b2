package markdown

import (
	"bytes"
	"cmp"
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
