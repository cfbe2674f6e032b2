package decision

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"quandary/internal/diag"
	"quandary/internal/matter"
)

//go:embed formats
var formats embed.FS

var layouts = template.Must(template.New("").Funcs(template.FuncMap{
	"line": oneLine, "feel": strconv.Quote, "dot": dotText, "mermaid": mermaidText,
}).ParseFS(formats, "formats/*"))

// Formats are the names of those that [Write] knows: text, trees drawn with
// lines; json, what was proven, as [Schema] says; mermaid, one flowchart; dot,
// one graph for Graphviz; dmn, rules as decision tables of DMN 1.3.
var Formats = []string{"text", "json", "mermaid", "dot", "dmn"}

// Write writes decisions in a format. All but JSON leave out those without a tree.
func Write(w io.Writer, format string, verdicts []*Verdict) error {
	if format == "json" {
		return writeJSON(w, verdicts)
	}
	var all []*drawing
	numbers := map[*Node]int{}
	for _, v := range keep(verdicts, func(v *Verdict) bool { return v.Tree != nil }) {
		g := &drawing{Tree: v.Tree, ID: fmt.Sprint("decision_", len(all)+1), Numbers: numbers}
		if v.Tree.Root != nil {
			v.Tree.Root.Walk(func(n *Node) { numbers[n], g.Nodes = len(numbers), append(g.Nodes, n) })
		}
		all = append(all, g)
	}
	return layouts.ExecuteTemplate(w, format, all)
}

// WriteResult writes what a leaf has to say: the page, why, what did not
// matter, what would change it, and what else to read.
func (t *Tree) WriteResult(w io.Writer, leaf *Node) error {
	shown := map[string]any{"Tree": &drawing{Tree: t}, "Leaf": leaf, "Reasons": t.Explain(leaf.Path)}
	return layouts.ExecuteTemplate(w, "result", shown)
}

// drawing is what the formats show of a tree.
type drawing struct {
	*Tree
	ID      string
	Nodes   []*Node
	Numbers map[*Node]int // of all trees
}

// Text is what a node asks or shows.
func (g *drawing) Text(n *Node) string {
	if n.Question < 0 {
		return g.Title(g.Landings[n.Landing].Page)
	}
	return oneLine(g.Questions[n.Question].Ask)
}

// Edge is the answer that leads to a node.
func (g *drawing) Edge(n *Node) string {
	last := n.Path[len(n.Path)-1]
	return oneLine(g.Questions[last.Question].Answers[last.Answer].Label)
}

// Indent draws the lines that lead to a node.
func (g *drawing) Indent(n *Node) (lines string) {
	forks := map[bool]string{false: "├── ", true: "└── "}
	for ; n.Parent != nil; n = n.Parent {
		kids := n.Parent.Kids()
		lines = forks[n == kids[len(kids)-1]] + lines
		forks = map[bool]string{false: "│   ", true: "    "}
	}
	return lines
}

// Title is a page's title.
func (g *drawing) Title(page int) string { return oneLine(g.pages[page].Title) }

// Path is a page's file.
func (g *drawing) Path(page int) string { return g.path(page) }

// HitPolicy says whether only one rule can hold at a time, or several of a page.
func (g *drawing) HitPolicy() string {
	several := func(r Rule) bool {
		cubes := cubesOf(r.Alternatives)
		return slices.ContainsFunc(cubes, func(c Cube) bool { return len(keep(cubes, c.meets)) > 1 })
	}
	return map[bool]string{true: "ANY", false: "UNIQUE"}[slices.ContainsFunc(g.Landings, several)]
}

// Say names a question, and some of its answers.
func (g *drawing) Say(c Condition) string {
	labels := each(g.among(c.Question, c.Answers), func(a Answer) string { return a.Label })
	return oneLine(g.Questions[c.Question].Ask + " " + strings.Join(labels, " or "))
}

// Given says which answer was given.
func (g *drawing) Given(c Choice) string { return g.Say(Condition{c.Question, 1 << c.Answer}) }

// Entry is what a rule says of a question.
func (g *drawing) Entry(question int, answers Answers) string {
	if answers == g.whole[question] {
		return "-"
	}
	return strings.Join(each(g.ids(question, answers), strconv.Quote), ",")
}

// Void says which combination is impossible, and why.
func (g *drawing) Void(v Impossible) string {
	return "Impossible: " + g.rule(v.Cube) + ", because " + oneLine(v.Because) + "."
}

// plainName is an id that FEEL, the language of DMN's cells, takes for a name;
// but for words it keeps for itself.
var (
	plainName = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	feelWords = strings.Fields("and between else every external false for function if in instance not null of or return satisfies some then true")
)

// Name is a question's id as a name in FEEL.
func (g *drawing) Name(question int) string {
	id := g.Questions[question].ID
	if plainName.MatchString(id) && !slices.Contains(feelWords, id) {
		return id
	}
	return fmt.Sprint("question ", question+1) // no id, as it has a space
}

