package decision

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
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
	"line": oneLine, "count": diag.Count, "mean": mean, "feel": strconv.Quote, "mermaid": mermaidText,
	// Graphviz reads backslashes and HTML's character references in a label, so both are written as themselves.
	"dot": strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace,
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

// Repeats reports whether several rules of a page can hold at a time.
func (g *drawing) Repeats() bool {
	return slices.ContainsFunc(g.Landings, func(r Rule) bool {
		cubes := cubesOf(r.Alternatives)
		return slices.ContainsFunc(cubes, func(c Cube) bool { return len(keep(cubes, c.meets)) > 1 })
	})
}

// Say names a question, and some of its answers.
func (g *drawing) Say(c Condition) string {
	labels := each(g.among(c), func(a Answer) string { return a.Label })
	return oneLine(g.Questions[c.Question].Ask + " " + strings.Join(labels, " or "))
}

// Given says which answer was given.
func (g *drawing) Given(c Choice) string { return g.Say(Condition{c.Question, 1 << c.Answer}) }

// Entry is what a rule says of a question.
func (g *drawing) Entry(question int, answers Answers) string {
	if answers == g.whole[question] {
		return "-"
	}
	return strings.Join(each(g.ids(Condition{question, answers}), strconv.Quote), ",")
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

// mean is the average in binary.
func mean(average *big.Rat) float64 {
	m, _ := average.Float64()
	return m
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
		redundant := func(r Redundant) object { return object{"page": v.Path(r.Page), "alternative": r.Number} }
		o := object{
			"page": v.Path(v.Page), "cells": nil, "gap": v.share(v.Gap), "overlap": v.share(v.Overlap), "tree": nil,
			"unreachable": each(v.Unreachable, func(r Rule) string { return v.Path(r.Page) }),
			"redundant":   each(v.Redundant, redundant),
			"irrelevant":  each(v.Irrelevant, func(q int) string { return v.Questions[q].ID }),
		}
		if v.Cells != nil {
			o["cells"] = v.Cells.String()
		}
		if t := v.Tree; t != nil && t.Average != nil {
			o["tree"] = object{"worst": t.Worst, "average": mean(t.Average), "nodes": t.Nodes, "leaves": t.Leaves, "optimal": t.Optimal}
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
		for _, c := range r.Cube.narrows(d.whole) {
			when[d.Questions[c.Question].ID] = d.ids(c)
		}
		o := object{"when": when, "cells": r.Cells.String()}
		if r.Pages != nil {
			o["pages"] = each(r.Pages, d.Path)
		}
		regions = append(regions, o)
	}
	return object{"cells": s.Cells.String(), "regions": regions}
}

// Rule returns a box as an entry of `when`: {impact: none, team: [new, split]}.
func (d *Decision) Rule(box Cube) string {
	terms := each(box.narrows(d.whole), func(c Condition) string {
		text := strings.Join(each(d.ids(c), matter.Scalar), ", ")
		if c.Answers.Count() != 1 {
			text = "[" + text + "]"
		}
		return matter.Scalar(d.Questions[c.Question].ID) + ": " + text
	})
	return "{" + strings.Join(terms, ", ") + "}"
}

// reader names a reader of a box by the answers to the questions that the box
// narrows: ", for example: impact = none, team = new".
func (d *Decision) reader(box, cell Cube) string {
	terms := each(box.narrows(d.whole), func(c Condition) string {
		return d.Questions[c.Question].ID + " = " + d.ids(Condition{c.Question, cell[c.Question]})[0]
	})
	return ", for example: " + cmp.Or(strings.Join(terms, ", "), "any reader at all")
}

// ids returns the names of some answers.
func (d *Decision) ids(c Condition) []string {
	return each(d.among(c), func(a Answer) string { return a.ID })
}

func (d *Decision) among(c Condition) (some []Answer) {
	for i, a := range d.Questions[c.Question].Answers {
		if c.Answers.Has(i) {
			some = append(some, a)
		}
	}
	return some
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
