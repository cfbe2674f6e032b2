package decision

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxPieces is how many rules a DMN table may have for each alternative.
const maxPieces = 20

// WriteDMN writes a decision's rules as a DMN 1.3 decision table: an input for
// each question, and a rule for each alternative of a landing page.
//
// At most one of its rules applies to a reader (hit policy UNIQUE). Where two
// alternatives of one page overlap, the later one is cut into pieces that do
// not. Should that make too many of them, the alternatives are left whole and
// the hit policy is ANY: several rules may apply, if they agree.
func WriteDMN(w io.Writer, d *Decision, pages []Page) error {
	table := dmnTable{ID: "table", HitPolicy: "UNIQUE", Annotation: dmnName{Name: "Title"}}
	rules, unique := d.apart()
	if !unique {
		table.HitPolicy = "ANY"
	}
	dec := dmnDecision{ID: "decision", Name: oneLine(pages[d.Page].Title), Description: d.nobody()}
	dec.Variable = dmnVariable{"decision_variable", "page", "string"}
	doc := dmnDefinitions{
		Space: "https://www.omg.org/spec/DMN/20191111/MODEL/", ID: "definitions", Name: dec.Name, Namespace: "urn:quandary:decision",
	}
	for i, q := range d.Questions {
		name := feelName(q.ID, i)
		doc.Inputs = append(doc.Inputs, dmnInputData{fmt.Sprint("data_", i+1), name, dmnVariable{fmt.Sprint("data_variable_", i+1), name, "string"}})
		dec.Needs = append(dec.Needs, dmnNeed{fmt.Sprint("need_", i+1), dmnRef{fmt.Sprint("#data_", i+1)}})
		input := dmnInput{ID: fmt.Sprint("input_", i+1), Label: oneLine(q.Ask)}
		input.Expression = dmnExpression{fmt.Sprint("expression_", i+1), "string", name}
		input.Values = dmnText{fmt.Sprint("values_", i+1), d.literals(i, every(len(q.Answers)))}
		table.Inputs = append(table.Inputs, input)
	}
	var paths []string
	for _, r := range d.Landings {
		paths = append(paths, feelString(pages[r.Page].File.Path))
	}
	table.Output = dmnOutput{"output", "Page", "page", "string", dmnText{"output_values", strings.Join(paths, ",")}}
	for i, r := range rules {
		table.Rules = append(table.Rules, d.dmnRule(i+1, r, pages))
	}
	dec.Table = table
	doc.Decision = dec
	return doc.write(w)
}

func (doc dmnDefinitions) write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// box is one rule of a table: a box of readers and the page it leads to.
type box struct {
	cube    Cube
	landing int
}

// apart lists the alternatives of the landing pages, cut so that no two of
// them overlap; unique is false where they were left whole.
func (d *Decision) apart() (rules []box, unique bool) {
	all := d.alternatives()
	for i, r := range d.Landings {
		for k, alt := range r.Alternatives {
			for piece := range pieces(alt.Cube, r.boxes()[:k]) {
				if rules = append(rules, box{piece, i}); len(rules) > maxPieces*len(all) {
					return all, false
				}
			}
		}
	}
	return rules, true
}

// alternatives lists the alternatives of the landing pages as they are.
func (d *Decision) alternatives() []box {
	var all []box
	for i, r := range d.Landings {
		for _, alt := range r.Alternatives {
			all = append(all, box{alt.Cube, i})
		}
	}
	return all
}

// pieces yields what c has outside of all boxes, in boxes that do not overlap.
func pieces(c Cube, boxes []Cube) func(yield func(Cube) bool) {
	return func(yield func(Cube) bool) {
		near := nearby(c, boxes)
		if len(near) == 0 {
			yield(c)
			return
		}
		for piece := range beside(c, near[0]) {
			for p := range pieces(piece, near[1:]) {
				if !yield(p) {
					return
				}
			}
		}
	}
}

