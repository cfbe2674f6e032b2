package markdown

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// Limits past which goldmark takes time that grows with the square of a text.
// What is past them is drawn as it stands.
const (
	maxDepth   = 100  // of quotes and lists in one another
	maxSigns   = 5000 // of emphasis and links in one block
	maxColumns = 200  // of a table
)

// deepParser takes what is nested too deep as a paragraph.
type deepParser struct{ parser.BlockParser }

func (deepParser) Trigger() []byte { return []byte(">-+*0123456789") }

func (d deepParser) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	depth := 0
	for n := parent; n != nil; n = n.Parent() {
		depth++
	}
	if _, inList := parent.(*ast.List); inList || depth <= 2*maxDepth {
		return nil, parser.NoChildren
	}
	return d.BlockParser.Open(parent, reader, pc)
}

// manyParser takes the signs of emphasis and links past the limit as text.
type manyParser struct{}

var tallyKey = parser.NewContextKey()

// tally counts the signs in one block.
type tally struct {
	in ast.Node
	n  int
}

func (manyParser) Trigger() []byte { return []byte("*_~[]!<") }

func (manyParser) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	t, _ := pc.Get(tallyKey).(*tally)
	if t == nil || t.in != parent {
		t = &tally{in: parent}
		pc.Set(tallyKey, t)
	}
	if t.n++; t.n <= maxSigns {
		return nil
	}
	_, segment := block.PeekLine()
	block.Advance(1)
	return ast.NewTextSegment(segment.WithStop(segment.Start + 1))
}

// wideTransformer draws a table of too many columns as code: every row would
// have them all.
type wideTransformer struct{}

func (wideTransformer) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	if first := p.Lines().At(0); bytes.Count(first.Value(reader.Source()), []byte("|")) > maxColumns {
		code := ast.NewCodeBlock()
		code.SetLines(p.Lines())
		p.Parent().ReplaceChild(p.Parent(), p, code)
	}
}
