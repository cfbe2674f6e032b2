package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// sparse is the graph of a decision with too many states to list. It finds the
// states that can be reached, and treats two of them as one where the same
// questions were asked and the same rows still hold, because then they differ
// in nothing that is left to ask.
//
// In each state only the most telling questions are looked at, width of them.
// Where none had to be left out the graph is whole, and what is best in it is
// best of all.
type sparse struct {
	width  int
	author bool // the most telling question is the first that the author wrote
	whole  bool // no question was left out for the width

	d      *Decision
	table  *table
	ground *ground
	meter  *meter
	part   []bitset // by question: the alternatives that do not admit all its answers
	voided []bitset // likewise, the impossible combinations
	before []uint64 // by question: all that must be asked before it, near and far
	nodes  []sparseState
	seen   map[string]int32
	next   sparseState // room for a state that may turn out to be known
	key    []byte
}

type sparseState struct {
	asked       uint64
	alive, void bitset // rows that some reader of the state is in
	cube        Cube   // of the answers that the state was first found by
	land        int
	count       count
	options     []option
}

// newSparse returns nil where building the graph takes more work than meter
// allows: its unit is a word of memory looked at, so that the same decision
// gives the same tree on any machine.
func newSparse(d *Decision, width int, author bool, m *meter) *sparse {
	t := newTable(d)
	g := &sparse{width: width, author: author, whole: true, d: d, table: t, ground: d.ground(), meter: m, seen: map[string]int32{}}
	g.part, g.voided, g.before = partial(t.rows), partial(t.voids), d.before()
	g.next = sparseState{alive: t.all(), void: slices.Clone(t.void), cube: slices.Clone(g.ground.whole)}
	enough := m.try(func() {
		if g.narrow() {
			g.find()
		}
		for s := 0; s < len(g.nodes); s++ {
			if g.nodes[s].land == unsettled {
				g.nodes[s].options = g.expand(g.nodes[s])
			}
		}
	})
	if !enough {
		return nil
	}
	g.total()
	return g
}

// partial finds the rows that do not admit every answer to a question.
func partial(columns [][]bitset) []bitset {
	part := make([]bitset, len(columns))
	for q, answers := range columns {
		all, some := slices.Clone(answers[0]), slices.Clone(answers[0])
		for _, rows := range answers {
			for i := range rows {
				all[i] &= rows[i]
				some[i] |= rows[i]
			}
		}
		for i := range some {
			some[i] &^= all[i]
		}
		part[q] = some
	}
	return part
}

// before returns for every question all that must be asked before it.
func (d *Decision) before() []uint64 {
	before := make([]uint64, len(d.Questions))
	for range d.Questions { // each turn reaches one step further back
		for q := range d.Questions {
			for _, b := range d.Questions[q].After {
				before[q] |= before[b] | 1<<b
			}
		}
	}
	return before
}

// total counts the readers of every state that is not settled.
func (g *sparse) total() {
	for s := len(g.nodes) - 1; s >= 0; s-- {
		n := &g.nodes[s]
		if n.land != unsettled {
			continue
		}
		for _, k := range n.options[0].kids {
			n.count = n.count.plus(g.nodes[k.state].count.times(k.answers.Count()))
		}
	}
}

// narrow drops the rows of g.next that no reader is in, and finds where it
// lands; it returns false where there are no readers at all.
func (g *sparse) narrow() bool {
	s := &g.next
	if s.void.first() >= 0 {
		near := g.voids(*s)
		s.alive.each(func(i int) {
			g.meter.spend(len(near) * len(s.cube))
			if shared, meets := g.table.cubes[i].meet(s.cube); !meets || escape(shared, near) == nil {
				s.alive.clear(i)
			}
		})
	}
	row := s.alive.first()
	if row < 0 {
		return false
	}
	if s.land = g.table.landing[row]; !s.alive.within(g.table.of[s.land]) {
		s.land = unsettled
	}
	return true
}

// voids lists the impossible combinations that a state has to do with.
func (g *sparse) voids(s sparseState) []Cube {
	var near []Cube
	s.void.each(func(i int) { near = append(near, g.ground.void[i]) })
	return near
}

