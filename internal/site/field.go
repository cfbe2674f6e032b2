package site

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Field is a checked field of a page.
type Field struct {
	Type    *FieldType
	Values  []string // as written; one unless the field is many
	Integer int      // of an integer field
	Place   source.Place

	// Docs are the values of a text field as Markdown, in the order of Values;
	// nil for a value without any markup.
	Docs []*markdown.Document
}

// readFields checks the front matter of every page that has a kind against it.
func (s *Site) readFields(shape matter.Shape) {
	type value struct {
		of   *FieldType
		text string
	}
	first := map[value]source.Place{}
	for _, p := range s.Pages {
		if p.Kind == nil {
			continue
		}
		p.readFields(s.Settings.MarkdownOptions(), shape)
		for _, f := range p.Fields {
			if f.Type.Name == p.Kind.OrderBy {
				p.rank = f.Integer
			}
			if !f.Type.Unique || len(f.Values) == 0 {
				continue
			}
			key := value{f.Type, strings.Join(f.Values, "\n")}
			if before, taken := first[key]; taken {
				message := fmt.Sprintf("another %s has the same %s, %s", p.Kind.Name, f.Type.Name, f.Values[0])
				shape.Diags.Add("field/duplicate", f.Place, message).
					Related = []diag.Note{{Place: before, Message: "first given here"}}
			} else {
				first[key] = f.Place
			}
		}
	}
}

func (p *Page) readFields(opts markdown.Options, shape matter.Shape) {
	if p.Matter != nil {
		shape.Keys(p.Matter, "the kind "+strconv.Quote(p.Kind.Name), p.Kind.keys()...)
	}
	for i := range p.Kind.Fields {
		t := &p.Kind.Fields[i]
		f, written := p.Matter.Field(t.Name)
		values := shape.List(f.Value)
		if len(values) > 0 {
			if !t.Many {
				values = []*matter.Node{f.Value}
			}
			p.Fields = append(p.Fields, t.read(shape, f.Value.Place, values, opts))
		} else if t.Required {
			at := p.Place()
			if written {
				at = f.Key.Place
			}
			shape.Diags.Add("field/missing", at, fmt.Sprintf("this %s has no %q", p.Kind.Name, t.Name)).
				Hint = fmt.Sprintf("add a line `%s: %s`", t.Name, t.is.Example)
		}
	}
}

func (t *FieldType) read(shape matter.Shape, at source.Place, values []*matter.Node, opts markdown.Options) Field {
	f := Field{Type: t, Place: at}
	for _, n := range values {
		if n.Kind == matter.Null {
			continue
		}
		if !t.is.Fits(n) || t.Type == "choice" && !slices.Contains(t.Of, n.Text) {
			shape.Mismatch(n, t.Name, t.is.Want).Hint = diag.DidYouMean(n.Text, t.Of)
			continue
		}
		f.Values = append(f.Values, n.Text)
		f.Integer, _ = strconv.Atoi(n.Text)
		if t.Type == "text" {
			f.Docs = append(f.Docs, readInline(shape, n, opts))
		}
	}
	return f
}

// readInline reads the Markdown in a text, and finds where in the file its
// links stand.
func readInline(shape matter.Shape, n *matter.Node, opts markdown.Options) *markdown.Document {
	opts.Quotes = false
	doc, faults := markdown.ParseInline(n.Text, opts)
	for _, d := range faults {
		d.Place = n.Place
		*shape.Diags = append(*shape.Diags, d)
	}
	if doc == nil {
		return nil
	}
	at, data := n.Place.Span.Start, n.Place.File.Data
	for i := range doc.Links {
		l := &doc.Links[i]
		written := n.Text[l.Span.Start:l.Span.End]
		l.Span = n.Place.Span
		if found := bytes.Index(data[at:], []byte(written)); found >= 0 && written != "" {
			l.Span = source.Span{Start: at + found, End: at + found + len(written)}
			at = l.Span.End
		}
	}
	return doc
}
