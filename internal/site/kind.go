package site

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Kind is what the pages of a section are, as the section's front matter
// declares it.
type Kind struct {
	Name      string
	Label     string // singular, for readers: "Root cause"
	Plural    string // for readers: "Root causes"
	OrderBy   string // the integer field its pages are ordered by; "" for title
	Fields    []FieldType
	Relations []RelationType
	related   []string // the names of all relations, also of those that lead to no kind
	Section   *Page
	Pages     []*Page // in order
}

// FieldType is a field that a kind declares.
type FieldType struct {
	Name     string
	Label    string
	Type     string   // a name in matter.Types
	Of       []string // of a choice: what can be chosen
	Many     bool     // a list of values
	Required bool
	Unique   bool // no two pages of the kind have the same value

	is    matter.Type
	first map[string]source.Place // where a value of a unique field was first given
}

// Field is a checked field of a page.
type Field struct {
	Type   *FieldType
	Values []string // as written; one unless the field is many

	// Docs are the values of a text field as Markdown, in the order of Values;
	// nil for a value without any markup.
	Docs []*markdown.Document
}

// RelationType is a relation that a kind declares to pages of a kind.
type RelationType struct {
	Name     string
	Label    string // as it reads on the page that has it: "calls for"
	Inverse  string // as it reads on the page it leads to: "called for by"
	To       *Kind
	Min, Max int // how many; Max 0 is no limit
	Place    source.Place
}

// readKinds reads what sections declare, first all names, then what refers to
// them, and gives every page the kind of the nearest section that declares one.
func (s *Site) readKinds(shape matter.Shape) {
	kinds, inherited := map[string]*Kind{}, map[*Page]*Kind{}
	for _, p := range s.Pages {
		node := p.Page.Kind
		if p.IsIndex() && shape.Map(node, "kind") {
			inherited[p] = p.readKind(shape, node, kinds)
		} else if node != nil && node.Kind == matter.Map { // a plain `kind: x` may be another tool's
			shape.Diags.Add("kind/place", node.Place, "a kind is declared by a section's own page").
				Hint = "move it to the index.md of this folder"
		}
		k := cmp.Or(inherited[p], inherited[p.Parent])
		if len(p.Children) > 0 || p.IsIndex() {
			inherited[p] = k
		} else {
			p.Kind = k
		}
	}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		k := kinds[name]
		s.Kinds = append(s.Kinds, k)
		shape.Read(k.Section.Page.Kind, "", matter.Into{
			"relations": func(f matter.Field) { k.readRelation(shape, f, kinds) },
		})
	}
}

// readKind reads the kind that a section's page declares, but for its relations.
// It returns nil where there is no such kind for want of a name of its own.
func (p *Page) readKind(shape matter.Shape, node *matter.Node, kinds map[string]*Kind) *Kind {
	k := &Kind{Section: p, Plural: p.Title}
	shape.Read(node, "a kind", matter.Into{
		"name": &k.Name, "label": &k.Label, "plural": &k.Plural, "order": &k.OrderBy, "relations": nil,
		"fields": func(f matter.Field) { k.readField(shape, f) },
	})
	k.Label = cmp.Or(k.Label, content.Humanise(k.Name))
	sorts := func(t FieldType) bool { return t.Name == k.OrderBy && t.Type == "integer" && !t.Many }
	if k.OrderBy != "" && !slices.ContainsFunc(k.Fields, sorts) {
		message := fmt.Sprintf("order wants an integer field of this kind, and this is %q", k.OrderBy)
		shape.Diags.Add("kind/order", node.Get("order").Place, message)
		k.OrderBy = ""
	}
	if k.Name == "" {
		shape.Diags.Add("field/missing", node.Place, "a kind needs a name").Hint = `as in "name: argument"`
		return nil
	} else if first := kinds[k.Name]; first != nil {
		shape.Diags.Add("kind/duplicate", node.Get("name").Place, fmt.Sprintf("the kind %q is declared twice", k.Name)).
			Related = []diag.Note{{Place: first.Section.Page.Kind.Get("name").Place, Message: "first declared here"}}
		return nil
	}
	kinds[k.Name] = k
	return k
}

// checkName reports a field or relation whose name is already taken.
func (k *Kind) checkName(shape matter.Shape, key *matter.Node) {
	if slices.Contains(k.keys(), key.Text) {
		shape.Diags.Add("kind/reserved", key.Place, fmt.Sprintf("pages of this kind have a key %q already", key.Text)).
			Hint = "choose another name"
	}
}

// keys are the front-matter keys that a page of the kind may have.
func (k *Kind) keys() []string {
	keys := slices.Clone(content.Keys)
	for _, t := range k.Fields {
		keys = append(keys, t.Name)
	}
	return append(keys, k.related...)
}