func (d *Decision) dmnRule(number int, r box, pages []Page) dmnRule {
	rule := dmnRule{ID: fmt.Sprint("rule_", number)}
	for q, answers := range r.cube {
		text := "-"
		if answers != every(len(d.Questions[q].Answers)) {
			text = d.literals(q, answers)
		}
		rule.Inputs = append(rule.Inputs, dmnText{fmt.Sprintf("entry_%d_%d", number, q+1), text})
	}
	page := pages[d.Landings[r.landing].Page]
	rule.Output = dmnText{fmt.Sprint("result_", number), feelString(page.File.Path)}
	rule.Annotation = dmnAnnotation{oneLine(page.Title)}
	return rule
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
	var b strings.Builder
	for _, v := range d.Impossible {
		var when []string
		for q, answers := range v.Cube {
			if answers != every(len(d.Questions[q].Answers)) {
				when = append(when, d.Questions[q].ID+" in ("+d.literals(q, answers)+")")
			}
		}
		fmt.Fprintf(&b, "Impossible: %s, because %s. ", strings.Join(when, " and "), oneLine(v.Because))
	}
	return strings.TrimSpace(b.String())
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

// The elements of a DMN document, as far as a decision table needs them. They
// stand in the order that its schema asks for.
type (
	dmnDefinitions struct {
		XMLName   xml.Name       `xml:"definitions"`
		Space     string         `xml:"xmlns,attr"`
		ID        string         `xml:"id,attr"`
		Name      string         `xml:"name,attr"`
		Namespace string         `xml:"namespace,attr"`
		Inputs    []dmnInputData `xml:"inputData"`
		Decision  dmnDecision    `xml:"decision"`
	}
	dmnVariable struct {
		ID   string `xml:"id,attr"`
		Name string `xml:"name,attr"`
		Type string `xml:"typeRef,attr"`
	}
	dmnInputData struct {
		ID       string      `xml:"id,attr"`
		Name     string      `xml:"name,attr"`
		Variable dmnVariable `xml:"variable"`
	}
	dmnDecision struct {
		ID          string      `xml:"id,attr"`
		Name        string      `xml:"name,attr"`
		Description string      `xml:"description,omitempty"`
		Variable    dmnVariable `xml:"variable"`
		Needs       []dmnNeed   `xml:"informationRequirement"`
		Table       dmnTable    `xml:"decisionTable"`
	}
	dmnNeed struct {
		ID    string `xml:"id,attr"`
		Input dmnRef `xml:"requiredInput"`
	}
	dmnRef struct {
		Href string `xml:"href,attr"`
	}
	dmnTable struct {
		ID         string     `xml:"id,attr"`
		HitPolicy  string     `xml:"hitPolicy,attr"`
		Inputs     []dmnInput `xml:"input"`
		Output     dmnOutput  `xml:"output"`
		Annotation dmnName    `xml:"annotation"`
		Rules      []dmnRule  `xml:"rule"`
	}
	dmnName struct {
		Name string `xml:"name,attr"`
	}
	dmnInput struct {
		ID         string        `xml:"id,attr"`
		Label      string        `xml:"label,attr"`
		Expression dmnExpression `xml:"inputExpression"`
		Values     dmnText       `xml:"inputValues"`
	}
	dmnExpression struct {
		ID   string `xml:"id,attr"`
		Type string `xml:"typeRef,attr"`
		Text string `xml:"text"`
	}
	dmnText struct {
		ID   string `xml:"id,attr"`
		Text string `xml:"text"`
	}
	dmnOutput struct {
		ID     string  `xml:"id,attr"`
		Label  string  `xml:"label,attr"`
		Name   string  `xml:"name,attr"`
		Type   string  `xml:"typeRef,attr"`
		Values dmnText `xml:"outputValues"`
	}
	dmnRule struct {
		ID         string        `xml:"id,attr"`
		Inputs     []dmnText     `xml:"inputEntry"`
		Output     dmnText       `xml:"outputEntry"`
		Annotation dmnAnnotation `xml:"annotationEntry"`
	}
	dmnAnnotation struct {
		Text string `xml:"text"`
	}
)
