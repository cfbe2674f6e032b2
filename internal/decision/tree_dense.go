package decision

import (
	"math/big"
	"slices"
)

// The table of a dense plan lists at most so many states, and counts at most
// so many readers in bits, so that questions put to all of them fit 64. Eight
// questions of four answers have 5^8 = 390,625 states.
const (
	maxDense     = 2_000_000
	denseReaders = 57
)

// dense is the best order of asking for some readers, few enough to list every
// set of answers they may give in a table. Answers that the rules do not tell
// apart are one class, and a question that does nothing, not even open the way
// for another, is left out.
//
// A state's number has a digit for each question: 0 for "not asked", else the
// class of the answer. Giving an answer adds a multiple of the question's
// stride, so states come before those that they lead to.
//
// "Best" is: the fewest questions in the worst case from the start on; then the
// fewest on average; then the fewest nodes, as a stand-in for distinct nodes
// (see [dense.smallest]); then the author's order. The worst case is that of
// the whole tree: away from its longest branch a longer path may be allowed if
// it is shorter on average. So a first pass finds the worst case of every
// state, and a second minimises the average among the questions that keep
// within what the start leaves to the state.
type dense struct {
	asks  []denseQuestion
	spare *big.Int // combinations of answers to the questions left out

	land  []int32  // where all readers of a state land; unsettled; or nobody
	count []uint64 // how many they are
	depth []uint8  // how many questions they were asked
	worst []uint8  // how many more, at most, if that is all that counts
	sum   []uint64 // questions put to all of them together, from here on
	size  []uint32 // nodes from here on
	best  []uint8  // the question asked here, as an index into options
	buf   []option
}

type denseQuestion struct {
	question int
	classes  []Answers
	stride   int32
	after    []int // indices into asks
}

// What a table says of a state that has no landing.
const (
	unsettled = -1
	nobody    = -2
)

// row is an alternative of a landing page.
type row struct {
	cube    Cube
	landing int
}

// option is a question that can be asked in a state.
type option struct {
	question int
	kids     []kid // in the order of their first answers; impossible answers are left out
}

// kid is a state that some answers to a question lead to.
type kid struct {
	answers Answers
	state   int32
}

