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
// each answer. No question is asked before all that its `after` names were
// asked or have one possible answer left.
type Tree struct {
	Decision *Decision
	Root     *Node    // nil where there are more than MaxStates states, or no tree was found
	Worst    int      // most questions that any reader is asked
	Average  *big.Rat // questions over all readers; nil where no tree was found
	Nodes    int      // distinct questions: those that ask the same and lead to the same count once
	Asks     int      // states that ask a question
	Leaves   int      // states that show a landing page
	Optimal  bool     // no tree has a lower Worst, or the same with a lower Average: proven
	TooLarge string   // the limit that was hit, in words; "" where none was
}

// Node is one state of a tree: what a reader is shown after some answers.
type Node struct {
	Path     []Choice // the answers that lead here, in the order asked
	Question int      // asked here; -1 at a leaf
	Landing  int      // at a leaf, the page landed on, as an index into Landings; else -1
	Parent   *Node
	Children []*Node // by answer; nil where it is impossible
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

// Landings lists the landing pages of the leaves at and below the node, in
// page order, as indices.
func (n *Node) Landings() (all []int) {
	n.Walk(func(n *Node) {
		if n.Question < 0 && !slices.Contains(all, n.Landing) {
			all = append(all, n.Landing)
		}
	})
	slices.Sort(all)
	return all
}

// Follow returns the furthest state that some answers lead to. Their order
// does not matter, and there may be more of them than the tree asks for.
func (t *Tree) Follow(given []Choice) *Node {
	n := t.Root
	for n.Question >= 0 {
		i := slices.IndexFunc(given, func(c Choice) bool { return c.Question == n.Question })
		if i < 0 || n.Children[given[i].Answer] == nil {
			break
		}
		n = n.Children[given[i].Answer]
	}
	return n
}

// Plan returns the best tree for a decision that has neither gaps nor overlaps:
// the one with the fewest questions in the worst case; of these, the one with
// the fewest on average, where every possible combination of answers counts the
// same; then the one with the fewest distinct nodes; and then the one that,
// where two trees first differ (the start before what follows, answers as
// written), asks the question that the author wrote first.
//
// Where it is too large for that to be found, the most telling question is
// asked first, until what is left is small enough.
func Plan(d *Decision) *Tree { return plan(d, maxTable) }

// AuthorTree returns the tree that asks in the order the author wrote, as far
// as `after` lets it, and skips questions that no longer matter.
func AuthorTree(d *Decision) *Tree { return plan(d, 0) }

// The work that goes into one tree is bounded, so that the same decision gives
// the same tree on any machine: the states of the table of a whole tree (eight
// questions of four answers have 5^8 = 390,625), those of the table of a part,
// and the rules looked at, of which a node counts for some.
const (
	maxTable  = 400_000
	partTable = 10_000
	maxLooks  = 30_000_000
	nodeLooks = 200
)

// planner grows a tree from the start.
type planner struct {
	*Tree
	*meter
	limit        int      // states that the next table may have; 0 to ask in the author's order
	before       []uint64 // by question: all that must be asked before it, near and far
	readers, sum count    // those who reach a leaf so far, and the questions put to them
}

// row is an alternative of a landing page.
type row struct {
	cube    Cube
	landing int
}

func plan(d *Decision, limit int) *Tree {
	t := &Tree{Decision: d}
	p := &planner{Tree: t, meter: &meter{left: maxLooks}, limit: limit, before: d.before()}
	var rows []row
	for i, r := range d.Landings {
		rows = append(rows, each(r.Alternatives, func(a Alternative) row { return row{a.Cube, i} })...)
	}
	if !p.try(func() { t.Root = p.grow(nil, nil, d.whole, rows, d.voids()) }) {
		return &Tree{Decision: d, TooLarge: "it takes too long to find an order of its questions"}
	}
	t.Average = new(big.Rat).SetFrac(p.sum.big(), p.readers.big())
	t.Nodes = distinct(t.Root)
	if states := t.Asks + t.Leaves; states > MaxStates {
		t.Root, t.TooLarge = nil, fmt.Sprintf("it has %d states, each of them a page, and the limit is %d", states, MaxStates)
	}
	return t
}

// grow makes the node for some readers, and all below it.
func (p *planner) grow(parent *Node, path []Choice, who Cube, rows []row, voids []Cube) *Node {
	p.spend(nodeLooks + len(rows)*len(who))
	voids = keep(voids, who.meets)
	rows = keep(rows, func(r row) bool {
		shared, ok := r.cube.meet(who)
		return ok && (len(voids) == 0 || findOutside(p.meter, shared, voids) != nil)
	})
	n := &Node{Path: path, Question: -1, Landing: rows[0].landing, Parent: parent}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.landing != n.Landing }) {
		p.Optimal = parent == nil
		p.leaf(n, newSpace(p.meter, who, nil, voids).all().none)
		return n
	}
	n.Landing = unsettled
	limit := p.limit
	p.limit = min(limit, partTable)
	if g := newTable(p.Decision, who, rows, voids, limit); g != nil {
		p.spend(10 * len(g.states))
		if p.Optimal = parent == nil; p.Optimal {
			g.fewestNodes()
		}
		p.list(g, n, 0)
		return n
	}
	possible := slices.Clone(who)
	for q := range who {
		for a := range p.Decision.Questions[q].Answers {
			if len(voids) > 0 && who[q].Has(a) && findOutside(p.meter, who.with(q, 1<<a), voids) == nil {
				possible[q] &^= 1 << a
			}
		}
	}
	p.ask(n, p.telling(rows, voids, possible), func(a int, path []Choice) *Node {
		if !possible[n.Question].Has(a) {
			return nil
		}
		return p.grow(n, path, who.with(n.Question, 1<<a), rows, voids)
	})
	return n
}

