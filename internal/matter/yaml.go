package matter

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Limits on one file's front matter, so that no file can hang a build: past
// them goccy/go-yaml takes a deep stack, or time that grows with their square.
const (
	maxBytes = 128 << 10
	maxDepth = 100 // of brackets
	maxKeys  = 10_000
	maxNodes = 500_000 // counted with every alias written out
)

// nested matches a hundred lists or keys in one another on one line.
var nested = regexp.MustCompile(`(?:[-?][ \t]+){100}`)

// tooLarge reports whether tokens must not be parsed.
func tooLarge(tokens token.Tokens) bool {
	depth, deepest, keys := 0, 0, 0
	for _, tk := range tokens {
		switch tk.Type {
		case token.MappingStartType, token.SequenceStartType:
			depth++
			deepest = max(deepest, depth)
		case token.MappingEndType, token.SequenceEndType:
			depth--
		case token.MappingValueType:
			keys++
		}
	}
	return deepest > maxDepth || keys > maxKeys
}

// parseYAML reads the block between two offsets of f. Beside an error the root
// is nil.
func parseYAML(f *source.File, start, end int) (*Node, diag.List) {
	head := source.NewFile(f.Path, f.Data[:end]) // whose lines are soon counted
	r := &reader{file: f, head: head, start: start, end: end, first: head.Position(start).Line, anchors: map[string]*Node{}}
	if root := r.parse(); r.diags.Errors() == 0 {
		return root, r.diags
	}
	return nil, r.diags
}

// reader turns goccy's tree into ours.
type reader struct {
	file, head *source.File
	start, end int // of the block
	first      int // the number of its first line
	anchors    map[string]*Node
	size       int // nodes so far, with every alias written out
	diags      diag.List

	line, column, at int // of the token that was looked for last, and its offset
}

func (r *reader) parse() *Node {
	data := string(r.file.Data[r.start:r.end])
	tokens := lexer.Tokenize(data[:min(len(data), maxBytes)])
	if len(data) > maxBytes || nested.MatchString(data) || tooLarge(tokens) {
		return r.tooLarge()
	}
	tree, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return r.syntaxError(err)
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return &Node{Kind: Map, Place: r.file.Place(r.start, r.start)}
	}
	root := r.node(tree.Docs[0].Body)
	if r.size > maxNodes {
		return r.tooLarge()
	}
	return root
}

func (r *reader) tooLarge() *Node {
	r.diags.Add("yaml/too-large", r.file.Place(r.start, r.start), "this has too much in it or nests too deep").
		Hint = fmt.Sprintf("keep it below %d bytes, %d keys and %d levels", maxBytes, maxKeys, maxDepth)
	return nil
}

// syntaxError reports what goccy could not read, at the place it names.
func (r *reader) syntaxError(err error) *Node {
	at, message := r.file.Place(r.start, r.start), err.Error() // which quotes the source, at length
	if fault := yaml.Error(nil); errors.As(err, &fault) && fault.GetToken() != nil {
		at, message = r.place(fault.GetToken()), fault.GetMessage()
	}
	message, _, _ = strings.Cut(message, "\n")
	r.diags.Add("yaml/syntax", at, strings.TrimRight(message, ". ")).Hint = syntaxHint(r.file.Line(at.Position().Line))
	return nil
}

// syntaxHint says what to write where the slip is one that writers often make.
func syntaxHint(line string) string {
	_, value, isField := strings.Cut(line, ": ")
	if strings.Contains(line, "\t") {
		return "YAML takes spaces, not tabs, at the start of a line"
	} else if isField && strings.Contains(value, ": ") && !strings.ContainsAny(value[:1], `"'[{|>`) {
		return "put the value in quotes, because it has a colon in it"
	} else if isField && strings.ContainsAny(value[:min(1, len(value))], "@`%&*!") {
		return "put the value in quotes, because it begins with a sign that means something in YAML"
	}
	return ""
}

