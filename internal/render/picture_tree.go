package render

import (
	"html/template"
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
)

// branch is a state of the tree in its place: the answer that leads to it, and
// below that its question or its landing page.
type branch struct {
	Ref           // of the state: the address of its page, and the name of where it landed
	answer, title []string
	landed        bool
	x, y          int // the upper left of its text
	kids          []*branch
}

func (b *branch) height() int { return len(b.answer)*treeLabel + len(b.title)*treeLine }

// eye is the height at which edges arrive and leave: the first line of the title.
func (b *branch) eye() int { return b.y + len(b.answer)*treeLabel + treeLine/2 }

// picture draws the tree of the decision. It comes twice, from left to right
// for a wide page, and indented for a phone; styles show the one that fits. A
// state and the edge to it are one link, so that its name is read out as answer
// and outcome, and one press of Tab brings the next.
func (w *walk) picture(v *View) template.HTML {
	if columns := depth(w.tree.Root) + 1; columns*treeColumn <= treeWidth {
		return w.broad(v, columns) + w.slim(v, "branches slim")
	}
	return w.slim(v, "branches only")
}

// branch makes the branch of a state, with its text broken to a width that may
// depend on how deep it stands.
func (w *walk) branch(n *decision.Node, width func(depth int) int) *branch {
	b := &branch{Ref: Ref{Path: w.path(n)}}
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
			b.kids = append(b.kids, w.branch(c, width))
		}
	}
	return b
}

// broad draws the tree from left to right. An edge goes level from the end of a
// question's first line to the gutter, and from there in a curve to an answer.
func (w *walk) broad(v *View, columns int) template.HTML {
	column := min(treeWidth/columns, 300)
	root, free := w.branch(w.tree.Root, func(int) int { return column - treeGutter }), make([]int, columns)
	root.spread(0, column, free)
	p := newPen(v, columns*column-treeGutter+20)
	p.nest(nil, root, func(from, to *branch) {
		words, bend, end := from.x+5, from.x+column-treeGutter, to.x-12
		for _, r := range from.title[0] {
			words += advance(r) * treeTitle / 100
		}
		p.put("M%d %dH%dC%d %[2]d %[4]d %d %d %[5]d", p.x(min(words, bend)), from.eye(), p.x(bend), p.x((bend+end)/2), to.eye(), p.x(end))
	})
	return p.svg("branches broad", "", slices.Max(free)-treeGap+4)
}

// slim draws the tree as an indented list.
func (w *walk) slim(v *View, class string) template.HTML {
	root := w.branch(w.tree.Root, func(depth int) int { return slimWidth - slimIndent*(depth+1) - 4 })
	p := newPen(v, slimWidth)
	bottom := root.stack(slimIndent, 4)
	p.nest(nil, root, func(from, to *branch) {
		p.put("M%d %dV%dQ%[1]d %[4]d %d %[4]d", p.x(from.x-8), from.eye()+4, to.eye()-9, to.eye(), p.x(to.x-12))
	})
	return p.svg(class, "", bottom)
}

// stack puts a branch at a height and all that it leads to below it, indented,
// and returns where the next may stand.
func (b *branch) stack(x, y int) int {
	b.x, b.y = x, y
	y += b.height() + treeGap
	for _, k := range b.kids {
		y = k.stack(x+slimIndent, y)
	}
	return y
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
// state lights up the whole way that leads to it. edge draws how it is reached.
func (p *pen) nest(up, b *branch, edge func(from, to *branch)) {
	p.put("<g>")
	p.link(b.Ref, "")
	if up != nil {
		p.put(`<path d="`)
		edge(up, b)
		p.put(`"/>`)
	}
	dot, title := "asks", "ask"
	if b.landed {
		dot, title = "", ""
	}
	p.dot(dot, b.x-8, b.eye(), 3.5)
	p.text("soft", b.x, b.y+12, treeLabel, b.answer)
	p.text(title, b.x, b.eye()+5, treeLine, b.title)
	p.put("</a>\n")
	for _, k := range b.kids {
		p.nest(b, k, edge)
	}
	p.put("</g>")
}