// leaf counts a node that shows a page to so many readers.
func (p *planner) leaf(n *Node, readers count) {
	p.Leaves++
	p.Worst = max(p.Worst, len(n.Path))
	p.readers, p.sum = p.readers.plus(readers), p.sum.plus(readers.times(len(n.Path)))
}

// ask lets a node ask a question; child makes the node for an answer.
func (p *planner) ask(n *Node, question int, child func(answer int, path []Choice) *Node) {
	p.Asks++
	n.Question = question
	for a := range p.Decision.Questions[question].Answers {
		n.Children = append(n.Children, child(a, append(slices.Clip(n.Path), Choice{question, a})))
	}
}

// list fills in a node, and adds those below it, as a table plans them.
func (p *planner) list(g *table, n *Node, at int) {
	p.spend(nodeLooks)
	s := g.states[at]
	if n.Landing = s.landing; n.Landing >= 0 {
		p.leaf(n, s.readers)
		return
	}
	a := g.asks[s.best]
	p.ask(n, a.question, func(answer int, path []Choice) *Node {
		for _, k := range g.kids(at, a) {
			if k.answers.Has(answer) {
				child := &Node{Path: path, Question: -1, Parent: n}
				p.list(g, child, k.at)
				return child
			}
		}
		return nil
	})
}

// telling picks the most telling question: the one named by the alternatives
// of the most readers. In the author's order it picks the first that tells
// anything, or opens the way for one that does.
func (p *planner) telling(rows []row, voids []Cube, possible Cube) int {
	for _, v := range voids {
		rows = append(rows, row{v, nobody})
	}
	tells := uint64(0)
	named := make([]count, len(possible))
	for _, r := range rows {
		readers := r.cube.readers(possible)
		for q, answers := range possible {
			if answers.Count() > 1 && answers&^r.cube[q] != 0 {
				tells |= 1<<q | p.before[q]
				if r.landing != nobody {
					named[q] = named[q].plus(readers)
				}
			}
		}
	}
	best := -1
	for q, answers := range possible {
		waits := slices.ContainsFunc(p.Decision.Questions[q].After, func(b int) bool { return possible[b].Count() > 1 })
		if answers.Count() < 2 || tells>>q&1 == 0 || waits {
			continue
		}
		if best < 0 || p.limit > 0 && named[best].less(named[q]) {
			best = q
		}
	}
	return best
}

// distinct counts the questions of a tree that differ in what they ask or in
// what they lead to: to the same pages, or to questions that count once.
func distinct(root *Node) int {
	ids := map[string]int{}
	var number func(n *Node) int
	number = func(n *Node) int {
		if n == nil {
			return -1
		}
		key := fmt.Sprint(n.Question, n.Landing, each(n.Children, number))
		if _, ok := ids[key]; !ok {
			ids[key] = len(ids)
		}
		return ids[key]
	}
	number(root)
	return len(ids) - len(root.Landings())
}