// Summary says how long the tree is: "never more than 3 questions, 2.5 on
// average". It is "" where no tree was found.
func (t *Tree) Summary() string {
	if t.Average == nil {
		return ""
	}
	average, _ := t.Average.Float64()
	return fmt.Sprintf("never more than %s, %.3g on average", diag.Count(t.Worst, "question"), average)
}

// unseen are characters that could move the cursor of a terminal, or turn the
// direction of what follows.
var unseen = regexp.MustCompile(`[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\x{61c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2066}-\x{2069}\x{fffe}\x{ffff}]`)

// oneLine returns text on one line.
func oneLine(text string) string {
	text = unseen.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	return strings.Join(strings.Fields(text), " ")
}

// special is all that might mean something to Mermaid, or to the HTML and
// Markdown it makes of labels.
var special = regexp.MustCompile(`[^\pL\pN\pM ,.?!'’–()-]`)

// mermaidText writes special characters as their numbers.
func mermaidText(text string) string {
	return special.ReplaceAllStringFunc(text, func(s string) string { return fmt.Sprintf("#%d;", []rune(s)[0]) })
}

// dotText escapes a label. Graphviz reads backslashes and HTML's character
// references in it, so both are written as themselves.
func dotText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(text)
}

// Schema is the JSON Schema of what [Write] writes as JSON.
//
//go:embed schema.json
var Schema []byte

// object is one in JSON.
type object map[string]any

// writeJSON writes verdicts as JSON. What is not proven is null.
func writeJSON(w io.Writer, verdicts []*Verdict) error {
	all := []object{}
	for _, v := range verdicts {
		redundant := func(r Redundant) object { return object{"page": v.path(r.Page), "alternative": r.Number} }
		o := object{
			"page": v.path(v.Page), "cells": nil, "gap": v.share(v.Gap), "overlap": v.share(v.Overlap), "tree": nil,
			"unreachable": each(v.Unreachable, func(r Rule) string { return v.path(r.Page) }),
			"redundant":   each(v.Redundant, redundant),
			"irrelevant":  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
		}
		if v.Cells != nil {
			o["cells"] = v.Cells.String()
		}
		if t := v.Tree; t != nil && t.Average != nil {
			average, _ := t.Average.Float64()
			o["tree"] = object{"worst": t.Worst, "average": average, "nodes": t.Nodes, "leaves": t.Leaves, "optimal": t.Optimal}
		}
		all = append(all, o)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(object{"decisions": all})
}

func (d *Decision) share(s *Share) any {
	if s == nil {
		return nil
	}
	regions := []object{}
	for _, r := range s.Regions {
		when := object{}
		for q, answers := range r.Cube {
			if answers != d.whole[q] {
				when[d.Questions[q].ID] = d.ids(q, answers)
			}
		}
		o := object{"when": when, "cells": r.Cells.String()}
		if r.Pages != nil {
			o["pages"] = each(r.Pages, d.path)
		}
		regions = append(regions, o)
	}
	return object{"cells": s.Cells.String(), "regions": regions}
}

// terms says something of every question that a box narrows.
func (d *Decision) terms(box Cube, say func(q int) string) string {
	var terms []string
	for q, set := range box {
		if set != d.whole[q] {
			terms = append(terms, say(q))
		}
	}
	return strings.Join(terms, ", ")
}

// rule returns a box as an entry of `when`: {impact: none, team: [new, split]}.
func (d *Decision) rule(box Cube) string {
	return "{" + d.terms(box, func(q int) string {
		text := strings.Join(each(d.ids(q, box[q]), matter.Scalar), ", ")
		if box[q].Count() != 1 {
			text = "[" + text + "]"
		}
		return matter.Scalar(d.Questions[q].ID) + ": " + text
	}) + "}"
}

// ids returns the names of some answers.
func (d *Decision) ids(q int, set Answers) []string {
	return each(d.among(q, set), func(a Answer) string { return a.ID })
}

func (d *Decision) among(q int, set Answers) (some []Answer) {
	for i, a := range d.Questions[q].Answers {
		if set.Has(i) {
			some = append(some, a)
		}
	}
	return some
}

// reader names a reader of a box by the answers to the questions that the box
// narrows: ", for example: impact = none, team = new".
func (d *Decision) reader(box, cell Cube) string {
	return ", for example: " + cmp.Or(d.terms(box, func(q int) string {
		return d.Questions[q].ID + " = " + d.ids(q, cell[q])[0]
	}), "any reader at all")
}

// and lists words: "a", "a and b", "a, b and c"; of many only the first few,
// and how many more there are.
func and(words []string) string {
	if n := len(words) - maxNamed; n > 0 {
		words = append(slices.Clone(words[:maxNamed]), strconv.Itoa(n)+" more")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