// newDense plans for the readers in a box; nil where that takes more states
// than limit.
func newDense(d *Decision, who Cube, rows []row, voids []Cube, limit int) *dense {
	g := &dense{spare: big.NewInt(1)}
	at := make([]int, len(who))
	size, readers := 1, big.NewInt(1)
	for q, answers := range who {
		classes := classesOf(answers, q, rows, voids)
		if at[q] = -1; len(classes) == 1 && (answers.Count() == 1 || !d.opens(q)) {
			g.spare.Mul(g.spare, big.NewInt(int64(answers.Count())))
			continue
		}
		at[q] = len(g.asks)
		g.asks = append(g.asks, denseQuestion{question: q, classes: classes, stride: int32(size)})
		readers.Mul(readers, big.NewInt(int64(answers.Count())))
		if size *= len(classes) + 1; size > limit || readers.BitLen() > denseReaders {
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
	g.land, g.count, g.depth = slices.Repeat([]int32{nobody}, size), make([]uint64, size), make([]uint8, size)
	g.fill(0, 0, rows, voids)
	for s := int32(size) - 1; s >= 0; s-- {
		g.merge(s)
	}
	g.solve()
	return g
}

// opens reports whether a question has to be asked before some other one.
func (d *Decision) opens(q int) bool {
	return slices.ContainsFunc(d.Questions, func(other Question) bool { return slices.Contains(other.After, q) })
}

// classesOf groups answers to a question that no rule tells apart.
func classesOf(answers Answers, q int, rows []row, voids []Cube) []Answers {
	classes := []Answers{answers}
	for _, r := range rows {
		classes = refine(classes, r.cube[q])
	}
	for _, v := range voids {
		classes = refine(classes, v[q])
	}
	slices.SortFunc(classes, func(a, b Answers) int { return a.first() - b.first() })
	return classes
}

// fill finds where every single reader lands, given the rules that still hold.
func (g *dense) fill(i int, state int32, rows []row, voids []Cube) {
	switch {
	case len(rows) == 0:
		return
	case len(voids) == 0 && landingOf(rows) != unsettled:
		g.fillAll(i, state, int32(rows[0].landing))
		return
	case i == len(g.asks):
		return // impossible
	}
	q := &g.asks[i]
	for c, answers := range q.classes {
		g.fill(i+1, state+int32(c+1)*q.stride,
			keep(rows, func(r row) bool { return r.cube[q.question]&answers != 0 }),
			keep(voids, func(v Cube) bool { return v[q.question]&answers != 0 }))
	}
}

func (g *dense) fillAll(i int, state, landing int32) {
	if i == len(g.asks) {
		g.land[state], g.count[state] = landing, 1
		return
	}
	for c := range g.asks[i].classes {
		g.fillAll(i+1, state+int32(c+1)*g.asks[i].stride, landing)
	}
}

// keep returns the items that fit.
func keep[T any](items []T, fits func(T) bool) []T {
	var kept []T
	for _, item := range items {
		if fits(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

// landingOf returns the only landing of some rows, or unsettled.
func landingOf(rows []row) int {
	for _, r := range rows {
		if r.landing != rows[0].landing {
			return unsettled
		}
	}
	return rows[0].landing
}

// merge finds where the readers of a state land from the states in which one
// question more was asked.
func (g *dense) merge(s int32) {
	var open *denseQuestion
	for i := range g.asks {
		if g.digit(s, i) > 0 {
			g.depth[s]++
		} else {
			open = &g.asks[i]
		}
	}
	if open == nil {
		return
	}
	for c, answers := range open.classes {
		kid := s + int32(c+1)*open.stride
		g.count[s] += g.count[kid] * uint64(answers.Count())
		switch g.land[kid] {
		case nobody, g.land[s]:
		default:
			if g.land[s] == nobody {
				g.land[s] = g.land[kid]
			} else {
				g.land[s] = unsettled
			}
		}
	}
}

// digit returns the class of the answer given to a question, counted from 1,
// or 0 where it was not asked.
func (g *dense) digit(s int32, i int) int {
	return int(s/g.asks[i].stride) % (len(g.asks[i].classes) + 1)
}

// options returns the questions that can be asked in an unsettled state, in the
// author's order. They are valid until the next call.
func (g *dense) options(s int32) []option {
	g.buf = g.buf[:0]
	for i := range g.asks {
		if !g.open(s, i) || slices.ContainsFunc(g.asks[i].after, func(b int) bool { return g.open(s, b) }) {
			continue
		}
		if len(g.buf) < cap(g.buf) {
			g.buf = g.buf[:len(g.buf)+1] // with the memory that its kids had
		} else {
			g.buf = append(g.buf, option{})
		}
		o, q := &g.buf[len(g.buf)-1], &g.asks[i]
		o.question, o.kids = q.question, o.kids[:0]
		for c, answers := range q.classes {
			if state := s + int32(c+1)*q.stride; g.land[state] != nobody {
				o.kids = append(o.kids, kid{answers, state})
			}
		}
	}
	return g.buf
}

// open reports whether a question was not asked and has more than one answer
// that some reader in the state gives.
func (g *dense) open(s int32, i int) bool {
	if g.digit(s, i) > 0 {
		return false
	}
	n, q := 0, &g.asks[i]
	for c, answers := range q.classes {
		if g.land[s+int32(c+1)*q.stride] != nobody {
			n += answers.Count()
		}
	}
	return n > 1
}

func (g *dense) solve() {
	n := len(g.land)
	g.worst, g.sum, g.size, g.best = make([]uint8, n), make([]uint64, n), make([]uint32, n), make([]uint8, n)
	for s := int32(n) - 1; s >= 0; s-- {
		if g.land[s] != unsettled {
			continue
		}
		g.worst[s] = MaxQuestions
		for _, o := range g.options(s) {
			g.worst[s] = min(g.worst[s], g.deepest(o))
		}
	}
	for s := int32(n) - 1; s >= 0; s-- {
		if g.land[s] == unsettled && g.worst[s] <= g.allowed(s) {
			g.choose(s)
		}
	}
}

// deepest is the worst case after a question, which counts as well.
func (g *dense) deepest(o option) uint8 {
	deepest := uint8(0)
	for _, k := range o.kids {
		deepest = max(deepest, g.worst[k.state])
	}
	return deepest + 1
}

// allowed is how many questions the start leaves to a state.
func (g *dense) allowed(s int32) uint8 { return g.worst[0] - min(g.worst[0], g.depth[s]) }

// choose settles on the best question of a state whose kids are done.
func (g *dense) choose(s int32) {
	first := true
	for i, o := range g.options(s) {
		if g.deepest(o) > g.allowed(s) {
			continue
		}
		sum, size := g.cost(s, o)
		if first || sum < g.sum[s] || sum == g.sum[s] && size < g.size[s] {
			g.best[s], g.sum[s], g.size[s], first = uint8(i), sum, size, false
		}
	}
}

func (g *dense) cost(s int32, o option) (sum uint64, size uint32) {
	sum, size = g.count[s], 1
	for _, k := range o.kids {
		sum += g.sum[k.state] * uint64(k.answers.Count())
		size += g.size[k.state]
	}
	return sum, size
}

// equals returns the questions of a state that are as good as the best one, in
// the worst case and on average.
func (g *dense) equals(s int32) []option {
	var equal []option
	for _, o := range g.options(s) {
		if sum, _ := g.cost(s, o); sum == g.sum[s] && g.deepest(o) <= g.allowed(s) {
			equal = append(equal, option{o.question, slices.Clone(o.kids)})
		}
	}
	return equal
}
