package site

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/content"
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

// field returns the field called name.
func (p *Page) field(name string) (Field, bool) {
	for _, f := range p.Fields {
		if f.Type.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// readFields checks the front matter of every page that has a kind against it.
func (s *Site) readFields(diags *diag.List) {
	for _, p := range s.Pages {
		if p.Kind != nil {
			p.readFields(s.Settings.MarkdownOptions(), diags)
		}
	}
	for _, k := range s.Kinds {
		for i := range k.Fields {
			if k.Fields[i].Unique {
				s.checkUnique(k, &k.Fields[i], diags)
			}
		}
	}
}

func (p *Page) readFields(opts markdown.Options, diags *diag.List) {
	k, shape := p.Kind, matter.Shape{Diags: diags}
	if p.Matter != nil {
		shape.Keys(p.Matter, "the kind "+strconv.Quote(k.Name), k.keys()...)
	}
	for i := range k.Fields {
		t := &k.Fields[i]
		node := p.Matter.Get(t.Name)
		switch {
		case node != nil && node.Kind != matter.Null:
			p.Fields = append(p.Fields, t.read(shape, node, opts))
		case t.Required:
			at := p.Place()
			if f, ok := p.Matter.Field(t.Name); ok {
				at = f.Key.Place
			}
			diags.Add("field/missing", at, fmt.Sprintf("this %s has no %q", k.Name, t.Name)).Hint = "add " + t.example()
		}
	}
}

// keys are the front-matter keys that a page of the kind may have.
func (k *Kind) keys() []string {
	keys := slices.Clone(content.Keys)
	for _, t := range k.Fields {
		keys = append(keys, t.Name)
	}
	for _, r := range k.Relations {
		keys = append(keys, r.Name)
	}
	return keys
}

// example is a line of front matter that would fill the field.
func (t *FieldType) example() string {
	value := map[string]string{
		"text": `"..."`, "integer": "1", "number": "1.5", "boolean": "true", "date": "2026-11-22", "url": "https://example.org/",
	}[t.Type]
	if len(t.Of) > 0 {
		value = t.Of[0]
	}
	return fmt.Sprintf("a line `%s: %s`", t.Name, value)
}

func (t *FieldType) read(shape matter.Shape, node *matter.Node, opts markdown.Options) Field {
	f := Field{Type: t, Place: node.Place}
	items := []*matter.Node{node}
	if t.Many {
		items = shape.List(node)
	}
	for _, item := range items {
		if f.Integer = 0; t.check(shape, item, &f) {
			f.Values = append(f.Values, item.Text)
			if t.Type == "text" {
				f.Docs = append(f.Docs, readInline(shape, item, opts))
			}
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
	at, end := n.Place.Span.Start, n.Place.Span.End
	if first := n.Place.Text(); strings.HasPrefix(first, "|") || strings.HasPrefix(first, ">") {
		end = len(n.Place.File.Data) // a block's place is its first line
	}
	for i := range doc.Links {
		l := &doc.Links[i]
		written := n.Text[l.Span.Start:l.Span.End]
		l.Span = n.Place.Span
		if found := strings.Index(string(n.Place.File.Data[at:end]), written); found >= 0 && written != "" {
			l.Span = source.Span{Start: at + found, End: at + found + len(written)}
			at = l.Span.End
		}
	}
	return doc
}

// check reports a value that is not of the field's type.
func (t *FieldType) check(shape matter.Shape, n *matter.Node, f *Field) (ok bool) {
	text := ""
	switch t.Type {
	case "integer":
		f.Integer, ok = shape.Integer(n, t.Name)
		return ok
	case "boolean":
		_, ok = shape.Boolean(n, t.Name)
		return ok
	}
	if text, ok = shape.Text(n, t.Name); !ok {
		return false
	}
	want := ""
	switch t.Type {
	case "number":
		if _, err := strconv.ParseFloat(text, 64); err != nil || n.Quoted {
			want = "a number"
		}
	case "date":
		if _, isDate := content.ParseDate(text); !isDate {
			want = "a date, as in 2026-11-22"
		}
	case "url":
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "mailto" {
			want = "an address, as in https://example.org/"
		}
	case "choice":
		if !slices.Contains(t.Of, text) {
			want = "one of " + strings.Join(t.Of, ", ")
		}
	}
	if want == "" {
		return true
	}
	shape.Diags.Add("field/type", n.Place, fmt.Sprintf("%s wants %s, and this is %q", t.Name, want, text)).
		Hint = diag.DidYouMean(text, t.Of)
	return false
}

// checkUnique reports pages of a kind that share the value of a unique field.
func (s *Site) checkUnique(k *Kind, t *FieldType, diags *diag.List) {
	first := map[string]Field{}
	for _, p := range s.Pages {
		f, ok := p.field(t.Name)
		if p.Kind != k || !ok || len(f.Values) == 0 {
			continue
		}
		key := strings.Join(f.Values, "\n")
		if before, taken := first[key]; taken {
			d := diags.Add("field/duplicate", f.Place, fmt.Sprintf("another %s has the same %s, %s", k.Name, t.Name, f.Values[0]))
			d.Related = []diag.Note{{Place: before.Place, Message: "first given here"}}
			continue
		}
		first[key] = f
	}
}
