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
	"cmp"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
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
func (k Kind) String() string { return [...]string{"nothing", "text", "a list", "a map"}[k] }

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
func (n *Node) Get(key string) *Node { return n.Field(key).Value }

// Field returns a key with its value; both are nil where Get returns nil.
func (n *Node) Field(key string) Field {
	for _, f := range cmp.Or(n, &Node{}).Fields {
		if f.Key.Text == key {
			return f
		}
	}
	return Field{}
}

const fence = "---"

// opensField matches what begins like front matter, and not like prose after a
// thematic break.
var opensField = regexp.MustCompile("^[^\\s\"'*\\[\\]()<>#`:]+:")

// block is front matter whose bytes are handed over as they are. What follows them
// need not be read.
var block = frontmatter.NewFormat(fence, fence, func(data []byte, to any) error {
	*to.(*[]byte) = data
	return io.EOF
})

// Parse reads the front matter of a file. It returns its root, which is a Map,
// and the offset at which the body begins. A file without front matter has a
// nil root; so has one whose front matter cannot be read, beside an error.
func Parse(f *source.File) (root *Node, body int, diags diag.List) {
	bom := bomLength(f.Data)
	text := bytes.TrimLeftFunc(f.Data[bom:], unicode.IsSpace)
	at := f.Place(len(f.Data)-len(text), len(f.Data)-len(text)+len(fence))
	opening, after, _ := bytes.Cut(text, []byte("\n"))
	sign := string(bytes.TrimSpace(opening))
	if sign == "+++" {
		diags.Add("yaml/toml", at, "front matter in TOML is not read").Hint = `write it as YAML, between two lines of "---"`
	}
	if sign != fence {
		return nil, bom, diags
	}
	start := len(f.Data) - len(after)
	var data []byte
	if _, err := frontmatter.Parse(bytes.NewReader(f.Data[bom:]), &data, block); err == io.EOF {
		root, diags = parseYAML(f, start, start+len(data))
		if root != nil && root.Kind == Text && !root.Quoted {
			return nil, bom, nil // prose between two thematic breaks
		}
		_, rest, _ := bytes.Cut(f.Data[start+len(data):], []byte("\n"))
		return asMap(root, "the front matter", &diags), len(f.Data) - len(rest), diags
	}
	if opensField.Match(after) {
		diags.Add("yaml/unclosed", at, `the front matter that opens with "---" is never closed`).
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
func bomLength(data []byte) int { return len(data) - len(bytes.TrimPrefix(data, []byte("\uFEFF"))) }

// Type is what a scalar can be asked to be.
type Type struct {
	Want    string // in a message, after "wants"
	Example string

	plain bool // in quotes it is something else
	fits  func(text string) bool
}

var address = regexp.MustCompile(`^(https?://[^\s\[]|mailto:)\S*$`)

// Types are all of them, by name.
var Types = map[string]Type{
	"text":    {"text", `"..."`, false, func(string) bool { return true }},
	"integer": {"a whole number", "1", true, fits(strconv.Atoi)},
	"number":  {"a number", "1.5", true, fits(func(text string) (float64, error) { return strconv.ParseFloat(text, 64) })},
	"boolean": {"true or false", "true", true, regexp.MustCompile(`^(?i:true|false)$`).MatchString},
	"date":    {"a date, as in 2026-11-22", "2026-11-22", false, fits(date)},
	"url":     {"an address, as in https://example.org/", "https://example.org/", false, address.MatchString},
	"choice":  {"one of ", "", false, func(string) bool { return true }}, // of what, its owner knows
}

func fits[T any](parse func(string) (T, error)) func(string) bool {
	return func(text string) bool {
		_, err := parse(text)
		return err == nil
	}
}

// Fits reports whether n is a scalar of the type.
func (t Type) Fits(n *Node) bool { return n.Kind == Text && !(t.plain && n.Quoted) && t.fits(n.Text) }

// date reads a date as front matter has it: a day, or a day and a time.
func date(text string) (t time.Time, err error) {
	for _, layout := range []string{
		"2006-01-02 15:04:05 -0700", time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", time.RFC3339, time.DateOnly,
	} {
		if t, err = time.Parse(layout, strings.TrimSpace(text)); err == nil {
			break
		}
	}
	return t.UTC(), err
}

// Shape reads nodes as the types a stage wants and reports those that are
// something else, under the codes "field/type" and "field/unknown". Every
// method takes a nil node, and nothing for a scalar, as absent: it returns the
// zero value and reports nothing.
type Shape struct{ Diags *diag.List }

// Mismatch reports that n is not what its key wants.
func (s Shape) Mismatch(n *Node, name, want string) *diag.Diagnostic {
	got := n.Kind.String()
	if n.Kind == Text {
		got = strconv.Quote(n.Text)
	}
	return s.Diags.Add("field/type", n.Place, fmt.Sprintf("%s wants %s, and this is %s", name, want, got))
}

// Is reports whether n, the value of key, is there and of the type called name.
func (s Shape) Is(name string, n *Node, key string) bool {
	if n == nil || n.Kind == Null {
		return false
	}
	ok := Types[name].Fits(n)
	if !ok {
		s.Mismatch(n, key, Types[name].Want)
	}
	return ok
}

// Texts reads a list of scalars; a single scalar is short for a list of one.
// It returns their nodes, so that each keeps its place.
func (s Shape) Texts(n *Node, name string) (texts []*Node) {
	for _, item := range s.List(n) {
		if item.Kind == Text {
			texts = append(texts, item)
		} else {
			s.Mismatch(item, name, "text")
		}
	}
	return texts
}

// List reads a list; any single value is short for a list of one, and nothing
// for an empty list.
func (s Shape) List(n *Node) []*Node {
	if n == nil || n.Kind == Null {
		return nil
	} else if n.Kind == List {
		return n.Items
	}
	return []*Node{n}
}

// Map reports whether n is a map; anything else but nil is reported.
func (s Shape) Map(n *Node, name string) bool {
	if n != nil && n.Kind != Map {
		s.Mismatch(n, name, "a map of keys and values")
	}
	return n != nil && n.Kind == Map
}

// Keys reports every key of the map n that is not one of known. owner says
// whose keys they are, as in `a question`.
func (s Shape) Keys(n *Node, owner string, known ...string) {
	for _, f := range cmp.Or(n, &Node{}).Fields {
		if !slices.Contains(known, f.Key.Text) {
			s.Diags.Add("field/unknown", f.Key.Place, fmt.Sprintf("%s has no key %q", owner, f.Key.Text)).
				Hint = diag.OneOf("the keys", f.Key.Text, known)
		}
	}
}

// Into says where to put the values of a map's keys: into a *string, *int,
// *bool, *time.Time, *[]string or *[]*Node, or, of a map, to a func(Field) one
// by one; nil is a key that is read by other means.
type Into map[string]any

// Read puts the values of the map n where into says. A target keeps what it
// holds where its key is missing or has a value of the wrong type. Every other
// key is reported as Keys does, unless owner is "".
func (s Shape) Read(n *Node, owner string, into Into) {
	if owner != "" {
		s.Keys(n, owner, slices.Sorted(maps.Keys(into))...)
	}
	for _, f := range cmp.Or(n, &Node{}).Fields {
		s.fill(into[f.Key.Text], f.Value, f.Key.Text)
	}
}

func (s Shape) fill(target any, n *Node, name string) {
	switch target := target.(type) {
	case *string:
		if s.Is("text", n, name) {
			*target = n.Text
		}
	case *int:
		if s.Is("integer", n, name) {
			*target, _ = strconv.Atoi(n.Text)
		}
	case *bool:
		if s.Is("boolean", n, name) {
			*target = strings.EqualFold(n.Text, "true")
		}
	case *time.Time:
		if s.Is("date", n, name) {
			*target, _ = date(n.Text)
		}
	case *[]string:
		for _, text := range s.Texts(n, name) {
			*target = append(*target, text.Text)
		}
	case *[]*Node:
		*target = s.Texts(n, name)
	case func(Field):
		if s.Map(n, name) {
			for _, f := range n.Fields {
				target(f)
			}
		}
	}
}

// plain is text that YAML takes as it stands, between brackets too.
var plain = regexp.MustCompile(`^[\pL\pN_./~(][\pL\pM\pN_./~()+%-]*(#[\pL\pM\pN_./~()+%-]+)?$`)

// Scalar writes text as YAML, in quotes where it needs them.
func Scalar(text string) string {
	if plain.MatchString(text) && text != "~" && !strings.EqualFold(text, "null") {
		return text
	}
	return strconv.Quote(text)
}
