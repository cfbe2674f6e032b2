package decision

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
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
	asks   []ask
	states []state
}

type ask struct {
	question int
	classes  []Answers
	stride   int
	after    []int // indices into asks
}

// state is some answers given.
type state struct {
	landing int // where all readers land who gave them; unsettled; or nobody
	readers count
	depth   int // questions they were asked
	best    int // the question asked here, as an index into asks
	cost
}

// cost is what is still to be asked in a state.
type cost struct {
	worst int
	sum   count // questions put to all readers together
	nodes int   // a stand-in for distinct nodes
}

// What a state says that has no landing.
const (
	unsettled = -1
	nobody    = -2
)

// newTable plans for the readers in a box; it is nil where that takes more
// states than limit.
func newTable(d *Decision, who Cube, rows []row, voids []Cube, limit int) *table {
	g := &table{}
	at := make([]int, len(who))
	size, alike := 1, count{lo: 1}
	for q, answers := range who {
		classes := []Answers{answers}
		for _, c := range append(each(rows, func(r row) Cube { return r.cube }), voids...) {
			classes = refine(classes, c[q])
		}
		opens := slices.ContainsFunc(d.Questions, func(o Question) bool { return slices.Contains(o.After, q) })
		if at[q] = -1; len(classes) == 1 && (answers.Count() == 1 || !opens) {
			alike = alike.times(answers.Count())
			continue
		}
		slices.SortFunc(classes, func(a, b Answers) int { return a.first() - b.first() })
		at[q] = len(g.asks)
		g.asks = append(g.asks, ask{question: q, classes: classes, stride: size})
		if size *= len(classes) + 1; size > limit {
			return nil
		}
	}
	for i := range g.asks {
		for _, b := range d.Questions[g.asks[i].question].After {
			if at[b] >= 0 {
				g.asks[i].after = append(g.asks[i].after, at[b])
			}
		}
	}
	g.states = slices.Repeat([]state{{landing: nobody}}, size)
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
		s := &g.states[at]
		for _, kids := range g.options(at) {
			if c := g.cost(at, kids); s.worst == 0 || c.worst < s.worst {
				s.worst = c.worst
			}
		}
	}
	for at := len(g.states) - 1; at >= 0; at-- {
		s := &g.states[at]
		for i, kids := range g.options(at) {
			c := g.cost(at, kids)
			if g.allows(at, c) && (s.nodes == 0 || cmp.Or(c.sum.compare(s.sum), c.nodes-s.nodes) < 0) {
				s.best, s.sum, s.nodes = i, c.sum, c.nodes
			}
		}
	}
}

// merge finds where the readers of a state land from the states in which one
// question more was asked.
func (g *table) merge(at int) {
	s := &g.states[at]
	for _, a := range g.asks {
		if g.asked(at, a) {
			s.depth++
			continue
		}
		s.landing, s.readers = nobody, count{}
		for c, answers := range a.classes {
			k := &g.states[at+(c+1)*a.stride]
			s.readers = s.readers.plus(k.readers.times(answers.Count()))
			if s.landing == nobody {
				s.landing = k.landing
			} else if k.landing != nobody && k.landing != s.landing {
				s.landing = unsettled
			}
		}
	}
}

func (g *table) asked(at int, a ask) bool { return at/a.stride%(len(a.classes)+1) > 0 }

// kid is a state that some answers to a question lead to.
type kid struct {
	at      int
	answers Answers
}

// options returns the questions that can be asked in an unsettled state, as
// indices into asks, and what they lead to, in the author's order.
func (g *table) options(at int) iter.Seq2[int, []kid] {
	return func(yield func(int, []kid) bool) {
		for i, a := range g.asks {
			waits := func(b int) bool { return g.kids(at, g.asks[b]) != nil }
			if g.states[at].landing != unsettled || slices.ContainsFunc(a.after, waits) {
				continue
			}
			if kids := g.kids(at, a); kids != nil && !yield(i, kids) {
				return
			}
		}
	}
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

// cost is that of a question and of all that follows.
func (g *table) cost(at int, kids []kid) cost {
	c := cost{1, g.states[at].readers, 1}
	for _, k := range kids {
		s := &g.states[k.at]
		c.worst = max(c.worst, s.worst+1)
		c.sum = c.sum.plus(s.sum.times(k.answers.Count()))
		c.nodes += s.nodes
	}
	return c
}

// allows reports whether the start leaves a question to a state.
func (g *table) allows(at int, c cost) bool { return g.states[at].depth+c.worst <= g.states[0].worst }

// fewestNodes settles on the tree with the fewest distinct nodes, by comparing
// all trees that are best otherwise; the author's order decides between
// equals. Where they are too many, the stand-in has to do.
//
// It is enough to compare trees that ask the same question wherever the same
// state stands: putting one subtree in the place of all others that answer the
// same state never adds a node.
func (g *table) fewestNodes() {
	v := variants{g, &meter{left: 10_000_000}, map[int][]*variant{}}
	v.try(func() {
		v.take(slices.MinFunc(v.of(0), func(a, b *variant) int { return v.distinct(a) - v.distinct(b) }))
	})
}

// variants are the best trees below each state, the author's first.
type variants struct {
	*table
	*meter
	known map[int][]*variant
}

type variant struct {
	text     string // equal trees are written alike
	at, best int
	kids     []*variant
}

func (v variants) of(at int) []*variant {
	s := v.states[at]
	if s.landing >= 0 {
		return []*variant{{text: fmt.Sprint(s.landing), at: at}}
	}
	if v.known[at] == nil {
		for i, kids := range v.options(at) {
			if c := v.cost(at, kids); v.allows(at, c) && c.sum == s.sum {
				v.known[at] = append(v.known[at], v.combine(at, i, kids)...)
			}
		}
	}
	return v.known[at]
}

// combine lists the trees that begin with one question.
func (v variants) combine(at, question int, kids []kid) []*variant {
	all := []*variant{{text: fmt.Sprint("?", question), at: at, best: question}}
	for _, k := range kids {
		var longer []*variant
		for _, head := range all {
			for _, below := range v.of(k.at) {
				text := fmt.Sprintf("%s %d(%s)", head.text, k.answers, below.text)
				v.spend(500 + len(text))
				longer = append(longer, &variant{text, at, question, append(slices.Clip(head.kids), below)})
			}
		}
		all = longer
	}
	return all
}

// distinct counts the questions in a tree, those with equal text once.
func (v variants) distinct(tree *variant) int {
	seen := map[string]bool{}
	var visit func(*variant)
	visit = func(tree *variant) {
		if v.spend(20); !seen[tree.text] && len(tree.kids) > 0 {
			seen[tree.text] = true
			for _, k := range tree.kids {
				visit(k)
			}
		}
	}
	visit(tree)
	return len(seen)
}

// take makes the table plan as a tree does.
func (v variants) take(tree *variant) {
	v.states[tree.at].best = tree.best
	for _, k := range tree.kids {
		v.take(k)
	}
}
