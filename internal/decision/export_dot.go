package decision

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteDOT writes the tree as a graph for Graphviz.
func (t *Tree) WriteDOT(w io.Writer, pages []Page) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "digraph decision {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];")
	if t.Root == nil {
		fmt.Fprintf(b, "  label=%s;\n}\n", dotText("not drawn: "+t.TooLarge))
		return b.Flush()
	}
	for n, number := range t.numbered() {
		shape := "box"
		if n.Question < 0 {
			shape = "box, style=rounded"
		}
		fmt.Fprintf(b, "  n%d [shape=%s, label=%s];\n", number.self, shape, dotText(t.caption(n, pages)))
		if n.Parent != nil {
			fmt.Fprintf(b, "  n%d -> n%d [label=%s];\n", number.parent, number.self, dotText(t.edge(n)))
		}
	}
	fmt.Fprintln(b, "}")
	return b.Flush()
}

// dotText quotes a label. Graphviz reads backslashes and HTML's character
// references in it, so both are written as themselves.
func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(text) + `"`
}