// readField reads a field that the kind declares: "claim: text" is short for
// "claim: {type: text}".
func (k *Kind) readField(shape matter.Shape, f matter.Field) {
	k.checkName(shape, f.Key)
	t := FieldType{Name: f.Key.Text, Label: content.Humanise(f.Key.Text), Type: "text", first: map[string]source.Place{}}
	if f.Value.Kind == matter.Text {
		t.Type = f.Value.Text
	} else if f.Value.Kind != matter.Null && shape.Map(f.Value, "a field") {
		shape.Read(f.Value, "a field", matter.Into{
			"type": &t.Type, "of": &t.Of, "many": &t.Many, "required": &t.Required, "unique": &t.Unique, "label": &t.Label,
		})
	}
	var known bool
	if t.is, known = matter.Types[t.Type]; !known {
		shape.Diags.Add("kind/type", cmp.Or(f.Value.Get("type"), f.Value).Place, fmt.Sprintf("there is no field type %q", t.Type)).
			Hint = diag.OneOf("the types", t.Type, slices.Sorted(maps.Keys(matter.Types)))
		t.Type, t.is = "text", matter.Types["text"]
	}
	if t.Type == "choice" && len(t.Of) > 0 {
		t.is.Want, t.is.Example = "one of "+strings.Join(t.Of, ", "), t.Of[0]
	} else if t.Type == "choice" {
		shape.Diags.Add("field/missing", f.Key.Place, "a choice needs `of`: the list of what can be chosen").
			Hint = "as in {type: choice, of: [low, high]}"
	}
	k.Fields = append(k.Fields, t)
}

// readRelation reads a relation of the kind, once every kind is known.
func (k *Kind) readRelation(shape matter.Shape, f matter.Field, kinds map[string]*Kind) {
	k.checkName(shape, f.Key)
	k.related = append(k.related, f.Key.Text)
	words, to := strings.ReplaceAll(f.Key.Text, "-", " "), ""
	r := RelationType{Name: f.Key.Text, Label: words, Inverse: words + " (from)", Place: f.Key.Place}
	if !shape.Map(f.Value, "a relation") {
		return
	}
	shape.Read(f.Value, "a relation", matter.Into{"to": &to, "min": &r.Min, "max": &r.Max, "label": &r.Label, "inverse": &r.Inverse})
	if r.Max > 0 && r.Min > r.Max {
		shape.Diags.Add("relation/count", f.Value.Get("min").Place, fmt.Sprintf("no page can have at least %d and at most %d", r.Min, r.Max))
		r.Min = 0
	}
	if r.To = kinds[to]; r.To != nil {
		k.Relations = append(k.Relations, r)
	} else if to == "" {
		shape.Diags.Add("field/missing", f.Key.Place, "a relation needs `to`: the kind it leads to")
	} else {
		shape.Diags.Add("relation/kind", f.Value.Get("to").Place, fmt.Sprintf("there is no kind %q", to)).
			Hint = diag.OneOf("the kinds", to, slices.Sorted(maps.Keys(kinds)))
	}
}

// readFields checks the front matter of a page against its kind, if it has one
// and can be read.
func (p *Page) readFields(shape matter.Shape, opts markdown.Options) {
	if p.Kind == nil || p.Broken {
		return
	}
	shape.Keys(p.Matter, "the kind "+strconv.Quote(p.Kind.Name), p.Kind.keys()...)
	for i := range p.Kind.Fields {
		t := &p.Kind.Fields[i]
		if value := p.Matter.Get(t.Name); len(shape.List(value)) > 0 {
			p.readField(shape, t, value, opts)
		} else if t.Required {
			shape.Diags.Add("field/missing", p.PlaceOf(t.Name), fmt.Sprintf("this %s has no %q", p.Kind.Name, t.Name)).
				Hint = fmt.Sprintf("add a line `%s: %s`", t.Name, t.is.Example)
		}
	}
}

func (p *Page) readField(shape matter.Shape, t *FieldType, value *matter.Node, opts markdown.Options) {
	f, values := Field{Type: t}, []*matter.Node{value}
	if t.Many {
		values = shape.List(value)
	}
	for _, n := range values {
		if n.Kind == matter.Null {
			continue
		}
		if !t.is.Fits(n) || t.Type == "choice" && !slices.Contains(t.Of, n.Text) {
			shape.Mismatch(n, t.Name, t.is.Want).Hint = diag.DidYouMean(n.Text, t.Of)
			continue
		}
		f.Values = append(f.Values, n.Text)
		if t.Type == "text" {
			f.Docs = append(f.Docs, readInline(shape, n, opts))
		}
	}
	p.Fields = append(p.Fields, f)
	text := strings.Join(f.Values, "\n")
	if t.Name == p.Kind.OrderBy {
		p.rank, _ = strconv.Atoi(text)
	}
	if first, taken := t.first[text]; taken {
		message := fmt.Sprintf("another %s has the same %s, %s", p.Kind.Name, t.Name, f.Values[0])
		shape.Diags.Add("field/duplicate", value.Place, message).
			Related = []diag.Note{{Place: first, Message: "first given here"}}
	} else if t.Unique && text != "" {
		t.first[text] = value.Place
	}
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
	at, data := n.Place.Span.Start, n.Place.File.Data
	for i := 0; doc != nil && i < len(doc.Links); i++ {
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
