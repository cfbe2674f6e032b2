package matter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/diag"
)

// Shape reads nodes as the types a stage wants and reports those that are
// something else, under the codes "field/type" and "field/unknown". Every
// method takes a nil node as absent: it returns the zero value and reports
// nothing.
type Shape struct{ Diags *diag.List }

// Mismatch reports that n is not what its key wants.
func (s Shape) Mismatch(n *Node, name, want string) *diag.Diagnostic {
	got := n.Kind.String()
	if n.Kind == Text {
		got = strconv.Quote(n.Text)
	}
	return s.Diags.Add("field/type", n.Place, fmt.Sprintf("%s wants %s, and this is %s", name, want, got))
}

// want reports n, unless it fits or is absent, and returns whether it is there
// and fits.
func (s Shape) want(n *Node, name, want string, fits bool) bool {
	if n != nil && !fits {
		s.Mismatch(n, name, want)
	}
	return n != nil && fits
}

// plain is the text of a scalar without quotes, which may mean more than text.
func (n *Node) plain() string {
	if n == nil || n.Kind != Text || n.Quoted {
		return ""
	}
	return n.Text
}

// Text reads a scalar as it was written. Null reads as "".
func (s Shape) Text(n *Node, name string) (string, bool) {
	if n == nil || n.Kind == Null {
		return "", false
	}
	return n.Text, s.want(n, name, "text", n.Kind == Text)
}

// Integer reads a whole number.
func (s Shape) Integer(n *Node, name string) (int, bool) {
	i, err := strconv.Atoi(n.plain())
	return i, s.want(n, name, "a whole number", err == nil)
}

// Boolean reads true or false.
func (s Shape) Boolean(n *Node, name string) (value, ok bool) {
	text := strings.ToLower(n.plain())
	return text == "true", s.want(n, name, "true or false", text == "true" || text == "false")
}

// Texts reads a list of scalars; a single scalar is short for a list of one.
// It returns their nodes, so that each keeps its place.
func (s Shape) Texts(n *Node, name string) (texts []*Node) {
	for _, item := range s.List(n) {
		if s.want(item, name, "text", item.Kind == Text) {
			texts = append(texts, item)
		}
	}
	return texts
}

// List reads a list; any single value is short for a list of one, and nothing
// for an empty list.
func (s Shape) List(n *Node) []*Node {
	switch {
	case n == nil || n.Kind == Null:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Map reports whether n is a map; anything else but nil is reported.
func (s Shape) Map(n *Node, name string) bool {
	return s.want(n, name, "a map of keys and values", n != nil && n.Kind == Map)
}

// Keys reports every key of the map n that is not one of known. owner says
// whose keys they are, as in `a question`.
func (s Shape) Keys(n *Node, owner string, known ...string) {
	for _, f := range n.Fields {
		if !slices.Contains(known, f.Key.Text) {
			s.Diags.Add("field/unknown", f.Key.Place, fmt.Sprintf("%s has no key %q", owner, f.Key.Text)).
				Hint = diag.OneOf("the keys", f.Key.Text, known)
		}
	}
}

// Into says where to put the values of a map's keys: into a *string, *int,
// *bool or *[]string; nil is a key that is read by other means.
type Into map[string]any

// Read puts the values of the map n where into says, and reports every other
// key as Keys does. A target keeps what it holds where its key is missing or
// has a value of the wrong type.
func (s Shape) Read(n *Node, owner string, into Into) {
	s.Keys(n, owner, slices.Sorted(maps.Keys(into))...)
	for _, f := range n.Fields {
		s.fill(into[f.Key.Text], f.Value, f.Key.Text)
	}
}

func (s Shape) fill(target any, n *Node, name string) {
	switch target := target.(type) {
	case *string:
		if text, ok := s.Text(n, name); ok {
			*target = text
		}
	case *int:
		if i, ok := s.Integer(n, name); ok {
			*target = i
		}
	case *bool:
		if value, ok := s.Boolean(n, name); ok {
			*target = value
		}
	case *[]string:
		for _, text := range s.Texts(n, name) {
			*target = append(*target, text.Text)
		}
	}
}
