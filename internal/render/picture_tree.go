package render

import (
	"quandary/internal/decision"
)

// Measures of the picture of a decision, in pixels.
const (
	treeWidth  = 1040
	treeColumn = 165 // the narrowest column; trees too deep for it are only drawn slim
	treeGutter = 46  // between columns, where edges run
	treeGap    = 16  // between one state and the next below it
	treeTitle  = 15  // a question or a landing page
	treeLine   = 19
	treeAnswer = 14 // an answer: 12.5, of a face that is wider
	treeLabel  = 16
	slimWidth  = 360
	slimIndent = 17
	slimStrip  = 420 // after so much, a new piece begins, so that print can break there
)

// branch is a state of the tree in its place: the answer that leads to it, and
// below that its question or its landing page.
type branch struct {
	Ref           // of the state: the address of its page, and the name of where it landed
	answer, title []string
	landed        bool
	x, y          int // the upper left of its text
	kids          []*branch
	up            *branch
}

func (b *branch) height() int { return len(b.answer)*treeLabel + len(b.title)*treeLine }

// eye is the height at which edges arrive and leave: the first line of the title.
func (b *branch) eye() int { return b.y + len(b.answer)*treeLabel + treeLine/2 }

// picture draws the tree of the decision. It comes twice, from left to right
// for a wide page, and indented for a phone and for print; styles show the one
// that fits. A state and the edge to it are one link, so that its name is read
// out as answer and outcome, and one press of Tab brings the next.
func (w *walk) picture(v *View) []byte {
	var out []byte
	if columns := depth(w.tree.Root) + 1; columns*treeColumn <= treeWidth {
		out = append(out, w.broad(v, columns)...)
	}
	return append(out, w.slim(v, len(out) == 0)...)
}

// branch makes the branch of a state, with its text broken to a width that may
// depend on how deep it stands.
func (w *walk) branch(n *decision.Node, up *branch, width func(depth int) int) *branch {
	b := &branch{up: up, Ref: Ref{Path: w.path(n)}}
	room := width(len(n.Path))
	title := ""
	if len(n.Path) > 0 {
		b.answer = wrap(w.choice(n.Path[len(n.Path)-1]).Label, room, treeAnswer, 4)
	}
	if n.Landing >= 0 {
		landing := w.landing(n.Landing)
		b.landed, b.Name, title = true, landing.Name, landing.Title
	} else {
		title = w.d.Questions[n.Question].Ask
	}
	b.title = wrap(title, room, treeTitle, 4)
	for _, c := range n.Children {
		if c != nil {
			b.kids = append(b.kids, w.branch(c, b, width))
		}
	}
	return b
}

// broad draws the tree from left to right.
func (w *walk) broad(v *View, columns int) string {
	column := min(treeWidth/columns, 300)
	root := w.branch(w.tree.Root, nil, func(int) int { return column - treeGutter })
	free := make([]int, columns)
	root.spread(0, column, free)
	height := 0
	for _, y := range free {
		height = max(height, y-treeGap)
	}
	p := newPen(v, columns*column-treeGutter+20)
	p.nest(root, column)
	return string(p.svg("branches broad", "", height+4))
}

// spread puts a branch halfway between the first and the last that it leads to.
// free is how far down each column is taken.
func (b *branch) spread(depth, column int, free []int) {
	b.x, b.y = depth*column+20, free[depth]
	for _, k := range b.kids {
		k.spread(depth+1, column, free)
	}
	if n := len(b.kids); n > 0 {
		b.y += (b.kids[0].eye()+b.kids[n-1].eye())/2 - b.eye()
		if b.y < free[depth] {
			down := free[depth] - b.y
			b.move(down)
			for d := depth + 1; d < len(free); d++ {
				free[d] = max(free[d], b.lowest(d-depth)+treeGap)
			}
		}
	}
	free[depth] = b.y + b.height() + treeGap
}

func (b *branch) move(down int) {
	b.y += down
	for _, k := range b.kids {
		k.move(down)
	}
}

// lowest is where the text of a branch ends, so many columns on.
func (b *branch) lowest(columns int) (y int) {
	if columns == 0 {
		return b.y + b.height()
	}
	for _, k := range b.kids {
		y = max(y, k.lowest(columns-1))
	}
	return y
}

// nest draws a branch and all that follow from it, in one group: pointing at a
// state lights up the whole way that leads to it.
func (p *pen) nest(b *branch, column int) {
	p.put("<g>")
	p.link(b.Ref, "")
	if b.up != nil {
		p.edge(b.up, b, column)
	}
	p.state(b)
	for _, k := range b.kids {
		p.nest(k, column)
	}
	p.put("</g>")
}

// edge goes level from the end of a question's first line to the gutter, and
// from there in a curve to an answer.
func (p *pen) edge(from, to *branch, column int) {
	x1, x2, end := from.x+measure(from.title[0])*treeTitle/100+5, from.x+column-treeGutter, to.x-12
	middle := (x2 + end) / 2
	p.put(`<path d="M%d %dH%dC%d %d %d %d %d %d"/>`, p.x(min(x1, x2)), from.eye(), p.x(x2),
		p.x(middle), from.eye(), p.x(middle), to.eye(), p.x(end), to.eye())
}

// state draws the dot and the text of a branch, and ends its link.
func (p *pen) state(b *branch) {
	class := "asks"
	if b.landed {
		class = ""
	}
	p.dot(class, b.x-8, b.eye(), 3.5)
	p.text("soft", b.x, b.y+12, treeLabel, b.answer)
	if class != "" {
		class = "ask"
	}
	p.text(class, b.x, b.eye()+5, treeLine, b.title)
	p.put("</a>\n")
}

// slim draws the tree as an indented list, in pieces that stand one below the
// other. only says that there is no other picture.
func (w *walk) slim(v *View, only bool) (out string) {
	root := w.branch(w.tree.Root, nil, func(depth int) int { return slimWidth - slimIndent*(depth+1) - 4 })
	class := "branches slim"
	if only {
		class = "branches only"
	}
	p, from := newPen(v, slimWidth), 0
	y := 4
	var draw func(b *branch, depth int)
	draw = func(b *branch, depth int) {
		b.x, b.y = slimIndent*(depth+1), y
		p.link(b.Ref, "")
		if b.up != nil {
			x := b.up.x - 8
			p.put(`<path d="M%d %dV%dQ%d %d %d %d"/>`, p.x(x), b.up.eye()+4, b.eye()-9, p.x(x), b.eye(), p.x(b.x-12), b.eye())
		}
		p.state(b)
		y += b.height() + treeGap
		if y-from > slimStrip {
			out += string(p.strip(class, "", from, y))
			p, from = newPen(v, slimWidth), y
		}
		for _, k := range b.kids {
			draw(k, depth+1)
		}
	}
	draw(root, 0)
	if y > from {
		out += string(p.strip(class, "", from, y))
	}
	return out
}
