package decision

import (
	"cmp"
	"math"
	"slices"

	"lukechampine.com/uint128"
)

// table is the best order of asking for some readers, few enough to list every
// set of answers they may give: a state. Answers that no rule tells apart are
// one class, and a question that does nothing, not even open the way for
// another, is left out.
//
// A state's number has a digit for each question: 0 for "not asked", else the
// class of the answer. Giving an answer adds a multiple of the question's
// stride, so states come before those that they lead to.
type table struct {
	*planner
	asks   []ask
	states []state
}

type ask struct {
	question int
	classes  []Answers
	stride   int
	after    []int // questions
}

// state is some answers given.
type state struct {
	landing int // where all readers land who gave them; unsettled; or nobody
	readers count
	depth   int // questions they were asked
	option      // the best of those it has
}

// option is a question that can be asked in a state, and what it costs with all
// that follows.
type option struct {
	ask   int // as an index into asks
	worst int
	sum   count // questions put to all readers together
	nodes int   // a stand-in for distinct nodes
}

// What a state says that has no landing.
const unsettled, nobody = -1, -2

// newTable plans for the readers in a box; it is nil where that takes more
// states than limit.
func newTable(p *planner, who Cube, rows []row, limit int) *table {
	g := &table{planner: p}
	size, alike := 1, uint128.From64(1)
	voids := keep(p.d.voids(), who.meets)
	cubes := append(each(rows, func(r row) Cube { return r.cube }), voids...)
	for q, answers := range who {
		classes := []Answers{answers}
		for _, c := range cubes {
			classes = refine(classes, c[q])
		}
		opens := slices.ContainsFunc(p.before, func(before uint64) bool { return before>>q&1 == 1 })
		if len(classes) == 1 && (answers.Count() == 1 || !opens) {
			alike = times(alike, answers)
			continue
		}
		slices.SortFunc(classes, func(a, b Answers) int { return cmp.Compare(a&-a, b&-b) })
		g.asks = append(g.asks, ask{q, classes, size, p.d.Questions[q].After})
		if size *= len(classes) + 1; size > limit {
			return nil
		}
	}
	g.states = slices.Repeat([]state{{landing: nobody, depth: len(g.asks)}}, size)
	g.fill(0, 0, alike, rows, voids)
	g.solve()
	return g
}

// fill finds where single readers land, given the rules that still hold; so
// many of them are alike.
func (g *table) fill(i, at int, alike count, rows []row, voids []Cube) {
	if i == len(g.asks) {
		if len(voids) == 0 {
			g.states[at].landing, g.states[at].readers = rows[0].landing, alike
		}
		return
	}
	a := g.asks[i]
	for c, answers := range a.classes {
		g.fill(i+1, at+(c+1)*a.stride, alike,
			keep(rows, func(r row) bool { return r.cube[a.question]&answers != 0 }),
			keep(voids, func(v Cube) bool { return v[a.question]&answers != 0 }))
	}
}

// solve finds the best question of every state. The worst case counts from the
// start on: away from the longest branch of a tree, a longer path is allowed if
// it is shorter on average. So a first pass finds the worst case of every
// state, and a second one the best question that keeps within what the start
// leaves to the state.
func (g *table) solve() {
	for at := len(g.states) - 1; at >= 0; at-- {
		g.merge(at)
		if all := g.options(at); len(all) > 0 {
			g.states[at].worst = slices.MinFunc(all, func(a, b option) int { return a.worst - b.worst }).worst
		}
	}
	for at := len(g.states) - 1; at >= 0; at-- {
		s := &g.states[at]
		for _, o := range g.options(at) {
			if g.allows(at, o) && (s.nodes == 0 || cmp.Or(o.sum.Cmp(s.sum), o.nodes-s.nodes) < 0) {
				s.option = o
			}
		}
	}
}

