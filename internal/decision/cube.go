package decision

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
)

// every returns the set of the first n answers.
func every(n int) Answers { return ^Answers(0) >> (MaxAnswers - n) }

// first returns the first answer of a set that is not empty.
func (a Answers) first() int { return bits.TrailingZeros64(uint64(a)) }

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

// grow returns a box within whole that holds c and cannot grow. It widens
// one question after the other, by slabs that are held to be good, at first to
// any answer, because a box reads best that leaves questions out.
func (c Cube) grow(whole Cube, good func(slab Cube) bool) Cube {
	box := slices.Clone(c)
	for i := range 2 * len(box) {
		q := i % len(box)
		for rest := whole[q] &^ box[q]; rest != 0; {
			slab := slices.Clone(box)
			if slab[q] = rest; i >= len(box) {
				slab[q] = rest & -rest
			}
			if rest &^= slab[q]; good(slab) {
				box[q] |= slab[q]
			}
		}
	}
	return box
}

// readers counts the combinations that two boxes share.
func (c Cube) readers(d Cube) count {
	n := count{lo: 1}
	for q := range c {
		n = n.times((c[q] & d[q]).Count())
	}
	return n
}

// voids lists the combinations that no reader is in.
func (d *Decision) voids() []Cube {
	return each(d.Impossible, func(v Impossible) Cube { return v.Cube })
}

// maxReaders is how many combinations of answers a decision may have, in bits.
const maxReaders = 120

// count is an exact number of readers. 128 bits cost a tenth of a big.Int.
type count struct{ hi, lo uint64 }

func (c count) plus(d count) count {
	lo, carry := bits.Add64(c.lo, d.lo, 0)
	return count{c.hi + d.hi + carry, lo}
}

func (c count) times(n int) count {
	hi, lo := bits.Mul64(c.lo, uint64(n))
	return count{hi + c.hi*uint64(n), lo}
}

func (c count) compare(d count) int { return cmp.Or(cmp.Compare(c.hi, d.hi), cmp.Compare(c.lo, d.lo)) }

func (c count) less(d count) bool { return c.hi < d.hi || c.hi == d.hi && c.lo < d.lo }

func (c count) big() *big.Int {
	n := new(big.Int).SetUint64(c.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(c.lo))
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

// each turns every item into another; nil stays nil.
func each[T, U any](items []T, turn func(T) U) []U {
	if items == nil {
		return nil
	}
	out := make([]U, len(items))
	for i, item := range items {
		out[i] = turn(item)
	}
	return out
}
