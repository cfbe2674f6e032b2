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
	var items []string
	for _, v := range values {
		items = append(items, scalar(v))
	}
	return f.sure(key, len(values), f.add(key, items, matter.List, "[", "]"))
}

// AddPairs returns the edits that add keys and values to a map in front matter,
// like AddItems.
func (f Front) AddPairs(key string, pairs [][2]string) []diag.Edit {
	var items []string
	for _, p := range pairs {
		items = append(items, scalar(p[0])+": "+scalar(p[1]))
	}
	return f.sure(key, len(pairs), f.add(key, items, matter.Map, "{", "}"))
}

// sure returns the edits if the file that they make says so many things more
// under key, and else what it said: front matter can be written in more ways
// than are known here.
func (f Front) sure(key string, more int, edits []diag.Edit) []diag.Edit {
	root, _, faults := matter.Parse(source.NewFile(f.File.Path, rewrite(f.File.Data, slices.Clone(edits))))
	before, after := f.Root.Get(key), root.Get(key)
	keys := count(f.Root)
	if before == nil {
		keys++
	}
	if edits == nil || len(faults) > 0 || count(after) != count(before)+more || count(root) != keys {
		return nil
	}
	return edits
}

// count is how many things a value says.
func count(n *matter.Node) int {
	switch {
	case n == nil || n.Kind == matter.Null:
		return 0
	case n.Kind == matter.Text:
		return 1
	}
	return len(n.Items) + len(n.Fields)
}

func (f Front) add(key string, items []string, kind matter.Kind, open, end string) []diag.Edit {
	field, ok := f.Root.Field(key)
	n := field.Value
	text := strings.Join(items, ", ")
	switch {
	case !ok:
		return f.addLine(key + ": " + open + text + end)
	case n.Place.Span.Start < field.Key.Place.Span.Start:
		return nil // an alias: the value is another key's
	case n.Kind == matter.Null && n.Text == "":
		colon := field.Key.Place.Span.End + bytes.IndexByte(f.File.Data[field.Key.Place.Span.End:], ':')
		return []diag.Edit{f.insert(colon+1, " "+open+text+end)}
	case n.Kind == matter.Text && kind == matter.List:
		return []diag.Edit{f.insert(n.Place.Span.Start, open), f.insert(n.Place.Span.End, ", "+text+end)}
	case n.Kind != kind:
		return nil
	}
	last, indent := n, strings.Repeat(" ", n.Place.Position().Column-1)+"- "
	if len(n.Items) > 0 {
		last = n.Items[len(n.Items)-1]
	} else if len(n.Fields) > 0 {
		last, indent = n.Fields[len(n.Fields)-1].Value, strings.Repeat(" ", n.Fields[0].Key.Place.Position().Column-1)
	}
	switch {
	case n.Place.Text() != open:
		return f.addLines(last, indent, items)
	case last != n:
		text = ", " + text
	}
	return []diag.Edit{f.insert(last.Place.Span.End, text)}
}

// insert is the edit that puts text at an offset.
func (f Front) insert(at int, text string) diag.Edit {
	return diag.Edit{Place: f.File.Place(at, at), Text: text}
}

// addLines adds items, each on a line of its own, after the line on which the
// last one ends.
func (f Front) addLines(last *matter.Node, indent string, items []string) []diag.Edit {
	end := bytes.IndexByte(f.File.Data[last.Place.Span.End:], '\n')
	if end < 0 {
		return nil
	}
	text := ""
	for _, item := range items {
		text += indent + item + f.newline()
	}
	return []diag.Edit{f.insert(last.Place.Span.End+end+1, text)}
}

// addLine adds a key of its own at the end of the front matter, which it makes
// where there is none.
func (f Front) addLine(line string) []diag.Edit {
	data, nl := f.File.Data, f.newline()
	if f.Root == nil {
		text := bytes.TrimPrefix(data, []byte("\uFEFF"))
		if f.Body != len(data)-len(text) || bytes.HasPrefix(bytes.TrimSpace(text), []byte("---")) {
			return nil
		}
		return []diag.Edit{f.insert(f.Body, "---"+nl+line+nl+"---"+nl+nl)}
	}
	closing := bytes.LastIndex(data[:f.Body], []byte("\n---")) + 1
	if closing == 0 || f.Root.Place.Text() == "{" {
		return nil
	}
	return []diag.Edit{f.insert(closing, line+nl)}
}

// newline is how the file ends its lines.
func (f Front) newline() string {
	if line, _, _ := bytes.Cut(f.File.Data, []byte("\n")); bytes.HasSuffix(line, []byte("\r")) {
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
