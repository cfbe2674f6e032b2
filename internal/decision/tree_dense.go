package decision

import (
	"math/big"
	"slices"
)

// maxDense is how many states a dense graph may have. Eight questions of four
// answers have 5^8 = 390,625; ten of three have 1,048,576.
const maxDense = 2_000_000

// dense is the graph of a decision small enough to list every state in a
// table: for each question it says which answer was given, if any. Answers
// that behave the same everywhere are one class, and a question that does
// nothing, not even open the way for another, is left out.
//
// A state's number has a digit for each question, 0 for "not asked", so that
// giving an answer adds a multiple of the question's stride.
type dense struct {
	asks  []denseQuestion
	land  []int32
	count []count
	depth []uint8
	spare *big.Int    // combinations of answers to the questions left out
	room  [][2]bitset // for the rows that are left, by how many questions were asked
	buf   []option
}

type denseQuestion struct {
	question int
	classes  []Answers
	stride   int32
	after    []int // indices into asks
}

// newDense returns nil where the decision has too many states.
func newDense(d *Decision) *dense {
	t := newTable(d)
	g := &dense{spare: big.NewInt(1)}
	at := make([]int, len(d.Questions))
	size := 1
	for q := range d.Questions {
		classes := t.classes(d, q)
		if at[q] = len(g.asks); len(classes) == 1 && !opens(d, q) {
			g.spare.Mul(g.spare, big.NewInt(int64(len(d.Questions[q].Answers))))
			continue
		}
		g.asks = append(g.asks, denseQuestion{question: q, classes: classes, stride: int32(size)})
		if size *= len(classes) + 1; size > maxDense {
			return nil
		}
	}
	for i := range g.asks {
		for _, q := range d.Questions[g.asks[i].question].After {
			g.asks[i].after = append(g.asks[i].after, at[q])
		}
	}
	g.land, g.count, g.depth = make([]int32, size), make([]count, size), make([]uint8, size)
	for range g.asks {
		g.room = append(g.room, [2]bitset{t.all(), slices.Clone(t.void)})
	}
	g.fill(t, 0, 0, t.all(), t.void)
	g.merge()
	return g
}

// opens reports whether a question has to be asked before some other one.
func opens(d *Decision, q int) bool {
	return slices.ContainsFunc(d.Questions, func(other Question) bool { return slices.Contains(other.After, q) })
}

// fill finds where every single reader lands: alive are the rows that hold so
// far, void the impossible ones.
func (g *dense) fill(t *table, i int, state int32, alive, void bitset) {
	if i == len(g.asks) {
		g.land[state] = nobody
		if row := alive.first(); row >= 0 && void.first() < 0 {
			g.land[state], g.count[state] = int32(t.landing[row]), count{lo: 1}
		}
		return
	}
	q := &g.asks[i]
	for c, answers := range q.classes {
		a := answers.first()
		g.fill(t, i+1, state+int32(c+1)*q.stride,
			g.room[i][0].meet(alive, t.rows[q.question][a]), g.room[i][1].meet(void, t.voids[q.question][a]))
	}
}

// merge finds where the readers of every other state land, from the states in
// which one question more was asked. Those have higher numbers.
func (g *dense) merge() {
	for s := int32(len(g.land)) - 1; s >= 0; s-- {
		open := -1
		for i := range g.asks {
			if g.digit(s, i) > 0 {
				g.depth[s]++
			} else {
				open = i
			}
		}
		if open >= 0 {
			g.mergeOn(s, &g.asks[open])
		}
	}
}

func (g *dense) mergeOn(s int32, q *denseQuestion) {
	g.land[s] = nobody
	for c, answers := range q.classes {
		kid := s + int32(c+1)*q.stride
		if g.land[kid] == nobody {
			continue
		}
		g.count[s] = g.count[s].plus(g.count[kid].times(answers.Count()))
		if g.land[s] == nobody {
			g.land[s] = g.land[kid]
		} else if g.land[s] != g.land[kid] {
			g.land[s] = unsettled
		}
	}
}

// digit returns the class of the answer given to a question, counted from 1,
// or 0 where it was not asked.
func (g *dense) digit(s int32, i int) int {
	q := &g.asks[i]
	return int(s/q.stride) % (len(q.classes) + 1)
}

func (g *dense) states() int           { return len(g.land) }
func (g *dense) landing(s int32) int   { return int(g.land[s]) }
func (g *dense) readers(s int32) count { return g.count[s] }
func (g *dense) asked(s int32) int     { return int(g.depth[s]) }

func (g *dense) options(s int32) []option {
	g.buf = g.buf[:0]
	for i := range g.asks {
		if g.digit(s, i) == 0 && g.ready(s, i) && g.possible(s, i) > 1 {
			g.add(s, &g.asks[i])
		}
	}
	return g.buf
}

// ready reports whether all that must be asked before a question has been, or
// has only one possible answer.
func (g *dense) ready(s int32, i int) bool {
	for _, before := range g.asks[i].after {
		if g.digit(s, before) == 0 && g.possible(s, before) > 1 {
			return false
		}
	}
	return true
}

// possible counts the answers to a question that some reader in the state gives.
func (g *dense) possible(s int32, i int) int {
	n, q := 0, &g.asks[i]
	for c, answers := range q.classes {
		if g.land[s+int32(c+1)*q.stride] != nobody {
			n += answers.Count()
		}
	}
	return n
}

// add appends an option to the buffer and reuses what memory it has there.
func (g *dense) add(s int32, q *denseQuestion) {
	if len(g.buf) < cap(g.buf) {
		g.buf = g.buf[:len(g.buf)+1]
	} else {
		g.buf = append(g.buf, option{})
	}
	o := &g.buf[len(g.buf)-1]
	o.question, o.kids = q.question, o.kids[:0]
	for c, answers := range q.classes {
		if state := s + int32(c+1)*q.stride; g.land[state] != nobody {
			o.kids = append(o.kids, kid{answers, state})
		}
	}
}
