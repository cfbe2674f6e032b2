package markdown

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// wikiNode is [[target|label]] or ![[target|label]].
type wikiNode struct {
	ast.BaseInline
	target, label string
	start, end    int // of the target in the source
	embed         bool
}

var wikiKind = ast.NewNodeKind("WikiLink")

func (n *wikiNode) Kind() ast.NodeKind { return wikiKind }

func (n *wikiNode) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// text is what the link reads as before its target is known.
func (n *wikiNode) text() string {
	page, heading, _ := strings.Cut(n.target, "#")
	return cmp.Or(n.label, page[strings.LastIndexByte(page, '/')+1:], heading)
}

// longestWiki is how far the end of a wiki link is looked for.
const longestWiki = 1000

// wikiParser reads wiki links. They stand on one line and nest in nothing.
type wikiParser struct{}

func (wikiParser) Trigger() []byte { return []byte{'[', '!'} }

func (wikiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	n := &wikiNode{embed: line[0] == '!'}
	open := 2
	if n.embed {
		open = 3
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
	n.start = segment.Start - segment.Padding + open + bytes.Index(target, trimmed)
	n.end = n.start + len(trimmed)
	n.target, n.label = string(trimmed), string(bytes.TrimSpace(label))
	block.Advance(open + len(inside) + 2)
	return n
}
