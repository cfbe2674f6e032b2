package matter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Limits on one file's front matter, so that no file can hang a build.
const (
	maxBytes = 4 << 20
	maxDepth = 100
	maxNodes = 500_000 // counted with every alias written out
)

// parseYAML reads one block that begins at offset start of f.
func parseYAML(f *source.File, start int, block []byte) (*Node, diag.List) {
	r := &reader{file: f, start: start, block: block, anchors: map[string]*Node{}, sizes: map[*Node]int{}}
	r.indexLines()
	if fault := r.guard(); fault != "" {
		r.diags.Add("yaml/too-large", f.Place(start, start), fault)
		return nil, r.diags
	}
	tree, err := parser.ParseBytes(block, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		r.syntaxError(err)
		return nil, r.diags
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return &Node{Kind: Map, Place: f.Place(start, start)}, r.diags
	}
	root, _ := r.node(tree.Docs[0].Body, 0)
	if r.diags.Errors() > 0 {
		return nil, r.diags
	}
	return root, r.diags
}

// reader turns goccy's tree into ours.
type reader struct {
	file      *source.File
	start     int
	block     []byte
	lines     []int // offsets in block at which lines start
	columns   []int // offsets in block of the characters of line columnsOf
	columnsOf int
	anchors   map[string]*Node
	sizes     map[*Node]int // nodes below and with an anchor
	diags     diag.List
	stopped   bool // a limit was hit and reported
}

func (r *reader) indexLines() {
	r.lines = []int{0}
	for i, c := range r.block {
		if c == '\n' || c == '\r' && (i+1 == len(r.block) || r.block[i+1] != '\n') {
			r.lines = append(r.lines, i+1)
		}
	}
}

// guard refuses what the recursive parser below could not bear, and returns
// the reason, or "".
func (r *reader) guard() string {
	if len(r.block) > maxBytes {
		return fmt.Sprintf("the front matter has %d bytes; the limit is %d", len(r.block), maxBytes)
	}
	flow := 0
	for line := range bytes.Lines(r.block) {
		nested := 0
		for _, c := range line {
			switch c {
			case '[', '{':
				flow++
			case ']', '}':
				flow--
			case '-', '?':
				nested++
			case ' ', '\t':
			default:
				nested = -len(line)
			}
			if flow > maxDepth || nested > 2*maxDepth {
				return fmt.Sprintf("the front matter is nested more than %d levels deep", maxDepth)
			}
		}
	}
	return ""
}

// syntaxError reports what goccy could not read, at the place it names.
func (r *reader) syntaxError(err error) {
	var fault yaml.Error
	if !errors.As(err, &fault) || fault.GetToken() == nil {
		r.diags.Add("yaml/syntax", r.file.Place(r.start, r.start), firstLine(err.Error()))
		return
	}
	tk := fault.GetToken()
	d := r.diags.Add("yaml/syntax", r.place(tk), firstLine(fault.GetMessage()))
	d.Hint = syntaxHint(fault.GetMessage(), r.file.Line(d.Place.Position().Line))
}

// syntaxHint says what to write where the slip is one that writers often make.
func syntaxHint(message, line string) string {
	_, value, isField := strings.Cut(line, ": ")
	switch {
	case strings.Contains(line, "\t"):
		return "YAML takes spaces, not tabs, at the start of a line"
	case isField && strings.Contains(value, ": ") && !strings.ContainsAny(value[:1], `"'[{|>`):
		return "put the value in quotes, because it has a colon in it"
	case strings.Contains(message, "not found"), strings.Contains(message, "could not find end"):
		return "close the quote or bracket that opens here"
	case isField && strings.ContainsAny(value[:min(1, len(value))], "@`%&*!"):
		return "put the value in quotes, because it begins with a sign that means something in YAML"
	}
	return ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimRight(line, ". ")
}

// offset returns the byte offset in the file of a token.
func (r *reader) offset(tk *token.Token) int {
	line := min(max(tk.Position.Line-1, 0), len(r.lines)-1)
	if r.columns == nil || r.columnsOf != line {
		r.indexColumns(line)
	}
	column := min(max(tk.Position.Column-1, 0), len(r.columns)-1)
	return r.start + r.columns[column]
}

// indexColumns notes where the characters of one line begin. Tokens come
// nearly in order, so one line at a time is enough, and a line of a hundred
// thousand values is walked once instead of once a value.
func (r *reader) indexColumns(line int) {
	at, end := r.lines[line], len(r.block)
	if line+1 < len(r.lines) {
		end = r.lines[line+1]
	}
	r.columnsOf, r.columns = line, r.columns[:0]
	for at < end && r.block[at] != '\n' {
		r.columns = append(r.columns, at)
		_, size := utf8.DecodeRune(r.block[at:])
		at += size
	}
	r.columns = append(r.columns, at)
}

