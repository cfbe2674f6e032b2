package matter

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"quandary/internal/diag"
)

// Type is what a scalar can be asked to be.
type Type struct {
	Want    string // in a message, after "wants"
	Example string

	plain bool // in quotes it is something else
	fits  func(text string) bool
}

// Types are all of them, by name.
var Types = map[string]Type{
	"text":    {"text", `"..."`, false, func(string) bool { return true }},
	"integer": {"a whole number", "1", true, fits(strconv.Atoi)},
	"number":  {"a number", "1.5", true, fits(func(text string) (float64, error) { return strconv.ParseFloat(text, 64) })},
	"boolean": {"true or false", "true", true, func(text string) bool {
		return strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
	}},
	"date": {"a date, as in 2026-11-22", "2026-11-22", false, fits(date)},
	"url": {"an address, as in https://example.org/", "https://example.org/", false, func(text string) bool {
		u, err := url.Parse(text)
		return err == nil && slices.Contains([]string{"http", "https", "mailto"}, u.Scheme)
	}},
	"choice": {"one of ", "", false, func(string) bool { return true }}, // of what, its owner knows
}

func fits[T any](parse func(string) (T, error)) func(string) bool {
	return func(text string) bool {
		_, err := parse(text)
		return err == nil
	}
}

// Fits reports whether n is a scalar of the type.
func (t Type) Fits(n *Node) bool {
	return n.Kind == Text && !(t.plain && n.Quoted) && t.fits(n.Text)
}

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

// Text reads a scalar as it was written.
func (s Shape) Text(n *Node, name string) (text string, ok bool) {
	if ok = s.is("text", n, name); ok {
		text = n.Text
	}
	return text, ok
}

// is reports whether n is there and of a type.
func (s Shape) is(name string, n *Node, key string) bool {
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
	if n != nil && n.Kind != Map {
		s.Mismatch(n, name, "a map of keys and values")
	}
	return n != nil && n.Kind == Map
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
// *bool, *time.Time, *[]string or *[]*Node, or, of a map, to a func(Field) one
// by one; nil is a key that is read by other means.
type Into map[string]any

// Read puts the values of the map n where into says. A target keeps what it
// holds where its key is missing or has a value of the wrong type. Every other
// key is reported as Keys does, unless owner is "".
func (s Shape) Read(n *Node, owner string, into Into) {
	if n == nil {
		return
	}
	if owner != "" {
		s.Keys(n, owner, slices.Sorted(maps.Keys(into))...)
	}
	for _, f := range n.Fields {
		s.fill(into[f.Key.Text], f.Value, f.Key.Text)
	}
}

func (s Shape) fill(target any, n *Node, name string) {
	switch target := target.(type) {
	case *string:
		if s.is("text", n, name) {
			*target = n.Text
		}
	case *int:
		if s.is("integer", n, name) {
			*target, _ = strconv.Atoi(n.Text)
		}
	case *bool:
		if s.is("boolean", n, name) {
			*target = strings.EqualFold(n.Text, "true")
		}
	case *time.Time:
		if s.is("date", n, name) {
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
