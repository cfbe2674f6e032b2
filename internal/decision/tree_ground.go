package decision

import (
	"math"
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
	g := &ground{whole: make(Cube, len(d.Questions))}
	for i, q := range d.Questions {
		g.whole[i] = every(len(q.Answers))
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

// readers returns a box within c in which every combination is possible, or
// nil where none is.
func (g *ground) readers(c Cube) Cube {
	if c.empty() {
		return nil
	}
	return escape(c, g.void)
}

// covered reports whether every reader in c stands in one of the boxes.
func (g *ground) covered(c Cube, boxes []Cube) bool {
	return c.empty() || escape(c, slices.Concat(boxes, g.void)) == nil
}

// count returns the number of readers in c.
func (g *ground) count(c Cube) count { return outside(c, g.void) }

func (c Cube) empty() bool { return slices.Contains(c, 0) }

// meet returns the box that two boxes share; ok is false where it is empty.
func (c Cube) meet(d Cube) (shared Cube, ok bool) {
	if !c.meets(d) {
		return nil, false
	}
	shared = make(Cube, len(c))
	for q := range c {
		shared[q] = c[q] & d[q]
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

// glance is how many boxes are looked at in the plain way, which is the fastest
// for a few boxes, before the searches of the proof take over, which remember
// what they have seen.
const glance = 1000

// escape returns a box within c, which is not empty, that lies in none of the
// boxes; nil where they cover c.
func escape(c Cube, boxes []Cube) Cube {
	steps := glance
	e := slip(c, boxes, &steps)
	if steps < 0 {
		return findOutside(&meter{left: math.MaxInt}, c, boxes)
	}
	return e
}

func slip(c Cube, boxes []Cube, steps *int) Cube {
	boxes = nearby(c, boxes)
	if len(boxes) == 0 {
		return c
	}
	for piece := range beside(c, boxes[0]) {
		if *steps -= len(boxes); *steps < 0 {
			return nil
		}
		if e := slip(piece, boxes[1:], steps); e != nil {
			return e
		}
	}
	return nil
}

// outside counts the combinations in c that lie in none of the boxes.
func outside(c Cube, boxes []Cube) count {
	steps := glance
	n := rest(c, boxes, &steps)
	if steps < 0 {
		return countOf(countOutside(&meter{left: math.MaxInt}, c, boxes))
	}
	return n
}

func rest(c Cube, boxes []Cube, steps *int) (n count) {
	boxes = nearby(c, boxes)
	if len(boxes) > 0 {
		for piece := range beside(c, boxes[0]) {
			if *steps -= len(boxes); *steps < 0 {
				return n
			}
			n = n.plus(rest(piece, boxes[1:], steps))
		}
		return n
	}
	n.lo = 1
	for _, a := range c {
		n = n.times(a.Count())
	}
	return n
}

// nearby keeps the boxes that share something with c, the one that shares the
// most first, because that one leaves the least to look at.
func nearby(c Cube, boxes []Cube) []Cube {
	var near []Cube
	best, most := 0, -1
	for _, b := range boxes {
		if !c.meets(b) {
			continue
		}
		share := 0
		for q := range c {
			if c[q]&^b[q] == 0 {
				share++
			}
		}
		if share > most {
			best, most = len(near), share
		}
		near = append(near, b)
	}
	if best > 0 {
		near[0], near[best] = near[best], near[0]
	}
	return near
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
