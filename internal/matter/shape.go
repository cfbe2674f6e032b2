package matter

import (
	"fmt"
	"strconv"
	"strings"

	"quandary/internal/diag"
)

// Shape reads nodes as the types a stage wants and reports those that are
// something else, under the codes "field/type" and "field/unknown". Every
// method takes a nil node as absent: it returns the zero value and reports
// nothing.
type Shape struct{ Diags *diag.List }

// mismatch reports a node of the wrong type.
func (s Shape) mismatch(n *Node, name, want string) {
	got := n.Kind.String()
	if n.Kind == Text {
		got = strconv.Quote(n.Text)
	}
	s.Diags.Add("field/type", n.Place, fmt.Sprintf("%s wants %s, and this is %s", name, want, got))
}

// Text reads a scalar as it was written. Null reads as "".
func (s Shape) Text(n *Node, name string) (string, bool) {
	switch {
	case n == nil || n.Kind == Null:
		return "", false
	case n.Kind != Text:
		s.mismatch(n, name, "text")
		return "", false
	}
	return n.Text, true
}

// Integer reads a whole number.
func (s Shape) Integer(n *Node, name string) (int, bool) {
	if n == nil {
		return 0, false
	}
	if i, err := strconv.Atoi(n.Text); err == nil && n.Kind == Text && !n.Quoted {
		return i, true
	}
	s.mismatch(n, name, "a whole number")
	return 0, false
}

// Boolean reads true or false.
func (s Shape) Boolean(n *Node, name string) (value, ok bool) {
	if n == nil {
		return false, false
	}
	if n.Kind == Text && !n.Quoted && (strings.EqualFold(n.Text, "true") || strings.EqualFold(n.Text, "false")) {
		return strings.EqualFold(n.Text, "true"), true
	}
	s.mismatch(n, name, "true or false")
	return false, false
}

// Texts reads a list of scalars; a single scalar is short for a list of one.
// It returns their nodes, so that each keeps its place.
func (s Shape) Texts(n *Node, name string) []*Node {
	items := s.List(n)
	texts := make([]*Node, 0, len(items))
	for _, item := range items {
		if item.Kind == Text {
			texts = append(texts, item)
		} else {
			s.mismatch(item, name, "text")
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
	if n == nil {
		return false
	}
	if n.Kind != Map {
		s.mismatch(n, name, "a map of keys and values")
	}
	return n.Kind == Map
}

// Keys reports every key of the map n that is not one of known. owner says
// whose keys they are, as in `a question`.
func (s Shape) Keys(n *Node, owner string, known ...string) {
	for _, f := range n.Fields {
		s.key(f, owner, known)
	}
}

func (s Shape) key(f Field, owner string, known []string) {
	for _, k := range known {
		if f.Key.Text == k {
			return
		}
	}
	d := s.Diags.Add("field/unknown", f.Key.Place, fmt.Sprintf("%s has no key %q", owner, f.Key.Text))
	d.Hint = diag.DidYouMean(f.Key.Text, known)
	if d.Hint == "" {
		d.Hint = "the keys are " + strings.Join(known, ", ")
	}
}
