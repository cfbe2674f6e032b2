package site

import (
	"fmt"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
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
	Section   *Page
	Place     source.Place // of its name
	Pages     []*Page      // in order
}

// FieldType is a field that a kind declares.
type FieldType struct {
	Name     string
	Label    string
	Type     string   // one of fieldTypes
	Of       []string // of a choice: what can be chosen
	Many     bool     // a list of values
	Required bool
	Unique   bool // no two pages of the kind have the same value
	Place    source.Place
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

var fieldTypes = []string{"text", "integer", "number", "boolean", "date", "url", "choice"}

// readKinds reads what sections declare, first all names, then what refers to them.
func (s *Site) readKinds(diags *diag.List) {
	shape := matter.Shape{Diags: diags}
	byName := map[string]*Kind{}
	for _, p := range s.Pages {
		node := p.Matter.Get("kind")
		if node == nil || !p.isSection(node, diags) || !shape.Map(node, "kind") {
			continue
		}
		k := readKind(shape, p, node)
		if first := byName[k.Name]; first != nil {
			d := diags.Add("kind/duplicate", k.Place, fmt.Sprintf("the kind %q is declared twice", k.Name))
			d.Related = []diag.Note{{Place: first.Place, Message: "first declared here"}}
			continue
		}
		if k.Name == "" {
			continue
		}
		byName[k.Name], p.Declares = k, k
		s.Kinds = append(s.Kinds, k)
	}
	for _, k := range s.Kinds {
		k.readRelations(shape, byName)
	}
	slices.SortFunc(s.Kinds, func(a, b *Kind) int { return strings.Compare(a.Name, b.Name) })
	s.assignKinds()
}

// isSection reports whether the page can declare a kind.
func (p *Page) isSection(kind *matter.Node, diags *diag.List) bool {
	if p.IsIndex() {
		return true
	}
	if kind.Kind == matter.Map {
		diags.Add("kind/place", kind.Place, "a kind is declared by a section's own page").
			Hint = "move it to the index.md of this folder"
	}
	return false // a plain `kind: x` may be another tool's
}

// assignKinds gives every page the kind of the nearest section that declares one.
func (s *Site) assignKinds() {
	inherited := map[*Page]*Kind{}
	for _, p := range s.Pages {
		k := p.Declares
		if k == nil {
			k = inherited[p.Parent]
		}
		if len(p.Children) > 0 || p.IsIndex() {
			inherited[p] = k
		} else {
			p.Kind = k
		}
	}
}

func readKind(shape matter.Shape, p *Page, node *matter.Node) *Kind {
	shape.Keys(node, "a kind", "name", "label", "plural", "order", "fields", "relations")
	k := &Kind{Section: p, Place: node.Place}
	if name, ok := shape.Text(node.Get("name"), "name"); ok {
		k.Name, k.Place = name, node.Get("name").Place
	} else {
		shape.Diags.Add("field/missing", node.Place, "a kind needs a name").Hint = `as in "name: argument"`
	}
	k.Label = textOr(shape, node, "label", content.Humanise(k.Name))
	k.Plural = textOr(shape, node, "plural", p.Title)
	if fields := node.Get("fields"); shape.Map(fields, "fields") {
		for _, f := range fields.Fields {
			k.Fields = append(k.Fields, readFieldType(shape, f))
		}
	}
	k.readOrder(shape, node.Get("order"))
	return k
}

func textOr(shape matter.Shape, node *matter.Node, key, otherwise string) string {
	if text, ok := shape.Text(node.Get(key), key); ok {
		return text
	}
	return otherwise
}

// readOrder reads the name of the integer field that orders the pages.
func (k *Kind) readOrder(shape matter.Shape, n *matter.Node) {
	name, ok := shape.Text(n, "order")
	if !ok {
		return
	}
	var integers []string
	for _, f := range k.Fields {
		if f.Type == "integer" && !f.Many {
			integers = append(integers, f.Name)
		}
	}
	if !slices.Contains(integers, name) {
		shape.Diags.Add("kind/order", n.Place, fmt.Sprintf("order wants an integer field of this kind, and this is %q", name)).
			Hint = diag.DidYouMean(name, integers)
		return
	}
	k.OrderBy = name
}

// reserved reports a field or relation whose name is already taken.
func reserved(shape matter.Shape, key *matter.Node) {
	if slices.Contains(content.Keys, key.Text) {
		shape.Diags.Add("kind/reserved", key.Place, fmt.Sprintf("every page has a key %q already", key.Text)).Hint = "choose another name"
	}
}

func readFieldType(shape matter.Shape, f matter.Field) FieldType {
	t := FieldType{Name: f.Key.Text, Label: content.Humanise(f.Key.Text), Type: "text", Place: f.Key.Place}
	reserved(shape, f.Key)
	if f.Value.Kind == matter.Text { // "claim: text" is short for "claim: {type: text}"
		t.setType(shape, f.Value)
		return t
	}
	if f.Value.Kind == matter.Null || !shape.Map(f.Value, "a field") {
		return t
	}
	shape.Keys(f.Value, "a field", "type", "of", "many", "required", "unique", "label")
	t.setType(shape, f.Value.Get("type"))
	t.Label = textOr(shape, f.Value, "label", t.Label)
	t.Many, _ = shape.Boolean(f.Value.Get("many"), "many")
	t.Required, _ = shape.Boolean(f.Value.Get("required"), "required")
	t.Unique, _ = shape.Boolean(f.Value.Get("unique"), "unique")
	for _, n := range shape.Texts(f.Value.Get("of"), "of") {
		t.Of = append(t.Of, n.Text)
	}
	if t.Type == "choice" && len(t.Of) == 0 {
		shape.Diags.Add("field/missing", f.Key.Place, "a choice needs `of`: the list of what can be chosen").Hint = "as in {type: choice, of: [low, high]}"
	}
	return t
}

func (t *FieldType) setType(shape matter.Shape, n *matter.Node) {
	name, ok := shape.Text(n, "type")
	if !ok {
		return
	}
	if !slices.Contains(fieldTypes, name) {
		d := shape.Diags.Add("kind/type", n.Place, fmt.Sprintf("there is no field type %q", name))
		if d.Hint = diag.DidYouMean(name, fieldTypes); d.Hint == "" {
			d.Hint = "the types are " + strings.Join(fieldTypes, ", ")
		}
		return
	}
	t.Type = name
}

// readRelations reads the relations of a kind, once every kind is known.
func (k *Kind) readRelations(shape matter.Shape, kinds map[string]*Kind) {
	node := k.Section.Matter.Get("kind").Get("relations")
	if !shape.Map(node, "relations") {
		return
	}
	for _, f := range node.Fields {
		reserved(shape, f.Key)
		for _, t := range k.Fields {
			if t.Name == f.Key.Text {
				shape.Diags.Add("kind/reserved", f.Key.Place, fmt.Sprintf("%q is a field of this kind already", t.Name)).Hint = "choose another name"
			}
		}
		if r, ok := readRelation(shape, f, kinds); ok {
			k.Relations = append(k.Relations, r)
		}
	}
}

func readRelation(shape matter.Shape, f matter.Field, kinds map[string]*Kind) (RelationType, bool) {
	words := strings.ReplaceAll(f.Key.Text, "-", " ")
	r := RelationType{Name: f.Key.Text, Label: words, Place: f.Key.Place}
	if f.Value.Kind != matter.Map {
		shape.Diags.Add("field/type", f.Value.Place, "a relation wants a map with the kind it leads to").Hint = "as in {to: quadrant, inverse: called for by}"
		return r, false
	}
	shape.Keys(f.Value, "a relation", "to", "min", "max", "label", "inverse")
	r.Label = textOr(shape, f.Value, "label", words)
	r.Inverse = textOr(shape, f.Value, "inverse", words+" (from)")
	r.Min, _ = shape.Integer(f.Value.Get("min"), "min")
	r.Max, _ = shape.Integer(f.Value.Get("max"), "max")
	to, ok := shape.Text(f.Value.Get("to"), "to")
	if !ok {
		shape.Diags.Add("field/missing", f.Key.Place, "a relation needs `to`: the kind it leads to")
		return r, false
	}
	if r.To = kinds[to]; r.To == nil {
		shape.Diags.Add("relation/kind", f.Value.Get("to").Place, fmt.Sprintf("there is no kind %q", to)).Hint = kindHint(to, kinds)
		return r, false
	}
	return r, true
}

func kindHint(name string, kinds map[string]*Kind) string {
	var names []string
	for n := range kinds {
		names = append(names, n)
	}
	slices.Sort(names)
	if near := diag.DidYouMean(name, names); near != "" {
		return near
	}
	return "the kinds are " + strings.Join(names, ", ")
}
