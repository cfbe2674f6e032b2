package decision

import (
	"fmt"
	"math/big"
	"slices"
)

// MaxStates is how many states a tree may have for its nodes to be listed.
// Each of them becomes a page.
const MaxStates = 10_000

// maxWork bounds the search for a tree where not all states can be listed, in
// words of memory looked at: a third of a second or so.
const maxWork = 60_000_000

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

// Plan returns the best tree for a decision that has neither gaps nor overlaps.
func Plan(d *Decision) *Tree {
	if t := unplanned(d); t != nil {
		return t
	}
	if g := newDense(d); g != nil {
		return grown(d, g, g.spare, true)
	}
	var best *sparse
	m := &meter{left: maxWork}
	for _, width := range []int{1, 2, 3, 5, MaxQuestions} {
		wider := newSparse(d, width, false, m)
		if wider == nil {
			break
		}
		if best = wider; best.whole {
			break
		}
	}
	return best.tree(d)
}

// AuthorTree returns the tree that asks in the order the author wrote, as far
// as `after` lets it, and skips questions that no longer matter. Optimal and
// Smallest mean nothing in it.
func AuthorTree(d *Decision) *Tree {
	if t := unplanned(d); t != nil {
		return t
	}
	return newSparse(d, 1, true, &meter{left: maxWork}).tree(d)
}

func (g *sparse) tree(d *Decision) *Tree {
	if g == nil {
		return &Tree{Decision: d, TooLarge: "it has too many states to find any order of its questions"}
	}
	return grown(d, g, big.NewInt(1), g.whole)
}

// unplanned returns an empty tree where a decision is past all limits.
func unplanned(d *Decision) *Tree {
	if n := len(d.Questions); n > MaxQuestions {
		return &Tree{Decision: d, TooLarge: fmt.Sprintf("it has %d questions, and at most %d can be put in order", n, MaxQuestions)}
	}
	cells := big.NewInt(1)
	for _, q := range d.Questions {
		cells.Mul(cells, big.NewInt(int64(len(q.Answers))))
	}
	if cells.BitLen() > maxReaders {
		return &Tree{Decision: d, TooLarge: fmt.Sprintf("it has more than 2^%d combinations of answers", maxReaders)}
	}
	return nil
}

// grown makes the best tree of a graph. spare is by how much the graph's counts
// of readers fall short.
func grown(d *Decision, g graph, spare *big.Int, optimal bool) *Tree {
	if g.states() == 0 || g.landing(0) == nobody {
		return &Tree{Decision: d, Cells: new(big.Int), TooLarge: "no reader is left to ask"}
	}
	p := solve(g)
	h, root, smallest := p.smallest(d)
	n := h.list[root]
	t := &Tree{
		Decision: d,
		Worst:    int(p.worst[0]),
		Average:  new(big.Rat).SetFrac(p.sum[0].big(), p.readers(0).big()),
		Nodes:    h.distinct(root),
		Asks:     n.asks.int(),
		Leaves:   n.leaves.int(),
		Cells:    mul(p.readers(0), spare),
		Optimal:  optimal,
		Smallest: optimal && smallest,
	}
	if states := n.asks.plus(n.leaves).int(); states > MaxStates {
		t.TooLarge = fmt.Sprintf("it has %d states, each of them a page, and the limit is %d", states, MaxStates)
		return t
	}
	t.Root = (&grower{plan: p, shapes: h, spare: spare}).grow(nil, nil, root, 0)
	return t
}

func mul(c count, by *big.Int) *big.Int { return new(big.Int).Mul(c.big(), by) }

// grower lists the nodes of a tree, each by the path that leads to it.
type grower struct {
	*plan
	*shapes
	spare *big.Int
}

func (g *grower) grow(parent *Node, path []Choice, id, state int32) *Node {
	s := g.list[id]
	n := &Node{Path: path, Question: s.question, Landing: -1, Parent: parent, Cells: mul(g.readers(state), g.spare)}
	if s.question < 0 {
		n.Landing = s.landing
		return n
	}
	n.Children = make([]*Node, len(s.kids))
	for _, k := range g.kids(state, s.question) {
		for a := range s.kids {
			if k.answers.Has(a) {
				step := append(slices.Clip(path), Choice{s.question, a})
				n.Children[a] = g.grow(n, step, s.kids[a], k.state)
			}
		}
	}
	return n
}

// kids returns the states that a question leads to from a state.
func (g *grower) kids(state int32, question int) []kid {
	for _, o := range g.options(state) {
		if o.question == question {
			return slices.Clone(o.kids)
		}
	}
	panic("a tree asks what its plan does not")
}

// Walk calls visit for the node and every node below it, in the order shown.
func (n *Node) Walk(visit func(*Node)) {
	visit(n)
	for _, child := range n.Children {
		if child != nil {
			child.Walk(visit)
		}
	}
}