// merge finds where the readers of a state land from the states in which one
// question more was asked, whichever that is.
func (g *table) merge(at int) {
	open := slices.IndexFunc(g.asks, func(a ask) bool { return !g.asked(at, a) })
	if open < 0 {
		return
	}
	s, a := &g.states[at], g.asks[open]
	for c, answers := range a.classes {
		k := &g.states[at+(c+1)*a.stride]
		s.depth, s.readers = k.depth-1, s.readers.Add(times(k.readers, answers))
		if s.landing == nobody {
			s.landing = k.landing
		} else if k.landing != nobody && k.landing != s.landing {
			s.landing = unsettled
		}
	}
}

func (g *table) asked(at int, a ask) bool { return at/a.stride%(len(a.classes)+1) > 0 }

// kid is a state that some answers to a question lead to.
type kid struct {
	at      int
	answers Answers
}

// options returns the questions that can be asked in an unsettled state, in
// the author's order.
func (g *table) options(at int) (all []option) {
	s := &g.states[at]
	if s.landing != unsettled {
		return nil
	}
	for i, a := range g.asks {
		waits := func(b ask) bool { return slices.Contains(a.after, b.question) && g.kids(at, b) != nil }
		kids := g.kids(at, a)
		if kids == nil || slices.ContainsFunc(g.asks, waits) {
			continue
		}
		o := option{ask: i, worst: 1, sum: s.readers, nodes: 1}
		for _, k := range kids {
			below := &g.states[k.at]
			o.worst = max(o.worst, below.worst+1)
			o.sum = o.sum.Add(times(below.sum, k.answers))
			o.nodes += below.nodes
		}
		all = append(all, o)
	}
	return all
}

// kids returns the states that a question leads to, in the order of their
// first answers; nil where it was asked or has one possible answer left.
func (g *table) kids(at int, a ask) (kids []kid) {
	if g.asked(at, a) {
		return nil
	}
	kids = make([]kid, 0, len(a.classes))
	for c, answers := range a.classes {
		if k := at + (c+1)*a.stride; g.states[k].landing != nobody {
			kids = append(kids, kid{k, answers})
		}
	}
	if len(kids) == 1 && kids[0].answers.Count() == 1 {
		return nil
	}
	return kids
}

// allows reports whether the start leaves an option to a state.
func (g *table) allows(at int, o option) bool { return g.states[at].depth+o.worst <= g.states[0].worst }

// node lists the nodes from a state on.
func (g *table) node(parent *Node, path []Choice, at int) *Node {
	g.spend(nodeLooks)
	s := g.states[at]
	n := &Node{Path: path, Question: -1, Landing: s.landing, Parent: parent, readers: s.readers}
	if s.landing >= 0 {
		return n
	}
	a := g.asks[s.ask]
	n.Question, n.Children = a.question, make([]*Node, len(g.d.Questions[a.question].Answers))
	for _, k := range g.kids(at, a) {
		for answer := range n.Children {
			if k.answers.Has(answer) {
				n.Children[answer] = g.node(n, append(slices.Clip(path), Choice{a.question, answer}), k.at)
			}
		}
	}
	return n
}

// fewestNodes returns the tree with the fewest distinct nodes, by comparing
// all trees that are best otherwise; the author's order decides between
// equals. Where they are too many, the stand-in has to do.
//
// It is enough to compare trees that ask the same question wherever the same
// state stands: putting one subtree in the place of all others that answer the
// same state never adds a node.
func (g *table) fewestNodes() *Node {
	root, least := g.node(nil, nil, 0), math.MaxInt
	var best *Node
	var decide func(open []int)
	decide = func(open []int) {
		if len(open) == 0 {
			tree := g.node(nil, nil, 0)
			if n := tree.distinct(); n < least {
				best, least = tree, n
			}
			return
		}
		at, s := open[0], &g.states[open[0]]
		if s.landing >= 0 {
			decide(open[1:])
		}
		for _, o := range g.options(at) {
			if o.sum == s.sum && g.allows(at, o) {
				s.option = o
				decide(append(each(g.kids(at, g.asks[o.ask]), func(k kid) int { return k.at }), open[1:]...))
			}
		}
	}
	g.meter = &meter{left: maxLooks}
	if g.try(func() { decide([]int{0}) }) {
		return best
	}
	return root
}
