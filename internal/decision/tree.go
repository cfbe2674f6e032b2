package decision

import (
	"fmt"
	"math/big"
	"math/bits"
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
	*Decision
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
	readers  count   // at a leaf, how many arrive
}

// Walk calls visit for the node and every node below it, in the order shown.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, child := range n.Kids() {
		child.Walk(visit)
	}
}

// Kids returns the node's children without those that are impossible.
func (n *Node) Kids() []*Node { return keep(n.Children, func(c *Node) bool { return c != nil }) }

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
// those of all tables, and the rules looked at, of which a node counts for some;
// and as many again to compare trees that are equally good.
const (
	maxTable  = 400_000
	partTable = 20_000
	maxTables = 1_000_000
	maxLooks  = 30_000_000
	nodeLooks = 200
)

// planner grows a tree from the start.
type planner struct {
	*meter
	d      *Decision
	limit  int      // states that the next table may have; 0 to ask in the author's order
	tables int      // states that all further tables may have
	before []uint64 // by question: all that must be asked before it, near and far
}

// row is an alternative of a landing page.
type row struct {
	cube    Cube
	landing int
}

func plan(d *Decision, limit int) *Tree {
	p := &planner{&meter{left: maxLooks}, d, limit, maxTables, d.before()}
	var rows []row
	for i, r := range d.Landings {
		rows = append(rows, each(r.Alternatives, func(a Alternative) row { return row{a.Cube, i} })...)
	}
	t := &Tree{Decision: d}
	if !p.try(func() { t.Root, t.Optimal = p.grow(nil, nil, d.whole, rows) }) {
		t.TooLarge = "it takes too long to find an order of its questions"
		return t
	}
	t.measure()
	return t
}

// measure counts what there is in the nodes, and unlists them where they are
// too many.
func (t *Tree) measure() {
	var readers, sum count
	t.Root.Walk(func(n *Node) {
		if n.Question >= 0 {
			t.Asks++
			return
		}
		t.Leaves++
		t.Worst = max(t.Worst, len(n.Path))
		readers, sum = readers.Add(n.readers), sum.Add(n.readers.Mul64(uint64(len(n.Path))))
	})
	t.Average = new(big.Rat).SetFrac(sum.Big(), readers.Big())
	t.Nodes = t.Root.distinct()
	if states := t.Asks + t.Leaves; states > MaxStates {
		t.Root, t.TooLarge = nil, fmt.Sprintf("it has %d states, each of them a page, and the limit is %d", states, MaxStates)
	}
}

// distinct counts the questions at and below a node that differ in what they
// ask or in what they lead to: to the same pages, or to questions that count
// once.
func (n *Node) distinct() int {
	ids := map[string]int{}
	n.number(ids)
	return len(ids) - len(n.Landings())
}

// number gives a node a number that all that are like it share.
func (n *Node) number(ids map[string]int) int {
	if n == nil {
		return -1
	}
	key := fmt.Sprint(n.Question, n.Landing, each(n.Children, func(c *Node) int { return c.number(ids) }))
	if _, ok := ids[key]; !ok {
		ids[key] = len(ids)
	}
	return ids[key]
}

// grow makes the node for some readers, and all below it. It reports whether
// no tree is better.
func (p *planner) grow(parent *Node, path []Choice, who Cube, rows []row) (n *Node, optimal bool) {
	p.spend(nodeLooks + len(rows)*len(who))
	rows = keep(rows, func(r row) bool { return p.d.touches(r.cube, who) })
	if len(rows) == 0 {
		return nil, true
	}
	if g := newTable(p, who, rows, min(p.limit, p.tables)); g != nil {
		p.tables -= len(g.states)
		if parent == nil {
			return g.fewestNodes(), true
		}
		return g.node(parent, path, 0), true
	}
	p.limit = min(p.limit, partTable)
	n = &Node{Path: path, Question: -1, Landing: rows[0].landing, Parent: parent}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.landing != n.Landing }) {
		n.readers = newSpace(p.meter, who, nil, p.d.voids()).all().none
		return n, true
	}
	n.Question, n.Landing = p.telling(rows, p.d.possible(who)), unsettled
	for a := range p.d.Questions[n.Question].Answers {
		step := Choice{n.Question, a}
		child, _ := p.grow(n, append(slices.Clip(path), step), who.with(step.Question, 1<<a), rows)
		n.Children = append(n.Children, child)
	}
	return n, false
}

// telling picks the most telling question: the one named by the rules of the
// most readers. In the author's order it picks the first that tells anything,
// or opens the way for one that does.
func (p *planner) telling(rows []row, possible Cube) int {
	weight := make([]count, len(possible))
	for _, c := range append(p.d.voids(), each(rows, func(r row) Cube { return r.cube })...) {
		for q, answers := range possible {
			if answers&^c[q] == 0 {
				continue
			}
			for opens := p.before[q] | 1<<q; opens != 0; opens &= opens - 1 {
				b := bits.TrailingZeros64(opens)
				weight[b] = weight[b].AddWrap(c.readers(possible))
			}
		}
	}
	best := -1
	for q, answers := range possible {
		waits := slices.ContainsFunc(p.d.Questions[q].After, func(b int) bool { return possible[b].Count() > 1 })
		tells := answers.Count() > 1 && !weight[q].IsZero() && !waits
		if tells && (best < 0 || p.limit > 0 && weight[best].Cmp(weight[q]) < 0) {
			best = q
		}
	}
	return best
}
