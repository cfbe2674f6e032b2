package decision

import (
	"embed"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"quandary/internal/diag"
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
func (g *drawing) Given(c Choice) string { return g.Say(Condition{c.Question, c.answers()}) }

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
