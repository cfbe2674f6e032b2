package decision

import (
	"embed"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"unicode"
)

//go:embed formats
var formats embed.FS

var layouts = template.Must(template.New("").Funcs(template.FuncMap{
	"xml": xmlText, "dot": dotText, "mermaid": mermaidText,
}).ParseFS(formats, "formats/*"))

// Write writes trees in a format: text, drawn with lines; mermaid, one
// flowchart; dot, one graph for Graphviz; or dmn, their rules as decision
// tables of DMN 1.3. Trees that are nil are left out.
func Write(w io.Writer, format string, pages []Page, trees []*Tree) error {
	if layouts.Lookup(format) == nil {
		return fmt.Errorf("there is no format %q", format)
	}
	var all []*drawing
	nodes := 0
	for _, t := range trees {
		if t == nil {
			continue
		}
		g := &drawing{Tree: t, ID: fmt.Sprint("decision_", len(all)+1), Title: oneLine(pages[t.Decision.Page].Title), pages: pages, first: nodes}
		if t.Root != nil {
			g.add(t.Root, -1, "")
		}
		g.table()
		nodes += len(g.Nodes)
		all = append(all, g)
	}
	return layouts.ExecuteTemplate(w, format, all)
}

// drawing is what the formats show of a tree, as text on one line.
type drawing struct {
	*Tree
	ID, Title string
	Nodes     []drawnNode
	pages     []Page
	first     int // the number of the first node: they go on from those of other trees

	Inputs     []dmnInput
	Rules      []dmnRule
	Pages      string
	Policy     string
	Impossible []string
}

type drawnNode struct {
	ID, Parent         int // Parent is -1 at the start
	Leaf               bool
	Text, Edge, Indent string // what it asks or shows, the answer that led here, and the lines before that
}

// add draws a node and all below it.
func (g *drawing) add(n *Node, parent int, indent string) {
	id := g.first + len(g.Nodes)
	d := drawnNode{ID: id, Parent: parent, Leaf: n.Question < 0, Text: g.caption(n)}
	under := ""
	if n.Parent != nil {
		kids := n.Parent.kids()
		fork, more := "├── ", "│   "
		if n == kids[len(kids)-1] {
			fork, more = "└── ", "    "
		}
		d.Edge, d.Indent, under = g.Decision.label(n.Path[len(n.Path)-1]), indent+fork, indent+more
	}
	g.Nodes = append(g.Nodes, d)
	for _, k := range n.kids() {
		g.add(k, id, under)
	}
}

// caption is what a node asks, or the title of the page it shows.
func (g *drawing) caption(n *Node) string {
	if n.Question < 0 {
		return oneLine(g.pages[g.Decision.Landings[n.Landing].Page].Title)
	}
	return oneLine(g.Decision.Questions[n.Question].Ask)
}

type dmnInput struct{ ID, Name, Label, Values string }

type dmnRule struct {
	ID, Page, Title string
	Entries         []string
}

// table makes the decision table: an input for each question, and a rule for
// each alternative. Where two of these overlap, several rules may apply to a
// reader, but all of them name the same page; that is hit policy ANY.
func (g *drawing) table() {
	d := g.Decision
	for i, q := range d.Questions {
		g.Inputs = append(g.Inputs, dmnInput{
			fmt.Sprint(g.ID, "_input_", i+1), feelName(q.ID, i), oneLine(q.Ask), feel(d.ids(i, d.whole[i])...),
		})
	}
	g.Policy = "UNIQUE"
	var paths []string
	var cubes []Cube
	for _, r := range d.Landings {
		page := g.pages[r.Page]
		paths = append(paths, page.File.Path)
		for _, c := range cubesOf(r.Alternatives) {
			if slices.ContainsFunc(cubes, c.meets) {
				g.Policy = "ANY"
			}
			cubes = append(cubes, c)
			rule := dmnRule{ID: fmt.Sprint(g.ID, "_rule_", len(cubes)), Page: feel(page.File.Path), Title: oneLine(page.Title)}
			for q, answers := range c {
				entry := "-"
				if answers != d.whole[q] {
					entry = feel(d.ids(q, answers)...)
				}
				rule.Entries = append(rule.Entries, entry)
			}
			g.Rules = append(g.Rules, rule)
		}
	}
	g.Pages = feel(paths...)
	g.Impossible = each(d.Impossible, func(v Impossible) string { return d.rule(v.Cube) + ", because " + oneLine(v.Because) })
}

// Summary says how long the tree is: "never more than 3 questions, 2.5 on
// average". It is "" where no tree was found.
func (t *Tree) Summary() string {
	if t.Average == nil {
		return ""
	}
	average := strings.TrimSuffix(strings.TrimRight(t.Average.FloatString(2), "0"), ".")
	return fmt.Sprintf("never more than %d %s, %s on average", t.Worst, plural(t.Worst, "question"), average)
}

func (d *Decision) label(c Choice) string {
	return oneLine(d.Questions[c.Question].Answers[c.Answer].Label)
}

// oneLine returns text on one line, without characters that could move the
// cursor of a terminal or turn the direction of what follows.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}

func xmlText(text string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// mermaidText writes everything that might mean something to Mermaid, or to
// the HTML and Markdown it makes of labels, as a character's number.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark) || strings.ContainsRune(" ,.?!'’–-()", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// dotText escapes a label. Graphviz reads backslashes and HTML's character
// references in it, so both are written as themselves.
func dotText(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(text)
}

// feel writes strings in FEEL, the language of DMN's cells.
func feel(texts ...string) string {
	escape := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return strings.Join(each(texts, func(text string) string { return `"` + escape.Replace(text) + `"` }), ",")
}

var (
	feelNames = regexp.MustCompile(`^[A-Za-z_]\w*$`)
	notNamed  = regexp.MustCompile(`\W`)
	// feelWords are names that FEEL keeps for itself.
	feelWords = strings.Fields("and between else every external false for function if in instance not null of or return satisfies some then true")
)

// feelName makes a FEEL name of a question's id: the id itself, if it is one.
func feelName(id string, index int) string {
	if !feelNames.MatchString(id) || slices.Contains(feelWords, id) {
		return fmt.Sprintf("q%d_%s", index+1, notNamed.ReplaceAllString(id, "_"))
	}
	return id
}