// offset returns the byte offset in the file of a token. Tokens are looked for
// nearly in order, so it goes on from the last one: a line of a hundred thousand
// values is walked once.
func (r *reader) offset(tk *token.Token) int {
	if tk.Position.Line != r.line || tk.Position.Column < r.column {
		r.line, r.column = tk.Position.Line, 1
		r.at = min(max(r.start, r.head.Offset(r.first+r.line-1)), r.end)
	}
	for ; r.column < tk.Position.Column && r.at < r.end && r.file.Data[r.at] != '\n'; r.column++ {
		_, size := utf8.DecodeRune(r.file.Data[r.at:r.end])
		r.at += size
	}
	return r.at
}

// place returns the span of a token: a quoted one to its closing quote, a plain
// one as long as its value, anything else up to the end of its line.
func (r *reader) place(tk *token.Token) source.Place {
	written, at := tk.Value, r.offset(tk)
	if quoted(tk) {
		written = strings.TrimSpace(tk.Origin)
	}
	if rest := r.file.Data[at:r.end]; written == "" || !bytes.HasPrefix(rest, []byte(written)) {
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		written = strings.TrimRight(string(line), " \t\r")
	}
	return r.file.Place(at, at+len(written))
}

func quoted(tk *token.Token) bool {
	return tk.Type == token.DoubleQuoteType || tk.Type == token.SingleQuoteType
}

// node converts one value.
func (r *reader) node(n ast.Node) *Node {
	r.size++
	switch n := n.(type) {
	case *ast.MappingNode:
		return r.mapping(n)
	case *ast.SequenceNode:
		list := &Node{Kind: List, Place: r.place(n.Start), Items: make([]*Node, 0, len(n.Values))}
		for _, v := range n.Values {
			list.Items = append(list.Items, r.node(v))
		}
		return list
	case *ast.AnchorNode:
		before := r.size
		value := r.node(n.Value)
		value.size = r.size - before
		r.anchors[n.Name.GetToken().Value] = value
		return value
	case *ast.AliasNode:
		return r.alias(n.Value.GetToken())
	case *ast.TagNode:
		if n.Value != nil {
			return r.node(n.Value)
		}
	}
	return r.scalar(n)
}

func (r *reader) scalar(n ast.Node) *Node {
	tk := n.GetToken()
	node := &Node{Kind: Text, Place: r.place(tk), Text: tk.Value, Quoted: quoted(tk)}
	switch n := n.(type) {
	case *ast.NullNode:
		node.Kind = Null
		if node.Place.Text() != tk.Value {
			node.Text = "" // left out rather than written
		}
	case *ast.LiteralNode:
		node.Text, node.Quoted = n.Value.Value, true
	}
	return node
}

// alias returns the node that an anchor named.
func (r *reader) alias(name *token.Token) *Node {
	target := r.anchors[name.Value]
	if target == nil {
		at := r.place(name)
		r.diags.Add("yaml/syntax", at, fmt.Sprintf(`"*%s" names an anchor that is not there`, name.Value)).
			Hint = "put the value in quotes if the star is meant as text"
		return &Node{Kind: Null, Place: at}
	}
	r.size = min(r.size+target.size, maxNodes+1)
	return target
}

func (r *reader) mapping(n *ast.MappingNode) *Node {
	m := &Node{Kind: Map, Place: r.place(n.Start), Fields: make([]Field, 0, len(n.Values))}
	for _, v := range n.Values {
		key := r.scalar(v.Key)
		key.Kind = Text
		value := r.node(v.Value)
		if value.Kind == Null && value.Text == "" {
			value.Place = key.Place
		}
		if first := m.Field(key.Text); first.Key != nil {
			r.diags.Add("yaml/duplicate-key", key.Place, fmt.Sprintf("%q is given twice", key.Text)).
				Related = []diag.Note{{Place: first.Key.Place, Message: "first given here"}}
			continue
		}
		m.Fields = append(m.Fields, Field{Key: key, Value: value})
	}
	if !n.IsFlowStyle {
		m.Place = m.Fields[0].Key.Place // a block map has no sign of its own
	}
	return m
}
