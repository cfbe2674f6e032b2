package decision

import (
	"math"
	"math/big"
	"math/bits"
	"slices"
)

// ground is where the readers of a decision stand: every combination of
// answers but the impossible ones. Its boxes are never enumerated.
type ground struct {
	whole Cube
	void  []Cube // nobody stands in these
}

func (d *Decision) ground() *ground {
	g := &ground{}
	for _, q := range d.Questions {
		g.whole = append(g.whole, every(len(q.Answers)))
	}
	for _, v := range d.Impossible {
		g.void = append(g.void, v.Cube)
	}
	return g
}

// every returns the set of the first n answers.
func every(n int) Answers { return ^Answers(0) >> (MaxAnswers - n) }

// first returns the first answer of a set that is not empty.
func (a Answers) first() int { return bits.TrailingZeros64(uint64(a)) }

// inhabited reports whether any reader stands in the box.
func (g *ground) inhabited(c Cube) bool { return !c.empty() && escape(c, g.void) != nil }

func (c Cube) empty() bool { return slices.Contains(c, 0) }

// meet returns the box that two boxes share; ok is false where it is empty.
func (c Cube) meet(d Cube) (shared Cube, ok bool) {
	if !c.meets(d) {
		return nil, false
	}
	shared = slices.Clone(c)
	for q := range c {
		shared[q] &= d[q]
	}
	return shared, true
}

func (c Cube) meets(d Cube) bool {
	for q := range c {
		if c[q]&d[q] == 0 {
			return false
		}
	}
	return true
}

// with returns c, narrowed to some answers of one question.
func (c Cube) with(q int, a Answers) Cube {
	c = slices.Clone(c)
	c[q] &= a
	return c
}

// within reports whether c lies in d.
func (c Cube) within(d Cube) bool {
	for q := range c {
		if c[q]&^d[q] != 0 {
			return false
		}
	}
	return true
}

// escape returns a box within c, which is not empty, that lies in none of the
// boxes; nil where they cover c. A few boxes are looked at in the plain way;
// after that the search of the proof takes over, which remembers what it has
// seen.
func escape(c Cube, boxes []Cube) Cube {
	steps := 1000
	e := slip(c, boxes, &steps)
	if steps < 0 {
		return findOutside(&meter{left: math.MaxInt}, c, boxes)
	}
	return e
}

func slip(c Cube, boxes []Cube, steps *int) Cube {
	i := slices.IndexFunc(boxes, c.meets)
	if i < 0 {
		return c
	}
	for piece := range beside(c, boxes[i]) {
		if *steps -= len(boxes); *steps < 0 {
			return nil
		}
		if e := slip(piece, boxes[i+1:], steps); e != nil {
			return e
		}
	}
	return nil
}

// beside splits what c has outside of b into boxes that do not overlap.
func beside(c, b Cube) func(yield func(Cube) bool) {
	return func(yield func(Cube) bool) {
		rest := slices.Clone(c)
		for q := range c {
			if out := rest[q] &^ b[q]; out != 0 {
				if !yield(rest.with(q, out)) {
					return
				}
				rest[q] &= b[q]
			}
		}
	}
}

// readersIn counts the combinations in c that lie in none of the boxes.
func readersIn(c Cube, boxes []Cube) *big.Int {
	if slices.ContainsFunc(boxes, c.meets) {
		return countOutside(&meter{left: math.MaxInt}, c, boxes)
	}
	return c.readers(c).big()
}