// find returns the number of the state g.next, a new one where it was not met
// before.
func (g *sparse) find() int32 {
	s := g.next
	g.key = s.void.key(s.alive.key(bitset{s.asked}.key(g.key[:0])))
	g.meter.spend(len(g.key) / 8)
	if known, ok := g.seen[string(g.key)]; ok {
		return known
	}
	g.meter.spend(100 + len(g.key))
	s.alive, s.void, s.cube = slices.Clone(s.alive), slices.Clone(s.void), slices.Clone(s.cube)
	if s.land != unsettled {
		s.count = outside(s.cube, g.voids(s))
	}
	number := int32(len(g.nodes))
	g.nodes = append(g.nodes, s)
	g.seen[string(g.key)] = number
	return number
}

// expand lists the questions worth asking in a state.
func (g *sparse) expand(s sparseState) []option {
	possible := g.possible(s)
	var worth []int
	for q := range g.d.Questions {
		if g.worth(s, q, possible) {
			worth = append(worth, q)
		}
	}
	if len(worth) > g.width {
		g.whole = false
		worth = g.telling(s, worth, possible)
	}
	options := make([]option, len(worth))
	for i, q := range worth {
		options[i] = option{q, g.kids(s, q, possible[q])}
	}
	return options
}

// possible finds the answers to every question that some reader in s gives;
// none for a question that was asked.
func (g *sparse) possible(s sparseState) []Answers {
	possible := slices.Clone(s.cube)
	near := g.voids(s)
	for q := range possible {
		if s.asked>>q&1 == 1 {
			possible[q] = 0
			continue
		}
		if g.voided[q].shared(s.void) == 0 {
			continue
		}
		for a := range g.d.Questions[q].Answers {
			g.meter.spend(len(near) * len(s.cube))
			if escape(s.cube.with(q, 1<<a), near) == nil {
				possible[q] &^= 1 << a
			}
		}
	}
	return possible
}

// worth reports whether a question can be asked in s, and its answer tells
// something or opens the way for a question whose answer does.
func (g *sparse) worth(s sparseState, q int, possible []Answers) bool {
	if possible[q].Count() < 2 {
		return false
	}
	for _, b := range g.d.Questions[q].After {
		if possible[b].Count() > 1 {
			return false
		}
	}
	for other := range g.d.Questions {
		if (other == q || g.before[other]>>q&1 == 1) && possible[other].Count() > 1 && g.tells(s, other) {
			return true
		}
	}
	return false
}

func (g *sparse) tells(s sparseState, q int) bool {
	g.meter.spend(len(s.alive))
	return g.part[q].shared(s.alive) > 0 || g.voided[q].shared(s.void) > 0
}

// telling picks the most telling questions: those that leave the fewest
// alternatives, taken over their possible answers. The picked ones are
// returned in the author's order.
func (g *sparse) telling(s sparseState, worth []int, possible []Answers) []int {
	if !g.author {
		left := make([]int, len(g.d.Questions))
		for _, q := range worth {
			for a, rows := range g.table.rows[q] {
				if possible[q].Has(a) {
					left[q] += rows.shared(s.alive)
					g.meter.spend(len(rows))
				}
			}
		}
		slices.SortStableFunc(worth, func(p, q int) int {
			return cmp.Compare(left[p]*possible[q].Count(), left[q]*possible[p].Count())
		})
	}
	worth = worth[:g.width]
	slices.Sort(worth)
	return worth
}

// kids finds the states that a question leads to.
func (g *sparse) kids(s sparseState, q int, possible Answers) []kid {
	kids := make([]kid, 0, possible.Count())
	for a := range g.d.Questions[q].Answers {
		if !possible.Has(a) {
			continue
		}
		g.meter.spend(16 + 2*(len(s.alive)+len(s.void)))
		g.next.asked = s.asked | 1<<q
		g.next.alive.meet(s.alive, g.table.rows[q][a])
		g.next.void.meet(s.void, g.table.voids[q][a])
		copy(g.next.cube, s.cube)
		g.next.cube[q] = 1 << a
		if !g.narrow() {
			continue
		}
		state := g.find()
		if i := slices.IndexFunc(kids, func(k kid) bool { return k.state == state }); i >= 0 {
			kids[i].answers |= 1 << a
		} else {
			kids = append(kids, kid{1 << a, state})
		}
	}
	return kids
}

func (g *sparse) states() int              { return len(g.nodes) }
func (g *sparse) landing(s int32) int      { return g.nodes[s].land }
func (g *sparse) readers(s int32) count    { return g.nodes[s].count }
func (g *sparse) asked(s int32) int        { return bits.OnesCount64(g.nodes[s].asked) }
func (g *sparse) options(s int32) []option { return g.nodes[s].options }
