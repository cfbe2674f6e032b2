package decision

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
)

// WriteDMN writes the rules of decisions as DMN 1.3 decision tables: an input
// for each question, and a rule for each alternative of a landing page.
//
// At most one of its rules applies to a reader (hit policy UNIQUE). Where two
// alternatives of one page overlap, the later one is cut into pieces that do
// not. Should that make too many of them, the alternatives are left whole and
// the hit policy is ANY: several rules may apply, if they agree.
func WriteDMN(w io.Writer, pages []Page, trees []*Tree) error {
	var tables []dmnTable
	for i, t := range drawn(trees) {
		tables = append(tables, t.Decision.dmnTable(i+1, pages))
	}
	return dmnDocument.Execute(w, tables)
}

// dmnTable is what the document shows of a decision, as text.
type dmnTable struct {
	ID, Name, Void, Policy, Pages string
	Inputs                        []dmnInput
	Rules                         []dmnRule
}

type dmnInput struct{ ID, Name, Label, Values string }

type dmnRule struct {
	ID, Page, Title string
	Entries         []string
}

func (d *Decision) dmnTable(number int, pages []Page) dmnTable {
	id := fmt.Sprint("decision_", number)
	table := dmnTable{ID: id, Name: oneLine(pages[d.Page].Title), Void: d.nobody(), Policy: "UNIQUE"}
	for i, q := range d.Questions {
		table.Inputs = append(table.Inputs, dmnInput{
			fmt.Sprint(id, "_input_", i+1), feelName(q.ID, i), oneLine(q.Ask), d.literals(i, every(len(q.Answers))),
		})
	}
	var paths []string
	for _, r := range d.Landings {
		paths = append(paths, feelString(pages[r.Page].File.Path))
	}
	table.Pages = strings.Join(paths, ",")
	rules, unique := d.apart()
	if !unique {
		table.Policy = "ANY"
	}
	for i, r := range rules {
		page := pages[d.Landings[r.landing].Page]
		rule := dmnRule{fmt.Sprint(id, "_rule_", i+1), feelString(page.File.Path), oneLine(page.Title), nil}
		for q, answers := range r.cube {
			rule.Entries = append(rule.Entries, d.literals(q, answers))
			if answers == every(len(d.Questions[q].Answers)) {
				rule.Entries[q] = "-"
			}
		}
		table.Rules = append(table.Rules, rule)
	}
	return table
}

// dmnDocument has its elements in the order that DMN's schema asks for.
var dmnDocument = template.Must(template.New("dmn").Funcs(template.FuncMap{"xml": xmlText}).Parse(`<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="definitions" name="decisions" namespace="urn:quandary:decisions">
{{- range .}}
{{- range .Inputs}}
  <inputData id="{{.ID}}_data" name="{{.Name}}"><variable id="{{.ID}}_variable" name="{{.Name}}" typeRef="string"/></inputData>
{{- end}}
  <decision id="{{.ID}}" name="{{xml .Name}}">
    {{- with .Void}}
    <description>{{xml .}}</description>
    {{- end}}
    <variable id="{{.ID}}_variable" name="page" typeRef="string"/>
    {{- range .Inputs}}
    <informationRequirement id="{{.ID}}_need"><requiredInput href="#{{.ID}}_data"/></informationRequirement>
    {{- end}}
    <decisionTable id="{{.ID}}_table" hitPolicy="{{.Policy}}">
      {{- range .Inputs}}
      <input id="{{.ID}}" label="{{xml .Label}}">
        <inputExpression id="{{.ID}}_expression" typeRef="string"><text>{{.Name}}</text></inputExpression>
        <inputValues id="{{.ID}}_values"><text>{{xml .Values}}</text></inputValues>
      </input>
      {{- end}}
      <output id="{{.ID}}_output" label="Page" name="page" typeRef="string">
        <outputValues id="{{.ID}}_pages"><text>{{xml .Pages}}</text></outputValues>
      </output>
      <annotation name="Title"/>
      {{- range .Rules}}{{$id := .ID}}
      <rule id="{{$id}}">
        {{- range $i, $entry := .Entries}}
        <inputEntry id="{{$id}}_{{$i}}"><text>{{xml .}}</text></inputEntry>
        {{- end}}
        <outputEntry id="{{$id}}_page"><text>{{xml .Page}}</text></outputEntry>
        <annotationEntry><text>{{xml .Title}}</text></annotationEntry>
      </rule>
      {{- end}}
    </decisionTable>
  </decision>
{{- end}}
</definitions>
`))

func xmlText(text string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// apart lists the alternatives of the landing pages, cut so that no two of
// them overlap; unique is false where that makes more than twenty of each, so
// that they were left whole.
func (d *Decision) apart() (rules []row, unique bool) {
	all := d.rows()
	for i, r := range all {
		mine := keep(all[:i], func(earlier row) bool { return earlier.landing == r.landing })
		for piece := range pieces(r.cube, mine) {
			if rules = append(rules, row{piece, r.landing}); len(rules) > 20*len(all) {
				return all, false
			}
		}
	}
	return rules, true
}

// pieces yields what c has outside of all rows, in boxes that do not overlap.
func pieces(c Cube, rows []row) func(yield func(Cube) bool) {
	return func(yield func(Cube) bool) {
		i := slices.IndexFunc(rows, func(r row) bool { return r.cube.meets(c) })
		if i < 0 {
			yield(c)
			return
		}
		for piece := range beside(c, rows[i].cube) {
			for p := range pieces(piece, rows[i+1:]) {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// literals writes a set of answers as FEEL strings.
func (d *Decision) literals(q int, set Answers) string {
	var texts []string
	for a, answer := range d.Questions[q].Answers {
		if set.Has(a) {
			texts = append(texts, feelString(answer.ID))
		}
	}
	return strings.Join(texts, ",")
}

// nobody says which combinations the table leaves out.
func (d *Decision) nobody() string {
	var all []string
	for _, v := range d.Impossible {
		var when []string
		for q, answers := range v.Cube {
			if answers != every(len(d.Questions[q].Answers)) {
				when = append(when, d.Questions[q].ID+" in ("+d.literals(q, answers)+")")
			}
		}
		all = append(all, fmt.Sprintf("Impossible: %s, because %s.", strings.Join(when, " and "), oneLine(v.Because)))
	}
	return strings.Join(all, " ")
}

// feelString writes a string literal of FEEL, the language of DMN's cells.
func feelString(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text) + `"`
}

// feelWords are names that FEEL keeps for itself.
var feelWords = strings.Fields("and between else every external false for function if in instance not null of or return satisfies some then true")

// feelName makes a FEEL name of a question's id: the id itself, if it is one.
func feelName(id string, index int) string {
	name := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, id)
	if name != id || name == "" || name[0] <= '9' || slices.Contains(feelWords, name) {
		return fmt.Sprintf("q%d_%s", index+1, name)
	}
	return name
}
