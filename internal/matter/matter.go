// Package matter owns front matter: the YAML between two lines of "---" at the
// head of a file, as a tree of nodes that know their place.
//
// It is part of reading one file and knows nothing of sites or pages. It wraps
// adrg/frontmatter, which finds the block, and goccy/go-yaml, which reads it, and
// shows neither. It never turns a scalar into anything but its text: "yes", "1"
// and "1.0" stay as written, and what reads them decides what they mean.
package matter

import (
	"bytes"
	"regexp"
	"unicode"

	"github.com/adrg/frontmatter"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Kind is the shape of a node.
type Kind uint8

// The kinds of node. Null is a key without a value, or "null" or "~".
const (
	Null Kind = iota
	Text
	List
	Map
)

// String returns the kind in a writer's words.
func (k Kind) String() string {
	return [...]string{"nothing", "text", "a list", "a map"}[k]
}

// Node is one value. Nodes are never modified after Parse returned them, and
// one node may stand in several places of the tree (through a YAML alias).
type Node struct {
	Kind   Kind
	Place  source.Place
	Text   string  // of a Text node: its value, quotes and escapes resolved; of a Null node: as written
	Quoted bool    // of a Text node: written in quotes or as a block, so never a number or a boolean
	Items  []*Node // of a List
	Fields []Field // of a Map, in the order written; keys are unique

	size int // of a node that aliases may repeat: how many nodes it is
}

// Field is one key of a map and its value.
type Field struct {
	Key   *Node // a Text node
	Value *Node
}

// Get returns the value of a key, or nil where n is nil, not a map, or without that key.
func (n *Node) Get(key string) *Node {
	f, _ := n.Field(key)
	return f.Value
}

// Field returns the key and value named key; ok is false where there is none.
func (n *Node) Field(key string) (f Field, ok bool) {
	if n == nil {
		return Field{}, false
	}
	for _, f := range n.Fields {
		if f.Key.Text == key {
			return f, true
		}
	}
	return Field{}, false
}

const fence = "---"

// opensField matches what begins like front matter, and not like prose after a
// thematic break.
var opensField = regexp.MustCompile("^[^\\s\"'*\\[\\]()<>#`:]+:")

// block is front matter whose bytes are handed over as they are.
var block = frontmatter.NewFormat(fence, fence, func(data []byte, to any) error {
	*to.(*[]byte) = data
	return nil
})

// Parse reads the front matter of a file. It returns its root, which is a Map,
// and the offset at which the body begins. A file without front matter has a
// nil root; so has one whose front matter cannot be read, beside an error.
func Parse(f *source.File) (root *Node, body int, diags diag.List) {
	bom := bomLength(f.Data)
	opening, after, _ := bytes.Cut(bytes.TrimLeftFunc(f.Data[bom:], unicode.IsSpace), []byte("\n"))
	if string(bytes.TrimSpace(opening)) != fence {
		return nil, bom, nil
	}
	start := len(f.Data) - len(after)
	var data []byte
	rest, err := frontmatter.Parse(bytes.NewReader(f.Data[bom:]), &data, block)
	if err == nil && data != nil {
		root, diags = parseYAML(f, start, start+len(data))
		if root != nil && root.Kind == Text && !root.Quoted {
			return nil, bom, nil // prose between two thematic breaks
		}
		return asMap(root, "the front matter", &diags), len(f.Data) - len(rest), diags
	}
	if opensField.Match(after) {
		at := start - 1 - len(opening)
		diags.Add("yaml/unclosed", f.Place(at, at+len(fence)), `the front matter that opens with "---" is never closed`).
			Hint = `put a line with only "---" after the last key`
	}
	return nil, bom, diags
}

// ParseYAML reads a file that is YAML throughout. Its root is a Map, or nil
// beside an error.
func ParseYAML(f *source.File) (*Node, diag.List) {
	root, diags := parseYAML(f, bomLength(f.Data), len(f.Data))
	return asMap(root, "the file", &diags), diags
}

// asMap returns root if it is a map, and reports it otherwise.
func asMap(root *Node, owner string, diags *diag.List) *Node {
	if root == nil || root.Kind == Map {
		return root
	}
	diags.Add("yaml/syntax", root.Place, owner+" is "+root.Kind.String()+", not a map of keys and values").
		Hint = `write "key: value" lines, as in "title: A page"`
	return nil
}

// bomLength is the length of the byte-order mark that data begins with.
func bomLength(data []byte) int {
	return len(data) - len(bytes.TrimPrefix(data, []byte("\uFEFF")))
}
