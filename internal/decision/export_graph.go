package decision

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// drawing is a language for graphs: how a tree begins and ends in it, and how
// its parts are written. A part is given its text, as last, and numbers.
type drawing struct {
	head, ask, leaf, edge, missing, foot string
	escape                               func(string) string
}

// WriteMermaid writes trees as one Mermaid flowchart.
func WriteMermaid(w io.Writer, pages []Page, trees []*Tree) error {
	return draw(w, pages, trees, drawing{
		head: "flowchart LR\n", ask: "  n%d{{\"%s\"}}\n", leaf: "  n%d([\"%s\"])\n",
		edge: "  n%d -->|\"%[3]s\"| n%[2]d\n", missing: "  %%%% not drawn: %s\n", escape: mermaidText,
	})
}

// WriteDOT writes trees as one graph for Graphviz.
func WriteDOT(w io.Writer, pages []Page, trees []*Tree) error {
	return draw(w, pages, trees, drawing{
		head: "digraph decision {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n",
		ask:  "  n%d [shape=box, label=\"%s\"];\n", leaf: "  n%d [shape=box, style=rounded, label=\"%s\"];\n",
		edge: "  n%d -> n%d [label=\"%s\"];\n", missing: "  label=\"not drawn: %s\";\n", foot: "}\n", escape: dotText,
	})
}

func draw(w io.Writer, pages []Page, trees []*Tree, g drawing) error {
	b := bufio.NewWriter(w)
	b.WriteString(g.head)
	numbers := map[*Node]int{}
	for _, t := range drawn(trees) {
		if t.Root == nil {
			fmt.Fprintf(b, g.missing, g.escape(t.TooLarge))
			continue
		}
		t.Root.Walk(func(n *Node) {
			self, shape := len(numbers), g.ask
			if n.Question < 0 {
				shape = g.leaf
			}
			numbers[n] = self
			fmt.Fprintf(b, shape, self, g.escape(t.caption(n, pages)))
			if n.Parent != nil {
				fmt.Fprintf(b, g.edge, numbers[n.Parent], self, g.escape(t.edge(n)))
			}
		})
	}
	b.WriteString(g.foot)
	return b.Flush()
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