// place returns the span of a token: a quoted scalar to its closing quote, a
// plain one as long as its value, anything else up to the end of its line.
func (r *reader) place(tk *token.Token) source.Place {
	at := r.offset(tk)
	rest := r.block[at-r.start:]
	switch {
	case tk.Type == token.DoubleQuoteType || tk.Type == token.SingleQuoteType:
		return r.file.Place(at, at+quotedLength(rest))
	case tk.Value != "" && bytes.HasPrefix(rest, []byte(tk.Value)):
		return r.file.Place(at, at+len(tk.Value))
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	return r.file.Place(at, at+len(bytes.TrimRight(line, " \t\r")))
}

// quotedLength returns the length of the quoted scalar that text begins with.
func quotedLength(text []byte) int {
	if len(text) == 0 {
		return 0
	}
	quote := text[0]
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// node converts one value and returns how many nodes it stands for with every
// alias written out.
func (r *reader) node(n ast.Node, depth int) (*Node, int) {
	if depth > maxDepth {
		return r.stop(n, fmt.Sprintf("the front matter is nested more than %d levels deep", maxDepth)), 1
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		return r.mapping(n, n.Values, depth)
	case *ast.MappingValueNode:
		return r.mapping(n, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		return r.sequence(n, depth)
	case *ast.AnchorNode:
		value, size := r.node(n.Value, depth+1)
		name := n.Name.GetToken().Value
		r.anchors[name], r.sizes[value] = value, size
		return value, size
	case *ast.AliasNode:
		return r.alias(n)
	case *ast.TagNode:
		if n.Value != nil {
			return r.node(n.Value, depth+1)
		}
	}
	return r.scalar(n), 1
}

func (r *reader) scalar(n ast.Node) *Node {
	if n == nil {
		return &Node{Kind: Null, Place: r.file.Place(r.start, r.start)}
	}
	tk := n.GetToken()
	node := &Node{Kind: Text, Place: r.place(tk), Text: tk.Value}
	switch n := n.(type) {
	case *ast.NullNode:
		node.Kind = Null
		if node.Place.Text() != tk.Value {
			node.Text = "" // left out rather than written
		}
	case *ast.StringNode:
		node.Text, node.Quoted = n.Value, tk.Type == token.DoubleQuoteType || tk.Type == token.SingleQuoteType
	case *ast.LiteralNode:
		node.Text, node.Quoted = n.Value.Value, true
	}
	return node
}

func (r *reader) alias(n *ast.AliasNode) (*Node, int) {
	name := n.Value.GetToken().Value
	target, ok := r.anchors[name]
	if !ok {
		at := r.place(n.Value.GetToken())
		r.diags.Add("yaml/syntax", at, fmt.Sprintf(`"*%s" names an anchor that is not there`, name)).Hint = "put the value in quotes if the star is meant as text"
		return &Node{Kind: Null, Place: at}, 1
	}
	return target, r.sizes[target]
}

func (r *reader) sequence(n *ast.SequenceNode, depth int) (*Node, int) {
	list := &Node{Kind: List, Items: make([]*Node, 0, len(n.Values))}
	size := 1
	for _, v := range n.Values {
		item, s := r.node(v, depth+1)
		list.Items = append(list.Items, item)
		if size += s; size > maxNodes || r.stopped {
			return r.stop(n, fmt.Sprintf("the front matter stands for more than %d values", maxNodes)), 1
		}
	}
	at := r.offset(n.Start)
	list.Place = r.file.Place(at, at+1)
	return list, size
}

func (r *reader) mapping(n ast.Node, values []*ast.MappingValueNode, depth int) (*Node, int) {
	m := &Node{Kind: Map, Fields: make([]Field, 0, len(values))}
	seen := make(map[string]*Node, len(values))
	size := 1
	for _, v := range values {
		key := r.scalar(v.Key)
		key.Kind = Text
		value, s := r.node(v.Value, depth+1)
		if value.Kind == Null && value.Text == "" {
			value.Place = key.Place
		}
		if size += s + 1; size > maxNodes || r.stopped {
			return r.stop(n, fmt.Sprintf("the front matter stands for more than %d values", maxNodes)), 1
		}
		if first := seen[key.Text]; first != nil {
			d := r.diags.Add("yaml/duplicate-key", key.Place, fmt.Sprintf("%q is given twice", key.Text))
			d.Related = []diag.Note{{Place: first.Place, Message: "first given here"}}
			continue
		}
		seen[key.Text] = key
		m.Fields = append(m.Fields, Field{Key: key, Value: value})
	}
	at := r.offset(n.GetToken())
	if len(m.Fields) > 0 && at > m.Fields[0].Key.Place.Span.Start {
		at = m.Fields[0].Key.Place.Span.Start // the token of a block map is its first colon
	}
	m.Place = r.file.Place(at, at+1)
	return m, size
}

// stop reports that a limit was hit, once, and returns an empty node.
func (r *reader) stop(n ast.Node, message string) *Node {
	at := r.place(n.GetToken())
	if !r.stopped {
		r.stopped = true
		r.diags.Add("yaml/too-large", at, message)
	}
	return &Node{Kind: Null, Place: at}
}
