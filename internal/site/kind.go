package site

import (
	"cmp"
	"fmt"
	"maps"
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
	Type     string   // the name of one of matter.Types, or "choice"
	Of       []string // of a choice: what can be chosen
	Many     bool     // a list of values
	Required bool
	Unique   bool // no two pages of the kind have the same value
	Place    source.Place

	is matter.Type
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
		} else if k.Name != "" {
			byName[k.Name], p.Declares = k, k
		}
	}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		k := byName[name]
		k.readRelations(shape, byName)
		s.Kinds = append(s.Kinds, k)
	}
	s.assignKinds()
}

// isSection reports whether the page can declare a kind.
func (p *Page) isSection(kind *matter.Node, diags *diag.List) bool {
	if !p.IsIndex() && kind.Kind == matter.Map { // a plain `kind: x` may be another tool's
		diags.Add("kind/place", kind.Place, "a kind is declared by a section's own page").
			Hint = "move it to the index.md of this folder"
	}
	return p.IsIndex()
}

// assignKinds gives every page the kind of the nearest section that declares one.
func (s *Site) assignKinds() {
	inherited := map[*Page]*Kind{}
	for _, p := range s.Pages {
		k := cmp.Or(p.Declares, inherited[p.Parent])
		if len(p.Children) > 0 || p.IsIndex() {
			inherited[p] = k
		} else {
			p.Kind = k
		}
	}
}

func readKind(shape matter.Shape, p *Page, node *matter.Node) *Kind {
	k := &Kind{Section: p, Place: node.Place, Plural: p.Title}
	shape.Read(node, "a kind", matter.Into{
		"name": &k.Name, "label": &k.Label, "plural": &k.Plural, "order": &k.OrderBy, "fields": nil, "relations": nil,
	})
	if k.Name == "" {
		shape.Diags.Add("field/missing", node.Place, "a kind needs a name").Hint = `as in "name: argument"`
	} else {
		k.Place = node.Get("name").Place
	}
	k.Label = cmp.Or(k.Label, content.Humanise(k.Name))
	if fields := node.Get("fields"); shape.Map(fields, "fields") {
		for _, f := range fields.Fields {
			k.checkName(shape, f.Key)
			k.Fields = append(k.Fields, readFieldType(shape, f))
		}
	}
	k.checkOrder(shape, node.Get("order"))
	return k
}

// checkOrder checks that the pages are ordered by an integer field.
func (k *Kind) checkOrder(shape matter.Shape, n *matter.Node) {
	var integers []string
	for _, f := range k.Fields {
		if f.Type == "integer" && !f.Many {
			integers = append(integers, f.Name)
		}
	}
	if k.OrderBy != "" && !slices.Contains(integers, k.OrderBy) {
		shape.Diags.Add("kind/order", n.Place, fmt.Sprintf("order wants an integer field of this kind, and this is %q", k.OrderBy)).
			Hint = diag.DidYouMean(k.OrderBy, integers)
		k.OrderBy = ""
	}
}

// checkName reports a field or relation whose name is already taken.
func (k *Kind) checkName(shape matter.Shape, key *matter.Node) {
	message := ""
	switch {
	case slices.Contains(content.Keys, key.Text):
		message = fmt.Sprintf("every page has a key %q already", key.Text)
	case slices.ContainsFunc(k.Fields, func(t FieldType) bool { return t.Name == key.Text }):
		message = fmt.Sprintf("%q is a field of this kind already", key.Text)
	default:
		return
	}
	shape.Diags.Add("kind/reserved", key.Place, message).Hint = "choose another name"
}

func readFieldType(shape matter.Shape, f matter.Field) FieldType {
	t := FieldType{Name: f.Key.Text, Label: content.Humanise(f.Key.Text), Type: "text", Place: f.Key.Place, is: matter.Types[0]}
	typ := f.Value // "claim: text" is short for "claim: {type: text}"
	if typ.Kind != matter.Text && typ.Kind != matter.Null {
		typ = f.Value.Get("type")
		if shape.Map(f.Value, "a field") {
			shape.Read(f.Value, "a field", matter.Into{
				"type": nil, "of": &t.Of, "many": &t.Many, "required": &t.Required, "unique": &t.Unique, "label": &t.Label,
			})
		}
	}
	t.setType(shape, typ)
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
	var names []string
	for _, is := range matter.Types {
		if is.Name == name {
			t.Type, t.is = name, is
			return
		}
		names = append(names, is.Name)
	}
	if name == "choice" {
		t.Type = name
		return
	}
	names = append(names, "choice")
	shape.Diags.Add("kind/type", n.Place, fmt.Sprintf("there is no field type %q", name)).Hint = diag.OneOf("the types", name, names)
}

// readRelations reads the relations of a kind, once every kind is known.
func (k *Kind) readRelations(shape matter.Shape, kinds map[string]*Kind) {
	node := k.Section.Matter.Get("kind").Get("relations")
	if !shape.Map(node, "relations") {
		return
	}
	for _, f := range node.Fields {
		k.checkName(shape, f.Key)
		if r, ok := readRelation(shape, f, kinds); ok {
			k.Relations = append(k.Relations, r)
		}
	}
}

func readRelation(shape matter.Shape, f matter.Field, kinds map[string]*Kind) (r RelationType, ok bool) {
	words := strings.ReplaceAll(f.Key.Text, "-", " ")
	r = RelationType{Name: f.Key.Text, Label: words, Inverse: words + " (from)", Place: f.Key.Place}
	if f.Value.Kind != matter.Map {
		shape.Diags.Add("field/type", f.Value.Place, "a relation wants a map with the kind it leads to").Hint = "as in {to: quadrant, inverse: called for by}"
		return r, false
	}
	to := ""
	shape.Read(f.Value, "a relation", matter.Into{"to": &to, "min": &r.Min, "max": &r.Max, "label": &r.Label, "inverse": &r.Inverse})
	if to == "" {
		shape.Diags.Add("field/missing", f.Key.Place, "a relation needs `to`: the kind it leads to")
	} else if r.To = kinds[to]; r.To == nil {
		shape.Diags.Add("relation/kind", f.Value.Get("to").Place, fmt.Sprintf("there is no kind %q", to)).
			Hint = diag.OneOf("the kinds", to, slices.Sorted(maps.Keys(kinds)))
	}
	return r, r.To != nil
}
