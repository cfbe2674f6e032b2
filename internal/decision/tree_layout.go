package decision

import (
	"strings"
	"unicode/utf8"
)

// Layout says how large a picture of a tree is drawn, in pixels; widths of
// text are in characters.
type Layout struct {
	NodeChars int  // characters in a line of a question or a page's title
	EdgeChars int  // characters in a line of an answer
	Char      int  // width of a character
	Line      int  // height of a line
	Gap       int  // between neighbours, and around text
	Narrow    bool // for phones: one node under the other, indented, in place of columns
}

// WideLayout and NarrowLayout are what the site draws with.
var (
	WideLayout   = Layout{NodeChars: 24, EdgeChars: 22, Char: 8, Line: 18, Gap: 8}
	NarrowLayout = Layout{NodeChars: 30, EdgeChars: 30, Char: 8, Line: 18, Gap: 8, Narrow: true}
)

// Picture is a tree laid out: boxes and the lines between them. The origin is
// at the top left, and nothing lies outside Width and Height.
type Picture struct {
	Width, Height int
	Boxes         []Box  // in the order shown, the start first
	Edges         []Edge // one for each box but the first, in the same order
}

// Box is a node with its text, in lines.
type Box struct {
	Node                *Node
	X, Y, Width, Height int
	Text                []string
}

// Edge is the line between two boxes. Its label is that of the answer; the
// first line of it begins at TextX with its baseline at TextY, and the others
// follow a Line apart.
type Edge struct {
	From, To     int     // indices into Boxes
	Points       []Point // turns at right angles
	TextX, TextY int
	Text         []string
}

// Point is a point of a line.
type Point struct{ X, Y int }

// Draw lays a tree out. Questions and pages read from left to right with a
// row for each page, so that forty of them stay legible; a narrow picture has
// a row for each node. A tree without a root gives an empty picture.
func (t *Tree) Draw(l Layout, pages []Page) Picture {
	if t.Root == nil {
		return Picture{}
	}
	a := &artist{Layout: l, tree: t, pages: pages}
	a.measure()
	a.place(t.Root, -1)
	for i := range a.Edges {
		a.connect(&a.Edges[i])
	}
	a.Width += l.Gap
	a.Height += l.Gap
	return a.Picture
}

type artist struct {
	Layout
	Picture
	tree   *Tree
	pages  []Page
	widths []int // of the boxes, by depth
	lefts  []int // where they begin
}

// measure makes the boxes of a depth as wide as the longest text among them,
// and leaves room for the longest answer before the next.
func (a *artist) measure() {
	var labels []int
	a.tree.Root.Walk(func(n *Node) {
		depth := len(n.Path)
		if depth == len(a.widths) {
			a.widths, labels = append(a.widths, 0), append(labels, 0)
		}
		a.widths[depth] = max(a.widths[depth], a.long(wrap(a.tree.caption(n, a.pages), a.NodeChars))+2*a.Gap)
		if depth > 0 {
			labels[depth] = max(labels[depth], a.long(wrap(a.tree.edge(n), a.EdgeChars)))
		}
	})
	a.lefts = []int{a.Gap}
	for i := range a.widths[1:] {
		step := a.widths[i] + labels[i+1] + 4*a.Gap
		if a.Narrow {
			step = 2 * a.Gap
			a.widths[i+1] = max(a.widths[i+1], labels[i+1]+2*a.Gap)
		}
		a.lefts = append(a.lefts, a.lefts[i]+step)
	}
}

// long returns the width of some lines.
func (a *artist) long(lines []string) int {
	longest := 0
	for _, line := range lines {
		longest = max(longest, utf8.RuneCountInString(line))
	}
	return longest * a.Char
}

// place finds room for a node and all below it, and returns its index.
func (a *artist) place(n *Node, parent int) int {
	self := len(a.Boxes)
	b := Box{Node: n, Text: wrap(a.tree.caption(n, a.pages), a.NodeChars)}
	b.X, b.Width, b.Height = a.lefts[len(n.Path)], a.widths[len(n.Path)], len(b.Text)*a.Line+2*a.Gap
	above := 0 // room for the label
	if parent >= 0 {
		e := Edge{From: parent, To: self, Text: wrap(a.tree.edge(n), a.EdgeChars)}
		above = len(e.Text) * a.Line
		a.Edges = append(a.Edges, e)
	}
	a.Boxes = append(a.Boxes, b)
	if a.Narrow {
		a.row(self, above)
	} else {
		a.column(self, above)
	}
	b = a.Boxes[self]
	a.Width = max(a.Width, b.X+b.Width)
	a.Height = max(a.Height, b.Y+b.Height)
	return self
}

// row gives a node the next row, below the answer that leads to it.
func (a *artist) row(self, above int) {
	b := &a.Boxes[self]
	b.Y = a.Height + a.Gap + above
	a.Height = b.Y + b.Height
	for _, k := range b.Node.kids() {
		a.place(k, self)
	}
}

// column gives a node a place in the column of its depth: a leaf in the next
// row, a question halfway down what follows it.
func (a *artist) column(self, above int) {
	b := a.Boxes[self]
	least := a.Height + a.Gap + max(above, b.Height/2) // for its middle
	middle := least
	var kids []int
	for _, k := range b.Node.kids() {
		kids = append(kids, a.place(k, self))
	}
	if len(kids) > 0 {
		middle = (a.middle(kids[0]) + a.middle(kids[len(kids)-1])) / 2
	}
	if middle < least {
		a.lower(self+1, least-middle)
		middle = least
	}
	b.Y = middle - b.Height/2
	a.Boxes[self] = b
}

func (a *artist) middle(i int) int { return a.Boxes[i].Y + a.Boxes[i].Height/2 }

// lower moves the boxes from index first on down.
func (a *artist) lower(first, by int) {
	for i := first; i < len(a.Boxes); i++ {
		a.Boxes[i].Y += by
	}
	a.Height += by
}

// connect draws the line of an edge whose boxes are placed.
func (a *artist) connect(e *Edge) {
	from, to, middle := a.Boxes[e.From], a.Boxes[e.To], a.middle(e.To)
	label := (len(e.Text) - 1) * a.Line
	if a.Narrow {
		x := from.X + a.Gap
		e.Points = []Point{{x, from.Y + from.Height}, {x, middle}, {to.X, middle}}
		e.TextX, e.TextY = to.X+a.Gap, to.Y-a.Line/3-label
		return
	}
	right, start := from.X+from.Width, a.middle(e.From)
	e.Points = []Point{{right, start}, {right + 2*a.Gap, start}, {right + 2*a.Gap, middle}, {to.X, middle}}
	e.TextX, e.TextY = right+3*a.Gap, middle-a.Line/3-label
}

// wrap breaks text into lines of at most width characters, at spaces where
// there are any.
func wrap(text string, width int) []string {
	var lines []string
	line := []rune{}
	for word := range strings.FieldsSeq(text) {
		w := []rune(word)
		if len(line) > 0 && len(line)+1+len(w) <= width {
			line = append(append(line, ' '), w...)
			continue
		}
		if len(line) > 0 {
			lines = append(lines, string(line))
		}
		for len(w) > width {
			lines = append(lines, string(w[:width]))
			w = w[width:]
		}
		line = w
	}
	if len(line) > 0 {
		lines = append(lines, string(line))
	}
	return lines
}
