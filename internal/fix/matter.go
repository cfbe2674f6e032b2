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
	values = slices.Clone(values)
	for i, v := range values {
		values[i] = scalar(v)
	}
	field, ok := f.Root.Field(key)
	if ok && field.Value.Place.Span.Start < field.Key.Place.Span.Start {
		return nil // an alias: the value is another key's
	}
	text := strings.Join(values, ", ")
	switch n := field.Value; {
	case !ok:
		return f.addLine(key + ": [" + text + "]")
	case n.Kind == matter.Null && n.Text == "":
		return f.afterColon(field, " ["+text+"]")
	case n.Kind == matter.Text:
		return []diag.Edit{f.insert(n.Place.Span.Start, "["), f.insert(n.Place.Span.End, ", "+text+"]")}
	case n.Kind != matter.List:
		return nil
	case n.Place.Text() == "[" && len(n.Items) == 0:
		return []diag.Edit{f.insert(n.Place.Span.End, text)}
	case n.Place.Text() == "[":
		return []diag.Edit{f.insert(n.Items[len(n.Items)-1].Place.Span.End, ", "+text)}
	case len(n.Items) > 0:
		return f.afterLine(n.Items[len(n.Items)-1], n.Place.Position().Column-1, "- ", values)
	}
	return nil
}

// AddPairs returns the edits that add keys and values to a map in front matter,
// like AddItems.
func (f Front) AddPairs(key string, pairs [][2]string) []diag.Edit {
	lines := make([]string, len(pairs))
	for i, p := range pairs {
		lines[i] = scalar(p[0]) + ": " + scalar(p[1])
	}
	field, ok := f.Root.Field(key)
	if ok && field.Value.Place.Span.Start < field.Key.Place.Span.Start {
		return nil // an alias: the value is another key's
	}
	text := strings.Join(lines, ", ")
	switch n := field.Value; {
	case !ok:
		return f.addLine(key + ": {" + text + "}")
	case n.Kind == matter.Null && n.Text == "":
		return f.afterColon(field, " {"+text+"}")
	case n.Kind != matter.Map:
		return nil
	case n.Place.Text() == "{" && len(n.Fields) == 0:
		return []diag.Edit{f.insert(n.Place.Span.End, text)}
	case n.Place.Text() == "{":
		return []diag.Edit{f.insert(n.Fields[len(n.Fields)-1].Value.Place.Span.End, ", "+text)}
	case len(n.Fields) > 0:
		return f.afterLine(n.Fields[len(n.Fields)-1].Value, n.Fields[0].Key.Place.Position().Column-1, "", lines)
	}
	return nil
}

// insert is the edit that puts text at an offset.
func (f Front) insert(at int, text string) diag.Edit {
	return diag.Edit{Place: f.File.Place(at, at), Text: text}
}

// afterColon puts a value to a key that has none.
func (f Front) afterColon(field matter.Field, value string) []diag.Edit {
	at := field.Key.Place.Span.End
	colon := bytes.IndexByte(f.File.Data[at:], ':')
	if colon < 0 {
		return nil
	}
	return []diag.Edit{f.insert(at+colon+1, value)}
}

// afterLine adds lines of their own after the line on which a value ends.
func (f Front) afterLine(last *matter.Node, indent int, mark string, lines []string) []diag.Edit {
	if last.Kind != matter.Text || strings.ContainsAny(last.Place.Text(), "\n") || strings.HasPrefix(last.Place.Text(), "|") || strings.HasPrefix(last.Place.Text(), ">") {
		return nil
	}
	end := bytes.IndexByte(f.File.Data[last.Place.Span.End:], '\n')
	if end < 0 {
		return nil
	}
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(strings.Repeat(" ", indent) + mark + l + f.newline())
	}
	return []diag.Edit{f.insert(last.Place.Span.End+end+1, text.String())}
}

// addLine adds a key of its own at the end of the front matter, which it makes
// where there is none.
func (f Front) addLine(line string) []diag.Edit {
	nl := f.newline()
	if f.Root == nil {
		bom := 0
		if bytes.HasPrefix(f.File.Data, []byte("\uFEFF")) {
			bom = len("\uFEFF")
		}
		if f.Body != bom || bytes.HasPrefix(bytes.TrimLeft(f.File.Data[bom:], " \t\r\n"), []byte("---")) {
			return nil
		}
		return []diag.Edit{f.insert(bom, "---"+nl+line+nl+"---"+nl+nl)}
	}
	closing := bytes.LastIndex(f.File.Data[:f.Body], []byte("---"))
	if closing < 0 || f.Root.Place.Text() == "{" || closing > 0 && f.File.Data[closing-1] != '\n' {
		return nil
	}
	return []diag.Edit{f.insert(closing, line+nl)}
}

// newline is how the file ends its lines.
func (f Front) newline() string {
	if i := bytes.IndexByte(f.File.Data, '\n'); i > 0 && f.File.Data[i-1] == '\r' {
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
