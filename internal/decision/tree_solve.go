package decision

import "slices"

// A graph is what a planner knows of a decision: its states, which are sets of
// answers given, and the questions that can be asked in each. A state's number
// is lower than those of the states its questions lead to; 0 is the start.
type graph interface {
	states() int
	landing(state int32) int // the page settled on, as an index into Landings; unsettled; or nobody
	readers(state int32) count
	asked(state int32) int // how many questions were asked on the way
	// options returns the questions to ask at an unsettled state, in the
	// author's order. They are valid until the next call.
	options(state int32) []option
}

// What a graph says of a state that has no landing.
const (
	unsettled = -1
	nobody    = -2
)

// option is one question that can be asked in a state.
type option struct {
	question int
	kids     []kid // in the order of their first answers; impossible answers are left out
}

// kid is a state that some answers of a question lead to.
type kid struct {
	answers Answers
	state   int32
}

// plan is the best question for every state of a graph, where best means: the
// fewest questions in the worst case from the start on; then the fewest on
// average; then the fewest states, as a stand-in for the fewest distinct nodes
// until [plan.smallest] compares those; then the author's order.
//
// The worst case is a property of the whole tree: away from its longest branch
// a longer path may be allowed if it is shorter on average. So the first pass
// finds the worst case of every state, and the second minimises the average
// among the questions that keep within what the start leaves to the state.
type plan struct {
	graph
	worst []uint8
	sum   []count // questions put to all readers of the state together
	size  []many  // states below this one, itself included
	best  []uint8 // index into options
}

// impossibleDepth marks states that cannot keep within the worst case.
const impossibleDepth = 255

func solve(g graph) *plan {
	n := g.states()
	p := &plan{graph: g, worst: make([]uint8, n), sum: make([]count, n), size: make([]many, n), best: make([]uint8, n)}
	for s := int32(n) - 1; s >= 0; s-- {
		if g.landing(s) == unsettled {
			p.worst[s] = p.worstCase(s)
		}
	}
	for s := int32(n) - 1; s >= 0; s-- {
		switch {
		case g.landing(s) != unsettled:
			p.size[s] = 1
		case int(p.worst[s]) <= p.allowed(s):
			p.choose(s)
		}
	}
	return p
}

// allowed returns how many questions may follow in a state.
func (p *plan) allowed(s int32) int { return int(p.worst[0]) - p.asked(s) }

func (p *plan) worstCase(s int32) uint8 {
	least := uint8(impossibleDepth)
	for _, o := range p.options(s) {
		least = min(least, p.deepest(o)+1)
	}
	return least
}

func (p *plan) deepest(o option) uint8 {
	deepest := uint8(0)
	for _, k := range o.kids {
		deepest = max(deepest, p.worst[k.state])
	}
	return deepest
}

// choose settles on the best question of a state whose kids are done.
func (p *plan) choose(s int32) {
	first := true
	for i, o := range p.options(s) {
		if int(p.deepest(o)) >= p.allowed(s) {
			continue
		}
		sum, size := p.cost(s, o)
		if first || sum.less(p.sum[s]) || sum == p.sum[s] && size < p.size[s] {
			p.best[s], p.sum[s], p.size[s], first = uint8(i), sum, size, false
		}
	}
}

func (p *plan) cost(s int32, o option) (sum count, size many) {
	sum, size = p.readers(s), 1
	for _, k := range o.kids {
		sum = sum.plus(p.sum[k.state].times(k.answers.Count()))
		size = size.plus(p.size[k.state].times(k.answers.Count()))
	}
	return sum, size
}

// equals returns the questions of a state that are as good as the best one, in
// the worst case and on average.
func (p *plan) equals(s int32) []option {
	var equal []option
	for _, o := range p.options(s) {
		if int(p.deepest(o)) >= p.allowed(s) {
			continue
		}
		if sum, _ := p.cost(s, o); sum == p.sum[s] {
			equal = append(equal, option{o.question, slices.Clone(o.kids)})
		}
	}
	return equal
}

// chosen returns the question that is asked in a state.
func (p *plan) chosen(s int32) option { return p.options(s)[p.best[s]] }
