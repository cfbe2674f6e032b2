package fix

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Front is the front matter of a file, to which keys are to be added.
type Front struct {
	File *source.File
	Root *matter.Node // nil where the file has none
	Body int          // the offset at which the body begins
}

// AddItems returns the edits that add values to a list in front matter: to the
// key's list, to the one value it has, or as a new key. It returns nil where
// that cannot be done without touching more.
func (f Front) AddItems(key string, values []string) []diag.Edit {
	items := slices.Clone(values)
	for i := range items {
		items[i] = scalar(items[i])
	}
	return f.add(key, matter.List, values, items)
}

// AddPairs returns the edits that add keys and values to a map in front matter,
// like AddItems.
func (f Front) AddPairs(key string, pairs [][2]string) []diag.Edit {
	var items, values []string
	for _, p := range pairs {
		values = append(values, p[:]...)
		items = append(items, scalar(p[0])+": "+scalar(p[1]))
	}
	return f.add(key, matter.Map, values, items)
}

// add tries every way in which front matter is written, and returns the first
// after which it says what it said before, and values at the end of key.
func (f Front) add(key string, kind matter.Kind, values, items []string) []diag.Edit {
	text, dash := "["+strings.Join(items, ", ")+"]", "- "
	if kind == matter.Map {
		text, dash = "{"+strings.Join(items, ", ")+"}", ""
	}
	field, found := f.Root.Field(key)
	if !found {
		return f.prove(key, kind, values, f.newLine(key+": "+text))
	}
	n, first, last := field.Value, field.Value, field.Value
	if len(n.Items) > 0 {
		last = n.Items[len(n.Items)-1]
	} else if len(n.Fields) > 0 {
		first, last = n.Fields[0].Key, n.Fields[len(n.Fields)-1].Value
	}
	start, at, colon := n.Place.Span.Start, last.Place.Span.End, field.Key.Place.Span.End
	colon += bytes.IndexByte(f.File.Data[colon:], ':') + 1
	nl := f.newline()
	line, _, _ := bytes.Cut(f.File.Data[at:], []byte(nl))
	indent := strings.Repeat(" ", first.Place.Position().Column-1) + dash
	ways := [][]diag.Edit{
		{f.insert(at, text[1:len(text)-1])},                                        // to an empty list or map in brackets
		{f.insert(at, ", "+text[1:len(text)-1])},                                   // to one with something in it
		{f.insert(colon, " "+text)},                                                // to no value
		{f.insert(at+len(line)+len(nl), indent+strings.Join(items, nl+indent)+nl)}, // to one over lines
		{f.insert(start, text[:1]), f.insert(at, ", "+text[1:])},                   // to one value
	}
	for _, edits := range ways {
		if edits = f.prove(key, kind, values, edits); edits != nil {
			return edits
		}
	}
	return nil
}

// prove returns the edits if what they make says values more, under key.
func (f Front) prove(key string, kind matter.Kind, values []string, edits []diag.Edit) []diag.Edit {
	root, _, _ := matter.Parse(source.NewFile(f.File.Path, rewrite(f.File.Data, slices.Clone(edits))))
	before, after, more := f.Root.Get(key), root.Get(key), len(values)
	if before == nil {
		more++ // the key
	}
	if after == nil || after.Kind != kind || before != nil && before.Kind == matter.Text && kind == matter.Map ||
		!slices.Equal(says(after), append(says(before), values...)) || len(says(root)) != len(says(f.Root))+more {
		return nil
	}
	return edits
}

// says lists the keys and values in a node.
func says(n *matter.Node) (texts []string) {
	if n == nil {
		return nil
	}
	if n.Kind == matter.Text {
		texts = append(texts, n.Text)
	}
	for _, item := range n.Items {
		texts = append(texts, says(item)...)
	}
	for _, field := range n.Fields {
		texts = append(append(texts, field.Key.Text), says(field.Value)...)
	}
	return texts
}

// insert is the edit that puts text at an offset.
func (f Front) insert(at int, text string) diag.Edit {
	at = min(at, len(f.File.Data))
	return diag.Edit{Place: f.File.Place(at, at), Text: text}
}

// newLine adds a line at the end of the front matter, which it makes where
// there is none.
func (f Front) newLine(line string) []diag.Edit {
	nl := f.newline()
	if f.Root != nil {
		closing := bytes.LastIndex(f.File.Data[:f.Body], []byte("\n---")) + 1
		return []diag.Edit{f.insert(closing, line+nl)}
	}
	if bytes.HasPrefix(bytes.TrimSpace(f.File.Data[f.Body:]), []byte("---")) {
		return nil
	}
	return []diag.Edit{f.insert(f.Body, "---"+nl+line+nl+"---"+nl+nl)}
}

// newline is how the file ends its lines.
func (f Front) newline() string {
	if bytes.Contains(f.File.Data, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// plain is text that YAML takes as it stands, between brackets too.
var plain = regexp.MustCompile(`^[\pL\pN_./~(][\pL\pM\pN_./~()+%-]*(#[\pL\pM\pN_./~()+%-]+)?$`)

// scalar writes text as YAML, in quotes where it needs them.
func scalar(text string) string {
	if plain.MatchString(text) && text != "~" && !strings.EqualFold(text, "null") {
		return text
	}
	return strconv.Quote(text)
}
