package decision

import (
	"fmt"
	"math/big"
	"slices"
)

// MaxStates is how many states a tree may have for its nodes to be listed.
// Each of them becomes a page.
const MaxStates = 10_000

// Choice is one answer given: the indices of a question and of its answer.
type Choice struct{ Question, Answer int }

// Tree is an order of asking: which question comes first, and which next after
// each answer.
//
// [Plan] finds the best tree, which is, among those that ask no question
// before all that its `after` names were asked or had one possible answer
// left: the one with the fewest questions in the worst case; of these, the one
// with the fewest on average, where every possible combination of answers
// counts the same; then the one with the fewest distinct nodes, where nodes
// count once if they ask the same question and every answer leads both to the
// same page or to nodes that count once; and then the one that, where two
// trees first differ (the start before what follows, answers as written), asks
// the question that the author wrote first.
type Tree struct {
	Decision *Decision
	Root     *Node    // nil where the tree has more than MaxStates states, or none was found
	Worst    int      // most questions that any reader is asked
	Average  *big.Rat // questions over all readers; nil where no tree was found
	Nodes    int      // distinct questions, as defined above
	Asks     int      // states that ask a question
	Leaves   int      // states that show a landing page
	Cells    *big.Int // possible combinations of answers

	Optimal  bool   // no tree has a lower Worst, or the same with a lower Average: proven
	Smallest bool   // nor the same two with fewer Nodes: proven
	TooLarge string // the limit that was hit, in words; "" where none was
}

// Node is one state of a tree: what a reader is shown after some answers.
type Node struct {
	Path     []Choice // the answers that lead here, in the order asked
	Question int      // asked here; -1 at a leaf
	Landing  int      // at a leaf, the page landed on, as an index into Landings; else -1
	Parent   *Node
	Children []*Node  // by answer; nil where it is impossible
	Cells    *big.Int // the combinations of answers that lead here
}

// Walk calls visit for the node and every node below it, in the order shown.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, child := range n.kids() {
		child.Walk(visit)
	}
}

// kids returns the node's children without those that are impossible.
func (n *Node) kids() []*Node { return keep(n.Children, func(c *Node) bool { return c != nil }) }

// Plan returns the best tree for a decision that has neither gaps nor overlaps.
// Where it is too large for that to be found, the most telling question is
// asked first, until what is left is small enough.
func Plan(d *Decision) *Tree {
	return (&planner{d: d, limit: maxDense, tables: 2 * maxDense}).tree()
}

// AuthorTree returns the tree that asks in the order the author wrote, as far
// as `after` lets it, and skips questions that no longer matter. Optimal and
// Smallest mean nothing in it.
func AuthorTree(d *Decision) *Tree { return (&planner{d: d}).tree() }

// The work that goes into one tree is bounded, so that the same decision gives
// the same tree on any machine: the rules looked at, a question each, and what
// a state costs in such looks.
const (
	maxLooks  = 30_000_000
	stateCost = 200
	partDense = 20_000 // states that the table of a part of a tree may have
)

// planner grows a tree from the start.
type planner struct {
	d      *Decision
	limit  int      // states that the next table may have; 0 to ask in the author's order
	tables int      // states that all tables may have together
	before []uint64 // by question: all that must be asked before it, near and far
	meter  *meter
	t      *Tree
}

func (p *planner) tree() *Tree {
	ground := p.d.ground()
	p.t = &Tree{Decision: p.d, Cells: readersIn(ground.whole, ground.void)}
	if p.t.Cells.Sign() == 0 {
		p.t.TooLarge = "no reader is left to ask"
		return p.t
	}
	p.before = make([]uint64, len(p.d.Questions))
	for range p.d.Questions { // each turn reaches one step further back
		for q := range p.d.Questions {
			for _, b := range p.d.Questions[q].After {
				p.before[q] |= p.before[b] | 1<<b
			}
		}
	}
	p.meter = &meter{left: maxLooks}
	if !p.meter.try(func() { p.t.Root = p.grow(nil, nil, ground.whole, p.d.rows(), ground.void) }) {
		p.t.Root, p.t.TooLarge = nil, "it takes too long to find an order of its questions"
		return p.t
	}
	p.t.measure()
	return p.t
}

// rows lists the alternatives of all landing pages.
func (d *Decision) rows() (rows []row) {
	for i, r := range d.Landings {
		for _, alt := range r.Alternatives {
			rows = append(rows, row{alt.Cube, i})
		}
	}
	return rows
}

