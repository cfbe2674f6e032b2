package decision

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// WriteMermaid writes the tree as a Mermaid flowchart.
func (t *Tree) WriteMermaid(w io.Writer, pages []Page) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "flowchart LR")
	if t.Root == nil {
		fmt.Fprintf(b, "  %%%% not drawn: %s\n", t.TooLarge)
		return b.Flush()
	}
	for n, number := range t.numbered() {
		shape := `  n%d{{"%s"}}` + "\n"
		if n.Question < 0 {
			shape = `  n%d(["%s"])` + "\n"
		}
		fmt.Fprintf(b, shape, number.self, mermaidText(t.caption(n, pages)))
		if n.Parent != nil {
			fmt.Fprintf(b, `  n%d -->|"%s"| n%d`+"\n", number.parent, mermaidText(t.edge(n)), number.self)
		}
	}
	return b.Flush()
}

// mermaidText writes everything that might mean something to Mermaid, or to
// the HTML and Markdown it makes of labels, as a character's number.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || strings.ContainsRune(" ,.?!'’–-()", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

// numbers are those of a node and of its parent in a drawing.
type numbers struct{ self, parent int }

// numbered yields the nodes in the order shown, with numbers from 0.
func (t *Tree) numbered() func(yield func(*Node, numbers) bool) {
	return func(yield func(*Node, numbers) bool) {
		next := 0
		var visit func(*Node, int) bool
		visit = func(n *Node, parent int) bool {
			self := next
			next++
			if !yield(n, numbers{self, parent}) {
				return false
			}
			for _, k := range n.kids() {
				if !visit(k, self) {
					return false
				}
			}
			return true
		}
		visit(t.Root, -1)
	}
}
