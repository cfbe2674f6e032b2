package render

import (
	"slices"

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
	if columns := depth(w.tree.Root) + 1; columns*treeColumn <= treeWidth {
		return []byte(w.broad(v, columns) + w.slim(v, "branches slim"))
	}
	return []byte(w.slim(v, "branches only"))
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
	p := newPen(v, columns*column-treeGutter+20)
	p.nest(root, column)
	return string(p.svg("branches broad", "", slices.Max(free)-treeGap+4))
}

// spread puts a branch halfway between the first and the last that it leads to;
// where there is no room for it there, all of them go further down. free is how
// far down each column is taken.
func (b *branch) spread(depth, column int, free []int) {
	b.x, b.y = depth*column+20, free[depth]
	before := slices.Clone(free)
	for _, k := range b.kids {
		k.spread(depth+1, column, free)
	}
	if n := len(b.kids); n > 0 {
		b.y += (b.kids[0].eye()+b.kids[n-1].eye())/2 - b.eye()
	}
	if lack := free[depth] - b.y; lack > 0 {
		for d := depth + 1; d < len(free); d++ {
			free[d] = before[d] + lack
		}
		b.spread(depth, column, free)
		return
	}
	free[depth] = b.y + b.height() + treeGap
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
	middle := p.x((x2 + end) / 2)
	p.put(`<path d="M%d %dH%dC%d %[2]d %[4]d %d %d %[5]d"/>`, p.x(min(x1, x2)), from.eye(), p.x(x2), middle, to.eye(), p.x(end))
}

// state draws the dot and the text of a branch, and ends its link.
func (p *pen) state(b *branch) {
	dot, title := "asks", "ask"
	if b.landed {
		dot, title = "", ""
	}
	p.dot(dot, b.x-8, b.eye(), 3.5)
	p.text("soft", b.x, b.y+12, treeLabel, b.answer)
	p.text(title, b.x, b.eye()+5, treeLine, b.title)
	p.put("</a>\n")
}

// slim draws the tree as an indented list, in pieces that stand one below the
// other.
func (w *walk) slim(v *View, class string) (out string) {
	root := w.branch(w.tree.Root, nil, func(depth int) int { return slimWidth - slimIndent*(depth+1) - 4 })
	p, from, y := newPen(v, slimWidth), 0, 4
	cut := func() {
		out += string(p.strip(class, "", from, y))
		p, from = newPen(v, slimWidth), y
	}
	var draw func(b *branch, x int)
	draw = func(b *branch, x int) {
		b.x, b.y = x, y
		p.link(b.Ref, "")
		if b.up != nil {
			rail := p.x(b.up.x - 8)
			p.put(`<path d="M%d %dV%dQ%[1]d %d %d %[4]d"/>`, rail, b.up.eye()+4, b.eye()-9, b.eye(), p.x(x-12))
		}
		p.state(b)
		if y += b.height() + treeGap; y-from > slimStrip {
			cut()
		}
		for _, k := range b.kids {
			draw(k, x+slimIndent)
		}
	}
	draw(root, slimIndent)
	cut()
	return out
}