// grow makes the node for some readers, and all below it.
func (p *planner) grow(parent *Node, path []Choice, who Cube, rows []row, voids []Cube) *Node {
	p.meter.spend(stateCost + len(rows)*len(who))
	voids = keep(voids, who.meets)
	rows = keep(rows, func(r row) bool {
		shared, ok := r.cube.meet(who)
		return ok && (len(voids) == 0 || escape(shared, voids) != nil)
	})
	n := &Node{Path: path, Question: -1, Landing: landingOf(rows), Parent: parent, Cells: readersIn(who, voids)}
	if n.Landing >= 0 {
		p.t.Optimal, p.t.Smallest = parent == nil, parent == nil
		return n
	}
	limit := p.limit
	p.limit = min(limit, partDense)
	if g := newDense(p.d, who, rows, voids, min(limit, p.tables)); g != nil {
		p.tables -= len(g.land)
		h, shape := g.smallest(p.d)
		p.t.Optimal, p.t.Smallest = parent == nil, parent == nil && h != nil
		p.list(g, n, 0, h, shape)
		return n
	}
	possible := p.possible(who, voids)
	n.Question = p.telling(rows, voids, possible)
	n.Children = make([]*Node, len(p.d.Questions[n.Question].Answers))
	for a := range n.Children {
		if possible[n.Question].Has(a) {
			step := append(slices.Clip(path), Choice{n.Question, a})
			n.Children[a] = p.grow(n, step, who.with(n.Question, 1<<a), rows, voids)
		}
	}
	return n
}

// list fills in a node, and adds those below it, as a table plans them: in the
// given shape, or else as the table chose.
func (p *planner) list(g *dense, n *Node, state int32, h *shapes, shape int32) {
	p.meter.spend(stateCost)
	n.Cells = new(big.Int).SetUint64(g.count[state])
	n.Cells.Mul(n.Cells, g.spare)
	if n.Landing = int(g.land[state]); n.Landing >= 0 {
		return
	}
	o := g.options(state)[g.best[state]]
	if h != nil {
		i := slices.IndexFunc(g.buf, func(o option) bool { return o.question == h.list[shape].question })
		o = g.buf[i]
	}
	n.Question, n.Children = o.question, make([]*Node, len(p.d.Questions[o.question].Answers))
	for _, k := range slices.Clone(o.kids) {
		for a := range n.Children {
			if !k.answers.Has(a) {
				continue
			}
			below := int32(-1)
			if h != nil {
				below = h.list[shape].kids[a]
			}
			n.Children[a] = &Node{Path: append(slices.Clip(n.Path), Choice{n.Question, a}), Question: -1, Parent: n}
			p.list(g, n.Children[a], k.state, h, below)
		}
	}
}

// possible finds the answers to every question that some of the readers give.
func (p *planner) possible(who Cube, voids []Cube) Cube {
	possible := slices.Clone(who)
	for q := range who {
		for a := range p.d.Questions[q].Answers {
			if len(voids) > 0 && who[q].Has(a) && escape(who.with(q, 1<<a), voids) == nil {
				possible[q] &^= 1 << a
			}
		}
	}
	return possible
}

// telling picks the most telling question: the one named by the alternatives
// of the most readers. In the author's order it picks the first that tells
// anything, or opens the way for one that does.
func (p *planner) telling(rows []row, voids []Cube, possible Cube) int {
	tells := uint64(0)
	named := make([]count, len(possible))
	for i := range len(rows) + len(voids) {
		c, readers := Cube(nil), count{}
		if i < len(rows) {
			c, readers = rows[i].cube, rows[i].cube.readers(possible)
		} else {
			c = voids[i-len(rows)]
		}
		for q, answers := range possible {
			if answers.Count() > 1 && answers&^c[q] != 0 {
				tells |= 1<<q | p.before[q]
				named[q] = named[q].plus(readers)
			}
		}
	}
	best := -1
	for q, answers := range possible {
		waits := slices.ContainsFunc(p.d.Questions[q].After, func(b int) bool { return possible[b].Count() > 1 })
		if answers.Count() < 2 || tells>>q&1 == 0 || waits {
			continue
		}
		if best < 0 || p.limit > 0 && named[best].less(named[q]) {
			best = q
		}
	}
	return best
}

// measure counts what there is in the listed nodes, and unlists them where they
// are too many.
func (t *Tree) measure() {
	h := newShapes()
	sum := new(big.Int)
	t.Nodes = h.distinct(t.survey(t.Root, h, sum))
	t.Average = new(big.Rat).SetFrac(sum, t.Cells)
	if states := t.Asks + t.Leaves; states > MaxStates {
		t.Root, t.TooLarge = nil, fmt.Sprintf("it has %d states, each of them a page, and the limit is %d", states, MaxStates)
	}
}

// survey counts a node and all below it; sum is of the questions put to all
// readers.
func (t *Tree) survey(n *Node, h *shapes, sum *big.Int) (shape int32) {
	if n.Question < 0 {
		t.Leaves++
		t.Worst = max(t.Worst, len(n.Path))
		sum.Add(sum, new(big.Int).Mul(n.Cells, big.NewInt(int64(len(n.Path)))))
		return h.add(^n.Landing, nil)
	}
	t.Asks++
	kids := slices.Repeat([]int32{-1}, len(n.Children))
	for a, child := range n.Children {
		if child != nil {
			kids[a] = t.survey(child, h, sum)
		}
	}
	return h.add(n.Question, kids)
}
